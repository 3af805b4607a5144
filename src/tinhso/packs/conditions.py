"""Conditions in a document: compiled when the pack is checked, so that no case meets one that cannot be understood."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from tinhso.kernel import expressions
from tinhso.kernel.problems import N_
from tinhso.packs.load import Where
from tinhso.packs.parts import Finding


def why_not_condition(
    where: Where, source: str, names: Mapping[str, type], returns: Collection[str] = ("BOOL", "DYN")
) -> Iterator[Finding]:
    """One finding when `source` is no CEL over these names, or gives something else than `returns`.

    returns  CEL's names of the types that are welcome: ("INT", "DYN") for an amount
    """
    try:
        condition = expressions.compile(source, names)
    except expressions.ExpressionError as error:
        yield Finding(
            where,
            N_("the condition cannot be understood: {reason} (line {line}, column {column} of it)"),
            N_("correct it; it may use: {names}"),
            values={
                "reason": error.message,
                "line": error.line,
                "column": error.column,
                "names": ", ".join(sorted(names)),
            },
        )
        return
    if condition.returns not in returns:
        yield Finding(
            where,
            N_("the condition gives {found}, not {wanted}"),
            N_("compare the value with something, as in “answers.age >= 18”"),
            values={"found": condition.returns, "wanted": " / ".join(returns)},
        )
