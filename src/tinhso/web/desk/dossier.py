"""One dossier on the desk: overview, papers, journal, who can see it. Each tab is a page of its own."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tinhso.cases import queries
from tinhso.cases.access import access_dossier_by_code, rule_for
from tinhso.cases.actions import moving
from tinhso.cases.catalogue import Offered, pinned
from tinhso.cases.models import Dossier, Supplement
from tinhso.cases.rules import MOVES, OPEN, Move, State
from tinhso.identity import queries as identity
from tinhso.identity.policy import Permission, Scope
from tinhso.identity.rules import Rule, Subject
from tinhso.kernel.calendar import local_date
from tinhso.kernel.problems import N_
from tinhso.places import queries as places
from tinhso.web import standing, words
from tinhso.web.components import Link
from tinhso.web.desk import answers, clocks, journey, papers
from tinhso.web.desk.todo import BUTTON, ROLE_NAME, todo
from tinhso.web.requests import Request, officer
from tinhso.web.templatetags import formats

BRIEF = 6  # entries beside the overview; all of them on their own tab
SCOPE = {
    Scope.OWN: N_("filed it"),
    Scope.AGENCY: N_("dossiers of the post's agency"),
    Scope.SUBTREE: N_("the post's agency and those below it"),
    Scope.PROVINCE: N_("the whole province"),
}


def _head(request: Request, dossier: Dossier, offered: Offered, tab: str, files: int) -> dict[str, Any]:
    """What stands on top of every tab."""
    state = State(dossier.state)
    clock = clocks.clock(dossier, request.at, places.calendar(request.today))
    tabs = {
        "desk-dossier": _("Overview"),
        "desk-papers": _("Papers"),
        "desk-journal": _("Journal"),
        "desk-access": _("Who can see this"),
    }
    return {
        "dossier": dossier,
        "procedure_title": words.text(offered.procedure.title),
        "clock": clock,
        "national": words.national(state),
        "channel": words.channel(dossier.channel),
        "agency": words.agency(dossier.agency_code, dossier.received_on),
        "tabs": [
            Link(
                reverse(name, args=[dossier.code]),
                said,
                current=name == tab,
                count=files if name == "desk-papers" else None,
            )
            for name, said in tabs.items()
        ],
        "here": "inbox",
    }


@require_GET
@officer
def overview(request: Request, who: Subject, code: str) -> HttpResponse:
    """Until when, what to do, where it is, the papers, what was answered."""
    found = access_dossier_by_code(who, code, Permission.DOSSIER_VIEW)
    offered, calendar = pinned(found), places.calendar(request.today)
    entries, files = queries.timeline(found.id), queries.papers_of(found.id)
    asked = queries.supplements_of(found.id) if found.supplements_asked else []
    stays = journey.visits(entries, offered.flow)
    ended_at = found.closed_at or request.at
    steps = journey.steps(
        offered.flow, stays, state=State(found.state), step=found.step, now=ended_at, calendar=calendar
    )
    happened = standing.timeline(
        entries, offered, state=State(found.state), step=found.step, names=True, papers=_links(found)
    )
    may_show = answers.may_show(who, found)
    context = _head(request, found, offered, "desk-dossier", len(files)) | {
        "todo": todo(who, found, offered, moving.standing(found), _asked_on(asked)),
        "todo_words": _todo_words(found, offered),
        "steps": steps,
        "picture": journey.picture(steps, ended=State(found.state) is State.RETURNED),
        "rulers": clocks.rulers(found, stays, offered.flow, request.at, calendar),
        "two": clocks.two_counts(found, asked, request.at, calendar),
        "papers": papers.panel(request, who, found, offered, files),
        "from_overview": True,
        "sections": answers.sections(found, offered, shown=frozenset(request.GET.getlist("show")), may_show=may_show),
        "warnings": answers.warnings(found, offered),
        "open_request": _open_request(offered, asked),
        "brief": [one for one in happened if one.kind != "expected"][:BRIEF],
        "entry_count": len(entries),
    }
    return render(request, "web/desk/dossier.html", context)


def _links(found: Dossier) -> dict[Any, Link]:
    return {cause: link for cause, link in papers.issued(found) if cause is not None}


def _asked_on(asked: list[Supplement]) -> Any:
    return local_date(asked[0].asked_at) if asked else None


def _todo_words(found: Dossier, offered: Offered) -> str:
    """“Appraisal, due before 17:00, Monday, 23/11/2026”; how it ended for a closed one."""
    state = State(found.state)
    if state not in OPEN or state is State.DECIDED:
        ended = found.closed_at or found.decided_at
        return _("{state}, {at}").format(state=words.state(state), at=formats.moment(ended))
    if state is State.WAITING_FOR_CITIZEN:
        return words.state(state)
    step = standing.step_title(offered, found.step)
    return _("{step}, due {due}").format(step=step, due=words.due(found.due_at)) if found.due_at else step


def _open_request(offered: Offered, asked: list[Supplement]) -> dict[str, Any] | None:
    """What was asked for last: shown while it is open, and with its answer afterwards."""
    if not asked:
        return None
    titles = {paper.id: words.text(paper.title) for paper in offered.version.papers}
    last = asked[0]
    return {"request": last, "papers": [titles.get(paper, paper) for paper in last.papers]}


# ── The other tabs ────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@officer
def all_papers(request: Request, who: Subject, code: str) -> HttpResponse:
    """The papers with their viewer, and everything that the agency issued."""
    found = access_dossier_by_code(who, code, Permission.DOSSIER_VIEW)
    offered, files = pinned(found), queries.papers_of(found.id)
    context = _head(request, found, offered, "desk-papers", len(files)) | {
        "papers": papers.panel(request, who, found, offered, files),
        "reason_missing": request.GET.get("ly-do") == "thieu",
        "issued": [link for _cause, link in papers.issued(found)],
    }
    return render(request, "web/desk/papers.html", context, status=422 if context["reason_missing"] else 200)


@require_GET
@officer
def journal(request: Request, who: Subject, code: str) -> HttpResponse:
    """Everything that happened, with who did it, from the journal."""
    found = access_dossier_by_code(who, code, Permission.DOSSIER_VIEW)
    offered = pinned(found)
    entries = queries.timeline(found.id)
    happened = standing.timeline(
        entries, offered, state=State(found.state), step=found.step, names=True, papers=_links(found)
    )
    context = _head(request, found, offered, "desk-journal", len(queries.papers_of(found.id)))
    return render(request, "web/desk/journal.html", context | {"happenings": happened, "entry_count": len(entries)})


@dataclass(frozen=True, slots=True)
class Seer:
    """Somebody who can see the dossier, and the rule that allows it."""

    name: str
    post: str
    agency: str
    role: str
    why: str


@require_GET
@officer
def access(request: Request, who: Subject, code: str) -> HttpResponse:
    """Who can see this dossier and by which rule; and what the reader may do with it."""
    found = access_dossier_by_code(who, code, Permission.DOSSIER_VIEW)
    offered = pinned(found)
    holders = identity.who_may(
        Permission.DOSSIER_VIEW, agency_code=found.agency_code, field_code=found.field, on=request.today
    )
    seers = [_seer(holder.name, holder.rule, request) for holder in holders]
    if found.owner_id:
        own = Rule(Permission.DOSSIER_VIEW_OWN, role=next(iter(ROLE_NAME)), scope=Scope.OWN)
        seers.insert(0, _seer(found.applicant_name, own, request))
    mine = [
        (_(BUTTON[move]), _seer("", rule, request) if rule else None)
        for move in BUTTON
        for rule in [_rule(who, found, move)]
    ]
    context = _head(request, found, offered, "desk-access", len(queries.papers_of(found.id)))
    return render(request, "web/desk/access.html", context | {"seers": seers, "mine": mine})


def _rule(who: Subject, found: Dossier, move: Move) -> Rule | None:
    return rule_for(who, found, *map(Permission, MOVES[move].permissions))


def _seer(name: str, rule: Rule, request: Request) -> Seer:
    agency = words.agency(rule.agency_code, request.today) if rule.agency_code else ""
    post = rule.title_en if words.language() == "en" else rule.title_vi
    return Seer(name, post, agency, _(ROLE_NAME[rule.role]), _(SCOPE[rule.scope]))
