"""Where allauth asks the house: how an account is made, where a browser may go next, how a letter leaves.

A redirect after signing in stays in the house: it is a path, never an address. A mail server that is down does not
break a sign-up; a password reset says so, because its only answer is the letter.
"""

from __future__ import annotations

import base64
import hashlib
import smtplib
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tinhso.identity import actions
from tinhso.identity.facts import PersonFacts
from tinhso.identity.models import Account
from tinhso.kernel.problems import N_, Unavailable

log = structlog.get_logger("tinhso.identity")

# Words of allauth that reach a page as they are. It has no Vietnamese catalogue; ours translates them.
WORDS_OF_ALLAUTH = (
    N_("You must type the same password each time."),
    N_("Use your password"),
    N_("Use authenticator app or code"),
    N_("Use a security key"),
)

# Letters whose arrival is the whole answer of the page.
AWAITED_LETTERS = frozenset({"account/email/password_reset_key", "account/email/unknown_account"})


class MailIsDown(Unavailable):
    code = "mail-is-down"
    title = N_("The letter could not be sent right now. Please try again in a few minutes.")


def instant_of(request: HttpRequest) -> datetime:
    """When the request arrived: the web's middleware reads the clock once; without it, now."""
    at = getattr(request, "at", None)
    return at if isinstance(at, datetime) else datetime.now(UTC)


def at_home(address: str) -> str:
    """The same page under BASE_URL: the host of a letter's link is not the browser's to choose."""
    home, asked = urlsplit(settings.BASE_URL), urlsplit(address)
    return asked._replace(scheme=home.scheme, netloc=home.netloc).geturl()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth brings no types
    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "cannot_remove_primary_email": _("The main address cannot be removed. Choose another main address first."),
        "duplicate_email": _("This address already belongs to this account."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "email_taken": _("There is already an account with this e-mail address."),
        "enter_current_password": _("This is not the password of now."),
        "incorrect_code": _("This code is not right. A code of the app lasts half a minute."),
        "incorrect_password": _("The password is not right."),
        "invalid_or_expired_key": _("This link no longer works."),
        "invalid_login": _("The e-mail address or the password is not right."),
        "invalid_password_reset": _("This link no longer works."),
        "max_email_addresses": _("An account has at most %d addresses."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
        "unknown_email": _("No account has this address."),
        "unverified_primary_email": _("Confirm the address first, then make it the main one."),
        "select_only_one": _("Choose only one."),
        "same_as_current": _("This is the same as before."),
        "rate_limited": _("Too many tries. Wait five minutes, then try again."),
    }

    def is_safe_url(self, url: str | None) -> bool:
        """Only a path of this house: no host at all, not even our own."""
        return bool(url) and str(url).startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def save_user(
        self,
        request: HttpRequest,
        user: AbstractBaseUser,  # noqa: ARG002 - allauth's empty one; ours comes out of the action
        form: BaseForm,
        commit: bool = True,  # noqa: ARG002, FBT001, FBT002 - the signature is allauth's
    ) -> AbstractBaseUser:
        """A sign-up is an action like any other: the account, its person and the entry in one transaction."""
        data = form.cleaned_data
        return actions.register_account(
            by=None,
            email=data["email"],
            password=data.get("password1"),
            facts=PersonFacts(full_name=data["full_name"]),
            language=(get_language() or "vi")[:2],
            at=instant_of(request),
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        return at_home(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return at_home(super().get_email_confirmation_url(request, emailconfirmation))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, smtplib.SMTPException) as error:
            letter = template_prefix.rpartition("/")[2]
            log.warning("sign_in_letter_not_sent", letter=letter, error=type(error).__name__)
            if template_prefix in AWAITED_LETTERS:
                raise MailIsDown from None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002 - not to be used
        """A constant word: neither the address nor the password that was tried."""
        log.info("sign_in_failed")


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth brings no types
    """Keeps the secrets of second factors encrypted under the key of the house."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": _("Switch off the second factor before adding an address."),
        "cannot_delete_authenticator": _("Your work needs a second factor."),
        "cannot_generate_recovery_codes": _("Spare codes belong to a second factor. Set one up first."),
        "incorrect_code": _("This code is not right. A code of the app lasts half a minute."),
        "unverified_email": _("Confirm the e-mail address first."),
    }

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002 - theirs
        """What a passkey is called when nobody gave it a name."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey {number}").format(number=count + 1)

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.email if isinstance(user, Account) else super().get_totp_label(user)


def _box() -> Fernet:
    key = hashlib.sha256(b"tinhso second factors\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
