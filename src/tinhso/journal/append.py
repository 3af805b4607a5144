"""The only way into the journal: inside the transaction of the change that the entry tells.

One statement writes the entry and its place in the waiting line of the sequencer. Nothing here waits, notifies or
defers: what follows an entry follows it later, from the journal.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tinhso.kernel.canonical import canonical

KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")

# Writes the entries in the order given, and lets each wait to be numbered. Fits into a larger WITH (see `as_cte`).
_CTE = """\
journal_new AS (
    INSERT INTO journal_entry (at, kind, subject, unit, actor, data, meta)
    SELECT n.at, n.kind, n.subject, n.unit, n.actor, n.data, n.meta
      FROM unnest(%(journal_at)s::timestamptz[], %(journal_kind)s::text[], %(journal_subject)s::text[],
                  %(journal_unit)s::text[], %(journal_actor)s::uuid[], %(journal_data)s::jsonb[],
                  %(journal_meta)s::jsonb[])
           WITH ORDINALITY AS n(at, kind, subject, unit, actor, data, meta, place)
     ORDER BY n.place
    RETURNING seq, id
), journal_waiting AS (
    INSERT INTO journal_pending (seq, id)
    SELECT seq, id
      FROM journal_new
    RETURNING seq, id
)"""

_APPEND = f"WITH {_CTE} SELECT seq, id FROM journal_waiting ORDER BY seq"  # noqa: S608  # constants only

# The same for one entry: a third cheaper than the arrays.
_APPEND_ONE = """\
WITH journal_new AS (
    INSERT INTO journal_entry (at, kind, subject, unit, actor, data, meta)
    VALUES (%s, %s, %s, %s, %s, %s::jsonb, %s::jsonb)
    RETURNING seq, id
)
INSERT INTO journal_pending (seq, id)
SELECT seq, id
  FROM journal_new
RETURNING seq, id"""


class NotInTransaction(RuntimeError):
    """A step was called outside a transaction: a bug of the caller."""


class BadEntry(ValueError):
    """An entry that may not stand in the journal: a bug of the caller."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to be appended.

    kind     room.noun.past_verb
    subject  id of the thing it happened to
    at       when it happened, aware; may be long ago
    unit     code of the unit or agency concerned, "" when none
    actor    id of the account that did it, None when the program did
    data     known before: texts, whole numbers, truth values, lists and maps of them; never a person
    meta     about the call: request id, channel
    """

    kind: str
    subject: UUID | str
    at: datetime
    actor: UUID | None = None
    unit: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)

    def row(self) -> tuple[datetime, str, str, str, UUID | None, str, str]:
        """The columns as they are stored; raises BadEntry, NotCanonical."""
        if not KIND.fullmatch(self.kind):
            raise BadEntry(f"{self.kind!r} is not room.noun.past_verb")
        if self.at.tzinfo is None:
            raise BadEntry(f"{self.kind}: at has no time zone")
        if not isinstance(self.subject, UUID | str) or not self.subject:
            # Among others: a key that the database has not given yet (bulk_create does not fetch it).
            raise BadEntry(f"{self.kind}: a subject is an id, not {type(self.subject).__name__}")
        data, meta = canonical(dict(self.data)).decode(), canonical(dict(self.meta)).decode()
        return (self.at.astimezone(UTC), self.kind, str(self.subject), self.unit, self.actor, data, meta)


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append gave: the entry's id, and its number in the order of writing (not its position)."""

    id: UUID
    seq: int


def require_transaction() -> None:
    """Every step begins with this: it changes something, and must be part of somebody's action."""
    if not connection.in_atomic_block:
        raise NotInTransaction("a step is called inside an action's transaction")


def append(
    kind: str,
    *,
    subject: UUID | str,
    at: datetime,
    actor: UUID | None = None,
    unit: str = "",
    data: Mapping[str, Any] | None = None,
    meta: Mapping[str, Any] | None = None,
) -> Appended:
    """Write one entry, in the transaction of the change that it tells. See NewEntry for the arguments."""
    require_transaction()
    new = NewEntry(kind, subject, at, actor=actor, unit=unit, data=data or {}, meta=meta or {})
    with connection.cursor() as cursor:
        cursor.execute(_APPEND_ONE, new.row())
        seq, entry_id = cursor.fetchone()
    return Appended(id=entry_id, seq=seq)


def append_many(entries: Sequence[NewEntry]) -> list[Appended]:
    """Write several entries in one statement; answers in the order given."""
    require_transaction()
    if not entries:
        return []
    _, values = as_cte(entries)
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, values)
        return [Appended(id=entry_id, seq=seq) for seq, entry_id in cursor.fetchall()]


def as_cte(entries: Sequence[NewEntry]) -> tuple[str, dict[str, list[Any]]]:
    """The append as a piece of the caller's own WITH, for an action that writes everything in one statement.

    returns  the text `journal_new AS (…), journal_waiting AS (…)`, and its named values; both give (seq, id)
    """
    names = ("at", "kind", "subject", "unit", "actor", "data", "meta")
    columns = zip(*(entry.row() for entry in entries), strict=True)
    return _CTE, {f"journal_{name}": list(column) for name, column in zip(names, columns, strict=True)}
