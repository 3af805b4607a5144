"""Values in words, for every page of this room: states, levels, channels, deadlines, answers.

The one place where a stored word ("in_review") becomes a sentence in the reader's language; templates get plain text.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tinhso.cases.lists import PackLists
from tinhso.cases.offers import BLOCKER, OnlineLevel
from tinhso.cases.pack_part import Deadline, DeadlineCase, Question
from tinhso.cases.rules import NATIONAL_CODE, NATIONAL_NAME, Outcome, State
from tinhso.kernel.calendar import Calendar, days_left, local, local_date
from tinhso.kernel.localised import Text
from tinhso.kernel.money import Dong
from tinhso.kernel.problems import N_
from tinhso.places import queries as places
from tinhso.web.templatetags import formats

STATE: Mapping[State, str] = {
    State.FILED: N_("Waiting to be accepted"),
    State.ACCEPTED: N_("Accepted"),
    State.REFUSED: N_("Not accepted"),
    State.IN_REVIEW: N_("Being decided"),
    State.WAITING_FOR_CITIZEN: N_("Waiting for more papers"),
    State.WAITING_FOR_PAYMENT: N_("Waiting for payment"),
    State.WITHDRAWN: N_("Withdrawn"),
    State.STOPPED: N_("Stopped"),
    State.DECIDED: N_("Result ready"),
    State.RETURNED: N_("Result returned"),
}

# The chip of a state: its shape says the same without colour (FACE.md 4).
STATE_CHIP: Mapping[State, str] = {
    State.FILED: "new",
    State.ACCEPTED: "active",
    State.REFUSED: "late",
    State.IN_REVIEW: "active",
    State.WAITING_FOR_CITIZEN: "stopped",
    State.WAITING_FOR_PAYMENT: "stopped",
    State.WITHDRAWN: "new",
    State.STOPPED: "late",
    State.DECIDED: "done",
    State.RETURNED: "done",
}

CHANNEL = {"counter": N_("At the counter"), "online": N_("Online"), "post": N_("By post")}
AUDIENCE = {
    "citizen": N_("Citizens"),
    "organisation": N_("Organisations"),
    "household_business": N_("Household businesses"),
}
OUTCOME = {Outcome.GRANTED: N_("Granted"), Outcome.REJECTED: N_("Rejected")}
LEVEL = {"whole": N_("Entirely online"), "part": N_("Partly online"), "information": N_("Information")}


def language() -> str:
    """The reader's language: "vi" or "en"."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def text(value: Text | None) -> str:
    """A text of a pack in the reader's language; empty for none."""
    return value.in_(language()) if value else ""


def state(value: State) -> str:
    return _(STATE[value])


def national(value: State) -> str:
    """“4 · In progress”: the national code and its name, for officers."""
    code = NATIONAL_CODE[value]
    return f"{code} · {_(NATIONAL_NAME[code])}"


def channel(value: str) -> str:
    return _(CHANNEL[value])


def level(value: OnlineLevel) -> str:
    """“Level 3 · Partly online”."""
    return _("Level {number} · {name}").format(number=value.number, name=_(LEVEL[value.label]))


def blockers(value: OnlineLevel) -> list[str]:
    """Why the level is not higher, each in one sentence."""
    return [_(BLOCKER[blocker]) for blocker in value.blockers]


def deadline(value: Deadline) -> str:
    """A deadline in the unit of the law: “3 working days”, “Within the day”, the pack's own text."""
    if value.text:
        return text(value.text)
    if value.unit == "same_day":
        if value.cutoff:
            return _("Within the day; received after {time}: the next working day").format(time=value.cutoff)
        return _("Within the day")
    if value.value is None:
        return _("The law names no term")
    return term(value.unit, value.value)


def short_deadline(value: Deadline) -> str:
    """The same in few words, for a figure on a page."""
    if value.unit == "same_day":
        return _("Within the day")
    return deadline(value)


def case(value: DeadlineCase) -> str:
    said = _("within the day") if value.value is None else term(value.unit, value.value)
    return f"{text(value.when)}: {said}"


def term(unit: str, value: Any) -> str:
    """“3 working days”, “15 days”, “2 working hours”, “1 month”."""
    number = int(value) if value == int(value) else value
    words = {
        "working_days": ngettext("{n} working day", "{n} working days", int(value)),
        "calendar_days": ngettext("{n} day", "{n} days", int(value)),
        "hours": ngettext("{n} working hour", "{n} working hours", int(value)),
        "months": ngettext("{n} month", "{n} months", int(value)),
    }
    shown = str(number).replace(".", ",") if language() == "vi" else str(number)
    return words[unit].format(n=shown)


def long_day(day: date) -> str:
    """“thứ Năm, 26/11/2026”."""
    return formats.long_day(day)


def due(due_at: datetime | None) -> str:
    """A deadline as an instant: the day with its weekday, and the hour."""
    if due_at is None:
        return _("No fixed date")
    return _("before {time}, {day}").format(time=f"{local(due_at):%H:%M}", day=long_day(local_date(due_at)))


def left(now: datetime, due_at: datetime | None, calendar: Calendar) -> int | None:
    """Working days left; negative when late; None without a date."""
    return None if due_at is None else days_left(now, due_at, calendar)


def skipped(first: date, last: date, calendar: Calendar) -> str:
    """What was not counted between two days: “not counting Tuesday 24/11 (Vietnam Culture Day)”.

    Weekends go without saying.
    """
    days = [
        _("{day} ({name})").format(day=f"{one.day:%d/%m}", name=text(one.name))
        for one in calendar.skipped(first, last)
        if one.holiday is not None
    ]
    return _("not counting {days}").format(days=", ".join(days)) if days else ""


def answer(question: Question, value: Any, lists: PackLists, *, on: date | None = None) -> str:
    """An answer as a person reads it; empty when there is none."""
    if value in (None, "", []):
        return ""
    if question.type in {"date", "partial_date"}:
        return ".".join(reversed(str(value).split("-"))).replace(".", "/")
    if question.type in {"yes_no", "pledge"}:
        return _("Yes") if value else _("No")
    if question.type in {"choice", "choices"}:
        labels = {option.value: text(option.label) for option in question.options}
        return ", ".join(labels.get(one, one) for one in ([value] if isinstance(value, str) else value))
    if question.type in {"commune", "list"}:
        return _picked(question, str(value), lists, on)
    return Dong(value).format() if question.type == "money" else _number(question, value)


def _picked(question: Question, code: str, lists: PackLists, on: date | None) -> str:
    """What a code of a list means: a commune with its province, a word of a code list."""
    if question.type == "commune":
        return lists.commune_name(code, on)
    return lists.label(question.list, code, language())


def _number(question: Question, value: Any) -> str:
    shown = str(value)
    if question.type == "decimal" and language() == "vi":
        shown = shown.replace(".", ",")
    return f"{shown} {text(question.unit)}" if question.unit else shown


def clock(at: datetime) -> str:
    """“09:12”, the province's time."""
    return f"{local(at):%H:%M}"


def agency(code: str, on: date) -> str:
    """The agency's name in the reader's language."""
    return places.agency(code, on).name_in(language())
