"""What only a demonstration shows: the letters that were caught instead of sent, and every component of the pages."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tinhso.web import gallery as samples
from tinhso.web.requests import Request, anyone

LETTERS_SHOWN = 50
LETTER_BYTES_MAX = 500_000


@dataclass(frozen=True, slots=True)
class Letter:
    """A caught letter as text."""

    to: str
    subject: str
    at: datetime | None
    text: str


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise Http404


@require_GET
@anyone
def letters(request: Request) -> HttpResponse:
    """The catcher's letters, the newest first. Everybody of a demonstration may read them: the people are invented."""
    _only_in_demo()
    files = sorted(Path(settings.MAIL_DIR).glob("*.eml"), reverse=True)[:LETTERS_SHOWN]
    return render(request, "web/portal/letters.html", {"letters": [_letter(path) for path in files]})


def _letter(path: Path) -> Letter:
    with path.open("rb") as file:
        message = message_from_bytes(file.read(LETTER_BYTES_MAX), _class=EmailMessage, policy=default)
    sent = message["date"]
    body = message.get_body(("plain",))
    return Letter(
        to=str(message["to"] or ""),
        subject=str(message["subject"] or ""),
        at=_instant(str(sent)) if sent else None,
        text=str(body.get_content()).strip() if body else "",
    )


def _instant(text: str) -> datetime:
    """When a letter was sent; without an offset (-0000) it is UTC (RFC 5322, 3.3)."""
    at = parsedate_to_datetime(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@require_GET
@anyone
def gallery(request: Request) -> HttpResponse:
    """Every component in every state, for those who make pages; `?desk` shows the officers'."""
    _only_in_demo()
    template = "web/gallery_desk.html" if "desk" in request.GET else "web/gallery.html"
    return render(request, template, samples.samples())
