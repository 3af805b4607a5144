"""What follows a sign-in: entries of the journal, with the account and nothing about the person.

Failed tries are counted and slowed down by allauth and logged as a word; they are no entries, because anybody could
fill the journal with them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as factor_signals
from django.dispatch import Signal
from django.http import HttpRequest

from tinhso.identity import actions
from tinhso.identity.adapter import instant_of
from tinhso.identity.models import Account

Receiver = Callable[..., None]


def _recorder(kind: str) -> Receiver:
    def record(*, request: HttpRequest, user: Any = None, authenticator: Any = None, **_rest: Any) -> None:
        if isinstance(user, Account):
            data = {"factor": str(authenticator.type)} if authenticator is not None else {}
            actions.record_sign_in_event(kind=kind, account_id=user.pk, data=data, at=instant_of(request))

    return record


RECORDED: tuple[tuple[Signal, str], ...] = (
    (account_signals.user_logged_in, "identity.account.signed_in"),
    (account_signals.user_logged_out, "identity.account.signed_out"),
    (account_signals.password_changed, "identity.account.password_changed"),
    (account_signals.password_reset, "identity.account.password_reset"),
    (account_signals.email_changed, "identity.account.email_changed"),
    (factor_signals.authenticator_added, "identity.account.factor_added"),
    (factor_signals.authenticator_removed, "identity.account.factor_removed"),
    (factor_signals.authenticator_reset, "identity.account.factor_reset"),
)


def connect() -> None:
    """Called once, when the program starts."""
    for signal, kind in RECORDED:
        signal.connect(_recorder(kind), weak=False, dispatch_uid=f"journal:{kind}")
