"""What follows a notice: its letter. The journal tries again with back-off and shows what died."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from tinhso.journal.follow import reaction
from tinhso.journal.queries import Entry
from tinhso.notices import actions


@reaction("notices.send", ["notices.notice.told"])
def send_letter(entry: Entry) -> None:
    """Sends the letter of a notice unless it went out already."""
    actions.send_letter(notice_id=UUID(entry.subject), at=datetime.now(UTC))
