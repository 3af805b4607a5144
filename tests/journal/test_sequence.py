"""Positions: dense, never reused, causes before effects, whatever the writers do."""

import random
import threading
import time
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection, connections, transaction

from tinhso.journal import leaf, merkle, queries, seal, sequence, verify
from tinhso.journal.append import NewEntry, append, append_many

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


def whole_journal():
    """Every numbered entry in order."""
    entries = []
    for after in range(0, queries.head(), queries.LIMIT_MAX):
        entries += queries.window(after, after + queries.LIMIT_MAX)
    return entries


def assert_sealed_as_numbered(entries):
    """Leaves, nodes and head are those over these entries."""
    tree = merkle.grow(0, [], [leaf.hash_of(seal.form_of(entry)) for entry in entries])
    with connection.cursor() as cursor:
        cursor.execute("SELECT position, peaks FROM journal_head")
        position, peaks = cursor.fetchone()
        cursor.execute("SELECT level, number, hash FROM journal_node ORDER BY level, number")
        nodes = {merkle.Place(level, number): bytes(digest) for level, number, digest in cursor.fetchall()}
    assert (position, bytes(peaks)) == (len(entries), b"".join(tree.peaks))
    assert nodes == dict(tree.nodes)
    assert seal.root_of(position) == merkle.root(tree.peaks)


def test_entries_are_numbered_from_one_without_gaps(committed_db, write):
    for _ in range(5):
        write()
    with transaction.atomic():
        append("tests.thing.happened", subject="never", at=NOON)
        transaction.set_rollback(True)
    write()
    assert sequence.number_waiting(limit=4) == 4
    assert sequence.number_waiting() == 2
    assert sequence.number_waiting() == 0
    entries = whole_journal()
    assert [entry.position for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert queries.head() == 6
    assert_sealed_as_numbered(entries)


def test_a_late_commit_is_numbered_late_and_holds_nobody_up(committed_db, owner_dsn, write):
    with psycopg.connect(owner_dsn) as late:
        late.execute(
            "WITH n AS (INSERT INTO journal_entry (at, kind, subject) VALUES (now(), 'tests.thing.happened', 'late')"
            " RETURNING seq, id) INSERT INTO journal_pending SELECT seq, id FROM n"
        )
        for _ in range(3):
            write(subject="early")
        assert sequence.number_waiting() == 3
        late.commit()
    assert sequence.number_waiting() == 1
    entries = whole_journal()
    assert [entry.subject for entry in entries] == ["early", "early", "early", "late"]
    assert_sealed_as_numbered(entries)


def test_the_time_zone_of_a_session_does_not_reach_the_hash(committed_db, write):
    write(data={"name": "Đặng", "count": 2**53 - 1})
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'America/New_York'")
        sequence.number_waiting()
        cursor.execute("SET TIME ZONE 'UTC'")
    assert_sealed_as_numbered(whole_journal())


def test_numbering_takes_four_statements(db, django_assert_num_queries):
    append_many([NewEntry("tests.thing.happened", subject="a", at=NOON) for _ in range(20)])
    with django_assert_num_queries(4 + 2):  # and the savepoint that stands for a transaction here
        sequence.number_waiting()


def test_an_entry_removed_while_it_waits_leaves_its_place(committed_db, write, as_owner):
    write()
    gone = write().id
    write()
    as_owner("DELETE FROM journal_entry WHERE id = %s", [gone])
    assert sequence.number_waiting() == 3
    assert [entry.position for entry in whole_journal()] == [1, 3]


def test_an_entry_that_nobody_could_hash_leaves_its_place(committed_db, write, as_owner):
    as_owner(
        "WITH n AS (INSERT INTO journal_entry (at, kind, subject, data) VALUES"
        " (now(), 'tests.thing.happened', 'forged', '{\"n\": 1.5}') RETURNING seq, id)"
        " INSERT INTO journal_pending SELECT seq, id FROM n"
    )
    write()
    assert sequence.number_waiting() == 2
    said = []
    verify.verify(lambda finding: said.append((finding.what, finding.position)))
    assert said == [(verify.What.EDITED, 1)]


def test_a_restored_copy_goes_on_where_it_was(committed_db, database_server, write):
    """A clone is a restore: same rows, other transaction numbers to come, no memory of running ones."""
    write(subject="before")
    write(subject="waiting")
    sequence.number_waiting(limit=1)
    name = connection.settings_dict["NAME"]
    connection.close()
    with psycopg.connect(database_server.url("postgres", user="postgres"), autocommit=True) as superuser:
        superuser.execute(f'CREATE DATABASE "{name}_restored" TEMPLATE "{name}"')
    try:
        connection.settings_dict["NAME"] = f"{name}_restored"
        write(subject="after")
        assert sequence.number_waiting() == 2
        entries = whole_journal()
        assert [(entry.position, entry.subject) for entry in entries] == [(1, "before"), (2, "waiting"), (3, "after")]
        assert_sealed_as_numbered(entries)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        database_server.drop(f"{name}_restored")


class Writers:
    """Writers in threads, each with its own connection: they sleep, roll back, and name what they saw as a cause."""

    def __init__(self, seed, threads, rounds):
        self.threads = [threading.Thread(target=self.run, args=(random.Random(seed + n), n)) for n in range(threads)]
        self.rounds = rounds
        self.seen: list[str] = []  # ids of committed entries, anybody's
        self.kept: set[str] = set()

    def run(self, chance, number):
        try:
            for turn in range(self.rounds):
                self.turn(chance, f"{number}.{turn}")
        finally:
            connections["default"].close()

    def turn(self, chance, subject):
        cause = self.seen[-1] if self.seen else ""
        ids = []
        is_kept = chance.random() < 0.85
        with transaction.atomic():
            for part in range(chance.randint(1, 3)):
                new = append("tests.thing.happened", subject=subject, at=NOON, data={"cause": cause, "part": part})
                ids.append(str(new.id))
                time.sleep(chance.choice([0, 0, 0.001, 0.004]))
            transaction.set_rollback(not is_kept)
        if is_kept:
            self.kept.update(ids)
            self.seen.append(ids[-1])


def hold_with_concurrent_writers(seed, *, threads, rounds, dsn):
    """Run writers, a transaction left open, and two sequencers at once; then compare."""
    writers = Writers(seed, threads, rounds)
    done = threading.Event()
    sequencers = [threading.Thread(target=number_until, args=(done, seed + n)) for n in range(2)]
    with psycopg.connect(dsn) as left_open:
        [(late,)] = left_open.execute(
            "WITH n AS (INSERT INTO journal_entry (at, kind, subject, data) VALUES"
            " (now(), 'tests.thing.happened', 'left open', '{\"cause\": \"\", \"part\": 0}') RETURNING seq, id)"
            " INSERT INTO journal_pending SELECT seq, id FROM n RETURNING id"
        ).fetchall()
        for thread in [*sequencers, *writers.threads]:
            thread.start()
        for thread in writers.threads:
            thread.join()
        while sequence.number_waiting():
            pass
        numbered_meanwhile = queries.head()
        left_open.commit()
    done.set()
    for thread in sequencers:
        thread.join()
    while sequence.number_waiting():
        pass
    assert numbered_meanwhile == len(writers.kept), f"seed {seed}: the open transaction held others up"
    entries = whole_journal()
    position_of = {str(entry.id): entry.position for entry in entries}
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1)), f"seed {seed}"
    assert set(position_of) == writers.kept | {str(late)}, f"seed {seed}: skipped or double"
    assert position_of[str(late)] == len(entries)
    for entry in entries:
        if entry.data["cause"]:
            assert position_of[entry.data["cause"]] < entry.position, f"seed {seed}: before its cause"
        if entry.data["part"]:
            assert entries[entry.position - 2].seq < entry.seq, f"seed {seed}"
    assert_sealed_as_numbered(entries)


def number_until(done, seed):
    chance = random.Random(seed)
    try:
        while not done.is_set():
            sequence.number_waiting(limit=chance.choice([1, 3, 50]))
            time.sleep(chance.choice([0, 0.002, 0.01]))
    finally:
        connections["default"].close()


def test_concurrent_writers_lose_nothing(committed_db, owner_dsn):
    hold_with_concurrent_writers(20260302, threads=6, rounds=15, dsn=owner_dsn)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [8412, 51, 190764])
def test_many_concurrent_writers_lose_nothing(committed_db, owner_dsn, seed):
    hold_with_concurrent_writers(seed, threads=16, rounds=80, dsn=owner_dsn)
