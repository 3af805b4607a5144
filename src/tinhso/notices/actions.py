"""Every write of notices: telling, reading, and the letter that follows.

Telling stores the notice in the reader's language and leaves an entry; the letter goes out later, following that entry
(jobs.py), so a mail server that fails, hangs or refuses never loses a notice and never holds up a dossier.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import F

from tinhso.identity import queries as identity
from tinhso.journal.append import append, require_transaction
from tinhso.kernel.calendar import VIETNAM
from tinhso.kernel.problems import N_, NotFound, PeerFailed
from tinhso.notices import letters
from tinhso.notices.models import Channel, Delivery, Notice, State
from tinhso.notices.pack_part import NoticeText, written
from tinhso.notices.rules import Values
from tinhso.packs import queries as packs

log = structlog.get_logger("tinhso.notices")

ATTEMPTS_MAX = 12  # as many as a reaction of the journal is given


class NoNoticeText(NotFound):
    """No pack in force says this kind of notice."""

    code = "no-notice-text"
    title = N_("No text is published for this notice.")
    fields = ("kind",)


class MailServerFailed(PeerFailed):
    """The letter stays waiting; the journal tries again."""

    code = "mail-server-failed"
    title = N_("The mail server did not take the letter.")
    fields = ("error",)


# One statement: the notice and its deliveries, or nothing when this entry told this account already.
_TELL = """\
WITH told AS (
    INSERT INTO notices_notice (account_id, entry_id, kind, language, subject, body, link, told_at)
    VALUES (%(account)s, %(entry)s, %(kind)s, %(language)s, %(subject)s, %(body)s, %(link)s, %(at)s)
        ON CONFLICT (entry_id, account_id) DO NOTHING
    RETURNING id
), delivered AS (
    INSERT INTO notices_delivery (notice_id, entry_id, account_id, channel, state, attempts, sent_at, last_error)
    SELECT told.id, %(entry)s, %(account)s, channel,
           CASE WHEN channel = 'in_app' THEN 'sent' ELSE 'waiting' END, 0,
           CASE WHEN channel = 'in_app' THEN %(at)s::timestamptz END, ''
      FROM told, unnest(%(channels)s::text[]) AS channel
)
SELECT id FROM told"""


@transaction.atomic(durable=True)
def tell(*, entry_id: UUID, to: UUID, kind: str, values: Values, link: str = "", at: datetime) -> UUID | None:
    """Tell one account about one entry, once. See tell_step."""
    return tell_step(entry_id=entry_id, to=to, kind=kind, values=values, link=link, at=at)


def tell_step(*, entry_id: UUID, to: UUID, kind: str, values: Values, link: str = "", at: datetime) -> UUID | None:
    """Step: keep a notice in the reader's language and let its letter follow.

    entry_id  the entry of the journal that this is about: it tells each account once, however often it is followed
    to        account; one that is gone or closed is told nothing
    kind      a kind that a pack in force has a text for
    values    for the text's placeholders: texts, dates, instants, amounts, {vi, en}, lists of these
    link      path of the page to look at, Vietnamese; the English page is derived
    returns   the new notice, or None when nothing had to be told
    raises    NoNoticeText
    """
    require_transaction()
    reader = identity.recipient(to)
    if reader is None:
        return None
    text = _text(kind, at)
    subject, body = written(text, values, reader.language)
    with connection.cursor() as cursor:
        cursor.execute(
            _TELL,
            {
                "account": to,
                "entry": entry_id,
                "kind": kind,
                "language": reader.language,
                "subject": subject[:300],
                "body": body,
                "link": _in_language(link, reader.language),
                "at": at,
                "channels": list(text.channels),
            },
        )
        row = cursor.fetchone()
    if row is None:
        return None
    data = {"kind": kind, "cause": str(entry_id), "channels": list(text.channels)}
    append("notices.notice.told", subject=row[0], at=at, data=data)
    return UUID(str(row[0]))


def _text(kind: str, at: datetime) -> NoticeText:
    entry = packs.catalogue(at.astimezone(VIETNAM).date()).get("notice", kind)
    if entry is None or not isinstance(entry.document, NoticeText):
        raise NoNoticeText(kind=kind)
    return entry.document


def _in_language(link: str, language: str) -> str:
    if not link.startswith("/") or link.startswith("//"):
        return ""
    return f"/en{link}" if language == "en" and not link.startswith("/en/") else link


@transaction.atomic(durable=True)
def mark_read(*, by: UUID, notice_id: UUID, at: datetime) -> bool:
    """The reader opened it. Only one's own; again changes nothing."""
    return bool(Notice.objects.filter(id=notice_id, account_id=by, read_at__isnull=True).update(read_at=at))


@transaction.atomic(durable=True)
def mark_all_read(*, by: UUID, at: datetime) -> int:
    """Everything told to this account until now."""
    return Notice.objects.filter(account_id=by, read_at__isnull=True, told_at__lte=at).update(read_at=at)


def send_letter(*, notice_id: UUID, at: datetime) -> None:
    """Send the letter of a notice, unless it went out; not in a transaction, because a mail server may be slow.

    raises  MailServerFailed, so that whoever follows tries again
    """
    delivery = Delivery.objects.select_related("notice").filter(notice_id=notice_id, channel=Channel.EMAIL).first()
    if delivery is None or delivery.state in (State.SENT, State.UNWANTED):
        return
    reader = identity.recipient(delivery.account_id)
    if reader is None:
        _settle(delivery, State.UNWANTED, at=at)
        return
    outcome = letters.send(letters.letter_of(delivery, to=reader.email))
    if outcome.is_sent:
        _settle(delivery, State.SENT, at=at)
        return
    log.warning("letter_not_sent", delivery=str(delivery.id), error=outcome.error, attempts=delivery.attempts + 1)
    is_last = outcome.is_final or delivery.attempts + 1 >= ATTEMPTS_MAX
    _settle(delivery, State.DEAD if is_last else State.WAITING, error=outcome.error, at=at)
    if not outcome.is_final:
        raise MailServerFailed(error=outcome.error)


@transaction.atomic(durable=True)
def _settle(delivery: Delivery, state: State, *, error: str = "", at: datetime) -> None:
    """Write down how a try went. A letter that went out meanwhile stays sent."""
    changed = (
        Delivery.objects.filter(id=delivery.id)
        .exclude(state=State.SENT)
        .update(
            state=state,
            attempts=F("attempts") + 1,
            tried_at=at,
            sent_at=at if state == State.SENT else None,
            last_error=error[:60],
        )
    )
    kind = {State.SENT: "notices.delivery.sent", State.DEAD: "notices.delivery.died"}.get(state)
    if changed and kind:
        data = {"notice": str(delivery.notice_id), "channel": delivery.channel, "error": error[:60]}
        append(kind, subject=delivery.id, at=at, data=data)


@transaction.atomic(durable=True)
def send_again(*, delivery_id: UUID, at: datetime) -> bool:
    """A person wants a dead letter tried again, for instance after an address was mended."""
    delivery = Delivery.objects.select_for_update().filter(id=delivery_id, state=State.DEAD).first()
    if delivery is None:
        return False
    delivery.state, delivery.attempts = State.WAITING, 0
    delivery.save(update_fields=["state", "attempts"])
    data = {"kind": "again", "cause": str(delivery.entry_id), "channels": [delivery.channel]}
    append("notices.notice.told", subject=delivery.notice_id, at=at, data=data)
    return True
