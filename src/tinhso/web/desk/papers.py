"""Papers of a dossier on the desk: the list with a verdict for each, a viewer page by page, files as they were sent.

A file is reached only through the dossier that it belongs to, and only with the permission to see its files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tinhso.cases import queries
from tinhso.cases.access import access_dossier_by_code, rule_for
from tinhso.cases.actions import moving
from tinhso.cases.catalogue import Offered
from tinhso.cases.models import Dossier
from tinhso.cases.queries import PaperLine
from tinhso.cases.rules import VerdictReasonMissing
from tinhso.documents import preview as previews
from tinhso.documents import queries as documents
from tinhso.documents.rules import DocumentUnknown, MediaType, serving_headers
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.kernel.calendar import local_date
from tinhso.kernel.text import clean_line
from tinhso.web import words
from tinhso.web.components import Link
from tinhso.web.portal.issued import paper_words, stream
from tinhso.web.requests import Request, officer

VERDICT_CHIP = {"good": "done", "bad": "late", "": "new"}


@dataclass(frozen=True, slots=True)
class Item:
    """One file in the list of papers."""

    id: UUID
    paper_id: str
    title: str
    note: str
    chip_state: str
    chip: str
    href: str
    viewing: bool


@dataclass(frozen=True, slots=True)
class Viewer:
    """The file that is looked at: one page of it as a picture, or why there is none."""

    item: Item
    file: PaperLine
    page: int
    pages: int
    picture: str
    previous: str
    next: str
    download: str


@dataclass(frozen=True, slots=True)
class Desk:
    """The panel of papers."""

    items: tuple[Item, ...]
    viewer: Viewer | None
    summary: str
    may_judge: bool


def panel(request: Request, who: Subject, dossier: Dossier, offered: Offered, files: Sequence[PaperLine]) -> Desk:
    """The papers, and the one that the address names; the first without a verdict otherwise."""
    wanted = request.GET.get("giay", "")
    looked_at = next((f for f in files if str(f.id) == wanted), None)
    looked_at = looked_at or next((f for f in files if not f.verdict), files[0] if files else None)
    items = tuple(_item(file, offered, viewing=file is looked_at) for file in files)
    current = next((item for item in items if item.viewing), None)
    seen = rule_for(who, dossier, Permission.FILES_VIEW) is not None
    return Desk(
        items=items,
        viewer=_viewer(request, dossier, current, looked_at) if current and looked_at and seen else None,
        summary=_summary(files),
        may_judge=rule_for(who, dossier, *moving.JUDGES) is not None,
    )


def _item(file: PaperLine, offered: Offered, *, viewing: bool) -> Item:
    titles = {paper.id: words.text(paper.title) for paper in offered.version.papers}
    said = {"good": _("Good"), "bad": _("Not good"), "": _("Not looked at")}
    pages = ngettext("{n} page", "{n} pages", file.pages).format(n=file.pages) if file.pages else file.name
    came = _("added {day}").format(day=words_day(file)) if file.round else _("as filed")
    return Item(
        id=file.id,
        paper_id=file.paper_id,
        title=titles.get(file.paper_id, _("Other papers")),
        note=f"{pages} · {came}" + (f" · {file.verdict_reason}" if file.verdict == "bad" else ""),
        chip_state=VERDICT_CHIP[file.verdict],
        chip=said[file.verdict],
        href=_address(file.id, 1),
        viewing=viewing,
    )


def words_day(file: PaperLine) -> str:
    return f"{local_date(file.added_at):%d/%m}"


def _address(file_id: UUID, page: int) -> str:
    query = {"giay": str(file_id)} | ({"trang": str(page)} if page > 1 else {})
    return f"?{urlencode(query)}#papers"


def _viewer(request: Request, dossier: Dossier, item: Item, file: PaperLine) -> Viewer:
    pages = max(file.pages, 1)
    text = request.GET.get("trang", "1")
    page = min(max(int(text), 1), pages) if text.isdecimal() and len(text) < 5 else 1
    drawn = file.media_type != MediaType.DOCX
    return Viewer(
        item=item,
        file=file,
        page=page,
        pages=pages,
        picture=reverse("desk-preview", args=[dossier.code, file.document_id, page]) if drawn else "",
        previous=_address(file.id, page - 1) if page > 1 else "",
        next=_address(file.id, page + 1) if page < pages else "",
        download=reverse("desk-file", args=[dossier.code, file.document_id]),
    )


def _summary(files: Sequence[PaperLine]) -> str:
    papers = len({file.paper_id for file in files})
    # Apart from the other, so that both are found by whoever collects the messages.
    said = ngettext("{n} paper", "{n} papers", papers).format(n=papers)
    attached = ngettext("{n} file", "{n} files", len(files)).format(n=len(files))
    return f"{said}, {attached}"


def issued(dossier: Dossier) -> list[tuple[UUID | None, Link]]:
    """Papers that the agency issued about the dossier, each with the entry that caused it."""
    return [
        (paper.cause, Link(reverse("desk-file", args=[dossier.code, paper.document_id]), paper_words(paper.template)))
        for paper in documents.papers_of(dossier.id)
    ]


# ── Files ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _allowed(who: Subject, code: str, document_id: UUID) -> None:
    """Raises as if it did not exist, when the document is not this dossier's or may not be seen."""
    dossier = access_dossier_by_code(who, code, Permission.FILES_VIEW)
    own = {line.document_id for line in queries.papers_of(dossier.id)} | {dossier.result_document_id}
    if document_id not in own and document_id not in {p.document_id for p in documents.papers_of(dossier.id)}:
        raise DocumentUnknown(document_id=str(document_id))


@require_GET
@officer
def file(_request: Request, who: Subject, code: str, document_id: UUID) -> HttpResponseBase:
    """A file of the dossier: what the citizen sent, or what the agency issued."""
    _allowed(who, code, document_id)
    return stream(document_id)


@require_GET
@officer
def preview(_request: Request, who: Subject, code: str, document_id: UUID, page: int) -> HttpResponse:
    """One page as a picture, without anything that a file may carry besides what is seen."""
    _allowed(who, code, document_id)
    picture = previews.preview(document_id, page=page)
    return HttpResponse(picture, content_type="image/webp", headers=serving_headers("image/webp"))


# ── Verdicts ──────────────────────────────────────────────────────────────────────────────────────────────────────


@require_POST
@officer
def judge(request: Request, who: Subject, code: str) -> HttpResponse:
    """The verdict on one paper. “Not good” without a reason brings the papers again with the reason asked for."""
    dossier = access_dossier_by_code(who, code, Permission.DOSSIER_VIEW)
    file = next((f for f in queries.papers_of(dossier.id) if str(f.id) == request.POST.get("file", "")), None)
    if file is None:
        raise DocumentUnknown(document_id="")
    verdict = request.POST.get("verdict", "")
    address = f"{reverse('desk-papers', args=[code])}?{urlencode({'giay': str(file.id)})}"
    try:
        moving.judge_paper(
            by=who,
            dossier_id=dossier.id,
            paper_id=file.paper_id,
            verdict=verdict if verdict in VERDICT_CHIP else "",
            reason=clean_line(request.POST.get("reason", "")),
            at=request.at,
        )
    except VerdictReasonMissing:
        return redirect(f"{address}&ly-do=thieu#papers")
    back = (
        reverse("desk-dossier", args=[code])
        if request.POST.get("from") == "overview"
        else reverse("desk-papers", args=[code])
    )
    return redirect(f"{back}?{urlencode({'giay': str(file.id)})}#papers")
