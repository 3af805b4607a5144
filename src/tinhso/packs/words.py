"""Findings as lines that people read: `packs/x/y.yaml:14: reason` and, below it, what to do.

Messages are English msgids with {names}; a language is a function from msgid to text (gettext's, or none for English).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from tinhso.kernel.problems import N_
from tinhso.packs.check import Report
from tinhso.packs.folder import Located
from tinhso.packs.parts import Finding
from tinhso.packs.shape import Words

Translate: TypeAlias = Callable[[str], str]

WARNING = N_("warning")

_FIELD = re.compile(r"\{\{|\}\}|\{(\w+)\}")


def english(msgid: str) -> str:
    return msgid


def message(finding: Finding, translate: Translate = english) -> str:
    """The reason alone."""
    return _filled(finding.message, finding.values, translate)


def remedy(finding: Finding, translate: Translate = english) -> str:
    """What to do about it; "" when there is nothing to say."""
    return _filled(finding.remedy, finding.values, translate)


def line(located: Located, translate: Translate = english) -> str:
    """`packs/x/y.yaml:14: reason`, as compilers write it, so that editors jump there."""
    kind = "" if located.is_error else translate(WARNING) + ": "
    return f"{located.file}:{located.position.line}: {kind}{message(located.finding, translate)}"


def lines(report: Report, translate: Translate = english) -> Iterable[str]:
    """The whole report: every finding with its remedy, then one line that sums up."""
    for located in report.found:
        yield line(located, translate)
        if advice := remedy(located.finding, translate):
            yield f"    → {advice}"
    yield summary(report, translate)


def summary(report: Report, translate: Translate = english) -> str:
    documents = sum(len(pack.documents) for pack in report.packs)
    return translate(N_("{packs} packs, {documents} documents: {errors} errors, {warnings} warnings")).format(
        packs=len(report.packs), documents=documents, errors=len(report.errors), warnings=len(report.warnings)
    )


def _filled(msgid: str, values: Mapping[str, object], translate: Translate) -> str:
    if not msgid:
        return ""
    shown = {name: _shown(value, translate) for name, value in values.items()}
    return _FIELD.sub(lambda field: _one(field, shown), translate(msgid))


def _one(field: re.Match[str], shown: Mapping[str, str]) -> str:
    """A value for its {name}. Braces that name no value are the message's own, as in “add text: {vi, en}”."""
    if field[0] in ("{{", "}}"):
        return field[0][0]
    return shown.get(field[1], field[0])


def _shown(value: object, translate: Translate) -> str:
    if isinstance(value, Words):
        return " / ".join(translate(word) for word in value)
    return str(value)
