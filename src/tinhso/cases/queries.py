"""Reads of cases: one dossier with its papers and timeline, one's own dossiers, the public progress by code.

Lists of officers: inbox.py.

Answers are frozen rows; no page walks relations. Every list has a limit and says whether there is more.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from tinhso.cases.models import Dossier, DossierPaper, Draft, DraftPaper, Supplement
from tinhso.cases.rules import OPEN, Kind, State
from tinhso.journal import queries as journal
from tinhso.journal.queries import Entry

PAGE = 50
OPEN_STATES = sorted(state.value for state in OPEN)


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One dossier in a list."""

    id: UUID
    code: str
    procedure_code: str
    field: str
    agency_code: str
    channel: str
    state: State
    step: str
    holder_id: UUID | None
    applicant_name: str
    filed_at: datetime
    due_at: datetime | None
    decided_at: datetime | None


COLUMNS = """id, code, procedure_code, field, agency_code, channel, state, step, holder_id, applicant_name, filed_at,
       due_at, decided_at"""


def line_of(row: tuple[Any, ...]) -> InboxLine:
    """A line from the values of COLUMNS."""
    head, state, rest = row[:6], State(row[6]), row[7:]
    return InboxLine(*(*head, state, *rest))


# ── The citizen's own ─────────────────────────────────────────────────────────────────────────────────────────────


def dossiers_of(
    owner_id: UUID, *, before: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> tuple[list[InboxLine], bool]:
    """One's own dossiers, the newest first, and whether there are more. Uses dossier_owner_filed_at."""
    rows = Dossier.objects.filter(owner_id=owner_id)
    if before:
        rows = rows.filter(Q(filed_at__lt=before[0]) | Q(filed_at=before[0], id__lt=before[1]))
    names = ("id", "code", "procedure_code", "field", "agency_code", "channel", "state", "step", "holder_id")
    found = rows.order_by("-filed_at", "-id").values_list(*names, "applicant_name", "filed_at", "due_at", "decided_at")[
        : limit + 1
    ]
    lines = [line_of(row) for row in found]
    return lines[:limit], len(lines) > limit


def drafts_of(account_id: UUID, *, channel: str = "online", limit: int = 20) -> list[Draft]:
    """One's drafts, the last saved first. Uses draft_account_saved_at."""
    return list(Draft.objects.filter(account_id=account_id, channel=channel).order_by("-saved_at")[:limit])


def papers_of_draft(draft_id: UUID, *, limit: int = 60) -> list[DraftPaper]:
    """The files of a draft with their documents, in the order they came."""
    rows = DraftPaper.objects.filter(draft_id=draft_id).select_related("document__file")
    return list(rows.order_by("added_at", "id")[:limit])


# ── One dossier ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A file of a dossier."""

    id: UUID
    paper_id: str
    document_id: UUID
    name: str
    media_type: str
    size_bytes: int
    pages: int
    sha256: str
    added_at: datetime
    round: int
    verdict: str
    verdict_reason: str


def papers_of(dossier_id: UUID) -> list[PaperLine]:
    """The files of a dossier, as handed in."""
    rows = (
        DossierPaper.objects.filter(dossier_id=dossier_id)
        .select_related("document__file")
        .order_by("round", "added_at", "id")[:200]
    )
    return [
        PaperLine(
            id=row.id,
            paper_id=row.paper_id,
            document_id=row.document_id,
            name=row.document.name,
            media_type=row.document.file.media_type,
            size_bytes=row.document.file.size_bytes,
            pages=row.document.file.pages,
            sha256=row.document.file.sha256,
            added_at=row.added_at,
            round=row.round,
            verdict=row.verdict,
            verdict_reason=row.verdict_reason,
        )
        for row in rows
    ]


def supplements_of(dossier_id: UUID) -> list[Supplement]:
    """Requests for more, the newest first."""
    return list(Supplement.objects.filter(dossier_id=dossier_id).order_by("-number")[:20])


def timeline(dossier_id: UUID, *, limit: int = 200) -> list[Entry]:
    """What happened, from the journal, oldest first."""
    return [entry for entry in journal.entries_of(dossier_id, limit=limit) if entry.kind.startswith("cases.dossier.")]


@dataclass(frozen=True, slots=True)
class Progress:
    """What anyone with the code may see (TT 01/2018/TT-VPCP Đ16.2d): progress, and no person."""

    id: UUID
    code: str
    procedure_code: str
    pack_version_id: UUID
    agency_code: str
    state: State
    step: str
    received_on: date
    filed_at: datetime
    counted_from_at: datetime
    due_at: datetime | None
    decided_at: datetime | None
    returned_at: datetime | None
    supplements_asked: int


def progress(code: str) -> Progress | None:
    """The progress of a dossier by its code; None when there is none."""
    names = [f for f in Progress.__dataclass_fields__ if f != "state"]
    row = Dossier.objects.filter(code=code).values("state", *names).first()
    return Progress(**{**row, "state": State(row["state"])}) if row else None


def moves_of(dossier_id: UUID) -> list[str]:
    """The kinds of a dossier's entries in order: what `rules.fold` folds."""
    return [entry.kind for entry in journal.entries_of(dossier_id, limit=500) if entry.kind in set(Kind)]


def open_by_state(*, limit: int = 10_000) -> dict[str, int]:
    """How many open dossiers stand in each state, each counted up to `limit`."""
    pieces = " UNION ALL ".join(
        f"SELECT '{state}', count(*) FROM (SELECT 1 FROM cases_dossier WHERE state = '{state}' LIMIT %(limit)s) AS s"  # noqa: S608  # words of this room
        for state in OPEN_STATES
    )
    with connection.cursor() as cursor:
        cursor.execute(pieces, {"limit": limit})
        return dict(cursor.fetchall())
