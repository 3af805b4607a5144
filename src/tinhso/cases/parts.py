"""The parts of packs that `cases` offers, with what their shape alone cannot say; pure.

A finding names the place, says what is wrong and what to do. Examples of procedures are run here: they are tests, and
are shown to the public as "how this is counted".
"""

from collections.abc import Iterable, Iterator
from datetime import date

from tinhso.cases import conditions
from tinhso.cases.examples import run_examples
from tinhso.cases.forms import expand
from tinhso.cases.pack_part import (
    Block,
    Check,
    CodeList,
    Examples,
    Fields,
    Form,
    LifeEvents,
    Page,
    Procedure,
    ProcedureVersion,
    Publications,
    Question,
    Reasons,
    StandardFlow,
    Synonyms,
)
from tinhso.kernel.expressions import ExpressionError
from tinhso.kernel.problems import N_
from tinhso.packs.load import Where
from tinhso.packs.parts import Context, Finding, Part, Severity

WITH_VALUE = frozenset({"working_days", "calendar_days", "hours", "months"})
PREFILLS = frozenset(
    {
        "person.full_name", "person.personal_id", "person.born_on", "person.sex", "person.nationality",
        "person.ethnic_group", "person.residence_unit", "person.residence_line", "person.phone", "account.phone",
        "account.email",
    }
)  # fmt: skip


# ── Conditions ────────────────────────────────────────────────────────────────────────────────────────────────────


def _condition(source: str | None, where: Where) -> Iterator[Finding]:
    if source is None:
        return
    try:
        conditions.compiled(source)
    except ExpressionError as error:
        yield Finding(
            where,
            N_("the condition does not compile: {reason} (line {line}, column {column})"),
            N_("mend the CEL expression; names are answers, channel, received_on, today"),
            values={"reason": error.message, "line": error.line, "column": error.column},
        )


def _checks(checks: tuple[Check, ...], where: Where) -> Iterator[Finding]:
    for number, check in enumerate(checks):
        yield from _condition(check.that, (*where, "checks", number, "that"))


# ── Procedures ────────────────────────────────────────────────────────────────────────────────────────────────────


def check_procedure(procedure: Procedure, context: Context) -> Iterator[Finding]:
    """References, periods, conditions and that every number of law has its source."""
    if procedure.field not in _known_fields(context):
        yield Finding(
            ("field",),
            N_("there is no field “{field}”"),
            N_("add it to a fields.yaml"),
            values={"field": procedure.field},
        )
    events = {event.id for doc in context.documents("life-events").values() for event in doc.events}
    for number, event in enumerate(procedure.life_events):
        if event not in events:
            yield Finding(
                ("life_events", number),
                N_("there is no life event “{event}”"),
                N_("add it to life-events.yaml"),
                values={"event": event},
            )
    yield from _periods(procedure.versions)
    for number, version in enumerate(procedure.versions):
        yield from _version(version, ("versions", number), context)


def _known_fields(context: Context) -> set[str]:
    return {field.id for doc in context.documents("fields").values() for field in doc.fields}


def _periods(versions: tuple[ProcedureVersion, ...]) -> Iterator[Finding]:
    """Versions follow each other in time, without overlap."""
    last: date | None = None
    for number, version in enumerate(versions):
        if version.received_until and version.received_until <= version.received_from:
            yield Finding(
                ("versions", number, "received_until"), N_("the version ends before it begins"), N_("correct the dates")
            )
        if number and (last is None or version.received_from < last):
            yield Finding(
                ("versions", number, "received_from"),
                N_("the version begins before the one above it has ended"),
                N_("give the version above a received_until, and order them oldest first"),
            )
        last = version.received_until


def _version(version: ProcedureVersion, where: Where, context: Context) -> Iterator[Finding]:
    if not version.channels:
        yield Finding((*where, "channels"), N_("no channel is offered"), N_("add at least the counter"))
    if not version.legal_basis:
        yield Finding(
            (*where, "legal_basis"), N_("no text of law is named"), N_("add the act that the procedure rests on")
        )
    if not version.results:
        yield Finding((*where, "results"), N_("no result is named"), N_("say what the citizen gets"))
    if version.form:
        yield from context.missing((*where, "form"), "form", version.form)
    for name, offer in version.channels.items():
        yield from _deadline(offer.deadline, (*where, "channels", name, "deadline"))
        for number, fee in enumerate(offer.fees):
            yield from _condition(fee.formula, (*where, "channels", name, "fees", number, "formula"))
            if (fee.amount or fee.formula) and not fee.reference:
                yield Finding(
                    (*where, "channels", name, "fees", number),
                    N_("the fee has no reference"),
                    N_("add reference: the act that sets it"),
                )
    yield from _papers(version, where)


def _deadline(deadline: object, where: Where) -> Iterator[Finding]:
    unit, value = getattr(deadline, "unit", ""), getattr(deadline, "value", None)
    if unit in WITH_VALUE and (value is None or value <= 0):
        yield Finding(
            (*where, "unit"), N_("a deadline in {unit} needs a value above 0"), N_("add value:"), values={"unit": unit}
        )
    if unit not in WITH_VALUE and value is not None:
        yield Finding(
            (*where, "value"),
            N_("a deadline “{unit}” has no value"),
            N_("take value away, or change the unit"),
            values={"unit": unit},
        )
    if unit == "event" and getattr(deadline, "text", None) is None:
        yield Finding(where, N_("a deadline that depends on an event needs its text"), N_("add text: {vi, en}"))
    for number, case in enumerate(getattr(deadline, "cases", ())):
        if (case.unit in WITH_VALUE) != (case.value is not None):
            yield Finding(
                (*where, "cases", number),
                N_("a deadline in {unit} needs a value above 0"),
                N_("add value:, or take it away for same_day"),
                values={"unit": case.unit},
            )
    if unit != "unspecified" and not getattr(deadline, "reference", ""):
        yield Finding(where, N_("the deadline has no reference"), N_("add reference: the act and article that sets it"))


def _papers(version: ProcedureVersion, where: Where) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, paper in enumerate(version.papers):
        here = (*where, "papers", number)
        if paper.id in seen:
            yield Finding(
                (*here, "id"), N_("the paper “{id}” stands twice"), N_("rename one of them"), values={"id": paper.id}
            )
        seen.add(paper.id)
        yield from _condition(paper.when, (*here, "when"))
        if paper.when and paper.when_words is None:
            yield Finding(
                (*here, "when"),
                N_("the condition is not said in words"),
                N_("add when_words: {vi, en}"),
                severity=Severity.WARNING,
            )


# ── Forms ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def check_form(form: Form, context: Context) -> Iterator[Finding]:
    """Blocks and lists exist, ids are unique after expansion, choices have options, conditions compile."""
    yield from _checks(form.checks, ())
    for number, page in enumerate(form.pages):
        yield from _page(page, ("pages", number), context)
    blocks = context.documents("block")
    if all(q.block in blocks for page in form.pages for q in page.questions if q.type == "block"):
        yield from _unique(expand(form, blocks))


def _page(page: Page, where: Where, context: Context) -> Iterator[Finding]:
    yield from _condition(page.when, (*where, "when"))
    yield from _checks(page.checks, where)
    for number, question in enumerate(page.questions):
        yield from _question(question, (*where, "questions", number), context)


def _question(question: Question, where: Where, context: Context) -> Iterator[Finding]:
    yield from _condition(question.when, (*where, "when"))
    yield from _checks(question.checks, where)
    if question.type == "block":
        yield from context.missing((*where, "block"), "block", question.block or "")
        return
    if question.label is None:
        yield Finding(where, N_("the question has no label"), N_("add label: {vi, en}"))
    if question.type in {"choice", "choices"} and not question.options:
        yield Finding(where, N_("a choice needs options"), N_("add options:, or use type: list with a code list"))
    if question.type == "list":
        yield from context.missing((*where, "list"), "list", question.list)
    if question.prefill and question.prefill not in PREFILLS:
        yield Finding(
            (*where, "prefill"), N_("nothing is known as “{path}”"), N_("use one of: {paths}"),
            values={"path": question.prefill, "paths": ", ".join(sorted(PREFILLS))},
        )  # fmt: skip


def _unique(form: Form) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, page in enumerate(form.pages):
        ids = [page.repeat.id] if page.repeat else [question.id for question in page.questions]
        for question_id in ids:
            if question_id in seen:
                yield Finding(
                    ("pages", number),
                    N_("the question “{id}” stands twice in the form"),
                    N_("rename one of them"),
                    values={"id": question_id},
                )
            seen.add(question_id)
    if form.subject and form.subject not in seen:
        yield Finding(
            ("subject",),
            N_("there is no question “{id}”"),
            N_("name a question of the form"),
            values={"id": form.subject},
        )


def check_block(block: Block, context: Context) -> Iterator[Finding]:
    """The questions of a block, one by one."""
    for number, question in enumerate(block.questions):
        yield from _question(question, ("questions", number), context)


# ── Around procedures ─────────────────────────────────────────────────────────────────────────────────────────────


def check_events(events: LifeEvents, context: Context) -> Iterator[Finding]:
    for number, event in enumerate(events.events):
        for place, code in enumerate(event.shown):
            yield from context.missing(("events", number, "shown", place), "procedure", code)


def check_synonyms(synonyms: Synonyms, context: Context) -> Iterator[Finding]:
    for number, synonym in enumerate(synonyms.synonyms):
        for place, code in enumerate(synonym.procedures):
            yield from context.missing(("synonyms", number, "procedures", place), "procedure", code)


def check_publications(publications: Publications, context: Context) -> Iterator[Finding]:
    for number, publication in enumerate(publications.publications):
        yield from context.missing(("publications", number, "procedure"), "procedure", publication.procedure)


def check_list(code_list: CodeList, _context: Context) -> Iterable[Finding]:
    seen: set[str] = set()
    for number, item in enumerate(code_list.items):
        if item.code in seen:
            yield Finding(
                ("items", number, "code"),
                N_("the code “{code}” stands twice"),
                N_("take one away"),
                values={"code": item.code},
            )
        seen.add(item.code)


PARTS = (
    Part(
        name="procedure",
        pattern="procedures/*.yaml",
        struct=Procedure,
        key=lambda d: d.code,
        check=check_procedure,
        public=True,
    ),
    Part(name="form", pattern="forms/*.yaml", struct=Form, key=lambda d: d.id, check=check_form, public=True),
    Part(name="block", pattern="blocks/*.yaml", struct=Block, key=lambda d: d.id, check=check_block, public=True),
    Part(name="list", pattern="lists/*.yaml", struct=CodeList, key=lambda d: d.id, check=check_list, public=True),
    Part(name="fields", pattern="fields.yaml", struct=Fields, public=True),
    Part(name="life-events", pattern="life-events.yaml", struct=LifeEvents, check=check_events, public=True),
    Part(name="synonyms", pattern="synonyms.yaml", struct=Synonyms, check=check_synonyms, public=True),
    Part(name="reasons", pattern="reasons.yaml", struct=Reasons, public=True),
    Part(name="flow", pattern="flow.yaml", struct=StandardFlow, public=True),
    Part(name="publications", pattern="publications.yaml", struct=Publications, check=check_publications, public=True),
    Part(
        name="procedure-examples",
        pattern="examples/*.yaml",
        struct=Examples,
        key=lambda d: d.procedure,
        check=run_examples,
        public=True,
    ),
)  # fmt: skip
