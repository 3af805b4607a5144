"""Amounts, limits and deadlines that name no source of law.

A struct that can carry a `reference` and sets an amount or a limit has one, or stands in a document whose enclosing
struct has one. Structs without that field are about something else than law.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from tinhso.kernel.problems import N_
from tinhso.packs.load import Where
from tinhso.packs.parts import Finding

# Names of fields that hold what the law sets.
OF_LAW = (
    "amount", "amount_dong", "formula", "rate", "percent", "threshold", "deadline", "limit", "value",
    "days", "working_days", "hours", "working_hours", "times", "days_to_answer",
)  # fmt: skip


def without_reference(document: object) -> Iterator[Finding]:
    """One finding for each amount, limit or deadline without a source."""
    yield from _walk((), document, covered=None)


def _walk(where: Where, value: object, *, covered: bool | None) -> Iterator[Finding]:
    """covered: whether an enclosing struct names its source; None: none of them can."""
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.fields(type(value))
        if any(field.name == "reference" for field in fields):
            covered = bool(covered) or bool(str(getattr(value, "reference", "") or "").strip())
        if covered is False:
            yield from _unsourced(where, value)
        for field in fields:
            yield from _walk((*where, field.encode_name), getattr(value, field.name), covered=covered)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _walk((*where, str(key)), item, covered=covered)
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from _walk((*where, index), item, covered=covered)


def _unsourced(where: Where, struct: msgspec.Struct) -> Iterator[Finding]:
    for field in msgspec.structs.fields(type(struct)):
        if field.name in OF_LAW and _sets_something(getattr(struct, field.name), field.name):
            yield Finding(
                (*where, field.encode_name),
                N_("“{field}” has no source of law"),
                N_('add a line "reference: …" with the act and its article'),
                values={"field": field.encode_name},
            )


def _sets_something(value: object, name: str) -> bool:
    """A number, a struct, or a formula; text under a name such as `value` is a code."""
    if isinstance(value, str):
        return name == "formula" and bool(value)
    return isinstance(value, int | Decimal | msgspec.Struct) and not isinstance(value, bool)
