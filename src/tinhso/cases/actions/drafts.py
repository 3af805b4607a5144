"""Drafts: begun, saved by themselves, given files, sent.

A draft is not a record of office (no journal entry): it is the citizen's own, erased when it is sent or given up.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tinhso.cases import deadlines, forms, offers
from tinhso.cases.access import access_draft
from tinhso.cases.actions.filing import Applicant, Filed, FiledPaper, Filing, file, filed_with
from tinhso.cases.catalogue import Offered, known_of, offered
from tinhso.cases.models import Draft, DraftPaper
from tinhso.cases.offers import asked_papers
from tinhso.cases.rules import Incomplete, NotFiledHere, ProcedureNotPublished
from tinhso.documents import queries as documents
from tinhso.documents.actions import attach as attach_documents
from tinhso.documents.queries import Holder
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.kernel.calendar import Calendar, local_date
from tinhso.kernel.problems import NotAllowed
from tinhso.places import queries as places

DRAFTS_MAX = 50


def _ready_to_file(procedure_code: str, at: datetime) -> Offered:
    found = offered(procedure_code, local_date(at))
    if found is None:
        raise ProcedureNotPublished(procedure=procedure_code)
    if found.procedure.filed_elsewhere:
        raise NotFiledHere(procedure=procedure_code)
    return found


@transaction.atomic(durable=True)
def begin(
    *, by: Subject, procedure_code: str, language: str, channel: str = "online", agency_code: str = "", at: datetime
) -> Draft:
    """A new draft of a procedure, with what is already known about the person filled in.

    channel  "online" for citizens; "counter" and "post" for the officers who take a dossier for somebody
    raises   ProcedureNotPublished, NotFiledHere
    """
    found = _ready_to_file(procedure_code, at)
    if channel != "online" and not by.may_anywhere(Permission.DOSSIER_RECEIVE):
        raise NotAllowed
    form = found.form
    answers = forms.prefilled(form, known_of(by)) if channel == "online" else {}
    return Draft.objects.create(
        account_id=by.account_id,
        procedure_code=procedure_code,
        pack_version_id=found.pack_version_id,
        agency_code=agency_code,
        channel=channel,
        answers=answers,
        language=language,
        created_at=at,
        saved_at=at,
    )


@transaction.atomic(durable=True)
def save_page(
    *, by: Subject, draft_id: UUID, values: Mapping[str, Any], typed: Mapping[str, Any] | None = None, at: datetime
) -> Draft:
    """Keep a page's answers; `typed` is what could not be read, by field, and is shown again. A None takes an answer away."""
    draft = access_draft(by, draft_id, lock=True)
    answers = {**draft.answers, **values}
    draft.answers = {key: value for key, value in answers.items() if value is not None}
    draft.typed = dict(typed or {})
    draft.saved_at = at
    draft.save(update_fields=["answers", "typed", "saved_at"])
    return draft


@transaction.atomic(durable=True)
def choose_agency(*, by: Subject, draft_id: UUID, agency_code: str, at: datetime) -> Draft:
    """To which agency the dossier goes (the commune that the citizen chose)."""
    draft = access_draft(by, draft_id, lock=True)
    draft.agency_code, draft.saved_at = agency_code, at
    draft.save(update_fields=["agency_code", "saved_at"])
    return draft


@transaction.atomic(durable=True)
def attach(*, by: Subject, draft_id: UUID, paper_id: str, document_id: UUID, at: datetime) -> DraftPaper:
    """A stored file for one paper of the draft. The same file twice is one file."""
    draft = access_draft(by, draft_id, lock=True)
    found = _ready_to_file(draft.procedure_code, at)
    papers = {paper.id: paper for paper in found.version.papers}
    if paper_id not in papers:
        raise ProcedureNotPublished(procedure=draft.procedure_code)
    same = DraftPaper.objects.filter(draft=draft, paper_id=paper_id, document__file__sha256=documents.document(document_id).sha256)
    kept = same.first()
    if kept is None:
        attach_documents(document_ids=[document_id], holder=Holder("cases.draft", draft.id), added_by=by.account_id)
        kept = DraftPaper.objects.create(draft=draft, paper_id=paper_id, document_id=document_id, added_at=at)
    draft.saved_at = at
    draft.save(update_fields=["saved_at"])
    return kept


@transaction.atomic(durable=True)
def detach(*, by: Subject, draft_id: UUID, draft_paper_id: UUID, at: datetime) -> None:
    """Take a file away from the draft again."""
    draft = access_draft(by, draft_id, lock=True)
    DraftPaper.objects.filter(draft=draft, id=draft_paper_id).delete()
    draft.saved_at = at
    draft.save(update_fields=["saved_at"])


@transaction.atomic(durable=True)
def give_up(*, by: Subject, draft_id: UUID) -> None:
    """The citizen deletes a draft."""
    access_draft(by, draft_id, lock=True).delete()


# ── Sending ───────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def _filing_of(*, by: Subject, draft_id: UUID, calendar: Calendar, at: datetime) -> Filing:
    """Everything that the draft becomes, checked against today's law; raises Incomplete with the first page that lacks something."""
    draft = access_draft(by, draft_id, lock=True)
    found = _ready_to_file(draft.procedure_code, at)
    today = forms.Today(local_date(at), draft.channel)
    lacking = forms.unanswered(found.form, draft.answers, today)
    if lacking is not None:
        raise Incomplete(page=lacking.id)
    answers = forms.kept(found.form, draft.answers, today)
    papers = _papers_of(draft, found, answers, today)
    agency_code = draft.agency_code or found.publication.agency or ""
    agency = places.agency(agency_code, today.on)
    if agency is None:
        raise Incomplete(page="agency")
    return Filing(
        form_key=draft.id,
        filed_by=by.account_id,
        owner_id=by.account_id if draft.channel == "online" else None,
        offered=found,
        agency_code=agency_code,
        unit_code=agency.unit_code or "",
        channel=draft.channel,
        answers=answers,
        papers=papers,
        applicant=applicant_of(answers, known_of(by) if draft.channel == "online" else {}),
        subject=str(answers.get(found.form.subject or "", "")),
        language=draft.language,
        return_channel=str(answers.get("result_channel", "online" if draft.channel == "online" else "counter")),
        promise=deadlines.promise(found.version, draft.channel, at, calendar),
        charge=offers.charge(found.version, draft.channel, answers, today.on),
        first_step=found.flow[0].step if found.flow else "receive",
    )


def _papers_of(draft: Draft, found: Offered, answers: Mapping[str, Any], today: forms.Today) -> tuple[FiledPaper, ...]:
    """The files handed in; raises Incomplete when a paper that must be handed in has none."""
    rows = list(DraftPaper.objects.filter(draft=draft).select_related("document__file").order_by("added_at", "id"))
    given = {row.paper_id for row in rows}
    for paper in asked_papers(found.version, answers, on=today.on, channel=draft.channel):
        if paper.required and paper.kind == "submit" and paper.id not in given and draft.channel == "online":
            raise Incomplete(page="papers")
    return tuple(FiledPaper(row.paper_id, row.document_id, row.document.file.sha256) for row in rows)


def applicant_of(answers: Mapping[str, Any], known: Mapping[str, Any]) -> Applicant:
    """Who the dossier is from: the requester's answers, else what is known of the account."""

    def first(*names: str, or_known: str) -> str:
        typed = next((str(answers[name]) for name in names if answers.get(name)), "")
        return typed or str(known.get(or_known) or "")

    name = first("requester_full_name", "organisation_name", "owner_full_name", or_known="person.full_name")
    return Applicant(
        name=name or first("requester_email", or_known="account.email"),
        personal_id=first("requester_personal_id", "owner_personal_id", or_known="person.personal_id"),
        phone=first("requester_phone", "owner_phone", or_known="account.phone"),
        email=first("requester_email", or_known="account.email"),
    )


def submit(*, by: Subject, draft_id: UUID, calendar: Calendar, at: datetime) -> Filed:
    """Send a draft: it becomes a dossier. Sent twice, the second answer is the first dossier.

    raises  Incomplete (page), ProcedureNotPublished, NotFiledHere, DraftNotFound
    """
    first = filed_with(by.account_id, draft_id)
    if first is not None:
        return first
    filing = _filing_of(by=by, draft_id=draft_id, calendar=calendar, at=at)
    return file(filing=filing, at=at)
