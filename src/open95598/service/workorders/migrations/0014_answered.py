from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workorders", "0013_settled_unit")]

    operations = [
        migrations.AddField(model_name="workorder", name="answered_at", field=models.DateTimeField(null=True)),
    ]
