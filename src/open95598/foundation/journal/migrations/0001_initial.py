"""The journal's tables: monthly partitions, append-only by trigger, a sequence of their own for the ids."""

from django.db import migrations, models

from open95598.foundation import clock, partitions
from open95598.foundation.journal.models import ENTRIES

TABLES = """
CREATE SEQUENCE journal_entry_id_seq AS bigint;

CREATE TABLE journal_entry (
    id       bigint NOT NULL,
    at       timestamptz NOT NULL,
    stream   varchar(80) NOT NULL,
    seq      integer NOT NULL,
    kind     varchar(64) NOT NULL,
    actor_id bigint,
    case_id  bigint,
    body     text NOT NULL,
    prev     bytea NOT NULL,
    hash     bytea NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX journal_entry_stream ON journal_entry (stream, seq);
CREATE INDEX journal_entry_case ON journal_entry (case_id, id) WHERE case_id IS NOT NULL;
CREATE TABLE journal_entry_default PARTITION OF journal_entry DEFAULT;

CREATE TABLE journal_stream (
    key          varchar(80) PRIMARY KEY,
    journal_seq  integer NOT NULL,
    journal_head bytea NOT NULL
);

CREATE TABLE journal_personal (
    entry_id bigint NOT NULL,
    name     varchar(64) NOT NULL,
    salt     bytea NOT NULL,
    content  text NOT NULL,
    PRIMARY KEY (entry_id, name)
);

CREATE TABLE journal_block (
    id        bigint PRIMARY KEY,
    first_id  bigint NOT NULL UNIQUE,
    last_id   bigint NOT NULL,
    count     integer NOT NULL,
    members   bytea NOT NULL,
    previous  bytea NOT NULL,
    digest    bytea NOT NULL,
    sealed_at timestamptz NOT NULL
);
"""

# Personal content may be deleted (erasure), never changed.
TRIGGERS = """
CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON journal_entry EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON journal_entry_default EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal_block
    FOR EACH ROW EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON journal_block EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER append_only BEFORE UPDATE ON journal_personal FOR EACH ROW EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON journal_personal EXECUTE FUNCTION journal_refuse();
"""

UNDO = """
DROP TABLE journal_entry, journal_stream, journal_personal, journal_block;
DROP FUNCTION journal_refuse();
DROP SEQUENCE journal_entry_id_seq;
"""


def first_partitions(apps, schema_editor):
    """Make this month's partition and the next ones, so that nothing lands in the default partition."""
    now = clock.now()
    partitions.ensure(ENTRIES, now, partitions.ahead(now))


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(TABLES + TRIGGERS, UNDO),
        migrations.RunPython(first_partitions, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("first_id", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("count", models.IntegerField()),
                ("members", models.BinaryField(help_text="the sealed entry ids, delta-coded and compressed")),
                ("previous", models.BinaryField()),
                ("digest", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "journal_block",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("stream", models.CharField(max_length=80)),
                ("seq", models.IntegerField()),
                ("kind", models.CharField(max_length=64)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("case_id", models.BigIntegerField(null=True)),
                ("body", models.TextField()),
                ("prev", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "db_table": "journal_entry",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Personal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "entry_id", "name", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("entry_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=64)),
                ("salt", models.BinaryField()),
                ("content", models.TextField()),
            ],
            options={
                "db_table": "journal_personal",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Stream",
            fields=[
                ("journal_seq", models.IntegerField(default=0)),
                ("journal_head", models.BinaryField(default=b"")),
                ("key", models.CharField(max_length=80, primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "journal_stream",
                "managed": False,
            },
        ),
    ]
