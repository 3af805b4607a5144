"""Loading places: what the packs of the country and of a province say becomes rows, as one change.

The same content again changes nothing and costs the reading of a few files. Other content is laid over the rows by code
and first day; units and agencies may end but not vanish, since older records name them.

Deliberately absent: editing single units by hand. What must change, changes in the pack.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction

from tinhso.journal.append import append, require_transaction
from tinhso.kernel.problems import FieldError
from tinhso.packs import words
from tinhso.packs.actions import PackBroken
from tinhso.places import content, snapshot
from tinhso.places.content import AgencyLine, BoundaryLine, Content, UnitLine
from tinhso.places.models import PackLoad
from tinhso.places.rules import PlacesVanished, ProvinceNotLoaded, SuccessionRow

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

COUNTRY = "vietnam"  # the pack of the whole country's units, below every province's

# One load at a time; any number that no other room uses.
_LOCK = 0x706C_6163


class Kind(StrEnum):
    """What the journal hears: one entry for a whole list, however many units it has."""

    UNITS_LOADED = "places.units.loaded"
    AGENCIES_LOADED = "places.agencies.loaded"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a pack did: rows that are new or changed. All zero when the content was there already."""

    pack: str
    units: int = 0
    successions: int = 0
    boundaries: int = 0
    agencies: int = 0


@transaction.atomic(durable=True)
def load_province(*, by: UUID | None, folder: Path, province: str, at: datetime) -> tuple[Loaded, ...]:
    """The country's units and those of one province, with its agencies.

    folder    where the packs are
    province  id of the province's pack ("tay-ninh")
    raises    ProvinceNotLoaded, PackBroken, PlacesVanished; then nothing has changed
    """
    if not (folder / province / "units.yaml").is_file():
        raise ProvinceNotLoaded(province=province)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    done = tuple(_load(by, _read(folder / pack), at) for pack in (COUNTRY, province))
    # Now for this transaction's own readers; after the commit for whoever read the old rows in between.
    snapshot.forget()
    transaction.on_commit(snapshot.forget)
    return done


def _read(folder: Path) -> Content:
    try:
        return content.read(folder)
    except content.BrokenContent as broken:
        errors = [FieldError(f"{one.file}:{one.position.line}", words.message(one.finding)) for one in broken.found]
        raise PackBroken(errors, pack=broken.pack) from broken


def _load(by: UUID | None, pack: Content, at: datetime) -> Loaded:
    require_transaction()
    if PackLoad.objects.filter(pack=pack.pack, digest=pack.digest).exists():
        return Loaded(pack.pack)
    units = _load_units(pack)
    done = Loaded(
        pack.pack,
        units=units,
        successions=_load_successions(pack),
        boundaries=_load_boundaries(pack),
        agencies=_load_agencies(pack),
    )
    _write(_CLOSURE)
    PackLoad.objects.update_or_create(pack=pack.pack, defaults={"digest": pack.digest, "loaded_at": at})
    _tell(by, pack, done, at)
    return done


def _tell(by: UUID | None, pack: Content, done: Loaded, at: datetime) -> None:
    data = {"pack": pack.pack, "digest": pack.digest}
    counts = {"units": done.units, "successions": done.successions, "boundaries": done.boundaries}
    append(Kind.UNITS_LOADED, subject=pack.pack, at=at, actor=by, data=data | counts)
    if pack.agencies:
        unit, count = pack.agencies.province, {"agencies": done.agencies}
        append(Kind.AGENCIES_LOADED, subject=pack.pack, at=at, actor=by, unit=unit, data=data | count)


# ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _load_units(pack: Content) -> int:
    lines = content.unit_lines(pack)
    _refuse_vanished(pack.pack, "places_unit", {(line.code, line.valid_from) for line in lines})
    columns = _columns(UnitLine, lines)
    changed = _write(_UNITS, pack.pack, *columns.values())
    _write(_UNIT_PARENTS, pack.pack, columns["code"], columns["valid_from"], columns["parent"])
    return changed


def _load_successions(pack: Content) -> int:
    """All of the pack's successions anew: nothing refers to them."""
    rows = content.successions(pack)
    columns = _columns(SuccessionRow, [one.row for one in rows])
    _write(_DROP_SUCCESSIONS, pack.pack)
    return _write(_SUCCESSIONS, pack.pack, [one.on for one in rows], *columns.values())


def _load_boundaries(pack: Content) -> int:
    columns = _columns(BoundaryLine, list(content.boundary_lines(pack)))
    _write(_DROP_BOUNDARIES, pack.pack)
    return _write(_BOUNDARIES, pack.pack, *columns.values())


def _load_agencies(pack: Content) -> int:
    if pack.agencies is None:
        return 0
    lines = content.agency_lines(pack.agencies, _names_of_communes(pack.agencies.valid_from))
    _refuse_vanished(pack.pack, "places_agency", {(line.code, line.valid_from) for line in lines})
    columns = _columns(AgencyLine, lines)
    # unnest() would flatten an array of arrays, so lists of codes travel as text.
    columns["covers"] = [" ".join(line.covers) for line in lines]
    changed = _write(_AGENCIES, pack.pack, *columns.values())
    _write(_AGENCY_PARENTS, pack.pack, columns["code"], columns["valid_from"], columns["parent"])
    return changed


def _names_of_communes(on: date) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, {"on": on})
        return dict(cursor.fetchall())


def _refuse_vanished(pack: str, table: str, kept: set[tuple[str, date]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN[table], [pack])
        gone = sorted({code for code, valid_from in cursor.fetchall() if (code, valid_from) not in kept})
    if gone:
        raise PlacesVanished(pack=pack, codes=gone[:20])


def _columns(kind: type[DataclassInstance], rows: Sequence[object]) -> dict[str, list[Any]]:
    """Rows turned into the columns that one statement unnests, in the order of the fields; words as plain text."""
    return {field.name: [_plain(getattr(row, field.name)) for row in rows] for field in fields(kind)}


def _plain(value: object) -> object:
    return str(value) if isinstance(value, StrEnum) else value


def _write(statement: str, *values: str | list[Any]) -> int:
    """One statement, its values in order; how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


# ── Statements ────────────────────────────────────────────────────────────────────────────────────────────────────

_KNOWN = {
    "places_unit": "SELECT code, valid_from FROM places_unit WHERE pack = %s",
    "places_agency": "SELECT code, valid_from FROM places_agency WHERE pack = %s",
}

_NAMES = """
SELECT code, name
  FROM places_unit
 WHERE level = 'commune'
   AND valid_from <= %(on)s
   AND (valid_until IS NULL OR valid_until > %(on)s)
"""

# New units, and old ones where a column differs; the row count is the number of changes.
_UNITS = """
INSERT INTO places_unit AS u (code, level, name, name_en, province_code, valid_from, valid_until,
                              search_key, sort_key, pack)
SELECT r.code, r.level, r.name, r.name_en, r.province_code, r.valid_from, r.valid_until,
       r.search_key, r.sort_key, p.pack
  FROM (SELECT %s::text AS pack) p,
       unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::date[], %s::date[],
              %s::text[], %s::text[])
       AS r(code, level, name, name_en, province_code, parent, valid_from, valid_until, search_key, sort_key)
    ON CONFLICT (code, valid_from) DO UPDATE
   SET level = EXCLUDED.level, name = EXCLUDED.name, name_en = EXCLUDED.name_en,
       province_code = EXCLUDED.province_code, valid_until = EXCLUDED.valid_until,
       search_key = EXCLUDED.search_key, sort_key = EXCLUDED.sort_key, pack = EXCLUDED.pack
 WHERE (u.level, u.name, u.name_en, u.province_code, u.valid_until, u.search_key, u.sort_key, u.pack)
       IS DISTINCT FROM
       (EXCLUDED.level, EXCLUDED.name, EXCLUDED.name_en, EXCLUDED.province_code, EXCLUDED.valid_until,
        EXCLUDED.search_key, EXCLUDED.sort_key, EXCLUDED.pack)
"""

# The parent is the unit of that code on the child's first day.
_UNIT_PARENTS = """
UPDATE places_unit u
   SET parent_id = above.id
  FROM (SELECT %s::text AS pack) p,
       unnest(%s::text[], %s::date[], %s::text[]) AS r(code, valid_from, parent)
  LEFT JOIN places_unit above
         ON above.code = r.parent
        AND above.valid_from <= r.valid_from
        AND (above.valid_until IS NULL OR above.valid_until > r.valid_from)
 WHERE u.code = r.code
   AND u.valid_from = r.valid_from
   AND u.pack = p.pack
   AND u.parent_id IS DISTINCT FROM above.id
"""

# Every unit with itself and with all above it.
_CLOSURE = """
WITH RECURSIVE above(ancestor, unit) AS (
    SELECT id, id FROM places_unit
     UNION ALL
    SELECT p.parent_id, a.unit
      FROM above a
      JOIN places_unit p ON p.id = a.ancestor
     WHERE p.parent_id IS NOT NULL
), gone AS (
    DELETE FROM places_unitclosure c
     WHERE NOT EXISTS (SELECT 1 FROM above a WHERE a.ancestor = c.ancestor_id AND a.unit = c.unit_id)
)
INSERT INTO places_unitclosure (ancestor_id, unit_id)
SELECT ancestor, unit FROM above
    ON CONFLICT DO NOTHING
"""

_DROP_SUCCESSIONS = """
DELETE FROM places_succession
 WHERE old_id IN (SELECT id FROM places_unit WHERE pack = %s)
"""

# The old unit is of this pack and ends on the day; the new one exists from it on.
_SUCCESSIONS = """
INSERT INTO places_succession ("on", old_id, new_id, kind, is_default)
SELECT r.day, old.id, new.id, r.kind, r.is_default
  FROM (SELECT %s::text AS pack) p,
       unnest(%s::date[], %s::text[], %s::text[], %s::text[], %s::boolean[]) AS r(day, old, new, kind, is_default)
  JOIN places_unit old ON old.code = r.old AND old.valid_until = r.day
  JOIN places_unit new ON new.code = r.new AND new.valid_from <= r.day
                      AND (new.valid_until IS NULL OR new.valid_until > r.day)
 WHERE old.pack = p.pack
"""

_DROP_BOUNDARIES = """
DELETE FROM places_boundary
 WHERE pack = %s
"""

_BOUNDARIES = """
INSERT INTO places_boundary (unit_id, valid_from, valid_until, geometry, box, area_km2, pack)
SELECT u.id, r.valid_from, r.valid_until, r.geometry, r.box::box, r.area_km2, p.pack
  FROM (SELECT %s::text AS pack) p,
       unnest(%s::text[], %s::date[], %s::date[], %s::bytea[], %s::text[], %s::numeric[])
       AS r(code, valid_from, valid_until, geometry, box, area_km2)
  JOIN places_unit u ON u.code = r.code AND u.valid_from <= r.valid_from
                    AND (u.valid_until IS NULL OR u.valid_until > r.valid_from)
"""

_AGENCIES = """
INSERT INTO places_agency AS a (code, kind, name, name_en, short_name, unit_id, covers, receives, unverified,
                                valid_from, valid_until, search_key, sort_key, pack)
SELECT r.code, r.kind, r.name, r.name_en, r.short_name, u.id, string_to_array(r.covers, ' '), r.receives, r.unverified,
       r.valid_from, r.valid_until, r.search_key, r.sort_key, p.pack
  FROM (SELECT %s::text AS pack) p,
       unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
              %s::boolean[], %s::boolean[], %s::date[], %s::date[], %s::text[], %s::text[])
       AS r(code, kind, name, name_en, short_name, unit, parent, covers, receives, unverified, valid_from, valid_until,
            search_key, sort_key)
  JOIN places_unit u ON u.code = r.unit AND u.valid_from <= r.valid_from
                    AND (u.valid_until IS NULL OR u.valid_until > r.valid_from)
    ON CONFLICT (code, valid_from) DO UPDATE
   SET kind = EXCLUDED.kind, name = EXCLUDED.name, name_en = EXCLUDED.name_en, short_name = EXCLUDED.short_name,
       unit_id = EXCLUDED.unit_id, covers = EXCLUDED.covers, receives = EXCLUDED.receives,
       unverified = EXCLUDED.unverified, valid_until = EXCLUDED.valid_until, search_key = EXCLUDED.search_key,
       sort_key = EXCLUDED.sort_key, pack = EXCLUDED.pack
 WHERE (a.kind, a.name, a.name_en, a.short_name, a.unit_id, a.covers, a.receives, a.unverified, a.valid_until,
        a.search_key, a.sort_key, a.pack)
       IS DISTINCT FROM
       (EXCLUDED.kind, EXCLUDED.name, EXCLUDED.name_en, EXCLUDED.short_name, EXCLUDED.unit_id, EXCLUDED.covers,
        EXCLUDED.receives, EXCLUDED.unverified, EXCLUDED.valid_until, EXCLUDED.search_key, EXCLUDED.sort_key,
        EXCLUDED.pack)
"""

_AGENCY_PARENTS = """
UPDATE places_agency a
   SET parent_id = above.id
  FROM (SELECT %s::text AS pack) p,
       unnest(%s::text[], %s::date[], %s::text[]) AS r(code, valid_from, parent)
  LEFT JOIN places_agency above
         ON above.code = r.parent
        AND above.valid_from <= r.valid_from
        AND (above.valid_until IS NULL OR above.valid_until > r.valid_from)
 WHERE a.code = r.code
   AND a.valid_from = r.valid_from
   AND a.pack = p.pack
   AND a.parent_id IS DISTINCT FROM above.id
"""
