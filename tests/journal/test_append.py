"""Writing entries: in the caller's transaction, in one statement, for ever."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from tinhso.journal import keys, queries
from tinhso.journal.append import BadEntry, NewEntry, NotInTransaction, append, append_many, as_cte
from tinhso.journal.sequence import number_waiting
from tinhso.kernel.canonical import NotCanonical

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
PROTECTED = ["journal_entry", "journal_leaf", "journal_node", "journal_checkpoint"]


def execute(sql, values=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else None


def test_an_entry_is_read_back_as_it_was_written(db):
    actor = uuid4()
    local = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=7)))
    data = {"code": "H53.31-260302-0001", "days": 3, "late": False, "papers": [{"name": "Đơn đề nghị"}], "reason": None}
    new = append(
        "tests.thing.happened", subject="a", at=local, actor=actor, unit="H53.31", data=data, meta={"channel": "web"}
    )
    entry = queries.entry(new.id)
    assert entry == queries.Entry(
        id=new.id, at=local, kind="tests.thing.happened", subject="a", unit="H53.31", actor=actor,
        data=data, meta={"channel": "web"}, position=None, seq=new.seq,
    )  # fmt: skip


def test_an_entry_is_part_of_its_transaction(committed_db, write):
    with transaction.atomic():
        append("tests.thing.happened", subject="a", at=NOON)
        transaction.set_rollback(True)
    write(subject="b")
    assert queries.entries_of("a") == []
    assert number_waiting() == 1


def test_an_append_outside_a_transaction_is_refused(committed_db):
    with pytest.raises(NotInTransaction):
        append("tests.thing.happened", subject="a", at=NOON)
    with pytest.raises(NotInTransaction):
        append_many([])


@pytest.mark.parametrize("kind", ["happened", "tests.happened", "tests.thing.has.happened", "Tests.thing.happened", ""])
def test_a_kind_is_room_noun_and_past_verb(db, kind):
    with pytest.raises(BadEntry, match=r"room\.noun\.past_verb"):
        append(kind, subject="a", at=NOON)


def test_an_instant_without_a_time_zone_is_refused(db):
    with pytest.raises(BadEntry, match="time zone"):
        append("tests.thing.happened", subject="a", at=NOON.replace(tzinfo=None))


@pytest.mark.parametrize("subject", ["", None, 7, keys.UUIDv7()])
def test_an_entry_has_a_subject(db, subject):
    with pytest.raises(BadEntry, match="subject"):
        append("tests.thing.happened", subject=subject, at=NOON)


@pytest.mark.parametrize("value", [1.5, NOON, {"đ": 1}, {1: 2}, 2**60, b"x", "\x00"])
def test_what_has_no_canonical_form_is_refused(db, value):
    with pytest.raises(NotCanonical):
        append("tests.thing.happened", subject="a", at=NOON, data={"value": value})


def test_many_entries_keep_their_order_in_one_statement(db, django_assert_num_queries):
    new = [NewEntry("tests.thing.happened", subject="a", at=NOON, data={"number": number}) for number in range(50)]
    with django_assert_num_queries(1):
        appended = append_many(new)
    assert [one.seq for one in appended] == sorted(one.seq for one in appended)
    assert [entry.data["number"] for entry in queries.entries_of("a")] == list(range(50))
    assert [entry.id for entry in queries.entries_of("a")] == [one.id for one in appended]
    assert append_many([]) == []


def test_one_entry_costs_one_statement(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        append("tests.thing.happened", subject="a", at=NOON)


def test_an_append_fits_into_the_statement_of_its_action(db):
    piece, values = as_cte([NewEntry("tests.thing.happened", subject="a", at=NOON, data={"n": 1})])
    rows = execute(f"WITH {piece} SELECT count(*) FROM journal_waiting", values)
    assert rows == [(1,)]
    assert [entry.data for entry in queries.entries_of("a")] == [{"n": 1}]
    assert number_waiting() == 1


def test_pages_of_a_subject_follow_one_another(db):
    append_many([NewEntry("tests.thing.happened", subject="a", at=NOON, data={"n": n}) for n in range(5)])
    append("tests.thing.happened", subject="b", at=NOON)
    first = queries.entries_of("a", limit=3)
    rest = queries.entries_of("a", after=first[-1].seq, limit=3)
    assert [entry.data["n"] for entry in first + rest] == [0, 1, 2, 3, 4]


def test_an_unknown_entry_is_none(db):
    assert queries.entry(uuid4()) is None


@pytest.mark.parametrize("table", PROTECTED)
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_program_may_not_change_what_is_sealed(db, table, verb):
    column = {"journal_entry": "kind", "journal_checkpoint": "note"}.get(table, "hash")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute(verb.format(table, column, column))


def test_the_program_may_not_change_entries_by_their_months_either(db):
    months = [
        row[0]
        for row in execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'journal_entry'::regclass"
        )
    ]
    assert len(months) >= 5
    for month in months:
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            execute(f"DELETE FROM {month}")


def test_an_entry_of_a_month_without_a_table_is_taken_all_the_same(db):
    execute(
        "INSERT INTO journal_entry (id, at, kind, subject) VALUES ('01000000-0000-7000-8000-000000000000', now(), 'tests.thing.happened', 'old')"
    )
    assert [entry.subject for entry in queries.entries_of("old")] == ["old"]


def test_an_entry_stands_in_the_month_of_its_id(db):
    new = append("tests.thing.happened", subject="a", at=datetime(1990, 1, 1, tzinfo=UTC))
    [(table,)] = execute("SELECT tableoid::regclass::text FROM journal_entry WHERE id = %s", [new.id])
    [(month,)] = execute("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')")
    assert table == f"journal_entry_{month}"


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ("now(), 'a.b.c', 'a', '[]'", "journal_entry_data_and_meta_are_maps"),
        ("now(), 'a.b', 'a', '{}'", "journal_entry_kind_is_room_noun_verb"),
        ("'infinity', 'a.b.c', 'a', '{}'", "journal_entry_at_is_a_day_of_the_calendar"),
        ("now(), 'a.b.c', '', '{}'", "journal_entry_has_a_subject"),
    ],
)
def test_the_database_itself_refuses_what_could_not_be_numbered(db, values, rule):
    with pytest.raises(DatabaseError, match=rule), transaction.atomic():
        execute(f"INSERT INTO journal_entry (at, kind, subject, data) VALUES ({values})")


def test_nothing_listens_or_notifies(db):
    """A NOTIFY at commit makes all commits of the cluster wait in one row."""
    rows = execute(
        "SELECT t.tgname FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid"
        " WHERE p.prosrc ILIKE '%%notify(%%' AND t.tgenabled <> 'D'"
    )
    assert rows == []


def test_a_key_made_here_is_a_version_7_uuid_that_grows():
    made = [keys.new_uuid7() for _ in range(3)]
    assert all(isinstance(key, UUID) and key.version == 7 for key in made)
    assert [key.int >> 80 for key in made] == sorted(key.int >> 80 for key in made)
    assert len(set(made)) == 3
