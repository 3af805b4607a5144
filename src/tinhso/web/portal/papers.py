"""Files of a draft: which papers are asked for, taking them in, refusing with words, showing what was received."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tinhso.cases import queries
from tinhso.cases.access import access_draft
from tinhso.cases.actions import drafts
from tinhso.cases.catalogue import Offered, offered
from tinhso.cases.models import Draft, DraftPaper
from tinhso.cases.offers import asked_papers
from tinhso.cases.pack_part import Paper
from tinhso.cases.rules import ProcedureNotPublished
from tinhso.documents import actions as documents
from tinhso.documents.rules import FileRefused
from tinhso.identity.rules import Subject
from tinhso.web import words
from tinhso.web.components import Field, SummaryRow, Upload
from tinhso.web.requests import Request, signed_in

FILES_MAX = 60  # of one draft, over all its papers


def asked(found: Offered, draft: Draft, on: date) -> list[Paper]:
    """The papers to hand in as files, with these answers."""
    papers = asked_papers(found.version, draft.answers, on=on, channel=draft.channel)
    return [paper for paper in papers if paper.kind == "submit"]


def shown(found: Offered, draft: Draft, on: date) -> list[dict[str, str]]:
    """Papers that are only shown at the counter: said, so that nobody looks for a place to send them."""
    papers = asked_papers(found.version, draft.answers, on=on, channel=draft.channel)
    return [{"title": words.text(p.title), "help": words.text(p.help)} for p in papers if p.kind == "show"]


def given(draft: Draft) -> dict[str, list[DraftPaper]]:
    """The files that the draft already has, by paper."""
    found: dict[str, list[DraftPaper]] = {}
    for row in queries.papers_of_draft(draft.id, limit=FILES_MAX):
        found.setdefault(row.paper_id, []).append(row)
    return found


def missing(papers: Sequence[Paper], has: Mapping[str, list[DraftPaper]], draft: Draft) -> list[Paper]:
    """Papers that must be handed in and have no file. At the counter the papers lie on the table: no file is needed."""
    if draft.channel != "online":
        return []
    return [paper for paper in papers if paper.required and paper.id not in has]


def upload_of(row: DraftPaper) -> Upload:
    """A file as its receipt: name, size, pages, the second it came, its fingerprint."""
    file = row.document.file
    return Upload(
        name=row.document.name,
        size=file.size_bytes,
        pages=file.pages or None,
        at=row.added_at,
        sha256=file.sha256,
        remove_name="remove",
        remove_value=str(row.id),
    )


def fields(
    draft: Draft,
    papers: Sequence[Paper],
    has: Mapping[str, list[DraftPaper]],
    refused: Mapping[str, list[Upload]],
    lacking: Sequence[Paper],
) -> tuple[Field, ...]:
    """One field a paper, with its files and those that were refused."""
    wanting = {paper.id for paper in lacking}
    made = []
    for paper in papers:
        bad = refused.get(paper.id, [])
        error = bad[0].refusal if bad else _("Add at least one file of this paper.") if paper.id in wanting else ""
        made.append(
            Field(
                kind="file",
                name=paper.id,
                label=words.text(paper.title),
                hint=words.text(paper.help)
                or _("All four corners, easy to read. PDF, JPG or PNG; each file at most 20 MB."),
                optional=not paper.required,
                error=error,
                multiple=paper.files_max > 1,
                uploads=(*(upload_of(row) for row in has.get(paper.id, [])), *bad),
                upload_url=reverse("file-upload", args=[draft.id, paper.id]),
            )
        )
    return tuple(made)


def take_all(request: Request, who: Subject, draft: Draft, found: Offered) -> dict[str, list[Upload]]:
    """Every file that came with the page; answers those refused, by paper."""
    refused: dict[str, list[Upload]] = {}
    for paper in asked(found, draft, request.today):
        for file in request.FILES.getlist(paper.id)[: paper.files_max]:
            bad = take(request, who, draft, paper, file)
            if isinstance(bad, Upload):
                refused.setdefault(paper.id, []).append(bad)
    return refused


def take(request: Request, who: Subject, draft: Draft, paper: Paper, file: "UploadedFile[Any]") -> DraftPaper | Upload:
    """Store one file and attach it, or say in one sentence why it was refused."""
    if sum(len(rows) for rows in given(draft).values()) >= FILES_MAX:
        return Upload(
            name=file.name or "", size=file.size or 0, refusal=_("This draft has as many files as it may have.")
        )
    try:
        stored = documents.store(
            by=who,
            content=file,
            name=file.name or "",
            purpose=f"draft.{paper.id}",
            declared_type=file.content_type or "",
            at=request.at,
        )
    except FileRefused as problem:
        return Upload(name=file.name or "", size=file.size or 0, refusal=sentence(problem))
    return drafts.attach(by=who, draft_id=draft.id, paper_id=paper.id, document_id=stored.id, at=request.at)


def sentence(problem: FileRefused) -> str:
    """Why a file was refused, with what to do."""
    error = problem.errors[0] if problem.errors else None
    return _(error.message).format(**error.values) if error else _(problem.title)


@require_POST
@signed_in
def upload(request: Request, who: Subject, draft_id: UUID, paper_id: str) -> HttpResponse:
    """One file, sent by script with its progress; answers with its receipt, 422 when it was refused."""
    draft = access_draft(who, draft_id)
    found = offered(draft.procedure_code, request.today)
    if found is None:
        raise ProcedureNotPublished(procedure=draft.procedure_code)
    paper = next((p for p in asked(found, draft, request.today) if p.id == paper_id), None)
    file = request.FILES.get("file")
    if paper is None or file is None:
        return HttpResponse(status=400)
    taken = take(request, who, draft, paper, file)
    bad = isinstance(taken, Upload)
    receipt = taken if isinstance(taken, Upload) else upload_of(taken)
    return render(request, "web/components/upload_receipt.html", {"upload": receipt}, status=422 if bad else 200)


def review_rows(found: Offered, draft: Draft, href: str) -> list[SummaryRow]:
    """The papers on the review page: which files, how many."""
    has = given(draft)
    titles: dict[str, Any] = {paper.id: paper.title for paper in found.version.papers}
    return [
        SummaryRow(
            key=words.text(titles.get(paper_id)) or paper_id,
            value=tuple(r.document.name for r in rows),
            change_href=href,
        )
        for paper_id, rows in has.items()
    ]
