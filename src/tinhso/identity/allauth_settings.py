"""Settings of the sign-in machinery, as a dict that the settings take over.

A login is an e-mail address and a password; a second factor is an app's code or a passkey. Failed tries are slowed down
by allauth (per address and per network address). Sessions end with the browser, or after eight hours.
"""

from __future__ import annotations

from typing import Any

HOUR_S = 60 * 60


def sign_in_settings(*, demo: bool, https: bool) -> dict[str, Any]:
    """What Django and allauth read.

    demo    one machine plays everybody, so that limits per network address would stop the show, and a new account
            may be used before its address is confirmed
    https   cookies and links only over TLS
    """
    return {
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "PASSWORD_HASHERS": [
            "django.contrib.auth.hashers.Argon2PasswordHasher",
            "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        ],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
            {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
            {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
            {
                "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
                "OPTIONS": {"user_attributes": ("email", "phone")},
            },
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        "LOGOUT_REDIRECT_URL": "/",
        "PASSWORD_RESET_TIMEOUT": 2 * HOUR_S,
        "SESSION_COOKIE_AGE": 8 * HOUR_S,
        "SESSION_COOKIE_SAMESITE": "Lax",
        **_account(demo=demo, https=https),
        **_second_factor(https=https),
    }


def _account(*, demo: bool, https: bool) -> dict[str, Any]:
    return {
        "ACCOUNT_ADAPTER": "tinhso.identity.adapter.AccountAdapter",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_SIGNUP_FORM_CLASS": "tinhso.identity.forms.SignUpName",
        "ACCOUNT_USER_DISPLAY": "tinhso.identity.names.display_name",
        "ACCOUNT_EMAIL_VERIFICATION": "optional" if demo else "mandatory",
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": True,
        "ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS": 3,
        "ACCOUNT_MAX_EMAIL_ADDRESSES": 3,
        "ACCOUNT_PREVENT_ENUMERATION": True,
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE": False,
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 15 * 60,
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https" if https else "http",
        "ACCOUNT_RATE_LIMITS": _DEMO_LIMITS if demo else _LIMITS,
    }


_LIMITS = {"login_failed": "20/m/ip,5/300s/key"}
_DEMO_LIMITS = {
    "login": "3000/m/ip",
    "signup": "3000/m/ip",
    "login_failed": "100/m/ip,5/300s/key",
    "reset_password": "100/m/ip,5/m/key",
}


def _second_factor(*, https: bool) -> dict[str, Any]:
    return {
        "MFA_ADAPTER": "tinhso.identity.adapter.SecondFactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes", "webauthn"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_ISSUER": "tinhso",
        "MFA_TOTP_TOLERANCE": 1,
        # Browsers allow passkeys over plain HTTP on localhost only; allauth has to be told.
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not https,
    }
