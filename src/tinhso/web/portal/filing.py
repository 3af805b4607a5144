"""Filing: where to, page after page, papers, review, sent.

Works without script; script saves while one types and sends files at once. Every page is kept as it is answered; wrong
answers bring the page again with the reason beside the field, and nothing that was typed is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tinhso.cases import deadlines, forms, offers
from tinhso.cases.access import access_draft
from tinhso.cases.actions import drafts, filing
from tinhso.cases.answers import Fault
from tinhso.cases.catalogue import Offered, known_of, offered
from tinhso.cases.lists import PackLists
from tinhso.cases.models import Draft
from tinhso.cases.pack_part import Page
from tinhso.cases.rules import ArrivalImpossible, DraftNotFound, Incomplete, NotFiledHere, ProcedureNotPublished
from tinhso.identity.rules import Subject
from tinhso.kernel.calendar import local_date
from tinhso.kernel.text import clean_line, clean_text
from tinhso.places import queries as places
from tinhso.places.rules import AgencyKind
from tinhso.web import questions, words
from tinhso.web.components import Choice, Field, FormError, Link, Part, SummaryRow, errors_of, parts_of
from tinhso.web.portal import arrival, papers
from tinhso.web.requests import Request, signed_in

ITEMS_MAX = 50
TYPED_MAX = 200_000  # signs of one page that are kept though they could not be read
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

    def page(self, page_id: str) -> Page:
        """One page of the form."""
        return next(page for page in self.offered.form.pages if page.id == page_id)

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
    """Before the first page: which agency takes it. Communes are chosen; departments are fixed by the pack."""
    found = offered(code, request.today)
    if found is None:
        raise ProcedureNotPublished(procedure=code)
    if found.procedure.filed_elsewhere or "online" not in found.version.channels:
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
    rows = places.agencies_of_kind(AgencyKind(communes), request.today)
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
    """One page of the form, the papers, or the review.

    A draft that was sent leads to its dossier: the second POST changes nothing.
    """
    try:
        found = _filing(request, who, draft_id)
    except DraftNotFound:
        sent = filing.filed_with(who.account_id, draft_id)
        if sent is None:
            raise
        return redirect("desk-dossier" if sent.at_counter else "receipt", code=sent.code)
    if page_id not in found.pages:
        return redirect(address(found.draft, found.pages[0]))
    if page_id == PAPERS:
        return _papers(request, who, found)
    if page_id == REVIEW:
        return _review(request, who, found)
    return _form_page(request, who, found, page_id)


def _form_page(request: Request, who: Subject, found: Filing, page_id: str) -> HttpResponse:
    asked = found.page(page_id)
    if request.method == "GET":
        typed = _kept_as_typed(found.draft, page_id)
        count = _posted_count(typed, asked) if typed else None
        view = questions.page_view(
            asked, found.draft.answers, found.today, found.lists, posted=typed or None, count=count
        )
        return _show_page(request, found, page_id, view)
    posted = _with_removed(request)
    reading = forms.read_page(asked, posted, found.draft.answers, found.lists, found.today)
    found = _saved(request, who, found, page_id, reading)
    if "later" in posted:
        return redirect(_home(found.draft))
    if asked.repeat and ("add" in posted or "remove" in posted):
        return _changed_items(request, found, page_id, posted)
    faults = reading.faults or _faults_of_the_whole(found, page_id)
    if faults or reading.again:
        answers = {**found.draft.answers, **reading.values}
        count = _posted_count(posted, asked)
        view = questions.page_view(asked, answers, found.today, found.lists, posted=posted, faults=faults, count=count)
        return _show_page(request, found, page_id, view, faults)
    return redirect(address(found.draft, found.pages[found.pages.index(page_id) + 1]))


def _saved(request: Request, who: Subject, found: Filing, page_id: str, reading: forms.Reading) -> Filing:
    """The draft with what could be read; what could not is kept as it was typed, and shown again."""
    typed = {page_id: _lists_of(request.POST)} if reading.faults else {}
    draft = drafts.save_page(by=who, draft_id=found.draft.id, values=reading.values, typed=typed, at=request.at)
    return Filing(draft, found.offered, found.today, found.lists)


def _lists_of(posted: QueryDict) -> dict[str, list[str]]:
    """What a page sent, without what is not an answer; nothing when it is longer than any form."""
    if sum(map(len, (text for _name, values in posted.lists() for text in values))) > TYPED_MAX:
        return {}
    left_out = {"csrfmiddlewaretoken", "later", "add"}
    return {clean_line(key): list(map(clean_text, values)) for key, values in posted.lists() if key not in left_out}


def _kept_as_typed(draft: Draft, page_id: str) -> QueryDict | None:
    """What was typed on this page and could not be read, when the page was left with it."""
    kept = draft.typed.get(page_id)
    if not kept:
        return None
    posted = QueryDict(mutable=True)
    for key, values in kept.items():
        posted.setlist(key, values)
    return posted


def _faults_of_the_whole(found: Filing, page_id: str) -> dict[str, Fault]:
    """Checks over the whole form that are broken, told on its last page: the review would only send one back."""
    form = found.offered.form
    pages = forms.visible_pages(form, found.draft.answers, found.today)
    if pages[-1].id != page_id:
        return {}
    return forms.failed_checks(form.checks, found.draft.answers, found.today, page_id)


def _with_removed(request: Request) -> QueryDict:
    """The posted page; an item just removed is among those removed before."""
    posted = request.POST.copy()
    if request.POST.get("remove"):
        posted.appendlist("removed", request.POST["remove"])
    return posted


def _posted_count(posted: QueryDict, asked: Page) -> int | None:
    """How many items of a repeated page were sent, removed ones included."""
    text = posted.get(f"{asked.repeat.id}-count", "") if asked.repeat else ""
    return min(int(text), ITEMS_MAX) if text.isdecimal() and len(text) < 4 else None


def _changed_items(request: Request, found: Filing, page_id: str, posted: QueryDict) -> HttpResponse:
    """“Add another” and “Remove” are buttons of the form itself: the page comes again with one item more or less."""
    asked = found.page(page_id)
    count = (_posted_count(posted, asked) or 0) + (1 if "add" in posted else 0)
    view = questions.page_view(
        asked, found.draft.answers, found.today, found.lists, posted=posted, count=min(count, ITEMS_MAX)
    )
    return _show_page(request, found, page_id, view)


def _show_page(
    request: Request,
    found: Filing,
    page_id: str,
    view: questions.PageView,
    faults: Mapping[str, Fault] | None = None,
) -> HttpResponse:
    asked = found.page(page_id)
    context = _beside(found, page_id) | {
        "title": words.text(asked.title),
        "intro": words.text(asked.intro),
        "help": words.text(asked.help),
        "view": view,
        "errors": (*errors_of(view.fields), *_errors_of_the_page(view, faults or {})),
        "offers": _offered_words(found, asked),
        "autosave": reverse("file-autosave", args=[found.draft.id, page_id]),
    }
    return render(request, "web/portal/page.html", context, status=422 if faults else 200)


def _errors_of_the_page(view: questions.PageView, faults: Mapping[str, Fault]) -> list[FormError]:
    """Faults that belong to no field shown here: too few items, a check over several pages."""
    names = {field.name for field in view.fields}
    anchor = view.fields[0].anchor if view.fields else "content"
    return [FormError(anchor, questions.fault(one)) for name, one in faults.items() if name not in names]


def _offered_words(found: Filing, asked: Page) -> dict[str, list[str]]:
    """What is offered while typing, by datalist: the home province's communes, and lists too long to open.

    Any commune of the country may be typed; these are only the near ones.
    """
    offers: dict[str, list[str]] = {}
    for question in asked.questions:
        if question.type == "commune":
            home = places.province(found.today.on).code
            near = places.children(home, found.today.on)
            offers[questions.offers_of(question)] = [places.full_name(one, found.today.on) for one in near]
        elif questions.is_typed(question, found.lists):
            offers[questions.offers_of(question)] = [words.text(one.label) for one in found.lists.items(question.list)]
    return offers


def _beside(found: Filing, page_id: str) -> dict[str, Any]:
    """What stands beside every page: where one is, what was saved, the way back."""
    ids = found.pages
    number = ids.index(page_id)
    return {
        "draft": found.draft,
        "procedure_title": words.text(found.offered.procedure.title),
        "number": number + 1,
        "count": len(ids),
        "back": _back(found, ids, number),
        "parts": _parts(found, ids, number),
        "saved_at": found.draft.saved_at,
        "here": "procedures",
        "shell": "web/base.html" if found.draft.channel == "online" else "web/desk_base.html",
        "leave_href": reverse(_home(found.draft)),
    }


def _back(found: Filing, ids: list[str], number: int) -> Link:
    """The page before; before the first one the procedure, or the counter's desk."""
    if number:
        return Link(address(found.draft, ids[number - 1]), found.title(ids[number - 1]))
    if found.draft.channel != "online":
        return Link(reverse("desk-reception"), _("Reception"))
    code = found.draft.procedure_code
    return Link(reverse("procedure", args=[code]), words.text(found.offered.procedure.title))


def _home(draft: Draft) -> str:
    """Where somebody goes who leaves a draft for later: the name of the page."""
    return "my-dossiers" if draft.channel == "online" else "desk-reception"


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
    typed = {page_id: _lists_of(request.POST)} if reading.faults else {}
    draft = drafts.save_page(by=who, draft_id=draft_id, values=values, typed=typed, at=request.at)
    return JsonResponse({"saved_at": words.clock(draft.saved_at)})


# ── Papers ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _papers(request: Request, who: Subject, found: Filing) -> HttpResponse:
    """All papers on one page, each with its files; files come with the page where there is no script."""
    refused: Mapping[str, Any] = {}
    if request.method == "POST":
        if request.POST.get("remove"):
            has = papers.given(found.draft).values()
            for row in (row for rows in has for row in rows if str(row.id) == request.POST["remove"]):
                drafts.detach(by=who, draft_id=found.draft.id, draft_paper_id=row.id, at=request.at)
            return redirect(address(found.draft, PAPERS))
        refused = papers.take_all(request, who, found.draft, found.offered)
    asked = papers.asked(found.offered, found.draft, request.today)
    given = papers.given(found.draft)
    missing = papers.missing(asked, given, found.draft)
    leaving = request.method == "POST" and not refused
    if leaving and "later" in request.POST:
        return redirect(_home(found.draft))
    if leaving and not missing:
        return redirect(address(found.draft, REVIEW))
    fields = papers.fields(found.draft, asked, given, refused, missing if leaving else [])
    context = _beside(found, PAPERS) | {
        "title": _("Papers"),
        "fields": fields,
        "shown": papers.shown(found.offered, found.draft, request.today),
        "errors": errors_of(fields),
    }
    return render(request, "web/portal/papers.html", context, status=422 if context["errors"] else 200)


# ── Review ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _review(request: Request, who: Subject, found: Filing) -> HttpResponse:
    declare_error = ""
    lacking = forms.unanswered(found.offered.form, found.draft.answers, found.today)
    if lacking is not None:
        return redirect(address(found.draft, lacking.id))
    if PAPERS in found.pages and _papers_missing(found, request):
        return redirect(address(found.draft, PAPERS))
    online = found.draft.channel == "online"
    arrived = arrival.now(request.at) if online else arrival.read(request.POST, request.at)
    if request.method == "POST":
        if request.POST.get("declared") != "yes":
            declare_error = _("Tick the box to declare that what you wrote is true.")
        elif not (arrived.day_error or arrived.clock_error):
            try:
                return _send(request, who, found, arrived.at)
            except ArrivalImpossible as problem:
                arrived = replace(arrived, day_error=_(problem.title))
    arrived_fields = () if online else arrival.fields(arrived)
    errors = (*errors_of(arrived_fields), *([FormError("f-declared", declare_error)] if declare_error else []))
    context = _review_context(request, found) | {
        "arrived_fields": arrived_fields,
        "declared": request.POST.get("declared") == "yes",
        "declare_error": declare_error,
        "errors": errors,
    }
    return render(request, "web/portal/review.html", context, status=422 if errors else 200)


def _review_context(request: Request, found: Filing) -> dict[str, Any]:
    calendar = places.calendar(request.today)
    promise = deadlines.promise(found.offered.version, found.draft.channel, request.at, calendar)
    charge = offers.charge(found.offered.version, found.draft.channel, found.draft.answers, request.today)
    return _beside(found, REVIEW) | {
        "title": _("Review before sending"),
        "sections": review_sections(found.offered, found.draft.answers, found.today, found.lists, found.draft),
        "papers": papers.review_rows(found.offered, found.draft, address(found.draft, PAPERS)),
        "promise": promise,
        "due": words.due(promise.due_at),
        "deadline": words.deadline(promise.deadline),
        "skipped": words.skipped(request.today, local_date(promise.due_at), calendar) if promise.due_at else "",
        "charge": charge,
        "agency": words.agency(found.draft.agency_code, request.today),
    }


def _papers_missing(found: Filing, request: Request) -> bool:
    """Whether a paper that must be handed in has no file yet."""
    asked = papers.asked(found.offered, found.draft, request.today)
    return bool(papers.missing(asked, papers.given(found.draft), found.draft))


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


def _send(request: Request, who: Subject, found: Filing, arrived_at: datetime | None) -> HttpResponse:
    calendar = places.calendar(request.today)
    try:
        filed = drafts.submit(by=who, draft_id=found.draft.id, calendar=calendar, arrived_at=arrived_at, at=request.at)
    except Incomplete as problem:
        page_id = problem.values["page"]
        return redirect(address(found.draft, PAPERS if page_id == "papers" else page_id))
    if found.draft.channel != "online":
        return redirect("desk-dossier", code=filed.code)
    return redirect("receipt", code=filed.code)


@require_http_methods(["GET", "POST"])
@signed_in
def give_up(request: Request, who: Subject, draft_id: UUID) -> HttpResponse:
    """Deleting a draft is asked for once more."""
    draft = access_draft(who, draft_id)
    if request.method == "POST":
        drafts.give_up(by=who, draft_id=draft_id, at=request.at)
        return redirect(_home(draft))
    found = offered(draft.procedure_code, request.today)
    context = {
        "draft": draft,
        "title": words.text(found.procedure.title) if found else draft.procedure_code,
        "leave_href": reverse(_home(draft)),
    }
    return render(request, "web/portal/give_up.html", context)


@require_GET
@signed_in
def resume(request: Request, who: Subject, draft_id: UUID) -> HttpResponse:
    """Back into a draft: to the first page that lacks something."""
    found = _filing(request, who, draft_id)
    lacking = forms.unanswered(found.offered.form, found.draft.answers, found.today)
    return redirect(address(found.draft, lacking.id if lacking else found.pages[-1]))
