"""Handing on several dossiers: first what will happen to each, then one result a row.

Each is its own action: one that fails stops no other.
"""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tinhso.cases.access import dossiers_by_code, rule_for
from tinhso.cases.actions import moving
from tinhso.cases.catalogue import Offered, pinned
from tinhso.cases.models import Dossier
from tinhso.cases.rules import MOVES, Move, why_not
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.kernel.problems import Problem
from tinhso.kernel.text import clean_text
from tinhso.web import standing, words
from tinhso.web.components import Field
from tinhso.web.desk.move_forms import WORDS_MAX
from tinhso.web.desk.moves import quicker_words
from tinhso.web.desk.todo import for_whom, reason
from tinhso.web.requests import Request, officer

CHOSEN_MAX = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One dossier: what will happen, why nothing will, or what has happened. `state` is a chip's."""

    code: str
    href: str
    name: str
    procedure: str
    here: str
    next: str
    state: str
    said: str
    moves: int
    possible: bool


@require_http_methods(["GET", "POST"])
@officer
def hand_on(request: Request, who: Subject) -> HttpResponse:
    """GET shows what will happen; POST does it and shows what happened, dossier by dossier."""
    posted = request.method == "POST"
    codes = list(dict.fromkeys((request.POST if posted else request.GET).getlist("chosen")))[:CHOSEN_MAX]
    found = dossiers_by_code(who, codes, Permission.DOSSIER_VIEW, limit=CHOSEN_MAX)
    if not found:
        return redirect("desk-inbox")
    said = clean_text(request.POST.get("words", ""))[:WORDS_MAX]
    rows = [_done(request, who, one, said) if posted else _planned(who, one) for one in found]
    context = {
        "rows": rows,
        "possible": sum(row.possible for row in rows),
        "done": posted,
        "succeeded": sum(row.state == "done" for row in rows) if posted else 0,
        "field": Field(
            kind="textarea", name="words", label=_("A word to whoever takes them"), limit=WORDS_MAX, optional=True
        ),
        "here": "inbox",
    }
    return render(request, "web/desk/bulk.html", context)


def _next(dossier: Dossier, offered: Offered) -> str:
    """The step after the one where the dossier is; "" at the last one."""
    order = [step.step for step in offered.flow]
    here = order.index(dossier.step) if dossier.step in order else len(order)
    return order[here + 1] if here + 1 < len(order) else ""


def _why_not(who: Subject, dossier: Dossier, following: str) -> str:
    state = moving.standing(dossier)
    problem = why_not(Move.HAND_ON, state)
    if problem:
        return reason(Move.HAND_ON, state)
    if rule_for(who, dossier, *map(Permission, MOVES[Move.HAND_ON].permissions)) is None:
        return for_whom(Move.HAND_ON)
    if not following:
        return _("It is at its last step.")
    return _("Its next step follows the decision.") if following == pinned(dossier).flow[-1].step else ""


def _planned(who: Subject, dossier: Dossier) -> Row:
    offered = pinned(dossier)
    following = _next(dossier, offered)
    hindrance = _why_not(who, dossier, following)
    said = hindrance or _("Goes to: {step}").format(step=standing.step_title(offered, following))
    return _row(dossier, offered, following, "stopped" if hindrance else "active", said, possible=not hindrance)


def _row(dossier: Dossier, offered: Offered, following: str, state: str, said: str, *, possible: bool) -> Row:
    return Row(
        code=dossier.code,
        href=reverse("desk-dossier", args=[dossier.code]),
        name=dossier.applicant_name,
        procedure=words.text(offered.procedure.title),
        here=standing.step_title(offered, dossier.step),
        next=standing.step_title(offered, following) if following else "",
        state=state,
        said=said,
        moves=dossier.moves,
        possible=possible,
    )


def _done(request: Request, who: Subject, dossier: Dossier, said: str) -> Row:
    """Hand one on, as it was shown: one that moved in between is told, not moved."""
    offered = pinned(dossier)
    following = _next(dossier, offered)
    hindrance = _why_not(who, dossier, following)
    seen = request.POST.get(f"moves-{dossier.code}", "")
    if not seen.isdecimal() or int(seen[:7]) != dossier.moves:
        return _row(dossier, offered, following, "late", quicker_words(request, dossier), possible=False)
    if hindrance:
        return _row(dossier, offered, following, "stopped", hindrance, possible=False)
    try:
        moving.hand_on(
            by=who, dossier_id=dossier.id, step=following, to=None, words=said, seen_moves=int(seen), at=request.at
        )
    except Problem as problem:
        return _row(dossier, offered, following, "late", _(problem.title), possible=False)
    gone = _("Handed on: {step}").format(step=standing.step_title(offered, following))
    return _row(dossier, offered, following, "done", gone, possible=False)
