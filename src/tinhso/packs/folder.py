"""A folder of packs, read: each pack's documents as structs, each with the file and the lines it came from.

Owns the step from files to documents. Files that cannot be read become findings; the other files are read all the same,
so that an author sees everything at once.

Deliberately absent: checks between documents (check.py), publication (actions.py), Django.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tinhso.kernel.problems import N_
from tinhso.packs.load import PackError, Position, Source, Tree, read_file
from tinhso.packs.pack_part import PACK, PackHeader
from tinhso.packs.parts import Finding, Part, Severity, part_of
from tinhso.packs.shape import Misshapen, convert

FILES_MAX = 5_000  # of one pack; more is a wrong folder

# Said beside the packs, not in them: editors' schemas, and words for people who open the folder.
_NOT_CONTENT = frozenset({"README.md", "LICENSE", "SOURCES.md"})
_YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Located:
    """A finding with the file and line where its author will look."""

    pack: str
    file: str
    position: Position
    finding: Finding

    @property
    def is_error(self) -> bool:
        return self.finding.severity is Severity.ERROR


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a pack: what the file says (`source.tree`) and what it means (`value`)."""

    part: str
    key: str
    value: Any
    source: Source

    def locate(self, pack: str, finding: Finding) -> Located:
        return Located(pack, self.source.file, self.source.position(finding.where), finding)


@dataclass(frozen=True)
class Pack:
    """A pack as its folder describes it now.

    files   SHA-256 of the files that no part reads (maps, pictures), by their path in the pack
    found   what is already known to be wrong with it
    """

    id: str
    folder: Path
    header: PackHeader | None
    documents: tuple[Document, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    found: tuple[Located, ...] = ()

    @property
    def province(self) -> str:
        return (self.header and self.header.province) or ""

    @property
    def readable(self) -> bool:
        return self.header is not None and not any(located.is_error for located in self.found)

    def content(self) -> dict[str, Tree]:
        """What a published version keeps: every document as it was written, by part and key."""
        documents: dict[str, dict[str, Tree]] = {}
        for document in self.documents:
            documents.setdefault(document.part, {})[document.key] = document.source.tree
        return {"documents": documents, "files": dict(self.files)}

    def digest(self) -> str:
        """SHA-256 of the content: comments and the order of keys do not count, everything else does."""
        return hashlib.sha256(msgspec.json.encode(self.content(), order="sorted")).hexdigest()


def read_folder(folder: Path, parts: Sequence[Part[Any]]) -> tuple[Pack, ...]:
    """Every pack in `folder`, by name: each folder in it that is not hidden."""
    if (folder / "pack.yaml").is_file():
        return (read_pack(folder, parts),)
    children = sorted(child for child in folder.iterdir() if child.is_dir() and not child.name.startswith((".", "_")))
    return tuple(read_pack(child, parts) for child in children)


def read_pack(folder: Path, parts: Sequence[Part[Any]]) -> Pack:
    """One pack. `found` holds what is wrong; messages name files as "packs/<pack>/…"."""
    return _Reading(folder, parts).read()


class _Reading:
    def __init__(self, folder: Path, parts: Sequence[Part[Any]]) -> None:
        self.folder = folder
        self.parts = parts
        self.root = f"{folder.parent.name}/{folder.name}"
        self.documents: dict[tuple[str, str], Document] = {}
        self.files: dict[str, str] = {}
        self.found: list[Located] = []

    def read(self) -> Pack:
        for path in self._paths():
            self._read_one(path, path.relative_to(self.folder).as_posix())
        header = self._header()
        return Pack(
            id=self.folder.name,
            folder=self.folder,
            header=header,
            documents=tuple(self.documents.values()),
            files=self.files,
            found=tuple(self.found),
        )

    def _paths(self) -> Iterator[Path]:
        """The files of the pack in a fixed order, hidden ones left out."""
        paths = [path for path in sorted(self.folder.rglob("*")) if path.is_file() and not self._hidden(path)]
        if len(paths) > FILES_MAX:
            self._say("pack.yaml", Finding((), N_("the pack has more than {limit} files"), N_("split it into packs"),
                                           values={"limit": FILES_MAX}))  # fmt: skip
        yield from paths[:FILES_MAX]

    def _hidden(self, path: Path) -> bool:
        return any(name.startswith(".") for name in path.relative_to(self.folder).parts)

    def _read_one(self, path: Path, file: str) -> None:
        part = part_of(file, self.parts)
        if part is None:
            self._unread(path, file)
            return
        name = f"{self.root}/{file}"
        try:
            source = read_file(path, name)
            value = convert(source.tree, part.struct)
        except PackError as error:
            self.found.append(Located(self.folder.name, name, error.position, _finding_of(error)))
        except Misshapen as error:
            self.found += (Located(self.folder.name, name, source.position(one.where), one) for one in error.findings)
        else:
            self._add(part, file, value, source)

    def _add(self, part: Part[Any], file: str, value: Any, source: Source) -> None:
        key = part.key(value) if part.key else f"{self.folder.name}/{file.rsplit('/', 1)[-1].rsplit('.', 1)[0]}"
        document = Document(part.name, key, value, source)
        if first := self.documents.get((part.name, key)):
            self.found.append(document.locate(self.folder.name, doubled(part.name, key, first.source.file)))
            return
        self.documents[part.name, key] = document

    def _unread(self, path: Path, file: str) -> None:
        """A file of no part: pictures and tables count by their hash; a YAML file is a mistake in its name or place."""
        if file.endswith(_YAML):
            self._say(file, Finding((), N_("no part reads this file"), N_("move it to one of: {patterns}"),
                                    values={"patterns": self._patterns()}))  # fmt: skip
        elif path.name not in _NOT_CONTENT:
            with path.open("rb") as stream:
                self.files[file] = hashlib.file_digest(stream, "sha256").hexdigest()

    def _patterns(self) -> str:
        return ", ".join(part.pattern for part in self.parts if part.pattern.endswith(_YAML))

    def _say(self, file: str, finding: Finding) -> None:
        self.found.append(Located(self.folder.name, f"{self.root}/{file}", Position(1), finding))

    def _header(self) -> PackHeader | None:
        document = next((one for (part, _), one in self.documents.items() if part == PACK.name), None)
        if document is None:
            if not (self.folder / "pack.yaml").exists():
                self._say("pack.yaml", Finding((), N_("the pack has no pack.yaml"),
                                               N_("write one: id, version, in_force_from, owner, title")))  # fmt: skip
            return None
        header: PackHeader = document.value
        if header.id != self.folder.name:
            finding = Finding(
                ("id",),
                N_("the id “{id}” is not the name of the folder"),
                N_("write “{folder}”, or rename the folder"),
                values={"id": header.id, "folder": self.folder.name},
            )
            self.found.append(document.locate(self.folder.name, finding))
        return header


def doubled(part: str, key: str, file: str) -> Finding:
    """Two documents of one name."""
    return Finding(
        (),
        N_("the {part} “{key}” is already in {file}"),
        N_("keep one of the two"),
        values={"part": part, "key": key, "file": file},
    )


def _finding_of(error: PackError) -> Finding:
    return Finding((), error.message, error.remedy, values=error.values)


def errors_in(found: Iterable[Located]) -> bool:
    return any(located.is_error for located in found)
