"""Tables of identity. btree_gist lets a constraint refuse posts that overlap in time."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import tinhso.journal.keys


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=tinhso.journal.keys.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("personal_id", models.CharField(blank=True, default="", max_length=12)),
                ("full_name", models.CharField(max_length=150)),
                ("born_on", models.DateField(blank=True, null=True)),
                (
                    "born_precision",
                    models.CharField(
                        choices=[("day", "Day"), ("month", "Month"), ("year", "Year")], default="day", max_length=5
                    ),
                ),
                (
                    "sex",
                    models.CharField(
                        blank=True, choices=[("male", "Male"), ("female", "Female")], default="", max_length=6
                    ),
                ),
                ("nationality", models.CharField(default="VN", max_length=2)),
                ("ethnic_group", models.CharField(blank=True, default="", max_length=40)),
                ("residence_unit_code", models.CharField(blank=True, default="", max_length=5)),
                ("residence_line", models.CharField(blank=True, default="", max_length=250)),
                ("phone", models.CharField(blank=True, default="", max_length=16)),
                ("alive", models.BooleanField(default=True)),
                ("search_key", models.CharField(editable=False, max_length=200)),
                ("sort_key", models.CharField(editable=False, max_length=400)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["sort_key", "id"], name="person_sort_key")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("personal_id", ""), _negated=True),
                        fields=("personal_id",),
                        name="person_personal_id_is_one_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("personal_id", ""), ("personal_id__regex", "^[0-9]{12}$"), _connector="OR"),
                        name="person_personal_id_is_twelve_digits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("full_name", ""), _negated=True), name="person_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("born_on__isnull", False), ("born_precision", "day"), _connector="OR"),
                        name="person_birth_precision_belongs_to_a_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=tinhso.journal.keys.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tax_code", models.CharField(max_length=14, unique=True)),
                ("name", models.CharField(max_length=300)),
                ("search_key", models.CharField(editable=False, max_length=400)),
                ("sort_key", models.CharField(editable=False, max_length=800)),
                ("created_at", models.DateTimeField()),
                (
                    "representative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.UUIDField(
                        db_default=tinhso.journal.keys.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("phone", models.CharField(blank=True, default="", max_length=16)),
                (
                    "language",
                    models.CharField(choices=[("vi", "Tiếng Việt"), ("en", "English")], default="vi", max_length=2),
                ),
                ("assurance", models.PositiveSmallIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
                ("is_staff", models.BooleanField(default=False)),
                ("registered_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=tinhso.journal.keys.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("agency_code", models.CharField(max_length=35)),
                ("role", models.CharField(max_length=20)),
                ("title_vi", models.CharField(max_length=200)),
                ("title_en", models.CharField(blank=True, default="", max_length=200)),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("appointed_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Representation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=tinhso.journal.keys.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.organisation"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="organisation_has_a_name"
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(condition=models.Q(("person__isnull", False)), fields=["person"], name="account_person"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                name="account_email_is_in_lower_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("assurance__lte", 3)), name="account_assurance_is_0_to_3"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["vi", "en"])), name="account_language_is_vi_or_en"
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["agency_code", "role", "valid_from"], name="post_agency_role"),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["one_stop_officer", "specialist", "leader", "clerk", "auditor", "administrator"])
                ),
                name="post_role_is_an_office",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="post_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("account", "="),
                    ("agency_code", "="),
                    ("role", "="),
                    (
                        models.Func(
                            models.F("valid_from"),
                            models.F("valid_until"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="post_in_one_agency_does_not_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="representation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="representation_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="representation",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("account", "="),
                    ("organisation", "="),
                    (
                        models.Func(
                            models.F("valid_from"),
                            models.F("valid_until"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="representation_of_one_organisation_does_not_overlap",
            ),
        ),
    ]
