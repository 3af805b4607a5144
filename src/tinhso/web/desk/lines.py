"""Dossiers as lines of a table: the deadline as a chip, the step and who holds it, dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.cases.queries import InboxLine
from tinhso.cases.rules import CLOCK_STOPPED, OPEN, State
from tinhso.identity import queries as identity
from tinhso.kernel.calendar import Calendar, days_left, local_date
from tinhso.places import queries as places
from tinhso.web import standing, words
from tinhso.web.desk.filters import offered_here
from tinhso.web.requests import Request
from tinhso.web.templatetags import formats


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table, in words."""

    code: str
    href: str
    name: str
    procedure: str
    step: str
    holder: str
    chip_state: str
    chip: str
    received_at: datetime
    due: str
    channel: str
    agency: str


def lines(request: Request, found: Iterable[InboxLine]) -> list[Line]:
    """The rows of a page; one statement for the names of the holders."""
    rows = list(found)
    holders = identity.names_of(row.holder_id for row in rows if row.holder_id)
    calendar = places.calendar(request.today)
    offered = offered_here(request.today)
    made = []
    for row in rows:
        known = offered.get(row.procedure_code)
        state, said = chip(row, request.at, calendar)
        made.append(
            Line(
                code=row.code,
                href=reverse("desk-dossier", args=[row.code]),
                name=row.applicant_name,
                procedure=words.text(known.procedure.title) if known else row.procedure_code,
                step=step_words(row, standing.step_title(known, row.step) if known else row.step),
                holder=_holder(row, holders.get(row.holder_id, "") if row.holder_id else ""),
                chip_state=state,
                chip=said,
                received_at=row.filed_at,
                due=due_words(row, request),
                channel=words.channel(row.channel),
                agency=words.agency(row.agency_code, local_date(row.filed_at)),
            )
        )
    return made


def chip(row: InboxLine, now: datetime, calendar: Calendar) -> tuple[str, str]:
    """Word and shape of the deadline, in at most four words."""
    if row.state in CLOCK_STOPPED:
        return "stopped", words.state(row.state)
    if row.state not in OPEN or row.state is State.DECIDED:
        return words.STATE_CHIP[row.state], words.state(row.state)
    if row.due_at is None:
        return ("new", _("New")) if row.state is State.FILED else ("active", _("No fixed date"))
    left = days_left(now, row.due_at, calendar)
    if now > row.due_at and left >= 0:
        return "late", _("Late since {time}").format(time=words.clock(row.due_at))
    if row.state is State.FILED and left > 1:
        return "new", _("New")
    state = "late" if left < 0 else "due" if left <= 1 else "active"
    return state, formats.days_left(left, row.due_at)


def step_words(row: InboxLine, title: str) -> str:
    """Where it is: the step while it is open, else how it ended."""
    return title if row.state in OPEN and row.state not in CLOCK_STOPPED else words.state(row.state)


def _holder(row: InboxLine, name: str) -> str:
    if row.state in CLOCK_STOPPED:
        return _("the citizen")
    if row.state not in OPEN:
        return ""
    return name or _("nobody yet")


def due_words(row: InboxLine, request: Request) -> str:
    """The promised day, short; with its year when that is another one; a dash while the clock stands."""
    if row.due_at is None or row.state in CLOCK_STOPPED:
        return "–"
    day = local_date(row.due_at)
    return formats.short_day(day) if day.year == request.today.year else formats.day(day)
