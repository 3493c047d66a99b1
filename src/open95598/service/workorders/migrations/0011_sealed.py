"""Who told an order, kept apart from it."""

from django.db import migrations, models
from django.db.models import CASCADE, PROTECT, Q


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0005_sealed_files"),
        ("people", "0002_confidential_clerk"),
        ("workorders", "0010_complaints"),
    ]

    operations = [
        migrations.AddField("workorder", "sealed", models.BooleanField(default=False)),
        migrations.CreateModel(
            name="Sealed",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        primary_key=True, serialize=False, to="casework.case", on_delete=CASCADE,
                        related_name="sealed_apart",
                    ),
                ),
                ("contact_name", models.CharField(blank=True, default="", max_length=80)),
                ("contact_phone", models.CharField(blank=True, default="", max_length=32)),
                ("address", models.CharField(blank=True, default="", max_length=300)),
                ("description", models.TextField(blank=True, default="")),
                ("channel", models.CharField(blank=True, default="", max_length=24)),
                ("source", models.CharField(blank=True, default="", max_length=40)),
                ("source_ref", models.CharField(blank=True, default="", max_length=120)),
                (
                    "registered_by",
                    models.ForeignKey(
                        to="people.person", related_name="+", db_index=False, null=True, on_delete=PROTECT
                    ),
                ),
                ("salt", models.CharField(max_length=32)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "source_ref"), name="sealed_source_once", condition=~Q(source_ref="")
                    )
                ]
            },
        ),
    ]  # fmt: skip
