"""What is done each night: uploads that nobody took up are let go, and content that no row names is removed."""

from datetime import UTC, datetime

import structlog
from procrastinate.contrib.django import app

from tinhso.documents import actions

log = structlog.get_logger("tinhso.documents")


@app.periodic(cron="41 2 * * *")
@app.task(name="documents.sweep", queue="documents", queueing_lock="documents.sweep")
def sweep(timestamp: int) -> None:
    """Abandoned uploads, then orphaned files."""
    at = datetime.fromtimestamp(timestamp, UTC)
    discarded = 0
    while gone := actions.discard_abandoned(at=at):
        discarded += gone
    log.info("documents_swept", discarded=discarded, removed=actions.sweep_files())
