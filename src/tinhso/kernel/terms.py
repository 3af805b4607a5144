"""Terms: how long something may take, as a pack writes it and as a page says it.

Absent on purpose: when a term ends, which needs a calendar (calendar.py).
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Self

from tinhso.kernel.localised import Text


class TermKind(StrEnum):
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    HOURS = "hours"  # working hours
    MONTHS = "months"
    SAME_DAY = "same_day"


_UNITS = {
    TermKind.WORKING_DAYS: ("WD", "working day", "working days", "ngày làm việc"),
    TermKind.CALENDAR_DAYS: ("day", "days", "calendar day", "calendar days", "ngày"),
    TermKind.HOURS: ("hour", "hours", "working hour", "working hours", "giờ", "giờ làm việc"),
    TermKind.MONTHS: ("month", "months", "tháng"),
}
_KIND_OF_UNIT = {unit.lower(): kind for kind, units in _UNITS.items() for unit in units}
_WRITTEN = re.compile(r"(?P<value>[0-9]{1,4}(?:[.,][0-9]{1,2})?) (?P<unit>\D+)")
_SAME_DAY = re.compile(r"(?:same day|trong ngày)(?:/(?P<hour>[0-2]?[0-9]):(?P<minute>[0-5][0-9]))?")


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time of one kind.

    value    a whole number above 0; hours may have a fraction ("0.5 Giờ" exists); None for the same day
    cutoff   only of the same day: what is received after this time is due on the next working day; None = closing time
    """

    kind: TermKind
    value: Decimal | int | None = None
    cutoff: time | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", TermKind(self.kind))
        if self.kind is TermKind.SAME_DAY:
            if self.value is not None:
                raise ValueError("a term of the same day has no number")
            return
        if self.cutoff is not None:
            raise ValueError("only a term of the same day has a cut-off time")
        self._check_value()

    def _check_value(self) -> None:
        if isinstance(self.value, bool) or not isinstance(self.value, int | Decimal) or not 0 < self.value <= 9999:
            raise ValueError("a term is a number above 0")
        if self.kind is TermKind.HOURS:
            if self.value * 60 % 1:
                raise ValueError("a term in hours is whole minutes")
        elif self.value % 1:
            raise ValueError("only a term in hours has a fraction")

    @property
    def whole(self) -> int:
        """The number of days or months."""
        return int(self.value or 0)

    @property
    def length(self) -> timedelta:
        """Of a term in hours."""
        return timedelta(minutes=int((self.value or 0) * 60))

    @classmethod
    def parse(cls, written: str) -> Self:
        """A term as tables of procedures write it: "3 WD", "15 ngày", "02 Giờ", "1 tháng", "same day/15:00"."""
        text = " ".join(written.lower().split())
        if match := _SAME_DAY.fullmatch(text):
            hour, minute = match["hour"], match["minute"]
            return cls(TermKind.SAME_DAY, None, time(int(hour), int(minute)) if hour else None)
        match = _WRITTEN.fullmatch(text)
        kind = _KIND_OF_UNIT.get(match["unit"]) if match else None
        if match is None or kind is None:
            raise ValueError(f"not a term: {written!r}; write, for example, '3 WD', '15 ngày', '2 giờ'")
        return cls(kind, Decimal(match["value"].replace(",", ".")))

    @property
    def text(self) -> Text:
        """ "3 ngày làm việc", "3 working days"; for a term of the same day, what happens after the cut-off."""
        if self.kind is TermKind.SAME_DAY:
            return self._same_day_text()
        number = f"{Decimal(self.value or 0).normalize():f}"
        one = number == "1"
        vi, en = _NOUNS[self.kind]
        return Text(f"{number.replace('.', ',')} {vi}", f"{number} {en if one else en + 's'}")

    def _same_day_text(self) -> Text:
        if self.cutoff is None:
            return Text("trong ngày làm việc", "the same working day")
        return Text(
            f"trong ngày; nhận sau {self.cutoff:%H:%M} thì trả ngày làm việc tiếp theo",
            f"the same day; the next working day if received after {self.cutoff:%H:%M}",
        )


_NOUNS = {
    TermKind.WORKING_DAYS: ("ngày làm việc", "working day"),
    TermKind.CALENDAR_DAYS: ("ngày", "day"),
    TermKind.HOURS: ("giờ làm việc", "working hour"),
    TermKind.MONTHS: ("tháng", "month"),
}


def later_by_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month when it has no such day (Civil Code, Đ148)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
