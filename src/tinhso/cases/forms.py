"""Forms of packs, answered: expansion of blocks, visible pages, reading a page, checking the whole, reviewing; pure.

A form is pages of questions. A condition (`when`) is CEL over the answers so far. What is not visible is not kept:
when an answer hides a question, its value goes. A page that shows a question only because of what was just typed on
it is shown again without an error, so forms work without script.

`generated_form` makes a form from a procedure's list of papers where none was crafted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from tinhso.cases import conditions
from tinhso.cases.answers import Fault, Lists, Posted, Unreadable, read_answer
from tinhso.cases.pack_part import Block, Check, Form, Page, Procedure, Question
from tinhso.kernel.localised import Text
from tinhso.kernel.problems import N_

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Today:
    """What conditions may look at besides the answers: the day and the channel."""

    on: date
    channel: str = "online"


def holds(condition: str | None, answers: Answers, today: Today) -> bool:
    """Whether a condition holds. A condition that looks at an answer not yet given does not hold."""
    return conditions.holds(condition, answers, on=today.on, channel=today.channel)


# ── Expansion ─────────────────────────────────────────────────────────────────────────────────────────────────────


def expand(form: Form, blocks: Mapping[str, Block]) -> Form:
    """The form with its blocks replaced by their questions; a question's id in a block gets the prefix of its use.

    raises  KeyError for a block that does not exist (packs check has said so with its line)
    """
    pages = tuple(
        msgspec.structs.replace(page, questions=tuple(_expand_all(page.questions, blocks))) for page in form.pages
    )
    return msgspec.structs.replace(form, pages=pages)


def _expand_all(questions: Iterable[Question], blocks: Mapping[str, Block]) -> Iterable[Question]:
    for question in questions:
        if question.type != "block":
            yield question
            continue
        block = blocks[question.block or ""]
        for inner in block.questions:
            if inner.id not in question.without:
                yield from _expand_all([_inner(inner, question, block)], blocks)


def _inner(inner: Question, use: Question, block: Block) -> Question:
    """A block's question under the prefix of its use.

    Conditions inside a block name its own questions as `answers.self_<id>`.
    """
    prefix = use.id

    def rename(condition: str | None) -> str | None:
        return condition.replace("answers.self_", f"answers.{prefix}_") if condition else None

    when = rename(inner.when)
    both = f"({use.when}) && ({when})" if use.when and when else use.when or when
    ids = {question.id for question in block.questions}
    return msgspec.structs.replace(
        inner,
        id=f"{prefix}_{inner.id}",
        when=both,
        required=inner.required and use.required,
        on=f"{prefix}_{inner.on}" if inner.on in ids else inner.on,
        prefill=inner.prefill if use.prefill else "",
        checks=tuple(msgspec.structs.replace(c, that=rename(c.that) or "") for c in inner.checks),
    )


def generated_form(procedure: Procedure, blocks: Mapping[str, Block]) -> Form:
    """A form made from the procedure itself: who asks, and for what.

    Its papers are asked for on their own page, as for every form.
    """
    who = Question(id="requester", type="block", block="requester", prefill="person")
    about = Question(
        id="request",
        type="long_text",
        label=Text(vi="Nội dung đề nghị", en="What you ask for"),
        hint=Text(
            vi="Viết điều cần giải quyết, ví dụ tên giấy tờ, số thửa, lý do. Mỗi ý một dòng.",
            en="Write what is to be done: the paper, the parcel, the reason. One point a line.",
        ),
        length_max=2_000,
    )
    pages = (
        Page(id="requester", title=Text(vi="Người nộp hồ sơ là ai?", en="Who files?"), questions=(who,)),
        Page(id="request", title=Text(vi="Ông/bà đề nghị điều gì?", en="What do you ask for?"), questions=(about,)),
    )
    return expand(Form(id="generated", title=procedure.title, pages=pages), blocks)


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def visible_pages(form: Form, answers: Answers, today: Today) -> list[Page]:
    """The pages to ask, in order, given the answers so far; what stands behind a hidden question is no answer."""
    return _shown(form, kept(form, answers, today), today)


def _shown(form: Form, answers: Answers, today: Today) -> list[Page]:
    return [page for page in form.pages if holds(page.when, answers, today)]


def visible_questions(page: Page, answers: Answers, today: Today) -> list[Question]:
    """The questions of a page (or of one repeated item) to ask, given the answers so far."""
    return [question for question in page.questions if holds(question.when, answers, today)]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page sent, read.

    values  answers to keep (also beside errors: nothing typed is lost)
    faults  by field name; empty when the page is right
    again   the page must be shown again because an answer made another question appear
    """

    values: dict[str, Any]
    faults: dict[str, Fault] = field(default_factory=dict)
    again: bool = False


def read_page(page: Page, posted: Posted, answers: Answers, lists: Lists, today: Today) -> Reading:
    """Reads what a page sent. For a repeated page the value is a list of items under the repeat's id."""
    if page.repeat:
        return _read_repeat(page, posted, answers, lists, today)
    reading = _read_questions(page.questions, "", posted, answers, lists, today)
    if not reading.faults and not reading.again:
        reading.faults.update(failed_checks(page.checks, {**answers, **reading.values}, today, page.questions[0].id))
    return reading


def _read_questions(
    questions: Iterable[Question], prefix: str, posted: Posted, answers: Answers, lists: Lists, today: Today
) -> Reading:
    values: dict[str, Any] = {}
    faults: dict[str, Fault] = {}
    shown = set(posted.getlist("shown"))
    again = False
    for question in questions:
        so_far = {**answers, **values}
        name = prefix + question.id
        if not holds(question.when, so_far, today):
            values[question.id] = None
            continue
        if shown and name not in shown:
            again = True
            continue
        try:
            values[question.id] = read_answer(
                question, name, posted, lists, today=today.on, on=_unit_date(question, so_far)
            )
        except Unreadable as problem:
            faults[name] = problem.fault
            continue
        if values[question.id] is not None:
            faults.update(failed_checks(question.checks, {**answers, **values}, today, name))
    return Reading(values, faults, again)


def _unit_date(question: Question, answers: Answers) -> date | None:
    """The day on which a commune must exist: the answer of another question, when it is a full date."""
    text = answers.get(question.on or "")
    return date.fromisoformat(text) if isinstance(text, str) and len(text) == len("2026-01-01") else None


def _read_repeat(page: Page, posted: Posted, answers: Answers, lists: Lists, today: Today) -> Reading:
    repeat = page.repeat
    if repeat is None:
        raise ValueError(page.id)
    items: list[dict[str, Any]] = []
    faults: dict[str, Fault] = {}
    again = False
    for index in _indices(posted, repeat.id, repeat.max):
        one = _read_questions(page.questions, f"{repeat.id}-{index}-", posted, answers, lists, today)
        items.append({key: value for key, value in one.values.items() if value is not None})
        faults.update(one.faults)
        again = again or one.again
    if len(items) < repeat.min:
        faults[repeat.id] = Fault(N_("Add at least {limit}."), {"limit": repeat.min})
    values = {repeat.id: items}
    if not faults and not again:
        faults.update(failed_checks(page.checks, {**answers, **values}, today, repeat.id))
    return Reading(values, faults, again)


def _indices(posted: Posted, repeat_id: str, limit: int) -> list[int]:
    try:
        count = int(posted.get(f"{repeat_id}-count", "0") or 0)
    except ValueError:
        count = 0
    removed = {key for key in posted.getlist("removed") if key}
    return [index for index in range(min(max(count, 0), limit)) if f"{repeat_id}-{index}" not in removed]


def _broken(check: Check, answers: Answers, today: Today) -> bool:
    return conditions.broken(check.that, answers, on=today.on, channel=today.channel)


def failed_checks(
    checks: Iterable[Check], answers: Answers, today: Today, name: str, level: str = "error"
) -> dict[str, Fault]:
    """Checks of a level that do not hold, as sentences beside a field."""
    return {
        check.at or name: Fault("{text}", {"text": check.say})
        for check in checks
        if check.level == level and _broken(check, answers, today)
    }


# ── The whole form ────────────────────────────────────────────────────────────────────────────────────────────────


def kept(form: Form, answers: Answers, today: Today) -> dict[str, Any]:
    """The answers of what is visible, the rest dropped: what is filed.

    An answer that goes may hide further questions, so it is looked through until nothing more goes; a form whose
    conditions chase each other ends after as many rounds as it has pages.
    """
    result = _visible_answers(form, answers, today)
    for _ in form.pages:
        less = _visible_answers(form, result, today)
        if less == result:
            break
        result = less
    return result


def _visible_answers(form: Form, answers: Answers, today: Today) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for page in _shown(form, answers, today):
        if page.repeat:
            result[page.repeat.id] = list(answers.get(page.repeat.id) or [])
            continue
        for question in visible_questions(page, answers, today):
            value = answers.get(question.id)
            if value is not None:
                result[question.id] = value
    return result


def unanswered(form: Form, answers: Answers, today: Today) -> Page | None:
    """The first page that still lacks a required answer or breaks a check; None when the form is complete."""
    answers = kept(form, answers, today)
    pages = _shown(form, answers, today)
    lacking = next((page for page in pages if not _is_complete(page, answers, today)), None)
    if lacking is None and failed_checks(form.checks, answers, today, form.id):
        return pages[-1]
    return lacking


def _is_complete(page: Page, answers: Answers, today: Today) -> bool:
    if failed_checks(page.checks, answers, today, page.id):
        return False
    if page.repeat is None:
        return _all_answered(page, {}, answers, today)
    items = answers.get(page.repeat.id) or []
    return len(items) >= page.repeat.min and all(_all_answered(page, item, answers, today) for item in items)


def _all_answered(page: Page, item: Answers, answers: Answers, today: Today) -> bool:
    """Whether every question asked has its answer and holds its checks; `item` are the answers of one repeated item."""
    known = {**answers, **item}
    given = item if page.repeat else answers
    return not any(
        (question.required and given.get(question.id) in (None, "", []))
        or failed_checks(question.checks, known, today, question.id)
        for question in visible_questions(page, known, today)
    )


def broken_checks(form: Form, answers: Answers, today: Today) -> set[str]:
    """Ids of the fields (or pages) at which a check of level `error` is broken, over the whole form."""
    found: set[str] = set()
    answers = kept(form, answers, today)
    for page in _shown(form, answers, today):
        found |= set(failed_checks(page.checks, answers, today, page.id))
        for question in () if page.repeat else visible_questions(page, answers, today):
            found |= set(failed_checks(question.checks, answers, today, question.id))
    return found | set(failed_checks(form.checks, answers, today, form.id))


def warnings(form: Form, answers: Answers, today: Today) -> list[Text]:
    """Checks of level `warning` that do not hold: for the officer, not against the citizen."""
    answers = kept(form, answers, today)
    checks: list[Check] = []
    for page in _shown(form, answers, today):
        questions = () if page.repeat else visible_questions(page, answers, today)
        checks += (*page.checks, *(check for question in questions for check in question.checks))
    checks += form.checks
    return [check.say for check in checks if check.level == "warning" and _broken(check, answers, today)]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a review: the question, and its value as stored (web puts it into words)."""

    question: Question
    value: Any


@dataclass(frozen=True, slots=True)
class Section:
    """One page in a review. `item` counts from 1 in repeated pages."""

    page: Page
    rows: tuple[Row, ...]
    item: int | None = None


def review(form: Form, answers: Answers, today: Today) -> list[Section]:
    """Everything answered, page by page, for the review page, the officer's page and the printed application."""
    sections: list[Section] = []
    answers = kept(form, answers, today)
    for page in _shown(form, answers, today):
        if page.repeat:
            for number, item in enumerate(answers.get(page.repeat.id) or [], start=1):
                rows = tuple(Row(q, item.get(q.id)) for q in page.questions if q.id in item)
                sections.append(Section(page, rows, number))
            continue
        rows = tuple(Row(q, answers.get(q.id)) for q in visible_questions(page, answers, today))
        sections.append(Section(page, rows))
    return sections


def prefilled(form: Form, known: Mapping[str, Any]) -> dict[str, Any]:
    """First answers of a new draft from what is already known about the person (`prefill` paths)."""
    return {
        question.id: known[question.prefill]
        for page in form.pages
        if not page.repeat
        for question in page.questions
        if question.prefill and known.get(question.prefill) not in (None, "")
    }
