"""Files that are handed out apart from their case."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_recused")]

    operations = [
        migrations.AddField("attachment", "sealed", models.BooleanField(default=False)),
    ]
