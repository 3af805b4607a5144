"""Reads of cases: inboxes by keyset with bounded counts, one dossier with its papers and timeline, the public progress by code.

Answers are frozen rows; no page walks relations. Every list has a limit and says whether there is more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from tinhso.cases.models import Dossier, DossierPaper, Draft, Supplement
from tinhso.cases.rules import CLOCK_STOPPED, OPEN, Kind, State
from tinhso.journal import queries as journal
from tinhso.journal.queries import Entry

PAGE = 50
COUNT_LIMIT = 1_000
OPEN_STATES = sorted(state.value for state in OPEN)
STOPPED_STATES = sorted(state.value for state in CLOCK_STOPPED)


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

    @property
    def cursor(self) -> str:
        """Where the next page begins: the deadline and the id of this line."""
        return f"{self.due_at.isoformat() if self.due_at else ''}~{self.id}"


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of a list; `total` is counted up to COUNT_LIMIT, `more` when there are lines after these."""

    lines: tuple[InboxLine, ...]
    more: bool
    total: int
    next_cursor: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an officer looks for. Empty means: not asked. `agencies` is the permission as a set, never absent.

    view     todo (my steps), unit (all open of the agency), waiting (clock stopped), done (closed or decided)
    urgency  late, today, soon (1 to 3 working days), later, stopped: turned into instants by the caller through `due_from`, `due_until`
    """

    agencies: tuple[str, ...]
    fields: tuple[str, ...] = ()
    view: str = "unit"
    holder_id: UUID | None = None
    roles: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    procedure: str = ""
    field: str = ""
    channel: str = ""
    state: str = ""
    due_from: datetime | None = None
    due_until: datetime | None = None
    text: str = ""


COLUMNS = """id, code, procedure_code, field, agency_code, channel, state, step, holder_id, applicant_name, filed_at, due_at,
       decided_at"""


def _conditions(wanted: Wanted) -> tuple[list[str], dict[str, Any]]:
    """The WHERE of a list: constants only, values beside them. The agency comes first: the indexes begin with it."""
    parts = ["agency_code = ANY(%(agencies)s)"]
    values: dict[str, Any] = {"agencies": list(wanted.agencies)}
    if wanted.fields:
        parts.append("field = ANY(%(fields)s)")
        values["fields"] = list(wanted.fields)
    states = {"todo": OPEN_STATES, "unit": OPEN_STATES, "waiting": STOPPED_STATES}.get(wanted.view)
    if wanted.view != "all":
        parts.append("state = ANY(%(states)s)")
        values["states"] = states or [s.value for s in State if s.value not in OPEN_STATES]
    if wanted.view == "todo":
        # Mine, or nobody's at a step that my posts do; the clock of what waits for the citizen is not mine to push.
        parts.append(
            "state <> ALL(%(not_mine)s) AND (holder_id = %(holder)s OR (holder_id IS NULL AND step = ANY(%(steps)s)))"
        )
        values |= {"holder": wanted.holder_id, "steps": list(wanted.steps), "not_mine": STOPPED_STATES}
    for column in ("procedure", "field", "channel", "state"):
        if getattr(wanted, column):
            parts.append(f"{'procedure_code' if column == 'procedure' else column} = %(only_{column})s")
            values[f"only_{column}"] = getattr(wanted, column)
    if wanted.due_from:
        parts.append("due_at >= %(due_from)s")
        values["due_from"] = wanted.due_from
    if wanted.due_until:
        parts.append("due_at < %(due_until)s")
        values["due_until"] = wanted.due_until
    return parts, values


def inbox(wanted: Wanted, *, after: str = "", limit: int = PAGE) -> InboxPage:
    """A page of dossiers by deadline, the most urgent first, those without a date last.

    after  the cursor of the last line seen
    """
    parts, values = _conditions(wanted)
    count = _count(parts, values)
    keyed, key_values = _after(after)
    lines = _lines([*parts, *keyed], values | key_values, limit)
    more = len(lines) > limit
    lines = lines[:limit]
    return InboxPage(tuple(lines), more, count, lines[-1].cursor if more else "")


def _after(cursor: str) -> tuple[list[str], dict[str, Any]]:
    due, _, last = cursor.partition("~")
    if not last:
        return [], {}
    try:
        values = {"after_id": UUID(last), "after_due": datetime.fromisoformat(due) if due else None}
    except ValueError:
        return [], {}
    if values["after_due"] is None:
        return ["(due_at IS NULL AND id > %(after_id)s)"], values
    return ["((due_at, id) > (%(after_due)s, %(after_id)s) OR due_at IS NULL)"], values


def _lines(parts: Sequence[str], values: dict[str, Any], limit: int) -> list[InboxLine]:
    """Uses dossier_open_by_due_at for open views, dossier_agency_filed_at for closed ones."""
    sql = f"""
SELECT {COLUMNS}
  FROM cases_dossier
 WHERE {" AND ".join(parts)}
 ORDER BY due_at ASC NULLS LAST, id
 LIMIT %(limit)s"""
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"limit": limit + 1})
        return [_line(row) for row in cursor.fetchall()]


def _line(row: tuple[Any, ...]) -> InboxLine:
    return InboxLine(*row[:6], State(row[6]), *row[7:])


def _count(parts: Sequence[str], values: dict[str, Any]) -> int:
    """How many there are, counted up to COUNT_LIMIT + 1 and not further."""
    sql = f"""
SELECT count(*)
  FROM (SELECT 1 FROM cases_dossier WHERE {" AND ".join(parts)} LIMIT %(count_limit)s) AS counted"""
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"count_limit": COUNT_LIMIT + 1})
        return int(cursor.fetchone()[0])


def counts(wanted: Wanted, bounds: dict[str, tuple[datetime | None, datetime | None]]) -> dict[str, int]:
    """Bounded counts of the urgency links, in one statement: each name with its [from, until) of the deadline."""
    parts, values = _conditions(wanted)
    pieces = []
    for number, (name, (due_from, due_until)) in enumerate(bounds.items()):
        own = list(parts)
        if due_from:
            own.append(f"due_at >= %(from_{number})s")
            values[f"from_{number}"] = due_from
        if due_until:
            own.append(f"due_at < %(until_{number})s")
            values[f"until_{number}"] = due_until
        values[f"name_{number}"] = name
        pieces.append(
            f"SELECT %(name_{number})s, count(*) FROM "
            f"(SELECT 1 FROM cases_dossier WHERE {' AND '.join(own)} LIMIT {COUNT_LIMIT + 1}) AS c{number}"
        )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(pieces), values)
        return {name: int(count) for name, count in cursor.fetchall()}


# ── Search by officers ────────────────────────────────────────────────────────────────────────────────────────────


def search(agencies: Sequence[str] | None, text: str, key: str, *, limit: int = PAGE) -> list[InboxLine]:
    """Dossiers by code (its beginning or its end), by the end of a phone number, by a personal number, or by words of the name.

    agencies  the permission as a set; None for the whole province
    key       the folded text (kernel.text.search_key)
    """
    digits = text.replace(" ", "").replace(".", "")
    if text[:1].isalpha() and any(sign.isdigit() for sign in text):
        condition, values = "code LIKE %(prefix)s", {"prefix": _like(text.upper()) + "%"}
    elif digits.isdigit() and len(digits) == 12:
        condition, values = "applicant_personal_id = %(number)s", {"number": digits}
    elif digits.isdigit() and len(digits) >= 3:
        condition, values = "reverse(applicant_phone) LIKE %(suffix)s", {"suffix": digits[::-1] + "%"}
    else:
        words = [word for word in key.split() if word.isalnum()]
        if not words:
            return []
        condition = "to_tsvector('simple', applicant_key || ' ' || subject_key) @@ to_tsquery('simple', %(words)s)"
        values = {"words": " & ".join(f"{word}:*" for word in words)}
    parts = [condition]
    if agencies is not None:
        parts.append("agency_code = ANY(%(agencies)s)")
        values["agencies"] = list(agencies)
    sql = f"""
SELECT {COLUMNS}
  FROM cases_dossier
 WHERE {" AND ".join(parts)}
 ORDER BY filed_at DESC, id DESC
 LIMIT %(limit)s"""
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"limit": limit})
        return [_line(row) for row in cursor.fetchall()]


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


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
    lines = [_line(row) for row in found]
    return lines[:limit], len(lines) > limit


def drafts_of(account_id: UUID, *, channel: str = "online", limit: int = 20) -> list[Draft]:
    """One's drafts, the last saved first. Uses draft_account_saved_at."""
    return list(Draft.objects.filter(account_id=account_id, channel=channel).order_by("-saved_at")[:limit])


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
        f"SELECT '{state}', count(*) FROM (SELECT 1 FROM cases_dossier WHERE state = '{state}' LIMIT %(limit)s) AS s"
        for state in OPEN_STATES
    )
    with connection.cursor() as cursor:
        cursor.execute(pieces, {"limit": limit})
        return dict(cursor.fetchall())
