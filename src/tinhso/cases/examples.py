"""Examples of procedures, run: the manual is the test; pure.

An example says when and how a dossier came and what was answered; what must follow is the due date, the fee, the
papers asked for and the checks that fail. The calendar is the national one (packs/vietnam/calendar.yaml) with the
usual working hours.
"""

from collections.abc import Iterator
from datetime import date, datetime

from tinhso.cases import forms, offers
from tinhso.cases.deadlines import promise
from tinhso.cases.pack_part import Example, Examples, Form, Procedure, ProcedureVersion
from tinhso.kernel.calendar import Calendar, instant, local
from tinhso.kernel.problems import N_
from tinhso.packs.load import Where
from tinhso.packs.parts import Context, Finding


def run_examples(examples: Examples, context: Context) -> Iterator[Finding]:
    """What the examples say against what the procedure gives."""
    yield from context.missing(("procedure",), "procedure", examples.procedure)
    procedure: Procedure | None = context.get("procedure", examples.procedure)
    calendar = _calendar(context)
    if procedure is None or calendar is None:
        return
    for number, example in enumerate(examples.examples):
        yield from run_example(procedure, example, context, calendar, ("examples", number))


def _calendar(context: Context) -> Calendar | None:
    for document in context.documents("calendar").values():
        return Calendar.from_document(document)
    return None


def run_example(
    procedure: Procedure, example: Example, context: Context, calendar: Calendar, where: Where
) -> Iterator[Finding]:
    """One example; each thing that differs is a finding at its own line."""
    received_at = _instant(example.given.received_at)
    version = offers.version_on(procedure, local(received_at).date())
    if version is None or example.given.channel not in version.channels:
        yield Finding(
            (*where, "given"),
            N_("the procedure is not offered then, through this channel"),
            N_("correct the date or the channel"),
        )
        return
    yield from _due(version, example, received_at, calendar, where)
    yield from _fee(version, example, local(received_at).date(), where)
    yield from _papers(version, example, local(received_at).date(), where)
    yield from _form(version, example, context, local(received_at).date(), where)


def _instant(text: str) -> datetime:
    """“2026-08-18 15:01” or “2026-08-18” (nine in the morning), in the province's time."""
    at = datetime.fromisoformat(text)
    return instant(at.date(), at.time().replace(hour=9) if len(text) == len("2026-08-18") else at.time())


def _differs(where: Where, what: str, expected: object, found: object) -> Finding:
    return Finding(
        (*where, "then", what),
        N_("the example says {expected}, the procedure gives {found}"),
        N_("correct the example, or the procedure"),
        values={"expected": str(expected), "found": str(found)},
    )


def _due(
    version: ProcedureVersion, example: Example, received_at: datetime, calendar: Calendar, where: Where
) -> Iterator[Finding]:
    if example.then.due is None:
        return
    due_at = promise(version, example.given.channel, received_at, calendar, example.given.case).due_at
    length = len(example.then.due)
    found = local(due_at).strftime("%Y-%m-%d %H:%M")[:length] if due_at else "none"
    if found != example.then.due:
        yield _differs(where, "due", example.then.due, found)


def _fee(version: ProcedureVersion, example: Example, on: date, where: Where) -> Iterator[Finding]:
    if example.then.fee is None:
        return
    amount = offers.charge(version, example.given.channel, example.given.answers, on).amount_dong
    found = "unknown" if amount is None else amount
    if found != example.then.fee:
        yield _differs(where, "fee", example.then.fee, found)


def _papers(version: ProcedureVersion, example: Example, on: date, where: Where) -> Iterator[Finding]:
    if example.then.papers is None:
        return
    found = tuple(paper.id for paper in offers.asked_papers(version, example.given.answers, on=on))
    if set(found) != set(example.then.papers):
        yield _differs(where, "papers", ", ".join(example.then.papers), ", ".join(found))


def _form(version: ProcedureVersion, example: Example, context: Context, on: date, where: Where) -> Iterator[Finding]:
    form: Form | None = context.get("form", version.form) if version.form else None
    if form is None or (example.then.errors is None and example.then.warnings is None):
        return
    blocks = context.documents("block")
    if any(q.type == "block" and q.block not in blocks for page in form.pages for q in page.questions):
        return  # the form's own check names the block that is missing
    expanded = forms.expand(form, blocks)
    today = forms.Today(on, example.given.channel)
    if example.then.warnings is not None:
        said = [text.vi for text in forms.warnings(expanded, example.given.answers, today)]
        if len(said) != len(example.then.warnings) or not all(any(w in s for s in said) for w in example.then.warnings):
            yield _differs(where, "warnings", example.then.warnings, said)
    if example.then.errors is not None:
        broken = sorted(forms.broken_checks(expanded, example.given.answers, today))
        if broken != sorted(example.then.errors):
            yield _differs(where, "errors", example.then.errors, broken)


def due_example(example: Example, language: str) -> dict[str, str] | None:
    """An example of a deadline for the public page: when it was handed in, when it is due, why.

    None when it is not about a deadline.
    """
    if example.then.due is None:
        return None
    received_at = local(_instant(example.given.received_at))
    due_on = datetime.fromisoformat(example.then.due)
    has_hour = len(example.then.due) > len("2026-08-18")
    return {
        "received": f"{received_at:%H:%M}, {received_at:%d/%m/%Y}",
        "due": f"{due_on:%H:%M}, {due_on:%d/%m/%Y}" if has_hour else f"{due_on:%d/%m/%Y}",
        "name": example.name.in_(language),
    }
