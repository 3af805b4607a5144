"""Lists of officers: the inbox by keyset with bounded counts, and the search; SQL, so that years slow no page down.

Every list begins with where the permission holds (`access.reach`): what an officer may not see is never fetched, so it
is never hidden. Open dossiers are sorted by deadline, closed ones by the day they came.

A page is merged from walks. Each walk is one range of an index in the order of the page (one holder, one agency, the
whole province), read no further than a page's length, so a page costs the same whatever lies behind it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tinhso.cases.access import Reach
from tinhso.cases.models import DUE_OR_NEVER
from tinhso.cases.queries import COLUMNS, OPEN_STATES, PAGE, InboxLine, line_of
from tinhso.cases.rules import CLOCK_RUNS, CLOCK_STOPPED, State
from tinhso.kernel.text import clean_line, search_key

COUNT_LIMIT = 1_000
RUNNING = sorted(state.value for state in CLOCK_RUNS)
STOPPED = sorted(state.value for state in CLOCK_STOPPED)
CLOSED = sorted(state.value for state in State if state.value not in OPEN_STATES)
IN_WORK = [State.ACCEPTED.value, State.IN_REVIEW.value]


def _literals(words: Sequence[str]) -> str:
    """States are our own words: as constants the planner sees that a partial index holds them."""
    return ", ".join(f"'{word}'" for word in words)


OPEN_ONES = f"state IN ({_literals(OPEN_STATES)})"
UNHELD = f"holder_id IS NULL AND state NOT IN ({_literals(STOPPED)})"
UNION = "\n UNION ALL "
BY_FILING = "filed_at DESC, id DESC"
BY_DEADLINE = "due_at ASC NULLS LAST, id"
BY_DEADLINE_ANYWHERE = f"{DUE_OR_NEVER}, id"
NAMED_MAX = 8  # agencies that a statement names one by one
WALKS_MAX = 50  # agencies read one by one; beyond, one walk over all of them is quicker

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

    view        mine (what I hold, and what waits for somebody of my posts), agency (all open), waiting (clock stopped),
                done (closed)
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
    """A page of dossiers: open ones by deadline, those without a date last; closed ones the newest first.

    after  `next_cursor` of the page before; one that cannot be read begins anew
    Uses dossier_open_by_due_at, dossier_held_by_due_at, dossier_open_anywhere, dossier_closed_filed_at,
    dossier_filed_at.
    """
    by_filing = wanted.view == "done"
    order = BY_FILING if by_filing else BY_DEADLINE
    where = _Where()
    common = _common(where, wanted)
    pieces = [
        piece
        for walk in _walks(where, wanted)
        for stretch in _stretches(where, after, by_filing=by_filing, everywhere=walk.everywhere)
        for piece in _pieces(where, walk, [*common, *stretch], order, limit)
    ]
    sql = f"""
SELECT {COLUMNS}
  FROM ({UNION.join(pieces)}) AS walked
 ORDER BY {order}
 LIMIT {where.value(limit + 1)}"""  # noqa: S608  # constants of this module; values are parameters
    lines = _lines(sql, where) if pieces else []
    if len(lines) <= limit:
        return InboxPage(tuple(lines), "")
    return InboxPage(tuple(lines[:limit]), _cursor(lines[limit - 1], by_filing=by_filing))


@dataclass(frozen=True, slots=True)
class _Walk:
    """One range of an index, or one a code in `agencies`; `parts` begin the index, or are asked by this walk alone.

    everywhere  along dossier_open_anywhere, whose expression keeps it apart: with plain columns the planner took it for
                one agency too, and threw away the rows of all others
    """

    parts: tuple[str, ...]
    agencies: tuple[str, ...] = ()
    everywhere: bool = False


def _pieces(where: _Where, walk: _Walk, parts: Sequence[str], order: str, limit: int) -> list[str]:
    """The first rows of a walk, in the order of the page.

    A few agencies are named one by one, so that the planner knows how much each has; many are read by a LATERAL.
    """
    if walk.everywhere and order == BY_DEADLINE:
        order = BY_DEADLINE_ANYWHERE
    if not walk.agencies:
        return [f"({_rows(where, [*walk.parts, *parts], order, limit)})"]
    if len(walk.agencies) <= NAMED_MAX:
        named = [[f"agency_code = {where.value(code)}", *walk.parts, *parts] for code in walk.agencies]
        return [f"({_rows(where, conditions, order, limit)})" for conditions in named]
    rows = _rows(where, ["agency_code = one.code", *walk.parts, *parts], order, limit)
    codes = where.value(list(walk.agencies))
    return [f"(SELECT read.* FROM unnest({codes}::text[]) AS one(code), LATERAL ({rows}) AS read)"]  # noqa: S608  # constants; values are parameters


def _rows(where: _Where, conditions: Sequence[str], order: str, limit: int) -> str:
    return f"""
SELECT {COLUMNS}
  FROM cases_dossier
 WHERE {" AND ".join(conditions)}
 ORDER BY {order}
 LIMIT {where.value(limit + 1)}"""  # noqa: S608  # constants of this module; values are parameters


def _walks(where: _Where, wanted: Wanted) -> list[_Walk]:
    """Ranges that together hold the list, each dossier in one of them only."""
    if wanted.view != "mine":
        return _reached_walks(where, wanted.reach)
    walks = [_Walk((f"holder_id = {where.value(wanted.account_id)}", _within(where, wanted.reach)))]
    by_condition: dict[str, list[str]] = {}
    for agency in sorted({code for duty in wanted.duties for code in duty.agencies}):
        duties = [_duty(where, duty) for duty in wanted.duties if agency in duty.agencies]
        fields = _fields_in(wanted.reach, agency)
        if fields is not None:
            only = f" AND field = ANY({where.value(list(fields))})" if fields else ""
            by_condition.setdefault(f"({' OR '.join(duties)}){only}", []).append(agency)
    return walks + [_Walk((UNHELD, condition), tuple(codes)) for condition, codes in by_condition.items()]


def _fields_in(reach: Sequence[Reach], agency: str) -> tuple[str, ...] | None:
    """The fields for which the permission holds in an agency; () is every field, None is not at all."""
    sets = [one.fields for one in reach if one.agencies is None or agency in one.agencies]
    if not sets:
        return None
    return () if () in sets else tuple(sorted({name for names in sets for name in names}))


def _reached_walks(where: _Where, reach: Sequence[Reach]) -> list[_Walk]:
    """An agency at a time while they are few; the whole province in one walk when they are many, or all."""
    agencies = sorted({code for one in reach for code in one.agencies or ()})
    if any(one.agencies is None for one in reach) or len(agencies) > WALKS_MAX:
        return [_Walk((_within(where, reach),), everywhere=True)]
    alike: dict[tuple[str, ...], list[str]] = {}
    for code in agencies:
        alike.setdefault(_fields_in(reach, code) or (), []).append(code)
    return [
        _Walk((f"field = ANY({where.value(list(names))})",) if names else (), tuple(codes))
        for names, codes in alike.items()
    ]


def _lines(sql: str, where: _Where) -> list[InboxLine]:
    with connection.cursor() as cursor:
        cursor.execute(sql, where.values)
        return [line_of(row) for row in cursor.fetchall()]


def _cursor(line: InboxLine, *, by_filing: bool) -> str:
    at = line.filed_at if by_filing else line.due_at
    return f"{at.isoformat() if at else ''}~{line.id}"


def _stretches(where: _Where, cursor: str, *, by_filing: bool, everywhere: bool) -> list[list[str]]:
    """What is left of a walk after the cursor: a stretch of dated rows and one of undated rows, since an index is not
    entered through an OR. Before the first page, and where no row is undated, the walk is one stretch.
    """
    at_text, _, last = cursor.replace(" ", "+").partition("~")
    try:
        at, key = (datetime.fromisoformat(at_text) if at_text else None), UUID(last)
    except ValueError:
        return [[]]
    if at is not None and at.tzinfo is None:
        return [[]]
    if by_filing:
        return [[f"(filed_at, id) < ({where.value(at)}, {where.value(key)})"]] if at else [[]]
    if everywhere:
        return [[f"({DUE_OR_NEVER}, id) > ({where.value(at or 'infinity')}::timestamptz, {where.value(key)})"]]
    if at is None:
        return [["due_at IS NULL", f"id > {where.value(key)}"]]
    return [[f"(due_at, id) > ({where.value(at)}, {where.value(key)})"], ["due_at IS NULL"]]


def counts(lists: Mapping[str, Wanted]) -> dict[str, int]:
    """How many dossiers each list has, all in one statement, each counted up to COUNT_LIMIT + 1 and not further."""
    pieces: list[str] = []
    values: dict[str, Any] = {}
    for number, (name, wanted) in enumerate(lists.items()):
        where = _where(wanted, number)
        pieces.append(
            f"SELECT {where.value(name)}::text, count(*) FROM "  # noqa: S608  # constants; values are parameters
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
    """The whole list as one condition, for counting."""
    where = _Where(number)
    where.add(_within(where, wanted.reach))
    for part in _common(where, wanted):
        where.add(part)
    if wanted.view == "mine":
        where.add(_mine(where, wanted))
    return where


def _common(where: _Where, wanted: Wanted) -> list[str]:
    """What is asked of every row of the list, wherever it is walked to."""
    states = {"waiting": STOPPED, "done": CLOSED}.get(wanted.view, OPEN_STATES)
    parts = [f"state IN ({_literals(states)})"]
    if wanted.view != "done":
        parts.append(OPEN_ONES)
    if wanted.urgency:
        parts.append(_urgent(where, wanted))
    for column, only in (("procedure_code", wanted.procedure), ("step", wanted.step), ("channel", wanted.channel)):
        if only:
            parts.append(f"{column} = {where.value(clean_line(only))}")
    if wanted.received_from:
        parts.append(f"filed_at >= {where.value(wanted.received_from)}")
    if wanted.text:
        parts.append(_matches(where, wanted.text))
    return parts


def _within(where: _Where, reach: Sequence[Reach]) -> str:
    if any(one.agencies is None and not one.fields for one in reach):
        return "true"
    return "(" + (" OR ".join(_reached(where, one) for one in reach) or "false") + ")"


def _reached(where: _Where, one: Reach) -> str:
    parts = [] if one.agencies is None else [f"agency_code = ANY({where.value(list(one.agencies))})"]
    if one.fields:
        parts.append(f"field = ANY({where.value(list(one.fields))})")
    return f"({' AND '.join(parts)})"


def _mine(where: _Where, wanted: Wanted) -> str:
    """What I hold, and what nobody holds at a step that my posts do; what waits for the citizen is nobody's to push."""
    mine = [f"holder_id = {where.value(wanted.account_id)}"]
    mine += [
        f"({UNHELD} AND agency_code = ANY({where.value(list(duty.agencies))}) AND {_duty(where, duty)})"
        for duty in wanted.duties
    ]
    return f"({' OR '.join(mine)})"


def _duty(where: _Where, duty: Duty) -> str:
    fields = f" AND field = ANY({where.value(list(duty.fields))})" if duty.fields else ""
    return f"(step = ANY({where.value(list(duty.steps))}){fields})"


def _urgent(where: _Where, wanted: Wanted) -> str:
    now, soon = wanted.now, wanted.soon_until
    if wanted.urgency == "late":
        return f"state IN ({_literals(RUNNING)}) AND due_at < {where.value(now)}"
    if wanted.urgency == "soon":
        return f"state IN ({_literals(RUNNING)}) AND due_at >= {where.value(now)} AND due_at < {where.value(soon)}"
    if wanted.urgency == "stopped":
        return f"state IN ({_literals(STOPPED)})"
    states = [State.FILED.value] if wanted.urgency == "new" else IN_WORK
    return f"state IN ({_literals(states)}) AND (due_at >= {where.value(soon)} OR due_at IS NULL)"


def _matches(where: _Where, text: str) -> str:
    """A code (its beginning), a personal number, the end of a phone number, or words of the names."""
    text = clean_line(text)
    digits = text.replace(" ", "").replace(".", "")
    if text[:1].isalpha() and any(sign.isdigit() for sign in text):
        return f"code LIKE {where.value(_like(text.upper().replace(' ', '')) + '%')}"
    if digits.isdigit() and len(digits) == 12:
        return f"applicant_personal_id = {where.value(digits)}"
    if digits.isdigit() and len(digits) >= 3:
        return f"reverse(applicant_phone) LIKE {where.value(digits[::-1] + '%')}"
    folded = "".join(sign if sign.isalnum() else " " for sign in search_key(text))
    words = " & ".join(f"'{word}':*" for word in folded.split()[:12])
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
    where.add(_within(where, reach))
    where.add(_matches(where, text))
    sql = f"""
SELECT {COLUMNS}
  FROM cases_dossier
 WHERE {where}
 ORDER BY filed_at DESC, id DESC
 LIMIT {where.value(limit + 1)}"""  # noqa: S608  # constants of this module; values are parameters
    lines = _lines(sql, where)
    return lines[:limit], len(lines) > limit
