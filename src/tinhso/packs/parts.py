"""What a room offers to packs: parts, and the register of them.

A part is a kind of document in a pack folder: "procedures/*.yaml are procedures of this shape, named by their code,
checked by this function". Rooms describe theirs in `<room>/pack_part.py` (or `<room>/parts.py`) as a tuple `PARTS`;
`site/parts.py` registers them. This room knows the protocol only, never a room above it.

Deliberately absent: Django, files, publication.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, Generic, Protocol, TypeVar

from tinhso.packs.load import Where

D = TypeVar("D")
D_contra = TypeVar("D_contra", contravariant=True)


class Severity(StrEnum):
    ERROR = "error"  # the pack is not published
    WARNING = "warning"  # it is published, and its owner should look


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a pack's author should change: in words that say what and how.

    where      path in the document, such as ("versions", 0, "channels"); () is the document itself
    message    English msgid with {names}; remedy too: "what to do", without a full stop
    values     for the {names} of both
    """

    where: Where
    message: str
    remedy: str = ""
    severity: Severity = Severity.ERROR
    values: Mapping[str, object] = field(default_factory=dict)


class Context(Protocol):
    """All documents that stand together with the one being checked: this pack's and every other pack's."""

    @property
    def pack(self) -> str:
        """Id of the pack that the document belongs to."""

    def get(self, part: str, key: str) -> Any | None:
        """The document of that key, or None."""

    def documents(self, part: str) -> Mapping[str, Any]:
        """Every document of a part by its key."""

    def missing(self, where: Where, part: str, key: str) -> Iterable[Finding]:
        """No finding when the document exists, else one with the nearest key as its remedy."""


class Check(Protocol[D_contra]):
    def __call__(self, document: D_contra, context: Context, /) -> Iterable[Finding]: ...


class RunExample(Protocol[D_contra]):
    """Runs one example of a document: `given` and `then` are plain maps; `where` of findings begins at the example."""

    def __call__(
        self, document: D_contra, given: Mapping[str, Any], then: Mapping[str, Any], context: Context, /
    ) -> Iterable[Finding]: ...


def no_findings(_document: object, _context: Context) -> Iterable[Finding]:
    return ()


@dataclass(frozen=True)
class Part(Generic[D]):
    """One kind of document.

    name         what references call it: "procedure"
    pattern      which files of a pack folder are of this part: "procedures/*.yaml" (`*` stops at a slash).
                 A .csv is read as {"name", "rows": [{column: text}]}, any other ending as {"name", "text"}.
    struct       its shape: a msgspec.Struct with forbid_unknown_fields
    key          names the document among all packs; None: by pack and file ("one-stop/reasons")
    check        what the shape cannot say; also where a room runs examples of its own shape
    run_example  how `examples/*.yaml` with `for: <name>/<key>` are run
    public       may be shown to anyone through the API as it stands
    """

    name: str
    pattern: str
    struct: type[D]
    key: Callable[[D], str] | None = None
    check: Check[D] = no_findings
    run_example: RunExample[D] | None = None
    public: bool = False

    def matches(self, file: str) -> bool:
        """Is this file of the pack folder ("procedures/x.yaml") of this part?"""
        wanted, given = self.pattern.split("/"), file.split("/")
        return len(wanted) == len(given) and all(map(fnmatchcase, given, wanted))


class PartTwice(Exception):
    """Two parts of one name: two rooms would read the same documents."""


class _Register:
    """The parts by name, and who registers them when they are first asked for."""

    def __init__(self) -> None:
        self.parts: dict[str, Part[Any]] = {}
        self.wiring: Callable[[], None] | None = None


_register = _Register()


def wire(register_all: Callable[[], None]) -> None:
    """Let `register_all` run when the parts are first asked for: commands that read no pack start without them."""
    _register.wiring = register_all


def register(part: Part[Any]) -> None:
    """Make a part known. Again with the same part changes nothing."""
    if _register.parts.get(part.name, part) is not part:
        raise PartTwice(part.name)
    _register.parts[part.name] = part


def registered() -> tuple[Part[Any], ...]:
    """Every part, in the order of registration; the first whose pattern matches takes a file."""
    if wiring := _register.wiring:
        wiring()
        _register.wiring = None
    return tuple(_register.parts.values())


def part_of(file: str, parts: Iterable[Part[Any]]) -> Part[Any] | None:
    """The part that takes a file."""
    return next((part for part in parts if part.matches(file)), None)
