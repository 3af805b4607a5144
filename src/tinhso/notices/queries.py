"""Reads of notices: one's own list, how many are new, and letters that did not go out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tinhso.notices.models import Delivery, Notice, State

UNREAD_MAX = 99


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as its reader sees it."""

    id: UUID
    kind: str
    subject: str
    body: str
    link: str
    told_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class Unsent:
    """A letter that waits or died, without its reader's address."""

    id: UUID
    account_id: UUID
    kind: str
    state: str
    attempts: int
    tried_at: datetime | None
    error: str


def notices_of(account_id: UUID, *, before: tuple[datetime, UUID] | None = None, limit: int = 20) -> list[Told]:
    """One's own notices, newest first, after the row with this instant and id. Uses notice_account_told_at."""
    rows = Notice.objects.filter(account_id=account_id)
    if before:
        told_at, key = before
        rows = rows.filter(told_at__lte=told_at).filter(Q(told_at__lt=told_at) | Q(id__lt=key))
    return [_told(row) for row in rows.order_by("-told_at", "-id")[: min(limit, 100)]]


def notice(account_id: UUID, notice_id: UUID) -> Told | None:
    """One notice of one's own."""
    row = Notice.objects.filter(id=notice_id, account_id=account_id).first()
    return _told(row) if row else None


def unread(account_id: UUID, *, limit: int = 5) -> list[Told]:
    """The newest that were not read yet. Uses notice_account_unread."""
    rows = Notice.objects.filter(account_id=account_id, read_at__isnull=True)
    return [_told(row) for row in rows.order_by("-told_at", "-id")[: min(limit, 100)]]


def unread_count(account_id: UUID) -> int:
    """How many are new, at most UNREAD_MAX + 1, which is shown as "hơn 99". Uses notice_account_unread."""
    rows = Notice.objects.filter(account_id=account_id, read_at__isnull=True)
    return rows.values_list("id")[: UNREAD_MAX + 1].count()


def unsent(*, state: State = State.DEAD, limit: int = 50) -> list[Unsent]:
    """Letters that did not go out, newest first. Uses delivery_not_sent."""
    rows = Delivery.objects.select_related("notice").filter(state=state).order_by("-id")[: min(limit, 200)]
    return [
        Unsent(row.id, row.account_id, row.notice.kind, row.state, row.attempts, row.tried_at, row.last_error)
        for row in rows
    ]


def _told(row: Notice) -> Told:
    return Told(row.id, row.kind, row.subject, row.body, row.link, row.told_at, row.read_at is not None)
