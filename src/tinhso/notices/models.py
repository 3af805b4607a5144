"""What people were told, and how each telling went.

Owns the tables notice and delivery. Everything that changes them is in actions.py.

Invariant: one entry of the journal tells one account once by each channel, however often it is followed.
Invariant: a notice is stored before anything is sent, so that a mail server that fails loses nothing.
Absent: addresses. A delivery knows an account; its address is read when the letter goes out.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.journal.keys import uuid7_key


class Channel(models.TextChoices):
    """Ways to reach somebody. In-app is the notice itself; it needs no sending."""

    IN_APP = "in_app"
    EMAIL = "email"


class State(models.TextChoices):
    """Where a delivery stands. `dead` was tried often enough and waits for a person."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    UNWANTED = "unwanted"  # the account was closed before the letter went out


class Notice(models.Model):
    """One thing told to one account: texts as they were in the reader's language when it was told."""

    id = uuid7_key()
    account = models.ForeignKey("identity.Account", on_delete=models.PROTECT, related_name="+")
    entry_id = models.UUIDField()  # of the journal, which has no foreign keys
    kind = models.CharField(max_length=60)
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    link = models.CharField(max_length=300, blank=True, default="")
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry_id", "account"], name="notice_is_told_once"),
            # An open redirect begins with "//" or with a scheme.
            models.CheckConstraint(
                condition=Q(link="") | (Q(link__startswith="/") & ~Q(link__startswith="//")),
                name="notice_link_stays_in_the_house",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-told_at", "-id"], name="notice_account_told_at"),
            models.Index(fields=["account"], condition=Q(read_at__isnull=True), name="notice_account_unread"),
        ]


class Delivery(models.Model):
    """One channel of one notice: whether it went out, how often it was tried, and what came back."""

    id = uuid7_key()
    notice = models.ForeignKey("notices.Notice", on_delete=models.CASCADE, related_name="+", db_index=False)
    # Repeated from the notice, so that "told once by each channel" is one constraint.
    entry_id = models.UUIDField()
    account = models.ForeignKey("identity.Account", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=60, blank=True, default="")  # a word and a code, never an address

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry_id", "account", "channel"], name="delivery_is_made_once"),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False) | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                name="delivery_sent_at_belongs_to_sent",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="delivery_state_is_known"),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], condition=~Q(state=State.SENT), name="delivery_not_sent"),
            models.Index(fields=["notice"], name="delivery_notice"),
        ]
