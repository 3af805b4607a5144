"""The inbox: views as tabs, urgency as counts, filters in the address, a table by deadline, a bulk bar."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from tinhso.cases import inbox as lists
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.kernel.calendar import Calendar
from tinhso.places import queries as places
from tinhso.web import standing, words
from tinhso.web.components import Link, Paging
from tinhso.web.desk import filters
from tinhso.web.desk.filters import URGENCY, VIEW, Filters
from tinhso.web.desk.lines import lines
from tinhso.web.requests import Request, officer
from tinhso.web.templatetags import formats

PAGE = 50


@dataclass(frozen=True, slots=True)
class Count:
    """One of the five counts: a link to what it counts."""

    href: str
    number: int
    at_least: bool
    state: str
    words: str
    current: bool


@require_GET
@officer
def inbox(request: Request, who: Subject) -> HttpResponse:
    """The officer's day on one page. Whoever sees no dossier is led to what the post is for."""
    if not who.may_anywhere(Permission.DOSSIER_VIEW):
        return redirect("desk-administration")
    asked = filters.read(request.GET)
    procedures = filters.procedures_of(who, request.today)
    steps = filters.steps_of(procedures, request.today)
    counted = filters.counted(request, who, asked)
    page = lists.page(filters.wanted(request, who, asked), after=asked.after, limit=PAGE)
    pills = filters.pills(asked, procedures, steps)
    context = {
        "filters": asked,
        "form": filters.form(asked, procedures, steps),
        "tabs": _tabs(asked, counted),
        "counts": _counts(asked, counted),
        "pills": pills,
        "clear_href": Filters(view=asked.view).address(),
        "lines": lines(request, page.lines),
        "total": min(counted["total"], lists.COUNT_LIMIT),
        "bounded": counted["total"] > lists.COUNT_LIMIT,
        "paging": _paging(asked, page, counted["total"]),
        "empty_title": _empty_title(asked, len(pills)),
        "coming": coming_holidays(request, places.calendar(request.today)),
        "today": standing.today_words(request.at),
        "may_hand_on": who.may_anywhere(Permission.DOSSIER_PROCESS) or who.may_anywhere(Permission.DOSSIER_RECEIVE),
        "here": "inbox",
    }
    return render(request, "web/desk/inbox.html", context)


def _tabs(asked: Filters, counted: dict[str, int]) -> list[Link]:
    return [
        Link(
            Filters(view=view).address(),
            _(VIEW[view]),
            current=view == asked.view,
            count=min(counted[f"view-{view}"], lists.COUNT_LIMIT),
            at_least=counted[f"view-{view}"] > lists.COUNT_LIMIT,
        )
        for view in VIEW
    ]


def _counts(asked: Filters, counted: dict[str, int]) -> list[Count]:
    """Each count leads to its dossiers; the current one leads back to all of the view."""
    return [
        Count(
            href=asked.address(urgency="" if asked.urgency == urgency else urgency),
            number=min(counted[urgency], lists.COUNT_LIMIT),
            at_least=counted[urgency] > lists.COUNT_LIMIT,
            state=state,
            words=_(said),
            current=asked.urgency == urgency,
        )
        for urgency, (state, said) in URGENCY.items()
    ]


def _paging(asked: Filters, page: lists.InboxPage, total: int) -> Paging:
    """How far the list goes; a later page does not know how many came before, and does not guess."""
    first = not asked.after
    bounded = total > lists.COUNT_LIMIT
    rest = total - len(page.lines)
    return Paging(
        shown=len(page.lines),
        next_href=asked.address(after=page.next_cursor) if page.next_cursor else "",
        next_count=min(rest, PAGE) if first and not bounded and rest > 0 else None,
        total=min(total, lists.COUNT_LIMIT) if first else None,
        bounded=bounded,
    )


def _empty_title(asked: Filters, conditions: int) -> str:
    if asked.narrowed:
        return ngettext("No dossier matches {n} condition", "No dossier matches {n} conditions", conditions).format(
            n=conditions
        )
    return _("Nothing is waiting")


def coming_holidays(request: Request, calendar: Calendar) -> str:
    """What to know about the next two weeks: “Closed on Tuesday 24/11 (Culture Day)”."""
    last = calendar.add_working_days(request.today, 8)
    days = [
        f"{formats.weekday(one.day)} {formats.short_day(one.day)} ({words.text(one.name)})"
        for one in calendar.skipped(request.today, last)
        if one.holiday is not None
    ]
    return _("Closed on {days}.").format(days=", ".join(days)) if days else ""
