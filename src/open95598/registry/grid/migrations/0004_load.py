"""What devices may carry, and how they were loaded: a row a device and day, partitioned by month."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

SQL = """
CREATE TABLE grid_load (
  device_id bigint NOT NULL,
  at timestamptz NOT NULL,
  curve real[] NOT NULL,
  peak real NOT NULL,
  peak_slot smallint NOT NULL,
  lasting smallint NOT NULL,
  held real,
  rated real,
  rate real,
  PRIMARY KEY (device_id, at)
) PARTITION BY RANGE (at);
-- the lists ask for what was near its limit, a small part of all
CREATE INDEX grid_load_rate ON grid_load (rate) WHERE rate IS NOT NULL;
CREATE TABLE grid_load_default PARTITION OF grid_load DEFAULT;
"""


class Migration(migrations.Migration):
    """Rating and load."""

    dependencies = [("grid", "0003_place")]

    operations = [
        migrations.AddField(model_name="griddevice", name="rated", field=models.FloatField(null=True)),
        migrations.RunSQL(
            SQL,
            "DROP TABLE grid_load",
            state_operations=[
                migrations.CreateModel(
                    name="GridLoad",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "device_id", "at", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("curve", ArrayField(base_field=models.FloatField(null=True), size=None)),
                        ("peak", models.FloatField()),
                        ("peak_slot", models.SmallIntegerField()),
                        ("lasting", models.SmallIntegerField()),
                        ("held", models.FloatField(null=True)),
                        ("rated", models.FloatField(null=True)),
                        ("rate", models.FloatField(null=True)),
                        (
                            "device",
                            models.ForeignKey(
                                db_constraint=False, db_index=False, on_delete=models.deletion.DO_NOTHING,
                                to="grid.griddevice",
                            ),
                        ),
                    ],
                    options={"db_table": "grid_load", "managed": False},
                )
            ],
        ),
    ]  # fmt: skip
