"""Tables of places. btree_gist lets a constraint refuse two units of one code on one day."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import tinhso.journal.keys
import tinhso.places.models
import tinhso.places.rules


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="PackLoad",
            fields=[
                ("pack", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("loaded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=tinhso.journal.keys.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=5)),
                (
                    "level",
                    models.CharField(
                        choices=[("province", "province"), ("district", "district"), ("commune", "commune")],
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("name_en", models.CharField(max_length=80)),
                ("province_code", models.CharField(max_length=2)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("search_key", models.CharField(editable=False, max_length=120)),
                ("sort_key", models.CharField(editable=False, max_length=240)),
                ("pack", models.CharField(editable=False, max_length=60)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="places.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["code", "valid_from"],
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=tinhso.journal.keys.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("on", models.DateField()),
                ("kind", models.CharField(choices=[("whole", "whole"), ("divided", "divided")], max_length=7)),
                ("is_default", models.BooleanField()),
                (
                    "new",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="precessions", to="places.unit"
                    ),
                ),
                (
                    "old",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="successions", to="places.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Boundary",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=tinhso.journal.keys.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("geometry", models.BinaryField()),
                ("box", tinhso.places.models.BoxField()),
                ("area_km2", models.DecimalField(decimal_places=2, max_digits=9)),
                ("pack", models.CharField(editable=False, max_length=60)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="boundaries", to="places.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Agency",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=tinhso.journal.keys.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=35)),
                ("kind", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                ("short_name", models.CharField(max_length=80)),
                (
                    "covers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=5), blank=True, default=list, size=None
                    ),
                ),
                ("receives", models.BooleanField()),
                ("unverified", models.BooleanField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("search_key", models.CharField(editable=False, max_length=300)),
                ("sort_key", models.CharField(editable=False, max_length=600)),
                ("pack", models.CharField(editable=False, max_length=60)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="places.agency",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="agencies", to="places.unit"
                    ),
                ),
            ],
            options={
                "ordering": ["code", "valid_from"],
            },
        ),
        migrations.CreateModel(
            name="UnitClosure",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "ancestor", "unit", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "ancestor",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="places.unit"),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="places.unit"),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(fields=["province_code", "level", "code"], name="unit_province_level_code"),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(fields=("code", "valid_from"), name="unit_has_one_row_per_first_day"),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="unit_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code__regex", "^[0-9]{2}$"), ("level", tinhso.places.rules.Level["PROVINCE"])),
                    models.Q(("code__regex", "^[0-9]{3}$"), ("level", tinhso.places.rules.Level["DISTRICT"])),
                    models.Q(("code__regex", "^[0-9]{5}$"), ("level", tinhso.places.rules.Level["COMMUNE"])),
                    _connector="OR",
                ),
                name="unit_code_has_the_length_of_its_level",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.F("code"), "="),
                    (tinhso.places.models.DateRange(models.F("valid_from"), models.F("valid_until")), "&&"),
                ],
                name="unit_code_names_one_unit_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(fields=("old", "new"), name="succession_is_said_once"),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)), fields=("old",), name="succession_has_one_default"
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(("old", models.F("new")), _negated=True), name="succession_is_between_two_units"
            ),
        ),
        migrations.AddIndex(
            model_name="boundary",
            index=django.contrib.postgres.indexes.GistIndex(fields=["box"], name="boundary_box"),
        ),
        migrations.AddConstraint(
            model_name="boundary",
            constraint=models.UniqueConstraint(
                fields=("unit", "valid_from"), name="boundary_has_one_row_per_first_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="boundary",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="boundary_ends_after_it_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="agency",
            index=models.Index(fields=["unit", "kind"], name="agency_unit_kind"),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.UniqueConstraint(fields=("code", "valid_from"), name="agency_has_one_row_per_first_day"),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="agency_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.F("code"), "="),
                    (tinhso.places.models.DateRange(models.F("valid_from"), models.F("valid_until")), "&&"),
                ],
                name="agency_code_names_one_agency_on_a_day",
            ),
        ),
    ]
