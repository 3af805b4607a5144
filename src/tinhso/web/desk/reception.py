"""Reception at the counter: a procedure is found, a dossier begun for somebody who came or wrote.

The form is the citizens' own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tinhso.cases import queries
from tinhso.cases.actions import drafts
from tinhso.cases.catalogue import Offered
from tinhso.cases.rules import ProcedureNotPublished
from tinhso.cases.search import Asked, find
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.kernel.problems import N_, NotAllowed
from tinhso.kernel.text import clean_line, sort_key
from tinhso.places import queries as places
from tinhso.web import words
from tinhso.web.components import Field
from tinhso.web.desk.filters import offered_here
from tinhso.web.requests import Request, officer
from tinhso.web.templatetags import formats

SHOWN = 20
FOUND = 200
CHANNELS = ("counter", "post")


class NotReceivedHere(NotAllowed):
    code = "not-received-here"
    title = N_("Your agency does not receive dossiers of this procedure.")


@dataclass(frozen=True, slots=True)
class Receivable:
    """A procedure that the officer's agency receives, with the ways it may come."""

    code: str
    title: str
    agency: str
    deadline: str
    fee: str
    channels: tuple[tuple[str, str], ...]


@require_GET
@officer
def reception(request: Request, who: Subject) -> HttpResponse:
    """A search over the procedures of the officer's agency; drafts begun and not yet sent on top."""
    if not who.may_anywhere(Permission.DOSSIER_RECEIVE):
        raise NotReceivedHere
    text = clean_line(request.GET.get("q", ""))[:100]
    offered = offered_here(request.today)
    agencies = {code: agency for code, one in offered.items() if (agency := receiving_agency(request, who, one))}
    codes = _ordered(text, offered, agencies)
    context = {
        "field": Field(
            kind="search",
            name="q",
            label=_("What is it about?"),
            hint=_("The name of a procedure or a paper, or its code"),
            value=text,
        ),
        "text": text,
        "lines": [_receivable(request, offered[code], agencies[code]) for code in codes[:SHOWN]],
        "more": len(codes) > SHOWN,
        "drafts": _drafts(who, offered),
        "here": "reception",
    }
    return render(request, "web/desk/reception.html", context)


def _ordered(text: str, offered: Mapping[str, Offered], agencies: dict[str, str]) -> list[str]:
    """Best match first for a text, else by title."""
    if text:
        return [line.code for line in find(Asked(text=text), limit=FOUND).lines if line.code in agencies]
    return sorted(agencies, key=lambda code: sort_key(words.text(offered[code].procedure.title)))


def receiving_agency(request: Request, who: Subject, offered: Offered) -> str:
    """The agency of the officer's posts that takes this procedure; "" when none does, or when it is filed elsewhere."""
    if offered.procedure.filed_elsewhere:
        return ""
    mine = who.agencies_for(Permission.DOSSIER_RECEIVE, field_code=offered.procedure.field)
    if offered.publication.agency:
        return offered.publication.agency if offered.publication.agency in mine else ""
    kind = offered.procedure.handled_by
    wanted = kind if kind.startswith("commune") else "commune_committee"
    return next((code for code in mine if places.agency(code, request.today).kind.value == wanted), "")


def _receivable(request: Request, offered: Offered, agency: str) -> Receivable:
    channels = tuple((c, words.channel(c)) for c in CHANNELS if c in offered.version.channels)
    first = offered.version.channels.get("counter") or next(iter(offered.version.channels.values()))
    fees = [fee.amount for fee in first.fees]
    return Receivable(
        code=offered.procedure.code,
        title=words.text(offered.procedure.title),
        agency=words.agency(agency, request.today),
        deadline=words.short_deadline(first.deadline),
        fee=formats.fee(None if None in fees else sum(fee for fee in fees if fee)),
        channels=channels,
    )


def _drafts(who: Subject, offered: Mapping[str, Offered]) -> list[dict[str, object]]:
    rows = [draft for channel in CHANNELS for draft in queries.drafts_of(who.account_id, channel=channel)]
    return [
        {
            "draft": draft,
            "title": words.text(offered[draft.procedure_code].procedure.title)
            if draft.procedure_code in offered
            else "",
            "name": draft.answers.get("requester_full_name", ""),
            "href": reverse("file-resume", args=[draft.id]),
            "channel": words.channel(draft.channel),
        }
        for draft in sorted(rows, key=lambda one: one.saved_at, reverse=True)
    ]


@require_POST
@officer
def begin(request: Request, who: Subject, code: str) -> HttpResponse:
    """Begin a dossier for somebody at the counter, or for a letter: the form's pages follow."""
    offered = offered_here(request.today).get(code)
    if offered is None:
        raise ProcedureNotPublished(procedure=code)
    agency = receiving_agency(request, who, offered)
    channel = request.POST.get("channel", "counter")
    if not agency or channel not in CHANNELS or channel not in offered.version.channels:
        raise NotReceivedHere
    draft = drafts.begin(
        by=who, procedure_code=code, language=words.language(), channel=channel, agency_code=agency, at=request.at
    )
    return redirect("file-resume", draft_id=draft.id)
