"""Reading one answer: text from a page → a plain value, or the reason why not; pure.

Values are what the journal's canonical form knows: text, whole numbers, truth values, lists and maps of them. Dates
are ISO text ("2026-07-04"; a partial date "2026-07" or "2026"), decimals are text with a point ("620.5"). Messages
are English msgids with {placeholders}; web translates them.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from tinhso.cases.pack_part import Question
from tinhso.kernel.codes import PersonalId, Phone, TaxCode
from tinhso.kernel.money import Dong
from tinhso.kernel.problems import N_, Invalid
from tinhso.kernel.text import clean_line, clean_text

TEXT_LENGTH_MAX = 500
LONG_TEXT_LENGTH_MAX = 4_000
EMAIL = re.compile(r"^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$")
NAME_LETTERS = re.compile(r"^[^\W\d_]+(?:[ '\-.’][^\W\d_]+)*$")
PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
SHORT_NUMBER, FOUR_DIGITS = re.compile(r"[0-9]{1,2}"), re.compile(r"[0-9]{4}")
NUMBER_SEPARATORS = re.compile(r"[\s. ]")


class Posted(Protocol):
    """What a page sent: Django's QueryDict, or a dict in tests."""

    def get(self, key: str, default: Any = "") -> Any: ...
    def getlist(self, key: str, /) -> list[str]: ...
    def __contains__(self, key: str, /) -> bool: ...


class Lists(Protocol):
    """The lists that answers are picked from; web and tests give them, rules never ask a database themselves."""

    def item(self, list_id: str, text: str) -> tuple[str, str] | None:
        """(code, label) of a list item typed as its code or its label; None when there is none."""

    def communes(self, text: str, on: date | None) -> list[tuple[str, str]]:
        """(code, full name) of the communes that `text` can mean on a date: one when it is clear."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an answer cannot stand: a msgid with values; `choices` when the person can pick from near answers."""

    message: str
    values: Mapping[str, Any]
    choices: tuple[tuple[str, str], ...] = ()


class Unreadable(Exception):
    """Inside this module: the answer cannot be read."""

    def __init__(self, message: str, choices: tuple[tuple[str, str], ...] = (), **values: Any) -> None:
        super().__init__(message)
        self.fault = Fault(message, values, choices)


EMPTY = N_("Answer this question.")


def read_answer(question: Question, name: str, posted: Posted, lists: Lists, *, today: date, on: date | None) -> Any:
    """The value of one question, None when it was left empty and may be.

    name    the field's name on the page (repeats carry a prefix and an index)
    raises  Unreadable with the sentence for beside the field
    """
    value = READERS[question.type](question, name, posted, lists, on)
    if value in (None, "", []):
        if question.required:
            raise Unreadable(_empty_message(question))
        return None
    _check_limits(question, value, today)
    return value


def _empty_message(question: Question) -> str:
    if question.type in {"choice", "choices", "yes_no"}:
        return N_("Choose an answer.")
    if question.type == "pledge":
        return N_("Tick the box to declare that this is true.")
    if question.type in {"date", "partial_date"}:
        return N_("Enter the date.")
    return EMPTY


def _line(question: Question, name: str, posted: Posted, _lists: Lists, _on: date | None) -> str | None:
    text = clean_line(posted.get(name, ""))
    limit = question.length_max or TEXT_LENGTH_MAX
    if len(text) > limit:
        raise Unreadable(N_("Too long: at most {limit} characters, there are {length}."), limit=limit, length=len(text))
    return text or None


def _long_text(question: Question, name: str, posted: Posted, _lists: Lists, _on: date | None) -> str | None:
    text = clean_text(posted.get(name, ""))
    limit = question.length_max or LONG_TEXT_LENGTH_MAX
    if len(text) > limit:
        raise Unreadable(N_("Too long: at most {limit} characters, there are {length}."), limit=limit, length=len(text))
    return text or None


def _person_name(question: Question, name: str, posted: Posted, lists: Lists, on: date | None) -> str | None:
    text = _line(question, name, posted, lists, on)
    if text and not NAME_LETTERS.match(text):
        raise Unreadable(N_("A name has letters, spaces, ' and - only. Write it as on the certificate."))
    return text


def _digits(posted: Posted, name: str) -> str:
    return clean_line(posted.get(name, "")).strip()


def _date(_question: Question, name: str, posted: Posted, _lists: Lists, _on: date | None) -> str | None:
    day, month, year = (_digits(posted, f"{name}-{part}") for part in ("day", "month", "year"))
    if not (day or month or year):
        return _iso_date(_digits(posted, name))
    missing = [p for p, v in (("day", day), ("month", month), ("year", year)) if not v]
    if missing:
        raise Unreadable(N_("The date needs a day, a month and a year."), missing=missing[0])
    return _real_date(day, month, year).isoformat()


def _iso_date(text: str) -> str | None:
    """A date sent as one field (the browser's own date field, or another system)."""
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Unreadable(N_("This is not a date: write day, month and year in digits.")) from None


def _real_date(day: str, month: str, year: str) -> date:
    if not (SHORT_NUMBER.fullmatch(day) and SHORT_NUMBER.fullmatch(month) and FOUR_DIGITS.fullmatch(year)):
        raise Unreadable(N_("Write day, month and year in digits, the year with four, for example 27 3 2026."))
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise _unreal(day, month, year) from None


def _unreal(day: str, month: str, year: str) -> Unreadable:
    """Why there is no such day, in words that mend it."""
    if 1 <= int(month) <= 12 and int(year):
        last = monthrange(int(year), int(month))[1]
        message = N_("{day}/{month}/{year} is not a real date: month {month} has {last} days.")
        return Unreadable(message, day=day, month=month, year=year, last=last)
    return Unreadable(N_("{day}/{month}/{year} is not a real date."), day=day, month=month, year=year)


def _partial_date(question: Question, name: str, posted: Posted, lists: Lists, on: date | None) -> str | None:
    day, month, year = (_digits(posted, f"{name}-{part}") for part in ("day", "month", "year"))
    if day:
        return _date(question, name, posted, lists, on)
    if not year and not month:
        return None
    if not FOUR_DIGITS.fullmatch(year):
        raise Unreadable(N_("Write at least the year, with four digits."))
    if not month:
        return year
    _real_date("1", month, year)
    return f"{year}-{int(month):02d}"


def _integer(_question: Question, name: str, posted: Posted, _lists: Lists, _on: date | None) -> int | None:
    text = NUMBER_SEPARATORS.sub("", _digits(posted, name))
    if not text:
        return None
    if not re.fullmatch(r"-?\d{1,15}", text):
        raise Unreadable(N_("Write a whole number in digits."))
    return int(text)


def _decimal(question: Question, name: str, posted: Posted, _lists: Lists, _on: date | None) -> str | None:
    text = _digits(posted, name)
    if not text:
        return None
    # Vietnamese numbers have a comma for decimals and points for thousands; a lone point is taken as decimal.
    plain = text.replace(".", "").replace(",", ".") if "," in text else text
    try:
        number = Decimal(plain.replace(" ", ""))
    except InvalidOperation:
        raise Unreadable(N_("Write a number in digits, for example 620,5.")) from None
    # Decimal also reads "NaN" and "0E+999999999", which takes a gigabyte when it is written out.
    if not PLAIN_NUMBER.fullmatch(str(number)) or abs(number) >= Decimal("1e12"):
        raise Unreadable(N_("Write a number in digits, for example 620,5."))
    if -int(number.as_tuple().exponent) > question.decimals:
        raise Unreadable(N_("At most {decimals} digits after the comma."), decimals=question.decimals)
    return str(number)


def _money(_question: Question, name: str, posted: Posted, _lists: Lists, _on: date | None) -> int | None:
    text = _digits(posted, name)
    if not text:
        return None
    try:
        return Dong.parse(text).dong
    except Invalid:
        raise Unreadable(N_("Write the amount in whole đồng, for example 50.000.")) from None


def _yes_no(_question: Question, name: str, posted: Posted, _lists: Lists, _on: date | None) -> bool | None:
    return {"yes": True, "no": False}.get(_digits(posted, name))


def _choice(question: Question, name: str, posted: Posted, _lists: Lists, _on: date | None) -> str | None:
    value = _digits(posted, name)
    if value and value not in {o.value for o in question.options}:
        raise Unreadable(N_("Choose one of the answers of the list."))
    return value or None


def _choices(question: Question, name: str, posted: Posted, _lists: Lists, _on: date | None) -> list[str]:
    chosen = set(posted.getlist(name))
    allowed = [o.value for o in question.options]
    if chosen - set(allowed):
        raise Unreadable(N_("Choose one of the answers of the list."))
    return [value for value in allowed if value in chosen]


def _code(make: Callable[[str], Any], message: str) -> Callable[..., str | None]:
    def read(_question: Question, name: str, posted: Posted, _lists: Lists, _on: date | None) -> str | None:
        text = re.sub(r"[\s.]", "", _digits(posted, name))
        if not text:
            return None
        try:
            return str(make(text).value)
        except Invalid:
            raise Unreadable(message) from None

    return read


def _email(question: Question, name: str, posted: Posted, lists: Lists, on: date | None) -> str | None:
    text = _line(question, name, posted, lists, on)
    if text and not EMAIL.match(text):
        raise Unreadable(N_("Write an e-mail address such as ten@example.vn."))
    return text


def _commune(_question: Question, name: str, posted: Posted, lists: Lists, on: date | None) -> str | None:
    text = _digits(posted, f"{name}-chosen") or _digits(posted, name)
    if not text:
        return None
    found = lists.communes(text, on)
    if len(found) == 1:
        return found[0][0]
    if not found:
        raise Unreadable(N_("There is no commune or ward with this name. Write its name and its province."))
    raise Unreadable(N_("Several communes have this name. Choose the right one."), tuple(found[:12]))


def _list(question: Question, name: str, posted: Posted, lists: Lists, _on: date | None) -> str | None:
    text = _digits(posted, name)
    if not text:
        return None
    found = lists.item(question.list, text)
    if found is None:
        raise Unreadable(N_("Choose one of the answers of the list."))
    return found[0]


def _pledge(_question: Question, name: str, posted: Posted, _lists: Lists, _on: date | None) -> bool | None:
    return True if _digits(posted, name) == "yes" else None


READERS: Mapping[str, Callable[..., Any]] = {
    "text": _line,
    "long_text": _long_text,
    "person_name": _person_name,
    "date": _date,
    "partial_date": _partial_date,
    "integer": _integer,
    "decimal": _decimal,
    "money": _money,
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choices,
    "personal_id": _code(
        PersonalId, N_("The personal number has 12 digits. The first three are the province's number, 001 to 096.")
    ),
    "tax_code": _code(
        TaxCode, N_("This is not a tax code: 10 digits, or 10 digits, a dash and 3 digits. Check each digit.")
    ),
    "phone": _code(Phone, N_("A mobile number has 10 digits and begins with 03, 05, 07, 08 or 09.")),
    "email": _email,
    "commune": _commune,
    "list": _list,
    "pledge": _pledge,
}


def _check_limits(question: Question, value: Any, today: date) -> None:
    if question.type in {"date", "partial_date"}:
        _check_date(question, str(value), today)
    number = _number(question, value)
    if number is None:
        return
    if question.min is not None and number < question.min:
        raise Unreadable(N_("At least {limit}."), limit=question.min)
    if question.max is not None and number > question.max:
        raise Unreadable(N_("At most {limit}."), limit=question.max)


def _number(question: Question, value: Any) -> Decimal | None:
    return Decimal(str(value)) if question.type in {"integer", "decimal", "money"} else None


def _check_date(question: Question, value: str, today: date) -> None:
    if int(value[:4]) < 1800:
        raise Unreadable(N_("Check the year: it lies too far back."))
    if question.not_future and value > today.isoformat()[: len(value)]:
        raise Unreadable(N_("The date lies in the future."))
    if question.not_past and value < today.isoformat()[: len(value)]:
        raise Unreadable(N_("The date lies in the past."))
