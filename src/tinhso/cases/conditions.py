"""Conditions of packs, evaluated: CEL over the answers; pure.

One set of names for every condition: `answers` (a map), `channel`, `received_on` and `today` (dates; answers keep
theirs as text and are compared through `date(answers.born_on)`).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tinhso.kernel import expressions
from tinhso.kernel.expressions import Expression, ExpressionError

NAMES: Mapping[str, type] = {"answers": dict, "channel": str, "received_on": date, "today": date}


def compiled(source: str) -> Expression:
    """The condition, compiled once per text. Raises ExpressionError with its line and column."""
    return expressions.compile(source, NAMES)


def value_of(source: str, answers: Mapping[str, Any], *, on: date, channel: str = "online") -> Any:
    """What the expression gives for these answers. Raises ExpressionError, among others when an answer is not there."""
    return compiled(source)({"answers": answers, "channel": channel, "received_on": on, "today": on})


def holds(source: str | None, answers: Mapping[str, Any], *, on: date, channel: str = "online") -> bool:
    """Whether the condition holds; none holds always. One that looks at an answer not yet given does not hold."""
    if source is None:
        return True
    try:
        return bool(value_of(source, answers, on=on, channel=channel))
    except ExpressionError:
        return False


def broken(source: str, answers: Mapping[str, Any], *, on: date, channel: str = "online") -> bool:
    """Whether a check is broken: it gives false. One that looks at an answer not given is not broken.

    The question itself says so.
    """
    try:
        return not bool(value_of(source, answers, on=on, channel=channel))
    except ExpressionError:
        return False
