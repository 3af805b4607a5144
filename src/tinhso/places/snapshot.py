"""All units and agencies in memory: some four thousand rows that change a few times a year and are read on every page.

A snapshot belongs to the digests of the packs that were loaded. Whoever asks gets the one in memory; whether the
digests still hold is asked of the database at most once a second.

Deliberately absent: boundaries (points.py asks the index), anything of a person.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from tinhso.places.models import Agency, PackLoad, Succession, Unit
from tinhso.places.rules import (
    AgencyKind,
    Level,
    SuccessionKind,
    name_in_sentence,
    split_name,
    valid_on,
)

K = TypeVar("K")
V = TypeVar("V")

TRUSTED_S = 1.0  # after this long the digests are looked at again


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as readers see it. `name` carries its kind: "Phường Tân Ninh"."""

    id: UUID
    code: str
    level: Level
    name: str
    name_en: str
    province_code: str
    parent_code: str
    valid_from: date
    valid_until: date | None
    search_key: str = field(repr=False)
    sort_key: str = field(repr=False)
    parent_id: UUID | None = field(repr=False)

    @property
    def kind(self) -> str:
        """ "Phường"."""
        return split_name(self.name)[0]

    @property
    def bare_name(self) -> str:
        """ "Tân Ninh"."""
        return split_name(self.name)[1]

    @property
    def in_sentence(self) -> str:
        """ "phường Tân Ninh"."""
        return name_in_sentence(self.name)

    def name_in(self, language: str) -> str:
        return self.name_en if language.lower().startswith("en") else self.name

    def on(self, day: date) -> bool:
        return valid_on(self.valid_from, self.valid_until, day)


@dataclass(frozen=True, slots=True)
class AgencyView:
    """An agency as readers see it."""

    id: UUID
    code: str
    kind: AgencyKind
    name: str
    name_en: str
    short_name: str
    unit_code: str
    parent_code: str
    covers: tuple[str, ...]
    receives: bool
    unverified: bool
    valid_from: date
    valid_until: date | None
    search_key: str = field(repr=False)
    sort_key: str = field(repr=False)

    def name_in(self, language: str) -> str:
        return self.name_en if language.lower().startswith("en") else self.name

    def on(self, day: date) -> bool:
        return valid_on(self.valid_from, self.valid_until, day)


class Link(NamedTuple):
    """One succession: from `old` to `new`."""

    old: Place
    new: Place
    on: date
    kind: SuccessionKind
    is_default: bool


class Snapshot:
    """The rows with the indexes that readers ask by. Shared between threads, never changed."""

    def __init__(self, digests: str, units: Iterable[Place], agencies: Iterable[AgencyView], links: list[Link]) -> None:
        self.digests = digests
        self.units = tuple(units)
        self.agencies = tuple(agencies)
        self.links = tuple(links)

    @cached_property
    def units_by_code(self) -> Mapping[str, list[Place]]:
        return _grouped((unit.code, unit) for unit in self.units)

    @cached_property
    def units_by_id(self) -> Mapping[UUID, Place]:
        return {unit.id: unit for unit in self.units}

    @cached_property
    def units_by_parent(self) -> Mapping[UUID | None, list[Place]]:
        """Children in the order of their names."""
        return _grouped((unit.parent_id, unit) for unit in sorted(self.units, key=lambda unit: unit.sort_key))

    @cached_property
    def units_by_province(self) -> Mapping[tuple[str, Level], list[Place]]:
        return _grouped(((unit.province_code, unit.level), unit) for unit in self.units)

    @cached_property
    def links_from(self) -> Mapping[UUID, list[Link]]:
        return _grouped((link.old.id, link) for link in self.links)

    @cached_property
    def links_to(self) -> Mapping[UUID, list[Link]]:
        return _grouped((link.new.id, link) for link in self.links)

    @cached_property
    def agencies_by_code(self) -> Mapping[str, list[AgencyView]]:
        return _grouped((agency.code, agency) for agency in self.agencies)

    @cached_property
    def agencies_by_parent(self) -> Mapping[str, list[AgencyView]]:
        return _grouped((agency.parent_code, agency) for agency in self.agencies)

    @cached_property
    def agencies_of_unit(self) -> Mapping[tuple[str, AgencyKind], list[AgencyView]]:
        """By the units that an agency serves: those it covers, else its own."""
        return _grouped(
            ((code, agency.kind), agency) for agency in self.agencies for code in agency.covers or (agency.unit_code,)
        )


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)


# ── The one in memory ─────────────────────────────────────────────────────────────────────────────────────────────


class _Kept:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.snapshot: Snapshot | None = None
        self.looked_at = 0.0


_kept = _Kept()


def current() -> Snapshot:
    """What the tables hold, at most a second old when another process loaded new content."""
    kept = _kept.snapshot
    if kept is not None and time.monotonic() - _kept.looked_at < TRUSTED_S:
        return kept
    digests = _digests()
    with _kept.lock:
        if _kept.snapshot is None or _kept.snapshot.digests != digests:
            _kept.snapshot = _read(digests)
        _kept.looked_at = time.monotonic()
        return _kept.snapshot


def forget() -> None:
    """The next reader looks at the database again."""
    with _kept.lock:
        _kept.snapshot = None


def _digests() -> str:
    return " ".join(
        f"{pack}:{digest}" for pack, digest in PackLoad.objects.order_by("pack").values_list("pack", "digest")
    )


def _read(digests: str) -> Snapshot:
    units = _units()
    by_id = {unit.id: unit for unit in units}
    rows = Succession.objects.order_by("on", "old__code", "-is_default", "new__code")
    links = [
        Link(by_id[old], by_id[new], on, SuccessionKind(kind), is_default)
        for old, new, on, kind, is_default in rows.values_list("old_id", "new_id", "on", "kind", "is_default")
    ]
    return Snapshot(digests, units, _agencies(), links)


def _units() -> list[Place]:
    columns = ("id", "code", "level", "name", "name_en", "province_code", "parent__code", "valid_from", "valid_until",
               "search_key", "sort_key", "parent_id")  # fmt: skip
    rows: Iterable[tuple[Any, ...]] = Unit.objects.order_by("code", "valid_from").values_list(*columns)
    return [
        Place(id_, code, Level(level), name, name_en, province, parent or "", *period_and_keys)
        for id_, code, level, name, name_en, province, parent, *period_and_keys in rows
    ]


def _agencies() -> list[AgencyView]:
    columns = ("id", "code", "kind", "name", "name_en", "short_name", "unit__code", "parent__code", "covers",
               "receives", "unverified", "valid_from", "valid_until", "search_key", "sort_key")  # fmt: skip
    rows: Iterable[tuple[Any, ...]] = Agency.objects.order_by("code", "valid_from").values_list(*columns)
    return [
        AgencyView(id_, code, AgencyKind(kind), name, name_en, short, unit, parent or "", tuple(covers), *rest)
        for id_, code, kind, name, name_en, short, unit, parent, covers, *rest in rows
    ]
