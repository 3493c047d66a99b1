import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casework", "0006_one_index_of_sight"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Progress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("taken", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField(null=True)),
                ("grid", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_progress")],
            },
        ),
        migrations.CreateModel(
            name="Outage",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="outage",
                        serialize=False,
                        to="casework.case",
                    ),
                ),
                ("is_open", models.BooleanField(default=True)),
                ("device", models.CharField(max_length=120)),
                (
                    "device_kind",
                    models.SmallIntegerField(
                        choices=[
                            (0, "Substation"),
                            (1, "Feeder"),
                            (2, "Switch or line section"),
                            (3, "Transformer area"),
                            (4, "Meter box"),
                            (5, "Meter"),
                        ]
                    ),
                ),
                ("device_name", models.CharField(blank=True, default="", max_length=120)),
                ("actual_start", models.DateTimeField()),
                ("actual_end", models.DateTimeField(null=True)),
                ("estimated_from", models.DateTimeField(null=True)),
                ("estimated_to", models.DateTimeField(null=True)),
                ("cause_kind", models.CharField(blank=True, default="", max_length=40)),
                ("original_customers_served", models.IntegerField(default=0)),
                ("settled", models.BooleanField(default=False)),
                ("why", models.JSONField(default=dict)),
                ("told", models.TextField(blank=True, default="")),
                ("told_at", models.DateTimeField(null=True)),
                ("why_wrong", models.CharField(blank=True, default="", max_length=500)),
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
                    "lead",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="casework.case",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="took_over",
                        to="outages.outage",
                    ),
                ),
                (
                    "split_from",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outages.outage",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["-actual_start", "-case"], name="outage_open"
                    ),
                    models.Index(
                        condition=models.Q(("actual_end__isnull", False)), fields=["actual_end"], name="outage_ended"
                    ),
                    models.Index(fields=["device"], name="outage_device"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutageReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=160, unique=True)),
                ("source", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("device", models.CharField(blank=True, default="", max_length=120)),
                ("said", models.CharField(blank=True, default="", max_length=120)),
                ("point", models.BigIntegerField(help_text="id of the grid's point", null=True)),
                ("caller", models.CharField(blank=True, default="", max_length=64)),
                (
                    "apart",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Evidence"),
                            ("planned", "A planned outage"),
                            ("arrears", "Stopped for arrears"),
                            ("single", "Only this customer is dark"),
                            ("again", "The same supply point was reported before"),
                            ("caller", "This caller reported another place before"),
                            ("late", "About what has been restored"),
                            ("unknown_place", "The place is not known in the grid"),
                            ("impossible_time", "The time cannot be true"),
                            ("doubted", "This caller's reports were found wrong before"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("found_wrong", models.BooleanField(default=False)),
                ("taken", models.BigIntegerField(null=True)),
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
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outage_reports",
                        to="casework.case",
                    ),
                ),
                (
                    "outage",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reports",
                        to="outages.outage",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("taken__isnull", True)), fields=["id"], name="report_waits"),
                    models.Index(fields=["at"], name="report_at"),
                    models.Index(condition=models.Q(("found_wrong", True)), fields=["caller"], name="report_wrong"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutageAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("confirm", "Confirmed"),
                            ("restore", "Restored"),
                            ("split", "Taken apart"),
                            ("merge", "Taken together"),
                            ("wrong", "No outage"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("devices", models.JSONField(default=list)),
                ("others", models.JSONField(default=list)),
                ("taken", models.BigIntegerField(null=True)),
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
                    "outage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="acts", to="outages.outage"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("taken__isnull", True)), fields=["id"], name="act_waits")],
            },
        ),
    ]
