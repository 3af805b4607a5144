"""Filing: from a complete draft to a dossier with a code, in one transaction and two statements.

The statement `FILE` gives the code's number, writes the dossier and its papers and ends the draft; the journal's
append follows. A second POST of the same draft finds the dossier that the first one made (`drafts.submit`).
"""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tinhso.cases.catalogue import Offered
from tinhso.cases.deadlines import Promise
from tinhso.cases.models import Dossier
from tinhso.cases.offers import Charge
from tinhso.cases.rules import Kind, State
from tinhso.journal.append import append, require_transaction
from tinhso.kernel.calendar import local_date
from tinhso.kernel.canonical import canonical
from tinhso.kernel.codes import AgencyCode, DossierCode
from tinhso.kernel.digests import SALT_BYTES, salted_hash
from tinhso.kernel.text import search_key

KEY_LENGTH_MAX = 220  # of the columns that names are looked up in


@dataclass(frozen=True, slots=True)
class Applicant:
    """Whose dossier it is: printed on papers, searched by officers, erased when the law says so."""

    name: str
    personal_id: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class FiledPaper:
    """A file handed in for a paper of the procedure."""

    paper_id: str
    document_id: UUID
    sha256: str


@dataclass(frozen=True, slots=True)
class Filing:
    """Everything that a dossier is made of, checked by the caller.

    form_key    the draft's id: the second POST of one form finds the first one's dossier
    owner_id    the citizen's account; None at the counter for somebody without one
    arrived_at  when it reached the agency: by post earlier than it is registered. The clock and the law are of that
                day,
                the code is of the day of registration
    """

    form_key: UUID
    filed_by: UUID
    owner_id: UUID | None
    offered: Offered
    agency_code: str
    unit_code: str
    channel: str
    answers: dict[str, Any]
    papers: tuple[FiledPaper, ...]
    applicant: Applicant
    subject: str
    language: str
    return_channel: str
    promise: Promise
    charge: Charge
    first_step: str
    arrived_at: datetime


# name: file
# Numbers the dossier's code, writes the dossier and its papers, and ends the draft. One row of code_counter is
# locked until the commit:
# filings of one agency on one day queue there, those of different agencies do not.
FILE = """\
WITH numbered AS (
    INSERT INTO cases_code_counter AS counter (agency_code, day, last)
    VALUES (%(agency_code)s, %(day)s, 1)
    ON CONFLICT (agency_code, day) DO UPDATE SET last = counter.last + 1
    RETURNING last
), filed AS (
    INSERT INTO cases_dossier (
        code, filed_by_id, form_key, owner_id, procedure_code, variant_code, pack_version_id,
        received_on, field, channel, agency_code, unit_code, deadline_case, state, asked_from_state, step,
        moved_by_id, moved_at, moves, filed_at, counted_from_at, first_due_at, due_at, outcome, supplements_asked,
        answers, salt, applicant_name, applicant_key, applicant_personal_id, applicant_phone, applicant_email,
        subject_key, language, return_channel, fee_dong,
        handed_words, end_reasons, end_words, result_text, returned_to)
    SELECT %(code_head)s || CASE WHEN last < 10000 THEN lpad(last::text, 4, '0') ELSE last::text END,
           %(filed_by)s, %(form_key)s, %(owner)s, %(procedure)s, %(variant)s, %(pack_version)s,
           %(received_on)s, %(field)s, %(channel)s, %(agency_code)s, %(unit_code)s, '', 'filed', '', %(step)s,
           %(filed_by)s, %(at)s, 0, %(at)s, %(arrived_at)s, %(due_at)s, %(due_at)s, '', 0,
           %(answers)s::jsonb, %(salt)s, %(name)s, %(name_key)s, %(personal_id)s, %(phone)s, %(email)s,
           %(subject_key)s, %(language)s, %(return_channel)s, %(fee_dong)s,
           '', '{}', '', '', ''
      FROM numbered
    RETURNING id, code
), handed_in AS (
    INSERT INTO cases_dossier_paper (dossier_id, paper_id, document_id, round, verdict, verdict_reason, added_at)
    SELECT filed.id, given.paper_id, given.document_id, 0, '', '', %(at)s
      FROM filed, unnest(%(paper_ids)s::text[], %(document_ids)s::uuid[]) AS given(paper_id, document_id)
), without_files AS (
    DELETE FROM cases_draft_paper WHERE draft_id = %(form_key)s
), ended AS (
    DELETE FROM cases_draft WHERE id = %(form_key)s
)
SELECT id, code FROM filed"""


@dataclass(frozen=True, slots=True)
class Filed:
    """What filing answers: the dossier's id and code.

    again       the same form had been sent before
    at_counter  filed by an officer for somebody else
    """

    dossier_id: UUID
    code: str
    again: bool = False
    at_counter: bool = False


def filed_with(filed_by: UUID, form_key: UUID) -> Filed | None:
    """The dossier that a form already became."""
    rows = Dossier.objects.filter(filed_by=filed_by, form_key=form_key)
    row = rows.values_list("id", "code", "channel").first()
    return Filed(row[0], row[1], again=True, at_counter=row[2] != "online") if row else None


def file(*, filing: Filing, at: datetime) -> Filed:
    """File a dossier: a step of the action that holds the draft's row locked, so that one draft is filed once."""
    require_transaction()
    salt = secrets.token_bytes(SALT_BYTES)
    dossier_id, code = _write(filing, salt, at)
    append(
        Kind.SUBMITTED,
        subject=dossier_id,
        at=at,
        actor=filing.filed_by,
        unit=filing.agency_code,
        data=_entry_data(filing, code, salt),
    )
    return Filed(dossier_id, code, at_counter=filing.channel != "online")


def _write(filing: Filing, salt: bytes, at: datetime) -> tuple[UUID, str]:
    day = local_date(at)
    head = DossierCode.make(AgencyCode(filing.agency_code), day, 1).value[:-4]
    with connection.cursor() as cursor:
        cursor.execute(FILE, _row(filing, salt) | {"day": day, "code_head": head, "at": at})
        dossier_id, code = cursor.fetchone()
    return dossier_id, code


def _row(filing: Filing, salt: bytes) -> dict[str, Any]:
    procedure = filing.offered.procedure
    return {
        "agency_code": filing.agency_code,
        "filed_by": filing.filed_by,
        "form_key": filing.form_key,
        "owner": filing.owner_id,
        "procedure": procedure.code,
        "variant": filing.offered.variant_code,
        "pack_version": filing.offered.pack_version_id,
        "field": procedure.field,
        "channel": filing.channel,
        "unit_code": filing.unit_code,
        "step": filing.first_step,
        "arrived_at": filing.arrived_at,
        "received_on": local_date(filing.arrived_at),
        "due_at": filing.promise.due_at,
        "answers": json.dumps(filing.answers, ensure_ascii=False),
        "salt": salt,
        "name": filing.applicant.name,
        "name_key": search_key(filing.applicant.name)[:KEY_LENGTH_MAX],
        "personal_id": filing.applicant.personal_id,
        "phone": filing.applicant.phone,
        "email": filing.applicant.email,
        "subject_key": search_key(filing.subject)[:KEY_LENGTH_MAX],
        "language": filing.language,
        "return_channel": filing.return_channel,
        "fee_dong": filing.charge.amount_dong,
        "paper_ids": [paper.paper_id for paper in filing.papers],
        "document_ids": [paper.document_id for paper in filing.papers],
    }


def _entry_data(filing: Filing, code: str, salt: bytes) -> dict[str, Any]:
    """What the journal keeps of a filing: no person.

    The answers only as a salted hash whose salt goes when they are erased.
    """
    due_on, due_at = filing.promise.due_on, filing.promise.due_at
    return {
        "code": code,
        "procedure": filing.offered.procedure.code,
        "variant": filing.offered.variant_code,
        "pack_version": str(filing.offered.pack_version_id),
        "channel": filing.channel,
        "state": State.FILED.value,
        "counted_from": filing.arrived_at.astimezone(UTC).isoformat(),
        "due_on": due_on.isoformat() if due_on else "",
        "due_at": due_at.astimezone(UTC).isoformat() if due_at else "",
        "answers": salted_hash(canonical(filing.answers).decode(), salt),
        "papers": [{"paper": paper.paper_id, "sha256": paper.sha256} for paper in filing.papers],
    }
