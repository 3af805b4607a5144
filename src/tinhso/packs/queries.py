"""What packs say on a date.

A version never changes, so what is decoded from it is kept in memory by its id; the only question that is asked again
is which versions are in force: one small statement for each `catalogue`, which a door keeps for its request.

Deliberately absent: what documents mean. `known_at` gives back what stood at a moment in the past, so that a case finds
the other packs' documents as they were when it was filed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar, cast
from uuid import UUID

from django.conf import settings

from tinhso.kernel.problems import N_, NotFound
from tinhso.packs import words
from tinhso.packs.load import Tree
from tinhso.packs.models import PackVersion
from tinhso.packs.pack_part import PackHeader
from tinhso.packs.parts import registered
from tinhso.packs.shape import Misshapen, convert

T = TypeVar("T")

VERSIONS_KEPT = 96  # decoded, in memory; a few dozen packs in the versions that open cases stand on
CATALOGUES_KEPT = 16


class NoSuchVersion(NotFound):
    code = "no-such-pack-version"
    title = N_("This version of the pack does not exist.")
    fields = ("version_id",)


class NoSuchDocument(NotFound):
    code = "no-such-pack-document"
    title = N_("There is no such document in force on that day.")
    fields = ("part", "key", "on")


class Undecodable(RuntimeError):
    """A published document no longer fits its struct: a part was changed in a way that old versions cannot follow."""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A published version, without its content."""

    id: UUID
    pack: str
    version: str
    province: str
    in_force_from: date
    digest: str
    published_at: datetime
    published_by: UUID | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A document with the version that it stands in; a case keeps `version_id`."""

    key: str
    pack: str
    version_id: UUID
    document: Any


class Version:
    """A published version with its documents as structs, decoded part by part when they are first asked for."""

    def __init__(self, line: VersionLine, content: Mapping[str, Tree]) -> None:
        self.line = line
        self._trees: Mapping[str, Mapping[str, Tree]] = content["documents"]
        self.files: Mapping[str, str] = content["files"]
        self._decoded: dict[str, Mapping[str, Any]] = {}

    @property
    def id(self) -> UUID:
        return self.line.id

    @property
    def pack(self) -> str:
        return self.line.pack

    @property
    def header(self) -> PackHeader:
        return cast("PackHeader", self.documents("pack")[self.pack])

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self._trees)

    def documents(self, part: str) -> Mapping[str, Any]:
        """Every document of that part by its key."""
        if part not in self._decoded:
            self._decoded[part] = self._decode(part)
        return self._decoded[part]

    def get(self, part: str, key: str) -> Any | None:
        return self.documents(part).get(key)

    def _decode(self, part: str) -> Mapping[str, Any]:
        struct = next((one.struct for one in registered() if one.name == part), None)
        if struct is None:
            return {}
        return {key: self._convert(tree, struct, f"{part}/{key}") for key, tree in self._trees.get(part, {}).items()}

    def _convert(self, tree: Tree, struct: type[Any], name: str) -> Any:
        try:
            return convert(tree, struct)
        except Misshapen as error:
            finding = error.findings[0]
            reason = words.message(finding)
            raise Undecodable(f"{self.pack} {self.line.version}: {name} {finding.where}: {reason}") from error


class Catalogue:
    """All documents of the versions in force on a day, over all packs. Shared between threads; never changed."""

    def __init__(self, versions: Sequence[Version]) -> None:
        self.versions: Mapping[str, Version] = {version.pack: version for version in versions}
        self._entries: dict[str, Mapping[str, Entry]] = {}
        self._derived: dict[Callable[[Catalogue], Any], Any] = {}

    def documents(self, part: str) -> Mapping[str, Entry]:
        """Every document of that part by its key, each with its pack and version."""
        if part not in self._entries:
            self._entries[part] = {
                key: Entry(key, version.pack, version.id, document)
                for version in self.versions.values()
                for key, document in version.documents(part).items()
            }
        return self._entries[part]

    def get(self, part: str, key: str) -> Entry | None:
        return self.documents(part).get(key)

    def derived(self, build: Callable[[Catalogue], T]) -> T:
        """What a room above makes out of the catalogue (an index, a table), made once for the same versions.

        `build` is a function of a module: a new lambda for each call would be made, and kept, each time.
        """
        if build not in self._derived:
            self._derived[build] = build(self)
        return cast("T", self._derived[build])


_remembered: ContextVar[dict[tuple[date, datetime | None], Catalogue] | None] = ContextVar("packs", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Within the block it is asked once which versions are in force: a request sees one state of the packs."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def catalogue(on: date, *, known_at: datetime | None = None) -> Catalogue:
    """What is in force on a day; with `known_at`, leaving out what was published after that moment."""
    known = _remembered.get()
    if known is None:
        return _catalogue(tuple(_ids_in_force(on, known_at)))
    if (on, known_at) not in known:
        known[on, known_at] = _catalogue(tuple(_ids_in_force(on, known_at)))
    return known[on, known_at]


def _ids_in_force(on: date, known_at: datetime | None) -> Iterator[UUID]:
    """The newest version of each pack, for this province. Uses pack_version_in_force."""
    rows = PackVersion.objects.filter(in_force_from__lte=on)
    if known_at is not None:
        rows = rows.filter(published_at__lte=known_at)
    newest = rows.order_by("pack", "-in_force_from", "-published_at", "-id").distinct("pack")
    for version_id, province in newest.values_list("id", "province"):
        # One database may have served another province before: its packs stay published, and are not in force here.
        if province in ("", settings.PROVINCE):
            yield version_id


@lru_cache(maxsize=CATALOGUES_KEPT)
def _catalogue(version_ids: tuple[UUID, ...]) -> Catalogue:
    return Catalogue([version(version_id) for version_id in version_ids])


@lru_cache(maxsize=VERSIONS_KEPT)
def version(version_id: UUID) -> Version:
    """A published version by its id; raises NoSuchVersion."""
    row = PackVersion.objects.filter(id=version_id).first()
    if row is None:
        raise NoSuchVersion(version_id=str(version_id))
    return Version(line(row), row.content)


def versions(pack: str = "", *, limit: int = 200) -> list[VersionLine]:
    """Published versions, of one pack or of all, the newest first."""
    rows = PackVersion.objects.defer("content").order_by("-published_at", "-id")
    if pack:
        rows = rows.filter(pack=pack)
    return [line(row) for row in rows[:limit]]


def in_force(pack: str, on: date) -> Version | None:
    """The version of a pack that applies on a day."""
    rows = PackVersion.objects.filter(pack=pack, in_force_from__lte=on)
    newest = rows.order_by("-in_force_from", "-published_at", "-id").values_list("id", flat=True).first()
    return version(newest) if newest else None


def document(part: str, key: str, on: date) -> Entry:
    """One document in force on a day; raises NoSuchDocument."""
    entry = catalogue(on).get(part, key)
    if entry is None:
        raise NoSuchDocument(part=part, key=key, on=on.isoformat())
    return entry


def documents(part: str, on: date) -> Mapping[str, Entry]:
    """All documents of a part in force on a day."""
    return catalogue(on).documents(part)


class Running(Mapping[str, Mapping[str, Mapping[str, Any]]]):
    """Documents of the newest version of each pack, fetched when asked for: what stands in for a broken folder."""

    def __init__(self) -> None:
        newest = PackVersion.objects.order_by("pack", "-in_force_from", "-published_at", "-id").distinct("pack")
        self._ids = dict(newest.values_list("pack", "id"))

    def __getitem__(self, pack: str) -> Mapping[str, Mapping[str, Any]]:
        running = version(self._ids[pack])
        return {part: running.documents(part) for part in running.parts}

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def line(row: PackVersion) -> VersionLine:
    return VersionLine(
        id=row.id,
        pack=row.pack,
        version=row.version,
        province=row.province,
        in_force_from=row.in_force_from,
        digest=row.digest,
        published_at=row.published_at,
        published_by=row.published_by,
    )
