"""Following: one's own dossiers and notices, one dossier, its files, and progress by code without signing in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tinhso.cases import catalogue, forms, queries
from tinhso.cases.access import access_dossier_by_code
from tinhso.cases.actions import moving
from tinhso.cases.catalogue import Offered, pinned
from tinhso.cases.lists import PackLists
from tinhso.cases.models import Dossier
from tinhso.cases.rules import CLOCK_STOPPED, OPEN, Move, State, why_not
from tinhso.documents import queries as documents
from tinhso.documents.queries import PaperLine as IssuedLine
from tinhso.documents.rules import DocumentUnknown
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.kernel.calendar import Calendar, local_date
from tinhso.kernel.codes import DossierCode
from tinhso.kernel.text import clean_line
from tinhso.notices import actions as tell
from tinhso.notices import queries as notices
from tinhso.places import queries as places
from tinhso.web import standing, words
from tinhso.web.components import Field, Link, Paging, Upload, errors_of
from tinhso.web.portal.filing import review_sections
from tinhso.web.portal.issued import download, paper_words, stream
from tinhso.web.requests import Request, anyone, signed_in
from tinhso.web.standing import Moments

NOTICES_SHOWN = 5
EXAMPLE_CODE = "H53.31.02-261120-0042"


# ── One's own ─────────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@signed_in
def mine(request: Request, who: Subject) -> HttpResponse:
    """Drafts and dossiers of one account, the newest first; notices not yet read."""
    before = _cursor(request.GET.get("before", ""))
    lines, more = queries.dossiers_of(who.account_id, before=before, limit=20)
    offered = catalogue.offered_all(request.today)
    calendar = places.calendar(request.today)
    next_href = f"?before={lines[-1].filed_at.isoformat()}~{lines[-1].id}" if more else ""
    context = {
        "drafts": _drafts(who, offered) if before is None else [],
        "lines": [_mine_line(request, line, offered, calendar) for line in lines],
        "notices": notices.unread(who.account_id, limit=NOTICES_SHOWN) if before is None else [],
        "paging": Paging(shown=len(lines), next_href=next_href),
        "here": "mine",
    }
    return render(request, "web/portal/mine.html", context)


def _drafts(who: Subject, offered: Mapping[str, Offered]) -> list[dict[str, Any]]:
    """What was begun and not sent yet."""
    return [
        {"draft": draft, "title": _title(offered, draft.procedure_code)} for draft in queries.drafts_of(who.account_id)
    ]


@require_POST
@signed_in
def notices_read(request: Request, who: Subject) -> HttpResponse:
    """The notices shown were read: one of them, or all."""
    one = request.POST.get("notice", "")
    try:
        if one:
            tell.mark_read(by=who.account_id, notice_id=UUID(one), at=request.at)
        else:
            tell.mark_all_read(by=who.account_id, at=request.at)
    except ValueError:
        return HttpResponse(status=400)
    return redirect("my-dossiers")


def _cursor(text: str) -> tuple[datetime, UUID] | None:
    at, _tilde, last = text.replace(" ", "+").partition("~")
    try:
        return (datetime.fromisoformat(at), UUID(last)) if last else None
    except ValueError:
        return None


def _title(offered: Mapping[str, Offered], code: str) -> str:
    found = offered.get(code)
    return words.text(found.procedure.title) if found else code


def _mine_line(
    request: Request, line: queries.InboxLine, offered: Mapping[str, Offered], calendar: Calendar
) -> dict[str, Any]:
    stopped_at = request.at if line.state in CLOCK_STOPPED else None
    moments = Moments(line.state, line.filed_at, line.due_at, line.decided_at, stopped_at)
    return {
        "line": line,
        "title": _title(offered, line.procedure_code),
        "agency": words.agency(line.agency_code, local_date(line.filed_at)),
        "state": words.state(line.state),
        "state_chip": words.STATE_CHIP[line.state],
        "clock": standing.clock(moments, request.at, calendar),
        "is_open": line.state in OPEN,
        "to_do": line.state is State.WAITING_FOR_CITIZEN,
    }


@require_GET
@signed_in
def dossier(request: Request, who: Subject, code: str) -> HttpResponse:
    """One's own dossier: where it is, until when, what to do, everything that happened, papers to download."""
    found = access_dossier_by_code(who, code, Permission.DOSSIER_VIEW_OWN)
    offered = pinned(found)
    lists = PackLists(found.received_on, found.filed_at)
    today = forms.Today(found.received_on, found.channel)
    issued = documents.papers_of(found.id)
    context = _progress_context(request, found, offered) | {
        "dossier": found,
        "sections": review_sections(offered, found.answers, today, lists, None),
        "files": [_file(line, code) for line in queries.papers_of(found.id)],
        "issued": [_issued(paper, code) for paper in issued],
        "happenings": standing.timeline(
            queries.timeline(found.id),
            offered,
            state=State(found.state),
            step=found.step,
            names=True,
            papers=_links_by_cause(issued, code),
        ),
        "asked": open_request(found, offered),
        "result": _result(found, issued, code),
        "reasons": _reasons(found),
        "reason_words": found.end_words,
        "may_withdraw": why_not(Move.WITHDRAW, moving.standing(found)) is None,
        "here": "mine",
        "own": True,
    }
    return render(request, "web/portal/tracking.html", context)


def _result(found: Dossier, issued: list[IssuedLine], code: str) -> dict[str, str] | None:
    """What was decided: the agency's document, or the letter made of its words; None before that."""
    if found.decided_at is None:
        return None
    letter = next((paper.document_id for paper in issued if paper.template == "result-letter"), None)
    document_id = found.result_document_id or letter
    return {"words": found.result_text, "href": download(code, document_id) if document_id else ""}


def _reasons(found: Dossier) -> list[str]:
    """Why it was refused or stopped, as the pack words the reasons."""
    purpose = {State.REFUSED: "refuse", State.STOPPED: "stop"}.get(State(found.state))
    if purpose is None:
        return []
    titles = {reason.id: words.text(reason.title) for reason in catalogue.reasons(found.received_on, purpose)}
    return [titles.get(reason, reason) for reason in found.end_reasons]


def _issued(paper: IssuedLine, code: str) -> dict[str, Any]:
    """A paper that an agency made: its name, where it is downloaded, and the address anybody checks it at."""
    return {
        "title": paper_words(paper.template),
        "href": download(code, paper.document_id),
        "check": reverse("check-paper", args=[paper.token]),
        "at": paper.issued_at,
        "stands": paper.stands,
    }


def _file(line: queries.PaperLine, code: str) -> Upload:
    return Upload(
        name=line.name,
        size=line.size_bytes,
        pages=line.pages or None,
        at=line.added_at,
        sha256=line.sha256,
        href=download(code, line.document_id),
    )


def _links_by_cause(issued: list[IssuedLine], code: str) -> dict[UUID, Link]:
    """Issued papers by the entry that caused them, for the timeline."""
    return {
        cause: Link(download(code, paper.document_id), paper_words(paper.template))
        for paper in issued
        if (cause := paper.cause) is not None
    }


def open_request(found: Dossier, offered: Offered) -> dict[str, Any] | None:
    """What was asked for and not yet answered: the citizen has to do something."""
    if found.state != State.WAITING_FOR_CITIZEN:
        return None
    asked = next((one for one in queries.supplements_of(found.id) if one.answered_at is None), None)
    if asked is None:
        return None
    titles = {paper.id: words.text(paper.title) for paper in offered.version.papers}
    return {
        "request": asked,
        "papers": [titles.get(paper, paper) for paper in asked.papers],
        "words": asked.words,
        "answer_by": asked.answer_by,
        "href": reverse("dossier-supplement", args=[found.code]),
    }


@require_GET
@signed_in
def file(_request: Request, who: Subject, code: str, document_id: UUID) -> HttpResponseBase:
    """A file of one's own dossier: what one sent, and what the agency issued."""
    found = access_dossier_by_code(who, code, Permission.DOSSIER_VIEW_OWN)
    own = {line.document_id for line in queries.papers_of(found.id)}
    own |= {paper.document_id for paper in documents.papers_of(found.id)}
    own |= {found.result_document_id} if found.result_document_id and found.decided_at else set()
    if document_id not in own:
        raise DocumentUnknown(document_id=str(document_id))
    return stream(document_id)


# ── Progress without signing in ───────────────────────────────────────────────────────────────────────────────────────


@require_GET
@anyone
def track(request: Request) -> HttpResponse:
    """Progress by code: no name, no answer, no file (TT 01/2018/TT-VPCP Đ16.2d)."""
    typed = clean_line(request.GET.get("ma", ""))
    if not typed:
        return render(request, "web/portal/track.html", {"here": "track", "field": _code_field("", "")})
    code = typed.upper().replace(" ", "")
    found = queries.progress(code) if DossierCode.is_valid(code) else None
    if found is None:
        error = (
            _("No dossier has this code. Check each digit on the receipt.")
            if DossierCode.is_valid(code)
            else _("A code looks like {example}.").format(example=EXAMPLE_CODE)
        )
        field = _code_field(typed, error)
        context = {"here": "track", "field": field, "errors": errors_of([field])}
        return render(request, "web/portal/track.html", context, status=404)
    offered = pinned(found)
    context = _progress_context(request, found, offered) | {
        "happenings": standing.timeline(
            queries.timeline(found.id), offered, state=found.state, step=found.step, names=False
        ),
        "here": "track",
        "own": False,
    }
    return render(request, "web/portal/tracking.html", context)


def _code_field(value: str, error: str) -> Field:
    return Field(
        kind="text",
        name="ma",
        label=_("Dossier code"),
        hint=_("Printed on the receipt, for example {example}. No sign-in needed.").format(example=EXAMPLE_CODE),
        value=value,
        error=error,
        width="20",
    )


def _step_words(offered: Offered, step: str, state: State) -> str:
    """The step while officers work; the state in words while it waits for somebody else, or when it is over."""
    if state in OPEN and state is not State.FILED and state not in CLOCK_STOPPED:
        return standing.step_title(offered, step)
    return words.state(state)


def _progress_context(request: Request, found: Any, offered: Offered) -> dict[str, Any]:
    """What both the owner and anybody with the code see."""
    state = State(found.state)
    calendar = places.calendar(request.today)
    stopped_at = getattr(found, "moved_at", request.at) if state in CLOCK_STOPPED else None
    ended_at = found.decided_at or getattr(found, "closed_at", None)
    clock = standing.clock(
        Moments(state, found.counted_from_at, found.due_at, ended_at, stopped_at), request.at, calendar
    )
    since = local_date(found.counted_from_at)
    return {
        "code": found.code,
        "procedure_title": words.text(offered.procedure.title),
        "state": state,
        "state_words": words.state(state),
        "state_chip": words.STATE_CHIP[state],
        "is_open": state in OPEN,
        "waits": state in CLOCK_STOPPED or state is State.FILED,
        "step_title": _step_words(offered, found.step, state),
        "step_number": standing.step_number(offered, found.step),
        "step_count": len(offered.flow),
        "agency": words.agency(found.agency_code, found.received_on),
        "clock": clock,
        "due_words": words.due(found.due_at),
        "skipped": words.skipped(since, local_date(found.due_at), calendar) if found.due_at else "",
        "restarted": found.counted_from_at != found.filed_at,
        "counted_from_at": found.counted_from_at,
    }
