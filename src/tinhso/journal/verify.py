"""Walks the whole journal and says what is not as it was sealed: edited, removed, reordered, inserted, forged.

Bounded memory: batches of entries, the peaks of the tree, and a short list of what looked wrong. Everything is
recomputed from the entries; each stored hash is compared with its own children, so that a change is found where it is.
Who rewrites everything consistently, tree and all, still meets the signed heads: ours, and those that left the house.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from tinhso.journal import leaf, merkle, note, seal
from tinhso.journal.merkle import Place
from tinhso.journal.queries import parse_row
from tinhso.kernel.canonical import NotCanonical

BATCH = 2048
SUSPECTS_MAX = 64
_NO_HASH = bytes(merkle.HASH_BYTES)


class What(StrEnum):
    """What can be wrong."""

    EDITED = "edited"
    REMOVED = "removed"
    REORDERED = "reordered"
    INSERTED = "inserted"
    LEAF = "leaf"
    NODE = "node"
    HEAD = "head"
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was sealed, with the place and the entry where they are known."""

    what: What
    words: str
    position: int | None = None
    entry_id: UUID | None = None


@dataclass(slots=True)
class Summary:
    """What was walked: entries numbered, signed heads compared, and how much was found."""

    entries: int = 0
    checkpoints: int = 0
    findings: int = 0


Report = Callable[[Finding], None]
Progress = Callable[[int, int], None]

_HEAD = "SELECT position, peaks FROM journal_head"

# Every position of the batch, with its leaf and its entry where there are any. Uses the primary keys.
_BATCH = """\
SELECT e.id, e.at, e.kind, e.subject, e.unit, e.actor, e.data, e.meta, p.position, e.seq, l.id, l.hash
  FROM generate_series(%s::bigint, %s::bigint) AS p(position)
  LEFT JOIN journal_leaf AS l ON l.position = p.position
  LEFT JOIN journal_entry AS e ON e.id = l.id
 ORDER BY p.position"""

_NODES = """\
SELECT n.level, n.number, n.hash
  FROM unnest(%s::smallint[], %s::bigint[]) AS w(level, number)
  JOIN journal_node AS n USING (level, number)
 ORDER BY 1, 2"""

# Only for what looked wrong: walks all leaves.
_SEALED_AT = "SELECT position FROM journal_leaf WHERE hash = %s ORDER BY position LIMIT 1"

# Leaves behind the head, in one snapshot with it.
_BEYOND = """\
SELECT l.position, l.id
  FROM journal_leaf AS l
 WHERE l.position > (SELECT position FROM journal_head)
 ORDER BY l.position
 LIMIT 100"""

# Entries by id, and whether each is numbered or waits to be, in one snapshot. Uses the primary keys.
_OUTSIDE = """\
SELECT e.id, l.id IS NOT NULL OR EXISTS (SELECT FROM journal_pending AS p WHERE p.id = e.id)
  FROM (SELECT id FROM journal_entry WHERE id > %s ORDER BY id LIMIT %s) AS e
  LEFT JOIN journal_leaf AS l ON l.id = e.id
 ORDER BY e.id"""

# Uses journal_checkpoint_pkey.
_CHECKPOINTS = """\
SELECT size, root, note
  FROM journal_checkpoint
 WHERE size > %s
 ORDER BY size
 LIMIT %s"""


@dataclass(slots=True)
class _Walk:
    """Where the walk is, and what it remembers: the tree as computed, the tree as stored, what looked wrong."""

    report: Report
    summary: Summary = field(default_factory=Summary)
    size: int = 0
    computed: list[bytes] = field(default_factory=list)
    stored: list[bytes] = field(default_factory=list)
    wrong_nodes: list[tuple[Place, bytes]] = field(default_factory=list)
    suspects: dict[int, tuple[bytes, UUID | None]] = field(default_factory=dict)

    def found(self, what: What, words: str, *, position: int | None = None, entry_id: UUID | None = None) -> None:
        self.summary.findings += 1
        self.report(Finding(what, words, position, entry_id))


def verify(report: Report, *, progress: Progress | None = None, witnessed: Sequence[str] = ()) -> Summary:
    """Walk the journal and report each finding as it comes.

    progress   called with the entries walked and their number
    witnessed  signed heads that somebody outside kept: receipts, mails, the published ones
    """
    walk = _Walk(report)
    head, peaks = _head()
    heads = _Heads(walk, witnessed)
    while walk.size < head:
        _walk_batch(walk, min(head, walk.size + BATCH), heads)
        if progress:
            progress(walk.size, head)
    _explain_nodes(walk)
    if merkle.split_peaks(peaks) != walk.computed:
        walk.found(What.HEAD, f"The head of the tree at position {head} is not the one over its {head} entries.")
    heads.beyond(head)
    _find_outside(walk)
    walk.summary.entries = head
    return walk.summary


def main(say: Callable[[str], None], witnessed: Sequence[str] = ()) -> int:
    """Verify and say it in words; 0 when nothing was found, else 1. For the command line."""
    summary = verify(lambda finding: say(finding.words), witnessed=witnessed)
    heads = f"{summary.entries} entries and {summary.checkpoints} signed heads"
    say(
        f"{heads}: everything is as it was sealed."
        if not summary.findings
        else f"{heads}: {summary.findings} findings."
    )
    return 1 if summary.findings else 0


class _Heads:
    """The signed heads in order of size: ours from the table, and the witnessed ones."""

    def __init__(self, walk: _Walk, witnessed: Sequence[str]) -> None:
        self.walk = walk
        self.key = seal.private_key().public
        self.good_until = 0
        self.pending: note.Checkpoint | None = None
        self.others = sorted(self._opened(witnessed), key=lambda head: head.size)
        self.own = self._own()
        self.next = self._take()

    def compare(self, size: int, peaks: Sequence[bytes]) -> None:
        """Compare every signed head of this size with the root over these peaks."""
        while self.next and self.next.size <= size:
            if merkle.root(peaks) == self.next.root:
                self.good_until = size
            else:
                self.walk.found(
                    What.CHECKPOINT,
                    f"The head signed at {size} entries has another root: something at positions "
                    f"{self.good_until + 1} to {size} was changed after it was signed.",
                    position=size,
                )
            self.next = self._take()

    def beyond(self, head: int) -> None:
        """Signed heads of more entries than there are."""
        while self.next:
            size = self.next.size
            words = f"A head of {size} entries was signed, and the journal has {head}: its end was removed."
            self.walk.found(What.CHECKPOINT, words, position=size)
            self.next = self._take()

    def _take(self) -> note.Checkpoint | None:
        """The next signed head by size, ours before the witnessed ones."""
        self.pending = self.pending or next(self.own, None)
        if self.others and (self.pending is None or self.others[0].size < self.pending.size):
            taken: note.Checkpoint | None = self.others.pop(0)
        else:
            taken, self.pending = self.pending, None
        self.walk.summary.checkpoints += taken is not None
        return taken

    def _own(self) -> Iterator[note.Checkpoint]:
        size = 0
        while True:
            with connection.cursor() as cursor:
                cursor.execute(_CHECKPOINTS, [size, BATCH])
                rows = cursor.fetchall()
            if not rows:
                return
            for size, root, signed in rows:  # the last size begins the next batch
                for head in self._opened([signed]):
                    if (head.size, head.root) != (size, bytes(root)):
                        words = f"The row of the head signed at {size} entries says other than its note."
                        self.walk.found(What.CHECKPOINT, words, position=size)
                    yield head

    def _opened(self, notes: Sequence[str]) -> Iterator[note.Checkpoint]:
        for signed in notes:
            try:
                yield note.Checkpoint.parse(note.open_note(signed, self.key))
            except note.BadNote as error:
                self.walk.found(What.CHECKPOINT, f"A signed head cannot be believed: {error}.")


def _walk_batch(walk: _Walk, upto: int, heads: _Heads) -> None:
    """Recompute the entries and the nodes of the positions up to `upto`."""
    with connection.cursor() as cursor:
        cursor.execute(_BATCH, [walk.size + 1, upto])
        rows = cursor.fetchall()
    stored = _stored_nodes(walk.size, upto)
    for *entry, leaf_id, leaf_hash in rows:
        position = walk.size + 1
        kept = bytes(leaf_hash) if leaf_hash else _NO_HASH
        _check_leaf(walk, position, entry, leaf_id, kept)
        _add(walk, kept, leaf_id, stored)
        heads.compare(walk.size, walk.computed)


def _check_leaf(walk: _Walk, position: int, row: Sequence[Any], leaf_id: UUID | None, kept: bytes) -> None:
    """Compare an entry with its leaf."""
    if leaf_id is None:
        words = f"Position {position} has no leaf: what stood there was removed from the tree."
        walk.found(What.LEAF, words, position=position)
        return
    if row[0] is None:
        words = f"Entry {leaf_id} at position {position} was removed."
        walk.found(What.REMOVED, words, position=position, entry_id=leaf_id)
        return
    try:
        found = leaf.hash_of(seal.form_of(parse_row(*row)))
    except NotCanonical:
        words = f"Entry {leaf_id} at position {position} says what this program cannot have written."
        walk.found(What.EDITED, words, position=position, entry_id=leaf_id)
        return
    if found == kept:
        return
    elsewhere = _sealed_at(walk, found)
    if elsewhere is None:
        words = f"Entry {leaf_id} at position {position} was edited: it does not say what was sealed."
        walk.found(What.EDITED, words, position=position, entry_id=leaf_id)
    else:
        words = f"Entry {leaf_id} stands at position {position} and was sealed at position {elsewhere}: reordered."
        walk.found(What.REORDERED, words, position=position, entry_id=leaf_id)


def _sealed_at(walk: _Walk, digest: bytes) -> int | None:
    """Where a leaf with this hash is; asked for the first suspects only, since it walks all leaves."""
    if walk.summary.findings >= SUSPECTS_MAX:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_SEALED_AT, [digest])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _add(walk: _Walk, kept: bytes, leaf_id: UUID | None, stored: dict[Place, bytes]) -> None:
    """Add a leaf to both trees, and compare each node that becomes complete with its stored children."""
    index = walk.size
    computed = told = kept
    level = 0
    while (index >> level) & 1:
        left = walk.stored.pop()
        computed, from_children = merkle.node_hash(walk.computed.pop(), computed), merkle.node_hash(left, told)
        level += 1
        place = Place(level, index >> level)
        told = stored.get(place, _NO_HASH)
        if told != from_children and len(walk.wrong_nodes) < SUSPECTS_MAX:
            walk.wrong_nodes.append((place, told))
            if level == 1:
                walk.suspects |= {index: (left, None), index + 1: (kept, leaf_id)}
    walk.computed.append(computed)
    walk.stored.append(told)
    walk.size = index + 1


def _stored_nodes(start: int, end: int) -> dict[Place, bytes]:
    """The stored nodes that become complete with the leaves [start, end)."""
    places = [
        Place(level, index >> level)
        for index in range(start, end)
        for level in range(1, (index ^ (index + 1)).bit_length())
    ]
    with connection.cursor() as cursor:
        cursor.execute(_NODES, [[place.level for place in places], [place.number for place in places]])
        return {Place(level, number): bytes(digest) for level, number, digest in cursor.fetchall()}


def _explain_nodes(walk: _Walk) -> None:
    """Say of each wrong node whether its leaves only changed places, or what it covers."""
    for place, told in walk.wrong_nodes:
        first = (place.number << place.level) + 1
        last = first + (1 << place.level) - 1
        swapped = _sealed_pair(walk, told) if place.level == 1 else None
        if swapped and set(swapped) != {first, last}:
            words = f"Positions {first} and {last} were sealed over what stands at {swapped[0]} and {swapped[1]} now."
            walk.found(What.REORDERED, f"{words} Reordered.", position=first)
        elif swapped:
            walk.found(What.REORDERED, f"Positions {first} and {last} changed places.", position=first)
        else:
            words = f"The tree's hash over positions {first} to {last} does not match what it covers."
            walk.found(What.NODE, words, position=first)


def _sealed_pair(walk: _Walk, told: bytes) -> tuple[int, int] | None:
    """Which two of the suspect leaves give the stored hash."""
    for left, (left_hash, _) in walk.suspects.items():
        for right, (right_hash, _) in walk.suspects.items():
            if left != right and merkle.node_hash(left_hash, right_hash) == told:
                return left, right
    return None


def _find_outside(walk: _Walk) -> None:
    """Leaves behind the head, and entries that nobody numbered."""
    with connection.cursor() as cursor:
        cursor.execute(_BEYOND)
        for position, entry_id in cursor.fetchall():
            words = f"Entry {entry_id} has a leaf at position {position}, beyond the head: inserted."
            walk.found(What.INSERTED, words, position=position, entry_id=entry_id)
        after = UUID(int=0)
        while True:
            cursor.execute(_OUTSIDE, [after, BATCH])
            rows = cursor.fetchall()
            for entry_id, is_known in rows:
                if not is_known:
                    words = f"Entry {entry_id} was inserted: it is neither numbered nor waiting to be."
                    walk.found(What.INSERTED, words, entry_id=entry_id)
            if len(rows) < BATCH:
                return
            after = rows[-1][0]


def _head() -> tuple[int, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(_HEAD)
        position, peaks = cursor.fetchone()
    return position, bytes(peaks)
