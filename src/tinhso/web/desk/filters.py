"""The conditions of the inbox: read from the address, shown as a form, turned into what `cases.inbox` looks for.

The state of a list stands in its address and nowhere else: reloading, going back and sending a link keep it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from tinhso.cases import catalogue, inbox
from tinhso.cases.access import reach
from tinhso.cases.catalogue import Offered
from tinhso.cases.inbox import Duty, Wanted
from tinhso.identity.policy import Permission, Role
from tinhso.identity.rules import Subject
from tinhso.kernel.calendar import VIETNAM, Calendar, local_date
from tinhso.kernel.problems import N_
from tinhso.kernel.text import clean_line, sort_key
from tinhso.places import queries as places
from tinhso.web import words
from tinhso.web.components import Choice, Field, Link
from tinhso.web.requests import Request

VIEW = {
    "mine": N_("My work"),
    "agency": N_("The whole agency"),
    "waiting": N_("Waiting for citizens"),
    "done": N_("Done"),
}
URGENCY = {
    "late": ("late", N_("Late")),
    "soon": ("due", N_("Today and tomorrow")),
    "later": ("active", N_("In time")),
    "stopped": ("stopped", N_("Clock stands")),
    "new": ("new", N_("New")),
}
CHANNELS = ("online", "counter", "post")


@dataclass(frozen=True, slots=True)
class Filters:
    """What stands in the address. What cannot be read there is left out; a date keeps what was typed."""

    view: str = "mine"
    urgency: str = ""
    text: str = ""
    procedure: str = ""
    step: str = ""
    channel: str = ""
    received_from: str = ""
    after: str = ""

    def address(self, **changes: str) -> str:
        """The same list with other conditions; it always begins at its first page unless `after` says where."""
        named = replace(self, **{"after": "", **changes})
        pairs = {
            "xem": named.view if named.view != "mine" else "",
            "han": named.urgency,
            "q": named.text,
            "thu-tuc": named.procedure,
            "buoc": named.step,
            "kenh": named.channel,
            "tu": named.received_from,
            "sau": named.after,
        }
        return "?" + urlencode({key: value for key, value in pairs.items() if value})

    @property
    def narrowed(self) -> bool:
        return any((self.urgency, self.text, self.procedure, self.step, self.channel, self.received_from))


def read(query: QueryDict) -> Filters:
    """The filters of an address."""

    def one_of(name: str, known: Iterable[str], default: str = "") -> str:
        given = query.get(name, "")
        return given if given in known else default

    return Filters(
        view=one_of("xem", VIEW, "mine"),
        urgency=one_of("han", URGENCY),
        text=clean_line(query.get("q", ""))[:100],
        procedure=clean_line(query.get("thu-tuc", ""))[:20],
        step=clean_line(query.get("buoc", ""))[:80],
        channel=one_of("kenh", CHANNELS),
        received_from=clean_line(query.get("tu", ""))[:12],
        after=query.get("sau", "")[:80],
    )


def typed_day(text: str) -> date | None:
    """A day as people type it: 1/10/2026, 01-10-2026, 01.10.2026; None for anything else."""
    parts = text.replace("-", "/").replace(".", "/").replace(" ", "").split("/")
    try:
        day, month, year = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        return None


# ── What is looked for ────────────────────────────────────────────────────────────────────────────────────────────


def basis(request: Request, who: Subject, view: str) -> Wanted:
    """A view without any condition: the permission, the officer's own duties, and what counts as soon."""
    calendar = places.calendar(request.today)
    return Wanted(
        reach=reach(who, Permission.DOSSIER_VIEW),
        now=request.at,
        soon_until=soon_until(request.at, calendar),
        view=view,
        account_id=who.account_id,
        duties=duties(who, offered_here(request.today)),
    )


def soon_until(at: datetime, calendar: Calendar) -> datetime:
    """The end of the next working day: until then a deadline is “today and tomorrow”."""
    day = calendar.next_working(local_date(at)) + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM)


def duties(who: Subject, offered: Mapping[str, Offered]) -> tuple[Duty, ...]:
    """What the officer's posts do: the steps of each role, in the agencies and for the fields of its posts."""
    agencies: dict[tuple[Role, tuple[str, ...]], list[str]] = {}
    for held in who.posts:
        agencies.setdefault((held.role, held.fields), []).append(held.agency_code)
    steps: dict[str, set[str]] = {}
    for found in offered.values():
        for step in found.flow:
            steps.setdefault(step.by, set()).add(step.step)
    return tuple(
        Duty(tuple(sorted(codes)), tuple(sorted(steps[role.value])), fields)
        for (role, fields), codes in agencies.items()
        if steps.get(role.value)
    )


def offered_here(today: date) -> Mapping[str, Offered]:
    """Every procedure of the province today, by code."""
    return catalogue.offered_all(today)


def wanted(request: Request, who: Subject, filters: Filters) -> Wanted:
    """What the list looks for, its urgency included."""
    day = typed_day(filters.received_from)
    return replace(
        basis(request, who, filters.view),
        urgency=filters.urgency,
        text=filters.text,
        procedure=filters.procedure,
        step=filters.step,
        channel=filters.channel,
        received_from=datetime(day.year, day.month, day.day, tzinfo=VIETNAM) if day else None,
    )


# ── The form and its pills ────────────────────────────────────────────────────────────────────────────────────────


def procedures_of(who: Subject, today: date) -> list[Choice]:
    """The procedures that the officer's agencies handle, by title; all of them for whoever sees the province."""
    kinds = {places.agency(code, today).kind.value for code in _agencies(who)}
    everywhere = who.everywhere(Permission.DOSSIER_VIEW)
    codes = set(_agencies(who))
    found = [
        Choice(code, words.text(one.procedure.title))
        for code, one in offered_here(today).items()
        if everywhere or one.publication.agency in codes or one.procedure.handled_by in kinds
    ]
    return sorted(found, key=lambda choice: sort_key(choice.label))


def _agencies(who: Subject) -> list[str]:
    return [held.agency_code for held in who.posts]


def steps_of(choices: Iterable[Choice], today: date) -> list[Choice]:
    """The steps of those procedures, in the order in which flows have them."""
    offered = offered_here(today)
    titles = {step.step: words.text(step.title) for one in choices for step in offered[one.value].flow}
    return [Choice(step, title) for step, title in titles.items()]


def form(filters: Filters, procedures: list[Choice], steps: list[Choice]) -> tuple[Field, ...]:
    """The fields of the filter form."""
    every = _("All")
    return (
        Field(
            kind="search", name="q", label=_("Code, name, personal number, phone"), value=filters.text, optional=True
        ),
        _select("thu-tuc", _("Procedure"), filters.procedure, procedures, f"{every} ({len(procedures)})"),
        _select("buoc", _("Step"), filters.step, steps, every),
        _select("kenh", _("Received through"), filters.channel, [Choice(c, words.channel(c)) for c in CHANNELS], every),
        Field(
            kind="text",
            name="tu",
            label=_("Received from"),
            value=filters.received_from,
            optional=True,
            digits=True,
            error=_("A day such as 01/10/2026")
            if filters.received_from and not typed_day(filters.received_from)
            else "",
        ),
    )


def _select(name: str, label: str, value: str, choices: list[Choice], every: str) -> Field:
    return Field(
        kind="select", name=name, label=label, value=value, choices=tuple(choices), empty_choice=every, optional=True
    )


def pills(filters: Filters, procedures: list[Choice], steps: list[Choice]) -> list[Link]:
    """Each condition with the address of the list without it."""
    titles = {choice.value: choice.label for choice in (*procedures, *steps)}
    said = {
        "urgency": _(URGENCY[filters.urgency][1]) if filters.urgency else "",
        "text": _("“{text}”").format(text=filters.text) if filters.text else "",
        "procedure": titles.get(filters.procedure, filters.procedure),
        "step": titles.get(filters.step, filters.step),
        "channel": words.channel(filters.channel) if filters.channel else "",
        "received_from": _("Received from {day}").format(day=filters.received_from) if filters.received_from else "",
    }
    return [Link(filters.address(**{name: ""}), text) for name, text in said.items() if text]


def counted(request: Request, who: Subject, filters: Filters) -> dict[str, int]:
    """Counts of every tab, of every urgency of this list, and of the list itself: one statement."""
    looked_for = wanted(request, who, filters)
    lists = {f"view-{view}": basis(request, who, view) for view in inbox.VIEWS}
    lists |= inbox.by_urgency(replace(looked_for, urgency=""))
    return inbox.counts(lists | {"total": looked_for})
