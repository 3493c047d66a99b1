"""Every branch of an order's life: disputes, extensions, mergers, repeats, terminations; urges are cases of their own."""

from django.db import migrations, models
from django.db.models import PROTECT, Q
from django.db.models.deletion import CASCADE


def _person():
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=PROTECT, related_name="+")


def _order(related_name):
    return models.ForeignKey(
        "workorders.workorder", db_index=False, null=True, on_delete=PROTECT, related_name=related_name
    )


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0001_initial"),
        ("people", "0001_initial"),
        ("workorders", "0004_triage_and_score"),
    ]
    operations = [
        migrations.RenameModel("JointPart", "OrderPart"),
        migrations.AlterField(
            "orderpart",
            "case",
            models.OneToOneField(
                "casework.case", on_delete=CASCADE, primary_key=True, related_name="part", serialize=False
            ),
        ),
        migrations.AlterField("orderpart", "task", models.TextField(blank=True, default="")),
        migrations.AddField("orderpart", "number", models.CharField(max_length=40, default=""), preserve_default=False),
        migrations.AddField("orderpart", "reason", models.CharField(blank=True, default="", max_length=40)),
        migrations.AddField(
            "orderpart", "by", models.ForeignKey("people.person", null=True, on_delete=PROTECT, related_name="+")
        ),
        migrations.AddField("orderpart", "meeting_at", models.DateTimeField(null=True)),
        migrations.AddField("orderpart", "place", models.CharField(blank=True, default="", max_length=200)),
        migrations.AddField("orderpart", "outcome", models.CharField(blank=True, default="", max_length=40)),
        migrations.RunSQL(
            "UPDATE workorders_orderpart p SET number = o.number FROM casework_case c, workorders_workorder o"
            " WHERE c.id = p.case_id AND o.case_id = c.parent_id",
            migrations.RunSQL.noop,
        ),
        migrations.DeleteModel("Urge"),
        migrations.AddField("workorder", "settled_at", models.DateTimeField(null=True)),
        migrations.AddField("workorder", "suspension_by", _person()),
        migrations.AddField("workorder", "extension", models.CharField(blank=True, default="", max_length=8)),
        migrations.AddField("workorder", "extension_days", models.SmallIntegerField(null=True)),
        migrations.AddField("workorder", "extension_by", _person()),
        migrations.AddField("workorder", "extensions", models.SmallIntegerField(default=0)),
        migrations.AddField("workorder", "merged_into", _order("merged")),
        migrations.AddField("workorder", "absorbed", models.SmallIntegerField(default=0)),
        migrations.AddField("workorder", "repeat_of", _order("+")),
        migrations.AddField("workorder", "repeats", models.SmallIntegerField(default=0)),
        migrations.AddField("workorder", "termination_reason", models.CharField(blank=True, default="", max_length=40)),
        migrations.AddField("workorder", "termination_by", _person()),
        migrations.AddField("workorder", "inquirer", _person()),
        migrations.AddField("workorder", "inquiry", models.TextField(blank=True, default="")),
        migrations.AddField("workorder", "finding", models.TextField(blank=True, default="")),
        migrations.AddField("workorder", "inquired_at", models.DateTimeField(null=True)),
        migrations.AddField("workorder", "told_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "workorder",
            models.Index(fields=["merged_into"], name="order_merged", condition=Q(merged_into__isnull=False)),
        ),
    ]
