"""The tier for which an order is handled first."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add ``WorkOrder.preferred_for``."""

    dependencies = (("workorders", "0015_account"),)

    operations = (
        migrations.AddField("workorder", "preferred_for", models.CharField(blank=True, db_default="", default="",
                                                                          max_length=10)),
    )  # fmt: skip
