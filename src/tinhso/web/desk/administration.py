"""Pages of those who run the house: published packs, reactions that died, the journal's head, what is not verified yet.

No page here shows a dossier: an administrator reads none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.journal import actions as journal_actions
from tinhso.journal import queries as journal
from tinhso.journal import seal
from tinhso.kernel.problems import N_, NotAllowed
from tinhso.packs import queries as packs
from tinhso.places import queries as places
from tinhso.web import words
from tinhso.web.components import Link
from tinhso.web.desk.filters import offered_here
from tinhso.web.requests import Request, officer


class NotForYourPosts(NotAllowed):
    code = "not-for-your-posts"
    title = N_("Your posts do not include this page.")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the administration: its address name, what it is called, what it is for, who opens it."""

    name: str
    title: str
    about: str
    permission: Permission


PAGES = (
    Page(
        "desk-packs",
        N_("Packs"),
        N_("Which versions are published, since when they are in force"),
        Permission.PACKS_PUBLISH,
    ),
    Page(
        "desk-reactions",
        N_("Failed follow-ups"),
        N_("What should have followed an entry and did not"),
        Permission.JOBS_REPLAY,
    ),
    Page(
        "desk-journal-head",
        N_("Journal"),
        N_("How long it is, how far its followers are, the last signed head"),
        Permission.JOURNAL_VIEW,
    ),
    Page(
        "desk-unverified",
        N_("Unverified data"),
        N_("What is published and was not yet compared with its source"),
        Permission.CATALOGUE_VIEW_UNVERIFIED,
    ),
)


def _need(who: Subject, permission: Permission) -> None:
    if not who.may_anywhere(permission):
        raise NotForYourPosts


def _tabs(who: Subject, current: str) -> list[Link]:
    return [
        Link(reverse(page.name), _(page.title), current=page.name == current)
        for page in PAGES
        if who.may_anywhere(page.permission)
    ]


def _context(who: Subject, current: str, **values: Any) -> dict[str, Any]:
    return {"tabs": _tabs(who, current), "here": "administration", **values}


@require_GET
@officer
def administration(request: Request, who: Subject) -> HttpResponse:
    """The pages that the officer's posts open."""
    found = [(reverse(page.name), _(page.title), _(page.about)) for page in PAGES if who.may_anywhere(page.permission)]
    if not found:
        raise NotForYourPosts
    return render(request, "web/desk/administration.html", _context(who, "", found=found))


@require_GET
@officer
def published_packs(request: Request, who: Subject) -> HttpResponse:
    """Every published version, the newest first, and which of them stands today."""
    _need(who, Permission.PACKS_PUBLISH)
    standing = {version.id for version in packs.catalogue(request.today).versions.values()}
    rows = [(line, line.id in standing) for line in packs.versions()]
    return render(request, "web/desk/packs.html", _context(who, "desk-packs", rows=rows))


@require_http_methods(["GET", "POST"])
@officer
def reactions(request: Request, who: Subject) -> HttpResponse:
    """Reactions that gave up; each may be given another chance."""
    _need(who, Permission.JOBS_REPLAY)
    if request.method == "POST":
        text = request.POST.get("job", "")
        journal_actions.replay(
            by=who.account_id, job_id=int(text) if text.isdecimal() and len(text) < 18 else 0, at=request.at
        )
        messages.success(request, _("It is tried again now."))
        return redirect("desk-reactions")
    return render(request, "web/desk/reactions.html", _context(who, "desk-reactions", rows=journal.dead_reactions()))


@require_GET
@officer
def journal_head(request: Request, who: Subject) -> HttpResponse:
    """How long the journal is, how far each follower is behind, the last signed head."""
    _need(who, Permission.JOURNAL_VIEW)
    values = {
        "head": journal.head(),
        "lags": journal.lag(),
        "pending_s": journal.oldest_pending_s(),
        "checkpoint": seal.latest_checkpoint(),
    }
    return render(request, "web/desk/journal_head.html", _context(who, "desk-journal-head", **values))


@dataclass(frozen=True, slots=True)
class Unverified:
    """Something published that was not yet compared with its source."""

    what: str
    code: str
    where: str
    href: str = ""


@require_GET
@officer
def unverified(request: Request, who: Subject) -> HttpResponse:
    """Procedures and agencies with what in them is not verified; an administrator sees it, a citizen does not."""
    _need(who, Permission.CATALOGUE_VIEW_UNVERIFIED)
    found = [*_procedures(request), *_agencies(request)]
    return render(
        request, "web/desk/unverified.html", _context(who, "desk-unverified", rows=found[:500], total=len(found))
    )


def _procedures(request: Request) -> Iterator[Unverified]:
    for code, one in sorted(offered_here(request.today).items()):
        for where in one.version.unverified:
            yield Unverified(words.text(one.procedure.title), code, where, reverse("procedure", args=[code]))


def _agencies(request: Request) -> Iterator[Unverified]:
    for agency in places.agencies_on(request.today):
        if agency.unverified:
            yield Unverified(agency.name_in(words.language()), agency.code, _("code of the agency"))
