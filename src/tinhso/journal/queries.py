"""What can be asked of the journal. Rows come back frozen; every list has a limit."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

LIMIT_MAX = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened.

    position  1 for the first entry that was numbered, dense, never reused; None while it waits to be numbered
    seq       its number in the order of writing: grows along the entries of one subject, with gaps; a page's keyset
    """

    id: UUID
    at: datetime
    kind: str
    subject: str
    unit: str
    actor: UUID | None
    data: Mapping[str, Any]
    meta: Mapping[str, Any]
    position: int | None
    seq: int


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a follower is behind the head of the journal."""

    name: str
    position: int
    behind: int


@dataclass(frozen=True, slots=True)
class DeadReaction:
    """A reaction that failed too often and waits for a person.

    where  the kind of error and the line of ours it came from; never its text, which might name a person
    """

    job_id: int
    name: str
    entry_id: UUID
    attempts: int
    failed_at: datetime
    where: str


# Entries of one subject, oldest first, after a given one. Uses journal_entry_subject_seq.
_ENTRIES_OF = """\
SELECT e.id, e.at, e.kind, e.subject, e.unit, e.actor, e.data, e.meta, l.position, e.seq
  FROM journal_entry AS e
  LEFT JOIN journal_leaf AS l ON l.id = e.id
 WHERE e.subject = %s
   AND e.seq > %s
 ORDER BY e.seq
 LIMIT %s"""

# One entry. Uses the primary keys.
_ENTRY = """\
SELECT e.id, e.at, e.kind, e.subject, e.unit, e.actor, e.data, e.meta, l.position, e.seq
  FROM journal_entry AS e
  LEFT JOIN journal_leaf AS l ON l.id = e.id
 WHERE e.id = %s
 ORDER BY e.seq"""

# Entries by position in (after, upto]. Uses journal_leaf_pkey, then the entries' primary keys.
_WINDOW = """\
SELECT e.id, e.at, e.kind, e.subject, e.unit, e.actor, e.data, e.meta, l.position, e.seq
  FROM journal_leaf AS l
  JOIN journal_entry AS e ON e.id = l.id
 WHERE l.position > %s
   AND l.position <= %s
 ORDER BY l.position"""

# A few rows; uses no index.
_LAG = """\
SELECT c.name, c.position, h.position - c.position
  FROM journal_cursor AS c
 CROSS JOIN journal_head AS h
 ORDER BY c.name
 LIMIT %s"""

# The entry that waits longest to be numbered. Uses journal_pending_pkey.
_OLDEST_PENDING = """\
SELECT greatest(0, extract(epoch FROM clock_timestamp() - uuid_extract_timestamp(id)))::float
  FROM journal_pending
 ORDER BY seq
 LIMIT 1"""

# Reactions that gave up, latest first. Uses procrastinate_jobs_failed_reactions.
_DEAD = """\
SELECT j.id, j.args->>'name', (j.args->>'entry_id')::uuid, j.attempts,
       coalesce(f.at, e.at, '-infinity'), coalesce(f.error, 'worker died')
  FROM procrastinate_jobs AS j
  LEFT JOIN journal_failure AS f ON f.job_id = j.id
  LEFT JOIN LATERAL (
        SELECT at
          FROM procrastinate_events
         WHERE job_id = j.id
           AND type = 'failed'
         ORDER BY id DESC
         LIMIT 1
       ) AS e ON true
 WHERE j.status = 'failed'
   AND j.task_name = 'journal.react'
 ORDER BY j.id DESC
 LIMIT %s"""


def entries_of(subject: UUID | str, *, after: int | None = None, limit: int = 100) -> list[Entry]:
    """What happened to a subject, oldest first; `after` is the seq of the last entry of the page before."""
    return _entries(_ENTRIES_OF, [str(subject), after or 0, min(limit, LIMIT_MAX)])


def entry(entry_id: UUID) -> Entry | None:
    """One entry, or None."""
    return next(iter(_entries(_ENTRY, [entry_id])), None)


def window(after: int, upto: int) -> list[Entry]:
    """The numbered entries at positions in (after, upto], at most LIMIT_MAX of them."""
    return _entries(_WINDOW, [after, min(upto, after + LIMIT_MAX)])


def head() -> int:
    """The position of the last numbered entry, 0 in an empty journal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM journal_head")
        return int(cursor.fetchone()[0])


def lag() -> list[Lag]:
    """Every follower that was ever seen, and how far it is behind."""
    with connection.cursor() as cursor:
        cursor.execute(_LAG, [LIMIT_MAX])
        return [Lag(name, position, behind) for name, position, behind in cursor.fetchall()]


def oldest_pending_s() -> float:
    """Seconds that the longest waiting entry has waited to be numbered, 0 when none waits. Alarm over a minute."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST_PENDING)
        row = cursor.fetchone()
    return float(row[0]) if row else 0.0


def dead_reactions(*, limit: int = 100) -> list[DeadReaction]:
    """Reactions that failed too often, latest first. `actions.replay` gives one another chance."""
    with connection.cursor() as cursor:
        cursor.execute(_DEAD, [min(limit, LIMIT_MAX)])
        return [DeadReaction(*row) for row in cursor.fetchall()]


def _entries(sql: str, values: list[Any]) -> list[Entry]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    return [parse_row(*row) for row in rows]


def parse_row(*row: Any) -> Entry:
    # Django hands jsonb over as text.
    entry_id, at, kind, subject, unit, actor, data, meta, position, seq = row
    return Entry(entry_id, at, kind, subject, unit, actor, json.loads(data), json.loads(meta), position, seq)
