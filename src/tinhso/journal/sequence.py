"""The sequencer: gives each entry its position and its place in the tree.

Four plain statements on one locked row: lock the head, take what waits, write leaves and nodes, move the head. One
sequencer works at a time, whoever asks; a second one waits for the row. An entry whose transaction commits late is
taken later, so nothing is skipped, nobody's open transaction holds the others up, and causes come before effects: who
saw the cause wrote with a higher `seq`, and could not have been seen without it.

Not one CTE for all: a CTE that locks a row which the main statement updates returns nothing and loses entries.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction

from tinhso.journal import leaf, merkle
from tinhso.kernel.canonical import NotCanonical

# More is hardly faster, and a batch of 5,000 makes followers wait a quarter of a second.
BATCH = 1000

log = structlog.get_logger()

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_LOCK = "SELECT position, peaks FROM journal_head FOR UPDATE"

# The subquery looks each entry up by its key: no plan can turn it into a walk through the months.
# Microseconds, because a session's time zone must not reach the hash.
_TAKE = """\
DELETE FROM journal_pending AS p
 WHERE p.seq IN (SELECT seq FROM journal_pending ORDER BY seq LIMIT %s)
RETURNING p.seq, p.id,
          (SELECT jsonb_build_array((extract(epoch FROM e.at) * 1000000)::bigint,
                                    e.kind, e.subject, e.unit, e.actor, e.data, e.meta)
             FROM journal_entry AS e
            WHERE e.id = p.id)"""

# Two inserts that know nothing of one another, in one round trip.
_WRITE = """\
WITH leaves AS (
    INSERT INTO journal_leaf (position, id, hash)
    SELECT %s + l.place, l.id, l.hash
      FROM unnest(%s::uuid[], %s::bytea[]) WITH ORDINALITY AS l(id, hash, place)
)
INSERT INTO journal_node (level, number, hash)
SELECT n.level, n.number, n.hash
  FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[]) AS n(level, number, hash)"""

_MOVE = "UPDATE journal_head SET position = %s, peaks = %s"


def number_waiting(limit: int = BATCH) -> int:
    """Give a position to entries that wait, at most `limit`, in a transaction of its own; how many there were."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        position, peaks = cursor.fetchone()
        cursor.execute(_TAKE, [limit])
        waiting = sorted(cursor.fetchall(), key=lambda row: row[0])
        if not waiting:
            return 0
        hashes = [_leaf_hash(entry_id, stored) for _, entry_id, stored in waiting]
        tree = merkle.grow(position, merkle.split_peaks(bytes(peaks)), hashes)
        cursor.execute(_WRITE, [position, [row[1] for row in waiting], hashes, *_columns(tree.nodes)])
        cursor.execute(_MOVE, [tree.size, b"".join(tree.peaks)])
    return len(waiting)


def _leaf_hash(entry_id: UUID, stored: str | None) -> bytes:
    """The hash of an entry as `_TAKE` gives it."""
    if stored is None:
        # Somebody removed an entry that waited. It keeps its place, so that the others go on and `verify` can tell.
        log.error("waiting_entry_removed", entry_id=str(entry_id))
        return merkle.leaf_hash(b"")
    at_us, kind, subject, unit, actor, data, meta = json.loads(stored)
    form = leaf.entry_form(
        entry_id=entry_id,
        at=_EPOCH + timedelta(microseconds=at_us),
        kind=kind,
        subject=subject,
        unit=unit,
        actor=UUID(actor) if actor else None,
        data=data,
        meta=meta,
    )
    try:
        return leaf.hash_of(form)
    except NotCanonical:
        # Not written by `append`. It keeps its place too.
        log.error("waiting_entry_not_canonical", entry_id=str(entry_id))  # noqa: TRY400  # the error would quote the data
        return merkle.leaf_hash(b"")


def _columns(nodes: Sequence[tuple[merkle.Place, bytes]]) -> tuple[list[int], list[int], list[bytes]]:
    return [place.level for place, _ in nodes], [place.number for place, _ in nodes], [digest for _, digest in nodes]
