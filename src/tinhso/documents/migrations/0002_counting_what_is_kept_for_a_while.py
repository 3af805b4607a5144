"""An index for what an account keeps before a dossier holds it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                fields=["added_by"],
                condition=models.Q(("holder_kind__in", ("", "cases.draft"))),
                name="document_for_a_while",
            ),
        ),
    ]
