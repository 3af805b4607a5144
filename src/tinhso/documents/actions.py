"""Keeping files, and letting go of those that nobody holds.

Bytes are on disk before the row that names them, so a crash leaves a file without a row (swept later), never a row
without its file. Storing and sweeping share one advisory lock, the one as readers, the other alone: no file is removed
while somebody is about to name it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Exists, OuterRef, Sum

from tinhso.documents import files, media
from tinhso.documents.models import Document, File
from tinhso.documents.queries import DocumentLine, Holder, document, line
from tinhso.documents.rules import (
    FOR_A_WHILE,
    FREE_BYTES_MAX,
    FREE_FILES_MAX,
    MEGABYTE,
    DocumentUnknown,
    FileEmpty,
    FileTooLarge,
    Limits,
    TooMuchKept,
    clean_name,
    named_as,
    why_type_differs,
)
from tinhso.identity.rules import Subject
from tinhso.journal.append import append, require_transaction

ABANDONED_AFTER = timedelta(days=30)
LEFT_INCOMING_SECONDS = 24 * 3600
SWEEP_BATCH = 500

_LOCK = 0x646F6373  # "docs": one number for the whole database, used by nothing else

_INSERT_FILE = """\
INSERT INTO documents_file (sha256, size_bytes, media_type, pages, stored_at)
VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (sha256) DO NOTHING"""

_INSERT_FREE_DOCUMENT = """\
INSERT INTO documents_document (file_id, name, purpose, added_by_id, added_at, holder_kind)
SELECT id, %(name)s, %(purpose)s, %(added_by)s, %(at)s, ''
  FROM documents_file
 WHERE sha256 = %(sha256)s
    ON CONFLICT (added_by_id, file_id, purpose, name) WHERE holder_id IS NULL DO NOTHING
RETURNING id"""


def store(
    *,
    by: Subject | None,
    content: bytes | files.Readable,
    name: str,
    purpose: str,
    declared_type: str = "",
    holder: Holder | None = None,
    limits: Limits | None = None,
    at: datetime,
) -> DocumentLine:
    """Keep an upload: check its name, its size as it arrives, and its content; then write the rows, durably.

    The same file under the same name and purpose from the same account, while nobody holds it, is the same document.
    raises a FileRefused in words; nothing is kept then
    """
    if by is not None and holder is None:
        _check_room(by.account_id)
    arrived = _receive(content, name, declared_type, limits or Limits())
    try:
        with transaction.atomic(durable=True):
            return _record(arrived, by=by, purpose=purpose, holder=holder, at=at)
    finally:
        arrived.received.discard()


def _check_room(account_id: UUID) -> None:
    """Raise TooMuchKept. Asked before the bytes are looked at: uploads sent at once may all still find room."""
    kept = Document.objects.filter(added_by_id=account_id, holder_kind__in=FOR_A_WHILE)
    sums = kept.aggregate(files=Count("id"), size=Sum("file__size_bytes", default=0))
    if sums["files"] >= FREE_FILES_MAX or sums["size"] >= FREE_BYTES_MAX:
        raise TooMuchKept(files_max=FREE_FILES_MAX, megabytes_max=FREE_BYTES_MAX // MEGABYTE)


def keep(
    *, by: Subject | None, content: bytes, name: str, purpose: str, holder: Holder | None = None, at: datetime
) -> DocumentLine:
    """Keep what the house made itself (a printed paper, a result) inside the caller's transaction. A step."""
    require_transaction()
    arrived = _receive(content, name, "", Limits())
    try:
        return _record(arrived, by=by, purpose=purpose, holder=holder, at=at)
    finally:
        arrived.received.discard()


def attach(*, document_ids: Sequence[UUID], holder: Holder, added_by: UUID | None) -> list[DocumentLine]:
    """Give documents to a row of a room above: from now on it decides who sees them, and keeps them. A step.

    Free documents of that account, and those that the holder has already; anything else is DocumentUnknown. Moving one
    from a draft to the dossier made of it is `hand_over`. The entry of the caller's own action tells of it.
    """
    require_transaction()
    wanted = list(dict.fromkeys(document_ids))
    rows = {row.id: row for row in Document.objects.select_for_update().filter(id__in=wanted).order_by("id")}
    for document_id in wanted:
        row = rows.get(document_id)
        if row is None or not (_is_held_by(row, holder) or (row.holder_id is None and row.added_by_id == added_by)):
            raise DocumentUnknown(document_id=str(document_id))
    Document.objects.filter(id__in=wanted).update(holder_kind=holder.kind, holder_id=holder.id)
    return [line(row) for row in Document.objects.select_related("file").filter(id__in=wanted).order_by("id")]


def hand_over(*, giver: Holder, receiver: Holder) -> int:
    """Everything that one row holds goes to another: from a draft to the dossier filed with it. A step."""
    require_transaction()
    return Document.objects.filter(holder_id=giver.id, holder_kind=giver.kind).update(
        holder_kind=receiver.kind, holder_id=receiver.id
    )


def discard(*, by: Subject | None, document_id: UUID, at: datetime) -> None:
    """Let go of a document: its owner took it back. A step; its file goes with the next sweep, when it was the last."""
    require_transaction()
    row = Document.objects.select_for_update().filter(id=document_id).first()
    if row is None:
        return
    _delete(row, actor=by.account_id if by else None, at=at)


@transaction.atomic(durable=True)
def discard_abandoned(*, limit: int = SWEEP_BATCH, at: datetime) -> int:
    """Let go of uploads that nobody has held for ABANDONED_AFTER; the number of documents gone. Uses document_free.

    A row of a room above that points at one keeps it, held or not: the database refuses, and it is passed over.
    """
    _lock(alone=True)
    free = Document.objects.select_for_update(skip_locked=True).filter(
        holder_id__isnull=True, added_at__lt=at - ABANDONED_AFTER
    )
    gone = sum(_try_delete(row, at) for row in free.order_by("added_at", "id")[:limit])
    unused = File.objects.filter(~Exists(Document.objects.filter(file_id=OuterRef("pk"))))
    File.objects.filter(pk__in=list(unused.values_list("pk", flat=True)[:limit])).delete()
    return gone


def sweep_files() -> int:
    """Remove content that no row names; how many. In batches, each while nobody is storing."""
    removed = files.sweep_incoming(older_than_seconds=LEFT_INCOMING_SECONDS)
    stored = files.stored()
    while batch := list(islice(stored, SWEEP_BATCH)):
        removed += _sweep_batch(batch)
    return removed


@transaction.atomic(durable=True)
def _sweep_batch(fingerprints: Sequence[str]) -> int:
    _lock(alone=True)
    named = set(File.objects.filter(sha256__in=fingerprints).values_list("sha256", flat=True))
    nameless = [sha256 for sha256 in fingerprints if sha256 not in named]
    for sha256 in nameless:
        files.remove(sha256)
    return len(nameless)


# ---- what arrived


class _Arrived:
    """Bytes on disk that were looked at and found good, with the name to keep them under."""

    def __init__(self, received: files.Received, name: str, inspected: media.Inspected) -> None:
        self.received = received
        self.inspected = inspected
        self.name = named_as(name, inspected.media_type)


def _receive(content: bytes | files.Readable, given_name: str, declared_type: str, limits: Limits) -> _Arrived:
    name = clean_name(given_name)
    try:
        received = files.receive(content, bytes_max=limits.bytes_max)
    except files.TooLong as error:
        raise FileTooLarge(name=name, limit_mb=limits.megabytes_max) from error
    kept = False
    try:
        if received.size == 0:
            raise FileEmpty(name=name)
        inspected = media.inspect(received.path, name, limits)
        if refusal := why_type_differs(name, declared_type, inspected.media_type):
            raise refusal
        kept = True
    finally:
        if not kept:
            received.discard()
    return _Arrived(received, name, inspected)


def _record(
    arrived: _Arrived, *, by: Subject | None, purpose: str, holder: Holder | None, at: datetime
) -> DocumentLine:
    """The bytes under their name, the rows, and the entry."""
    _lock(alone=False)
    files.place(arrived.received)
    added_by = by.account_id if by else None
    document_id, is_new = _write_rows(arrived, added_by=added_by, purpose=purpose, holder=holder, at=at)
    if is_new:
        what = arrived.inspected
        append(
            "documents.document.stored",
            subject=document_id,
            at=at,
            actor=added_by,
            data={
                "sha256": arrived.received.sha256,
                "media_type": what.media_type.value,
                "size_bytes": arrived.received.size,
                "pages": what.pages,
                "purpose": purpose,
            },
        )
    return document(document_id)


def _write_rows(
    arrived: _Arrived, *, added_by: UUID | None, purpose: str, holder: Holder | None, at: datetime
) -> tuple[UUID, bool]:
    """Id of the document, and whether it is new."""
    received, what = arrived.received, arrived.inspected
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_FILE, [received.sha256, received.size, what.media_type.value, what.pages, at])
    same = Document.objects.filter(
        added_by_id=added_by, file__sha256=received.sha256, purpose=purpose, name=arrived.name
    )
    if holder is None:
        values = {"name": arrived.name, "purpose": purpose, "added_by": added_by, "sha256": received.sha256, "at": at}
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_FREE_DOCUMENT, values)
            if row := cursor.fetchone():
                return row[0], True
        return same.get(holder_id__isnull=True).id, False
    if found := same.filter(holder_id=holder.id, holder_kind=holder.kind).order_by("id").first():
        return found.id, False
    created = Document.objects.create(
        file=File.objects.get(sha256=received.sha256),
        name=arrived.name,
        purpose=purpose,
        added_by_id=added_by,
        added_at=at,
        holder_kind=holder.kind,
        holder_id=holder.id,
    )
    return created.id, True


# ---- letting go


def _is_held_by(row: Document, holder: Holder) -> bool:
    return row.holder_id == holder.id and row.holder_kind == holder.kind


def _try_delete(row: Document, at: datetime) -> bool:
    try:
        with transaction.atomic():
            _delete(row, actor=None, at=at)
            # A foreign key is checked at the end of the transaction otherwise, too late to pass over one row.
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError:
        return False
    return True


def _delete(row: Document, *, actor: UUID | None, at: datetime) -> None:
    append("documents.document.discarded", subject=row.id, at=at, actor=actor, data={"purpose": row.purpose})
    # Straight to the database: rooms above point here, and Django would look through their tables first.
    Document.objects.filter(id=row.id)._raw_delete("default")


def _lock(*, alone: bool) -> None:
    name = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(%s)", [_LOCK])
