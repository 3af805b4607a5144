"""What a demonstration shows: invented people who may sign in, and some dossiers under way."""

from datetime import datetime
from typing import Any


def load(*, at: datetime) -> dict[str, Any]:
    """Makes what is missing, and returns what the terminal shows."""
    return {"accounts": [], "dossiers": []}
