"""The routing's explanation speaks both languages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workorders", "0002_desk_and_tally")]
    operations = [
        migrations.RemoveField("workorder", "route_note"),
        migrations.AddField("workorder", "route_note", models.JSONField(default=dict)),
    ]
