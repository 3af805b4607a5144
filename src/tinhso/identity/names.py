"""How an account is called on a page."""

from __future__ import annotations

from tinhso.identity.models import Account


def display_name(account: Account) -> str:
    """The name of its person, else its address. For pages and mails to itself; never for logs."""
    person = account.person if account.person_id else None
    return person.full_name if person else account.email
