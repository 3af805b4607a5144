"""The two roles, and what a test's own database promises."""

import psycopg
import pytest
from django.db import connection


def _role_and_database() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text, current_database()::text")
        return cursor.fetchone()


def test_the_program_runs_as_the_application(db):
    role, database = _role_and_database()
    assert role == "tinhso_app"
    assert database.startswith("worker_")


def test_the_application_plans_each_statement_and_gives_up_on_locks(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('plan_cache_mode'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("force_custom_plan", "4s")


@pytest.mark.parametrize("statement", ["DROP TABLE {}", "ALTER TABLE {} ADD COLUMN more int", "TRUNCATE {}"])
def test_the_application_may_not_change_what_the_owner_made(db, statement):
    with connection.cursor() as cursor, pytest.raises(Exception, match=r"must be owner|permission denied"):
        cursor.execute(statement.format("django_session"))


def test_a_table_that_the_owner_makes_is_open_to_the_application(committed_db, owner_dsn):
    with psycopg.connect(owner_dsn) as owner:
        owner.execute("CREATE TABLE made_later (id bigint GENERATED ALWAYS AS IDENTITY)")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO made_later DEFAULT VALUES RETURNING id")
        assert cursor.fetchone() == (1,)


def test_a_commit_in_a_database_of_its_own_is_seen_from_outside(committed_db):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES ('k', 'd', now())")
    with psycopg.connect(committed_db) as other:
        assert other.execute("SELECT count(*) FROM django_session").fetchone() == (1,)


def test_nothing_of_the_last_test_is_left(committed_db):
    with psycopg.connect(committed_db) as other:
        assert other.execute("SELECT count(*) FROM django_session").fetchone() == (0,)
