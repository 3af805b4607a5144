"""The receipt of a dossier: code, deadline, QR, what comes next, proof of registration."""

from datetime import datetime

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from tinhso.cases import queries
from tinhso.cases.access import access_dossier_by_code
from tinhso.cases.catalogue import Offered, pinned
from tinhso.cases.models import Dossier
from tinhso.documents import queries as documents
from tinhso.identity.policy import Permission
from tinhso.identity.rules import Subject
from tinhso.journal import seal
from tinhso.journal.queries import Entry
from tinhso.journal.seal import Checkpoint
from tinhso.kernel.calendar import local_date
from tinhso.places import queries as places
from tinhso.web import words
from tinhso.web.components import SummaryRow, Ticket
from tinhso.web.portal.issued import download
from tinhso.web.requests import Request, signed_in
from tinhso.web.templatetags import formats


def qr(address: str) -> tuple[str, int]:
    """A QR code as the `d` of a path of 1×1 modules, and its size."""
    matrix = segno.make(address, error="m", micro=False).matrix
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, bit in enumerate(row) if bit)
    return path, len(matrix)


def tracking_address(code: str) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{reverse('track')}?ma={code}"


@require_GET
@signed_in
def receipt(request: Request, who: Subject, code: str) -> HttpResponse:
    """Right after sending: code, deadline, QR, what comes next, proof of registration."""
    dossier = access_dossier_by_code(who, code, Permission.DOSSIER_VIEW_OWN)
    offered = pinned(dossier)
    entries = queries.timeline(dossier.id)
    first = entries[0] if entries else None
    context = {
        "ticket": _ticket(request, dossier, offered),
        "dossier": dossier,
        "application": _application(dossier),
        "steps": _next_steps(offered),
        "agency": words.agency(dossier.agency_code, dossier.received_on),
        "entry": first,
        "checkpoint": _checkpoint_with(first),
        "here": "mine",
    }
    return render(request, "web/portal/receipt.html", context)


def _checkpoint_with(entry: Entry | None) -> Checkpoint | None:
    """The latest signed head, when the entry is under it already; it is signed each minute."""
    if entry is None or entry.position is None:
        return None
    return seal.latest_checkpoint(size_min=entry.position)


def _application(dossier: Dossier) -> str:
    """Where the application is downloaded; empty until it is printed, a moment after filing."""
    found = (paper for paper in documents.papers_of(dossier.id) if paper.template == "application")
    return next((download(dossier.code, paper.document_id) for paper in found), "")


def _ticket(request: Request, dossier: Dossier, offered: Offered) -> Ticket:
    path, size = qr(tracking_address(dossier.code))
    calendar = places.calendar(dossier.received_on)
    deadline = offered.version.offer(dossier.channel).deadline
    due_on = local_date(dossier.due_at) if dossier.due_at else None
    is_today = due_on == request.today
    skipped = words.skipped(dossier.received_on, due_on, calendar) if due_on else ""
    before = _("Before {time}").format(time=words.clock(dossier.due_at)) if dossier.due_at and not is_today else ""
    why = (before, words.deadline(deadline), skipped)
    files = queries.papers_of(dossier.id)
    rows = [
        SummaryRow(key=_("Decided by"), value=words.agency(dossier.agency_code, dossier.received_on)),
        SummaryRow(key=_("Filed by"), value=dossier.applicant_name),
        SummaryRow(key=_("Papers received"), value=_papers_words(offered, files)),
        SummaryRow(key=_("Fee"), value=formats.fee(dossier.fee_dong)),
    ]
    return Ticket(
        procedure=words.text(offered.procedure.title),
        code=dossier.code,
        received_at=dossier.filed_at,
        due=_due_words(dossier.due_at, is_today=is_today),
        due_day=due_on if is_today else None,
        why=". ".join(filter(None, why)),
        for_whom=_subject_words(dossier, offered),
        rows=tuple(rows),
        qr_path=path,
        qr_size=size,
    )


def _due_words(due_at: datetime | None, *, is_today: bool) -> str:
    """The largest words of the ticket: today until when, or the day with its weekday."""
    if due_at is None:
        return _("No fixed date")
    if is_today:
        return _("Today, before {time}").format(time=words.clock(due_at))
    day = words.long_day(local_date(due_at))
    return day[:1].upper() + day[1:]


def _subject_words(dossier: Dossier, offered: Offered) -> str:
    name = str(dossier.answers.get(offered.form.subject or "", ""))
    return _("for {name}").format(name=name) if name and name != dossier.applicant_name else ""


def _papers_words(offered: Offered, files: list[queries.PaperLine]) -> str:
    titles = {paper.id: words.text(paper.title) for paper in offered.version.papers}
    counted: dict[str, int] = {}
    for file in files:
        counted[file.paper_id] = counted.get(file.paper_id, 0) + 1
    said = [
        f"{titles.get(key, key)} ({ngettext('{n} file', '{n} files', n).format(n=n)})" for key, n in counted.items()
    ]
    return ", ".join([_("the form itself"), *said])


def _next_steps(offered: Offered) -> list[str]:
    return [words.text(step) for step in offered.version.sequence[1:4]]
