"""Filing: where to, page after page, papers, review, sent. Works without script; script saves while one types and sends files at once.

Every page is kept as it is answered; wrong answers bring the page again with the reason beside the field, and nothing that was typed is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tinhso.cases import deadlines, forms, offers
from tinhso.cases.access import access_draft
from tinhso.cases.actions import drafts, filing
from tinhso.cases.catalogue import Offered, known_of, offered
from tinhso.cases.lists import PackLists
from tinhso.cases.models import Draft
from tinhso.cases.rules import DraftNotFound, Incomplete, NotFiledHere, ProcedureNotPublished
from tinhso.identity.rules import Subject
from tinhso.kernel.calendar import local_date
from tinhso.places import queries as places
from tinhso.web import questions, words
from tinhso.web.components import Choice, Field, FormError, Part, SummaryRow, errors_of, parts_of
from tinhso.web.portal import papers
from tinhso.web.requests import Request, signed_in

PAPERS = "giay-to"
REVIEW = "xem-lai"


@dataclass(frozen=True, slots=True)
class Filing:
    """A draft with the procedure it is filed under today."""

    draft: Draft
    offered: Offered
    today: forms.Today
    lists: PackLists

    @property
    def pages(self) -> list[str]:
        """The ids of the pages to go through, in order: the form's, the papers' when any is asked for, the review."""
        ids = [page.id for page in forms.visible_pages(self.offered.form, self.draft.answers, self.today)]
        asked = papers.asked(self.offered, self.draft, self.today.on)
        return [*ids, *([PAPERS] if asked else []), REVIEW]

    def title(self, page_id: str) -> str:
        """What a page is called beside the form."""
        own = {PAPERS: _("Papers"), REVIEW: _("Review and send")}
        if page_id in own:
            return own[page_id]
        return next(words.text(p.title) for p in self.offered.form.pages if p.id == page_id)


def _filing(request: Request, who: Subject, draft_id: UUID) -> Filing:
    draft = access_draft(who, draft_id)
    found = offered(draft.procedure_code, request.today)
    if found is None:
        raise ProcedureNotPublished(procedure=draft.procedure_code)
    return Filing(draft, found, forms.Today(request.today, draft.channel), PackLists(request.today))


def address(draft: Draft, page_id: str) -> str:
    """Where a page of the draft is; the desk's drafts have the same pages."""
    return reverse("file-page", args=[draft.id, page_id])


# ── Where to ──────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@signed_in
def begin(request: Request, who: Subject, code: str) -> HttpResponse:
    """Before the first page: which agency takes the dossier. Only communes are chosen; departments are fixed by the pack."""
    found = offered(code, request.today)
    if found is None:
        raise ProcedureNotPublished(procedure=code)
    if found.procedure.filed_elsewhere:
        raise NotFiledHere(procedure=code)
    choices = _agencies(found, request)
    chosen = request.POST.get("agency", "") or _known_agency(who, choices, request)
    error = ""
    if request.method == "POST":
        if chosen in {choice.value for choice in choices}:
            return _begun(request, who, code, chosen)
        error = _("Choose the commune or ward that is to decide.")
    field = Field(
        kind="select",
        name="agency",
        label=_("Commune or ward"),
        hint=_("Usually where you live. You may hand in papers anywhere in the province."),
        value=chosen,
        choices=choices,
        error=error,
    )
    context = {
        "offered": found,
        "title": words.text(found.procedure.title),
        "field": field if len(choices) > 1 else None,
        "only": choices[0].label if len(choices) == 1 else "",
        "errors": errors_of([field]),
        "papers": [words.text(p.title) for p in found.version.papers if p.kind == "submit"],
        "here": "procedures",
    }
    return render(request, "web/portal/begin.html", context, status=422 if error else 200)


def _agencies(found: Offered, request: Request) -> tuple[Choice, ...]:
    if found.publication.agency:
        agency = places.agency(found.publication.agency, request.today)
        return (Choice(agency.code, agency.name_in(words.language())),)
    kind = found.procedure.handled_by
    communes = kind if kind.startswith("commune") else "commune_committee"
    rows = places.agencies_of_kind(places.AgencyKind(communes), request.today)
    return tuple(Choice(one.code, one.name_in(words.language())) for one in sorted(rows, key=lambda one: one.sort_key))


def _known_agency(who: Subject, choices: tuple[Choice, ...], request: Request) -> str:
    """The agency of the commune where the person lives, when it is known."""
    unit = str(known_of(who).get("person.residence_unit") or "")
    codes = {choice.value for choice in choices}
    return next((a.code for a in places.agencies_on(request.today) if a.unit_code == unit and a.code in codes), "")


def _begun(request: Request, who: Subject, code: str, agency_code: str) -> HttpResponse:
    draft = drafts.begin(by=who, procedure_code=code, language=words.language(), agency_code=agency_code, at=request.at)
    found = _filing(request, who, draft.id)
    return redirect(address(draft, found.pages[0]))


# ── Page after page ───────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@signed_in
def page(request: Request, who: Subject, draft_id: UUID, page_id: str) -> HttpResponse:
    """One page of the form, the papers, or the review. A draft that was sent leads to its dossier: the second POST changes nothing."""
    try:
        found = _filing(request, who, draft_id)
    except DraftNotFound:
        sent = filing.filed_with(who.account_id, draft_id)
        if sent is None:
            raise
        return redirect("receipt", code=sent.code)
    if page_id not in found.pages:
        return redirect(address(found.draft, found.pages[0]))
    if page_id == PAPERS:
        return _papers(request, who, found)
    if page_id == REVIEW:
        return _review(request, who, found)
    return _form_page(request, who, found, page_id)


def _form_page(request: Request, who: Subject, found: Filing, page_id: str) -> HttpResponse:
    asked = next(p for p in found.offered.form.pages if p.id == page_id)
    if request.method == "GET":
        return _show_page(
            request, found, page_id, questions.page_view(asked, found.draft.answers, found.today, found.lists)
        )
    reading = forms.read_page(asked, request.POST, found.draft.answers, found.lists, found.today)
    draft = drafts.save_page(by=who, draft_id=found.draft.id, values=reading.values, at=request.at)
    found = Filing(draft, found.offered, found.today, found.lists)
    if asked.repeat and ("add" in request.POST or "remove" in request.POST):
        return _changed_items(request, found, page_id)
    if reading.faults or reading.again:
        view = questions.page_view(
            asked,
            {**draft.answers, **reading.values},
            found.today,
            found.lists,
            posted=request.POST,
            faults=reading.faults,
            count=_posted_count(request, asked.repeat.id if asked.repeat else ""),
        )
        return _show_page(request, found, page_id, view, status=422 if reading.faults else 200)
    if "later" in request.POST:
        return redirect("my-dossiers")
    return redirect(address(draft, found.pages[found.pages.index(page_id) + 1]))


def _posted_count(request: Request, repeat_id: str) -> int | None:
    text = request.POST.get(f"{repeat_id}-count", "")
    return int(text) if repeat_id and text.isdigit() and len(text) < 4 else None


def _changed_items(request: Request, found: Filing, page_id: str) -> HttpResponse:
    """“Add another” and “Remove” are buttons of the form itself: the page comes again with one item more or less."""
    asked = next(p for p in found.offered.form.pages if p.id == page_id)
    repeat = asked.repeat
    if repeat is None:
        raise ValueError(page_id)
    posted = request.POST.copy()
    if request.POST.get("remove"):
        posted.appendlist("removed", request.POST["remove"])
    count = (_posted_count(request, repeat.id) or 0) + (1 if "add" in request.POST else 0)
    posted[f"{repeat.id}-count"] = str(count)
    view = questions.page_view(
        asked, found.draft.answers, found.today, found.lists, posted=posted, count=min(count, 50)
    )
    return _show_page(request, found, page_id, view)


def _show_page(
    request: Request, found: Filing, page_id: str, view: questions.PageView, status: int = 200
) -> HttpResponse:
    asked = next(p for p in found.offered.form.pages if p.id == page_id)
    context = _beside(found, page_id) | {
        "title": words.text(asked.title),
        "intro": words.text(asked.intro),
        "help": words.text(asked.help),
        "view": view,
        "errors": errors_of(view.fields),
        "communes": _communes(found, asked),
        "autosave": reverse("file-autosave", args=[found.draft.id, page_id]),
    }
    return render(request, "web/portal/page.html", context, status=status)


def _communes(found: Filing, asked: Any) -> list[str]:
    """The home province's communes, offered while typing (a datalist; any commune of the country may be typed)."""
    if not any(question.type == "commune" for question in asked.questions):
        return []
    home = places.province(found.today.on).code
    return [places.full_name(one, found.today.on) for one in places.children(home, found.today.on)]


def _beside(found: Filing, page_id: str) -> dict[str, Any]:
    """What stands beside every page: where one is, what was saved, the way back."""
    ids = found.pages
    number = ids.index(page_id)
    back = address(found.draft, ids[number - 1]) if number else reverse("procedure", args=[found.draft.procedure_code])
    return {
        "draft": found.draft,
        "procedure_title": words.text(found.offered.procedure.title),
        "number": number + 1,
        "count": len(ids),
        "back_href": back,
        "back_words": found.title(ids[number - 1]) if number else words.text(found.offered.procedure.title),
        "parts": _parts(found, ids, number),
        "saved_at": found.draft.saved_at,
        "here": "procedures",
        "desk": found.draft.channel != "online",
    }


def _parts(found: Filing, ids: list[str], current: int) -> tuple[Part, ...]:
    lacking = forms.unanswered(found.offered.form, found.draft.answers, found.today)
    open_from = ids.index(lacking.id) if lacking else len(ids) - 1
    filled = range(min(open_from, len(ids)))
    hrefs = [address(found.draft, page_id) for page_id in ids]
    return parts_of([found.title(page_id) for page_id in ids], current=current, hrefs=hrefs, filled=filled)


@require_POST
@signed_in
def autosave(request: Request, who: Subject, draft_id: UUID, page_id: str) -> HttpResponse:
    """What is on the page so far: right answers are kept, the rest is kept as typed until the page is sent."""
    found = _filing(request, who, draft_id)
    asked = next((p for p in found.offered.form.pages if p.id == page_id), None)
    if asked is None:
        return JsonResponse({}, status=404)
    reading = forms.read_page(asked, request.POST, found.draft.answers, found.lists, found.today)
    values = {key: value for key, value in reading.values.items() if value is not None}
    draft = drafts.save_page(by=who, draft_id=draft_id, values=values, at=request.at)
    return JsonResponse({"saved_at": words.clock(draft.saved_at)})


# ── Papers ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _papers(request: Request, who: Subject, found: Filing) -> HttpResponse:
    """All papers on one page, each with its files; files come with the page where there is no script."""
    refused: Mapping[str, Any] = {}
    if request.method == "POST":
        if request.POST.get("remove"):
            drafts.detach(by=who, draft_id=found.draft.id, draft_paper_id=UUID(request.POST["remove"]), at=request.at)
            return redirect(address(found.draft, PAPERS))
        refused = papers.take_all(request, who, found.draft, found.offered)
    asked = papers.asked(found.offered, found.draft, request.today)
    given = papers.given(found.draft)
    missing = [p for p in asked if p.required and p.kind == "submit" and p.id not in given]
    leaving = request.method == "POST" and not refused
    if leaving and "later" in request.POST:
        return redirect("my-dossiers")
    if leaving and not missing:
        return redirect(address(found.draft, REVIEW))
    fields = papers.fields(found.draft, asked, given, refused, missing if leaving else [])
    context = _beside(found, PAPERS) | {
        "title": _("Papers"),
        "fields": fields,
        "shown": [p for p in papers.shown(found.offered, found.draft, request.today)],
        "errors": errors_of(fields),
    }
    return render(request, "web/portal/papers.html", context, status=422 if context["errors"] else 200)


# ── Review ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _review(request: Request, who: Subject, found: Filing, *, declare_error: str = "") -> HttpResponse:
    lacking = forms.unanswered(found.offered.form, found.draft.answers, found.today)
    if lacking is not None:
        return redirect(address(found.draft, lacking.id))
    if PAPERS in found.pages and papers.missing(found.offered, found.draft, request.today):
        return redirect(address(found.draft, PAPERS))
    if request.method == "POST":
        if request.POST.get("declared") == "yes":
            return _send(request, who, found)
        declare_error = _("Tick the box to declare that what you wrote is true.")
    calendar = places.calendar(request.today)
    promise = deadlines.promise(found.offered.version, found.draft.channel, request.at, calendar)
    charge = offers.charge(found.offered.version, found.draft.channel, found.draft.answers, request.today)
    context = _beside(found, REVIEW) | {
        "title": _("Review before sending"),
        "sections": review_sections(found.offered, found.draft.answers, found.today, found.lists, found.draft),
        "papers": papers.review_rows(found.offered, found.draft, address(found.draft, PAPERS)),
        "promise": promise,
        "due": words.due(promise.due_at),
        "deadline": words.deadline(promise.deadline),
        "skipped": words.skipped(request.today, local_date(promise.due_at), calendar) if promise.due_at else "",
        "charge": charge,
        "agency": words.agency(found.draft.agency_code, request.today),
        "declare_error": declare_error,
        "errors": (FormError("f-declared", declare_error),) if declare_error else (),
    }
    return render(request, "web/portal/review.html", context, status=422 if declare_error else 200)


def review_sections(
    found: Offered, answers: Mapping[str, Any], today: forms.Today, lists: PackLists, draft: Draft | None
) -> list[tuple[str, list[SummaryRow]]]:
    """Everything answered, by page; with a draft each line leads to its question."""
    sections = []
    for section in forms.review(found.form, answers, today):
        title = words.text(section.page.title) + (f" ({section.item})" if section.item else "")
        href = address(draft, section.page.id) if draft else ""
        rows = [
            SummaryRow(
                key=words.text(row.question.label),
                value=words.answer(row.question, row.value, lists) or "–",
                change_href=href,
            )
            for row in section.rows
        ]
        sections.append((title, rows))
    return sections


def _send(request: Request, who: Subject, found: Filing) -> HttpResponse:
    calendar = places.calendar(request.today)
    try:
        filed = drafts.submit(by=who, draft_id=found.draft.id, calendar=calendar, at=request.at)
    except Incomplete as problem:
        page_id = problem.values["page"]
        return redirect(address(found.draft, PAPERS if page_id == "papers" else page_id))
    return _sent(found, filed)


def _sent(found: Filing, filed: filing.Filed) -> HttpResponse:
    if found.draft.channel != "online":
        return redirect("desk-dossier", code=filed.code)
    return redirect("receipt", code=filed.code)


@require_http_methods(["GET", "POST"])
@signed_in
def give_up(request: Request, who: Subject, draft_id: UUID) -> HttpResponse:
    """Deleting a draft is asked for once more."""
    draft = access_draft(who, draft_id)
    if request.method == "POST":
        drafts.give_up(by=who, draft_id=draft_id)
        return redirect("my-dossiers")
    found = offered(draft.procedure_code, request.today)
    context = {"draft": draft, "title": words.text(found.procedure.title) if found else draft.procedure_code}
    return render(request, "web/portal/give_up.html", context)


@require_GET
@signed_in
def resume(request: Request, who: Subject, draft_id: UUID) -> HttpResponse:
    """Back into a draft: to the first page that lacks something."""
    found = _filing(request, who, draft_id)
    lacking = forms.unanswered(found.offered.form, found.draft.answers, found.today)
    return redirect(address(found.draft, lacking.id if lacking else found.pages[-1]))
