"""Checking a paper: whoever holds one asks whether it is ours and still stands.

No person is named, and no file is kept.
"""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tinhso.documents import queries as documents
from tinhso.documents.queries import PaperLine
from tinhso.documents.rules import FileRefused, PaperUnknown
from tinhso.journal import queries as journal
from tinhso.journal import seal
from tinhso.kernel.calendar import local_date
from tinhso.web import words
from tinhso.web.components import Field, SummaryRow, errors_of
from tinhso.web.portal.issued import paper_words
from tinhso.web.portal.papers import sentence
from tinhso.web.requests import Request, anyone
from tinhso.web.templatetags import formats


@require_GET
@anyone
def check(request: Request, token: str) -> HttpResponse:
    """The address in the QR code of a paper."""
    return _checked(request, documents.paper_by_token(token))


@require_http_methods(["GET", "POST"])
@anyone
def verify(request: Request) -> HttpResponse:
    """The same by the code under the QR code, or by the file itself, byte for byte."""
    error = token = ""
    if request.method == "POST":
        token, given = request.POST.get("token", "").strip(), request.FILES.get("file")
        try:
            if token:
                return redirect("check-paper", token=documents.paper_by_token(token).token)
            if given is not None:
                return _checked(request, documents.paper_by_content(given, name=given.name or ""))
            error = _("Type the code printed under the QR code, or choose the file.")
        except FileRefused as problem:
            error = sentence(problem)
        except PaperUnknown:
            error = _("This is no paper of ours: the code or the file is not known here, or a byte of it was changed.")
    field = Field(
        kind="text",
        name="token",
        label=_("Code under the QR code"),
        hint=_("26 letters and digits; capitals or not is the same."),
        value=token,
        error=error,
    )
    file = Field(
        kind="file",
        name="file",
        label=_("Or the file"),
        hint=_("A PDF as it was received; compared byte for byte and not kept."),
        optional=True,
        accept=".pdf",
    )
    context = {"field": field, "file": file, "errors": errors_of([field])}
    return render(request, "web/portal/verify.html", context, status=422 if error else 200)


def _checked(request: Request, paper: PaperLine) -> HttpResponse:
    entry = journal.entries_of(paper.id, limit=1)
    facts = dict(paper.facts)
    language = words.language()
    rows = [
        SummaryRow(key=_("Paper"), value=paper_words(paper.template)),
        SummaryRow(key=_("Code"), value=paper.code),
        SummaryRow(key=_("Procedure"), value=str(facts.get(f"procedure_{language}", ""))),
        SummaryRow(key=_("Issued by"), value=words.agency(paper.agency_code, local_date(paper.issued_at))),
        SummaryRow(key=_("Issued at"), value=formats.moment(paper.issued_at)),
    ]
    context = {
        "paper": paper,
        "rows": rows,
        "entry": entry[0] if entry else None,
        "checkpoint": seal.latest_checkpoint(),
    }
    return render(request, "web/portal/checked.html", context)
