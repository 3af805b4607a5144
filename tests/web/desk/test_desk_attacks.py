"""What an officer, or somebody who was one, may not reach on the desk."""

from datetime import date

import pytest
from desk_samples import PROCEDURE, account, file_dossier, officer

from tinhso.cases.models import Dossier, Draft
from tinhso.identity.models import Post
from tinhso.identity.policy import Role


@pytest.fixture
def begun(ward, at_desk):
    """A draft that the counter wrote for somebody, and its address."""
    at_desk(ward.counter).post(f"/ban-lam-viec/tiep-nhan/{PROCEDURE}/", {"channel": "counter"})
    return f"/nop/ho-so/{Draft.objects.get(account=ward.counter).id}/"


def test_a_draft_of_the_counter_is_closed_to_other_officers(ward, at_desk, begun):
    assert at_desk(ward.counter).get(begun).status_code == 302
    assert at_desk(ward.neighbour).get(begun).status_code == 404
    assert at_desk(ward.leader).get(begun).status_code == 404


def test_a_draft_of_the_counter_stays_behind_when_the_post_ends(ward, at_desk, begun):
    Post.objects.filter(account=ward.counter).update(valid_until=date(2026, 11, 20))

    assert at_desk(ward.counter).get(begun).status_code == 404


def test_a_form_of_the_counter_sent_twice_leads_to_its_dossier_on_the_desk(ward, at_desk):
    code = file_dossier(ward.counter)
    Dossier.objects.update(owner=None, channel="counter")

    again = at_desk(ward.counter).post(f"/nop/ho-so/{Dossier.objects.get().form_key}/xem-lai/", {"declared": "yes"})

    assert again["Location"] == f"/ban-lam-viec/{code}/"


@pytest.mark.parametrize("tail", ["", "giay-to/", "nhat-ky/", "ai-xem-duoc/", "viec/tiep-nhan/"])
def test_the_desk_is_closed_to_citizens_and_to_those_whose_post_has_ended(ward, at_desk, tail):
    citizen = account("Nguyễn Thị Mẫu")
    code = file_dossier(citizen)
    Post.objects.filter(account=ward.specialist).update(valid_until=date(2026, 11, 20))

    for somebody in (citizen, ward.specialist):
        assert at_desk(somebody).get(f"/ban-lam-viec/{code}/{tail}").status_code == 403


def test_an_administrator_reads_no_dossier_and_an_officer_no_administration(ward, at_desk, settings):
    settings.DEMO = True  # otherwise the second factor stops the administrator before
    code = file_dossier(account("Nguyễn Thị Mẫu"))
    administrator = officer("Trần Thị Quản", Role.ADMINISTRATOR, agency="H53")

    assert at_desk(administrator).get(f"/ban-lam-viec/{code}/").status_code == 404
    for page in ("", "goi/", "su-co/", "nhat-ky/", "chua-xac-minh/"):
        assert at_desk(ward.counter).get(f"/ban-lam-viec/quan-tri/{page}").status_code == 403


def test_figures_that_are_no_numbers_are_no_crash(ward, at_desk):
    code = file_dossier(account("Nguyễn Thị Mẫu"))
    desk = at_desk(ward.counter)

    assert desk.get(f"/ban-lam-viec/{code}/?trang=²").status_code == 200
    answer = desk.post("/ban-lam-viec/chuyen-buoc/", {"chosen": [code, "\0"], f"moves-{code}": "²"})
    assert answer.status_code == 200
    assert desk.post(f"/ban-lam-viec/{code}/viec/tiep-nhan/", {"moves": "²"}).status_code < 500


def test_a_field_limits_what_an_officer_reaches(ward, at_desk):
    code = file_dossier(account("Nguyễn Thị Mẫu"))
    elsewhere = officer("Lý Văn Đất", Role.SPECIALIST, fields=["land"])

    assert at_desk(elsewhere).get(f"/ban-lam-viec/{code}/").status_code == 404
    found = at_desk(elsewhere).get("/ban-lam-viec/tra-cuu/", {"q": code}).content.decode()
    assert f"/ban-lam-viec/{code}/" not in found
