from datetime import timedelta

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FactsSource",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("current_at", models.DateTimeField(null=True)),
                ("away_since", models.DateTimeField(null=True)),
                ("old_after", models.DurationField(default=timedelta(days=1))),
            ],
        ),
        migrations.AddField(
            model_name="accountfacts",
            name="bill_due",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="accountfacts",
            name="bill_paid",
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name="accountfacts",
            name="bill_paid_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="accountfacts",
            name="credit",
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name="accountfacts",
            name="credit_unit",
            field=models.CharField(
                blank=True, choices=[("", "Not prepaid"), ("kwh", "kWh"), ("yuan", "yuan")], db_default="", max_length=4
            ),
        ),
        migrations.AddField(
            model_name="accountfacts",
            name="generation",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="accountfacts",
            name="gone",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="accountfacts",
            name="owed_since",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="accountfacts",
            name="read_kwh",
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name="accountfacts",
            name="received_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="accountfacts",
            name="supply_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="accountfacts",
            name="supply_why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Reason not known"),
                    ("arrears", "Arrears"),
                    ("request", "Applied for by the customer"),
                    ("safety", "Danger"),
                    ("theft", "Use against the contract"),
                    ("other", "Another reason"),
                ],
                db_default="",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="accountfacts",
            name="supply",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not known"),
                    ("on", "Supplied"),
                    ("stopping", "Stop ordered"),
                    ("stopped", "Stopped"),
                    ("paused", "Off at the customer's wish"),
                    ("reconnecting", "Being reconnected"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="AccountBill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.CharField(help_text="as 2026-03", max_length=7)),
                ("kwh", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("due", models.DateField(null=True)),
                ("paid", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("paid_on", models.DateField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bills",
                        to="customers.customeraccount",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account", "month"), name="bill_once")],
            },
        ),
    ]
