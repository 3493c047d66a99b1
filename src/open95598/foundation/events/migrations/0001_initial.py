"""The tables of events and deliveries, partitioned by month, with indexes over what is unfinished only."""

from django.db import migrations, models

SQL = """
CREATE SEQUENCE event_id_seq CACHE 1;
CREATE SEQUENCE delivery_id_seq CACHE 1;

CREATE TABLE event (
  id bigint NOT NULL DEFAULT nextval('event_id_seq'),
  at timestamptz NOT NULL,
  type varchar(64) NOT NULL,
  key varchar(80) NOT NULL,
  case_id bigint,
  payload jsonb NOT NULL DEFAULT '{}',
  relayed boolean NOT NULL DEFAULT false,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX event_unrelayed ON event (id) WHERE NOT relayed;
CREATE TABLE event_default PARTITION OF event DEFAULT;

CREATE TABLE delivery (
  id bigint NOT NULL DEFAULT nextval('delivery_id_seq'),
  at timestamptz NOT NULL,
  event_id bigint NOT NULL,
  subscriber varchar(64) NOT NULL,
  key varchar(80) NOT NULL,
  state varchar(8) NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'dead', 'dropped')),
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL,
  nudge_at timestamptz,
  error text NOT NULL DEFAULT '',
  done_at timestamptz,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
-- the next of a key, in order, behind its dead letter if it has one
CREATE INDEX delivery_open ON delivery (subscriber, key, event_id) WHERE state IN ('pending', 'dead');
-- what the relay must put before a worker
CREATE INDEX delivery_nudge ON delivery (nudge_at) WHERE state = 'pending' AND nudge_at IS NOT NULL;
-- what waits for a person
CREATE INDEX delivery_dead ON delivery (id) WHERE state = 'dead';
CREATE TABLE delivery_default PARTITION OF delivery DEFAULT;
"""

UNDO = """
DROP TABLE delivery;
DROP TABLE event;
DROP SEQUENCE delivery_id_seq;
DROP SEQUENCE event_id_seq;
"""


class Migration(migrations.Migration):
    """First tables of the room."""

    initial = True
    dependencies = []

    operations = [
        migrations.RunSQL(
            SQL,
            UNDO,
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("type", models.CharField(max_length=64)),
                        ("key", models.CharField(max_length=80)),
                        ("case_id", models.BigIntegerField(null=True)),
                        ("payload", models.JSONField(default=dict)),
                        ("relayed", models.BooleanField(default=False)),
                    ],
                    options={"db_table": "event", "managed": False},
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("event_id", models.BigIntegerField()),
                        ("subscriber", models.CharField(max_length=64)),
                        ("key", models.CharField(max_length=80)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "Pending"),
                                    ("done", "Done"),
                                    ("dead", "Dead"),
                                    ("dropped", "Dropped"),
                                ],
                                default="pending",
                                max_length=8,
                            ),
                        ),
                        ("attempts", models.IntegerField(default=0)),
                        ("due_at", models.DateTimeField()),
                        ("nudge_at", models.DateTimeField(null=True)),
                        ("error", models.TextField(blank=True, default="")),
                        ("done_at", models.DateTimeField(null=True)),
                    ],
                    options={"db_table": "delivery", "managed": False},
                ),
            ],
        )
    ]
