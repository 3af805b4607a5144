"""What a pack's folder says about places, as plain rows ready for the tables.

Owns the step from documents to rows: keys for search and order, English names, districts' successors, the committee and
the bodies of every commune.

Deliberately absent: Django, SQL; dates of the clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import shapely

from tinhso.kernel.localised import Text
from tinhso.kernel.text import search_key, sort_key
from tinhso.packs.folder import Located, Pack, read_pack
from tinhso.packs.parts import part_of
from tinhso.places.pack_part import (
    PARTS,
    Agencies,
    AgencyEntry,
    CommuneBody,
    CommuneEntry,
    SuccessionList,
    SuccessionUse,
    UnitList,
    UnitListUse,
    Units,
    list_key,
)
from tinhso.places.rules import (
    AgencyKind,
    Level,
    SuccessionKind,
    SuccessionRow,
    district_successions,
    english_name,
    name_in_sentence,
    split_name,
)

# Part of every digest: raised when the rows made out of the same files change.
LOADER = 1


class BrokenContent(ValueError):
    """The folder's documents cannot be read; `found` says where and why."""

    def __init__(self, pack: str, found: tuple[Located, ...]) -> None:
        super().__init__(f"{pack}: {len(found)} findings")
        self.pack = pack
        self.found = found


@dataclass(frozen=True, slots=True)
class UnitLine:
    code: str
    level: Level
    name: str
    name_en: str
    province_code: str
    parent: str
    valid_from: date
    valid_until: date | None
    search_key: str
    sort_key: str


@dataclass(frozen=True, slots=True)
class SuccessionOn:
    on: date
    row: SuccessionRow


@dataclass(frozen=True, slots=True)
class BoundaryLine:
    code: str
    valid_from: date
    valid_until: date | None
    geometry: bytes
    box: str
    area_km2: Decimal


@dataclass(frozen=True, slots=True)
class AgencyLine:
    code: str
    kind: str
    name: str
    name_en: str
    short_name: str
    unit: str
    parent: str
    covers: tuple[str, ...]
    receives: bool
    unverified: bool
    valid_from: date
    valid_until: date | None
    search_key: str
    sort_key: str


@dataclass(frozen=True)
class Content:
    """The documents of one pack that concern this room, and its folder for the boundaries."""

    pack: str
    folder: Path
    digest: str
    units: Units
    lists: Mapping[str, UnitList] = field(repr=False)
    successions: Mapping[str, SuccessionList] = field(repr=False)
    agencies: Agencies | None = field(repr=False)


# ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


def read(folder: Path) -> Content:
    """The content of one pack's folder; raises BrokenContent."""
    pack = read_pack(folder, PARTS)
    # Documents of other rooms' parts are none of our business, and would be reported as read by nobody.
    broken = tuple(one for one in pack.found if one.is_error and part_of(_inside(one.file), PARTS))
    if broken:
        raise BrokenContent(pack.id, broken)
    units = next(iter(_documents(pack, "units").values()), Units())
    return Content(
        pack=pack.id,
        folder=folder,
        digest=_digest(pack, units),
        units=units,
        lists=_documents(pack, "unit_list"),
        successions=_documents(pack, "succession_list"),
        agencies=next(iter(_documents(pack, "agencies").values()), None),
    )


def _inside(file: str) -> str:
    """ "units.yaml" of "packs/tay-ninh/units.yaml"."""
    return file.split("/", 2)[-1]


def _documents(pack: Pack, part: str) -> dict[str, Any]:
    return {document.key: document.value for document in pack.documents if document.part == part}


def _digest(pack: Pack, units: Units) -> str:
    mine = {"units", "unit_list", "succession_list", "agencies"}
    trees = {f"{one.part}/{one.key}": one.source.tree for one in pack.documents if one.part in mine}
    maps = {use.file: pack.files.get(f"boundaries/{use.file}", "") for use in units.boundaries}
    return hashlib.sha256(msgspec.json.encode([LOADER, trees, maps], order="sorted")).hexdigest()


# ── Units ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def unit_lines(content: Content) -> list[UnitLine]:
    """Every unit of the pack's lists, provinces first, so that a parent stands before its children."""
    lines = [line for use in content.units.lists for line in _lines_of(content, use)]
    return sorted(lines, key=lambda line: (len(line.code), line.code, line.valid_from))


def _lines_of(content: Content, use: UnitListUse) -> Iterator[UnitLine]:
    rows = content.lists[list_key(content.pack, use.file)].rows
    above = {row.code: row.parent for row in rows}
    for row in rows:
        _, bare = split_name(row.name)
        yield UnitLine(
            code=row.code,
            level=row.level,
            name=row.name,
            name_en=row.name_en or english_name(row.name),
            province_code=_top(row.code, above),
            parent=row.parent,
            valid_from=use.valid_from,
            valid_until=use.valid_until,
            search_key=search_key(row.name),
            sort_key=sort_key(bare),
        )


def _top(code: str, above: Mapping[str, str]) -> str:
    while above.get(code):
        code = above[code]
    return code


def successions(content: Content) -> list[SuccessionOn]:
    return [SuccessionOn(use.on, row) for use in content.units.successions for row in _rows_of(content, use)]


def _rows_of(content: Content, use: SuccessionUse) -> list[SuccessionRow]:
    """Communes as the list says, the districts that followed them, and the provinces."""
    lines = content.successions[list_key(content.pack, use.file)].rows
    communes = [SuccessionRow(one.old, one.new, one.kind, one.is_default == "yes") for one in lines]
    ended = [row for one in content.units.lists if one.valid_until == use.on for row in _list_rows(content, one)]
    districts = frozenset(row.code for row in ended if row.level is Level.DISTRICT)
    district_of = {row.code: row.parent for row in ended if row.level is Level.COMMUNE}
    provinces = [SuccessionRow(one.old, one.new, SuccessionKind.WHOLE, is_default=True) for one in use.provinces]
    return [*provinces, *district_successions(communes, district_of, districts), *communes]


def _list_rows(content: Content, use: UnitListUse) -> Iterable[Any]:
    return content.lists[list_key(content.pack, use.file)].rows


# ── Boundaries ────────────────────────────────────────────────────────────────────────────────────────────────────


class _Properties(msgspec.Struct):
    code: str
    areaKm2: Decimal  # noqa: N815  the files' own name


class _Feature(msgspec.Struct):
    properties: _Properties
    geometry: msgspec.Raw


class _Features(msgspec.Struct):
    features: list[_Feature]


def boundary_lines(content: Content) -> Iterator[BoundaryLine]:
    for use in content.units.boundaries:
        read = msgspec.json.decode((content.folder / "boundaries" / use.file).read_bytes(), type=_Features)
        for feature in read.features:
            geometry = shapely.make_valid(shapely.from_geojson(bytes(feature.geometry)))
            west, south, east, north = geometry.bounds
            yield BoundaryLine(
                code=feature.properties.code,
                valid_from=use.valid_from,
                valid_until=use.valid_until,
                geometry=shapely.to_wkb(geometry),
                box=f"({west},{south}),({east},{north})",
                area_km2=feature.properties.areaKm2,
            )


# ── Agencies ──────────────────────────────────────────────────────────────────────────────────────────────────────


def agency_lines(document: Agencies, unit_names: Mapping[str, str]) -> list[AgencyLine]:
    """Every agency, parents before children. `unit_names` gives a commune's name by its code."""
    lines = [_line_of(document, entry) for entry in document.agencies]
    for commune in document.communes:
        name = unit_names[commune.unit]
        lines.append(_committee(document, commune, name))
        lines += [_body(document, commune, body, name) for body in document.in_each_commune]
    return sorted(lines, key=lambda line: (len(line.code), line.code, line.valid_from))


def _line_of(document: Agencies, entry: AgencyEntry) -> AgencyLine:
    return AgencyLine(
        code=entry.code,
        kind=entry.kind,
        name=entry.name.vi,
        name_en=entry.name.en,
        short_name=entry.short,
        unit=entry.unit or document.province,
        parent=entry.parent or "",
        covers=entry.covers,
        receives=entry.receives,
        unverified=document.unverified if entry.unverified is None else entry.unverified,
        valid_from=entry.valid_from or document.valid_from,
        valid_until=entry.valid_until,
        search_key=search_key(f"{entry.name.vi} {entry.short}"),
        sort_key=sort_key(entry.name.vi),
    )


def _named(pattern: Text, short: str, unit: str) -> tuple[Text, str]:
    vi = pattern.vi.format(unit=name_in_sentence(unit))
    return Text(vi, pattern.en.format(unit=english_name(unit))), short.format(unit=name_in_sentence(unit))


def _committee(document: Agencies, commune: CommuneEntry, unit: str) -> AgencyLine:
    pattern = document.commune_committee
    name, short = _named(pattern.name, pattern.short, unit)
    entry = AgencyEntry(
        code=commune.code,
        kind=AgencyKind.COMMUNE_COMMITTEE,
        name=name,
        short=short,
        parent=_province_committee(document),
        unit=commune.unit,
        receives=pattern.receives,
        unverified=commune.unverified,
        valid_from=commune.valid_from,
        valid_until=commune.valid_until,
    )
    return _line_of(document, entry)


def _body(document: Agencies, commune: CommuneEntry, body: CommuneBody, unit: str) -> AgencyLine:
    in_ward = body.in_wards if split_name(unit)[0] == "Phường" else None
    name, short = _named(in_ward.name if in_ward else body.name, in_ward.short if in_ward else body.short, unit)
    entry = AgencyEntry(
        code=f"{commune.code}.{body.suffix}",
        kind=body.kind,
        name=name,
        short=short,
        parent=body.parent or commune.code,
        unit=commune.unit,
        receives=body.receives,
        unverified=commune.unverified,
        valid_from=commune.valid_from,
        valid_until=commune.valid_until,
    )
    return _line_of(document, entry)


def _province_committee(document: Agencies) -> str | None:
    return next((entry.code for entry in document.agencies if entry.kind is AgencyKind.PROVINCE_COMMITTEE), None)
