"""Papers that follow what happened to a dossier: printed, kept and stood for, once for each entry of the journal."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.cases import papers
from tinhso.cases.models import Dossier, Supplement
from tinhso.cases.rules import Kind
from tinhso.documents import books
from tinhso.documents.papers import Paper, issue_paper
from tinhso.documents.queries import PaperLine
from tinhso.kernel.calendar import local_date

BOOKS = {Kind.DECIDED: ("results", "KQ"), Kind.STOPPED: ("notices", "TB")}


@transaction.atomic(durable=True)
def issue_for(*, kind: Kind, dossier_id: UUID, cause: UUID, at: datetime) -> PaperLine | None:
    """The paper that an entry calls for; None when it calls for none. The same entry again answers with the same paper."""
    dossier = Dossier.objects.select_for_update(of=("self",)).get(id=dossier_id)
    paper = _paper_for(kind, dossier, cause, at)
    return issue_paper(by=None, paper=paper, at=at) if paper else None


def _paper_for(kind: Kind, dossier: Dossier, cause: UUID, at: datetime) -> Paper | None:
    if kind is Kind.SUBMITTED:
        return papers.application(dossier, cause=cause, at=at)
    if kind is Kind.ACCEPTED:
        return papers.receipt(dossier, cause=cause, at=at)
    if kind is Kind.REFUSED:
        return papers.refusal(dossier, cause=cause, at=at)
    if kind is Kind.MORE_ASKED:
        asked = Supplement.objects.filter(dossier=dossier).order_by("-number").first()
        return papers.more_asked(dossier, asked, cause=cause, at=at) if asked else None
    if kind is Kind.STOPPED:
        return papers.stopped(dossier, _office_number(kind, dossier, at), cause=cause, at=at)
    if kind is Kind.DECIDED and dossier.result_text:
        return papers.result(dossier, _office_number(kind, dossier, at), cause=cause, at=at)
    return None


def _office_number(kind: Kind, dossier: Dossier, at: datetime) -> str:
    book, notation = BOOKS[kind]
    number = books.next_number(agency_code=dossier.agency_code, book=book, year=local_date(at).year)
    return books.number_text(number, f"{notation}-UBND" if ".31." in dossier.agency_code else notation)
