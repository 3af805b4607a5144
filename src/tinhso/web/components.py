"""What page views hand to the components: plain frozen values, no widgets, no queries, no markup.

Each component is a template in templates/web/components/ and a tag of `{% load face %}`; the gallery shows them all.
Texts arrive here already in the reader's language.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

State = Literal["new", "active", "due", "late", "stopped", "done", "outline"]
FieldKind = Literal[
    "text",
    "email",
    "tel",
    "password",
    "search",
    "number",
    "money",
    "textarea",
    "date",
    "radios",
    "checkboxes",
    "checkbox",
    "select",
    "file",
]
Cell = Literal["used", "now", "stopped", "over", "free"]
TimelineKind = Literal["agency", "citizen", "stopped", "current", "expected"]
NoticeKind = Literal["info", "due", "late", "done"]

WEEK_CELLS_FROM = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """The province on the shell: `title` begins a line ("Tỉnh Tây Ninh"), `name` stands within one ("tỉnh …")."""

    title: str
    name: str
    committee: str
    emblem_url: str = ""
    hotline: str = "1022"
    hotline_hours: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    words: str
    current: bool = False
    count: int | None = None
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that was taken in (`sha256`, `at`) or refused (`refusal`: one sentence why)."""

    name: str
    size: int
    pages: int | None = None
    at: datetime | None = None
    sha256: str = ""
    refusal: str = ""
    remove_name: str = ""
    remove_value: str = ""
    href: str = ""

    @property
    def kind(self) -> str:
        ending = self.name.rpartition(".")[2]
        return "?" if self.refusal or not ending.isascii() else ending.upper()[:4]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatePart:
    name: str
    value: str
    wrong: bool
    autocomplete: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question. `value` is text as it was typed: (day, month, year) for a date, a tuple of texts for checkboxes.

    Posted names: `name`; for a date `name-day`, `name-month`, `name-year`. Ids: `f-<name>`, see `anchor`.
    """

    kind: FieldKind
    name: str
    label: str
    value: str | tuple[str, ...] = ""
    hint: str = ""
    error: str = ""
    error_parts: tuple[str, ...] = ("day", "month", "year")
    optional: bool = False
    heading: bool = False
    choices: tuple[Choice, ...] = ()
    empty_choice: str = ""
    width: Literal["", "2", "3", "4", "5", "10", "20"] = ""
    unit: str = ""
    limit: int | None = None
    rows: int = 4
    autocomplete: str = "off"
    digits: bool = False
    inline: bool = False
    accept: str = ".pdf,.jpg,.jpeg,.png"
    multiple: bool = False
    uploads: tuple[Upload, ...] = ()
    upload_url: str = ""
    example: str = ""
    autofocus: bool = False
    disabled: str = ""
    offers: str = ""  # id of a <datalist> whose words are offered while typing

    @property
    def id(self) -> str:
        return "f-" + self.name.translate(str.maketrans("[]. ", "----"))

    @property
    def anchor(self) -> str:
        """The element an error summary points to: the first one that can take the focus."""
        if self.kind == "date":
            return f"{self.id}-{self.error_parts[0] if self.error_parts else 'day'}"
        return f"{self.id}-1" if self.kind in {"radios", "checkboxes"} else self.id

    @property
    def described_by(self) -> str:
        ids = [f"{self.id}-hint"] if self.hint else []
        ids += [f"{self.id}-error"] if self.error else []
        ids += [f"{self.id}-count"] if self.limit else []
        return " ".join(ids)

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else " ".join(self.value)

    @property
    def chosen(self) -> tuple[str, ...]:
        return self.value if isinstance(self.value, tuple) else (self.value,)

    @property
    def date_parts(self) -> tuple[DatePart, ...]:
        typed = self.value if isinstance(self.value, tuple) else ()
        names = ("day", "month", "year")
        return tuple(
            DatePart(
                name=name,
                value=value,
                wrong=bool(self.error) and name in self.error_parts,
                autocomplete=f"bday-{name}" if self.autocomplete == "bday" else "off",
            )
            for name, value in zip(names, (*typed, "", "", ""), strict=False)
        )

    @property
    def input_type(self) -> str:
        # Figures are text with a numeric keyboard: type=number swallows what it does not like and turns with the wheel.
        return self.kind if self.kind in {"email", "tel", "password", "search"} else "text"

    @property
    def input_mode(self) -> str:
        if self.kind == "number":
            return "decimal"
        return "numeric" if self.digits or self.kind == "money" else ""


@dataclass(frozen=True, slots=True)
class FormError:
    anchor: str
    message: str


def errors_of(fields: Iterable[Field]) -> tuple[FormError, ...]:
    return tuple(FormError(field.anchor, field.error) for field in fields if field.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """A clock as cells. `remaining` says it in words, `note` is the rule that made it so."""

    title: str
    remaining: str
    cells: tuple[Cell, ...]
    note: str = ""
    state: Literal["active", "due", "late"] = "active"


def ruler_cells(total: int, used: int, *, stopped: int = 0) -> tuple[Cell, ...]:
    """One cell per working day, the last used one is now; days beyond the limit are added as `over`.

    Above twenty days a cell is a week of five working days, so that it stays legible on a phone.
    """
    if total > WEEK_CELLS_FROM:
        total, used, stopped = -(-total // 5), -(-used // 5), -(-stopped // 5)
    inside, over = min(used, total), max(0, used - total)
    cells: list[Cell] = ["used"] * inside
    cells += ["stopped"] * stopped
    cells += ["free"] * (total - inside)
    cells += ["over"] * over
    if over:
        return tuple(cells)
    if inside and not stopped:
        cells[inside - 1] = "now"
    return tuple(cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of a timeline. `at` is an instant or, when only the day is known, a date; None with `when` in words."""

    kind: TimelineKind
    title: str
    at: datetime | date | None = None
    when: str = ""
    text: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class LevelStep:
    number: int
    met: bool
    title: str
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """`source` says where a known value came from; `change_href` leads to its question."""

    key: str
    value: str | tuple[str, ...]
    source: str = ""
    change_href: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        return self.value if isinstance(self.value, tuple) else (self.value,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure with a target. `reach` and `target` are percents; `words` give the gap in a sentence."""

    label: str
    value: str
    unit: str = ""
    words: str = ""
    reach: float | None = None
    target: float | None = None
    href: str = ""

    @property
    def grade(self) -> Literal["", "short", "worse"]:
        """Green when reached, amber when short by less than a fifth, vermilion when worse."""
        if self.reach is None or self.target is None or self.reach >= self.target:
            return ""
        return "short" if self.reach >= self.target * 0.8 else "worse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Keyset paging. `total` is None when it was not counted; `bounded` when counting stopped ("hơn 1.000")."""

    shown: int
    next_href: str = ""
    next_count: int | None = None
    total: int | None = None
    bounded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a form in the column beside it."""

    title: str
    href: str = ""
    state: Literal["filled", "current", "open"] = "open"


def parts_of(titles: Sequence[str], *, current: int, hrefs: Sequence[str], filled: Iterable[int]) -> tuple[Part, ...]:
    """Counted from 0; a part that is filled and not current is a link."""
    done = frozenset(filled)
    return tuple(
        Part(
            title=title,
            href=hrefs[number] if number in done and number != current else "",
            state="current" if number == current else "filled" if number in done else "open",
        )
        for number, title in enumerate(titles)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The receipt with its stub. `due` in words is the largest thing on it; `why` is the rule that made it so."""

    procedure: str
    code: str
    received_at: datetime
    due: str
    why: str = ""
    for_whom: str = ""
    due_day: datetime | date | None = None
    rows: tuple[SummaryRow, ...] = ()
    qr_path: str = ""
    qr_size: int = 33

    @property
    def code_parts(self) -> tuple[str, str]:
        """Split before its last group, so that a narrow stub breaks there and nowhere else."""
        head, dash, tail = self.code.partition("-")
        return head + dash, tail
