"""What the room `places` reads from packs: lists of units, their successions, agencies, and the province itself.

Lists of units are CSV, since they come from elsewhere and have thousands of lines; `units.yaml` says what each list is:
from when until when it holds, and where it comes from. Boundaries are GeoJSON files that `units.yaml` names.

The working calendar's shape is the kernel's; it is read here because the hours are the province's.

Deliberately absent: people, amounts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tinhso.kernel.calendar import CalendarDocument, Clock
from tinhso.kernel.codes import AgencyCode
from tinhso.kernel.localised import Text
from tinhso.kernel.problems import N_
from tinhso.packs.parts import Context, Finding, Part, Severity
from tinhso.places.rules import AgencyKind, Level, SuccessionKind

UnitCode = Annotated[str, Meta(pattern=r"^[0-9]{2}([0-9]|[0-9]{3})?$", description="2, 3 or 5 digits")]
ProvinceDigits = Annotated[str, Meta(pattern=r"^[0-9]{2}$", description="two digits of the national list of units")]
FileName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]*\.[a-z]+$", description="a file beside this one")]
Agency35 = Annotated[str, Meta(pattern=r"^[A-Y][0-9]{2}(\.[0-9A-Z]{2,3})*$", max_length=35, description="H53.31.02")]


class _Doc(Struct, frozen=True, forbid_unknown_fields=True):
    """Documents refuse unknown fields, so that a typing error is found and not silently ignored."""


# ── Units ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class UnitRow(_Doc, frozen=True, kw_only=True):
    """One line of a list of units. `parent` is the code of the unit above, empty for a province; so may name_en be."""

    code: UnitCode
    level: Level
    parent: str
    name: Annotated[str, Meta(min_length=4, max_length=80)]
    name_en: Annotated[str, Meta(max_length=80)]


class UnitList(_Doc, frozen=True, kw_only=True):
    """units/units-….csv"""

    name: str
    rows: tuple[UnitRow, ...]


class SuccessionLine(_Doc, frozen=True, kw_only=True):
    """One line of a merge map: an old commune and one of the communes that took it over."""

    old: UnitCode
    new: UnitCode
    kind: SuccessionKind
    is_default: Literal["yes", "no"]


class SuccessionList(_Doc, frozen=True, kw_only=True):
    """units/successions-….csv"""

    name: str
    rows: tuple[SuccessionLine, ...]


class UnitListUse(_Doc, frozen=True, kw_only=True):
    """A list and the period in which its units exist: [valid_from, valid_until)."""

    file: FileName
    valid_from: date
    valid_until: date | None = None
    reference: str


class ProvinceSuccession(_Doc, frozen=True, kw_only=True):
    old: ProvinceDigits
    new: ProvinceDigits


class SuccessionUse(_Doc, frozen=True, kw_only=True):
    """On the day `on` the units of one list gave way to others. Districts follow their communes."""

    file: FileName
    on: date
    provinces: tuple[ProvinceSuccession, ...] = ()
    reference: str


class BoundaryUse(_Doc, frozen=True, kw_only=True):
    """A GeoJSON file in boundaries/ (EPSG:4326; each feature has `code` and `areaKm2`) and since when it holds."""

    file: FileName
    valid_from: date
    valid_until: date | None = None
    reference: str


class Units(_Doc, frozen=True, kw_only=True):
    """units.yaml: what this pack knows about administrative units."""

    lists: tuple[UnitListUse, ...] = ()
    successions: tuple[SuccessionUse, ...] = ()
    boundaries: tuple[BoundaryUse, ...] = ()


# ── Agencies ──────────────────────────────────────────────────────────────────────────────────────────────────────


class AgencyEntry(_Doc, frozen=True, kw_only=True):
    """One agency. What is absent is the document's: unit (the province), valid_from, unverified."""

    code: Agency35
    kind: AgencyKind
    name: Text
    short: Annotated[str, Meta(min_length=2, max_length=80)]
    parent: Agency35 | None = None
    unit: UnitCode | None = None
    covers: tuple[UnitCode, ...] = ()
    receives: bool = False
    unverified: bool | None = None
    valid_from: date | None = None
    valid_until: date | None = None


class Naming(_Doc, frozen=True, kw_only=True):
    name: Text
    short: str


class CommitteePattern(_Doc, frozen=True, kw_only=True):
    """How the committee of every commune is called: {unit} stands for "phường Tân Ninh", "Tan Ninh Ward"."""

    name: Text
    short: str
    receives: bool = True


class CommuneEntry(_Doc, frozen=True, kw_only=True):
    """The code of a commune's committee."""

    code: Agency35
    unit: Annotated[str, Meta(pattern=r"^[0-9]{5}$")]
    unverified: bool | None = None
    valid_from: date | None = None
    valid_until: date | None = None


class CommuneBody(_Doc, frozen=True, kw_only=True):
    """What stands below every commune's committee. `parent`, when another agency commands it (police)."""

    suffix: Annotated[str, Meta(pattern=r"^[0-9]{2}$")]
    kind: AgencyKind
    name: Text
    short: str
    receives: bool = False
    parent: Agency35 | None = None
    in_wards: Naming | None = None


class Agencies(_Doc, frozen=True, kw_only=True):
    """agencies.yaml: the agencies of one province."""

    province: ProvinceDigits
    valid_from: date
    reference: str
    unverified: bool = False
    agencies: tuple[AgencyEntry, ...]
    commune_committee: CommitteePattern
    communes: tuple[CommuneEntry, ...]
    in_each_commune: tuple[CommuneBody, ...] = ()


# ── The province ──────────────────────────────────────────────────────────────────────────────────────────────────


class Portal(_Doc, frozen=True, kw_only=True):
    """Words of the portal that are the province's own.

    authority  the agency that answers for it, as the footer names it
    filing     where dossiers may be handed in, one sentence
    seat       the place printed before the date on official papers: "Tây Ninh, ngày … tháng … năm …"
    """

    name: Text
    authority: Text
    filing: Text
    seat: Text


class Hotline(_Doc, frozen=True, kw_only=True):
    phone: Annotated[str, Meta(pattern=r"^[0-9]{3,11}$")]
    hours: Text
    unverified: bool = False


class Hours(_Doc, frozen=True, kw_only=True):
    """Working hours from a day on, of the units named, or of the whole province."""

    valid_from: date
    units: tuple[UnitCode, ...] = ()
    intervals: Annotated[tuple[tuple[Clock, Clock], ...], Meta(min_length=1)]
    reference: str = ""
    unverified: bool = False


class HomeNotice(_Doc, frozen=True, kw_only=True):
    """One thing to know, on the home page from `shown_from` until the end of the day `on` (or `until`)."""

    on: date
    until: date | None = None
    shown_from: date
    title: Text
    text: Text

    def shown(self, today: date) -> bool:
        return self.shown_from <= today <= (self.until or self.on)


class DifficultArea(_Doc, frozen=True, kw_only=True):
    """Units where the law gives agencies more days (remote areas, islands)."""

    units: Annotated[tuple[UnitCode, ...], Meta(min_length=1)]
    valid_from: date
    valid_until: date | None = None
    reference: Annotated[str, Meta(min_length=3)]


class Province(_Doc, frozen=True, kw_only=True):
    """province.yaml: what a portal says about its province and keeps to.

    agency   code of its People's Committee, the beginning of its agencies' codes
    emblem   SVG in the pack's folder
    """

    code: ProvinceDigits
    agency: Annotated[str, Meta(pattern=r"^[A-Y][0-9]{2}$")]
    name: Text
    full_name: Text
    emblem: FileName
    portal: Portal
    hotline: Hotline
    working_hours: Annotated[tuple[Hours, ...], Meta(min_length=1)]
    notices: tuple[HomeNotice, ...] = ()
    difficult_areas: tuple[DifficultArea, ...] = ()

    def hours_on(self, on: date, unit: str = "") -> Hours:
        """The hours in force: the unit's own when it has some, the latest of them; else those of the province."""
        begun = [hours for hours in self.working_hours if hours.valid_from <= on] or [self.working_hours[0]]
        own = [hours for hours in begun if unit and unit in hours.units]
        everywhere = [hours for hours in begun if not hours.units] or begun
        return max(own or everywhere, key=lambda hours: hours.valid_from)

    def is_difficult(self, unit: str, on: date) -> bool:
        return any(
            unit in area.units and area.valid_from <= on and (area.valid_until is None or on < area.valid_until)
            for area in self.difficult_areas
        )


# ── Checks ────────────────────────────────────────────────────────────────────────────────────────────────────────

_LENGTHS = {Level.PROVINCE: 2, Level.DISTRICT: 3, Level.COMMUNE: 5}
_ABOVE = {Level.PROVINCE: {0}, Level.DISTRICT: {2}, Level.COMMUNE: {2, 3}}


def list_key(pack: str, file: str) -> str:
    """Key of a CSV of this pack among the documents of its part."""
    return f"{pack}/{file.rsplit('.', 1)[0]}"


def _check_units(document: Units, context: Context) -> Iterator[Finding]:
    for index, use in enumerate(document.lists):
        yield from context.missing(("lists", index, "file"), "unit_list", list_key(context.pack, use.file))
        if use.valid_until and use.valid_until <= use.valid_from:
            yield _ends_too_early(("lists", index, "valid_until"))
    for index, succession in enumerate(document.successions):
        key = list_key(context.pack, succession.file)
        yield from context.missing(("successions", index, "file"), "succession_list", key)


def _ends_too_early(where: tuple[str | int, ...]) -> Finding:
    return Finding(where, N_("the period ends before it begins"), N_("write the first day on which it no longer holds"))


def _check_list(document: UnitList, _context: Context) -> Iterator[Finding]:
    codes = {row.code for row in document.rows}
    seen: set[str] = set()
    for index, row in enumerate(document.rows):
        if len(row.code) != _LENGTHS[row.level] or len(row.parent) not in _ABOVE[row.level]:
            yield Finding(
                ("rows", index),
                N_("the code “{code}” below “{parent}” does not fit the level {level}"),
                N_("a province has two digits, a district three, a commune five"),
                values={"code": row.code, "parent": row.parent, "level": row.level},
            )
        elif row.parent and row.parent not in codes:
            yield _no_unit(("rows", index), row.parent)
        if row.code in seen:
            yield Finding(
                ("rows", index),
                N_("the code “{code}” stands twice in this list"),
                N_("keep one of the two"),
                values={"code": row.code},
            )
        seen.add(row.code)


def _no_unit(where: tuple[str | int, ...], code: str) -> Finding:
    return Finding(
        where, N_("there is no unit “{code}”"), N_("take a code from the lists of units"), values={"code": code}
    )


def _unit_codes(context: Context) -> frozenset[str]:
    lists: Iterable[UnitList] = context.documents("unit_list").values()
    return frozenset(row.code for one in lists for row in one.rows)


def _check_successions(document: SuccessionList, context: Context) -> Iterator[Finding]:
    known = _unit_codes(context)
    rows = Counter(row.old for row in document.rows)
    defaults = Counter(row.old for row in document.rows if row.is_default == "yes")
    for index, row in enumerate(document.rows):
        yield from (_no_unit(("rows", index), code) for code in (row.old, row.new) if code not in known)
        if defaults[row.old] != 1:
            yield Finding(
                ("rows", index),
                N_("the old unit “{code}” has {count} default successors"),
                N_("write “yes” on exactly one of its lines"),
                values={"code": row.old, "count": defaults[row.old]},
            )
        if (row.kind is SuccessionKind.WHOLE) != (rows[row.old] == 1):
            yield Finding(
                ("rows", index),
                N_("the old unit “{code}” has {count} successors, yet this line says “{kind}”"),
                N_("a unit with one successor is “whole”, with several “divided”"),
                severity=Severity.WARNING,
                values={"code": row.old, "count": rows[row.old], "kind": row.kind},
            )


def _check_agencies(document: Agencies, context: Context) -> Iterator[Finding]:
    codes = Counter([entry.code for entry in document.agencies] + [entry.code for entry in document.communes])
    units = _unit_codes(context)
    for index, entry in enumerate(document.agencies):
        where: tuple[str | int, ...] = ("agencies", index)
        yield from _check_code((*where, "code"), entry.code, codes)
        if entry.parent and entry.parent not in codes:
            yield _no_agency((*where, "parent"), entry.parent)
        for unit in (entry.unit or document.province, *entry.covers):
            if unit not in units:
                yield _no_unit(where, unit)
    taken = Counter(entry.unit for entry in document.communes)
    for index, commune in enumerate(document.communes):
        yield from _check_code(("communes", index, "code"), commune.code, codes)
        if commune.unit not in units:
            yield _no_unit(("communes", index, "unit"), commune.unit)
        if taken[commune.unit] > 1 and not (commune.valid_from or commune.valid_until):
            yield Finding(
                ("communes", index),
                N_("the unit “{code}” has {count} committees"),
                N_("keep one, or say from when until when each is valid"),
                values={"code": commune.unit, "count": taken[commune.unit]},
            )
    for index, body in enumerate(document.in_each_commune):
        if body.parent and body.parent not in codes:
            yield _no_agency(("in_each_commune", index, "parent"), body.parent)


def _check_code(where: tuple[str | int, ...], code: str, codes: Counter[str]) -> Iterator[Finding]:
    if not AgencyCode.is_valid(code):
        yield Finding(where, N_("this is not the code of an agency"), N_("write it as H53.31.02 (QĐ 20/2020/QĐ-TTg)"))
    if codes[code] > 1:
        yield Finding(
            where, N_("the code “{code}” stands twice"), N_("give one of the two another code"), values={"code": code}
        )


def _no_agency(where: tuple[str | int, ...], code: str) -> Finding:
    return Finding(
        where,
        N_("there is no agency “{code}” in this file"),
        N_("add it, or correct the code"),
        values={"code": code},
    )


def _check_province(document: Province, context: Context) -> Iterator[Finding]:
    units = _unit_codes(context)
    if document.code not in units:
        yield _no_unit(("code",), document.code)
    for index, hours in enumerate(document.working_hours):
        edges = [edge for interval in hours.intervals for edge in interval]
        if any(later <= earlier for earlier, later in pairwise(edges)):
            yield Finding(
                ("working_hours", index, "intervals"),
                N_("the intervals of the working hours do not follow one another"),
                N_("write them in the order of the day, without overlaps"),
            )
        yield from (_no_unit(("working_hours", index, "units"), unit) for unit in hours.units if unit not in units)
    for index, area in enumerate(document.difficult_areas):
        yield from (_no_unit(("difficult_areas", index, "units"), unit) for unit in area.units if unit not in units)
    if not any(agencies.province == document.code for agencies in context.documents("agencies").values()):
        yield Finding(
            ("agency",), N_("no pack lists the agencies of this province"), N_("write agencies.yaml beside it")
        )


def _check_calendar(document: CalendarDocument, _context: Context) -> Iterator[Finding]:
    for fault in document.faults():
        yield Finding((), N_("the calendar contradicts itself: {fault}"), values={"fault": fault})


CALENDAR_KEY = "national"  # one calendar for the country; a second one would be refused as doubled

PROVINCE = Part(
    name="province",
    pattern="province.yaml",
    struct=Province,
    key=lambda province: province.code,
    check=_check_province,
    public=True,
)
UNITS = Part(name="units", pattern="units.yaml", struct=Units, check=_check_units, public=True)
UNIT_LIST = Part(name="unit_list", pattern="units/units-*.csv", struct=UnitList, check=_check_list, public=True)
SUCCESSION_LIST = Part(
    name="succession_list",
    pattern="units/successions-*.csv",
    struct=SuccessionList,
    check=_check_successions,
    public=True,
)
AGENCIES = Part(
    name="agencies",
    pattern="agencies.yaml",
    struct=Agencies,
    key=lambda agencies: agencies.province,
    check=_check_agencies,
    public=True,
)

CALENDAR = Part(
    name="calendar",
    pattern="calendar.yaml",
    struct=CalendarDocument,
    key=lambda _: CALENDAR_KEY,
    check=_check_calendar,
    public=True,
)

PARTS = (CALENDAR, PROVINCE, UNITS, UNIT_LIST, SUCCESSION_LIST, AGENCIES)
