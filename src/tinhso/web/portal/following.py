"""Following a dossier: the receipt, one's own dossiers, one dossier, progress by code without signing in, files, answering, taking back."""

from datetime import datetime
from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from tinhso.cases import catalogue, forms, queries
from tinhso.cases.access import access_dossier_by_code
from tinhso.cases.actions import moving
from tinhso.cases.catalogue import Offered, pinned
from tinhso.cases.lists import PackLists
from tinhso.cases.models import Dossier, Supplement
from tinhso.cases.rules import CLOCK_STOPPED, OPEN, DossierNotFound, Move, ReasonMissing, State, why_not
from tinhso.documents import actions as documents
from tinhso.documents import queries as papers
from tinhso.documents.queries import PaperLine
from tinhso.documents.rules import DocumentUnknown, FileRefused, serving_headers
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.journal import queries as journal
from tinhso.journal import seal
from tinhso.kernel.calendar import local_date
from tinhso.kernel.codes import DossierCode
from tinhso.kernel.text import clean_line
from tinhso.notices import queries as notices
from tinhso.places import queries as places
from tinhso.web import standing, words
from tinhso.web.components import Field, FormError, Link, Paging, SummaryRow, Ticket, Upload, errors_of
from tinhso.web.portal.filing import review_sections
from tinhso.web.portal.papers import sentence
from tinhso.web.problems import page as problem_page
from tinhso.web.requests import Request, anyone, signed_in
from tinhso.web.standing import Moments
from tinhso.web.templatetags import formats

def paper_words(template: str) -> str:
    """What an issued paper is called."""
    names = {
        "application": _("Application as filed"),
        "form-01": _("Receipt and appointment (form 01)"),
        "form-02": _("Request for more (form 02)"),
        "form-03": _("Refusal (form 03)"),
        "form-04": _("Apology (form 04)"),
        "form-05": _("Notice of stopping (form 05)"),
        "result-letter": _("Result"),
    }
    return names.get(template, template)


def moments(dossier: Dossier) -> Moments:
    """The instants of a dossier's clock."""
    state = State(dossier.state)
    return Moments(
        state=state,
        counted_from_at=dossier.counted_from_at,
        due_at=dossier.due_at,
        ended_at=dossier.decided_at or dossier.closed_at,
        stopped_at=dossier.moved_at if state in CLOCK_STOPPED else None,
    )


def qr(address: str) -> tuple[str, int]:
    """A QR code as the `d` of a path of 1×1 modules, and its size."""
    matrix = segno.make(address, error="m", micro=False).matrix
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, bit in enumerate(row) if bit)
    return path, len(matrix)


def tracking_address(code: str) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{reverse('track')}?ma={code}"


# ── Receipt ───────────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@signed_in
def receipt(request: Request, who: Subject, code: str) -> HttpResponse:
    """Right after sending: code, deadline, QR, what comes next, proof of registration."""
    dossier = access_dossier_by_code(who, code, Permission.DOSSIER_VIEW_OWN)
    offered = pinned(dossier)
    entries = queries.timeline(dossier.id)
    first = entries[0] if entries else None
    checkpoint = seal.latest_checkpoint(size_min=(first.position or 0) + 1) if first and first.position is not None else None
    context = {
        "ticket": _ticket(request, dossier, offered),
        "dossier": dossier,
        "application": _paper_links(dossier.id, code).get("application"),
        "steps": _next_steps(offered),
        "entry": first,
        "position": first.position if first else None,
        "checkpoint": checkpoint,
        "here": "mine",
    }
    return render(request, "web/portal/receipt.html", context)


def _ticket(request: Request, dossier: Dossier, offered: Offered) -> Ticket:
    path, size = qr(tracking_address(dossier.code))
    calendar = places.calendar(dossier.received_on)
    deadline = offered.version.offer(dossier.channel).deadline
    due_on = local_date(dossier.due_at) if dossier.due_at else None
    due = _("No fixed date") if due_on is None or dossier.due_at is None else _due_words(request, dossier.due_at)
    why = words.deadline(deadline)
    skipped = words.skipped(dossier.received_on, due_on, calendar) if due_on else ""
    files = queries.papers_of(dossier.id)
    rows = [
        SummaryRow(key=_("Decided by"), value=words.agency(dossier.agency_code, dossier.received_on)),
        SummaryRow(key=_("Filed by"), value=dossier.applicant_name),
        SummaryRow(key=_("Papers received"), value=_papers_words(offered, files)),
        SummaryRow(key=_("Fee"), value=formats.fee(dossier.fee_dong)),
    ]
    return Ticket(
        procedure=words.text(offered.procedure.title),
        code=dossier.code,
        received_at=dossier.filed_at,
        due=due,
        due_day=due_on,
        why=f"{why}, {skipped}" if skipped else why,
        for_whom=_subject_words(dossier, offered),
        rows=tuple(rows),
        qr_path=path,
        qr_size=size,
    )


def _due_words(request: Request, due_at: Any) -> str:
    day = local_date(due_at)
    if day == request.today:
        return _("Today, before {time}").format(time=words.clock(due_at))
    return _("{day}, before {time}").format(day=f"{day:%d/%m/%Y}", time=words.clock(due_at))


def _subject_words(dossier: Dossier, offered: Offered) -> str:
    name = str(dossier.answers.get(offered.form.subject or "", ""))
    return _("for {name}").format(name=name) if name and name != dossier.applicant_name else ""


def _papers_words(offered: Offered, files: list[queries.PaperLine]) -> str:
    titles = {paper.id: words.text(paper.title) for paper in offered.version.papers}
    counted: dict[str, int] = {}
    for file in files:
        counted[file.paper_id] = counted.get(file.paper_id, 0) + 1
    said = [
        f"{titles.get(key, key)} ({ngettext('{n} file', '{n} files', n).format(n=n)})" for key, n in counted.items()
    ]
    return ", ".join([_("the form itself"), *said])


def _next_steps(offered: Offered) -> list[str]:
    return [words.text(step) for step in offered.version.sequence[1:4]]


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
        "drafts": [
            {"draft": draft, "title": _title(offered, draft.procedure_code)} for draft in queries.drafts_of(who.account_id)
        ]
        if before is None
        else [],
        "lines": [_mine_line(request, line, offered, calendar) for line in lines],
        "notices": notices.unread(who.account_id, limit=5) if before is None else [],
        "paging": Paging(shown=len(lines), next_href=next_href),
        "here": "mine",
    }
    return render(request, "web/portal/mine.html", context)


def _cursor(text: str) -> tuple[datetime, UUID] | None:
    at, _tilde, last = text.replace(" ", "+").partition("~")
    try:
        return (datetime.fromisoformat(at), UUID(last)) if last else None
    except ValueError:
        return None


def _title(offered: Any, code: str) -> str:
    found = offered.get(code)
    return words.text(found.procedure.title) if found else code


def _mine_line(request: Request, line: queries.InboxLine, offered: Any, calendar: Any) -> dict[str, Any]:
    clock = standing.clock(
        Moments(line.state, line.filed_at, line.due_at, line.decided_at, request.at if line.state in CLOCK_STOPPED else None),
        request.at,
        calendar,
    )
    return {
        "line": line,
        "title": _title(offered, line.procedure_code),
        "agency": words.agency(line.agency_code, local_date(line.filed_at)),
        "state": words.state(line.state),
        "state_chip": words.STATE_CHIP[line.state],
        "clock": clock,
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
    links = _links_by_cause(found.id, code)
    context = _progress_context(request, found, offered) | {
        "dossier": found,
        "sections": review_sections(offered, found.answers, today, lists, None),
        "files": [_file(line, code) for line in queries.papers_of(found.id)],
        "issued": [(paper_words(p.template), _download(code, p.document_id), p) for p in papers.papers_of(found.id)],
        "happenings": standing.timeline(
            queries.timeline(found.id), offered, state=State(found.state), names=True, papers=links
        ),
        "asked": _open_request(found, offered),
        "may_withdraw": why_not(Move.WITHDRAW, moving.standing(found)) is None,
        "here": "mine",
        "own": True,
    }
    return render(request, "web/portal/tracking.html", context)


def _file(line: queries.PaperLine, code: str) -> Upload:
    return Upload(
        name=line.name,
        size=line.size_bytes,
        pages=line.pages or None,
        at=line.added_at,
        sha256=line.sha256,
        href=_download(code, line.document_id),
    )


def _download(code: str, document_id: UUID) -> str:
    return reverse("dossier-file", args=[code, document_id])


def _links_by_cause(dossier_id: UUID, code: str) -> dict[UUID, Link]:
    """Issued papers by the entry that caused them, for the timeline."""
    return {
        cause: Link(_download(code, paper.document_id), paper_words(paper.template))
        for paper in papers.papers_of(dossier_id)
        if (cause := paper.cause) is not None
    }


def _paper_links(dossier_id: UUID, code: str) -> dict[str, str]:
    return {paper.template: _download(code, paper.document_id) for paper in papers.papers_of(dossier_id)}


def _open_request(found: Dossier, offered: Offered) -> dict[str, Any] | None:
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


# ── Progress without signing in ───────────────────────────────────────────────────────────────────────────────────


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
            else _("A code looks like {example}.").format(example="H53.31.02-261120-0042")
        )
        field = _code_field(typed, error)
        return render(request, "web/portal/track.html", {"here": "track", "field": field, "errors": errors_of([field])}, status=404)
    row = Dossier(**{name: getattr(found, name) for name in ("id", "code", "procedure_code", "agency_code", "state", "step")})
    offered = catalogue.offered(found.procedure_code, found.received_on, known_at=found.filed_at)
    if offered is None:
        raise DossierNotFound
    context = _progress_context(request, found, offered) | {
        "dossier": row,
        "happenings": standing.timeline(queries.timeline(found.id), offered, state=found.state, names=False),
        "here": "track",
        "own": False,
    }
    return render(request, "web/portal/tracking.html", context)


def _code_field(value: str, error: str) -> Field:
    return Field(
        kind="text",
        name="ma",
        label=_("Dossier code"),
        hint=_("Printed on the receipt, for example {example}. No sign-in needed.").format(example="H53.31.02-261120-0042"),
        value=value,
        error=error,
        width="20",
    )


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
        "step_title": standing.step_title(offered, found.step) if state in OPEN else words.state(state),
        "step_number": standing.step_number(offered, found.step),
        "step_count": len(offered.flow),
        "agency": words.agency(found.agency_code, found.received_on),
        "clock": clock,
        "due_words": words.due(found.due_at),
        "skipped": words.skipped(since, local_date(found.due_at), calendar) if found.due_at else "",
        "restarted": found.counted_from_at != found.filed_at,
        "counted_from_at": found.counted_from_at,
    }


# ── Files and papers ──────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@signed_in
def file(request: Request, who: Subject, code: str, document_id: UUID) -> HttpResponse:
    """A file of one's own dossier: what one sent, and what the agency issued."""
    found = access_dossier_by_code(who, code, Permission.DOSSIER_VIEW_OWN)
    own = {line.document_id for line in queries.papers_of(found.id)}
    own |= {paper.document_id for paper in papers.papers_of(found.id)}
    own |= {found.result_document_id} if found.result_document_id and found.decided_at else set()
    if document_id not in own:
        raise DocumentUnknown(document_id=str(document_id))
    return stream(document_id)


def stream(document_id: UUID) -> HttpResponse:
    """A stored file as a response that a browser cannot be tricked by."""
    line, content = papers.open_document(document_id)
    return FileResponse(content, filename=line.name, as_attachment=True, headers=serving_headers(line.media_type))


@require_GET
@anyone
def check(request: Request, token: str) -> HttpResponse:
    """Whoever holds a paper with our QR asks whether it is ours and still stands. No person is named."""
    paper = papers.paper_by_token(token)
    return _checked(request, paper)


@require_http_methods(["GET", "POST"])
@anyone
def verify(request: Request) -> HttpResponse:
    """The same by the code under the QR, or by the file itself, byte for byte; the file is kept nowhere."""
    error = ""
    if request.method == "POST":
        token, given = request.POST.get("token", "").strip(), request.FILES.get("file")
        try:
            if token:
                return redirect("check-paper", token=papers.paper_by_token(token).token)
            if given is not None:
                return _checked(request, papers.paper_by_content(given, name=given.name or ""))  # type: ignore[arg-type]
            error = _("Type the code printed under the QR code, or choose the file.")
        except FileRefused as problem:
            error = sentence(problem)
        except papers.PaperUnknown:
            error = _("This is no paper of ours: the code or the file is not known here, or a single byte of it was changed.")
    errors = (FormError("f-token", error),) if error else ()
    return render(request, "web/portal/verify.html", {"errors": errors, "error": error}, status=422 if error else 200)


def _checked(request: Request, paper: PaperLine) -> HttpResponse:
    entry = journal.entries_of(paper.id, limit=1)
    facts = dict(paper.facts)
    language = words.language()
    rows = [
        SummaryRow(key=_("Paper"), value=paper_words(paper.template)),
        SummaryRow(key=_("Code"), value=paper.code),
        SummaryRow(key=_("Procedure"), value=str(facts.get(f"procedure_{language}", ""))),
        SummaryRow(key=_("Issued by"), value=words.agency(paper.agency_code, local_date(paper.issued_at))),
        SummaryRow(key=_("Issued at"), value=formats.moment(paper.issued_at)),
    ]
    context = {
        "paper": paper,
        "rows": rows,
        "entry": entry[0] if entry else None,
        "checkpoint": seal.latest_checkpoint(),
    }
    return render(request, "web/portal/checked.html", context)


# ── Answering and taking back ─────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@signed_in
def supplement(request: Request, who: Subject, code: str) -> HttpResponse:
    """Answer what was asked for: files for the papers named, and words."""
    found = access_dossier_by_code(who, code, Permission.DOSSIER_SUPPLEMENT_OWN)
    problem = why_not(Move.SUPPLEMENT, moving.standing(found))
    if problem:
        return problem_page(request, problem)
    offered = pinned(found)
    asked = _open_request(found, offered)
    wanted: Supplement | None = asked["request"] if asked else None
    paper_ids = list(wanted.papers) if wanted and wanted.papers else []
    refused: dict[str, Upload] = {}
    error = ""
    if request.method == "POST":
        given, refused = _take(request, who, found, paper_ids or ["other"])
        if not refused:
            try:
                return _supplemented(request, who, found, given)
            except ReasonMissing as missing:
                error = _(missing.errors[0].message)
    fields = _supplement_fields(offered, paper_ids or ["other"], refused, error, request.POST.get("words", ""))
    context = {
        "code": code,
        "asked": asked,
        "fields": fields,
        "errors": errors_of(fields),
        "procedure_title": words.text(offered.procedure.title),
    }
    return render(request, "web/portal/supplement.html", context, status=422 if context["errors"] else 200)


def _supplemented(request: Request, who: Subject, found: Dossier, given: list[tuple[str, UUID, str]]) -> HttpResponse:
    moving.supplement(
        by=who,
        dossier_id=found.id,
        papers=given,
        words=request.POST.get("words", ""),
        calendar=places.calendar(request.today),
        at=request.at,
    )
    return redirect("dossier", code=found.code)


def _take(
    request: Request, who: Subject, found: Dossier, paper_ids: list[str]
) -> tuple[list[tuple[str, UUID, str]], dict[str, Upload]]:
    given: list[tuple[str, UUID, str]] = []
    refused: dict[str, Upload] = {}
    for paper_id in paper_ids:
        for one in request.FILES.getlist(paper_id)[:10]:
            try:
                kept = documents.store(
                    by=who,
                    content=one,  # type: ignore[arg-type]  # an uploaded file reads like one
                    name=one.name or "",
                    purpose=f"supplement.{paper_id}",
                    declared_type=one.content_type or "",
                    at=request.at,
                )
                given.append((paper_id, kept.id, kept.sha256))
            except FileRefused as problem:
                refused[paper_id] = Upload(name=one.name or "", size=one.size or 0, refusal=sentence(problem))
    return given, refused


def _supplement_fields(
    offered: Offered, paper_ids: list[str], refused: dict[str, Upload], error: str, typed: str
) -> tuple[Field, ...]:
    titles = {paper.id: words.text(paper.title) for paper in offered.version.papers}
    files = [
        Field(
            kind="file",
            name=paper_id,
            label=titles.get(paper_id, _("Papers")),
            multiple=True,
            error=refused[paper_id].refusal if paper_id in refused else "",
            uploads=(refused[paper_id],) if paper_id in refused else (),
        )
        for paper_id in paper_ids
    ]
    said = Field(
        kind="textarea",
        name="words",
        label=_("Your answer in words"),
        value=typed,
        error=error,
        optional=True,
        limit=4_000,
    )
    return (*files, said)


@require_http_methods(["GET", "POST"])
@signed_in
def withdraw(request: Request, who: Subject, code: str) -> HttpResponse:
    """Taking a dossier back is asked for once more."""
    found = access_dossier_by_code(who, code, Permission.DOSSIER_WITHDRAW_OWN)
    if request.method == "POST":
        moving.withdraw(by=who, dossier_id=found.id, words=request.POST.get("words", ""), at=request.at)
        return redirect("dossier", code=code)
    problem = why_not(Move.WITHDRAW, moving.standing(found))
    if problem:
        return problem_page(request, problem)
    context = {"code": code, "procedure_title": words.text(pinned(found).procedure.title)}
    return render(request, "web/portal/withdraw.html", context)
