"""How a dossier stands, for its pages: the clock as a ruler, the timeline in words, steps to come.

Shared by the citizens' and the officers' door.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.cases.catalogue import Offered
from tinhso.cases.rules import CLOCK_STOPPED, OPEN, Kind, State
from tinhso.identity import queries as identity
from tinhso.journal.queries import Entry
from tinhso.kernel.calendar import Calendar, days_left, local, local_date
from tinhso.kernel.problems import N_
from tinhso.web import words
from tinhso.web.components import Happening, Link, Ruler, ruler_cells

HAPPENED = {
    Kind.SUBMITTED: N_("Dossier filed"),
    Kind.ACCEPTED: N_("Dossier complete, accepted"),
    Kind.MORE_ASKED: N_("More papers asked for"),
    Kind.SUPPLEMENTED: N_("Papers added"),
    Kind.REFUSED: N_("Dossier not accepted"),
    Kind.HANDED_ON: N_("Handed on"),
    Kind.DECIDED: N_("Decided"),
    Kind.RETURNED: N_("Result given"),
    Kind.WITHDRAWN: N_("Withdrawn by the citizen"),
    Kind.STOPPED: N_("Work stopped"),
}
BY_CITIZEN = frozenset({Kind.SUBMITTED, Kind.SUPPLEMENTED, Kind.WITHDRAWN})
STOPPING = frozenset({Kind.MORE_ASKED})


@dataclass(frozen=True, slots=True)
class Clock:
    """A dossier's clock as the pages show it."""

    due_at: datetime | None
    left: int | None
    chip_state: str
    chip: str
    ruler: Ruler | None


@dataclass(frozen=True, slots=True)
class Moments:
    """The instants a clock needs; the rows and the public progress both have them."""

    state: State
    counted_from_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    stopped_at: datetime | None


def clock(moments: Moments, now: datetime, calendar: Calendar) -> Clock:
    """The deadline in words and as a ruler of working days (hours for terms within one day)."""
    if moments.due_at is None:
        return Clock(None, None, "outline", _("No fixed date"), None)
    at = moments.ended_at or moments.stopped_at or now
    left = days_left(at, moments.due_at, calendar)
    state, said = _chip(moments, left, at)
    return Clock(moments.due_at, left, state, said, _ruler(moments, at, calendar, left))


def _chip(moments: Moments, left: int, at: datetime) -> tuple[str, str]:
    if moments.state not in OPEN or moments.state is State.DECIDED:
        late = moments.due_at is not None and moments.ended_at is not None and moments.ended_at > moments.due_at
        if moments.state in {State.DECIDED, State.RETURNED}:
            return ("late", _("Decided late")) if late else ("done", _("Decided on time"))
        return "new", words.state(moments.state)
    if moments.state in CLOCK_STOPPED:
        return "stopped", _("Clock stopped")
    late_now = moments.due_at is not None and at > moments.due_at
    if left < 0 or late_now:
        return "late", ngettext("{n} working day over", "{n} working days over", max(-left, 1)).format(n=max(-left, 1))
    if left == 0 and moments.due_at is not None:
        return "due", _("Today, {time}").format(time=words.clock(moments.due_at))
    said = ngettext("{n} working day left", "{n} working days left", left).format(n=left)
    return ("due" if left == 1 else "active"), said


def _ruler(moments: Moments, at: datetime, calendar: Calendar, left: int) -> Ruler | None:
    if moments.due_at is None:
        return None
    first, last, today = (local_date(t) for t in (moments.counted_from_at, moments.due_at, at))
    total = calendar.working_days_between(first, last)
    used = calendar.working_days_between(first, max(today, first))
    if total == 0:
        return _hours_ruler(moments, at, calendar)
    title = ngettext("{n} working day", "{n} working days", total).format(n=total)
    said = ngettext("{n} used", "{n} used", used).format(n=used)
    stopped = 1 if moments.state in CLOCK_STOPPED else 0
    note = words.skipped(first + timedelta(days=1), last, calendar)
    state: Literal["active", "due", "late"] = "active"
    if left < 0:
        state = "late"
    elif left <= 1 and moments.state in OPEN:
        state = "due"
    cells = ruler_cells(total, used, stopped=stopped)
    return Ruler(title=title, remaining=said, cells=cells, note=note[:1].upper() + note[1:], state=state)


def _hours_ruler(moments: Moments, at: datetime, calendar: Calendar) -> Ruler | None:
    """For what is due on the day it came: one cell an hour of work."""
    if moments.due_at is None:
        return None
    hour = timedelta(hours=1)
    total = -(-calendar.working_time_between(moments.counted_from_at, moments.due_at) // hour) or 1
    used = min(-(-calendar.working_time_between(moments.counted_from_at, at) // hour), total + 12)
    title = ngettext("{n} working hour", "{n} working hours", total).format(n=total)
    return Ruler(
        title=title,
        remaining=ngettext("{n} used", "{n} used", used).format(n=used),
        cells=ruler_cells(total, used),
        state="late" if at > moments.due_at else "due",
    )


def timeline(
    entries: Sequence[Entry],
    offered: Offered,
    *,
    state: State,
    step: str = "",
    names: bool,
    papers: dict[UUID, Link] | None = None,
) -> list[Happening]:
    """What happened, newest on top; above it where the dossier is now, and above that the steps to come.

    names   shows officers' names: on the desk, and to the owner
    """
    steps = {step.step: words.text(step.title) for step in offered.flow}
    shown = [entry for entry in entries if entry.kind in set(Kind)]
    officers = identity.names_of(entry.actor for entry in shown if entry.actor) if names else {}
    made = [_happening(entry, steps, officers=officers, papers=papers or {}) for entry in shown]
    return [*_to_come(offered, shown, state, step), *reversed(made)]


def _happening(
    entry: Entry, steps: dict[str, str], *, officers: dict[UUID, str], papers: dict[UUID, Link]
) -> Happening:
    kind = Kind(entry.kind)
    title = _(HAPPENED[kind])
    if kind is Kind.HANDED_ON:
        title = _("Handed on: {step}").format(step=steps.get(str(entry.data.get("step")), ""))
    if kind is Kind.DECIDED and entry.data.get("outcome") == "rejected":
        title = _("Decided: not granted")
    look = "citizen" if kind in BY_CITIZEN else "stopped" if kind in STOPPING else "agency"
    links = tuple(link for cause, link in papers.items() if cause == entry.id)
    text = _who(entry, kind, officers)
    text = f"{text}." if text and links else text
    return Happening(kind=look, title=title, at=entry.at, text=text, links=links)  # type: ignore[arg-type]  # one of the words above


def _who(entry: Entry, kind: Kind, officers: dict[UUID, str]) -> str:
    agency = words.agency(entry.unit, local_date(entry.at)) if entry.unit else ""
    if kind in BY_CITIZEN:
        return agency if kind is Kind.SUBMITTED else ""
    officer = officers.get(entry.actor, "") if entry.actor else ""
    return f"{officer}, {agency}" if officer else agency


def _to_come(offered: Offered, shown: Sequence[Entry], state: State, step: str) -> list[Happening]:
    """The steps still to come, the last on top, and where the dossier is now; none when it is over."""
    if state not in OPEN:
        return []
    here = step_number(offered, step)
    coming = [
        Happening(kind="expected", title=words.text(one.title), when=_("Expected")) for one in offered.flow[here:]
    ]
    return [*reversed(coming), _now(offered, shown, state, step)]


def _now(offered: Offered, shown: Sequence[Entry], state: State, step: str) -> Happening:
    """Where the dossier is: the step and who holds it since when, or that the citizen is to act."""
    last = shown[-1] if shown else None
    waits = state in CLOCK_STOPPED
    title = words.state(state) if waits or state is State.FILED else step_title(offered, step)
    holder = words.agency(last.unit, local_date(last.at)) if last and last.unit else ""
    return Happening(kind="current", title=title, when=_("Now"), text="" if waits else holder)


def step_number(offered: Offered, step: str) -> int:
    """Which step of its flow a dossier is in, from 1."""
    return next((n for n, one in enumerate(offered.flow, start=1) if one.step == step), 1)


def step_title(offered: Offered, step: str) -> str:
    return next((words.text(one.title) for one in offered.flow if one.step == step), step)


def today_words(at: datetime) -> str:
    """“Friday, 20/11/2026, 09:14”."""
    return f"{words.long_day(local_date(at))}, {local(at):%H:%M}"
