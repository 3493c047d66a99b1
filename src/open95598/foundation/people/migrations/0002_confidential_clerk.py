"""The role that knows who told what is sealed."""

from django.db import migrations, models

ROLES = (
    ("agent", "Agent"), ("shift_leader", "Shift leader"), ("deputy_leader", "Deputy leader"),
    ("dispatcher", "Dispatcher"), ("handler", "Handler"), ("crew_member", "Crew member"),
    ("callback_clerk", "Call-back clerk"), ("quality_auditor", "Quality auditor"), ("supervisor", "Supervisor"),
    ("unit_manager", "Unit manager"), ("administrator", "Administrator"), ("read_only_auditor", "Read-only auditor"),
    ("integration", "Integration account"), ("confidential_clerk", "Confidential clerk"),
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AlterField("roleassignment", "role", models.CharField(max_length=20, choices=ROLES)),
    ]
