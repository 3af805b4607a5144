"""Papers that the house issues: printed, kept, and known for ever by a token that nobody can guess.

Whoever holds one may ask whether it is ours and whether it still stands, without signing in (queries.paper_by_token,
queries.paper_by_content). Absent: who decided to issue it, and about whom; the checking page shows no person.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tinhso.documents import actions, print  # noqa: A004  the room's noun
from tinhso.documents.models import IssuedPaper
from tinhso.documents.queries import DocumentLine, Holder, PaperLine, document, paper_line
from tinhso.documents.rules import PaperUnknown
from tinhso.documents.typeset import PROVINCE_TIME
from tinhso.identity.rules import Subject
from tinhso.journal.append import append, require_transaction

CHECK_PATH = "/kiem-tra/"  # the page of the people's door that checks papers; printed in QR codes, so it never moves
TOKEN_BYTES = 16  # 128 bits, in a QR that a cheap printer can still draw


@dataclass(frozen=True, slots=True)
class Paper:
    """What to print, and what the house says about it afterwards.

    template     id in templates.yaml
    name         of the file that people download, ending in .pdf
    data         for the template; "qr" and "check_url" are added here
    subject      the row of a room above that the paper tells of
    cause        the entry of the journal it is printed for: one paper of a template for one cause, however often asked
    code         printed on it: of the dossier, or its number of office
    facts        what the checking page shows, with plain values: never a person
    """

    template: str
    name: str
    data: Mapping[str, Any]
    subject: UUID
    code: str
    agency_code: str
    facts: Mapping[str, Any]
    holder: Holder | None = None
    cause: UUID | None = None


def issue_paper(*, by: Subject | None, paper: Paper, at: datetime) -> PaperLine:
    """Print a paper, keep it, and stand for it. A step. The same cause gives the same paper."""
    require_transaction()
    if paper.cause and (known := _issued_for(paper.cause, paper.template)):
        return paper_line(known)
    token = new_token()
    pdf = print.render(paper.template, {**paper.data, **check_lines(token)}, on=at.astimezone(PROVINCE_TIME).date())
    kept = actions.keep(
        by=by, content=pdf, name=paper.name, purpose=f"paper.{paper.template}", holder=paper.holder, at=at
    )
    return _remember(paper, token, kept, by=by, at=at)


def stand_for(*, by: Subject | None, paper: Paper, document_id: UUID, at: datetime) -> PaperLine:
    """Stand for a document made elsewhere (a signed result that was uploaded). A step; the same cause, the same paper.

    Nothing is printed, so `paper.data` is not looked at; whoever holds the file has it checked by its content.
    """
    require_transaction()
    if paper.cause and (known := _issued_for(paper.cause, paper.template)):
        return paper_line(known)
    return _remember(paper, new_token(), document(document_id), by=by, at=at)


def _remember(paper: Paper, token: str, kept: DocumentLine, *, by: Subject | None, at: datetime) -> PaperLine:
    row = IssuedPaper.objects.create(
        token=token,
        template=paper.template,
        subject=paper.subject,
        cause=paper.cause,
        document_id=kept.id,
        sha256=kept.sha256,
        code=paper.code,
        agency_code=paper.agency_code,
        facts=dict(paper.facts),
        issued_at=at,
    )
    _tell("documents.paper.issued", row, by=by, at=at, data={"sha256": kept.sha256, "document": str(kept.id)})
    return paper_line(row)


def issued_for(cause: UUID, template: str) -> PaperLine | None:
    """The paper that an entry of the journal has had printed already."""
    known = _issued_for(cause, template)
    return paper_line(known) if known else None


def revoke_paper(*, by: Subject | None, paper_id: UUID, reason: str, at: datetime) -> PaperLine:
    """From now on the paper no longer stands, and whoever checks it is told so. A step; again changes nothing."""
    require_transaction()
    row = IssuedPaper.objects.select_for_update().filter(id=paper_id).first()
    if row is None:
        raise PaperUnknown
    if row.revoked_at is None:
        row.revoked_at, row.revoked_reason = at, reason[:300]
        row.save(update_fields=["revoked_at", "revoked_reason"])
        _tell("documents.paper.revoked", row, by=by, at=at, data={})
    return paper_line(row)


@transaction.atomic(durable=True)
def issue(*, by: Subject | None, paper: Paper, at: datetime) -> PaperLine:
    """`issue_paper` as an action of its own, for a caller without a transaction."""
    return issue_paper(by=by, paper=paper, at=at)


def new_token() -> str:
    """A random name that nobody can guess, in letters and digits that cannot be taken for one another."""
    return b32encode(secrets.token_bytes(TOKEN_BYTES)).decode().rstrip("=").lower()


def check_lines(token: str) -> dict[str, str]:
    """The address of a paper's checking page, for its QR and in letters."""
    address = f"{settings.BASE_URL.rstrip('/')}{CHECK_PATH}{token}"
    split = urlsplit(address)
    return {"qr": address, "check_url": f"{split.netloc}{split.path}"}


def _issued_for(cause: UUID, template: str) -> IssuedPaper | None:
    return IssuedPaper.objects.filter(cause=cause, template=template).first()


def _tell(kind: str, row: IssuedPaper, *, by: Subject | None, at: datetime, data: Mapping[str, str]) -> None:
    append(
        kind,
        subject=row.id,
        at=at,
        actor=by.account_id if by else None,
        unit=row.agency_code,
        data={"template": row.template, "code": row.code, "about": str(row.subject), **data},
    )
