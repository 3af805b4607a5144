"""When a dossier is due; pure. The numbers come from packs, the counting from the kernel's calendar.

A dossier counts from the moment it arrived complete: online the moment it was sent, at the counter the moment it was handed over, by
post the moment it reached the desk. A supplement restarts the count from zero or continues it, as the pack's version says
(NĐ 61/2018/NĐ-CP Đ19.4; special laws differ).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tinhso.cases.pack_part import Deadline, DeadlineCase, ProcedureVersion
from tinhso.kernel.calendar import Calendar, due, local, local_date
from tinhso.kernel.terms import Term, TermKind

# Units with a number; the others ("event", "unspecified") promise no date.
COUNTED = frozenset({"working_days", "calendar_days", "hours", "months", "same_day"})


@dataclass(frozen=True, slots=True)
class Promise:
    """Until when, and by which rule. due_at is None when the law names no countable term; then `deadline.text` says on what it depends."""

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
    version: ProcedureVersion, channel: str, received_at: datetime, calendar: Calendar, case: str | None = None
) -> Promise:
    """When a dossier received at `received_at` through `channel` is due.

    raises  KeyError when the version does not offer the channel (the door has checked it)
    """
    deadline = version.offer(channel).deadline
    term = term_of(deadline, case)
    return Promise(due(received_at, term, calendar) if term else None, deadline, case)


def due_after_supplement(
    version: ProcedureVersion,
    channel: str,
    *,
    due_before: datetime | None,
    asked_at: datetime,
    supplemented_at: datetime,
    calendar: Calendar,
    case: str | None = None,
) -> datetime | None:
    """The new due instant after the citizen supplemented.

    restart   counted from zero from the supplement
    continue  the working days between asking and answering are added to the old date
    """
    if version.supplement.clock == "restart" or due_before is None:
        return promise(version, channel, supplemented_at, calendar, case).due_at
    waited = calendar.working_days_between(local_date(asked_at), local_date(supplemented_at))
    old = local(due_before)
    day = calendar.add_working_days(old.date(), waited) if waited else old.date()
    return old + timedelta(days=(day - old.date()).days)
