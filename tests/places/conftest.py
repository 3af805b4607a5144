"""A database with both provinces loaded, and rows that tests ask about."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings

from tinhso.places import actions, snapshot

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    snapshot.forget()
    yield
    snapshot.forget()


@pytest.fixture
def tay_ninh(db: None) -> tuple[actions.Loaded, ...]:
    return actions.load_province(by=None, folder=settings.PACKS_DIR, province="tay-ninh", at=AT)


@pytest.fixture
def both(tay_ninh: tuple[actions.Loaded, ...]) -> None:
    actions.load_province(by=None, folder=settings.PACKS_DIR, province="tuyen-quang", at=AT)
