"""Whom an order is about."""

from django.db import migrations, models
from django.db.models import CASCADE, PROTECT


def _to(model, **more):
    return models.ForeignKey(to=model, related_name="+", db_index=False, null=True, on_delete=PROTECT, **more)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("units", "0001_initial"),
        ("workorders", "0008_callbacks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Named",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(blank=True, default="", max_length=200)),
                ("at", models.DateTimeField()),
                ("by", _to("people.person")),
                ("order", models.ForeignKey(to="workorders.workorder", related_name="named", on_delete=CASCADE)),
                ("person", _to("people.person")),
                ("unit", _to("units.unit")),
            ],
        ),
    ]
