"""Jobs of the journal: one for each reaction to an entry, and what is done each minute and each hour.

Jobs live in procrastinate's tables, in the same database. Workers ask for work four times a second; nothing notifies.
A reaction that fails is tried again after 2, 4, 8 … seconds, at most an hour; after ATTEMPTS_MAX it is dead: it has a
page, and a person may replay it.
"""

import functools
import inspect
import json
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection
from django.db.models.signals import post_migrate
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision, exceptions, sql
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from tinhso.journal import queries, seal
from tinhso.journal.registry import REACTIONS

log = structlog.get_logger()

Scheduled = Callable[[datetime], None]

ATTEMPTS_MAX = 12  # the last about two hours after the first
WAIT_S_MAX = 3600
POLL_S = 0.25
REACTIONS_AT_ONCE = 2
STALLED_AFTER_S = 30
MONTHS_AHEAD = 3
FINISHED_JOBS_KEPT_H = 24

_RECORD_FAILURE = """\
INSERT INTO journal_failure (job_id, at, entry_id, name, error)
VALUES (%s, now(), %s, %s, %s)
    ON CONFLICT (job_id) DO UPDATE SET at = EXCLUDED.at, error = EXCLUDED.error"""

_FORGET_FAILURES = """\
DELETE FROM journal_failure AS f
 WHERE NOT EXISTS (SELECT FROM procrastinate_jobs AS j WHERE j.id = f.job_id AND j.status <> 'succeeded')"""


class UnknownReaction(LookupError):
    """A job names a reaction that no room registers any more."""


class BackOff(BaseRetryStrategy):
    """Again after 2, 4, 8 … seconds, at most an hour, until ATTEMPTS_MAX."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:  # noqa: ARG002  # theirs
        if job.attempts + 1 >= ATTEMPTS_MAX:
            return None
        return RetryDecision(retry_in={"seconds": min(2 ** (job.attempts + 1), WAIT_S_MAX)})


@app.task(name="journal.react", queue="reactions", retry=BackOff(), pass_context=True)
def react(context: JobContext, *, name: str, entry_id: str) -> None:
    """Call one reaction for one entry."""
    try:
        _react(name, UUID(entry_id))
    except Exception as error:
        _record_failure(context.job.id, name, entry_id, error)
        raise


def scheduled(name: str, cron: str) -> Callable[[Scheduled], Scheduled]:
    """Register a function that is called with the instant of each of these times, in a job of its own.

    cron  five fields, in UTC: midnight of the province is hour 17; a time that nobody worked at is not made up for
    """

    def register(effect: Scheduled) -> Scheduled:
        @app.periodic(cron=cron, periodic_id=name)
        @app.task(name=name, queue="scheduled", queueing_lock=name, retry=BackOff())
        @functools.wraps(effect, assigned=("__module__", "__doc__"), updated=())
        def run(timestamp: int) -> None:
            effect(datetime.fromtimestamp(timestamp, UTC))

        return effect

    return register


@scheduled("journal.seal", "* * * * *")
def seal_head(at: datetime) -> None:
    """Sign the head of the journal, when it moved."""
    seal.sign(at=at)


@scheduled("journal.sweep", "* * * * *")
def sweep(at: datetime) -> None:
    """Give the jobs of dead workers back, and let those die that keep killing theirs."""
    manager = JobManager(DjangoConnector())
    with connection.cursor() as cursor:
        cursor.execute(
            sql.queries["select_stalled_jobs_by_heartbeat"],
            {"queue": None, "task_name": None, "seconds_since_heartbeat": STALLED_AFTER_S},
        )
        columns = [column.name for column in cursor.description]
        stalled = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    for job in stalled:
        is_hopeless = job["attempts"] + 1 >= ATTEMPTS_MAX
        log.warning("job_stalled", job_id=job["id"], task=job["task_name"], attempts=job["attempts"], dead=is_hopeless)
        if is_hopeless:
            _finish(job["id"], Status.FAILED)
        else:
            manager.retry_job_by_id(job["id"], retry_at=at)


@scheduled("journal.keep_house", "17 * * * *")
def keep_house(at: datetime) -> None:
    """Partitions a quarter ahead; finished jobs and the failures of jobs that are gone are forgotten."""
    make_partitions(at)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.queries["delete_old_jobs"],
            {"nb_hours": FINISHED_JOBS_KEPT_H, "queue": None, "statuses": [Status.SUCCEEDED.value]},
        )
        cursor.execute(_FORGET_FAILURES)


def make_partitions(at: datetime) -> int:
    """The months' tables from that instant on, made as the owner whoever asks; how many were missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_make_partitions(%s, %s)", [at.astimezone(UTC).date(), MONTHS_AHEAD])
        return int(cursor.fetchone()[0])


def _partitions_after_migrate(using: str, **_: Any) -> None:
    """Each migration leaves a quarter of partitions behind, so that a machine may stand still for a while."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regproc('journal_make_partitions') IS NOT NULL")
        is_here = cursor.fetchone()[0]
    if is_here and using == connection.alias:
        make_partitions(datetime.now(UTC))


post_migrate.connect(_partitions_after_migrate, dispatch_uid="journal.partitions")


def work() -> None:
    """The worker process: takes jobs until SIGTERM or SIGINT, and survives a lost database."""
    waited_s = POLL_S
    while True:
        started = time.monotonic()
        try:
            with app.replace_connector(DjangoConnector().get_worker_connector()) as worker:
                worker.run_worker(
                    name="journal",
                    concurrency=REACTIONS_AT_ONCE,
                    listen_notify=False,
                    fetch_job_polling_interval=POLL_S,
                    delete_jobs="successful",
                    shutdown_graceful_timeout=20,
                )
        except (exceptions.ConnectorException, OSError) as error:
            if time.monotonic() - started > WAIT_S_MAX:
                waited_s = POLL_S
            log.warning("worker_lost_database", error=type(error).__qualname__, again_in_s=waited_s)
            time.sleep(waited_s)
            waited_s = min(waited_s * 2, 15.0)
        else:
            return


def run_jobs(*, even_later: bool = False, raising: bool = True, limit: int = 10_000) -> int:
    """Work off the jobs that are due, in this thread and on its connection; how many ran. For tests and checks.

    even_later  takes also jobs that wait for their next attempt
    raising     passes an error on, after it was dealt with as a worker does
    """
    if even_later:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    for done in range(limit):
        job = _fetch()
        if job is None:
            return done
        _run(job, raising=raising)
    return limit


def _react(name: str, entry_id: UUID) -> None:
    reaction = REACTIONS.get(name)
    if reaction is None:
        raise UnknownReaction(name)
    entry = queries.entry(entry_id)
    if entry is None:
        raise LookupError(f"entry {entry_id} is not in the journal")
    reaction.effect(entry)


def _record_failure(job_id: int | None, name: str, entry_id: str, error: Exception) -> None:
    """Keep the kind of error and the innermost line of ours; its text might name a person."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "tinhso" in frame.filename]
    line = f" at {frames[-1].filename.rpartition('tinhso/')[2]}:{frames[-1].lineno}" if frames else ""
    with connection.cursor() as cursor:
        cursor.execute(_RECORD_FAILURE, [job_id, entry_id, name, f"{type(error).__qualname__}{line}"])


def _fetch() -> Job | None:
    """Take the next due job, as a worker would."""
    with connection.cursor() as cursor:
        cursor.execute(sql.queries["fetch_job"], {"queues": None, "worker_id": None})
        columns = [column.name for column in cursor.description]
        row = dict(zip(columns, cursor.fetchone(), strict=True))
    if row["id"] is None:
        return None
    # Django hands jsonb over as text.
    row["args"] = json.loads(row["args"]) if isinstance(row["args"], str) else row["args"]
    return Job.from_row(row)


def _run(job: Job, *, raising: bool) -> None:
    """Run a job that was taken, and say how it ended."""
    task = app.tasks[job.task_name]
    if inspect.iscoroutinefunction(task.func):
        raise TypeError(f"{job.task_name} is not for this thread")
    context = [JobContext(app=app, job=job, start_timestamp=time.time(), abort_reason=lambda: None)]
    try:
        task(*(context if task.pass_context else []), **job.task_kwargs)
    except Exception as error:
        retry = task.get_retry_exception(exception=error, job=job)
        if retry is None:
            _finish(job.id, Status.FAILED)
        else:
            at = retry.retry_decision.retry_at or datetime.now(UTC) + timedelta(seconds=1)
            JobManager(DjangoConnector()).retry_job_by_id(_known(job.id), retry_at=at)
        if raising:
            raise
    else:
        _finish(job.id, Status.SUCCEEDED)


def _finish(job_id: int | None, status: Status) -> None:
    is_done = status is Status.SUCCEEDED
    with connection.cursor() as cursor:
        cursor.execute(sql.queries["finish_job"], {"job_id": job_id, "status": status.value, "delete_job": is_done})


def _known(job_id: int | None) -> int:
    if job_id is None:
        raise TypeError("a job without an id was never deferred")
    return job_id
