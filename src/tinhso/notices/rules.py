"""What a notice may say, and how a text of a pack becomes words for one reader.

Pure: no Django, no clock, no mail. A text has {placeholders}; a line whose placeholder has no value is left out, so
that one text serves a dossier with a fee and one without, and a paragraph none of whose placeholders has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from tinhso.kernel.calendar import VIETNAM
from tinhso.kernel.localised import Text
from tinhso.kernel.money import Dong

Value = str | int | date | datetime | Dong | Text | Sequence[str | Text] | None
Values = Mapping[str, Value]

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class NoticeKind(StrEnum):
    """What can be told about a dossier. A new kind is a name here, its values below and a text in a pack."""

    DOSSIER_SUBMITTED = "dossier_submitted"
    DOSSIER_ACCEPTED = "dossier_accepted"
    DOSSIER_MORE_ASKED = "dossier_more_asked"
    DOSSIER_REFUSED = "dossier_refused"
    DOSSIER_STOPPED = "dossier_stopped"
    DOSSIER_HANDED_ON = "dossier_handed_on"
    DOSSIER_DECIDED = "dossier_decided"
    DOSSIER_RETURNED = "dossier_returned"
    DOSSIER_WITHDRAWN = "dossier_withdrawn"
    DOSSIER_DUE_SOON = "dossier_due_soon"


_DOSSIER = frozenset({"dossier_code", "procedure", "agency", "filed_at", "due_at", "applicant"})

# The values that each kind brings; a text may use these and no others.
VALUES: Mapping[NoticeKind, frozenset[str]] = MappingProxyType(
    {
        NoticeKind.DOSSIER_SUBMITTED: _DOSSIER | {"fee"},
        NoticeKind.DOSSIER_ACCEPTED: _DOSSIER | {"received_at", "fee", "return_place"},
        NoticeKind.DOSSIER_MORE_ASKED: _DOSSIER | {"items", "reason", "answer_until"},
        NoticeKind.DOSSIER_REFUSED: _DOSSIER | {"reasons", "reason"},
        NoticeKind.DOSSIER_STOPPED: _DOSSIER | {"reasons", "reason"},
        NoticeKind.DOSSIER_HANDED_ON: _DOSSIER | {"step", "step_due_at", "from_officer"},
        NoticeKind.DOSSIER_DECIDED: _DOSSIER | {"outcome", "decided_at", "reason"},
        NoticeKind.DOSSIER_RETURNED: _DOSSIER | {"outcome", "returned_at", "return_place"},
        NoticeKind.DOSSIER_WITHDRAWN: _DOSSIER | {"withdrawn_at"},
        NoticeKind.DOSSIER_DUE_SOON: _DOSSIER | {"step", "days_left"},
    }
)


def placeholders(text: str) -> Iterator[str]:
    """Names in a text, in order, each as often as it stands there."""
    return (match[1] for match in PLACEHOLDER.finditer(text))


def stray_braces(text: str) -> bool:
    """Whether a brace stands there that belongs to no placeholder."""
    rest = PLACEHOLDER.sub("", text)
    return "{" in rest or "}" in rest


def render(text: str, values: Values, language: str) -> str:
    """The text with its values, in the reader's language; paragraphs stand apart by an empty line."""
    paragraphs = (_paragraph(block, values, language) for block in re.split(r"\n\s*\n", text.strip()))
    return "\n\n".join(block for block in paragraphs if block)


def _paragraph(block: str, values: Values, language: str) -> str:
    """One paragraph; empty when it has placeholders and none of them has a value, so that no heading stands alone."""
    names = set(placeholders(block))
    if names and not any(in_words(values.get(name), language) for name in names):
        return ""
    lines = (_line(line, values, language) for line in block.splitlines())
    return "\n".join(line.strip() for line in lines if line is not None)


def _line(line: str, values: Values, language: str) -> str | None:
    """One line, or None when a value that it needs is missing."""
    words = {name: in_words(values.get(name), language) for name in placeholders(line)}
    if not all(words.values()):
        return None
    return PLACEHOLDER.sub(lambda match: words[match[1]], line)


def in_words(value: Value, language: str) -> str:
    """A value as people read it; empty when there is none."""
    match value:
        case None:
            words = ""
        case str():
            words = value
        case Text():
            words = value.in_(language)
        case Dong():
            words = value.format()
        case datetime():  # before date: an instant is one too
            words = _instant(value, language)
        case date():
            words = _day(value, language)
        case int():
            words = str(value)
        case _:
            words = "\n".join(f"- {in_words(item, language)}" for item in value)
    return words


def _day(day: date, language: str) -> str:
    if language == "en":
        return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
    return f"{_WEEKDAYS_VI[day.weekday()]}, {day:%d/%m/%Y}"


def _instant(at: datetime, language: str) -> str:
    local = at.astimezone(VIETNAM)
    if language == "en":
        return f"{local:%H:%M} on {_day(local.date(), language)}"
    return f"{local:%H:%M}, {_day(local.date(), language)}"


def one_line(text: str) -> str:
    """A subject: no line break may enter the head of a letter."""
    return " ".join(text.split())
