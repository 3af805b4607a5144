"""Drafts: begun, saved by themselves, given files, sent.

A draft is not a record of office (no journal entry): it is the citizen's own, erased when it is sent or given up.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tinhso.cases import forms
from tinhso.cases.access import access_draft
from tinhso.cases.catalogue import Offered, known_of, offered
from tinhso.cases.models import Draft, DraftPaper
from tinhso.cases.rules import NotFiledHere, ProcedureNotPublished
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.kernel.calendar import local_date
from tinhso.kernel.problems import NotAllowed

DRAFTS_MAX = 50


def _ready_to_file(procedure_code: str, at: datetime) -> Offered:
    found = offered(procedure_code, local_date(at))
    if found is None:
        raise ProcedureNotPublished(procedure=procedure_code)
    if found.procedure.filed_elsewhere:
        raise NotFiledHere(procedure=procedure_code)
    return found


@transaction.atomic(durable=True)
def begin(*, by: Subject, procedure_code: str, language: str, channel: str = "online", agency_code: str = "", at: datetime) -> Draft:
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
def save_page(*, by: Subject, draft_id: UUID, values: Mapping[str, Any], typed: Mapping[str, Any] | None = None, at: datetime) -> Draft:
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
    kept, _ = DraftPaper.objects.get_or_create(
        draft=draft, paper_id=paper_id, document_id=document_id, defaults={"added_at": at}
    )
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
