"""DATABASE_URL: a server of the operator's own, prepared as docs/settings.md says."""

import os
import subprocess
import sys

import psycopg
import pytest

from tinhso.site import database
from tinhso.site.docs import settings_page
from tinhso.site.throwaway import Throwaway


@pytest.fixture
def own_server(database_server: Throwaway):
    """A database as its superuser made it by the page, and the environment that leads there."""
    database_server.drop("own")
    database_server.create("own")
    yield {
        "DATABASE_URL": database_server.url("own"),
        "DATABASE_OWNER_URL": database_server.url("own", user=database.OWNER),
    }
    database_server.drop("own")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tinhso.site", *arguments],
        env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_it_is_migrated_and_filled_and_no_server_of_ours_starts(own_server, tmp_path):
    done = run("bring-up", DATA_DIR=str(tmp_path), **own_server)
    assert done.returncode == 0, done.stderr
    with psycopg.connect(own_server["DATABASE_URL"]) as db:
        assert db.execute("SELECT count(*) FROM packs_packversion").fetchone()[0] > 0
    assert not (tmp_path / "postgres").exists()


def test_a_database_that_cannot_be_reached_is_said_so(tmp_path):
    nowhere = "postgresql://tinhso_app:x@127.0.0.1:1/tinhso"
    done = run("journal", "verify", DATA_DIR=str(tmp_path), DATABASE_URL=nowhere, DATABASE_OWNER_URL=nowhere)
    assert done.returncode == 1
    assert "The database does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_page_names_the_grants_that_our_own_server_gets():
    assert all(statement in settings_page() for statement in database.GRANTS)
