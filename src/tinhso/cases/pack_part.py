"""What the room `cases` reads from packs.

Procedures, their forms, fields, life events, synonyms, reasons, publications.

Each struct below is the shape of one YAML document; `parts.py` registers them with their checks.
Amounts, limits, deadlines and texts of law are here as data: dated, each with its reference. No amounts live in code.

Deliberately absent: how a form is answered (rules of forms are in `forms.py`), how a dossier moves (`rules.py`).
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from tinhso.kernel.localised import Text

Key = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,79}$", description="lower-case ASCII key")]
Channel = Literal["counter", "online", "post"]
Condition = Annotated[str, Meta(description="a CEL condition over `answers`, `channel`, `received_on`")]
Role = Literal["one_stop_officer", "specialist", "leader", "clerk"]


class _Doc(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Documents refuse unknown fields, so that a typing error is found and not silently ignored."""


# ── Procedures ────────────────────────────────────────────────────────────────────────────────────────────────────


class Deadline(_Doc, frozen=True, kw_only=True):
    """How long the agency may take, in the unit that the law uses.

    working_days, calendar_days, hours (working hours), months: need `value`.
    same_day: in the day; received after `cutoff` (15:00 where the law says so) → next working day.
    event: no number; `text` says on what it depends. unspecified: the law names none.
    `cases` are alternatives that an officer chooses ("when verified: 5 working days").
    `excluded` names time not counted.
    """

    unit: Literal["working_days", "calendar_days", "hours", "months", "same_day", "event", "unspecified"]
    value: Decimal | None = None
    cutoff: Annotated[str, Meta(pattern=r"^\d\d:\d\d$")] | None = None
    text: Text | None = None
    cases: tuple["DeadlineCase", ...] = ()
    excluded: tuple[Text, ...] = ()
    reference: str = ""


class DeadlineCase(_Doc, frozen=True, kw_only=True):
    """An alternative deadline that an officer chooses: `when` in words; unit, value and cutoff as in Deadline."""

    id: Key
    when: Text
    unit: Literal["working_days", "calendar_days", "hours", "months", "same_day"]
    value: Decimal | None = None
    cutoff: Annotated[str, Meta(pattern=r"^\d\d:\d\d$")] | None = None
    reference: str = ""


class Fee(_Doc, frozen=True, kw_only=True):
    """One fee. `amount` in đồng; absent = unknown (set by a council not yet read), which is not the same as 0.

    formula  CEL over `answers` giving whole đồng, for fees that depend on what is asked ("per page, at most …")
    per      what one amount is for ("mỗi bản")
    """

    title: Text
    amount: Annotated[int, Meta(ge=0)] | None = None
    per: Text | None = None
    formula: Condition | None = None
    note: Text | None = None
    reference: str = ""


class ChannelOffer(_Doc, frozen=True, kw_only=True):
    """How one channel is offered: its deadline and its fees. `fees: []` means that there is none: 0 ₫."""

    deadline: Deadline
    fees: tuple[Fee, ...] = ()
    note: Text | None = None


class ReplacedBy(_Doc, frozen=True, kw_only=True):
    """A paper that is not asked for when its data are found in a database (once-only)."""

    database: Text
    data: Text
    since: date | None = None
    reference: str = ""


class Paper(_Doc, frozen=True, kw_only=True):
    """One part of the dossier (thành phần hồ sơ).

    kind   submit: handed in, uploaded online · show: shown at the counter, not kept · declaration: the form itself,
           filled online · produced: made by an agency on the way (never asked of the citizen)
    when   CEL over `answers`: the paper is asked only then; absent = always
    """

    id: Key
    title: Text
    kind: Literal["submit", "show", "declaration", "produced"] = "submit"
    required: bool = True
    when: Condition | None = None
    when_words: Text | None = None
    originals: Annotated[int, Meta(ge=0, le=20)] = 0
    copies: Annotated[int, Meta(ge=0, le=20)] = 0
    template: str = ""
    replaced_by: ReplacedBy | None = None
    files_max: Annotated[int, Meta(ge=1, le=20)] = 5
    help: Text | None = None


class Result(_Doc, frozen=True, kw_only=True):
    """What the agency gives: as a signed electronic document, on paper, or both."""

    id: Key
    title: Text
    electronic: bool = True
    paper: bool = True


class LegalAct(_Doc, frozen=True, kw_only=True):
    """A text of law: number as printed, what it is, and from when it applies."""

    number: str
    title: Text | None = None
    article: str = ""
    on: date | None = None


class FlowStep(_Doc, frozen=True, kw_only=True):
    """One step of the standard flow: who (role), what, how many working hours."""

    step: Key
    title: Text
    by: Role
    working_hours: Decimal | None = None


class Supplement(_Doc, frozen=True, kw_only=True):
    """Asking for more: how often, what happens to the clock, how many working days the citizen has (None: no limit)."""

    times: Annotated[int, Meta(ge=0, le=9)] = 1
    clock: Literal["restart", "continue"] = "restart"
    days_to_answer: Annotated[int, Meta(ge=1, le=365)] | None = None
    reference: str = "NĐ 61/2018/NĐ-CP Đ15.3, Đ19.4"


class ProcedureVersion(_Doc, frozen=True, kw_only=True):
    """The procedure as it stands for dossiers received in [received_from, received_until).

    The seven mandatory parts.
    """

    received_from: date
    received_until: date | None = None
    reference: str
    sequence: tuple[Text, ...]
    channels: dict[Channel, ChannelOffer]
    papers: tuple[Paper, ...]
    sets: Annotated[int, Meta(ge=1, le=20)] = 1
    decided_by: Text
    results: tuple[Result, ...]
    legal_basis: tuple[LegalAct, ...]
    conditions: tuple[Text, ...] = ()
    form: Key | None = None
    flow: tuple[FlowStep, ...] = ()
    supplement: Supplement = Supplement()
    presence: Text | None = None
    unverified: tuple[str, ...] = ()

    def offer(self, channel: str) -> ChannelOffer:
        """How a channel is offered; raises KeyError when it is not."""
        return self.channels[channel]  # type: ignore[index]  # rows keep the channel as a plain word


class FiledElsewhere(_Doc, frozen=True, kw_only=True):
    """A procedure that this province informs about but another system takes: its name, address, and why."""

    system: Text
    url: str
    reason: Text


class Procedure(_Doc, frozen=True, kw_only=True):
    """An administrative procedure (thủ tục hành chính): what stays the same over its versions.

    handled_by  the kind of agency that receives and decides: a commune's committee, or a kind of department
    keywords    what people say when they need it ("làm khai sinh"); each language as it is typed
    """

    code: Annotated[str, Meta(pattern=r"^[1-9]\.\d{6}$")]
    title: Text
    summary: Text | None = None
    field: Key
    level: Literal["commune", "province", "ministry"]
    handled_by: Key
    audience: tuple[Literal["citizen", "organisation", "household_business"], ...]
    life_events: tuple[Key, ...] = ()
    keywords: tuple[str, ...] = ()
    filed_elsewhere: FiledElsewhere | None = None
    former_codes: tuple[str, ...] = ()
    versions: Annotated[tuple[ProcedureVersion, ...], Meta(min_length=1)]


# ── Forms ─────────────────────────────────────────────────────────────────────────────────────────────────────────

QuestionType = Literal[
    "text", "long_text", "person_name", "date", "partial_date", "integer", "decimal", "money", "yes_no", "choice",
    "choices", "personal_id", "tax_code", "phone", "email", "commune", "list", "pledge", "block",
]  # fmt: skip


class Option(_Doc, frozen=True, kw_only=True):
    value: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
    label: Text
    hint: Text | None = None


class Check(_Doc, frozen=True, kw_only=True):
    """A rule over the answers: `that` must hold (CEL), else `say` stands beside the field.

    `level: warning` only tells the officer.
    """

    that: Condition
    say: Text
    at: Key | None = None
    level: Literal["error", "warning"] = "error"


class Question(_Doc, frozen=True, kw_only=True):
    """One question. `id` is unique in its form.

    In a block the id gets the prefix of the question that uses it (`mother_full_name`).

    commune  a unit picked from the list valid on `on` (another question's date; absent: today)
    list     a value of a code list (packs/*/lists/<list>.yaml), searched by typing
    block    `block` names a group of questions (packs/one-stop/blocks/<block>.yaml) put here with the prefix `id`
    prefill  a path into what is already known: person.full_name, person.personal_id, person.born_on, person.sex,
             person.nationality,
             person.ethnic_group, person.residence_unit, person.residence_line, account.phone, account.email
    """

    id: Key
    type: QuestionType
    label: Text | None = None  # absent only in a block's use
    hint: Text | None = None
    required: bool = True
    when: Condition | None = None
    options: tuple[Option, ...] = ()
    list: str = ""
    block: Key | None = None
    without: tuple[Key, ...] = ()
    on: Key | None = None
    min: int | None = None
    max: int | None = None
    length_max: Annotated[int, Meta(ge=1, le=5000)] | None = None
    decimals: Annotated[int, Meta(ge=0, le=6)] = 0
    unit: Text | None = None
    not_future: bool = False
    not_past: bool = False
    prefill: str = ""
    sensitive: bool = False
    checks: tuple[Check, ...] = ()


class Repeat(_Doc, frozen=True, kw_only=True):
    """A page asked several times: one item per child, member, parcel."""

    id: Key
    item: Text
    min: Annotated[int, Meta(ge=0, le=50)] = 1
    max: Annotated[int, Meta(ge=1, le=50)] = 10


class Page(_Doc, frozen=True, kw_only=True):
    """One thing per page. `title` is the question on top."""

    id: Key
    title: Text
    intro: Text | None = None
    help: Text | None = None
    when: Condition | None = None
    repeat: Repeat | None = None
    questions: Annotated[tuple[Question, ...], Meta(min_length=1)]
    checks: tuple[Check, ...] = ()


class Form(_Doc, frozen=True, kw_only=True):
    """A crafted form. `subject` names the question whose answer titles the dossier ("Đăng ký khai sinh cho …")."""

    id: Key
    title: Text
    reference: str = ""
    subject: Key | None = None
    pages: Annotated[tuple[Page, ...], Meta(min_length=1)]
    checks: tuple[Check, ...] = ()
    unverified: tuple[str, ...] = ()


class Block(_Doc, frozen=True, kw_only=True):
    """Questions that many forms share: a person, a place to stay."""

    id: Key
    title: Text
    questions: Annotated[tuple[Question, ...], Meta(min_length=1)]


class ListItem(_Doc, frozen=True, kw_only=True):
    code: str
    label: Text
    also: tuple[str, ...] = ()


class CodeList(_Doc, frozen=True, kw_only=True):
    """A list of codes: ethnic groups, countries, trades. Items keep the order of the source."""

    id: Key
    title: Text
    source: str
    items: Annotated[tuple[ListItem, ...], Meta(min_length=1)]


# ── Around procedures ─────────────────────────────────────────────────────────────────────────────────────────────


class Field(_Doc, frozen=True, kw_only=True):
    id: Key
    title: Text
    code: Annotated[str, Meta(pattern=r"^[A-Z0-9]{2,12}$")]


class Fields(_Doc, frozen=True, kw_only=True):
    fields: tuple[Field, ...]


class LifeEvent(_Doc, frozen=True, kw_only=True):
    """A reason why people come; `shown` are the procedures named on the home page."""

    id: Key
    title: Text
    icon: Key
    shown: tuple[str, ...] = ()


class LifeEvents(_Doc, frozen=True, kw_only=True):
    events: tuple[LifeEvent, ...]


class Synonym(_Doc, frozen=True, kw_only=True):
    """What people say → words of the titles, or codes of procedures."""

    say: Annotated[tuple[str, ...], Meta(min_length=1)]
    means: str = ""
    procedures: tuple[str, ...] = ()


class Synonyms(_Doc, frozen=True, kw_only=True):
    synonyms: tuple[Synonym, ...]
    often: tuple[str, ...] = ()


class Reason(_Doc, frozen=True, kw_only=True, rename={"for_": "for"}):
    """A typed reason for asking for more, refusing or stopping; officers add their own words to it."""

    id: Key
    title: Text
    for_: Annotated[tuple[Literal["supplement", "refuse", "stop"], ...], Meta(min_length=1)]


class Reasons(_Doc, frozen=True, kw_only=True):
    reasons: tuple[Reason, ...]


class StandardFlow(_Doc, frozen=True, kw_only=True):
    """The usual way through the house (procedures.md 0.3), for procedures that name no flow of their own."""

    reference: str
    flow: Annotated[tuple[FlowStep, ...], Meta(min_length=1)]


class Publication(_Doc, frozen=True, kw_only=True):
    """A procedure as this province offers it: its variant code, who takes it, from when until when.

    agency     code of the department that handles it; absent: by the procedure's `handled_by` (communes: the commune
               chosen)
    """

    procedure: str
    variant: str
    agency: str | None = None
    published_from: date
    published_until: date | None = None
    reference: str = ""


class Publications(_Doc, frozen=True, kw_only=True):
    publications: tuple[Publication, ...]


# ── Examples: the manual and the tests in one ────────────────────────────────────────────────────────────────────


class Given(_Doc, frozen=True, kw_only=True):
    """What the example starts from: when and how the dossier came, and the answers that matter."""

    received_at: str
    channel: Channel = "counter"
    answers: dict[str, Any] = {}
    case: Key | None = None


class Then(_Doc, frozen=True, kw_only=True):
    """What must follow; absent = not looked at. `due`: date or "date time".

    `fee` in đồng, "unknown" where the law leaves it open.
    """

    due: str | None = None
    fee: int | Literal["unknown"] | None = None
    papers: tuple[str, ...] | None = None
    errors: tuple[str, ...] | None = None
    warnings: tuple[str, ...] | None = None


class Example(_Doc, frozen=True, kw_only=True):
    name: Text
    given: Given
    then: Then
    reference: str = ""


class Examples(_Doc, frozen=True, kw_only=True):
    """Examples of one procedure: run as tests, shown to the public as "how this is counted"."""

    procedure: str
    examples: Annotated[tuple[Example, ...], Meta(min_length=1)]
