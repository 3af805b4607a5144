"""Accounts and posts for the tests of this room, made through its own actions."""

from datetime import date

import pytest
from identity_samples import NOON, PASSWORD

from tinhso.identity import actions
from tinhso.identity.facts import PersonFacts
from tinhso.identity.policy import Role


@pytest.fixture
def make_account(db):
    """make_account("a@example.vn", name="Nguyễn Thị Mẫu")"""

    def make(email="mau@example.vn", *, name="Nguyễn Thị Mẫu", password=PASSWORD, language="vi"):
        return actions.register_account(
            by=None, email=email, password=password, facts=PersonFacts(full_name=name), language=language, at=NOON
        )

    return make


@pytest.fixture
def make_officer(make_account):
    """make_officer(Role.LEADER, "H53.31.02", since=..., until=...)"""

    def make(role=Role.SPECIALIST, agency="H53.31.02", *, email=None, fields=(), since=date(2026, 1, 1), until=None):
        account = make_account(email or f"{role.value}.{agency.lower()}@example.vn", name="Trần Văn Thử")
        actions.appoint(
            by=None,
            account_id=account.id,
            agency_code=agency,
            role=role,
            title_vi="Công chức",
            title_en="Officer",
            fields=fields,
            valid_from=since,
            valid_until=until,
            at=NOON,
        )
        return account

    return make
