from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Kept",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=32, unique=True)),
                ("why", models.CharField(blank=True, default="", max_length=200)),
                ("document", models.JSONField(null=True)),
                ("generation", models.IntegerField(default=0)),
                ("sequence", models.BigIntegerField(default=0)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("times", models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("epoch", models.CharField(blank=True, default="", max_length=64)),
                ("generation", models.IntegerField(default=0)),
                ("cursor", models.BigIntegerField(default=0)),
                ("head", models.BigIntegerField(default=0)),
                ("contacted_at", models.DateTimeField(null=True)),
                ("failures", models.IntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, default="", max_length=200)),
                ("compare_why", models.CharField(blank=True, default="", max_length=12)),
                ("compare_trusts", models.BooleanField(default=False)),
                ("compare_began_at", models.DateTimeField(null=True)),
                ("compare_epoch", models.CharField(blank=True, default="", max_length=64)),
                ("compare_generation", models.IntegerField(default=0)),
                ("compare_position", models.BigIntegerField(default=0)),
                ("compare_after", models.CharField(blank=True, default="", max_length=32)),
                ("compared_at", models.DateTimeField(null=True)),
                ("missing", models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Pushed",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Seen",
            fields=[
                ("number", models.CharField(max_length=32, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minute", models.DateTimeField()),
                ("way", models.CharField(max_length=8)),
                ("applied", models.IntegerField(default=0)),
                ("passed", models.IntegerField(default=0)),
                ("unknown", models.IntegerField(default=0)),
                ("bad", models.IntegerField(default=0)),
                ("refused", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("minute", "way"), name="cis_tally_once")],
            },
        ),
    ]
