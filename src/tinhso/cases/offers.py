"""What a procedure offers on a date: its version, its fees, its online level; pure, derived and never declared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tinhso.cases import conditions
from tinhso.cases.pack_part import Fee, Paper, Procedure, ProcedureVersion
from tinhso.kernel.expressions import ExpressionError
from tinhso.kernel.problems import N_


def version_on(procedure: Procedure, on: date) -> ProcedureVersion | None:
    """The version for dossiers received on `on`; versions are half-open periods and do not overlap (packs check)."""
    for version in procedure.versions:
        if version.received_from <= on and (version.received_until is None or on < version.received_until):
            return version
    return None


def asked_papers(
    version: ProcedureVersion, answers: Mapping[str, Any], *, on: date, channel: str = "online"
) -> list[Paper]:
    """The papers that these answers make necessary, without those that an agency makes itself on the way."""
    return [
        paper
        for paper in version.papers
        if paper.kind != "produced" and conditions.holds(paper.when, answers, on=on, channel=channel)
    ]


@dataclass(frozen=True, slots=True)
class Charge:
    """What is to be paid through a channel. amount_dong None: unknown (the council's list was not read); 0: nothing."""

    amount_dong: int | None
    lines: tuple[tuple[Fee, int | None], ...]


def charge(version: ProcedureVersion, channel: str, answers: Mapping[str, Any], on: date) -> Charge:
    """Sum of the fees of a channel.

    One unknown fee makes the sum unknown, because a partial sum would be a wrong promise.
    """
    lines = tuple((fee, _amount(fee, answers, on)) for fee in version.offer(channel).fees)
    amounts = [amount for _, amount in lines]
    known = [amount for amount in amounts if amount is not None]
    return Charge(None if len(known) < len(amounts) else sum(known), lines)


def _amount(fee: Fee, answers: Mapping[str, Any], on: date) -> int | None:
    """The fee in đồng. A formula that looks at an answer not given has no value yet: unknown, never a guess."""
    if fee.formula is None:
        return fee.amount
    try:
        return int(conditions.value_of(fee.formula, answers, on=on))
    except ExpressionError:
        return None


# What keeps a procedure from the next level. Each has a sentence for the public; who removes it is on the page.
BLOCKER = {
    "elsewhere": N_("It is filed in another system."),
    "no-online-channel": N_("The law or the province does not offer online filing for it."),
    "presence": N_("The law asks that the person comes in person."),
    "fee-unknown": N_(
        "The fee is set by the provincial council and is not yet recorded here, so it cannot be paid online."
    ),
    "no-payment": N_("There is a fee, and it is paid at the counter: paying online is not yet connected."),
    "paper-result": N_("The result is given on paper only."),
    "show-originals": N_("Originals have to be shown at the counter."),
}


@dataclass(frozen=True, slots=True)
class OnlineLevel:
    """Level 1 to 4 (NĐ 43/2011/NĐ-CP Đ3.4), its name of today and what keeps it from the next one.

    names  NĐ 42/2022/NĐ-CP, NĐ 224/2026/NĐ-CP

    label  whole (toàn trình) · part (một phần) · information (cung cấp thông tin)
    """

    number: int
    label: str
    blockers: tuple[str, ...]


LABEL = {1: "information", 2: "information", 3: "part", 4: "whole"}


def online_level(procedure: Procedure, version: ProcedureVersion, *, online_payment: bool) -> OnlineLevel:
    """The level that the pack really offers.

    1  information · 2  and the forms · 3  filed online · 4  and paid online, result without coming
    online_payment  whether this province has a way to pay online
    """
    if procedure.filed_elsewhere:
        return OnlineLevel(1, LABEL[1], ("elsewhere",))
    online = version.channels.get("online")
    if online is None:
        return OnlineLevel(2, LABEL[2], ("no-online-channel",))
    blockers = list(_blockers_of_four(version, online_payment=online_payment))
    number = 3 if blockers else 4
    return OnlineLevel(number, LABEL[number], tuple(blockers))


def _blockers_of_four(version: ProcedureVersion, *, online_payment: bool) -> list[str]:
    found = []
    if version.presence:
        found.append("presence")
    unknown = [f for f in version.channels["online"].fees if f.amount is None and f.formula is None]
    charged = [f for f in version.channels["online"].fees if f.amount or f.formula]
    if unknown:
        found.append("fee-unknown")
    if charged and not online_payment:
        found.append("no-payment")
    if not any(r.electronic for r in version.results):
        found.append("paper-result")
    return found
