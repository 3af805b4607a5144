"""What is kept, what was issued, and their content.

Nothing here asks who may see: a document belongs to a row of a room above (its holder), and that room decides before it
calls `open_document` or `preview`. Checking a paper is open to anyone, and shows no person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from tinhso.documents import files
from tinhso.documents.models import Document, IssuedPaper
from tinhso.documents.rules import DocumentUnknown, FileTooLarge, Limits, MediaType, PaperUnknown, clean_token

HELD_MAX = 500  # papers of one holder that a page lists
PAPERS_MAX = 100


@dataclass(frozen=True, slots=True)
class Holder:
    """The row of a room above that documents belong to: ("cases.dossier", its id)."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document with what its file is."""

    id: UUID
    name: str
    media_type: MediaType
    size_bytes: int
    pages: int  # 0: not known
    sha256: str
    purpose: str
    added_by: UUID | None
    added_at: datetime
    holder: Holder | None

    def open(self) -> BinaryIO:
        """The content, to be streamed; the caller closes it."""
        return files.open_content(self.sha256)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """An issued paper as anyone may see it."""

    id: UUID
    token: str
    template: str
    subject: UUID
    cause: UUID | None  # entry of the journal that it was printed for
    document_id: UUID
    code: str
    agency_code: str
    facts: Mapping[str, Any]
    sha256: str
    issued_at: datetime
    revoked_at: datetime | None
    revoked_reason: str

    @property
    def stands(self) -> bool:
        return self.revoked_at is None


def document(document_id: UUID) -> DocumentLine:
    """One document; raises DocumentUnknown."""
    row = Document.objects.select_related("file").filter(id=document_id).first()
    if row is None:
        raise DocumentUnknown(document_id=str(document_id))
    return line(row)


def documents(document_ids: Sequence[UUID]) -> list[DocumentLine]:
    """Those of them that exist, oldest first."""
    rows = Document.objects.select_related("file").filter(id__in=document_ids[:HELD_MAX]).order_by("added_at", "id")
    return list(map(line, rows))


def documents_of(holder: Holder, *, limit: int = HELD_MAX) -> list[DocumentLine]:
    """Documents that a row of a room above holds, oldest first. Uses document_holder."""
    rows = Document.objects.select_related("file").filter(holder_id=holder.id, holder_kind=holder.kind)
    return list(map(line, rows.order_by("id")[:limit]))


def open_document(document_id: UUID) -> tuple[DocumentLine, BinaryIO]:
    """The document and its content. The room above has decided that it may be read. Raises DocumentUnknown."""
    found = document(document_id)
    return found, found.open()


def line(row: Document) -> DocumentLine:
    return DocumentLine(
        id=row.id,
        name=row.name,
        media_type=MediaType(row.file.media_type),
        size_bytes=row.file.size_bytes,
        pages=row.file.pages,
        sha256=row.file.sha256,
        purpose=row.purpose,
        added_by=row.added_by_id,
        added_at=row.added_at,
        holder=Holder(row.holder_kind, row.holder_id) if row.holder_id else None,
    )


def paper_by_token(given: str) -> PaperLine:
    """The issued paper of a token, as typed or scanned; raises PaperUnknown."""
    token = clean_token(given)
    row = IssuedPaper.objects.filter(token=token).first() if token else None
    if row is None:
        raise PaperUnknown
    return paper_line(row)


def paper_by_content(content: bytes | files.Readable, *, name: str = "") -> PaperLine:
    """The issued paper that is this file, byte for byte; it is kept nowhere. Raises PaperUnknown, FileTooLarge."""
    limits = Limits()
    try:
        sha256 = files.fingerprint(content, bytes_max=limits.bytes_max)
    except files.TooLong as error:
        raise FileTooLarge(name=name, limit_mb=limits.megabytes_max) from error
    row = IssuedPaper.objects.filter(sha256=sha256).order_by("issued_at", "id").first()
    if row is None:
        raise PaperUnknown
    return paper_line(row)


def papers_of(subject: UUID, *, limit: int = PAPERS_MAX) -> list[PaperLine]:
    """Papers issued about a row of a room above, oldest first. Uses issued_paper_subject."""
    return list(map(paper_line, IssuedPaper.objects.filter(subject=subject).order_by("id")[:limit]))


def damaged(fingerprints: Iterable[str]) -> list[str]:
    """Those of them whose content is gone or no longer what it was: for a restored backup."""
    return [sha256 for sha256 in fingerprints if not files.is_intact(sha256)]


def paper_line(row: IssuedPaper) -> PaperLine:
    return PaperLine(
        id=row.id,
        token=row.token,
        template=row.template,
        subject=row.subject,
        cause=row.cause,
        document_id=row.document_id,
        code=row.code,
        agency_code=row.agency_code,
        facts=row.facts,
        sha256=row.sha256,
        issued_at=row.issued_at,
        revoked_at=row.revoked_at,
        revoked_reason=row.revoked_reason,
    )
