"""The clocks of a dossier on the desk: the whole of it, this step, both ways of counting where more was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.cases.models import Dossier, Supplement
from tinhso.cases.pack_part import FlowStep
from tinhso.cases.rules import CLOCK_RUNS, CLOCK_STOPPED, State
from tinhso.kernel.calendar import Calendar, local_date
from tinhso.web import standing, words
from tinhso.web.components import Ruler, ruler_cells
from tinhso.web.desk.journey import Visit, lasted
from tinhso.web.standing import Clock, Moments

HOUR = timedelta(hours=1)


def moments(dossier: Dossier) -> Moments:
    """The instants of a dossier's clock."""
    state = State(dossier.state)
    return Moments(
        state=state,
        counted_from_at=dossier.counted_from_at,
        due_at=dossier.due_at,
        ended_at=dossier.decided_at or dossier.closed_at,
        stopped_at=dossier.moved_at if state in CLOCK_STOPPED else None,
    )


def clock(dossier: Dossier, now: datetime, calendar: Calendar) -> Clock:
    """The deadline of the whole dossier."""
    return standing.clock(moments(dossier), now, calendar)


def rulers(
    dossier: Dossier, stays: Sequence[Visit], flow: Sequence[FlowStep], now: datetime, calendar: Calendar
) -> list[Ruler]:
    """The whole dossier, and the step where it is."""
    whole, step = clock(dossier, now, calendar), _step(dossier, stays, flow, now, calendar)
    made = []
    if whole.ruler:
        note = _("Due {day}.").format(day=words.due(dossier.due_at))
        if dossier.counted_from_at != dossier.filed_at:
            since = f"{local_date(dossier.counted_from_at):%d/%m}"
            note += " " + _("Counted anew from {day}, when it was complete.").format(day=since)
        skipped = words.skipped(local_date(dossier.counted_from_at), local_date(dossier.due_at or now), calendar)
        note += f" {skipped[:1].upper()}{skipped[1:]}." if skipped else ""
        made.append(replace(whole.ruler, title=_("Whole dossier"), remaining=whole.chip, note=note))
    return [*made, step] if step else made


def _step(
    dossier: Dossier, stays: Sequence[Visit], flow: Sequence[FlowStep], now: datetime, calendar: Calendar
) -> Ruler | None:
    """Hours of work at this step, of those that the flow allows; none when the clock stands or there is no limit."""
    one = next((step for step in flow if step.step == dossier.step), None)
    here = next((stay for stay in reversed(stays) if stay.step == dossier.step and stay.left_at is None), None)
    if one is None or here is None or not one.working_hours or State(dossier.state) not in CLOCK_RUNS:
        return None
    limit = timedelta(hours=float(one.working_hours))
    used = calendar.working_time_between(here.came_at, now)
    left = limit - used
    cells = ruler_cells(max(1, -(-limit // HOUR)), min(-(-used // HOUR), -(-limit // HOUR) + 8))
    return Ruler(
        title=_("This step"),
        remaining=_("{time} over").format(time=lasted(-left))
        if left < timedelta()
        else _("{time} left").format(time=lasted(left)),
        cells=cells,
        note=_("{step}, limit {limit}").format(step=words.text(one.title), limit=lasted(limit)),
        state="late" if left < timedelta() else "due" if left <= HOUR else "active",
    )


@dataclass(frozen=True, slots=True)
class TwoCounts:
    """Days used, as the law counts (anew after a supplement) and as decision 766 does (the waiting days taken off)."""

    by_law: str
    by_766: str


def two_counts(
    dossier: Dossier, supplements: Sequence[Supplement], now: datetime, calendar: Calendar
) -> TwoCounts | None:
    """None when nothing was asked for: both ways then give the same."""
    if not supplements:
        return None
    until = local_date(dossier.decided_at or dossier.closed_at or now)
    whole = calendar.working_days_between(local_date(dossier.filed_at), until)
    waited = sum(_waited(one, until, calendar) for one in supplements)
    law_until = until
    if State(dossier.state) in CLOCK_STOPPED:
        law_until = min(until, local_date(dossier.moved_at))
    anew = calendar.working_days_between(local_date(dossier.counted_from_at), law_until)
    return TwoCounts(_days(max(anew, 0)), _days(max(whole - waited, 0)))


def _waited(one: Supplement, until: date, calendar: Calendar) -> int:
    last = local_date(one.answered_at) if one.answered_at else until
    return calendar.working_days_between(local_date(one.asked_at), last)


def _days(n: int) -> str:
    return ngettext("{n} day", "{n} days", n).format(n=n)
