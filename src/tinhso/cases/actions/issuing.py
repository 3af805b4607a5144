"""Papers that follow what happened to a dossier: printed, kept and stood for, once for each entry of the journal."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.cases import papers
from tinhso.cases.models import Dossier, Supplement
from tinhso.cases.rules import Kind
from tinhso.documents import books
from tinhso.documents.papers import Paper, issue_paper, issued_for, stand_for
from tinhso.documents.queries import PaperLine
from tinhso.journal.queries import Entry
from tinhso.kernel.calendar import local_date
from tinhso.places import queries as places
from tinhso.places.rules import AgencyKind

# The paper of each kind of entry. A result that was uploaded takes the place of the letter.
TEMPLATE: Mapping[Kind, str] = {
    Kind.SUBMITTED: "application",
    Kind.ACCEPTED: "form-01",
    Kind.MORE_ASKED: "form-02",
    Kind.REFUSED: "form-03",
    Kind.STOPPED: "form-05",
    Kind.DECIDED: "result-letter",
}
COMMITTEES = {AgencyKind.COMMUNE_COMMITTEE, AgencyKind.PROVINCE_COMMITTEE}
BOOKS = {Kind.DECIDED: ("results", "KQ"), Kind.STOPPED: ("notices", "TB")}


@transaction.atomic(durable=True)
def issue_for(*, entry: Entry) -> PaperLine:
    """The paper that an entry calls for. The same entry again answers with the same paper.

    Asked for before anything is numbered, under the dossier's lock: a second run takes no number of office.
    """
    kind = Kind(entry.kind)
    dossier = Dossier.objects.select_for_update(of=("self",)).get(id=UUID(entry.subject))
    known = issued_for(entry.id, TEMPLATE[kind])
    return known or _issue(kind, dossier, entry)


def _issue(kind: Kind, dossier: Dossier, entry: Entry) -> PaperLine:
    if kind is Kind.DECIDED and dossier.result_document_id:
        paper = papers.result_file(dossier, entry)
        return stand_for(by=None, paper=paper, document_id=dossier.result_document_id, at=entry.at)
    return issue_paper(by=None, paper=_printed(kind, dossier, entry), at=entry.at)


def _printed(kind: Kind, dossier: Dossier, entry: Entry) -> Paper:
    if kind is Kind.SUBMITTED:
        return papers.application(dossier, entry)
    if kind is Kind.ACCEPTED:
        return papers.receipt(dossier, entry)
    if kind is Kind.REFUSED:
        return papers.refusal(dossier, entry)
    if kind is Kind.MORE_ASKED:
        asked = Supplement.objects.get(dossier=dossier, number=entry.data["number"])
        return papers.more_asked(dossier, asked, entry)
    number = _office_number(kind, dossier, entry.at)
    if kind is Kind.STOPPED:
        return papers.stopped(dossier, number, entry)
    return papers.result(dossier, number, entry)


def _office_number(kind: Kind, dossier: Dossier, at: datetime) -> str:
    book, notation = BOOKS[kind]
    number = books.next_number(agency_code=dossier.agency_code, book=book, year=local_date(at).year)
    committee = places.agency(dossier.agency_code, dossier.received_on).kind in COMMITTEES
    return books.number_text(number, f"{notation}-UBND" if committee else notation)
