"""Drafts: begun, saved by themselves, given files, sent.

A draft is not a record of office (no journal entry): it is the citizen's own, erased when it is sent or given up.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from tinhso.cases import deadlines, forms, offers
from tinhso.cases.access import access_draft
from tinhso.cases.actions.filing import Applicant, Filed, FiledPaper, Filing, file, filed_with
from tinhso.cases.catalogue import Offered, known_of, offered
from tinhso.cases.models import Draft, DraftPaper
from tinhso.cases.offers import asked_papers
from tinhso.cases.rules import (
    ArrivalImpossible,
    ChannelNotOffered,
    DraftNotFound,
    Incomplete,
    NotFiledHere,
    NotOffered,
    ProcedureNotPublished,
    TooManyDrafts,
    TooManyFiles,
    WrongAgency,
)
from tinhso.documents import queries as documents
from tinhso.documents.actions import attach as attach_documents
from tinhso.documents.actions import discard, hand_over
from tinhso.documents.queries import Holder
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.kernel.calendar import Calendar, local_date
from tinhso.kernel.problems import FieldError, NotAllowed
from tinhso.places import queries as places
from tinhso.places.rules import AgencyUnknown

DRAFTS_MAX = 50
ARRIVED_BEFORE_MAX = timedelta(days=30)
HOLDER = "cases.draft"


def _ready_to_file(procedure_code: str, channel: str, at: datetime) -> Offered:
    """The procedure as it can be filed through the channel on that day."""
    found = offered(procedure_code, local_date(at))
    if found is None:
        raise ProcedureNotPublished(procedure=procedure_code)
    if found.procedure.filed_elsewhere:
        raise NotFiledHere(procedure=procedure_code)
    if channel not in found.version.channels:
        raise ChannelNotOffered(procedure=procedure_code, channel=channel)
    return found


@transaction.atomic(durable=True)
def begin(
    *, by: Subject, procedure_code: str, language: str, channel: str = "online", agency_code: str = "", at: datetime
) -> Draft:
    """A new draft of a procedure, with what is already known about the person filled in.

    channel  "online" for citizens; "counter" and "post" for the officers who take a dossier for somebody
    raises   ProcedureNotPublished, NotFiledHere, ChannelNotOffered, WrongAgency, TooManyDrafts
    """
    found = _ready_to_file(procedure_code, channel, at)
    if channel != "online" and not by.may_anywhere(Permission.DOSSIER_RECEIVE):
        raise NotAllowed
    if agency_code:
        _check_agency(by, found, channel, agency_code, at)
    if Draft.objects.filter(account_id=by.account_id).count() >= DRAFTS_MAX:
        raise TooManyDrafts(limit=DRAFTS_MAX)
    return Draft.objects.create(
        account_id=by.account_id,
        procedure_code=procedure_code,
        pack_version_id=found.pack_version_id,
        agency_code=agency_code,
        channel=channel,
        answers=forms.prefilled(found.form, known_of(by)) if channel == "online" else {},
        language=language,
        created_at=at,
        saved_at=at,
    )


def _check_agency(by: Subject, found: Offered, channel: str, agency_code: str, at: datetime) -> str:
    """The unit of the agency, when it takes the procedure; at the counter the officer must file for it.

    Raises WrongAgency.
    """
    try:
        agency = places.agency(agency_code, local_date(at))
    except AgencyUnknown:
        raise WrongAgency([FieldError("agency", WrongAgency.title)]) from None
    fixed = found.publication.agency
    takes_it = agency.code == fixed if fixed else agency.kind.value == found.procedure.handled_by
    if not takes_it:
        raise WrongAgency([FieldError("agency", WrongAgency.title)])
    if channel != "online" and not by.may(
        Permission.DOSSIER_FILE, agency_code=agency_code, field_code=found.procedure.field
    ):
        raise NotAllowed
    return agency.unit_code or ""


@transaction.atomic(durable=True)
def save_page(
    *, by: Subject, draft_id: UUID, values: Mapping[str, Any], typed: Mapping[str, Any] | None = None, at: datetime
) -> Draft:
    """Keep a page's answers; `typed` is what could not be read, by field, and is shown again.

    A None takes an answer away.
    """
    draft = access_draft(by, draft_id, lock=True)
    answers = {**draft.answers, **values}
    draft.answers = {key: value for key, value in answers.items() if value is not None}
    draft.typed = dict(typed or {})
    draft.saved_at = at
    draft.save(update_fields=["answers", "typed", "saved_at"])
    return draft


@transaction.atomic(durable=True)
def choose_agency(*, by: Subject, draft_id: UUID, agency_code: str, at: datetime) -> Draft:
    """To which agency the dossier goes (the commune that the citizen chose). Raises WrongAgency."""
    draft = access_draft(by, draft_id, lock=True)
    found = _ready_to_file(draft.procedure_code, draft.channel, at)
    _check_agency(by, found, draft.channel, agency_code, at)
    draft.agency_code, draft.saved_at = agency_code, at
    draft.save(update_fields=["agency_code", "saved_at"])
    return draft


@transaction.atomic(durable=True)
def attach(*, by: Subject, draft_id: UUID, paper_id: str, document_id: UUID, at: datetime) -> DraftPaper:
    """A stored file for one paper of the draft. The same file twice is one file. Raises NotOffered, TooManyFiles."""
    draft = access_draft(by, draft_id, lock=True)
    found = _ready_to_file(draft.procedure_code, draft.channel, at)
    paper = next((paper for paper in found.version.papers if paper.id == paper_id), None)
    if paper is None:
        raise NotOffered([FieldError("file", NotOffered.title)])
    files = DraftPaper.objects.filter(draft=draft, paper_id=paper_id)
    kept = files.filter(document__file__sha256=documents.document(document_id).sha256).order_by("id").first()
    if kept is None:
        if files.count() >= paper.files_max:
            raise TooManyFiles(limit=paper.files_max)
        attach_documents(document_ids=[document_id], holder=Holder(HOLDER, draft.id), added_by=by.account_id)
        kept = DraftPaper.objects.create(draft=draft, paper_id=paper_id, document_id=document_id, added_at=at)
    draft.saved_at = at
    draft.save(update_fields=["saved_at"])
    return kept


@transaction.atomic(durable=True)
def detach(*, by: Subject, draft_id: UUID, draft_paper_id: UUID, at: datetime) -> None:
    """Take a file away from the draft again; nobody keeps it."""
    draft = access_draft(by, draft_id, lock=True)
    _let_go(by, list(DraftPaper.objects.filter(draft=draft, id=draft_paper_id)), at)
    draft.saved_at = at
    draft.save(update_fields=["saved_at"])


@transaction.atomic(durable=True)
def give_up(*, by: Subject, draft_id: UUID, at: datetime) -> None:
    """The citizen deletes a draft, with its files."""
    draft = access_draft(by, draft_id, lock=True)
    _let_go(by, list(DraftPaper.objects.filter(draft=draft).order_by("id")), at)
    draft.delete()


def _let_go(by: Subject, rows: list[DraftPaper], at: datetime) -> None:
    """A file is discarded with the last of the draft's papers that it was given for."""
    for row in rows:
        row.delete()
        if not DraftPaper.objects.filter(document_id=row.document_id).exists():
            discard(by=by, document_id=row.document_id, at=at)


# ── Sending ───────────────────────────────────────────────────────────────────────────────────────────────────────


def submit(
    *, by: Subject, draft_id: UUID, calendar: Calendar, arrived_at: datetime | None = None, at: datetime
) -> Filed:
    """Send a draft: it becomes a dossier. Sent twice, the second answer is the first dossier.

    arrived_at  when it reached the agency, for what came by post or was registered later; absent: now
    raises      Incomplete (page), ProcedureNotPublished, NotFiledHere, ChannelNotOffered, WrongAgency,
                ArrivalImpossible,
                DraftNotFound
    """
    try:
        return _send(by=by, draft_id=draft_id, calendar=calendar, arrived_at=arrived_at or at, at=at)
    except DraftNotFound:
        # The first of two equal requests has ended the draft, perhaps while this one waited for its row.
        first = filed_with(by.account_id, draft_id)
        if first is None:
            raise
        return first


@transaction.atomic(durable=True)
def _send(*, by: Subject, draft_id: UUID, calendar: Calendar, arrived_at: datetime, at: datetime) -> Filed:
    """Everything is checked under the draft's lock: what was checked is what is filed."""
    draft = access_draft(by, draft_id, lock=True)
    filing = _filing_of(by, draft, calendar, arrived_at, at)
    filed = file(filing=filing, at=at)
    if filing.papers:
        hand_over(giver=Holder(HOLDER, draft_id), receiver=Holder("cases.dossier", filed.dossier_id))
    return filed


def _filing_of(by: Subject, draft: Draft, calendar: Calendar, arrived_at: datetime, at: datetime) -> Filing:
    """Everything that the draft becomes, checked against the law of the day on which it arrived.

    Raises Incomplete with the first page that lacks something.
    """
    _check_arrival(draft.channel, arrived_at, at)
    found = _ready_to_file(draft.procedure_code, draft.channel, arrived_at)
    today = forms.Today(local_date(arrived_at), draft.channel)
    lacking = forms.unanswered(found.form, draft.answers, today)
    if lacking is not None:
        raise Incomplete(page=lacking.id)
    answers = forms.kept(found.form, draft.answers, today)
    agency_code = draft.agency_code or found.publication.agency or ""
    if not agency_code:
        raise Incomplete(page="agency")
    online = draft.channel == "online"
    applicant = applicant_of(answers, known_of(by) if online else {})
    if not applicant.name:
        raise Incomplete(page=found.form.pages[0].id)
    subject = answers.get(found.form.subject or "")
    return Filing(
        form_key=draft.id,
        filed_by=by.account_id,
        owner_id=by.account_id if online else None,
        offered=found,
        agency_code=agency_code,
        unit_code=_check_agency(by, found, draft.channel, agency_code, arrived_at),
        channel=draft.channel,
        answers=answers,
        papers=_papers_of(draft, found, answers, today),
        applicant=applicant,
        subject=subject if isinstance(subject, str) else "",
        language=draft.language,
        return_channel=str(answers.get("result_channel") or ("online" if online else "counter")),
        promise=deadlines.promise(found.version, draft.channel, arrived_at, calendar),
        charge=offers.charge(found.version, draft.channel, answers, today.on),
        first_step=found.flow[0].step if found.flow else "receive",
        arrived_at=arrived_at,
    )


def _check_arrival(channel: str, arrived_at: datetime, at: datetime) -> None:
    """Online a dossier arrives when it is sent.

    An officer may register later what the post brought or the counter took.
    """
    if arrived_at == at:
        return
    if channel == "online" or not at - ARRIVED_BEFORE_MAX <= arrived_at < at:
        raise ArrivalImpossible([FieldError("arrived_at", ArrivalImpossible.title)])


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

    def first(*names: str, or_known: str, length_max: int) -> str:
        typed = next((str(answers[name]) for name in names if answers.get(name)), "")
        said = typed or str(known.get(or_known) or "")
        # A number that is too long for its column is none; the answer itself stays as it was given.
        return said if len(said) <= length_max else ""

    name = first(
        "requester_full_name", "organisation_name", "owner_full_name", or_known="person.full_name", length_max=500
    )
    return Applicant(
        name=(name or first("requester_email", or_known="account.email", length_max=500))[:200],
        personal_id=first("requester_personal_id", "owner_personal_id", or_known="person.personal_id", length_max=14),
        phone=first("requester_phone", "owner_phone", or_known="account.phone", length_max=16),
        email=first("requester_email", or_known="account.email", length_max=254),
    )
