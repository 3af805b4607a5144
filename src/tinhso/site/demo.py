"""What a demonstration shows: invented people who may sign in, and some dossiers under way."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from tinhso.identity.demo_people import load_demo_people
from tinhso.packs import queries as packs


def load(*, at: datetime) -> dict[str, Any]:
    """Makes what is missing, and returns what the terminal shows."""
    return {"accounts": _people(at), "dossiers": []}


def _people(at: datetime) -> list[dict[str, str]]:
    today = timezone.localdate(at)
    shown = []
    for entry in packs.documents("demo-people", today).values():
        load_demo_people(people=entry.document, on=today, at=at)
        shown += [
            {"who": f"{account.name}, {account.about.vi}", "email": account.email, "password": account.password}
            for account in entry.document.accounts
        ]
    return shown
