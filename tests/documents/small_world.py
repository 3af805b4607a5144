"""An hour, an account, and the head of a pack, for every test of documents."""

from datetime import UTC, datetime

from django.db import transaction

from tinhso.identity.models import Account

NOON = datetime(2026, 11, 9, 5, 0, tzinfo=UTC)
PACK_HEAD = """\
id: one-stop
version: "2026.1"
in_force_from: 2026-01-01
owner: one-stop
title: {vi: "Một cửa", en: "One-stop shop"}
"""


def account(email):
    return Account.objects.create(email=email, registered_at=NOON)


def fail_after(step):
    """An action above that does one step and then fails: everything is rolled back."""
    with transaction.atomic():
        step()
        raise RuntimeError
