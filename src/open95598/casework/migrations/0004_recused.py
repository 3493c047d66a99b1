"""Let the few cases from which somebody is recused be found quickly."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_list_indexes")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["id"], condition=~Q(recused_people=[]) | ~Q(recused_units=[]), name="case_recused"
            ),
        ),
    ]
