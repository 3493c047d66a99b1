"""Whoever took the order keeps the promise to the customer until it is answered (B3)."""

from django.db import migrations, models
from django.db.models import PROTECT, Q

#: orders from before: whoever registered them keeps the promise
_FILL = """
UPDATE workorders_workorder o SET keeper_id = o.registered_by_id, promise_open = c.is_open
FROM casework_case c WHERE c.id = o.case_id
"""


def _person():
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=PROTECT, related_name="+")


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0001_initial"),
        ("people", "0001_initial"),
        ("workorders", "0006_list_indexes"),
    ]
    operations = [
        migrations.AddField("workorder", "keeper", _person()),
        migrations.AddField("workorder", "keeper_asked", _person()),
        migrations.AddField("workorder", "keeper_why", models.CharField(blank=True, default="", max_length=16)),
        migrations.AddField("workorder", "promise_open", models.BooleanField(default=True)),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            "workorder",
            models.Index(fields=("keeper", "case"), name="order_promised", condition=Q(promise_open=True)),
        ),
        migrations.AddIndex(
            "workorder",
            models.Index(fields=("keeper_asked",), name="order_asked_to_keep", condition=Q(keeper_asked__isnull=False)),
        ),
    ]
