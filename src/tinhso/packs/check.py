"""Everything that can be said about packs before they are published, with file, line, reason and remedy.

Owns the checks between documents: references, names used twice, dependencies, sources of amounts and limits; and it
runs the checks and examples of every part. Publication asks the same questions, so what `tinhso packs check` lets pass
is published.

Deliberately absent: Django, the database (what is published now comes in as `standing`), languages (words.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from tinhso.kernel.problems import N_
from tinhso.packs.folder import Located, Pack, doubled, read_folder
from tinhso.packs.load import Position, Where
from tinhso.packs.parts import Finding, Part, registered
from tinhso.packs.references import without_reference
from tinhso.packs.shape import nearest

# By pack id: the documents of its running version, by part and key. They stand in for a pack whose folder is broken.
Standing: TypeAlias = Mapping[str, Mapping[str, Mapping[str, Any]]]
Refuse: TypeAlias = Callable[[Pack], Iterable[Located]]


def nothing_refused(_pack: Pack) -> Iterable[Located]:
    return ()


@dataclass(frozen=True)
class Report:
    """The packs that were read, and everything that was found. `sound` packs may be published."""

    packs: tuple[Pack, ...]
    found: tuple[Located, ...]
    parts: tuple[Part[Any], ...] = field(default=(), repr=False)

    @property
    def errors(self) -> tuple[Located, ...]:
        return tuple(located for located in self.found if located.is_error)

    @property
    def warnings(self) -> tuple[Located, ...]:
        return tuple(located for located in self.found if not located.is_error)

    @property
    def broken(self) -> frozenset[str]:
        return frozenset(located.pack for located in self.errors)

    @property
    def sound(self) -> tuple[Pack, ...]:
        return tuple(pack for pack in self.packs if pack.id not in self.broken)


def check(
    folder: Path, *, province: str | None = None, standing: Standing | None = None, refuse: Refuse = nothing_refused
) -> Report:
    """Read and check every pack in `folder`; with `province`, only what that province publishes.

    Without `standing` each document sees every other that could be read. With it, a broken pack is replaced by its
    running version before the others are checked, so that one mistake does not hold up the rest. `refuse` may find
    more against a pack as a whole.
    """
    parts = registered()
    packs = tuple(pack for pack in read_folder(folder, parts) if province is None or pack.province in ("", province))
    refused = [located for pack in packs if pack.readable for located in refuse(pack)]
    if standing is None:
        found = [*_found_in(packs), *refused, *_check_all(packs, parts, {}, ())]
        return Report(packs, _ordered(found), parts)
    return _check_beside(packs, parts, standing, refused)


def _check_beside(
    packs: Sequence[Pack], parts: tuple[Part[Any], ...], standing: Standing, refused: Sequence[Located]
) -> Report:
    """Check the packs that can be read beside the running versions of those that cannot, until nothing more breaks."""
    found = [*_found_in(packs), *refused]
    broken = {pack.id for pack in packs if not pack.readable} | {located.pack for located in refused}
    while True:
        whole = [pack for pack in packs if pack.id not in broken]
        stand_ins = {pack: standing[pack] for pack in broken if pack in standing}
        latest = _check_all(whole, parts, stand_ins, broken)
        newly = {located.pack for located in latest if located.is_error} - broken
        if not newly:
            return Report(tuple(packs), _ordered([*found, *latest]), parts)
        found += [located for located in latest if located.pack in newly]
        broken |= newly


def _found_in(packs: Iterable[Pack]) -> list[Located]:
    return [located for pack in packs for located in pack.found]


def _ordered(found: Iterable[Located]) -> tuple[Located, ...]:
    """By file and line; what was said twice is said once."""
    unique = {(one.file, one.position.line, one.finding.message, str(one.finding.values)): one for one in found}
    return tuple(sorted(unique.values(), key=lambda one: (one.pack, one.file, one.position.line, one.position.column)))


def _check_all(
    packs: Sequence[Pack], parts: Sequence[Part[Any]], stand_ins: Standing, broken: Collection[str]
) -> list[Located]:
    by_name = {part.name: part for part in parts}
    shelf = _Shelf(packs, stand_ins)
    found = list(_doubled_across(packs))
    for pack in packs:
        beside = Beside(pack.id, shelf.seen_from(pack.province))
        found += _dependencies(pack, beside, broken)
        for document in pack.documents:
            checks = by_name[document.part].check(document.value, beside)
            found += (document.locate(pack.id, finding) for finding in checks)
            found += (document.locate(pack.id, finding) for finding in without_reference(document.value))
    return found


def _doubled_across(packs: Sequence[Pack]) -> Iterator[Located]:
    """Documents of one name in two packs that a province would publish together."""
    first: dict[tuple[str, str], list[tuple[Pack, str]]] = {}
    for pack in packs:
        for document in pack.documents:
            others = first.setdefault((document.part, document.key), [])
            for other, file in others:
                if other.id != pack.id and (not other.province or pack.province in ("", other.province)):
                    yield document.locate(pack.id, doubled(document.part, document.key, file))
            others.append((pack, document.source.file))


def _dependencies(pack: Pack, beside: Beside, broken: Collection[str]) -> Iterator[Located]:
    """A pack whose dependency is neither readable nor running has nothing to stand on."""
    for index, wanted in enumerate(pack.header.depends if pack.header else ()):
        where: Where = ("depends", index)
        findings = beside.missing(where, "pack", wanted)
        if wanted in broken and not beside.get("pack", wanted):
            findings = (Finding(
                where,
                N_("the pack “{pack}”, which this one needs, is broken and has no running version"),
                N_("correct that pack first"),
                values={"pack": wanted},
            ),)  # fmt: skip
        yield from (located_at(pack, finding) for finding in findings)


class _Shelf:
    """All documents by the province that they belong to, "" for every province."""

    def __init__(self, packs: Iterable[Pack], stand_ins: Standing) -> None:
        self.by_province: dict[str, dict[str, dict[str, Any]]] = {}
        for pack in packs:
            for document in pack.documents:
                self._put(pack.province, document.part, document.key, document.value)
        for documents in stand_ins.values():
            for part, keyed in documents.items():
                for key, value in keyed.items():
                    self._put("", part, key, value)
        self._seen: dict[str, dict[str, dict[str, Any]]] = {}

    def _put(self, province: str, part: str, key: str, value: Any) -> None:
        self.by_province.setdefault(province, {}).setdefault(part, {}).setdefault(key, value)

    def seen_from(self, province: str) -> Mapping[str, Mapping[str, Any]]:
        """What a pack of that province stands beside: a pack of every province sees all of them."""
        if province not in self._seen:
            visible = [province, ""] if province else ["", *self.by_province]
            seen: dict[str, dict[str, Any]] = {}
            for part_documents in (self.by_province.get(one, {}) for one in visible):
                for part, keyed in part_documents.items():
                    for key, value in keyed.items():
                        seen.setdefault(part, {}).setdefault(key, value)
            self._seen[province] = seen
        return self._seen[province]


class Beside:
    """The context of a check: documents by part and key, as seen from one pack."""

    def __init__(self, pack: str, documents: Mapping[str, Mapping[str, Any]]) -> None:
        self.pack = pack
        self._documents = documents

    def get(self, part: str, key: str) -> Any | None:
        return self._documents.get(part, {}).get(key)

    def documents(self, part: str) -> Mapping[str, Any]:
        return self._documents.get(part, {})

    def missing(self, where: Where, part: str, key: str) -> Iterable[Finding]:
        known = self.documents(part)
        if key in known:
            return
        values = {"part": part, "key": key, "close": nearest(key, known), "known": ", ".join(sorted(known)[:12])}
        remedy = N_("write it, or use one of: {known}") if known else N_("write it")
        if values["close"]:
            remedy = N_("did you mean “{close}”?")
        yield Finding(where, N_("there is no {part} “{key}”"), remedy, values=values)


def located_at(pack: Pack, finding: Finding) -> Located:
    """A finding about the head of a pack, at its line in pack.yaml."""
    header = next((document for document in pack.documents if document.part == "pack"), None)
    if header is None:
        return Located(pack.id, f"{pack.folder.parent.name}/{pack.id}/pack.yaml", Position(1), finding)
    return header.locate(pack.id, finding)
