"""The invented people of a demonstration: sound, complete, made once, and never outside a demonstration."""

from pathlib import Path

import msgspec
import pytest
import yaml
from allauth.account.models import EmailAddress
from identity_samples import NOON, TODAY

from tinhso.identity import access
from tinhso.identity.demo_people import OnlyInDemo, load_demo_people
from tinhso.identity.models import Account, Person, Post
from tinhso.identity.pack_part import DemoPeople, check_demo_people
from tinhso.identity.policy import Permission, Role

PACKS = Path(__file__).resolve().parents[2] / "packs"
PROVINCES = ("tay-ninh", "tuyen-quang")
WARDS = {"tay-ninh": "H53.31.02", "tuyen-quang": "H60.31.01"}


def people_of(province):
    text = (PACKS / province / "demo-people.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), DemoPeople)


@pytest.mark.parametrize("province", PROVINCES)
def test_the_people_of_a_province_have_no_findings(province):
    assert list(check_demo_people(people_of(province), None)) == []


@pytest.mark.parametrize("province", PROVINCES)
def test_every_role_is_played_and_a_ward_can_bring_a_dossier_to_its_end(province):
    people = people_of(province)
    roles = {post.role for entry in people.accounts for post in entry.posts}
    assert roles == set(Role) - {Role.CITIZEN}
    ward = {post.role for entry in people.accounts for post in entry.posts if post.agency == WARDS[province]}
    assert {Role.ONE_STOP_OFFICER, Role.SPECIALIST, Role.LEADER} <= ward
    assert any(not entry.posts for entry in people.accounts), "somebody is a citizen"
    assert max(len(entry.name) for entry in people.accounts) > 60, "somebody has a very long name"


@pytest.mark.parametrize("province", PROVINCES)
def test_posts_are_in_agencies_that_the_province_has(province):
    listed = (PACKS / province / "agencies.yaml").read_text(encoding="utf-8")
    for entry in people_of(province).accounts:
        for post in entry.posts:
            commune = ".".join(post.agency.split(".")[:3])
            assert f"code: {post.agency}," in listed or f"code: {commune}," in listed, post.agency


def test_they_are_made_once_whatever_happens(db, settings):
    settings.DEMO = True
    people = people_of("tay-ninh")
    assert load_demo_people(people=people, on=TODAY, at=NOON) == len(people.accounts)
    counts = [model.objects.count() for model in (Account, Person, Post, EmailAddress)]
    assert load_demo_people(people=people, on=TODAY, at=NOON) == 0
    assert [model.objects.count() for model in (Account, Person, Post, EmailAddress)] == counts
    citizen = Account.objects.get(email="cong-dan@tay-ninh.example")
    assert citizen.check_password("tinhso-demo-2026")
    leader = access.subject(Account.objects.get(email="lanh-dao.tan-ninh@tay-ninh.example"), on=TODAY)
    assert leader.may(Permission.DOSSIER_DECIDE, agency_code="H53.31.02")


def test_an_account_that_was_there_before_keeps_its_password(db, settings, make_account):
    settings.DEMO = True
    before = make_account("cong-dan@tay-ninh.example", password="mật khẩu riêng của tôi")
    load_demo_people(people=people_of("tay-ninh"), on=TODAY, at=NOON)
    before.refresh_from_db()
    assert before.check_password("mật khẩu riêng của tôi")


def test_outside_a_demonstration_they_are_refused(db, settings):
    settings.DEMO = False
    with pytest.raises(OnlyInDemo):
        load_demo_people(people=people_of("tay-ninh"), on=TODAY, at=NOON)
    assert Account.objects.count() == 0


def test_what_is_wrong_in_such_a_file_is_found_with_its_place():
    people = msgspec.convert(
        {
            "accounts": [
                {
                    "email": "a@b.example",
                    "password": "tinhso-demo-2026",
                    "name": "An <b>",
                    "about": {"vi": "x", "en": "x"},
                    "personal_id": "072196000001",
                    "born_on": "1986-02-30",
                    "posts": [{"agency": "ward 1", "role": "citizen", "title": {"vi": "x", "en": "x"}}],
                },
                {
                    "email": "A@B.example",
                    "password": "tinhso-demo-2026",
                    "name": "Bình 9",
                    "about": {"vi": "x", "en": "x"},
                },
            ]
        },
        DemoPeople,
    )
    places = [found.where for found in check_demo_people(people, None)]
    assert places == [
        ("accounts", 0, "born_on"),
        ("accounts", 0, "posts", 0, "agency"),
        ("accounts", 0, "posts", 0, "role"),
        ("accounts", 1, "email"),
        ("accounts", 1, "name"),
    ]
