"""A notice as a letter, and one conversation with the mail server about it.

Absent: retrying (the journal does it), addresses in logs, pictures, tracking, links that sign anybody in.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection
from django.template.loader import render_to_string

from tinhso.notices.models import Delivery


class LetterInTransaction(RuntimeError):
    """A mail server was to be asked while a transaction is open."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try went. `error` is a word and a code, never an address or a server's own words."""

    error: str = ""
    is_final: bool = False  # the server will never take this letter

    @property
    def is_sent(self) -> bool:
        return not self.error


def letter_of(delivery: Delivery, *, to: str) -> EmailMultiAlternatives:
    """Plain text with the same in minimal HTML. Tried twice, it has the same Message-ID: it is one letter."""
    notice = delivery.notice
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    page = {
        "language": notice.language,
        "subject": notice.subject,
        "paragraphs": [block.splitlines() for block in notice.body.split("\n\n")],
        "body": notice.body,
        "address": settings.BASE_URL.rstrip("/") + notice.link if notice.link else "",
    }
    letter = EmailMultiAlternatives(
        subject=notice.subject,
        body=render_to_string("notices/letter.txt", page),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers={
            "Message-ID": f"<{delivery.id}@{host}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": notice.language,
        },
    )
    letter.attach_alternative(render_to_string("notices/letter.html", page), "text/html")
    return letter


def send(letter: EmailMultiAlternatives) -> Outcome:
    """One conversation, at most settings.EMAIL_TIMEOUT seconds of silence each step."""
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise LetterInTransaction
    try:
        letter.connection = get_connection()
        letter.send()
    except smtplib.SMTPRecipientsRefused as refused:
        code = next((code for code, _ in refused.recipients.values()), 0)
        return Outcome(f"recipient_refused_{code}", is_final=500 <= code < 600)
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refused:
        # A server that refuses our sender or this text for now (4xx) may take it later; 5xx is about this letter.
        return Outcome(f"letter_refused_{refused.smtp_code}", is_final=500 <= refused.smtp_code < 600)
    except (smtplib.SMTPException, OSError) as error:
        return Outcome(type(error).__name__)
    return Outcome()
