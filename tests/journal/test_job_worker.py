"""The worker process: takes jobs without being notified, gives back what it was killed with, ends when told to."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from tinhso.journal import jobs
from tinhso.journal.append import NewEntry, append_many
from tinhso.journal.follow import reaction, run_once

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)

PROCESS = """\
import sys, time
import django
django.setup()
from django.db import connection
from tinhso.journal import jobs, registry
registry.PROJECTIONS.clear(); registry.REACTIONS.clear()

def react(entry):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO reacted VALUES (%s)", [entry.position])
    if sys.argv[1] == "hangs":
        time.sleep(60)

registry.reaction("tests.react", ["tests.*"])(react)
jobs.work()
"""


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else None


def reacted():
    return [row[0] for row in execute("SELECT position FROM reacted ORDER BY position")]


def eventually(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()


def write_many(count):
    with transaction.atomic():
        append_many([NewEntry("tests.thing.happened", subject="a", at=NOON) for _ in range(count)])
    run_once()


@pytest.fixture
def start_worker(committed_db, as_owner):
    """Start a worker in a process of its own over this test's database; it writes down what it reacted to."""
    as_owner("CREATE TABLE reacted (position bigint NOT NULL)")
    reaction("tests.react", ["tests.*"])(print)  # deferred here, run there
    running = []

    def start(how):
        environment = os.environ | {"DATABASE_URL": committed_db, "DATABASE_OWNER_URL": committed_db}
        running.append(subprocess.Popen([sys.executable, "-c", PROCESS, how], env=environment))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


def test_a_worker_takes_jobs_and_ends_when_told_to(start_worker):
    write_many(3)
    process = start_worker("works")
    eventually(lambda: reacted() == [1, 2, 3])
    write_many(2)
    eventually(lambda: reacted() == [1, 2, 3, 4, 5], seconds=3)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'journal.react'") == [(0,)]


@pytest.mark.slow
def test_a_worker_survives_a_lost_database(start_worker):
    write_many(1)
    start_worker("works")
    eventually(lambda: reacted() == [1])
    execute(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    write_many(1)
    eventually(lambda: reacted() == [1, 2])


@pytest.mark.slow
def test_what_a_killed_worker_held_is_done_by_the_next(start_worker):
    write_many(1)
    killed = start_worker("hangs")
    eventually(lambda: reacted() == [1])
    killed.kill()
    killed.wait()
    assert execute("SELECT status::text FROM procrastinate_jobs WHERE task_name = 'journal.react'") == [("doing",)]
    execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '31 seconds'")
    jobs.sweep(NOON)
    start_worker("works")
    eventually(lambda: reacted() == [1, 1])


def test_the_minute_and_the_hour_have_their_jobs():
    times = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert {name: times[name] for name in ("journal.seal", "journal.sweep", "journal.keep_house")} == {
        "journal.seal": "* * * * *", "journal.sweep": "* * * * *", "journal.keep_house": "17 * * * *",
    }  # fmt: skip


def test_a_scheduled_job_gets_the_instant_it_was_meant_for():
    assert app.tasks["journal.seal"].queueing_lock == "journal.seal"
    seen = []
    jobs.scheduled("tests.scheduled", "0 0 1 1 *")(seen.append)
    try:
        app.tasks["tests.scheduled"](timestamp=int(NOON.timestamp()))
    finally:
        del app.tasks["tests.scheduled"]
        del app.periodic_registry.periodic_tasks["tests.scheduled", "tests.scheduled"]
    assert seen == [NOON]
