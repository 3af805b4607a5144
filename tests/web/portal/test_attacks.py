"""What somebody sends who means harm, to the citizens' door: it is refused in words, and nothing breaks."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from portal_samples import Browser, citizen, picture

from tinhso.cases.models import Draft
from tinhso.web import middleware

BIRTH = "1.001193"
ZERO_IN_COOKIE = '"aaaaaaaaaaaaaaaa\\000"'


@pytest.fixture
def at_papers(mau):
    """The address of the page of papers of a draft."""
    mau.begin(BIRTH)
    return f"/nop/ho-so/{Draft.objects.get().id}/giay-to/"


@pytest.fixture
def filed(mau):
    """The code of a dossier that Mẫu filed just now."""
    return mau.file_extract()


@pytest.mark.parametrize("address", ["/ho-so/%00/", "/ho-so/?before=%00", "/thu-tuc/%00/", "/kiem-tra/%00/"])
def test_a_zero_sign_in_an_address_is_no_crash(mau, address):
    assert mau.client.get(address).status_code == 400


def test_a_zero_sign_in_the_session_cookie_is_no_crash(passer_by):
    client = Client(headers={"cookie": f"phien={ZERO_IN_COOKIE}"})

    assert client.get("/ho-so/").status_code == 400


def test_figures_that_are_no_numbers_are_no_crash(passer_by):
    for address in ("/thu-tuc/?from=²", "/thu-tuc/?level=²"):
        assert passer_by.client.get(address).status_code == 200


def test_a_foreign_host_is_refused_and_no_crash(passer_by):
    passer_by.client.raise_request_exception = False

    assert passer_by.client.get("/", headers={"host": "boese.example"}).status_code == 400


def test_a_body_larger_than_any_form_is_refused_before_it_is_read(passer_by, mau):
    def sent(client, size):
        return client.post("/kiem-tra/", b"", content_type="text/plain", CONTENT_LENGTH=str(size)).status_code

    assert sent(passer_by.client, middleware.STRANGERS_BODY_BYTES_MAX + 1) == 413
    assert sent(mau.client, middleware.STRANGERS_BODY_BYTES_MAX + 1) != 413
    assert sent(mau.client, middleware.BODY_BYTES_MAX + 1) == 413


def test_what_is_typed_is_kept_within_bounds_and_without_zero_signs(mau):
    mau.begin(BIRTH)
    draft = Draft.objects.get()
    page = re.search(r"/nop/ho-so/[^/]+/([^/]+)/", mau.address).group(1)
    address = f"/nop/ho-so/{draft.id}/{page}/tu-luu/"

    assert mau.client.post(address, {"requester_phone": "a\0b"}).status_code == 200
    assert "\0" not in str(Draft.objects.get().typed)

    assert mau.client.post(address, {"requester_phone": "9" * 1_000_000}).status_code == 200
    assert len(str(Draft.objects.get().typed)) < 250_000


def test_removing_a_file_that_is_not_there_removes_nothing(mau, at_papers):
    for wrong in ("x", "00000000-0000-0000-0000-000000000000"):
        assert mau.client.post(at_papers, {"remove": wrong}).status_code == 302


def test_the_link_of_a_letter_leads_home_whatever_host_the_browser_named(passer_by, mailoutbox, settings):
    settings.BASE_URL = "https://dichvucong.example.vn"
    account = citizen()

    passer_by.client.post("/quen-mat-khau/", {"email": account.email}, headers={"host": "localhost:6666"})

    assert "https://dichvucong.example.vn/quen-mat-khau/" in mailoutbox[0].body
    assert "localhost" not in mailoutbox[0].body


def test_signing_in_leads_to_no_other_house(passer_by):
    account = citizen()
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    for elsewhere in ("https://boese.example/", "//boese.example/", "/\\boese.example/", "javascript:alert(1)"):
        answer = Client().post(
            f"/dang-nhap/?next={elsewhere}",
            {"login": account.email, "password": "mot-mat-khau-dai", "next": elsewhere},
        )
        assert answer.status_code == 302
        assert answer["Location"] == "/"


def test_other_peoples_drafts_do_not_exist(mau):
    mau.begin(BIRTH)
    draft = Draft.objects.get()
    other = Browser(citizen("Trần Văn Ví Dụ", personal_id="072196000002"))

    for page in ("", "xoa/", "giay-to/", "xem-lai/"):
        assert other.client.get(f"/nop/ho-so/{draft.id}/{page}").status_code == 404
    for page in ("xoa/", "giay-to/tu-luu/", "giay-to/tep/"):
        assert other.client.post(f"/nop/ho-so/{draft.id}/{page}", {"file": picture()}).status_code == 404
    assert Draft.objects.count() == 1


def test_words_longer_than_their_field_are_asked_to_be_shortened(mau, filed):
    answer = mau.client.post(f"/ho-so/{filed}/rut/", {"words": "a" * 1_001})

    assert answer.status_code == 422
    assert "1" in answer.content.decode()


def test_a_page_of_somebody_signed_in_is_kept_by_no_cache(mau):
    for address in ("/", "/ho-so/", "/thu-tuc/", "/ho-so/khong-co/"):
        assert "no-store" in mau.client.get(address)["Cache-Control"]


def test_forms_without_their_token_are_refused(province):
    client = Client(enforce_csrf_checks=True)
    client.force_login(citizen(), backend="allauth.account.auth_backends.AuthenticationBackend")

    for address in (f"/nop/{BIRTH}/", "/ho-so/da-doc/", "/dang-xuat/", "/kiem-tra/", "/ban-lam-viec/chuyen-buoc/"):
        assert client.post(address).status_code == 403


def test_every_kind_of_page_carries_the_policy(passer_by):
    for address in ("/", "/khong-co/", "/dang-nhap/", "/thu-tuc/%00/", "/en/", "/kiem-tra/abc/"):
        answer = passer_by.client.get(address)
        assert "default-src 'self'" in answer["Content-Security-Policy"], address
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_pages_of_the_demonstration_exist_nowhere_else(passer_by, settings):
    settings.DEMO = False
    for address in ("/thu/", "/mau/"):
        assert passer_by.client.get(address).status_code == 404
