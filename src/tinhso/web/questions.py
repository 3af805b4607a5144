"""Questions of packs as fields of a page, and a page's faults as sentences in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from tinhso.cases import forms
from tinhso.cases.answers import Fault, Posted
from tinhso.cases.lists import PackLists
from tinhso.cases.pack_part import Page, Question
from tinhso.kernel.localised import Text
from tinhso.web import words
from tinhso.web.components import Choice, Field

SELECT_FROM = 8  # more choices than this are a list to open
SELECT_MAX = 80  # more than this are typed, with the words offered
AUTOCOMPLETE = {
    "person.full_name": "name",
    "person.born_on": "bday",
    "person.phone": "tel",
    "account.phone": "tel",
    "account.email": "email",
    "person.residence_line": "street-address",
}
KIND = {
    "text": "text",
    "long_text": "textarea",
    "person_name": "text",
    "date": "date",
    "partial_date": "date",
    "integer": "number",
    "decimal": "number",
    "money": "money",
    "yes_no": "radios",
    "choice": "radios",
    "choices": "checkboxes",
    "personal_id": "text",
    "tax_code": "text",
    "phone": "tel",
    "email": "email",
    "commune": "text",
    "list": "select",
    "pledge": "checkbox",
}
WIDTH = {"personal_id": "20", "tax_code": "20", "phone": "20", "integer": "5", "decimal": "10", "money": "10"}
DIGITS = frozenset({"personal_id", "integer", "phone"})


def fault(value: Fault) -> str:
    """A fault as a sentence: a pack's own text, or a message of ours with its values."""
    given = {key: words.text(one) if isinstance(one, Text) else one for key, one in value.values.items()}
    return _(value.message).format(**given)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a repeated page: its heading and its fields, or the fields of a plain page (no heading)."""

    fields: tuple[Field, ...]
    number: int = 0
    title: str = ""
    remove: str = ""


@dataclass(frozen=True, slots=True)
class PageView:
    """A page of a form, ready for its template. `shown` are the names of the fields on it."""

    items: tuple[Item, ...]
    shown: tuple[str, ...]
    count: int = 0
    repeat_id: str = ""
    add: str = ""
    removed: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for item in self.items for field in item.fields)


def page_view(
    page: Page,
    answers: Mapping[str, Any],
    today: forms.Today,
    lists: PackLists,
    *,
    posted: Posted | None = None,
    faults: Mapping[str, Fault] | None = None,
    count: int | None = None,
) -> PageView:
    """The page's fields with what was typed (or else answered) and what is wrong with it.

    count  how many items a repeated page shows; None: as many as are answered, at least its minimum
    """
    show = _shower(lists, posted, faults or {})
    if page.repeat is None:
        fields = tuple(show(q, q.id, answers.get(q.id)) for q in forms.visible_questions(page, answers, today))
        return PageView((Item(fields),), tuple(field.name for field in fields))
    return _repeated(page, answers, today, show, posted, count)


Show = Callable[[Question, str, Any], Field]


def _repeated(
    page: Page, answers: Mapping[str, Any], today: forms.Today, show: Show, posted: Posted | None, count: int | None
) -> PageView:
    repeat = page.repeat
    if repeat is None:
        raise ValueError(page.id)
    given: Sequence[Mapping[str, Any]] = answers.get(repeat.id) or []
    shown_count = count if count is not None else max(len(given), repeat.min, 1)
    removed = tuple(posted.getlist("removed")) if posted else ()
    items: list[Item] = []
    for index in range(shown_count):
        prefix = f"{repeat.id}-{index}-"
        if prefix[:-1] in removed:
            continue
        values = given[len(items)] if len(items) < len(given) else {}
        questions = forms.visible_questions(page, {**answers, **values}, today)
        fields = tuple(show(q, prefix + q.id, values.get(q.id)) for q in questions)
        items.append(Item(fields, len(items) + 1, words.text(repeat.item), prefix[:-1]))
    names = tuple(field.name for item in items for field in item.fields)
    add = words.text(repeat.item) if len(items) < repeat.max else ""
    return PageView(tuple(items), names, shown_count, repeat.id, add, removed)


def _shower(lists: PackLists, posted: Posted | None, faults: Mapping[str, Fault]) -> Show:
    def show(question: Question, name: str, value: Any) -> Field:
        typed = _typed(question, name, posted) if posted else _as_typed(question, value, lists)
        wrong = faults.get(name)
        made = field(question, name, lists, typed, fault(wrong) if wrong else "")
        if wrong and wrong.choices:
            return _pick(made, wrong)
        return made

    return show


def field(question: Question, name: str, lists: PackLists, typed: str | tuple[str, ...], error: str = "") -> Field:
    """One question as a field."""
    choices = _choices(question, lists)
    kind = KIND[question.type]
    if kind == "radios" and len(choices) >= SELECT_FROM:
        kind = "select"
    if is_typed(question, lists):
        kind, choices = "text", ()
    return Field(
        kind=kind,  # type: ignore[arg-type]  # KIND's words are the component's
        name=name,
        label=words.text(question.label),
        value=typed,
        hint=words.text(question.hint) or _own_hint(question),
        error=error,
        optional=not question.required,
        choices=choices,
        width=WIDTH.get(question.type) or _width(question),  # type: ignore[arg-type]  # the words of WIDTH are widths
        unit=words.text(question.unit) or ("₫" if question.type == "money" else ""),
        limit=question.length_max if question.type == "long_text" else None,
        autocomplete=AUTOCOMPLETE.get(question.prefill, "off"),
        digits=question.type in DIGITS,
        inline=question.type == "yes_no",
        offers=offers_of(question) if question.type == "commune" or is_typed(question, lists) else "",
    )


def is_typed(question: Question, lists: PackLists) -> bool:
    """Whether a list is too long to open: it is typed, as a code or as its words."""
    return question.type == "list" and len(lists.items(question.list)) > SELECT_MAX


def offers_of(question: Question) -> str:
    """The id of the words offered while typing; one for all questions of a page that pick from the same list."""
    return "communes" if question.type == "commune" else f"list-{question.list}"


def _width(question: Question) -> str:
    """A field as wide as what belongs into it, when that is short."""
    limit = question.length_max if question.type == "text" else None
    return next((str(width) for width in (5, 10, 20) if limit and limit <= width), "")


def _own_hint(question: Question) -> str:
    """What a type of question always needs said."""
    hints = {
        "date": _("In the order day, month, year. For example 18 11 2026"),
        "partial_date": _("Day, month, year. When only the year is known, write the year alone."),
        "personal_id": _("12 digits, on the identity card"),
        "commune": _("Commune or ward, and its province. For example: Phường Tân Ninh, Tây Ninh"),
    }
    return hints.get(question.type, "")


def _choices(question: Question, lists: PackLists) -> tuple[Choice, ...]:
    if question.type == "yes_no":
        return (Choice("yes", _("Yes")), Choice("no", _("No")))
    if question.type == "list":
        return tuple(Choice(item.code, words.text(item.label)) for item in lists.items(question.list))
    return tuple(Choice(o.value, words.text(o.label), words.text(o.hint)) for o in question.options)


def _pick(made: Field, wrong: Fault) -> Field:
    """Several communes have the typed name: the field becomes a choice among them."""
    choices = tuple(Choice(code, name) for code, name in wrong.choices)
    return replace(made, kind="radios", choices=choices, value="", hint="")


def _typed(question: Question, name: str, posted: Posted) -> str | tuple[str, ...]:
    """What the page sent, as it was typed."""
    if question.type in {"date", "partial_date"}:
        return tuple(posted.get(f"{name}-{part}", "") for part in ("day", "month", "year"))
    if question.type == "choices":
        return tuple(posted.getlist(name))
    return str(posted.get(name, ""))


def _as_typed(question: Question, value: Any, lists: PackLists) -> str | tuple[str, ...]:
    """An answer as it would be typed."""
    if question.type in {"date", "partial_date", "choices"}:
        return _in_parts(question, value) if value else ()
    if value in (None, ""):
        return ""
    if question.type in {"yes_no", "pledge"}:
        return "yes" if value else "no"
    if question.type == "commune":
        return lists.commune_name(str(value))
    return _written(question, value, lists)


def _in_parts(question: Question, value: Any) -> tuple[str, ...]:
    """A date as day, month, year; several choices as their values."""
    if question.type == "choices":
        return tuple(value)
    parts = str(value).split("-")
    if len(parts) < len(("year", "month", "day")):
        return _partly(parts)
    return (*reversed([str(int(part)) for part in parts[1:]]), parts[0])


def _written(question: Question, value: Any, lists: PackLists) -> str:
    """Words of a list that is typed, and figures with the signs of the reader's language."""
    if question.type == "list" and is_typed(question, lists):
        return lists.label(question.list, str(value), words.language())
    if question.type == "decimal" and words.language() == "vi":
        return str(value).replace(".", ",")
    return f"{value:,}".replace(",", ".") if question.type == "money" else str(value)


def _partly(parts: list[str]) -> tuple[str, str, str]:
    return ("", str(int(parts[1])) if len(parts) > 1 else "", parts[0])
