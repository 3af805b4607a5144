"""Pack files: YAML, text and CSV read into plain trees that know the line of every value.

Owns what a pack file may look like. A plain scalar means what it looks like to a person in an office:
`00123`, `no`, `1.001193`, `12:30` and `2026-07-01` are text; only `true`, `false`, whole numbers without a
leading zero, and `null` are not. There are no floats.

Deliberately absent: anchors, aliases, tags, several documents in a file, keys that are not text, structs.
Invariant: whatever the bytes are, the answer is a tree or a PackError with a line (test_packs_load_fuzz.py).
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from tinhso.kernel.problems import N_

Where: TypeAlias = tuple[str | int, ...]  # ("versions", 0, "channels"): keys and positions from the top of the file
Tree: TypeAlias = Any  # dict, list, str, int, bool, None

FILE_BYTES_MAX = 8_000_000  # lists of units are the largest files that a person still reads
DEPTH_MAX = 40
NODES_MAX = 400_000

_WHOLE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")  # fits 64 bits; longer runs of digits are codes
_NULLS = frozenset({"", "~", "null"})
_BROKEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

# The C parser is five times as fast; without libyaml the same events come from Python.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Position:
    """Line and column as editors count them, from 1."""

    line: int
    column: int = 1


class PackError(Exception):
    """A pack file cannot be read. Carries the place, the reason and the remedy as msgids with values."""

    def __init__(self, file: str, position: Position, message: str, remedy: str, **values: str | int) -> None:
        self.file = file
        self.position = position
        self.message = message
        self.remedy = remedy
        self.values: Mapping[str, str | int] = values
        super().__init__(f"{file}:{position.line}: {message.format(**values)}")


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: `tree` is plain data, `lines` says where each value stands."""

    file: str
    tree: Tree
    lines: Mapping[Where, Position] = field(repr=False)

    def position(self, where: Where) -> Position:
        """Where a value stands; for a value that is not there, the nearest thing around it."""
        for length in range(len(where), -1, -1):
            if found := self.lines.get(where[:length]):
                return found
        return Position(1)


def read_file(path: Path, name: str) -> Source:
    """The file at `path`, called `name` in messages. Its ending says how it is read: .yaml, .csv, else text."""
    return read_bytes(_read_limited(path, name), name)


def read_bytes(content: bytes, name: str) -> Source:
    if len(content) > FILE_BYTES_MAX:
        raise _too_large(name)
    text = _decode(content, name)
    if name.endswith((".yaml", ".yml")):
        return _Yaml(name).read(text)
    if name.endswith(".csv"):
        return _read_csv(text, name)
    return Source(name, {"name": name.rsplit("/", 1)[-1], "text": text}, {(): Position(1), ("text",): Position(1)})


def _read_limited(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise PackError(
            name,
            Position(1),
            N_("the file cannot be read ({reason})"),
            N_("make it a plain file that the program may read"),
            reason=error.strerror or type(error).__name__,
        ) from error


def _too_large(name: str) -> PackError:
    return PackError(
        name,
        Position(1),
        N_("the file is larger than {limit} bytes"),
        N_("split it into several files"),
        limit=FILE_BYTES_MAX,
    )


def _decode(content: bytes, name: str) -> str:
    """Text in UTF-8 and NFC with line ends of Unix; a byte order mark is dropped."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PackError(
            name, Position(line), N_("this line is not UTF-8"), N_("save the file with the encoding UTF-8")
        ) from error
    text = text.replace("\r\n", "\n")
    _refuse_characters(text, name)
    return text


def _refuse_characters(text: str, name: str) -> None:
    if broken := _BROKEN.search(text):
        raise PackError(
            name,
            _position_at(text, broken.start()),
            N_("a control character (U+{code}) stands here"),
            N_("delete the character; it cannot be seen in most editors"),
            code=f"{ord(broken.group()):04X}",
        )
    if unicodedata.is_normalized("NFC", text):
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if not unicodedata.is_normalized("NFC", line):
            composed = unicodedata.normalize("NFC", line)
            column = next((i for i, (a, b) in enumerate(zip(line, composed, strict=False)) if a != b), 0) + 1
            raise PackError(
                name,
                Position(number, column),
                N_("letters and their marks are stored apart (not Unicode NFC)"),
                N_("type the word again with a Vietnamese keyboard set to composed Unicode"),
            )


def _position_at(text: str, offset: int) -> Position:
    start = text.rfind("\n", 0, offset) + 1
    return Position(text.count("\n", 0, offset) + 1, offset - start + 1)


def _plain(value: str) -> Tree:
    """What an unquoted scalar means."""
    if value in _NULLS:
        return None
    if value in ("true", "false"):
        return value == "true"
    if _WHOLE_NUMBER.fullmatch(value):
        return int(value)
    return value


@dataclass(slots=True)
class _Open:
    """A map or list whose end has not been read yet."""

    where: Where
    items: dict[str, Tree] | list[Tree]
    key: str | None = None  # the key whose value comes next


class _Yaml:
    """Builds the tree out of parser events with a stack of its own, so that depth cannot exhaust Python's."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Where, Position] = {}
        self.stack: list[_Open] = []
        self.tree: Tree = None
        self.documents = 0

    def read(self, text: str) -> Source:
        if (tab := text.find("\t")) >= 0:
            raise self._error(
                _position_at(text, tab),
                N_("a tab stands here"),
                N_("use spaces; set the editor to insert spaces for tabs"),
            )
        for event in self._events(text):
            self._take(event)
        self.lines.setdefault((), Position(1))
        return Source(self.name, self.tree, self.lines)

    def _events(self, text: str) -> Iterator[Event]:
        try:
            yield from yaml.parse(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            position = Position(mark.line + 1, mark.column + 1) if mark else Position(1)
            raise self._syntax(position, error.problem or error.context or "") from error
        except yaml.YAMLError as error:
            raise self._syntax(Position(1), str(error).split("\n", 1)[0]) from error

    def _syntax(self, position: Position, reason: str) -> PackError:
        return self._error(
            position,
            N_("this is not YAML: {reason}"),
            N_("check the indentation and the colons here; put text with special characters in quotes"),
            reason=reason,
        )

    def _error(self, position: Position, message: str, remedy: str, **values: str | int) -> PackError:
        return PackError(self.name, position, message, remedy, **values)

    def _take(self, event: Event) -> None:
        match event:
            case AliasEvent():
                raise self._no_anchor(event)
            case ScalarEvent():
                self._refuse_node_extras(event)
                self._scalar(event)
            case MappingStartEvent() | SequenceStartEvent():
                self._refuse_node_extras(event)
                self._open({} if isinstance(event, MappingStartEvent) else [], event)
            case MappingEndEvent() | SequenceEndEvent():
                self.stack.pop()
            case DocumentStartEvent():
                self._count_document(event)
            case _:
                pass

    def _no_anchor(self, event: Event) -> PackError:
        return self._error(
            _mark(event),
            N_("anchors and aliases (& and *) are not used in packs"),
            N_("write the value out, or put text that begins with & or * in quotes"),
        )

    def _refuse_node_extras(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent) -> None:
        if event.anchor is not None:
            raise self._no_anchor(event)
        if event.tag is not None:
            raise self._error(
                _mark(event),
                N_("tags such as {tag} are not used in packs"),
                N_("delete the tag, or put text that begins with ! in quotes"),
                tag=str(event.tag),
            )

    def _count_document(self, event: Event) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self._error(
                _mark(event),
                N_("a second YAML document begins here"),
                N_("delete the line ---, or make it a file of its own"),
            )

    def _scalar(self, event: ScalarEvent) -> None:
        top = self.stack[-1] if self.stack else None
        quoted = event.style in ("'", '"', "|", ">")
        if top and isinstance(top.items, dict) and top.key is None:
            self._key(top, event, quoted=quoted)
        else:
            self._place(event.value if quoted else _plain(event.value), event)

    def _key(self, top: _Open, event: ScalarEvent, *, quoted: bool) -> None:
        key, position = event.value, _mark(event)
        if not key or (not quoted and key in _NULLS):
            raise self._error(position, N_("a name is missing before the colon"), N_("write the name of the field"))
        if key in top.items:
            raise self._error(
                position,
                N_("“{key}” stands here a second time; it is already on line {line}"),
                N_("keep one of the two"),
                key=key,
                line=self.lines[(*top.where, key)].line,
            )
        top.key = key
        self.lines[(*top.where, key)] = position

    def _open(self, items: dict[str, Tree] | list[Tree], event: Event) -> None:
        if len(self.stack) >= DEPTH_MAX:
            raise self._error(
                _mark(event),
                N_("lists and maps are nested deeper than {limit}"),
                N_("simplify the file, or split it"),
                limit=DEPTH_MAX,
            )
        where = self._place(items, event)
        self.stack.append(_Open(where, items))

    def _place(self, value: Tree, event: Event) -> Where:
        """Put a value where it belongs and remember its line: of its key in a map, of its dash in a list."""
        if not self.stack:
            self.tree = value
            self.lines[()] = _mark(event)
            return ()
        top = self.stack[-1]
        if isinstance(top.items, list):
            where: Where = (*top.where, len(top.items))
            top.items.append(value)
            self.lines[where] = _mark(event)
        else:
            where = self._place_in_map(top, top.items, value, event)
        if len(self.lines) > NODES_MAX:
            raise self._error(
                _mark(event), N_("the file has more than {limit} values"), N_("split it into files"), limit=NODES_MAX
            )
        return where

    def _place_in_map(self, top: _Open, items: dict[str, Tree], value: Tree, event: Event) -> Where:
        if top.key is None:
            raise self._error(
                _mark(event), N_("the name of a field must be plain text"), N_("write a name before the colon")
            )
        where = (*top.where, top.key)
        items[top.key] = value
        top.key = None
        return where


def _mark(event: Event) -> Position:
    mark = event.start_mark
    return Position(mark.line + 1, mark.column + 1) if mark else Position(1)


def _read_csv(text: str, name: str) -> Source:
    """Rows as maps of text under "rows", by the names in the first line; comma between, quotes as usual."""
    rows: list[dict[str, str]] = []
    lines: dict[Where, Position] = {(): Position(1), ("rows",): Position(1)}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        _check_header(header, name)
        before = reader.line_num
        for cells in reader:
            position, before = Position(before + 1), reader.line_num
            if not cells:
                continue
            if len(cells) != len(header):
                raise _uneven_row(name, position, len(cells), len(header))
            lines["rows", len(rows)] = position
            rows.append(dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        raise PackError(
            name,
            Position(max(reader.line_num, 1)),
            N_("this is not CSV: {reason}"),
            N_("check the quotes on this line"),
            reason=str(error),
        ) from error
    return Source(name, {"name": name.rsplit("/", 1)[-1], "rows": rows}, lines)


def _check_header(header: list[str], name: str) -> None:
    if not header or len(set(header)) != len(header) or not all(header):
        raise PackError(
            name,
            Position(1),
            N_("the first line must name each column once"),
            N_("write different names, with commas between them, on the first line"),
        )


def _uneven_row(name: str, position: Position, cells: int, columns: int) -> PackError:
    return PackError(
        name,
        position,
        N_("this line has {cells} cells, the first line names {columns} columns"),
        N_("add or delete commas; put text with a comma in quotes"),
        cells=cells,
        columns=columns,
    )
