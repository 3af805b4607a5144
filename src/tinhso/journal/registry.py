"""Who follows the journal: projections and reactions, registered by the rooms' own jobs.py.

A projection reads entries in the order of their positions and moves its cursor in the transaction of its effect:
each entry counts exactly once. A reaction is called for one entry at a time, in a job of its own, at least once:
what it does must be harmless the second time. Reading, deferring and running are in follow.py and jobs.py.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from tinhso.journal.append import KIND
from tinhso.journal.queries import Entry

_MANY_KINDS = re.compile(r"\*|[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?\.\*")

Since = Literal["start", "now"]
Project = Callable[[Sequence[Entry]], None]
React = Callable[[Entry], None]
P = TypeVar("P", bound=Project)
R = TypeVar("R", bound=React)


class BadFollower(ValueError):
    """A follower that cannot be registered: a bug of its room."""


@dataclass(frozen=True, slots=True)
class Follower:
    """Something that follows the journal under a name that is never reused, for it names the cursor."""

    name: str
    kinds: frozenset[str]
    since: Since

    def wants(self, kind: str) -> bool:
        """Kinds are whole, or end in ".*" for all of a room or a noun; "*" is every kind."""
        if kind in self.kinds or "*" in self.kinds:
            return True
        room, noun, _ = kind.split(".")
        return f"{room}.*" in self.kinds or f"{room}.{noun}.*" in self.kinds


@dataclass(frozen=True, slots=True)
class Projection(Follower):
    effect: Project


@dataclass(frozen=True, slots=True)
class Reaction(Follower):
    effect: React


PROJECTIONS: dict[str, Projection] = {}
REACTIONS: dict[str, Reaction] = {}


def projection(name: str, kinds: Iterable[str], *, since: Since = "start") -> Callable[[P], P]:
    """Register a function that is given entries of these kinds in order, inside the transaction of its cursor.

    since  "start": a new follower reads the whole journal first; "now": only what comes after it was first seen
    """

    def register(effect: P) -> P:
        _refuse_second(name, effect)
        PROJECTIONS[name] = Projection(name, _checked(name, kinds), since, effect)
        return effect

    return register


def reaction(name: str, kinds: Iterable[str], *, since: Since = "start") -> Callable[[R], R]:
    """Register a function that is called once or more for each entry of these kinds, alone, outside a transaction."""

    def register(effect: R) -> R:
        _refuse_second(name, effect)
        REACTIONS[name] = Reaction(name, _checked(name, kinds), since, effect)
        return effect

    return register


def _checked(name: str, kinds: Iterable[str]) -> frozenset[str]:
    """The kinds, when each is a whole kind, its beginning and ".*", or "*"."""
    found = frozenset(kinds)
    if not found:
        raise BadFollower(f"{name} follows nothing")
    for kind in found:
        if not (KIND.fullmatch(kind) or _MANY_KINDS.fullmatch(kind)):
            raise BadFollower(f"{name}: {kind!r} is neither room.noun.past_verb nor ends in .*")
    return found


def _refuse_second(name: str, effect: Callable[..., None]) -> None:
    """A name belongs to one function; a module that is imported again may say so again."""
    known = PROJECTIONS.get(name) or REACTIONS.get(name)
    if known and (known.effect.__module__, known.effect.__qualname__) != (effect.__module__, effect.__qualname__):
        raise BadFollower(f"{name} is already the name of {known.effect.__module__}.{known.effect.__qualname__}")
