"""When a dossier is due; pure. The numbers come from packs, the counting from the kernel's calendar.

A dossier counts from the moment it arrived complete: online the moment it was sent, at the counter the moment it was
handed over, by post the moment it reached the desk. A supplement restarts the count from zero or continues it, as the
pack's version says (NĐ 61/2018/NĐ-CP Đ19.4; special laws differ).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tinhso.cases.pack_part import Deadline, DeadlineCase, ProcedureVersion
from tinhso.kernel.calendar import Calendar, due, due_on, local_date
from tinhso.kernel.terms import Term, TermKind, later_by_months

# Units with a number; the others ("event", "unspecified") promise no date.
COUNTED = frozenset({"working_days", "calendar_days", "hours", "months", "same_day"})


@dataclass(frozen=True, slots=True)
class Pause:
    """Time for which the clock stood: from the request for more until its answer."""

    asked_at: datetime
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """Until when, and by which rule. due_at is None when the law names no countable term.

    Then `deadline.text` says on what it depends.
    """

    due_at: datetime | None
    deadline: Deadline
    case: str | None = None

    @property
    def due_on(self) -> date | None:
        """Last day to answer, a date of the province."""
        return local_date(self.due_at) if self.due_at else None


def term_of(deadline: Deadline, case: str | None = None) -> Term | None:
    """The kernel's term of a deadline, or of one of its cases; None when it cannot be counted."""
    chosen: Deadline | DeadlineCase = next((c for c in deadline.cases if c.id == case), deadline)
    if chosen.unit not in COUNTED:
        return None
    cutoff = time.fromisoformat(chosen.cutoff) if chosen.cutoff else None
    return Term(kind=TermKind(chosen.unit), value=chosen.value, cutoff=cutoff)


def promise(
    version: ProcedureVersion,
    channel: str,
    counted_from: datetime,
    calendar: Calendar,
    case: str | None = None,
    *,
    pauses: Sequence[Pause] = (),
) -> Promise:
    """When a dossier that counts from `counted_from` and came through `channel` is due.

    pauses  answered requests for more; they lengthen the term where the version's clock continues. Where it restarts,
            `counted_from` is the answer and pauses say nothing
    raises  KeyError when the version does not offer the channel (the door has checked it)
    """
    deadline = version.offer(channel).deadline
    term = term_of(deadline, case)
    if term is None:
        return Promise(None, deadline, case)
    stood = pauses if version.supplement.clock == "continue" else ()
    return Promise(_due(counted_from, term, calendar, stood), deadline, case)


def _due(counted_from: datetime, term: Term, calendar: Calendar, pauses: Sequence[Pause]) -> datetime:
    """The end of the term with the pauses added in the term's own unit.

    The day of the request still counts as the agency's, the day of the answer as the citizen's: as many days follow the
    answer as would have followed the request.
    """
    if not pauses:
        return due(counted_from, term, calendar)
    if term.kind is TermKind.HOURS:
        stood = sum((calendar.working_time_between(p.asked_at, p.answered_at) for p in pauses), timedelta())
        return calendar.add_working_time(counted_from, term.length + stood)
    days = [(local_date(pause.asked_at), local_date(pause.answered_at)) for pause in pauses]
    if term.kind in {TermKind.WORKING_DAYS, TermKind.SAME_DAY}:
        waited = sum(calendar.working_days_between(asked, answered) for asked, answered in days)
        last = calendar.add_working_days(due_on(counted_from, term, calendar), waited)
    else:
        # The pause lengthens the term itself; only its new end is moved off a day off.
        last = calendar.roll(_unrolled(counted_from, term) + sum((b - a for a, b in days), timedelta()))
    return calendar.closing_of(last)


def _unrolled(counted_from: datetime, term: Term) -> date:
    day = local_date(counted_from)
    return later_by_months(day, term.whole) if term.kind is TermKind.MONTHS else day + timedelta(days=term.whole)
