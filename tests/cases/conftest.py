"""Fixtures of the cases room: a house in a province, over real commits or over a transaction that is rolled back."""

import pytest
from cases_house import House


@pytest.fixture
def house(province):
    """Rolled back at the end; quick. For what needs no second connection."""
    return House.open()


@pytest.fixture
def committed_house(province_db):
    """A database of its own: commits are real, threads see each other."""
    return House.open()
