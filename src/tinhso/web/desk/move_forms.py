"""The forms of an officer's moves: their fields with what was typed, and what is wrong with them.

No form is a class of Django: the components draw the fields, and the rules of `cases` have the last word.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from tinhso.cases import deadlines, queries
from tinhso.cases.actions.moving import OTHER
from tinhso.cases.catalogue import Offered, reasons
from tinhso.cases.models import Dossier
from tinhso.cases.queries import PaperLine
from tinhso.cases.rules import Move, Outcome
from tinhso.identity import queries as identity
from tinhso.identity.policy import Role
from tinhso.kernel.calendar import Calendar
from tinhso.kernel.text import clean_line, clean_text
from tinhso.web import words
from tinhso.web.components import Choice, Field, Upload
from tinhso.web.desk.todo import ROLE_NAME

WORDS_MAX = 2_000
RESULT_MAX = 6_000
ANSWER_MAX = 4_000
WITHDRAWN_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Case:
    """What a form is about."""

    dossier: Dossier
    offered: Offered
    files: Sequence[PaperLine]
    calendar: Calendar
    today: date


@dataclass(frozen=True, slots=True)
class Typed:
    """What came with the form: single values, chosen values, a file kept from an earlier try."""

    values: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kept: Upload | None = None
    kept_id: UUID | None = None
    papers: tuple[tuple[str, UUID], ...] = ()  # files taken in, each with the paper that it is for

    def get(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)


PAPER_FIELD = "paper-"
CHOSEN = ("reasons", "papers")
SINGLE = ("words", "case", "step", "to", "outcome", "text", "channel", "received_by")


def typed(posted: QueryDict) -> Typed:
    """The form as it came: cleaned, and cut where its fields end."""
    values = {name: clean_text(posted.get(name, ""))[: RESULT_MAX + 1] for name in SINGLE if name in posted}
    values |= {name: clean_line(values[name])[:200] for name in ("received_by",) if name in values}
    return Typed(values, {name: tuple(posted.getlist(name))[:50] for name in CHOSEN})


def fields(move: Move, case: Case, given: Typed | None) -> tuple[Field, ...]:
    """The form's fields, with what was typed, or with what is most likely."""
    return FIELDS[move](case, given)


# ── Fields ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _accept(case: Case, given: Typed | None) -> tuple[Field, ...]:
    dossier = case.dossier
    deadline = case.offered.version.channels[dossier.channel].deadline  # type: ignore[index]  # the row's word is a channel
    if not deadline.cases:
        return ()
    choices = [Choice("", words.deadline(deadline), _due(case, None))]
    choices += [Choice(one.id, words.case(one), _due(case, one.id)) for one in deadline.cases]
    value = given.get("case") if given else ""
    return (Field(kind="radios", name="case", label=_("Which term applies?"), value=value, choices=tuple(choices)),)


def _due(case: Case, chosen: str | None) -> str:
    """What the choice promises: “Due before 17:00, Thursday, 26/11/2026”."""
    dossier = case.dossier
    promise = deadlines.promise(
        case.offered.version,
        dossier.channel,
        dossier.counted_from_at,
        case.calendar,
        chosen,
    )
    return _("Due {day}.").format(day=words.due(promise.due_at)) if promise.due_at else ""


def _reasons(case: Case, given: Typed | None, purpose: str) -> Field:
    known = reasons(case.dossier.received_on, purpose)
    return Field(
        kind="checkboxes",
        name="reasons",
        label=_("Reasons"),
        value=given.chosen.get("reasons", ()) if given else (),
        choices=tuple(Choice(one.id, words.text(one.title)) for one in known),
    )


def _words(given: Typed | None, label: str, hint: str = "", *, optional: bool = False, limit: int = WORDS_MAX) -> Field:
    return Field(
        kind="textarea",
        name="words",
        label=label,
        hint=hint,
        value=given.get("words") if given else "",
        limit=limit,
        optional=optional,
    )


def _ask_for_more(case: Case, given: Typed | None) -> tuple[Field, ...]:
    bad = tuple(dict.fromkeys(file.paper_id for file in case.files if file.verdict == "bad"))
    papers = Field(
        kind="checkboxes",
        name="papers",
        label=_("Which papers"),
        hint=_("Those judged “not good” are ticked already."),
        value=given.chosen.get("papers", ()) if given else bad,
        choices=tuple(Choice(p.id, words.text(p.title)) for p in case.offered.version.papers if p.kind != "produced"),
        optional=True,
    )
    hint = _("Everything at once: it can be asked only once. Say which paper, which page, which line.")
    return _reasons(case, given, "supplement"), papers, _words(given, _("What is to be mended"), hint)


def _refuse(case: Case, given: Typed | None) -> tuple[Field, ...]:
    hint = _("Printed on form 03, in whole sentences, with the article of law.")
    return _reasons(case, given, "refuse"), _words(given, _("Why it is not accepted"), hint)


def _stop(case: Case, given: Typed | None) -> tuple[Field, ...]:
    hint = _("Printed on form 05, in whole sentences.")
    return _reasons(case, given, "stop"), _words(given, _("Why work on it stops"), hint)


def next_step(case: Case) -> str:
    """The step after the one where the dossier is."""
    order = [step.step for step in case.offered.flow]
    here = order.index(case.dossier.step) if case.dossier.step in order else -1
    return order[here + 1] if here + 2 < len(order) else ""


def _hand_on(case: Case, given: Typed | None) -> tuple[Field, ...]:
    steps = tuple(
        Choice(step.step, words.text(step.title), _(ROLE_NAME[Role(step.by)]).capitalize())
        for step in case.offered.flow[:-1]  # the last one follows the decision
        if step.step != case.dossier.step
    )
    people = tuple(
        Choice(f"{role}:{account}", f"{name} ({_(ROLE_NAME[role])})") for account, name, role in colleagues(case)
    )
    return (
        Field(
            kind="radios",
            name="step",
            label=_("To which step"),
            value=given.get("step") if given else next_step(case),
            choices=steps,
        ),
        Field(
            kind="select",
            name="to",
            label=_("To whom"),
            hint=_("Left open, everyone whose post does this step sees it, and the first one takes it."),
            value=given.get("to") if given else "",
            choices=people,
            empty_choice=_("Everyone who does this step"),
            optional=True,
        ),
        _words(given, _("A word to whoever takes it"), optional=True),
    )


def colleagues(case: Case) -> list[tuple[UUID, str, Role]]:
    """Who holds a post in the agency that a step of this flow needs, with the role; by name."""
    roles = dict.fromkeys(Role(step.by) for step in case.offered.flow)
    found = [
        (account, role)
        for role in roles
        for account in identity.officers_of(
            case.dossier.agency_code, role=role, on=case.today, field_code=case.dossier.field, limit=50
        )
    ]
    names = identity.names_of(account for account, _role in found)
    return sorted(
        ((a, names.get(a, ""), role) for a, role in found), key=lambda one: (list(roles).index(one[2]), one[1])
    )


def _decide(case: Case, given: Typed | None) -> tuple[Field, ...]:
    result = case.offered.version.results[0] if case.offered.version.results else None
    outcomes = (
        Choice(Outcome.GRANTED.value, _("Granted"), words.text(result.title) if result else ""),
        Choice(Outcome.REJECTED.value, _("Rejected"), _("The reason stands in the text or in the file.")),
    )
    return (
        Field(
            kind="radios",
            name="outcome",
            label=_("Decision"),
            value=given.get("outcome") if given else "",
            choices=outcomes,
        ),
        Field(
            kind="textarea",
            name="text",
            label=_("Text of the result"),
            hint=_("Printed as a letter with number, date and QR code. Leave it empty when the result is a file."),
            value=given.get("text") if given else "",
            limit=RESULT_MAX,
            rows=8,
            optional=True,
        ),
        Field(
            kind="file",
            name="file",
            label=_("The result as a file"),
            hint=_("The signed paper, as PDF. It is given to the citizen exactly as it is."),
            accept=".pdf",
            uploads=(given.kept,) if given and given.kept else (),
            optional=True,
        ),
    )


def _return_result(case: Case, given: Typed | None) -> tuple[Field, ...]:
    dossier = case.dossier
    return (
        Field(
            kind="radios",
            name="channel",
            label=_("How it is given"),
            hint=_("Asked for: {channel}.").format(channel=words.channel(dossier.return_channel).lower()),
            value=given.get("channel") if given else dossier.return_channel,
            choices=tuple(Choice(one, words.channel(one)) for one in ("online", "counter", "post")),
        ),
        Field(
            kind="text",
            name="received_by",
            label=_("Who received it"),
            hint=_("Needed at the counter: the name on the identity card."),
            value=given.get("received_by") if given else "",
            optional=True,
        ),
    )


def asked_papers(dossier: Dossier) -> tuple[str, ...]:
    """The papers of the open request for more; one for everything else when it names none."""
    asked = next((one for one in queries.supplements_of(dossier.id) if one.answered_at is None), None)
    return tuple(asked.papers) if asked and asked.papers else (OTHER,)


def _supplement(case: Case, given: Typed | None) -> tuple[Field, ...]:
    titles = {paper.id: words.text(paper.title) for paper in case.offered.version.papers}
    files = (
        Field(
            kind="file",
            name=PAPER_FIELD + paper_id,
            label=titles.get(paper_id, _("Papers")),
            hint=_("Scanned at the counter. PDF, JPG or PNG; each file at most 20 MB."),
            multiple=True,
            optional=True,
        )
        for paper_id in asked_papers(case.dossier)
    )
    hint = _("As the citizen says it, or which papers were handed over.")
    return *files, _words(given, _("The citizen's answer"), hint, optional=True, limit=ANSWER_MAX)


def _withdraw(_case: Case, given: Typed | None) -> tuple[Field, ...]:
    return (_words(given, _("Why, if the citizen says so"), optional=True, limit=WITHDRAWN_MAX),)


FIELDS: Mapping[Move, Callable[[Case, Typed | None], tuple[Field, ...]]] = {
    Move.ACCEPT: _accept,
    Move.ASK_FOR_MORE: _ask_for_more,
    Move.REFUSE: _refuse,
    Move.HAND_ON: _hand_on,
    Move.DECIDE: _decide,
    Move.RETURN_RESULT: _return_result,
    Move.STOP: _stop,
    Move.SUPPLEMENT: _supplement,
    Move.WITHDRAW: _withdraw,
}


# ── What is wrong ─────────────────────────────────────────────────────────────────────────────────────────────────


def wrong(move: Move, case: Case, given: Typed) -> dict[str, str]:
    """A sentence for each field that cannot stay as it is."""
    made = fields(move, case, given)
    found = {one.name: _length(one) for one in made if _length(one)}
    for one in made:
        known = {choice.value for choice in one.choices}
        if one.kind in {"radios", "select"} and one.value not in known and not (one.optional and not one.value):
            found[one.name] = _unchosen(one.name)
        if one.kind == "checkboxes" and not set(one.chosen) <= known:
            found[one.name] = _("Choose from the list.")
    return found | _own_wrong(move, case, given, found)


def _length(one: Field) -> str:
    over = len(one.text) - one.limit if one.limit else 0
    return _("Shorten it by {n} characters.").format(n=over) if over > 0 else ""


def _unchosen(name: str) -> str:
    said = {
        "outcome": _("Choose whether it is granted or rejected."),
        "step": _("Choose the step that it goes to."),
        "channel": _("Choose how the result is given."),
        "case": _("Choose the term that applies."),
    }
    return said.get(name, _("Choose from the list."))


def _own_wrong(move: Move, case: Case, given: Typed, found: Mapping[str, str]) -> dict[str, str]:
    made: dict[str, str] = {}
    if move in {Move.ASK_FOR_MORE, Move.REFUSE, Move.STOP}:
        if not given.chosen.get("reasons"):
            made["reasons"] = _("Choose at least one reason.")
        if not given.get("words") and "words" not in found:
            made["words"] = _("Say in words what is meant: the citizen reads this sentence.")
    if move is Move.HAND_ON and given.get("to") and "to" not in found and "step" not in found:
        by = next((step.by for step in case.offered.flow if step.step == given.get("step")), "")
        if given.get("to").partition(":")[0] != by:
            made["to"] = _("This person does not do the step “{step}”. Choose another one, or everyone.").format(
                step=next((words.text(s.title) for s in case.offered.flow if s.step == given.get("step")), "")
            )
    if move is Move.DECIDE and not given.get("text") and given.kept_id is None:
        made["text"] = _("Write the result, or attach it as a file.")
    if move is Move.RETURN_RESULT and given.get("channel") == "counter" and not given.get("received_by"):
        made["received_by"] = _("Write the name of the person who received it.")
    return made


def with_errors(made: tuple[Field, ...], errors: Mapping[str, str]) -> tuple[Field, ...]:
    return tuple(replace(one, error=errors[one.name]) if one.name in errors else one for one in made)
