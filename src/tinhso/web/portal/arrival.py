"""When a dossier that an officer registers reached the agency: a day and a time on the review page, now unless changed.

Online there is no such question: a dossier arrives when it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext as _

from tinhso.kernel.calendar import instant, local
from tinhso.kernel.text import clean_line
from tinhso.web.components import Field

DAY, TIME = "arrived_at", "arrived_time"
_PARTS = (f"{DAY}-day", f"{DAY}-month", f"{DAY}-year")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was typed, the moment it means, and what is wrong with it; without either the moment is now."""

    day: tuple[str, str, str]
    clock: str
    at: datetime | None = None
    day_error: str = ""
    clock_error: str = ""


def now(at: datetime) -> Arrival:
    """What the page shows first."""
    here = local(at)
    return Arrival((str(here.day), str(here.month), str(here.year)), f"{here:%H:%M}")


def read(posted: Mapping[str, str], at: datetime) -> Arrival:
    """The moment that was typed; a page that does not ask for it, and one left as it was, mean now."""
    if not any(name in posted for name in (*_PARTS, TIME)):
        return now(at)
    day, month, year = (clean_line(posted.get(name, ""))[:10] for name in _PARTS)
    clock = clean_line(posted.get(TIME, ""))[:10]
    typed = Arrival((day, month, year), clock)
    if typed == now(at):
        return typed
    on, o_clock = _day(day, month, year), _clock(clock)
    day_error = "" if on else _("Write a day of the calendar, such as 20 11 2026.")
    clock_error = "" if o_clock else _("Write the time with hours and minutes, such as 09:30.")
    moment = instant(on, o_clock) if on and o_clock else None
    return Arrival(typed.day, clock, moment, day_error, clock_error)


def _day(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None


def _clock(typed: str) -> time | None:
    """“9:30”, “09:30” or “09h30”, as people write it."""
    hours, colon, minutes = typed.lower().replace("h", ":").partition(":")
    try:
        return time(int(hours), int(minutes)) if colon else None
    except ValueError:
        return None


def fields(arrival: Arrival) -> tuple[Field, Field]:
    """The day and the time, with what was typed."""
    return (
        Field(
            kind="date",
            name=DAY,
            label=_("Day on which the dossier arrived"),
            hint=_("What came by post or was taken in earlier counts from then, at most 30 days back."),
            value=arrival.day,
            error=arrival.day_error,
        ),
        Field(
            kind="text",
            name=TIME,
            label=_("Time of arrival"),
            hint=_("Hours and minutes, such as 09:30"),
            value=arrival.clock,
            error=arrival.clock_error,
            width="5",
        ),
    )
