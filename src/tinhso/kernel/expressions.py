"""Conditions in packs: CEL, compiled once, checked for names and types before they are in force.

Owns the environment: which types a name may have, the few functions of ours, and the bounds. Absent on purpose: the
clock (`today` is a name that the caller gives), calendars, and anything that could wait.

Invariant: an evaluation ends. CEL has no loops of its own; a source is short, shallow, and iterates a bounded number of
times, or fails. Invariant: an error never carries an answer of a person, only names that stand in the source.

Our functions, beside CEL's own, its optional types and its strings:
    date("2026-01-05")      the day as a timestamp, from an answer (answers keep dates as text)
    days_between(a, b)      days from a to b, negative when b is earlier; a day is "2026-01-05" or a timestamp
    months_between(a, b)    full months from a to b; the 31st completes a short month on its last day (Civil Code, Đ148)
    years_between(a, b)     full years from a to b, by the same rule
    words(s)                how many words a text has
    person_no_ok(s)         whether it has the form of a personal identification number
    tax_code_ok(s)          whether it is a tax code with the right check digit
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import Any
from uuid import UUID

# The package ships stubs but no py.typed.
from cel_expr_python import cel  # type: ignore[import-untyped]  # ships no types
from cel_expr_python.ext.ext_optional import ExtOptional  # type: ignore[import-untyped]  # ships no types
from cel_expr_python.ext.ext_strings import ExtStrings  # type: ignore[import-untyped]  # ships no types

from tinhso.kernel.codes import PersonalId, TaxCode
from tinhso.kernel.money import Dong
from tinhso.kernel.terms import later_by_months

SOURCE_LENGTH_MAX = 2_000
DEPTH_MAX = 16

_TYPES: dict[Any, cel.Type] = {
    bool: cel.Type.BOOL,
    int: cel.Type.INT,
    Dong: cel.Type.INT,
    float: cel.Type.DOUBLE,
    str: cel.Type.STRING,
    date: cel.Type.TIMESTAMP,
    datetime: cel.Type.TIMESTAMP,
    timedelta: cel.Type.DURATION,
    list: cel.Type.List(cel.Type.DYN),
    dict: cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
    object: cel.Type.DYN,
}


class ExpressionError(ValueError):
    """A condition that cannot be compiled (line and column say where) or that has no value for these values."""

    def __init__(self, message: str, source: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"{message} (line {line}, column {column} of {source!r})")
        self.message = message
        self.source = source
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled condition. Any thread may evaluate it at any time.

    returns    CEL's name of the type of its value: "BOOL", "INT", "STRING", "DYN" …
    """

    source: str
    names: Mapping[str, type]
    returns: str
    _compiled: Any = field(repr=False, compare=False)

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """The value for these values; names that the source does not know are left aside. Raises ExpressionError."""
        given = {name: self._top(name, values[name]) for name in self.names if name in values}
        try:
            value = self._compiled.eval(data=given)
            plain = value.plain_value()
        # The binding turns its own failures (a spent budget, text that is not UTF-8) into these two.
        except (RuntimeError, TypeError) as error:
            raise self._error(str(error)) from None
        # An error is a value of CEL, and as a text it would be true: here it becomes an exception.
        if value.type() == cel.Type.ERROR:
            raise self._error(str(plain))
        return plain

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether the condition holds. A value that is not a truth value is an ExpressionError, not "true"."""
        value = self(values)
        if not isinstance(value, bool):
            raise ExpressionError(f"a condition is true or false, not {type(value).__name__}", self.source)
        return value

    def _top(self, name: str, value: Any) -> Any:
        """A date or an instant is typed only as a value of its own; inside maps it is text, as in JSON."""
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ExpressionError(f"{name} is an instant without a time zone", self.source)
            return value.astimezone(UTC)
        if isinstance(value, date):
            return datetime.combine(value, time(), UTC)
        if isinstance(value, timedelta):
            return value
        return self._inner(name, value, 0)

    def _inner(self, name: str, value: Any, depth: int) -> Any:
        if depth > DEPTH_MAX:
            raise ExpressionError(f"{name} is nested deeper than {DEPTH_MAX}", self.source)
        if isinstance(value, Mapping):
            return {self._text(name, key): self._inner(name, item, depth + 1) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._inner(name, item, depth + 1) for item in value]
        return self._scalar(name, value)

    def _text(self, name: str, text: Any) -> str:
        # The binding ends a text at U+0000, so that two different ones could become equal.
        if not isinstance(text, str) or "\x00" in text:
            raise ExpressionError(f"{name} holds a text or key that is not plain text", self.source)
        return str(text)  # an enum of text is its text

    def _scalar(self, name: str, value: Any) -> Any:
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, str | UUID):
            return self._text(name, str(value))
        if isinstance(value, int) or (isinstance(value, Decimal) and value.is_finite() and not value % 1):
            return int(value)
        if isinstance(value, Dong):
            return value.dong
        if isinstance(value, date):
            return value.isoformat()
        raise ExpressionError(f"{name} holds a {type(value).__name__}, which a condition cannot read", self.source)

    def _error(self, raw: str) -> ExpressionError:
        return ExpressionError(_reason(raw, self.source), self.source)


def compile(source: str, names: Mapping[str, type]) -> Expression:  # noqa: A001  read as expressions.compile
    """The condition `source` over these names; raises ExpressionError with the place of the mistake.

    names    name → bool, int, Dong, float, str, date, datetime, timedelta, list, dict (text → anything), object
    """
    return _compile(source, tuple(sorted(names.items(), key=lambda item: item[0])))


@lru_cache(maxsize=4096)
def _compile(source: str, names: tuple[tuple[str, type], ...]) -> Expression:
    if len(source) > SOURCE_LENGTH_MAX:
        raise ExpressionError(f"longer than {SOURCE_LENGTH_MAX} signs", source)
    try:
        compiled = _environment(names).compile(source)
    except RuntimeError as error:
        raise _compile_error(str(error), source) from None
    returns = compiled.return_type().name()
    if returns.startswith("optional_type"):
        raise ExpressionError("the value may be absent; end it with .orValue(…)", source)
    return Expression(source, dict(names), returns, compiled)


@lru_cache(maxsize=256)
def _environment(names: tuple[tuple[str, type], ...]) -> cel.Env:
    unknown = [f"{name}: {kind!r}" for name, kind in names if kind not in _TYPES]
    if unknown:
        raise TypeError(f"no type in conditions for {', '.join(unknown)}")
    variables = {name: _TYPES[kind] for name, kind in names}
    return cel.NewEnv(variables=variables, extensions=[ExtOptional(), ExtStrings()], functions=_FUNCTIONS)


# --- errors -----------------------------------------------------------------------------------------------------------

_PLACE = re.compile(r"<input>:(?P<line>-?\d+):(?P<column>-?\d+): (?P<message>[^\n]*?)(?: \[[A-Z_]+\])?(?:\n|\Z)")
_STATUS = re.compile(r"^[A-Z_]+: | \[[A-Z_]+\]$")
_QUOTED = re.compile(r"([\"'])(.*?)\1")


def _compile_error(raw: str, source: str) -> ExpressionError:
    place = _PLACE.search(raw)
    if place is None:
        return ExpressionError(_STATUS.sub("", raw), source)
    message = place["message"].removesuffix(" (in container '')")
    return ExpressionError(message, source, max(int(place["line"]), 1), max(int(place["column"]), 1))


def _reason(raw: str, source: str) -> str:
    """What CEL said, without what a person answered: a quoted word stays only when it stands in the source itself."""
    text = _STATUS.sub("", _STATUS.sub("", raw))
    if text.startswith("invalid regular expression"):
        return "invalid regular expression"
    return _QUOTED.sub(lambda quoted: quoted[0] if quoted[2] in source else '"…"', text)


# --- functions --------------------------------------------------------------------------------------------------------


def _date(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise ValueError("a date is written 2026-01-31") from None


def _day(value: str | datetime) -> date:
    return (_date(value) if isinstance(value, str) else value).date()


def _days_between(first: str | datetime, last: str | datetime) -> int:
    return (_day(last) - _day(first)).days


def _months_between(first: str | datetime, last: str | datetime) -> int:
    start, end = _day(first), _day(last)
    if end < start:
        return -_months_between(last, first)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (later_by_months(start, months) > end)


def _years_between(first: str | datetime, last: str | datetime) -> int:
    months = _months_between(first, last)
    return months // 12 if months >= 0 else -(-months // 12)


def _words(text: str) -> int:
    return len(text.split())


def _function(name: str, returns: cel.Type, function: Any, *parameters: list[cel.Type]) -> cel.FunctionDecl:
    """A function with one overload for each list of parameters."""
    overloads = [
        cel.Overload(f"{name}_{number}", return_type=returns, parameters=list(types), impl=function)
        for number, types in enumerate(parameters)
    ]
    return cel.FunctionDecl(name, overloads)


_DAY_TYPES = (cel.Type.STRING, cel.Type.TIMESTAMP)
_TWO_DAYS = [list(types) for types in product(_DAY_TYPES, repeat=2)]
_FUNCTIONS = [
    _function("date", cel.Type.TIMESTAMP, _date, [cel.Type.STRING]),
    _function("days_between", cel.Type.INT, _days_between, *_TWO_DAYS),
    _function("months_between", cel.Type.INT, _months_between, *_TWO_DAYS),
    _function("years_between", cel.Type.INT, _years_between, *_TWO_DAYS),
    _function("words", cel.Type.INT, _words, [cel.Type.STRING]),
    _function("person_no_ok", cel.Type.BOOL, PersonalId.is_valid, [cel.Type.STRING]),
    _function("tax_code_ok", cel.Type.BOOL, TaxCode.is_valid, [cel.Type.STRING]),
]
