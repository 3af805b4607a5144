"""Following the journal: number what waits, give projections their entries, defer reactions; once or in a loop.

One transaction moves a follower's cursor together with its effect, so a process may die anywhere. Several processes may
run: the rows of head and cursors let one through at a time. Followers poll; nothing in an action ever wakes them.

A projection that fails holds up itself alone: it rests 1, 2, 4 … seconds and its lag shows on /health.
"""

import json
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from procrastinate.types import JSONDict

from tinhso.journal import queries, sequence
from tinhso.journal.jobs import react, run_jobs
from tinhso.journal.queries import Entry
from tinhso.journal.registry import PROJECTIONS, REACTIONS, Follower, Projection, Reaction, projection, reaction

__all__ = ["loop", "projection", "reaction", "run_jobs", "run_once"]

log = structlog.get_logger()

BUSY_S = 0.05
IDLE_S = 0.25
REST_S_MAX = 60.0
LOST_DATABASE_S_MAX = 10.0

_STATE = """\
SELECT h.position,
       EXISTS (SELECT FROM journal_pending),
       (SELECT json_object_agg(c.name, c.position)::text FROM journal_cursor AS c)
  FROM journal_head AS h"""

# A follower seen for the first time; another process may see it at the same time.
_FIRST_SEEN = """\
INSERT INTO journal_cursor (name, position)
SELECT %s, CASE WHEN %s THEN h.position ELSE 0 END
  FROM journal_head AS h
    ON CONFLICT (name) DO NOTHING"""

_LOCK_CURSORS = """\
SELECT name, position
  FROM journal_cursor
 WHERE name = ANY(%s)
 ORDER BY name
   FOR UPDATE"""

_MOVE_CURSORS = "UPDATE journal_cursor SET position = %s WHERE name = ANY(%s)"


@dataclass(slots=True)
class _Resting:
    """Projections that failed lately, and until when each is left alone."""

    until: dict[str, float] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)

    def is_resting(self, name: str) -> bool:
        return time.monotonic() < self.until.get(name, 0.0)

    def failed(self, name: str) -> None:
        count = self.failures[name] = self.failures.get(name, 0) + 1
        self.until[name] = time.monotonic() + min(2.0 ** (count - 1), REST_S_MAX)

    def worked(self, name: str) -> None:
        self.until.pop(name, None)
        self.failures.pop(name, None)


@dataclass(slots=True)
class _Window:
    """The entries last read: followers that stand at the same place share one read."""

    after: int = -1
    upto: int = -1
    entries: list[Entry] = field(default_factory=list)

    def read(self, after: int, upto: int) -> list[Entry]:
        if (after, upto) != (self.after, self.upto):
            self.after, self.upto, self.entries = after, upto, queries.window(after, upto)
        return self.entries


def run_once() -> int:
    """Number everything that waits and bring every follower to the head; how many steps that took.

    Errors of a projection come out of here; `loop` is the one that lives with them.
    """
    steps = 0
    while moved := _round(_Window(), resting=None):
        steps += moved
    return steps


def loop(stop: threading.Event | None = None) -> None:
    """The follower process: rounds until SIGTERM or SIGINT, 50 ms apart when busy, 250 ms when idle."""
    stopping = stop or _stop_on_signals()
    window, resting, losses = _Window(), _Resting(), 0
    while not stopping.is_set():
        try:
            moved = _round(window, resting)
            losses = 0
        except (OperationalError, InterfaceError) as error:
            losses += 1
            pause_s = min(IDLE_S * 2**losses, LOST_DATABASE_S_MAX)
            log.warning("follower_lost_database", error=type(error).__qualname__, again_in_s=pause_s)
            connection.close()
            stopping.wait(pause_s)
            continue
        if moved < sequence.BATCH:
            stopping.wait(BUSY_S if moved else IDLE_S)
    connection.close()


def _round(window: _Window, resting: _Resting | None) -> int:
    """One batch of numbering and one batch for every follower that is behind; entries numbered and passed."""
    head, is_waiting, positions = _state()
    moved = sequence.number_waiting() if is_waiting else 0
    if moved:
        head = queries.head()
    followers: list[Follower] = [*PROJECTIONS.values(), *REACTIONS.values()]
    new = [follower for follower in followers if follower.name not in positions]
    if new:
        _first_seen(new)
        return moved + 1
    for each in PROJECTIONS.values():
        if positions[each.name] < head and not (resting and resting.is_resting(each.name)):
            moved += _project_patiently(each, head, window, resting) if resting else _project(each, head, window)
    if any(positions[name] < head for name in REACTIONS):
        moved += _defer_reactions(list(REACTIONS.values()), head, window)
    return moved


def _state() -> tuple[int, bool, dict[str, int]]:
    """Head, whether entries wait, and every cursor: all that an idle round asks."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        head, is_waiting, positions = cursor.fetchone()
    return head, is_waiting, json.loads(positions) if positions else {}


def _first_seen(followers: Sequence[Follower]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for follower in followers:
            cursor.execute(_FIRST_SEEN, [follower.name, follower.since == "now"])


def _project_patiently(each: Projection, head: int, window: _Window, resting: _Resting) -> int:
    """A batch for one projection; a failure is its own."""
    try:
        moved = _project(each, head, window)
    except Exception:
        # The worker loop is where a broad except belongs: the others must go on, unless the database is gone.
        if not connection.is_usable():
            raise
        resting.failed(each.name)
        log.exception("projection_failed", follower=each.name, failures=resting.failures[each.name])
        return 0
    resting.worked(each.name)
    return moved


def _project(each: Projection, head: int, window: _Window) -> int:
    """One batch for one projection: its effect and its cursor in one transaction; positions passed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK_CURSORS, [[each.name]])
        _, after = cursor.fetchone()
        upto = min(head, after + queries.LIMIT_MAX)
        if upto <= after:
            return 0
        if wanted := [entry for entry in window.read(after, upto) if each.wants(entry.kind)]:
            each.effect(wanted)
        cursor.execute(_MOVE_CURSORS, [upto, [each.name]])
    return int(upto - after)


def _defer_reactions(reactions: Sequence[Reaction], head: int, window: _Window) -> int:
    """One batch for the reactions that are furthest behind: their jobs and their cursors in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK_CURSORS, [[each.name for each in reactions]])
        positions: dict[str, int] = dict(cursor.fetchall())
        after = min(positions.values())
        others = [position for position in positions.values() if position > after]
        upto = min([head, after + queries.LIMIT_MAX, *others])
        if upto <= after:
            return 0
        behind = [each for each in reactions if positions[each.name] == after]
        jobs: list[JSONDict] = [
            {"name": each.name, "entry_id": str(entry.id)}
            for entry in window.read(after, upto)
            for each in behind
            if each.wants(entry.kind)
        ]
        if jobs:
            react.batch_defer(*jobs)
        cursor.execute(_MOVE_CURSORS, [upto, [each.name for each in behind]])
    return upto - after


def _stop_on_signals() -> threading.Event:
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping
