"""Administrative units and agencies, each valid from a day and until a day.

Owns the tables unit, unit_closure, succession, boundary, agency and pack_load. Everything that changes them is in
actions.py, and what it writes comes from packs.

Invariant: a unit is its code *and* its first day: since 1/7/2025 wards carry codes of communes that ended just before.
Invariant: on any day a code names at most one unit, and at most one agency.
Invariant: periods are half-open; `valid_until` is the first day on which the unit no longer exists.
Absent: people, posts, opening hours (they are the province's document in its pack).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, Q

from tinhso.journal.keys import uuid7_key
from tinhso.places.rules import Level, SuccessionKind


class DateRange(Func):
    function = "daterange"


_PERIOD = DateRange(F("valid_from"), F("valid_until"))
_ENDS_AFTER_IT_BEGINS = Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from"))


def _one_at_a_time(name: str) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=name, expressions=[(F("code"), RangeOperators.EQUAL), (_PERIOD, RangeOperators.OVERLAPS)]
    )


def _choices(words: type[Level | SuccessionKind]) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


# Django's class takes its types as parameters for the type checker only.
if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class BoxField(_TextField):
    """PostgreSQL's own `box`: a rectangle west, south, east, north with a GiST index, without PostGIS."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002  Django's signature
        return "box"


class Unit(models.Model):
    """A province, district or commune (ward, township, special zone). `name` carries its kind: "Phường Tân Ninh"."""

    id = uuid7_key()
    code = models.CharField(max_length=5)
    level = models.CharField(max_length=8, choices=_choices(Level))
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    province_code = models.CharField(max_length=2)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    search_key = models.CharField(max_length=120, editable=False)
    sort_key = models.CharField(max_length=240, editable=False)
    pack = models.CharField(max_length=60, editable=False)

    class Meta:
        ordering: ClassVar = ["code", "valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="unit_has_one_row_per_first_day"),
            models.CheckConstraint(condition=_ENDS_AFTER_IT_BEGINS, name="unit_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(level=Level.PROVINCE, code__regex=r"^[0-9]{2}$")
                | Q(level=Level.DISTRICT, code__regex=r"^[0-9]{3}$")
                | Q(level=Level.COMMUNE, code__regex=r"^[0-9]{5}$"),
                name="unit_code_has_the_length_of_its_level",
            ),
            _one_at_a_time("unit_code_names_one_unit_on_a_day"),
        ]
        indexes: ClassVar = [models.Index(fields=["province_code", "level", "code"], name="unit_province_level_code")]


class UnitClosure(models.Model):
    """Every unit with each unit above it and with itself: permissions ask `ancestor = …` once for a whole list."""

    pk = models.CompositePrimaryKey("ancestor", "unit")
    ancestor = models.ForeignKey("places.Unit", on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey("places.Unit", on_delete=models.CASCADE, related_name="+")


class Succession(models.Model):
    """On the day `on`, `old` ended and `new` took it over, wholly or in part."""

    id = uuid7_key()
    old = models.ForeignKey("places.Unit", on_delete=models.PROTECT, related_name="successions")
    new = models.ForeignKey("places.Unit", on_delete=models.PROTECT, related_name="precessions")
    on = models.DateField()
    kind = models.CharField(max_length=7, choices=_choices(SuccessionKind))
    is_default = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["old", "new"], name="succession_is_said_once"),
            models.UniqueConstraint(fields=["old"], condition=Q(is_default=True), name="succession_has_one_default"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="succession_is_between_two_units"),
        ]


class Boundary(models.Model):
    """The area of a unit in a period: WKB in EPSG:4326, and the box around it for the index."""

    id = uuid7_key()
    unit = models.ForeignKey("places.Unit", on_delete=models.PROTECT, related_name="boundaries")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    geometry = models.BinaryField()
    box = BoxField()
    area_km2 = models.DecimalField(max_digits=9, decimal_places=2)
    pack = models.CharField(max_length=60, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "valid_from"], name="boundary_has_one_row_per_first_day"),
            models.CheckConstraint(condition=_ENDS_AFTER_IT_BEGINS, name="boundary_ends_after_it_begins"),
        ]
        indexes: ClassVar = [GistIndex(fields=["box"], name="boundary_box")]


class Agency(models.Model):
    """An agency that receives, decides, or is asked: a committee, a department, an office.

    unit      the unit that it belongs to
    parent    the agency above it; none for agencies of the central government
    covers    codes of the units that it serves, where that is not its own unit (branches of the land register)
    receives  dossiers may be handed in here
    """

    id = uuid7_key()
    code = models.CharField(max_length=35)
    kind = models.CharField(max_length=60)  # AgencyKind; the pack's struct refuses other words
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    short_name = models.CharField(max_length=80)
    unit = models.ForeignKey("places.Unit", on_delete=models.PROTECT, related_name="agencies")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    covers = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    receives = models.BooleanField()
    unverified = models.BooleanField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    search_key = models.CharField(max_length=300, editable=False)
    sort_key = models.CharField(max_length=600, editable=False)
    pack = models.CharField(max_length=60, editable=False)

    class Meta:
        ordering: ClassVar = ["code", "valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="agency_has_one_row_per_first_day"),
            models.CheckConstraint(condition=_ENDS_AFTER_IT_BEGINS, name="agency_ends_after_it_begins"),
            _one_at_a_time("agency_code_names_one_agency_on_a_day"),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "kind"], name="agency_unit_kind")]


class PackLoad(models.Model):
    """Which content of a pack the tables hold: loading the same content again does nothing, caches compare it."""

    pack = models.CharField(max_length=60, primary_key=True)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
