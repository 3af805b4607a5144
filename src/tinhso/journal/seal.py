"""Signed heads of the journal: made each minute, kept, published; and proofs made from them.

The key is a file in the data folder, made when first needed and readable by its owner only. Its name, the origin of the
checkpoints, is fixed in it, so that a new address does not change whose journal this is.

Invariant: nothing is signed that does not continue what was signed before.
"""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection

from tinhso.journal import leaf, merkle, note, proof, queries
from tinhso.journal.merkle import Place

log = structlog.get_logger()

KEY_FILE = "secrets/journal_seal"

# Uses the primary keys.
_NODES = """\
SELECT 0 AS level, l.position - 1 AS number, l.hash
  FROM journal_leaf AS l
 WHERE l.position = ANY(%s)
 UNION ALL
SELECT n.level, n.number, n.hash
  FROM unnest(%s::smallint[], %s::bigint[]) AS w(level, number)
  JOIN journal_node AS n USING (level, number)
 ORDER BY 1, 2"""

# Uses journal_checkpoint_pkey from its end.
_LATEST = """\
SELECT size, signed_at, root, note
  FROM journal_checkpoint
 WHERE size >= %s
 ORDER BY size DESC
 LIMIT 1"""

_KEEP = """\
INSERT INTO journal_checkpoint (size, signed_at, root, note)
VALUES (%s, %s, %s, %s)
    ON CONFLICT (size) DO NOTHING"""


class Forked(RuntimeError):
    """The tree no longer continues what was signed: somebody changed the past. Nothing is signed until it is found."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed head: `note` is what is published, printed and mailed."""

    size: int
    signed_at: datetime
    root: bytes
    note: str


def latest_checkpoint(*, size_min: int = 0) -> Checkpoint | None:
    """The last head that was signed, when it covers that many entries."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [size_min])
        row = cursor.fetchone()
    return Checkpoint(row[0], row[1], bytes(row[2]), row[3]) if row else None


def sign(*, at: datetime) -> Checkpoint | None:
    """Sign the head, when it moved since the last time. Raises Forked."""
    size, last = queries.head(), latest_checkpoint()
    if size == (last.size if last else 0):
        return None
    root = root_of(size)
    if last and not _continues(last, size, root):
        log.error("journal_forked", signed_size=last.size, size=size)
        raise Forked(f"the {size} entries do not continue the {last.size} that were signed")
    key = private_key()
    signed = key.sign(note.Checkpoint(key.name, size, root).text())
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [size, at, root, signed])
    return Checkpoint(size, at, root, signed)


def proof_of(entry_id: UUID) -> dict[str, Any] | None:
    """The proof that the entry stands under the last signed head; None until it does (a minute at most)."""
    entry = queries.entry(entry_id)
    if entry is None or entry.position is None:
        return None
    checkpoint = latest_checkpoint(size_min=entry.position)
    if checkpoint is None:
        return None
    path = merkle.inclusion_proof(entry.position - 1, checkpoint.size, nodes)
    return proof.make(form_of(entry), entry.position, path, checkpoint.note, private_key().public)


def consistency(old_size: int, new_size: int) -> list[bytes]:
    """The hashes that show that the head of `new_size` continues the one of `old_size` (RFC 9162, 2.1.4)."""
    return merkle.consistency_proof(old_size, new_size, nodes)


def form_of(entry: queries.Entry) -> dict[str, Any]:
    """An entry as it is hashed."""
    return leaf.entry_form(
        entry_id=entry.id,
        at=entry.at,
        kind=entry.kind,
        subject=entry.subject,
        unit=entry.unit,
        actor=entry.actor,
        data=entry.data,
        meta=entry.meta,
    )


def root_of(size: int) -> bytes:
    """The root over the first `size` entries, from the stored nodes. Raises Forked when one is missing."""
    places = merkle.complete_places(0, size)
    known = nodes(places)
    return merkle.root([known[place] for place in places])


def nodes(places: Collection[Place]) -> Mapping[Place, bytes]:
    """The stored hashes of these subtrees, in one query. Raises Forked when one is missing."""
    leaves = [place.number + 1 for place in places if place.level == 0]
    inner = [place for place in places if place.level > 0]
    with connection.cursor() as cursor:
        cursor.execute(_NODES, [leaves, [place.level for place in inner], [place.number for place in inner]])
        found = {Place(level, number): bytes(digest) for level, number, digest in cursor.fetchall()}
    if missing := [place for place in places if place not in found]:
        raise Forked(f"the tree has no hash at level {missing[0].level}, number {missing[0].number}")
    return found


def public_key() -> str:
    """The key that checks our notes, as text."""
    return private_key().public.text()


def private_key() -> note.PrivateKey:
    """The key of this house, made when there is none."""
    path = Path(settings.DATA_DIR) / KEY_FILE
    try:
        return note.PrivateKey.parse(path.read_text("utf-8"))
    except FileNotFoundError:
        host = urlsplit(settings.BASE_URL).hostname or "localhost"
        _write_once(path, note.PrivateKey.make(f"{host}/{settings.PROVINCE}/journal").text() + "\n")
    return note.PrivateKey.parse(path.read_text("utf-8"))


def _continues(last: Checkpoint, size: int, root: bytes) -> bool:
    if size < last.size:
        return False
    return merkle.verify_consistency(last.size, last.root, size, root, consistency(last.size, size))


def _write_once(path: Path, text: str) -> None:
    """A file that two processes may want to make at once: the first one's stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        log.info("seal_key_made_elsewhere")
    finally:
        draft.unlink()
