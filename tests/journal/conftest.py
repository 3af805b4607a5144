"""The journal alone: followers that other rooms registered are put aside while its tests run."""

from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import transaction

from tinhso.journal import registry, seal
from tinhso.journal.append import append

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def only_our_followers():
    saved = dict(registry.PROJECTIONS), dict(registry.REACTIONS)
    registry.PROJECTIONS.clear()
    registry.REACTIONS.clear()
    yield
    for known, before in zip((registry.PROJECTIONS, registry.REACTIONS), saved, strict=True):
        known.clear()
        known.update(before)


@pytest.fixture
def write():
    """Append one entry in a transaction of its own."""

    def write(kind="tests.thing.happened", *, subject=None, at=NOON, **rest):
        with transaction.atomic():
            return append(kind, subject=subject or uuid4(), at=at, **rest)

    return write


@pytest.fixture
def as_owner(owner_dsn):
    """Run a statement with the owner's rights, as an intruder with the database's password would."""

    def run(sql, values=None):
        with psycopg.connect(owner_dsn, autocommit=True) as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else cursor.rowcount

    return run


@pytest.fixture
def seal_key(tmp_path, monkeypatch):
    """A folder of the test's own for the key that seals."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    return tmp_path / seal.KEY_FILE
