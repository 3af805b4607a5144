"""Two provinces loaded: once a worker for tests that only read, anew for tests that change something."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings

from tinhso.places import actions, snapshot
from tinhso.site.connections import connected_to
from tinhso.site.throwaway import Throwaway

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    snapshot.forget()
    yield
    snapshot.forget()


@pytest.fixture(scope="session")
def both_url(database_server: Throwaway, django_db_blocker: Any) -> Iterator[str]:
    name = f"places_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    database_server.clone(name)
    url = database_server.url(name)
    with django_db_blocker.unblock(), connected_to(url):
        for province in ("tay-ninh", "tuyen-quang"):
            actions.load_province(by=None, folder=settings.PACKS_DIR, province=province, at=AT)
    yield url
    database_server.drop(name)


@pytest.fixture
def both(both_url: str, django_db_blocker: Any) -> Iterator[None]:
    """Both provinces, for tests that only read."""
    with django_db_blocker.unblock(), connected_to(both_url):
        snapshot.forget()
        yield


@pytest.fixture
def tay_ninh(db: None) -> tuple[actions.Loaded, ...]:
    """One province in a transaction that is rolled back, and what loading it gave."""
    return actions.load_province(by=None, folder=settings.PACKS_DIR, province="tay-ninh", at=AT)
