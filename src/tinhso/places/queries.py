"""What stands on a day: units, agencies, successors, the province's own words and hours.

Every question carries its day. Answers come from memory (snapshot.py), from the packs in force, or, for points on the
map, from the index of boundaries.

Deliberately absent: writing, and the clock: whoever asks about today says which day today is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time
from functools import lru_cache

from tinhso.kernel.calendar import Calendar, WorkingHours
from tinhso.kernel.text import search_key
from tinhso.packs import queries as packs
from tinhso.places import snapshot
from tinhso.places.pack_part import CALENDAR_KEY, Province
from tinhso.places.points import ward_code_at
from tinhso.places.rules import (
    SERVICE_CENTRES,
    AgencyKind,
    AgencyUnknown,
    Level,
    ProvinceNotLoaded,
    UnitUnknown,
)
from tinhso.places.snapshot import AgencyView, Link, Place

__all__ = [
    "AgencyView",
    "Link",
    "Place",
    "agencies_below",
    "agencies_of_kind",
    "agencies_on",
    "agency",
    "agency_codes",
    "agency_of_unit",
    "calendar",
    "children",
    "communes_named",
    "default_successor",
    "full_name",
    "predecessors_of",
    "province",
    "provinces_on",
    "receiving_centre",
    "search",
    "search_agencies",
    "successors_of",
    "unit",
    "unit_or_none",
    "units_above",
    "units_on",
    "ward_at",
]

SEARCH_LIMIT = 20


# ── Units ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def unit(code: str, on: date) -> Place:
    """The unit of that code on that day; raises UnitUnknown."""
    found = unit_or_none(code, on)
    if found is None:
        raise UnitUnknown(unit=code, on=on.isoformat())
    return found


def unit_or_none(code: str, on: date) -> Place | None:
    return next((one for one in snapshot.current().units_by_code.get(code, ()) if one.on(on)), None)


def units_on(on: date, *, province: str, level: Level) -> list[Place]:
    """The units of one level in a province on a day, by code."""
    return [one for one in snapshot.current().units_by_province.get((province, level), ()) if one.on(on)]


def provinces_on(on: date) -> list[Place]:
    """Every province on a day, in the order of the Vietnamese alphabet: the first list of an address picker."""
    return _standing(snapshot.current().units_by_parent.get(None, ()), on)


def children(code: str, on: date) -> list[Place]:
    """The units directly below, by name: communes of a province since 7/2025, its districts before."""
    return _standing(snapshot.current().units_by_parent.get(unit(code, on).id, ()), on)


def units_above(code: str, on: date) -> list[Place]:
    """The unit itself and those above it, the province last: the lines of an address."""
    by_id = snapshot.current().units_by_id
    line = [unit(code, on)]
    while line[-1].parent_id is not None:
        line.append(by_id[line[-1].parent_id])
    return line


def search(
    text: str, on: date, *, province: str = "", level: Level | None = None, limit: int = SEARCH_LIMIT
) -> list[Place]:
    """Units whose name has all the words typed, with marks or without; names that begin with them stand first."""
    words = search_key(text)
    if province and level:
        candidates: Sequence[Place] = units_on(on, province=province, level=level)
    else:
        candidates = [
            one
            for one in snapshot.current().units
            if one.on(on) and province in ("", one.province_code) and level in (None, one.level)
        ]
    found = [one for one in candidates if _has_words(one.search_key, words)]
    return sorted(found, key=lambda one: (_rank(one.search_key, words), one.sort_key, one.code))[:limit]


def full_name(place: Place, on: date) -> str:
    """The name with those above it: "Phường Tân Ninh, Tỉnh Tây Ninh"."""
    return ", ".join(one.name for one in units_above(place.code, on))


def communes_named(text: str, on: date, *, limit: int = SEARCH_LIMIT) -> list[Place]:
    """Communes that the typed words can mean: "tân ninh", "P. Tân Ninh", "Phường Tân Ninh, Tây Ninh".

    The best kind of match only: the whole name with its kind, else the bare name, else names that begin so. After a
    comma stand the units above; they only narrow the choice.
    """
    first, *above = (_spelled_out(search_key(part)) for part in text.split(","))
    if not first:
        return []
    ranked: dict[int, list[Place]] = {}
    for one in snapshot.current().units:
        rank = _name_rank(one, first) if one.level is Level.COMMUNE and one.on(on) else None
        if rank is not None and _lies_in(one, above, on):
            ranked.setdefault(rank, []).append(one)
    best = ranked[min(ranked)] if ranked else []
    return sorted(best, key=lambda one: (one.sort_key, one.code))[:limit]


# How people shorten the kind of a unit; the key is folded, without its point.
_SHORT_KINDS = {
    "p": "phuong",
    "x": "xa",
    "tt": "thi tran",
    "h": "huyen",
    "q": "quan",
    "tx": "thi xa",
    "tp": "thanh pho",
    "t": "tinh",
}


def _spelled_out(folded: str) -> str:
    kind, _, rest = folded.replace(".", " ").partition(" ")
    return " ".join(f"{_SHORT_KINDS.get(kind, kind)} {rest}".split())


def _name_rank(place: Place, folded: str) -> int | None:
    """0 the name with its kind, 1 the bare name, 2 names that begin so; None when it is another name."""
    bare = search_key(place.bare_name)
    if folded == place.search_key:
        return 0
    if folded == bare:
        return 1
    return 2 if place.search_key.startswith(folded) or bare.startswith(folded) else None


def _lies_in(place: Place, above: Sequence[str], on: date) -> bool:
    """Whether every unit that was named after a comma is one of those above."""
    if not above:
        return True
    keys = [(one.search_key, search_key(one.bare_name)) for one in units_above(place.code, on)[1:]]
    return all(any(full.startswith(part) or bare.startswith(part) for full, bare in keys) for part in above if part)


def _standing(places: Iterable[Place], on: date) -> list[Place]:
    return [one for one in places if one.on(on)]


def _has_words(key: str, words: str) -> bool:
    padded = f" {key}"
    return bool(words) and all(f" {word}" in padded for word in words.split())


def _rank(key: str, words: str) -> int:
    """0 for the whole name, 1 when the name ends with what was typed ("tan ninh"), 2 when it begins a part, 3 else."""
    if key == words:
        return 0
    if key.endswith(f" {words}"):
        return 1
    return 2 if f" {words}" in f" {key}" else 3


# ── Successions ───────────────────────────────────────────────────────────────────────────────────────────────────


def successors_of(code: str, on: date) -> list[Link]:
    """What took over the unit that had this code on that day, the default first; empty while it stands."""
    return list(snapshot.current().links_from.get(unit(code, on).id, ()))


def default_successor(code: str, on: date) -> Place:
    """The unit that stands in for it when nothing more is known; the unit itself while it stands."""
    found = unit(code, on)
    return next((link.new for link in successors_of(code, on) if link.is_default), found)


def predecessors_of(code: str, on: date) -> list[Link]:
    """What the unit that has this code on that day was made of."""
    return list(snapshot.current().links_to.get(unit(code, on).id, ()))


def ward_at(longitude: float, latitude: float, on: date) -> Place | None:
    """The commune that a point lies in (EPSG:4326), or None outside of every one; see points.py for the tolerance."""
    code = ward_code_at(longitude, latitude, on)
    return unit_or_none(code, on) if code else None


# ── Agencies ──────────────────────────────────────────────────────────────────────────────────────────────────────


def agency(code: str, on: date) -> AgencyView:
    """The agency of that code on that day; raises AgencyUnknown."""
    found = next((one for one in snapshot.current().agencies_by_code.get(code, ()) if one.on(on)), None)
    if found is None:
        raise AgencyUnknown(agency=code, on=on.isoformat())
    return found


def agencies_on(on: date) -> list[AgencyView]:
    """Every agency on a day, by code."""
    return [one for one in snapshot.current().agencies if one.on(on)]


def agencies_of_kind(kind: AgencyKind, on: date) -> list[AgencyView]:
    return [one for one in agencies_on(on) if one.kind is kind]


def agency_of_unit(unit_code: str, kind: AgencyKind, on: date) -> AgencyView:
    """The agency of that kind that serves a unit: its own, one that covers it, or its province's.

    raises   AgencyUnknown, with the kind in place of a code
    """
    above = [one.code for one in units_above(unit_code, on)]
    by_unit = snapshot.current().agencies_of_unit
    found = next((one for code in above for one in by_unit.get((code, kind), ()) if one.on(on)), None)
    if found is None:
        raise AgencyUnknown(agency=f"{kind} of {unit_code}", on=on.isoformat())
    return found


def receiving_centre(code: str, on: date) -> AgencyView | None:
    """The service centre where dossiers of an agency are handed in: its own, or that of the nearest agency above."""
    by_parent = snapshot.current().agencies_by_parent
    at = code
    while at:
        centres = (one for one in by_parent.get(at, ()) if one.kind in SERVICE_CENTRES and one.on(on))
        if found := next(centres, None):
            return found
        at = agency(at, on).parent_code
    return None


def agencies_below(code: str, on: date) -> tuple[str, ...]:
    """Codes of the agency and of all below it, for one set-based predicate in a query."""
    by_parent = snapshot.current().agencies_by_parent
    codes = [agency(code, on).code]
    for above in codes:
        codes += (one.code for one in by_parent.get(above, ()) if one.on(on))
    return tuple(codes)


def agency_codes() -> tuple[str, ...]:
    """The code of every agency that is or ever was, sorted."""
    return tuple(sorted(snapshot.current().agencies_by_code))


def search_agencies(text: str, on: date, *, limit: int = SEARCH_LIMIT) -> list[AgencyView]:
    words = search_key(text)
    found = [one for one in agencies_on(on) if _has_words(one.search_key, words)]
    return sorted(found, key=lambda one: (_rank(one.search_key, words), len(one.code), one.code))[:limit]


# ── The province and its calendar ─────────────────────────────────────────────────────────────────────────────────


def province(on: date) -> Province:
    """The document of the province that this installation serves; raises ProvinceNotLoaded."""
    return _only_province(packs.catalogue(on))


def _only_province(catalogue: packs.Catalogue) -> Province:
    entry = next(iter(catalogue.documents("province").values()), None)
    if entry is None:
        raise ProvinceNotLoaded(province="")
    found: Province = entry.document
    return found


def calendar(on: date, *, unit_code: str = "") -> Calendar:
    """The working calendar, with the hours that the province (or the unit) keeps on that day."""
    catalogue = packs.catalogue(on)
    hours = _only_province(catalogue).hours_on(on, unit_code)
    return _with_hours(catalogue.derived(_days_off), hours.intervals)


def _days_off(catalogue: packs.Catalogue) -> Calendar:
    entry = catalogue.get("calendar", CALENDAR_KEY)
    if entry is None:
        raise ProvinceNotLoaded(province="")
    return Calendar.from_document(entry.document)


@lru_cache(maxsize=64)
def _with_hours(days_off: Calendar, intervals: tuple[tuple[str, str], ...]) -> Calendar:
    hours = tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in intervals)
    return replace(days_off, hours=WorkingHours(hours))
