"""Papers of a dossier as people meet them: what they are called, where they are downloaded, what a browser gets."""

from uuid import UUID

from django.http import FileResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.documents import queries as documents
from tinhso.documents.rules import serving_headers


def paper_words(template: str) -> str:
    """What an issued paper is called."""
    names = {
        "application": _("Application as filed"),
        "form-01": _("Receipt and appointment (form 01)"),
        "form-02": _("Request for more (form 02)"),
        "form-03": _("Refusal (form 03)"),
        "form-04": _("Apology (form 04)"),
        "form-05": _("Notice of stopping (form 05)"),
        "result-letter": _("Result"),
    }
    return names.get(template, template)


def download(code: str, document_id: UUID) -> str:
    """Where the owner of a dossier downloads one of its files."""
    return reverse("dossier-file", args=[code, document_id])


def stream(document_id: UUID) -> FileResponse:
    """A stored file as a response that a browser cannot be tricked by."""
    line, content = documents.open_document(document_id)
    return FileResponse(content, filename=line.name, as_attachment=True, headers=serving_headers(line.media_type))
