"""Published versions of packs. The application's role may add them and read them, and nothing else."""

from django.db import migrations, models

import tinhso.journal.keys


class Migration(migrations.Migration):
    initial = True

    dependencies = [("journal", "0001_journal")]

    operations = [
        migrations.CreateModel(
            name="PackVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=tinhso.journal.keys.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("pack", models.CharField(max_length=60)),
                ("version", models.CharField(max_length=20)),
                ("province", models.CharField(blank=True, default="", max_length=60)),
                ("in_force_from", models.DateField()),
                ("digest", models.CharField(max_length=64)),
                ("content", models.JSONField()),
                ("published_at", models.DateTimeField()),
                ("published_by", models.UUIDField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "pack version",
                "ordering": ["pack", "-in_force_from", "-published_at"],
                "indexes": [
                    models.Index(fields=["pack", "-in_force_from", "-published_at"], name="pack_version_in_force")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("pack", "version"), name="pack_version_is_published_once"),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="pack_version_digest_is_sha256"
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "SELECT journal_protect('packs_packversion'::regclass)",
            # Going back drops the table, and its grants with it.
            migrations.RunSQL.noop,
        ),
    ]
