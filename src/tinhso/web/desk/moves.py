"""One page a move: its form, its checks, the action. The second of two officers is told who was quicker, loses no word.

The page carries the number of moves that it was made for; `cases` compares it under the row's lock.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tinhso.cases import queries
from tinhso.cases.access import access_dossier_by_code, is_own, rule_for
from tinhso.cases.actions import moving
from tinhso.cases.actions.moving import Decision, MoreAsked
from tinhso.cases.catalogue import pinned
from tinhso.cases.models import Dossier
from tinhso.cases.rules import (
    MOVES,
    NOT_ONES_OWN,
    Kind,
    Move,
    MoveNotAllowed,
    Outcome,
    OwnDossier,
    SupplementAlreadyAsked,
    why_not,
)
from tinhso.documents import actions as documents
from tinhso.documents import queries as stored
from tinhso.documents.rules import DocumentUnknown, FileRefused
from tinhso.identity import queries as identity
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.kernel.calendar import local_date
from tinhso.kernel.problems import N_, Invalid, NotAllowed
from tinhso.places import queries as places
from tinhso.web import words
from tinhso.web.components import Field, SummaryRow, Upload, errors_of
from tinhso.web.desk import clocks, move_forms
from tinhso.web.desk.move_forms import Case, Typed
from tinhso.web.desk.todo import BUTTON, MOVE_OF
from tinhso.web.portal.papers import sentence
from tinhso.web.requests import Request, officer
from tinhso.web.templatetags import formats

FILES_MAX = 10  # of one paper, at once
TITLE = {
    Move.ACCEPT: N_("Accept the dossier"),
    Move.ASK_FOR_MORE: N_("Ask for more papers"),
    Move.REFUSE: N_("Refuse to accept the dossier"),
    Move.HAND_ON: N_("Hand the dossier on"),
    Move.DECIDE: N_("Decide the dossier"),
    Move.RETURN_RESULT: N_("Return the result"),
    Move.STOP: N_("Stop work on the dossier"),
    Move.SUPPLEMENT: N_("Take in what the citizen brought"),
    Move.WITHDRAW: N_("Withdraw the dossier for the citizen"),
}
# What follows from the move, said before it is made.
FOLLOWS = {
    Move.ACCEPT: N_(
        "Form 01 is printed with its QR code, and the citizen is told. The clock counts from when the dossier came."
    ),
    Move.ASK_FOR_MORE: N_("Form 02 is printed and the citizen is told. The clock stands until the answer comes."),
    Move.REFUSE: N_("Form 03 is printed, the citizen is told, and the dossier is closed."),
    Move.HAND_ON: N_("Whoever does the next step is told."),
    Move.DECIDE: N_("The clock ends here. The citizen is told that the result is ready."),
    Move.RETURN_RESULT: N_("The dossier is closed, and the citizen is told."),
    Move.STOP: N_("Form 05 is printed, the citizen is told, and the dossier is closed."),
    Move.SUPPLEMENT: N_("The answer is added to the dossier and cannot be taken back. The clock runs again."),
    Move.WITHDRAW: N_("The dossier is closed as withdrawn by the citizen, and is not opened again."),
}
DONE = {
    Move.ACCEPT: N_("Dossier accepted. Form 01 is being printed."),
    Move.ASK_FOR_MORE: N_("More papers asked for. The clock stands."),
    Move.REFUSE: N_("Dossier refused. Form 03 is being printed."),
    Move.HAND_ON: N_("Dossier handed on."),
    Move.DECIDE: N_("Dossier decided."),
    Move.RETURN_RESULT: N_("Result returned."),
    Move.STOP: N_("Work on the dossier has stopped."),
    Move.SUPPLEMENT: N_("Answer taken in. The clock runs again."),
    Move.WITHDRAW: N_("Dossier withdrawn for the citizen."),
}
# Who was quicker and what was done, in one sentence.
QUICKER = {
    Kind.ACCEPTED: N_("{name} accepted the dossier at {time}."),
    Kind.MORE_ASKED: N_("{name} asked for more papers at {time}."),
    Kind.REFUSED: N_("{name} refused the dossier at {time}."),
    Kind.HANDED_ON: N_("{name} handed the dossier on at {time}."),
    Kind.DECIDED: N_("{name} decided the dossier at {time}."),
    Kind.RETURNED: N_("{name} returned the result at {time}."),
    Kind.STOPPED: N_("{name} stopped work on the dossier at {time}."),
    Kind.SUPPLEMENTED: N_("The citizen added papers at {time}."),
    Kind.WITHDRAWN: N_("The citizen withdrew the dossier at {time}."),
}


class NotYourMove(NotAllowed):
    code = "not-your-move"
    title = N_("Your posts do not include this move with this dossier.")


@require_http_methods(["GET", "POST"])
@officer
def move(request: Request, who: Subject, code: str, slug: str) -> HttpResponse:
    """The page of one move."""
    asked = MOVE_OF.get(slug)
    if asked is None:
        raise Http404
    dossier = access_dossier_by_code(who, code, Permission.DOSSIER_VIEW)
    if rule_for(who, dossier, *map(Permission, MOVES[asked].permissions)) is None:
        raise NotYourMove
    if asked in NOT_ONES_OWN and is_own(who, dossier):
        raise OwnDossier(dossier_code=code)
    case = _case(request, dossier)
    given, refused = _typed(request, who, asked, case) if request.method == "POST" else (None, {})
    if why_not(asked, moving.standing(dossier)) or (given and seen_moves(request) not in {None, dossier.moves}):
        return _quicker(request, case, asked, given)
    if given is None:
        return _show(request, case, asked, None, {})
    errors = move_forms.wrong(asked, case, given) | refused
    if errors:
        return _show(request, case, asked, given, errors)
    return _made(request, who, case, asked, given)


def _case(request: Request, dossier: Dossier) -> Case:
    return Case(dossier, pinned(dossier), queries.papers_of(dossier.id), places.calendar(request.today), request.today)


def seen_moves(request: Request) -> int | None:
    """The number of moves that the page was made for; None when it does not say."""
    text = request.POST.get("moves", "")
    return int(text) if text.isdecimal() and len(text) < 7 else None


# ── What came ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _typed(request: Request, who: Subject, asked: Move, case: Case) -> tuple[Typed, dict[str, str]]:
    """The form, and why files of it were refused, by field.

    A result is kept at once, so that an error elsewhere does not lose it.
    """
    given = move_forms.typed(request.POST)
    if asked is Move.SUPPLEMENT:
        papers, refused = _brought(request, who, case)
        return replace(given, papers=papers), refused
    if asked is not Move.DECIDE:
        return given, {}
    try:
        document_id = _stored(request, who)
    except FileRefused as problem:
        return given, {"file": sentence(problem)}
    if document_id is None:
        return given, {}
    line = stored.document(document_id)
    kept = Upload(name=line.name, size=line.size_bytes, pages=line.pages or None, at=line.added_at, sha256=line.sha256)
    return replace(given, kept=kept, kept_id=document_id), {}


def _stored(request: Request, who: Subject) -> UUID | None:
    """The new file, else the one kept from an earlier try: only one's own, and only while no row holds it."""
    one = request.FILES.get("file")
    if one is not None:
        return _keep(request, who, one, "dossier.result")
    try:
        line = stored.document(UUID(request.POST.get("kept", "")))
    except (ValueError, DocumentUnknown):
        return None
    return line.id if line.added_by == who.account_id and line.holder is None else None


def _keep(request: Request, who: Subject, one: "UploadedFile[Any]", purpose: str) -> UUID:
    kept = documents.store(
        by=who,
        content=one,
        name=one.name or "",
        purpose=purpose,
        declared_type=one.content_type or "",
        at=request.at,
    )
    return kept.id


def _brought(request: Request, who: Subject, case: Case) -> tuple[tuple[tuple[str, UUID], ...], dict[str, str]]:
    """The files of what was asked for, scanned at the counter, with their papers; those refused, by field."""
    papers: list[tuple[str, UUID]] = []
    refused: dict[str, str] = {}
    if why_not(Move.SUPPLEMENT, moving.standing(case.dossier)):
        return (), refused
    for paper_id in move_forms.asked_papers(case.dossier):
        field = move_forms.PAPER_FIELD + paper_id
        for one in request.FILES.getlist(field)[:FILES_MAX]:
            try:
                papers.append((paper_id, _keep(request, who, one, f"supplement.{paper_id}")))
            except FileRefused as problem:
                refused[field] = sentence(problem)
    return tuple(papers), refused


# ── What follows ──────────────────────────────────────────────────────────────────────────────────────────────────


def _made(request: Request, who: Subject, case: Case, asked: Move, given: Typed) -> HttpResponse:
    try:
        _act(request, who, case, asked, given)
    except (MoveNotAllowed, SupplementAlreadyAsked):
        fresh = access_dossier_by_code(who, case.dossier.code, Permission.DOSSIER_VIEW)
        return _quicker(request, _case(request, fresh), asked, given)
    except Invalid as problem:
        errors = {error.field: _(error.message).format(**error.values) for error in problem.errors}
        return _show(request, case, asked, given, errors)
    messages.success(request, _(DONE[asked]))
    return redirect("desk-dossier", code=case.dossier.code)


def _act(request: Request, who: Subject, case: Case, asked: Move, given: Typed) -> None:
    """The action of `cases` that the move is."""
    common: dict[str, Any] = {
        "by": who,
        "dossier_id": case.dossier.id,
        "seen_moves": seen_moves(request),
        "at": request.at,
    }
    reasons, said = given.chosen.get("reasons", ()), given.get("words")
    if asked is Move.ACCEPT:
        moving.accept(**common, deadline_case=given.get("case"), calendar=case.calendar)
    elif asked is Move.ASK_FOR_MORE:
        more = MoreAsked(reasons, given.chosen.get("papers", ()), said)
        moving.ask_for_more(**common, asked=more, calendar=case.calendar)
    elif asked is Move.REFUSE:
        moving.refuse(**common, reasons=reasons, words=said)
    elif asked is Move.STOP:
        moving.stop(**common, reasons=reasons, words=said)
    elif asked is Move.HAND_ON:
        account = given.get("to").partition(":")[2]
        moving.hand_on(**common, step=given.get("step"), to=UUID(account) if account else None, words=said)
    elif asked is Move.DECIDE:
        decision = Decision(Outcome(given.get("outcome")), given.get("text"), given.kept_id)
        moving.decide(**common, decision=decision)
    elif asked is Move.SUPPLEMENT:
        moving.supplement(**common, papers=given.papers, words=said, calendar=case.calendar)
    elif asked is Move.WITHDRAW:
        moving.withdraw(**common, words=said)
    else:
        moving.return_result(**common, channel=given.get("channel"), received_by=given.get("received_by"))


def _context(request: Request, case: Case, asked: Move, given: Typed | None) -> dict[str, Any]:
    dossier = case.dossier
    return {
        "dossier": dossier,
        "procedure_title": words.text(case.offered.procedure.title),
        "clock": clocks.clock(dossier, request.at, case.calendar),
        "title": _(TITLE[asked]),
        "button": _(BUTTON[asked]),
        "follows": _(FOLLOWS[asked]),
        "kept_id": given.kept_id if given else None,
        "with_file": asked in {Move.DECIDE, Move.SUPPLEMENT},
        "due_now": _due_now(case) if asked is Move.ACCEPT else "",
        "back_href": reverse("desk-dossier", args=[dossier.code]),
        "here": "inbox",
    }


def _due_now(case: Case) -> str:
    return _("Due {day}.").format(day=words.due(case.dossier.due_at)) if case.dossier.due_at else ""


def _show(request: Request, case: Case, asked: Move, given: Typed | None, errors: dict[str, str]) -> HttpResponse:
    fields = move_forms.with_errors(move_forms.fields(asked, case, given), errors)
    context = _context(request, case, asked, given) | {"fields": fields, "errors": errors_of(fields)}
    return render(request, "web/desk/move.html", context, status=422 if errors else 200)


def _quicker(request: Request, case: Case, asked: Move, given: Typed | None) -> HttpResponse:
    """Somebody was quicker: who and when, with what was typed; the form again where the move is still possible."""
    fields = move_forms.fields(asked, case, given)
    context = _context(request, case, asked, given) | {
        "quicker": quicker_words(request, case.dossier),
        "fields": fields,
        "possible": why_not(asked, moving.standing(case.dossier)) is None,
        "typed": _typed_rows(fields) if given else [],
    }
    return render(request, "web/desk/moved_on.html", context, status=409)


def quicker_words(request: Request, dossier: Dossier) -> str:
    """“Phạm Văn Thí accepted the dossier at 09:02.”"""
    last = next((e for e in reversed(queries.timeline(dossier.id)) if e.kind in set(Kind)), None)
    said = QUICKER.get(Kind(last.kind)) if last else None
    if last is None or said is None:
        return _("The dossier has moved on.")
    name = identity.name_of(last.actor) if last.actor else ""
    time = words.clock(last.at) if local_date(last.at) == request.today else formats.moment(last.at)
    return _(said).format(name=name, time=time)


def _typed_rows(fields: tuple[Field, ...]) -> list[SummaryRow]:
    """What was typed, in words, where the form itself can no longer be sent."""
    rows = []
    for one in fields:
        labels = {choice.value: choice.label for choice in one.choices}
        value = tuple(labels.get(v, v) for v in one.chosen if v) if one.choices else one.text
        value = ", ".join(value) if isinstance(value, tuple) else value
        names = ", ".join(upload.name for upload in one.uploads)
        if value or names:
            rows.append(SummaryRow(key=one.label, value=value or names))
    return rows
