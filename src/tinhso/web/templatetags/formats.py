"""How dates, numbers, money, sizes and hashes are written. `{% load formats %}`.

Dates are dd/mm/yyyy in both languages, on the clock of the province; numbers group with a point in Vietnamese, with a
comma in English. Nothing here asks what time it is: the moment of a request is given.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext, pgettext, pgettext_lazy

register = template.Library()

PROVINCE_CLOCK: Final = ZoneInfo("Asia/Ho_Chi_Minh")
NO_BREAK: Final = "\u00a0"

WEEKDAYS: Final[tuple[Promise | str, ...]] = (
    pgettext_lazy("within a sentence", "Monday"),
    pgettext_lazy("within a sentence", "Tuesday"),
    pgettext_lazy("within a sentence", "Wednesday"),
    pgettext_lazy("within a sentence", "Thursday"),
    pgettext_lazy("within a sentence", "Friday"),
    pgettext_lazy("within a sentence", "Saturday"),
    pgettext_lazy("within a sentence", "Sunday"),
)


def on_the_clock(moment: datetime) -> datetime:
    return moment.astimezone(PROVINCE_CLOCK)


def _day(value: date | datetime) -> date:
    return on_the_clock(value).date() if isinstance(value, datetime) else value


@register.filter
def day(value: date | datetime | None) -> str:
    """20/11/2026."""
    return f"{_day(value):%d/%m/%Y}" if value else "–"


@register.filter
def short_day(value: date | datetime | None) -> str:
    """20/11, for tables; the year is added by `day` where it is another one."""
    return f"{_day(value):%d/%m}" if value else "–"


@register.filter
def weekday(value: date | datetime) -> str:
    """Vietnamese "thứ Năm", English "Thursday"; begin a line with `|capfirst`."""
    return str(WEEKDAYS[_day(value).weekday()])


@register.filter
def long_day(value: date | datetime | None) -> str:
    """The first mention of a date: "thứ Năm, 26/11/2026"."""
    return f"{weekday(value)}, {day(value)}" if value else "–"


@register.filter
def clock(value: date | datetime | None) -> str:
    """09:14; nothing when only the day is known."""
    if value is None:
        return "–"
    return f"{on_the_clock(value):%H:%M}" if isinstance(value, datetime) else ""


@register.filter
def moment(value: datetime | None) -> str:
    """09:14, 20/11/2026."""
    return f"{on_the_clock(value):%H:%M, %d/%m/%Y}" if value else "–"


@register.filter
def short_moment(value: date | datetime | None) -> str:
    """10:20, 18/11; 18/11 when only the day is known."""
    if value is None:
        return "–"
    return f"{on_the_clock(value):%H:%M, %d/%m}" if isinstance(value, datetime) else short_day(value)


@register.filter
def exact_moment(value: datetime | None) -> str:
    """09:11:42, 20/11/2026."""
    return f"{on_the_clock(value):%H:%M:%S, %d/%m/%Y}" if value else "–"


@register.filter
def iso(value: date | datetime | None) -> str:
    """For the datetime attribute of <time>."""
    if value is None:
        return ""
    return on_the_clock(value).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


@register.filter
def number(value: Decimal | float | None, decimals: int = 0) -> str:
    """1.234.567 and 96,8 in Vietnamese, 1,234,567 and 96.8 in English."""
    if value is None:
        return "–"
    written = f"{value:,.{decimals}f}"
    return written if get_language() == "en" else written.translate(str.maketrans(",.", ".,"))


@register.filter
def percent(value: Decimal | float | None) -> str:
    return "–" if value is None else f"{number(value, 1)}%"


@register.filter
def money(value: int | None) -> str:
    """50.000 ₫; zero is "0 ₫", unknown a dash. For sentences there is `fee`."""
    return "–" if value is None else f"{number(value)}{NO_BREAK}₫"


@register.filter
def fee(value: int | None) -> str:
    """In prose: free of charge and not yet known are different things."""
    if value is None:
        return gettext("Not yet known")
    return money(value) if value else gettext("Free of charge")


@register.filter
def size(value: int | None) -> str:
    """318 KB, 1,2 MB: thousands, as on the label of a disk."""
    if value is None:
        return "–"
    if value < 1000:
        return f"{value} B"
    return f"{number(max(1, round(value / 1000)))} KB" if value < 1_000_000 else f"{number(value / 1_000_000, 1)} MB"


@register.filter
def hash_groups(value: str | bytes | None) -> str:
    """A SHA-256 in groups of eight, to be read aloud and compared."""
    text = value.hex() if isinstance(value, (bytes, memoryview)) else (value or "")
    return " ".join(text[start : start + 8] for start in range(0, len(text), 8))


@register.filter
def days_left(left: int, due_at: datetime | None = None) -> str:
    """For rows: "Còn 3 ngày", "Hôm nay, 17:00", "Quá hạn 2 ngày". `left` counts working days, negative when over."""
    if left < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -left) % {"n": -left}
    if left == 0:
        return pgettext("deadline", "Today, %(time)s") % {"time": clock(due_at)} if due_at else gettext("Today")
    return ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}


@register.filter
def working_days_left(left: int, due_at: datetime | None = None) -> str:
    """For titles: "Còn 3 ngày làm việc", "Hôm nay, trước 17:00", "Quá hạn 2 ngày làm việc"."""
    if left < 0:
        return ngettext("%(n)s working day late", "%(n)s working days late", -left) % {"n": -left}
    if left == 0:
        return gettext("Today, before %(time)s") % {"time": clock(due_at)} if due_at else gettext("Today")
    return ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left}


@register.filter
def masked_phone(value: str) -> str:
    return f"•••• ••• {value[-3:]}" if value else "–"
