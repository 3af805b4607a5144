"""What a person may do about the journal: give a dead reaction another chance. Nobody changes an entry."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from tinhso.journal.append import append
from tinhso.kernel.problems import N_, NotFound

REPLAYED = "journal.reaction.replayed"

# Uses procrastinate_jobs' primary key.
_REVIVE = """\
UPDATE procrastinate_jobs
   SET status = 'todo', attempts = 0, scheduled_at = NULL
 WHERE id = %s
   AND status = 'failed'
   AND task_name = 'journal.react'
RETURNING args->>'name', args->>'entry_id'"""


class NoDeadReaction(NotFound):
    code = "no-dead-reaction"
    title = N_("This reaction is no longer waiting for anybody.")


@transaction.atomic(durable=True)
def replay(*, by: UUID, job_id: int, at: datetime) -> None:
    """Let a dead reaction be tried again from its first attempt. Raises NoDeadReaction, also the second time."""
    with connection.cursor() as cursor:
        cursor.execute(_REVIVE, [job_id])
        row = cursor.fetchone()
    if row is None:
        raise NoDeadReaction
    name, entry_id = row
    append(REPLAYED, subject=entry_id, actor=by, at=at, data={"reaction": name})
