"""Lists of officers: the inbox by keyset with bounded counts, and the search; SQL, because a page must not slow down with the years.

Every list begins with where the permission holds (`access.reach`): what an officer may not see is never fetched, so it is never hidden.
Open dossiers are sorted by deadline, closed ones by the day they came, both along an index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tinhso.cases.access import Reach
from tinhso.cases.queries import COLUMNS, OPEN_STATES, PAGE, InboxLine, line_of
from tinhso.cases.rules import CLOCK_RUNS, CLOCK_STOPPED, State
from tinhso.kernel.text import search_key

COUNT_LIMIT = 1_000
RUNNING = sorted(state.value for state in CLOCK_RUNS)
STOPPED = sorted(state.value for state in CLOCK_STOPPED)
CLOSED = sorted(state.value for state in State if state.value not in OPEN_STATES)
IN_WORK = [State.ACCEPTED.value, State.IN_REVIEW.value]

VIEWS = ("mine", "agency", "waiting", "done")
URGENCIES = ("late", "soon", "later", "stopped", "new")


@dataclass(frozen=True, slots=True)
class Duty:
    """What a post does: the steps of its role in its agency, for its fields (empty: every field)."""

    agencies: tuple[str, ...]
    steps: tuple[str, ...]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an officer looks for. Empty means not asked, except `reach`, which is the permission.

    view        mine (what I hold, and what waits for somebody of my posts), agency (all open), waiting (clock stopped), done (closed)
    urgency     late, soon (until `soon_until`), later, stopped, new; disjoint; "" is all of the view
    text        a code, the end of a phone number, a personal number, words of a name
    """

    reach: tuple[Reach, ...]
    now: datetime
    soon_until: datetime
    view: str = "agency"
    urgency: str = ""
    account_id: UUID | None = None
    duties: tuple[Duty, ...] = ()
    text: str = ""
    procedure: str = ""
    step: str = ""
    channel: str = ""
    received_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of a list, and where the next one begins ("" when this is the last)."""

    lines: tuple[InboxLine, ...]
    next_cursor: str


class _Where:
    """The conditions of one list, with their values under names that no other list of the statement uses."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.parts: list[str] = []
        self.values: dict[str, Any] = {}

    def value(self, given: Any) -> str:
        """The placeholder of a bound value."""
        name = f"v{self.number}_{len(self.values)}"
        self.values[name] = given
        return f"%({name})s"

    def add(self, part: str) -> None:
        self.parts.append(part)

    def __str__(self) -> str:
        return " AND ".join(self.parts)


def page(wanted: Wanted, *, after: str = "", limit: int = PAGE) -> InboxPage:
    """A page of dossiers: open ones by deadline, the most urgent first, those without a date last; closed ones the newest first.

    after  `next_cursor` of the page before; one that cannot be read begins anew
    Uses dossier_open_by_due_at, dossier_held_by_due_at, dossier_agency_filed_at.
    """
    where = _where(wanted)
    by_filing = wanted.view == "done"
    _after(where, after, by_filing=by_filing)
    sql = f"""
SELECT {COLUMNS}
  FROM cases_dossier
 WHERE {where}
 ORDER BY {"filed_at DESC, id DESC" if by_filing else "due_at ASC NULLS LAST, id"}
 LIMIT {where.value(limit + 1)}"""
    lines = _lines(sql, where)
    if len(lines) <= limit:
        return InboxPage(tuple(lines), "")
    return InboxPage(tuple(lines[:limit]), _cursor(lines[limit - 1], by_filing=by_filing))


def _lines(sql: str, where: _Where) -> list[InboxLine]:
    with connection.cursor() as cursor:
        cursor.execute(sql, where.values)
        return [line_of(row) for row in cursor.fetchall()]


def _cursor(line: InboxLine, *, by_filing: bool) -> str:
    at = line.filed_at if by_filing else line.due_at
    return f"{at.isoformat() if at else ''}~{line.id}"


def _after(where: _Where, cursor: str, *, by_filing: bool) -> None:
    at_text, _, last = cursor.replace(" ", "+").partition("~")
    try:
        at, key = (datetime.fromisoformat(at_text) if at_text else None), UUID(last)
    except ValueError:
        return
    if by_filing:
        where.add(f"(filed_at, id) < ({where.value(at)}, {where.value(key)})")
    elif at is None:
        where.add(f"due_at IS NULL AND id > {where.value(key)}")
    else:
        where.add(f"((due_at, id) > ({where.value(at)}, {where.value(key)}) OR due_at IS NULL)")


def counts(lists: Mapping[str, Wanted]) -> dict[str, int]:
    """How many dossiers each list has, all in one statement, each counted up to COUNT_LIMIT + 1 and not further."""
    pieces, values = [], {}
    for number, (name, wanted) in enumerate(lists.items()):
        where = _where(wanted, number)
        pieces.append(
            f"SELECT {where.value(name)}::text, count(*) FROM "
            f"(SELECT 1 FROM cases_dossier WHERE {where} LIMIT {COUNT_LIMIT + 1}) AS c{number}"
        )
        values |= where.values
    with connection.cursor() as cursor:
        cursor.execute("\nUNION ALL ".join(pieces), values)
        return {name: int(count) for name, count in cursor.fetchall()}


def by_urgency(wanted: Wanted) -> dict[str, Wanted]:
    """The same list split by urgency."""
    return {urgency: replace(wanted, urgency=urgency) for urgency in URGENCIES}


# ── Conditions ────────────────────────────────────────────────────────────────────────────────────────────────────


def _where(wanted: Wanted, number: int = 0) -> _Where:
    where = _Where(number)
    _within(where, wanted.reach)
    states = {"waiting": STOPPED, "done": CLOSED}.get(wanted.view, OPEN_STATES)
    where.add(f"state IN ({_literals(states)})")
    if wanted.view == "mine":
        _mine(where, wanted)
    if wanted.urgency:
        _urgent(where, wanted)
    for column, only in (("procedure_code", wanted.procedure), ("step", wanted.step), ("channel", wanted.channel)):
        if only:
            where.add(f"{column} = {where.value(only)}")
    if wanted.received_from:
        where.add(f"filed_at >= {where.value(wanted.received_from)}")
    if wanted.text:
        where.add(_matches(where, wanted.text))
    return where


def _literals(words: Sequence[str]) -> str:
    """States are our own words: as constants the planner sees that a partial index holds them."""
    return ", ".join(f"'{word}'" for word in words)


def _within(where: _Where, reach: Sequence[Reach]) -> None:
    if any(one.agencies is None and not one.fields for one in reach):
        return
    where.add("(" + (" OR ".join(_reached(where, one) for one in reach) or "false") + ")")


def _reached(where: _Where, one: Reach) -> str:
    parts = [] if one.agencies is None else [f"agency_code = ANY({where.value(list(one.agencies))})"]
    if one.fields:
        parts.append(f"field = ANY({where.value(list(one.fields))})")
    return f"({' AND '.join(parts)})"


def _mine(where: _Where, wanted: Wanted) -> None:
    """What I hold, and what nobody holds at a step that my posts do; what waits for the citizen is nobody's to push."""
    mine = [f"holder_id = {where.value(wanted.account_id)}"]
    for duty in wanted.duties:
        fields = f" AND field = ANY({where.value(list(duty.fields))})" if duty.fields else ""
        mine.append(
            f"(holder_id IS NULL AND state NOT IN ({_literals(STOPPED)})"
            f" AND agency_code = ANY({where.value(list(duty.agencies))})"
            f" AND step = ANY({where.value(list(duty.steps))}){fields})"
        )
    where.add("(" + " OR ".join(mine) + ")")


def _urgent(where: _Where, wanted: Wanted) -> None:
    now, soon = wanted.now, wanted.soon_until
    if wanted.urgency == "late":
        where.add(f"state IN ({_literals(RUNNING)}) AND due_at < {where.value(now)}")
    elif wanted.urgency == "soon":
        where.add(f"state IN ({_literals(RUNNING)}) AND due_at >= {where.value(now)} AND due_at < {where.value(soon)}")
    elif wanted.urgency == "stopped":
        where.add(f"state IN ({_literals(STOPPED)})")
    else:
        states = [State.FILED.value] if wanted.urgency == "new" else IN_WORK
        where.add(f"state IN ({_literals(states)}) AND (due_at >= {where.value(soon)} OR due_at IS NULL)")


def _matches(where: _Where, text: str) -> str:
    """A code (its beginning), a personal number, the end of a phone number, or words of the names."""
    digits = text.replace(" ", "").replace(".", "")
    if text[:1].isalpha() and any(sign.isdigit() for sign in text):
        return f"code LIKE {where.value(_like(text.upper().replace(' ', '')) + '%')}"
    if digits.isdigit() and len(digits) == 12:
        return f"applicant_personal_id = {where.value(digits)}"
    if digits.isdigit() and len(digits) >= 3:
        return f"reverse(applicant_phone) LIKE {where.value(digits[::-1] + '%')}"
    folded = "".join(sign if sign.isalnum() else " " for sign in search_key(text))
    words = " & ".join(f"{word}:*" for word in folded.split()[:12])
    if not words:
        return "false"
    return f"to_tsvector('simple', applicant_key || ' ' || subject_key) @@ to_tsquery('simple', {where.value(words)})"


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


# ── Search ────────────────────────────────────────────────────────────────────────────────────────────────────────


def search(reach: Sequence[Reach], text: str, *, limit: int = PAGE) -> tuple[list[InboxLine], bool]:
    """Dossiers of any state by code, phone, personal number or names, the newest first; and whether there are more.

    Uses dossier_code_prefix, dossier_applicant_personal_id, dossier_phone_suffix, dossier_name_words.
    """
    where = _Where()
    _within(where, reach)
    where.add(_matches(where, text))
    sql = f"""
SELECT {COLUMNS}
  FROM cases_dossier
 WHERE {where}
 ORDER BY filed_at DESC, id DESC
 LIMIT {where.value(limit + 1)}"""
    lines = _lines(sql, where)
    return lines[:limit], len(lines) > limit
