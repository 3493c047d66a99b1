"""The ledger: append-only by trigger."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

#: an entry is there for good; what was wrong is reversed by an entry of its own
TRIGGER = """
CREATE FUNCTION assessment_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger of the assessment is append-only: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON assessment_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION assessment_refuse();
"""

UNDO = """
DROP TRIGGER append_only ON assessment_ledgerentry;
DROP FUNCTION assessment_refuse();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casework", "0002_room_in_pages"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("period", models.CharField(help_text="local month, as 2026-03", max_length=7)),
                ("scope", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("number", models.CharField(blank=True, default="", max_length=40)),
                ("charge", models.CharField(max_length=40)),
                ("rule", models.CharField(max_length=64)),
                ("rulebook_version", models.CharField(max_length=128)),
                ("points", models.DecimalField(decimal_places=2, max_digits=6)),
                ("reason", models.TextField(blank=True, default="")),
                ("facts", models.JSONField(default=dict)),
                ("by_name", models.CharField(max_length=150)),
                ("key", models.CharField(max_length=120, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.case"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="assessment.ledgerentry",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["period", "unit"], name="ledger_period"),
                    django.contrib.postgres.indexes.GinIndex(fields=["scope"], name="ledger_scope"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("points__gte", 0), ("reverses__isnull", True)),
                            models.Q(("points__lte", 0), ("reverses__isnull", False)),
                            _connector="OR",
                        ),
                        name="ledger_sign",
                    )
                ],
            },
        ),
        migrations.RunSQL(TRIGGER, UNDO),
    ]
