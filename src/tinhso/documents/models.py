"""Files, documents, papers issued, and numbers of office.

Owns the tables file, document, issued_paper and office_book. Everything that changes them is in actions.py, books.py
and papers.py.

Invariant: a file is its content; a document is somebody's use of a file, under a name. Two people may hold one file.
Invariant: this room does not know what a document belongs to. `holder_kind` and `holder_id` name a row of a room above,
which decides who may see it; that room asks `queries.open_document` only after it has decided.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.documents.rules import FOR_A_WHILE, NAME_LENGTH_MAX, MediaType
from tinhso.journal.keys import uuid7_key

SHA256 = r"^[0-9a-f]{64}$"
RANDOM = r"^[a-z2-7]{26}$"


class File(models.Model):
    """Content, once: its fingerprint, its size, and what it turned out to be when it was opened."""

    id = uuid7_key()
    sha256 = models.CharField(max_length=64, unique=True)
    size_bytes = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=80, choices=[(one.value, one.name) for one in MediaType])
    pages = models.PositiveIntegerField(default=0)  # 0: not known without a word processor
    stored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=SHA256), name="file_sha256_is_a_fingerprint"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="file_is_not_empty"),
        ]


class Document(models.Model):
    """One use of a file: under a name, for a purpose, by an account (none: the house itself)."""

    id = uuid7_key()
    file = models.ForeignKey("documents.File", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=NAME_LENGTH_MAX)
    purpose = models.CharField(max_length=80)
    added_by = models.ForeignKey(
        "identity.Account", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    added_at = models.DateTimeField()
    holder_kind = models.CharField(max_length=60, blank=True, default="")
    holder_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            # The same upload sent twice is one document, until somebody holds it.
            models.UniqueConstraint(
                fields=["added_by", "file", "purpose", "name"],
                condition=Q(holder_id__isnull=True),
                nulls_distinct=False,
                name="document_free_is_once",
            ),
            models.CheckConstraint(
                condition=Q(holder_kind="", holder_id__isnull=True) | (~Q(holder_kind="") & Q(holder_id__isnull=False)),
                name="document_holder_kind_and_id_together",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="document_has_a_name"),
        ]
        indexes = [
            models.Index(fields=["holder_id", "id"], condition=Q(holder_id__isnull=False), name="document_holder"),
            models.Index(fields=["added_at", "id"], condition=Q(holder_id__isnull=True), name="document_free"),
            # What an account keeps for a while is counted before each upload.
            models.Index(fields=["added_by"], condition=Q(holder_kind__in=FOR_A_WHILE), name="document_for_a_while"),
        ]


class IssuedPaper(models.Model):
    """A paper that the house stands for: anyone may ask, by its token or its content, whether it is ours."""

    id = uuid7_key()
    token = models.CharField(max_length=26, unique=True)
    template = models.CharField(max_length=60)
    subject = models.UUIDField()  # the row of a room above that it tells of
    cause = models.UUIDField(null=True, blank=True)  # entry of the journal that it was printed for
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    code = models.CharField(max_length=60)  # printed on it: of the dossier, or its number of office
    agency_code = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)  # what the checking page shows; never a person
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "template"], condition=Q(cause__isnull=False), name="issued_paper_once_for_a_cause"
            ),
            models.CheckConstraint(condition=Q(token__regex=RANDOM), name="issued_paper_token_is_random"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_reason="")),
                name="issued_paper_is_revoked_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "id"], name="issued_paper_subject"),
            models.Index(fields=["sha256"], name="issued_paper_sha256"),
        ]


class OfficeBook(models.Model):
    """The last number given in a book of an agency in a year: from 01 on 1 January to 31 December."""

    id = uuid7_key()
    agency_code = models.CharField(max_length=40)
    book = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency_code", "book", "year"], name="office_book_is_one"),
            models.CheckConstraint(condition=Q(last_number__gt=0), name="office_book_begins_at_one"),
        ]
