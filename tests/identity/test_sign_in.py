"""Signing in as people do it: pages, wrong passwords, redirects, second factors, letters."""

import io
import logging
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from identity_samples import PASSWORD

from tinhso.identity.adapter import MailIsDown
from tinhso.identity.allauth_settings import sign_in_settings
from tinhso.identity.models import Account, Person
from tinhso.identity.policy import Role
from tinhso.identity.urls import urlpatterns
from tinhso.journal.queries import entries_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_the_room_above(settings):
    """Pages of this room on a bare shell: the room above has its own tests of how they look."""
    settings.ROOT_URLCONF = "identity_urls"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("tinhso.web.")]
    (templates,) = settings.TEMPLATES
    shell = str(Path(__file__).parent / "templates")
    settings.TEMPLATES = [
        {
            **templates,
            "DIRS": [shell],
            "OPTIONS": {
                "context_processors": [
                    name for name in templates["OPTIONS"]["context_processors"] if not name.startswith("tinhso.web.")
                ]
            },
        }
    ]
    apply_settings(settings, demo=True)
    cache.clear()
    yield
    cache.clear()


def apply_settings(settings, *, demo):
    for name, value in sign_in_settings(demo=demo, https=False).items():
        if name.startswith(("ACCOUNT_", "MFA_")):
            setattr(settings, name, value)
    settings.DEMO = demo


@pytest.fixture
def strict(settings):
    """Settings of a real province, not of a demonstration."""
    apply_settings(settings, demo=False)


def sign_in(client, email="mau@example.vn", password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def sign_up(client, email="moi@example.vn", name="Phạm Thị Mới", password=PASSWORD):
    return client.post(reverse("account_signup"), {"email": email, "full_name": name, "password1": password})


def kinds_of(account):
    return [entry.kind for entry in entries_of(str(account.pk))]


def link_in(letter):
    return re.search(r"https?://[^/]+(/\S+)", letter.body)[1]


def test_signing_in_leads_home_and_is_an_entry_without_a_person(client, make_account):
    account = make_account()
    response = sign_in(client, "MAU@example.vn")
    assert (response.status_code, response["Location"]) == (302, "/")
    entry = next(entry for entry in entries_of(str(account.pk)) if entry.kind == "identity.account.signed_in")
    assert entry.actor == account.pk
    assert "example.vn" not in repr(entry)
    client.post(reverse("account_logout"))
    assert "identity.account.signed_out" in kinds_of(account)


def test_a_wrong_password_says_so_keeps_the_address_and_is_no_entry(client, make_account):
    account = make_account()
    response = sign_in(client, password="sai mật khẩu rồi")
    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="mau@example.vn"' in page
    assert "sai mật khẩu rồi" not in page
    assert "govuk-error-summary" in page
    assert "identity.account.signed_in" not in kinds_of(account)


def test_a_wrong_password_and_an_unknown_address_are_told_in_the_same_words(client, make_account):
    make_account()
    pages = [
        sign_in(client, email, "sai mật khẩu rồi").content.decode() for email in ("mau@example.vn", "x@example.vn")
    ]
    said = [re.findall(r"govuk-error-summary__list.*?</ul>", page)[0] for page in pages]
    assert said[0] == said[1]


def test_after_five_wrong_passwords_the_right_one_has_to_wait(client, make_account, strict):
    make_account()
    for _ in range(5):
        sign_in(client, password="sai mật khẩu rồi")
    response = sign_in(client)
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "https:///evil.example",
        "javascript:alert(1)",
        "http://testserver/ho-so/",
        "ho-so/",
    ],
)
def test_no_address_of_elsewhere_is_a_way_on_after_signing_in(client, make_account, target):
    make_account()
    assert sign_in(client, next=target)["Location"] == "/"


def test_a_page_of_the_house_is_a_way_on(client, make_account):
    make_account()
    assert sign_in(client, next="/nop/khai-sinh/?buoc=2")["Location"] == "/nop/khai-sinh/?buoc=2"


def test_a_closed_account_does_not_come_in_and_its_sessions_end(client, make_account):
    from identity_samples import NOON

    from tinhso.identity import actions

    account = make_account()
    sign_in(client)
    assert client.get(reverse("account_change_password")).status_code == 200
    actions.close_account(by=None, account_id=account.id, at=NOON)
    assert client.get(reverse("account_change_password")).status_code == 302
    newcomer = Client()
    assert sign_in(newcomer)["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in newcomer.session


def test_a_sign_up_makes_an_account_with_its_person_and_a_letter(client):
    response = sign_up(client)
    assert response.status_code == 302
    account = Account.objects.get(email="moi@example.vn")
    assert Person.objects.get(pk=account.person_id).full_name == "Phạm Thị Mới"
    assert account.check_password(PASSWORD)
    assert account.assurance == 0
    assert {"identity.account.registered", "identity.account.signed_in"} <= set(kinds_of(account))
    (letter,) = mail.outbox
    assert letter.to == ["moi@example.vn"]
    assert client.post(link_in(letter)).status_code == 302
    assert EmailAddress.objects.get(user=account).verified


def test_a_real_province_asks_for_the_address_to_be_confirmed_first(client, strict):
    response = sign_up(client)
    assert response["Location"] == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in client.session


def test_an_address_that_is_taken_is_not_betrayed_and_its_owner_is_told(client, make_account, strict):
    make_account("moi@example.vn")
    response = sign_up(client)
    assert response["Location"] == reverse("account_email_verification_sent")
    assert Account.objects.count() == 1
    assert mail.outbox[0].to == ["moi@example.vn"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "full_name"),
        ({"name": "Nguyễn <script>"}, "full_name"),
        ({"email": "mới"}, "email"),
        ({"password": "ngắn"}, "password1"),
        ({"password": "1234567890123"}, "password1"),
        ({"password": "password123456"}, "password1"),
        ({"password": "moi@example.vn"}, "password1"),
    ],
)
def test_what_is_wrong_with_a_sign_up_stands_beside_its_question(client, changes, field):
    response = sign_up(client, **changes)
    page = response.content.decode()
    assert response.status_code == 200
    assert f'href="#id_{field}"' in page
    assert f'id="id_{field}-error"' in page
    assert Account.objects.count() == 0
    assert Person.objects.count() == 0


def test_a_forgotten_password_is_chosen_anew_through_a_letter_once(client, make_account):
    account = make_account()
    client.post(reverse("account_reset_password"), {"email": "Mau@Example.vn"})
    link = link_in(mail.outbox[0])
    page = client.get(link, follow=True)
    new = {"password1": "cây cau trước ngõ", "password2": "cây cau trước ngõ"}
    assert client.post(page.redirect_chain[-1][0], new).status_code == 302
    account.refresh_from_db()
    assert account.check_password("cây cau trước ngõ")
    assert "identity.account.password_reset" in kinds_of(account)
    client.logout()
    assert client.get(link).context["token_fail"] is True


def test_a_mail_server_that_is_down_does_not_break_a_sign_up_but_a_reset_says_so(client, make_account, settings):
    make_account()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    assert sign_up(client).status_code == 302
    client.logout()
    with pytest.raises(MailIsDown):
        client.post(reverse("account_reset_password"), {"email": "mau@example.vn"})


def test_an_app_protects_the_account_and_its_secret_is_not_stored_in_clear(
    client, make_account, settings, django_capture_on_commit_callbacks
):
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = False  # outside a request, as callbacks run here, no letter can be written
    account = make_account()
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    sign_in(client)
    again = client.get(reverse("mfa_activate_totp"))["Location"]
    assert again.startswith(reverse("account_reauthenticate")), "a stolen session alone does not set up a factor"
    page = client.post(again, {"password": PASSWORD}, follow=True)
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    stored = Authenticator.objects.get(user=account, type="totp").data["secret"]
    assert secret not in stored
    assert "identity.account.factor_added" in kinds_of(account)
    client.logout()
    assert sign_in(client)["Location"].startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    spare = Authenticator.objects.get(user=account, type="recovery_codes").wrap().get_unused_codes()[0]
    assert client.post(reverse("mfa_authenticate"), {"code": spare}).status_code == 302
    assert "_auth_user_id" in client.session


def test_an_administrator_without_a_second_factor_does_not_reach_the_desk(client, make_officer, strict):
    account = make_officer(Role.ADMINISTRATOR, "H53", email="quan-tri@example.vn")
    client.force_login(account)
    for path in ("/ban-lam-viec/", "/en/ban-lam-viec/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"].endswith(reverse("mfa_index"))
    assert client.get(reverse("mfa_index")).status_code == 200


def test_an_officer_without_such_a_role_is_not_stopped(client, make_officer, strict, rf):
    from tinhso.identity.second_factor import lacks_second_factor

    client.force_login(make_officer(Role.SPECIALIST))
    request = rf.get("/ban-lam-viec/")
    request.user, request.session = Account.objects.get(), client.session
    assert not lacks_second_factor(request)


def test_passkeys_are_offered_only_where_browsers_allow_them(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for host, offered in (("localhost:8000", True), ("dichvucong.tay-ninh.example", True), ("127.0.0.1:8000", False)):
        page = client.get(reverse("account_login"), headers={"host": host}).content.decode()
        assert ("passkey_login" in page) == offered, host


def test_no_person_reaches_the_logs_whatever_goes_wrong_at_the_door(client, make_account, settings):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.getLogger().handlers[0].formatter)
    logging.getLogger().addHandler(handler)
    try:
        sign_up(client, "dauvet@example.vn", "Lò Thị Dấuvết")
        client.logout()
        sign_in(client, "dauvet@example.vn", "mật khẩu Dấuvết")
        sign_up(client, "dauvet@example.vn", "Lò Thị Dấuvết")
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
        sign_up(client, "dauvet2@example.vn", "Lò Thị Dấuvết")
        client.get("/dang-nhap/dauvet@example.vn/")
    finally:
        logging.getLogger().removeHandler(handler)
    said = out.getvalue().lower()
    assert "sign_in_failed" in said
    assert "sign_in_letter_not_sent" in said
    for mark in ("dauvet", "dấuvết", "u1ea5uv", "example.vn"):
        assert mark not in said


def test_a_session_ends_after_eight_hours(client, make_account):
    from django.conf import settings

    assert timedelta(seconds=settings.SESSION_COOKIE_AGE) == timedelta(hours=8)
    make_account()
    sign_in(client)
    assert client.session.get_expire_at_browser_close()


@pytest.mark.parametrize("name", sorted(route.name for route in urlpatterns))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_opens_in_both_languages_signed_in_or_not(client, make_account, name, language):
    from django.utils import translation

    values = {
        "account_confirm_email": {"key": "abc"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "abc"},
        "mfa_remove_webauthn": {"pk": 1},
        "mfa_edit_webauthn": {"pk": 1},
    }
    account = make_account()
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    with translation.override(language):
        address = reverse(name, kwargs=values.get(name))
    for _ in range(2):
        response = client.get(address, follow=True)
        assert response.status_code in (
            {200, 404} if name.endswith(("_webauthn", "_codes", "_deactivate_totp")) else {200}
        )
        with translation.override(language):
            sign_in(client)
