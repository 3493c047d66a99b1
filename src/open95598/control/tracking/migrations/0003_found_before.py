from django.db import migrations

#: what was found before there was a column for it; the tracks changed now, so that their months are counted again
FOUND_BEFORE = """
UPDATE tracking_track t SET finding = o.substantiated, at = greatest(t.at, statement_timestamp()),
  fault_unit_id = CASE WHEN o.substantiated IN ('yes', 'partly') THEN f.unit_id END
FROM workorders_workorder o LEFT JOIN workorders_finding f ON f.order_id = o.case_id
WHERE o.case_id = t.case_id AND o.substantiated <> ''
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0002_finding"),
        ("workorders", "0012_no_finding"),
    ]

    operations = [migrations.RunSQL(FOUND_BEFORE, migrations.RunSQL.noop)]
