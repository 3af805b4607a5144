"""The working calendar: which days count, when a term ends, how much of it is left.

Owns the counting rules of the Civil Code (91/2015/QH13, Đ147–148): the day of receipt is not counted; a term in
calendar days or months that ends on a day off ends on the next working day; hours count from the moment.
Absent on purpose: the days off themselves (packs/vietnam/calendar.yaml); stopping and restarting a clock (cases).

A day is a day in Vietnam. Instants that come in and go out are aware; those that go out are UTC. Something received on
a day off counts as received on that day, whatever the hour: the next working day is day one either way.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Annotated, Self
from zoneinfo import ZoneInfo

import msgspec

from tinhso.kernel.localised import Text
from tinhso.kernel.terms import Term, TermKind, later_by_months

__all__ = [
    "VIETNAM",
    "Calendar",
    "CalendarDocument",
    "Holiday",
    "Skipped",
    "Term",
    "TermKind",
    "WorkingHours",
    "days_left",
    "due",
    "due_on",
    "instant",
    "local",
    "local_date",
    "working_hours_left",
]

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
ONE_DAY = timedelta(days=1)
_WEEKDAYS_OFF = {5: Text("Thứ Bảy", "Saturday"), 6: Text("Chủ nhật", "Sunday")}


def local(at: datetime) -> datetime:
    """An instant as clocks in Vietnam show it. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("an instant carries its time zone")
    return at.astimezone(VIETNAM)


def local_date(at: datetime) -> date:
    return local(at).date()


def instant(day: date, clock: time) -> datetime:
    """The UTC instant at which clocks in Vietnam show this time of this day."""
    return datetime.combine(day, clock, VIETNAM).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day off by law or by swap; `unverified` when the source is not the act itself, or when it is a forecast."""

    name_vi: str
    name_en: str
    reference: str
    unverified: bool = False

    @property
    def name(self) -> Text:
        return Text(self.name_vi, self.name_en)


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The hours of every working day, in order; a province may set its own."""

    intervals: tuple[tuple[time, time], ...] = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))

    def __post_init__(self) -> None:
        edges = [edge for interval in self.intervals for edge in interval]
        if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
            raise ValueError("working hours are intervals that follow one another")

    @property
    def opening(self) -> time:
        return self.intervals[0][0]

    @property
    def closing(self) -> time:
        return self.intervals[-1][1]


# --- the document that packs/vietnam/calendar.yaml is -----------------------------------------------------------------

Clock = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM, 24 hours")]
Reference = Annotated[str, msgspec.Meta(min_length=1, description="the act or notice that says so")]


class HoursEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    intervals: Annotated[tuple[tuple[Clock, Clock], ...], msgspec.Meta(min_length=1)]
    reference: Reference
    unverified: bool = False


class HolidayEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day off; `swapped_with` names the Saturday that is worked instead."""

    day: date
    name: Text
    reference: Reference
    unverified: bool = False
    swapped_with: date | None = None


class WorkingSaturday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    day: date
    instead_of: date
    reference: Reference
    unverified: bool = False


class CalendarDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days off and hours as data, each with its reference. A swap stands twice, so that neither half is forgotten."""

    source: str
    hours: HoursEntry
    holidays: tuple[HolidayEntry, ...]
    working_saturdays: tuple[WorkingSaturday, ...] = ()

    def faults(self) -> list[str]:
        """What is wrong with it, in English for whoever writes the pack; empty when nothing is."""
        days = Counter(entry.day for entry in self.holidays)
        swaps = {(entry.day, entry.swapped_with) for entry in self.holidays if entry.swapped_with}
        worked = {(entry.instead_of, entry.day) for entry in self.working_saturdays}
        return [
            *(f"{day} stands twice under holidays" for day, times in days.items() if times > 1),
            *(f"{off} is swapped with {on}, which is not under working_saturdays" for off, on in swaps - worked),
            *(
                f"{on} is worked instead of {off}, whose holiday does not say swapped_with"
                for off, on in worked - swaps
            ),
            *(f"{on} is worked but is no weekend" for _, on in worked if on.weekday() not in _WEEKDAYS_OFF),
            *(f"{on} is both worked and a holiday" for _, on in worked if on in days),
        ]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that did not count, and why: a holiday's name, or the name of a weekday off."""

    day: date
    name: Text
    holiday: Holiday | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Monday to Friday, without the holidays, with the Saturdays worked instead of a swapped day."""

    holidays: Mapping[date, Holiday]
    working_saturdays: frozenset[date] = frozenset()
    hours: WorkingHours = field(default_factory=WorkingHours)

    @classmethod
    def from_document(cls, document: CalendarDocument) -> Self:
        """The calendar that a document describes; raises ValueError with its first fault."""
        for fault in document.faults():
            raise ValueError(fault)
        days = {e.day: Holiday(e.name.vi, e.name.en, e.reference, e.unverified) for e in document.holidays}
        hours = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in document.hours.intervals)
        return cls(days, frozenset(entry.day for entry in document.working_saturdays), WorkingHours(hours))

    def __post_init__(self) -> None:
        object.__setattr__(self, "holidays", MappingProxyType(dict(self.holidays)))

    # A mapping has no hash, yet calendars are kept in caches; two of the same days are equal and hash alike.
    def __hash__(self) -> int:
        return hash((frozenset(self.holidays), self.working_saturdays, self.hours))

    def is_working(self, day: date) -> bool:
        return day in self.working_saturdays or (day.weekday() < 5 and day not in self.holidays)

    def covers(self, day: date) -> bool:
        """Whether the holidays of this year are known at all; beyond, only weekends are left out."""
        return any(holiday.year == day.year for holiday in self.holidays)

    def next_working(self, day: date) -> date:
        """The first working day after `day`."""
        return self.roll(day + ONE_DAY)

    def roll(self, day: date) -> date:
        """`day` itself when it is a working day, otherwise the next one."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def add_working_days(self, day: date, days: int) -> date:
        """The `days`-th working day after `day`, or before it when negative; 0 is `day` itself."""
        step = ONE_DAY if days >= 0 else -ONE_DAY
        left = abs(days)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative when `last` is earlier."""
        if last < first:
            return -self.working_days_between(last, first)
        return sum(self.is_working(day) for day in _days(first, last))

    def skipped(self, first: date, last: date) -> list[Skipped]:
        """The days after `first` up to and including `last` that do not count, so that a page can name them."""
        return [self._skipped(day) for day in _days(first, last) if not self.is_working(day)]

    def _skipped(self, day: date) -> Skipped:
        holiday = self.holidays.get(day)
        return Skipped(day, holiday.name if holiday else _WEEKDAYS_OFF[day.weekday()], holiday)

    def is_open(self, at: datetime) -> bool:
        """Whether the counter is open at this moment."""
        moment = local(at)
        return self.is_working(moment.date()) and any(a <= moment.time() < b for a, b in self.hours.intervals)

    def closing_of(self, day: date) -> datetime:
        return instant(day, self.hours.closing)

    def add_working_time(self, at: datetime, length: timedelta) -> datetime:
        """The instant by which this much working time has passed since `at`."""
        moment = at.astimezone(UTC)
        for start, end in self._open_intervals(at):
            left = end - max(start, moment)
            if length <= left:
                return max(start, moment) + length
            length -= left
        raise OverflowError("the calendar ends before the term does")

    def working_time_between(self, first: datetime, last: datetime) -> timedelta:
        """Working time from `first` to `last`; negative when `last` is earlier."""
        if last < first:
            return -self.working_time_between(last, first)
        total = timedelta()
        for start, end in self._open_intervals(first):
            if start >= last:
                break
            total += min(end, last) - max(start, first)
        return total

    def _open_intervals(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The intervals of working time that end after `at`, for ever."""
        day = self.roll(local_date(at))
        while True:
            for opens, closes in self.hours.intervals:
                if (end := instant(day, closes)) > at:
                    yield instant(day, opens), end
            day = self.next_working(day)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(1, (last - first).days + 1))


# --- terms ------------------------------------------------------------------------------------------------------------


def due(received_at: datetime, term: Term, calendar: Calendar) -> datetime:
    """The last instant (UTC) to answer: the end of working hours of the last day, or the moment for hours."""
    if term.kind is TermKind.HOURS:
        return calendar.add_working_time(received_at, term.length)
    return calendar.closing_of(due_on(received_at, term, calendar))


def due_on(received_at: datetime, term: Term, calendar: Calendar) -> date:
    """The last day to answer, a working day."""
    day = local_date(received_at)
    match term.kind:
        case TermKind.WORKING_DAYS:
            return calendar.add_working_days(day, term.whole)
        case TermKind.CALENDAR_DAYS:
            return calendar.roll(day + timedelta(days=term.whole))
        case TermKind.MONTHS:
            return calendar.roll(later_by_months(day, term.whole))
        case TermKind.SAME_DAY:
            cutoff = term.cutoff or calendar.hours.closing
            in_time = calendar.is_working(day) and local(received_at).time() <= cutoff
            return day if in_time else calendar.next_working(day)
        case TermKind.HOURS:
            return local_date(due(received_at, term, calendar))


def days_left(now: datetime, due_at: datetime, calendar: Calendar) -> int:
    """Working days until the day of `due_at`: 0 on that day, negative after it (-1 from the very next day on)."""
    today, last = local_date(now), local_date(due_at)
    days = calendar.working_days_between(today, last)
    if last > today:
        return max(days, 1)
    return min(days, -1) if last < today else 0


def working_hours_left(now: datetime, due_at: datetime, calendar: Calendar) -> Decimal:
    """Working hours until `due_at`, to a tenth and never rounded up; negative when late."""
    minutes = calendar.working_time_between(now, due_at) // timedelta(minutes=1)
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"), ROUND_FLOOR)
