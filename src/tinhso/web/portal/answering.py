"""What a citizen does with a dossier under way: answering a request for more, taking it back."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tinhso.cases.access import access_dossier_by_code
from tinhso.cases.actions import moving
from tinhso.cases.catalogue import Offered, pinned
from tinhso.cases.models import Dossier, Supplement
from tinhso.cases.rules import Move, ReasonMissing, why_not
from tinhso.documents import actions as documents
from tinhso.documents.rules import FileRefused
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.kernel.text import clean_text
from tinhso.places import queries as places
from tinhso.web import words
from tinhso.web.components import Field, Upload, errors_of
from tinhso.web.portal.following import open_request
from tinhso.web.portal.papers import sentence
from tinhso.web.problems import page as problem_page
from tinhso.web.requests import Request, signed_in

WORDS_MAX = 4_000
WITHDRAWN_WORDS_MAX = 1_000


@require_http_methods(["GET", "POST"])
@signed_in
def supplement(request: Request, who: Subject, code: str) -> HttpResponse:
    """Answer what was asked for: files for the papers named, and words."""
    found = access_dossier_by_code(who, code, Permission.DOSSIER_SUPPLEMENT_OWN)
    problem = why_not(Move.SUPPLEMENT, moving.standing(found))
    if problem:
        return problem_page(request, problem)
    offered = pinned(found)
    asked = open_request(found, offered)
    wanted: Supplement | None = asked["request"] if asked else None
    paper_ids = list(wanted.papers) if wanted and wanted.papers else []
    refused: dict[str, Upload] = {}
    error = ""
    if request.method == "POST":
        error = _too_long(request.POST.get("words", ""), WORDS_MAX)
        given, refused = ([], {}) if error else _take(request, who, paper_ids or ["other"])
        if not refused and not error:
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
        "restarts": offered.version.supplement.clock == "restart",
    }
    return render(request, "web/portal/supplement.html", context, status=422 if context["errors"] else 200)


def _supplemented(request: Request, who: Subject, found: Dossier, given: list[tuple[str, UUID]]) -> HttpResponse:
    moving.supplement(
        by=who,
        dossier_id=found.id,
        papers=given,
        words=request.POST.get("words", ""),
        calendar=places.calendar(request.today),
        at=request.at,
    )
    return redirect("dossier", code=found.code)


def _take(request: Request, who: Subject, paper_ids: list[str]) -> tuple[list[tuple[str, UUID]], dict[str, Upload]]:
    given: list[tuple[str, UUID]] = []
    refused: dict[str, Upload] = {}
    for paper_id in paper_ids:
        for one in request.FILES.getlist(paper_id)[:10]:
            try:
                kept = documents.store(
                    by=who,
                    content=one,
                    name=one.name or "",
                    purpose=f"supplement.{paper_id}",
                    declared_type=one.content_type or "",
                    at=request.at,
                )
                given.append((paper_id, kept.id))
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
        limit=WORDS_MAX,
    )
    return (*files, said)


@require_http_methods(["GET", "POST"])
@signed_in
def withdraw(request: Request, who: Subject, code: str) -> HttpResponse:
    """Taking a dossier back is asked for once more."""
    found = access_dossier_by_code(who, code, Permission.DOSSIER_WITHDRAW_OWN)
    error = _too_long(request.POST.get("words", ""), WITHDRAWN_WORDS_MAX)
    if request.method == "POST" and not error:
        moving.withdraw(by=who, dossier_id=found.id, words=request.POST.get("words", ""), at=request.at)
        return redirect("dossier", code=code)
    problem = why_not(Move.WITHDRAW, moving.standing(found))
    if problem:
        return problem_page(request, problem)
    field = Field(
        kind="textarea",
        name="words",
        label=_("Why, if you like to say"),
        value=request.POST.get("words", ""),
        error=error,
        optional=True,
        limit=WITHDRAWN_WORDS_MAX,
    )
    context = {"code": code, "field": field, "procedure_title": words.text(pinned(found).procedure.title)}
    return render(request, "web/portal/withdraw.html", context, status=422 if error else 200)


def _too_long(typed: str, limit: int) -> str:
    over = len(clean_text(typed)) - limit
    return _("Shorten it by {n} characters.").format(n=over) if over > 0 else ""
