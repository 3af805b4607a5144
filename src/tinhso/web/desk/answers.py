"""What the citizen wrote, for officers: dense pairs, numbers masked until they are asked for, warnings of the form."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tinhso.cases import forms
from tinhso.cases.access import rule_for
from tinhso.cases.catalogue import Offered
from tinhso.cases.forms import Row
from tinhso.cases.lists import PackLists
from tinhso.cases.models import Dossier
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.web import words

MASKED = frozenset({"personal_id", "phone"})
# Whoever works with the citizen on this dossier; who only reads lists and figures does not need a number in full.
UNMASKED_BY = (
    Permission.DOSSIER_RECEIVE,
    Permission.DOSSIER_PROCESS,
    Permission.DOSSIER_DECIDE,
    Permission.DOSSIER_RETURN_RESULT,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and its answer; `show` is the name to ask for when the answer is masked."""

    key: str
    value: str
    show: str = ""
    hide: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """One page of the form as answered."""

    title: str
    pairs: tuple[Pair, ...]


def sections(dossier: Dossier, offered: Offered, *, shown: frozenset[str], may_show: bool) -> list[Answered]:
    """Everything that was answered, page by page.

    shown  names of masked answers that were asked for (only of use with `may_show`)
    """
    lists = PackLists(dossier.received_on, dossier.filed_at)
    today = forms.Today(dossier.received_on, dossier.channel)
    made = []
    for number, section in enumerate(forms.review(offered.form, dossier.answers, today)):
        title = words.text(section.page.title) + (f" ({section.item})" if section.item else "")
        pairs = tuple(
            _pair(
                row, f"{number}.{row.question.id}", lists, shown=shown if may_show else frozenset(), may_show=may_show
            )
            for row in section.rows
            if row.value not in (None, "", [])
        )
        if pairs:
            made.append(Answered(title, pairs))
    return made


def _pair(row: Row, name: str, lists: PackLists, *, shown: frozenset[str], may_show: bool) -> Pair:
    key, value = words.text(row.question.label), words.answer(row.question, row.value, lists)
    if row.question.type not in MASKED and not row.question.sensitive:
        return Pair(key, value)
    if name in shown:
        return Pair(key, value, name, hide=True)
    return Pair(key, masked(value, row.question.type), name if may_show else "")


def masked(value: str, kind: str) -> str:
    """A phone keeps its last three figures, a personal number its first six (province, sex, year), the rest nothing."""
    if kind == "phone":
        return f"•••• ••• {value[-3:]}"
    if kind == "personal_id" and len(value) > 6:
        return value[:6] + "•" * (len(value) - 6)
    return "••••••"


def may_show(who: Subject, dossier: Dossier) -> bool:
    return rule_for(who, dossier, *UNMASKED_BY) is not None


def warnings(dossier: Dossier, offered: Offered) -> list[str]:
    """What the form's checks tell the officer and do not hold against the citizen."""
    today = forms.Today(dossier.received_on, dossier.channel)
    found = [words.text(text) for text in forms.warnings(offered.form, dossier.answers, today)]
    if dossier.channel == "online" and not dossier.applicant_personal_id:
        found.append(_("No personal number was given."))
    return found
