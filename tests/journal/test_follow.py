"""Following: every entry once for a projection, once or more for a reaction, whatever dies in between."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from tinhso.journal import actions, follow, jobs, queries, registry
from tinhso.journal.append import NewEntry, append, append_many
from tinhso.journal.follow import projection, reaction, run_jobs, run_once

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


def execute(sql, values=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else None


def write_many(count, kind="tests.thing.happened"):
    with transaction.atomic():
        return append_many([NewEntry(kind, subject="a", at=NOON, data={"n": n}) for n in range(count)])


@pytest.fixture
def tally(as_owner):
    """A table that a projection of the test writes to."""
    as_owner("CREATE TABLE tally (entry_id uuid NOT NULL, position bigint NOT NULL)")


def add_to_tally(entries):
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO tally VALUES (%s, %s)", [(entry.id, entry.position) for entry in entries])


def tallied():
    return [row[0] for row in execute("SELECT position FROM tally ORDER BY position")]


def test_a_projection_gets_each_entry_of_its_kinds_once_and_in_order(db):
    seen = []
    projection("tests.seen", ["tests.thing.happened", "tests.other.*"])(seen.extend)
    for kind in ("tests.thing.happened", "tests.thing.ended", "tests.other.began", "else.thing.happened"):
        append(kind, subject="a", at=NOON)
    run_once()
    run_once()
    append("tests.thing.happened", subject="b", at=NOON)
    run_once()
    assert [(entry.position, entry.kind) for entry in seen] == [
        (1, "tests.thing.happened"), (3, "tests.other.began"), (5, "tests.thing.happened"),
    ]  # fmt: skip


def test_a_follower_may_want_all_kinds_or_all_of_a_room(db):
    everything, room = [], []
    projection("tests.everything", ["*"])(everything.extend)
    projection("tests.room", ["tests.*"])(room.extend)
    append("tests.thing.happened", subject="a", at=NOON)
    append("other.thing.happened", subject="a", at=NOON)
    run_once()
    assert [len(everything), len(room)] == [2, 1]


def test_a_new_follower_starts_at_the_start_or_now_as_it_says(db):
    append("tests.thing.happened", subject="a", at=NOON)
    run_once()
    old, new = [], []
    projection("tests.old", ["tests.*"])(old.extend)
    projection("tests.new", ["tests.*"], since="now")(new.extend)
    run_once()
    append("tests.thing.happened", subject="b", at=NOON)
    run_once()
    assert [entry.subject for entry in old] == ["a", "b"]
    assert [entry.subject for entry in new] == ["b"]


def test_a_projection_may_append_and_is_followed_up(db):
    ends = []

    @projection("tests.ending", ["tests.thing.happened"])
    def ending(entries):
        for entry in entries:
            append("tests.thing.ended", subject=entry.subject, at=NOON)

    projection("tests.ends", ["tests.thing.ended"])(ends.extend)
    append("tests.thing.happened", subject="a", at=NOON)
    run_once()
    assert [entry.subject for entry in ends] == ["a"]


def test_more_than_a_batch_is_read_in_batches(committed_db):
    batches = []
    projection("tests.batches", ["tests.*"])(lambda entries: batches.append(len(entries)))
    write_many(2300)
    run_once()
    assert batches == [1000, 1000, 300]
    assert [(lag.name, lag.behind) for lag in queries.lag()] == [("tests.batches", 0)]


def test_a_projection_that_fails_has_no_effect_and_no_progress(committed_db, tally):
    is_broken = [True]

    @projection("tests.tally", ["tests.*"])
    def count(entries):
        add_to_tally(entries)
        if is_broken:
            raise ZeroDivisionError

    write_many(3)
    with pytest.raises(ZeroDivisionError):
        run_once()
    assert tallied() == []
    assert [(lag.position, lag.behind) for lag in queries.lag()] == [(0, 3)]
    is_broken.clear()
    run_once()
    assert tallied() == [1, 2, 3]


def test_two_names_cannot_be_the_same(db):
    projection("tests.name", ["tests.*"])(lambda _: None)
    with pytest.raises(registry.BadFollower, match="already the name"):
        reaction("tests.name", ["tests.*"])(print)


@pytest.mark.parametrize("kinds", [[], ["tests"], ["tests.thing"], ["tests.thing.*.*"], ["Tests.*"], [""]])
def test_kinds_that_nothing_could_match_are_refused(kinds):
    with pytest.raises(registry.BadFollower):
        projection("tests.kinds", kinds)(lambda _: None)


def test_a_reaction_is_called_for_each_entry_of_its_kinds(db):
    seen = []
    reaction("tests.react", ["tests.thing.happened"])(lambda entry: seen.append(entry.subject))
    for subject, kind in (("a", "tests.thing.happened"), ("b", "tests.thing.ended"), ("c", "tests.thing.happened")):
        append(kind, subject=subject, at=NOON)
    run_once()
    assert seen == []
    assert run_jobs() == 2
    assert seen == ["a", "c"]
    assert run_jobs() == 0


def test_nothing_is_deferred_for_entries_that_nobody_reacts_to(db):
    reaction("tests.react", ["tests.thing.ended"])(print)
    append("tests.thing.happened", subject="a", at=NOON)
    run_once()
    assert execute("SELECT count(*) FROM procrastinate_jobs") == [(0,)]
    assert [lag.behind for lag in queries.lag()] == [0]


def test_a_second_reaction_catches_up_alone(db):
    first, second = [], []
    reaction("tests.first", ["tests.*"])(first.append)
    append("tests.thing.happened", subject="a", at=NOON)
    run_once()
    reaction("tests.second", ["tests.*"])(second.append)
    append("tests.thing.happened", subject="b", at=NOON)
    run_once()
    run_jobs()
    assert [entry.subject for entry in first] == ["a", "b"]
    assert [entry.subject for entry in second] == ["a", "b"]


def test_a_reaction_that_fails_is_tried_again_later_and_the_others_are_not_held_up(db):
    seen = []

    @reaction("tests.react", ["tests.*"])
    def react(entry):
        if entry.subject == "bad" and len(seen) < 2:
            raise ZeroDivisionError
        seen.append(entry.subject)

    for subject in ("bad", "good", "better"):
        append("tests.thing.happened", subject=subject, at=NOON)
    run_once()
    assert run_jobs(raising=False) == 3
    assert seen == ["good", "better"]
    [(attempts, wait)] = execute(
        "SELECT attempts, extract(epoch FROM scheduled_at - now())::int FROM procrastinate_jobs WHERE status = 'todo'"
    )
    assert attempts == 1
    assert 1 <= wait <= 2
    assert run_jobs() == 0
    assert run_jobs(even_later=True) == 1
    assert seen == ["good", "better", "bad"]


def test_an_error_of_a_reaction_comes_out_where_a_test_wants_it(db):
    @reaction("tests.react", ["tests.*"])
    def react(entry):
        raise ZeroDivisionError

    append("tests.thing.happened", subject="a", at=NOON)
    run_once()
    with pytest.raises(ZeroDivisionError):
        run_jobs()


def dead_reaction(name="tests.react"):
    """A reaction that failed as often as it may."""
    append("tests.thing.happened", subject="a", at=NOON)
    run_once()
    for _ in range(jobs.ATTEMPTS_MAX):
        assert run_jobs(even_later=True, raising=False) == 1
    [dead] = queries.dead_reactions()
    return dead


def test_a_reaction_that_fails_too_often_is_dead_visible_and_can_be_replayed(db):
    is_broken, seen = [True], []

    @reaction("tests.react", ["tests.*"])
    def react(entry):
        if is_broken:
            raise ValueError("Nguyễn Văn A, 072199000123")
        seen.append(entry.id)

    dead = dead_reaction()
    assert run_jobs(even_later=True) == 0
    assert (dead.name, dead.attempts) == ("tests.react", jobs.ATTEMPTS_MAX)
    assert dead.where.startswith("ValueError at journal/")
    is_broken.clear()
    actions.replay(by=dead.entry_id, job_id=dead.job_id, at=NOON)
    assert run_jobs() == 1
    assert seen == [dead.entry_id]
    assert queries.dead_reactions() == []
    assert [entry.kind for entry in queries.entries_of(dead.entry_id)] == [actions.REPLAYED]
    with pytest.raises(actions.NoDeadReaction):
        actions.replay(by=dead.entry_id, job_id=dead.job_id, at=NOON)


def test_waits_grow_and_have_an_end():
    waits = []
    for attempts in range(jobs.ATTEMPTS_MAX - 1):
        job = jobs.Job(id=1, queue="q", lock=None, queueing_lock=None, task_name="t", attempts=attempts)
        decision = jobs.BackOff().get_retry_decision(exception=ValueError(), job=job)
        waits.append(round((decision.retry_at - datetime.now(UTC)).total_seconds()))
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048]
    last = jobs.Job(id=1, queue="q", lock=None, queueing_lock=None, task_name="t", attempts=jobs.ATTEMPTS_MAX - 1)
    assert jobs.BackOff().get_retry_decision(exception=ValueError(), job=last) is None


def test_a_job_of_a_reaction_that_is_gone_does_not_disappear(db):
    reaction("tests.react", ["tests.*"])(print)
    append("tests.thing.happened", subject="a", at=NOON)
    run_once()
    registry.REACTIONS.clear()
    run_jobs(raising=False)
    [(error,)] = execute("SELECT error FROM journal_failure")
    assert error.startswith("UnknownReaction at journal/jobs.py:")


def stall(attempts=0):
    """A job as a killed worker leaves it."""
    execute("UPDATE procrastinate_jobs SET attempts = %s", [attempts])
    execute("WITH w AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '31 seconds') RETURNING id)"
            " UPDATE procrastinate_jobs SET status = 'doing', worker_id = w.id FROM w")  # fmt: skip


def test_a_job_of_a_killed_worker_is_given_back(db):
    seen = []
    reaction("tests.react", ["tests.*"])(seen.append)
    append("tests.thing.happened", subject="a", at=NOON)
    run_once()
    stall()
    assert run_jobs() == 0
    jobs.sweep(NOON)
    assert run_jobs() == 1
    assert len(seen) == 1


def test_a_job_that_keeps_killing_its_worker_dies(db):
    reaction("tests.react", ["tests.*"])(print)
    append("tests.thing.happened", subject="a", at=NOON)
    run_once()
    stall(attempts=jobs.ATTEMPTS_MAX - 1)
    jobs.sweep(NOON)
    assert run_jobs(even_later=True) == 0
    [dead] = queries.dead_reactions()
    assert dead.where == "worker died"


def test_the_house_is_kept(db):
    reaction("tests.react", ["tests.*"])(print)
    append("tests.thing.happened", subject="a", at=NOON)
    run_once()
    execute(
        "INSERT INTO journal_failure (job_id, at, entry_id, name, error) SELECT 0, now(), id, 'x', 'y' FROM journal_leaf"
    )
    jobs.keep_house(datetime(2031, 5, 31, tzinfo=UTC))
    assert execute("SELECT count(*) FROM journal_failure") == [(0,)]
    assert execute("SELECT to_regclass('journal_entry_2031_05') IS NOT NULL, to_regclass('journal_entry_2031_08') IS NOT NULL"
                   ", to_regclass('journal_entry_2031_09') IS NOT NULL") == [(True, True, False)]  # fmt: skip
    assert jobs.make_partitions(datetime(2031, 5, 31, tzinfo=UTC)) == 0


def test_a_partition_made_by_the_program_is_protected_too(db):
    jobs.make_partitions(datetime(2031, 5, 1, tzinfo=UTC))
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        execute("DELETE FROM journal_entry_2031_05")


def test_the_oldest_waiting_entry_has_an_age(committed_db):
    assert queries.oldest_pending_s() == 0.0
    write_many(1)
    time.sleep(0.02)
    assert 0.01 < queries.oldest_pending_s() < 60
    run_once()
    assert queries.oldest_pending_s() == 0.0


def in_a_loop(work, *, until, seconds=20):
    """Run `loop` in a thread while `work` is done, until a condition holds."""
    stop = threading.Event()
    thread = threading.Thread(target=follow.loop, args=(stop,))
    thread.start()
    try:
        work()
        deadline = time.monotonic() + seconds
        while not until() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert until()
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def test_the_loop_follows_while_it_runs(committed_db, tally):
    projection("tests.tally", ["tests.*"])(add_to_tally)
    in_a_loop(lambda: write_many(30), until=lambda: len(tallied()) == 30)


def test_the_loop_goes_on_when_one_projection_fails(committed_db, tally):
    @projection("tests.broken", ["tests.*"])
    def broken(entries):
        raise ZeroDivisionError

    projection("tests.tally", ["tests.*"])(add_to_tally)
    in_a_loop(lambda: write_many(30), until=lambda: len(tallied()) == 30)
    assert {lag.name: lag.behind for lag in queries.lag()} == {"tests.broken": 30, "tests.tally": 0}


def test_the_loop_survives_a_lost_database(committed_db, tally):
    projection("tests.tally", ["tests.*"])(add_to_tally)
    mine = execute("SELECT pg_backend_pid()")[0][0]

    def cut_off():
        write_many(10)
        others = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid NOT IN (%s, pg_backend_pid())"
        time.sleep(0.1)
        execute(others, [mine])
        write_many(10)

    in_a_loop(cut_off, until=lambda: len(tallied()) == 20)


def test_two_loops_at_once_count_each_entry_once(committed_db, tally):
    projection("tests.tally", ["tests.*"])(add_to_tally)
    stop = threading.Event()
    loops = [threading.Thread(target=follow.loop, args=(stop,)) for _ in range(3)]
    for thread in loops:
        thread.start()
    for _ in range(15):
        write_many(7)
        time.sleep(0.01)
    deadline = time.monotonic() + 20
    while len(tallied()) < 105 and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    for thread in loops:
        thread.join(10)
    assert tallied() == list(range(1, 106))


# A follower process of its own, which dies between two steps: after the effect, before the commit; or anywhere.
PROCESS = """\
import os, random, sys, time
import django
django.setup()
from django.conf import settings
from django.db import connection
from tinhso.journal import follow, registry
registry.PROJECTIONS.clear(); registry.REACTIONS.clear()
dies = sys.argv[1] == "dies"

@follow.projection("tests.tally", ["tests.*"])
def count(entries):
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO tally VALUES (%s, %s)", [(entry.id, entry.position) for entry in entries])
    if dies and random.random() < 0.5:
        os._exit(9)

@follow.reaction("tests.react", ["tests.*"])
def react(entry):
    pass

print("ready", flush=True)
follow.loop()
"""


@pytest.fixture
def start_follower(committed_db):
    """Start a follower in a process of its own over this test's database."""
    running = []

    def start(how):
        environment = os.environ | {"DATABASE_URL": committed_db, "DATABASE_OWNER_URL": committed_db}
        process = subprocess.Popen([sys.executable, "-c", PROCESS, how], env=environment, stdout=subprocess.PIPE)
        running.append(process)
        assert process.stdout.readline() == b"ready\n"
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


def tallied_within(count, seconds):
    deadline = time.monotonic() + seconds
    while len(tallied()) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    return tallied()


def test_a_process_ends_when_it_is_told_to(committed_db, tally, start_follower):
    process = start_follower("lives")
    write_many(5)
    assert tallied_within(5, 30) == [1, 2, 3, 4, 5]
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def is_caught_up(written):
    lags = queries.lag()
    return queries.head() == written and len(lags) == 2 and not any(lag.behind for lag in lags)


@pytest.mark.slow
def test_a_process_that_dies_between_steps_counts_nothing_twice_and_skips_nothing(committed_db, tally, start_follower):
    written = 0
    for _turn in range(6):
        process = start_follower("dies")
        write_many(40)
        written += 40
        try:
            process.wait(0.5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    start_follower("lives")
    deadline = time.monotonic() + 30
    while not is_caught_up(written) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert tallied() == list(range(1, written + 1))
    [(deferred, entries)] = execute("SELECT count(*), count(DISTINCT args->>'entry_id') FROM procrastinate_jobs")
    assert (deferred, entries) == (written, written)
