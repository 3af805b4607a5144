"""Django's settings: wiring and nothing else. What an operator may choose is in environ.py (docs/settings.md)."""

import hashlib
import secrets as random_secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

import tinhso
from tinhso.identity.allauth_settings import sign_in_settings
from tinhso.site import connections, logs, secrets_folder
from tinhso.site.environ import ENVIRONMENT

REPOSITORY = Path(__file__).resolve().parents[3]
PACKAGE = Path(tinhso.__file__).resolve().parent

# What rooms read from the environment, by way of django.conf.settings.
DATA_DIR = ENVIRONMENT.data_dir
PROVINCE = ENVIRONMENT.province
PORT = ENVIRONMENT.port
GATE_PORT = ENVIRONMENT.gate_port
BASE_URL = ENVIRONMENT.base_url
DEMO = ENVIRONMENT.demo
PACKS_DIR = REPOSITORY / "packs"
FILES_DIR = DATA_DIR / "files"
MAIL_DIR = DATA_DIR / "mail"
PACK_PARTS = "tinhso.site.parts.register_all"  # what each room reads from packs, known in every process

DEBUG = ENVIRONMENT.debug
# Without a kept secret (a type checker, --help) one lasts as long as the process; `tinhso serve` makes the kept one.
SECRET_KEY = ENVIRONMENT.secret_key or secrets_folder.read(DATA_DIR, "secret_key") or random_secrets.token_urlsafe(48)
ALLOWED_HOSTS = [
    urlsplit(BASE_URL).hostname or "localhost",
    "localhost",
    "127.0.0.1",
    "[::1]",
    *ENVIRONMENT.allowed_hosts,
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "procrastinate.contrib.django",
    "tinhso.web",  # before allauth: our templates and catalogues win
    "tinhso.cases",
    "tinhso.notices",
    "tinhso.documents",
    "tinhso.identity",
    "tinhso.places",
    "tinhso.packs",
    "tinhso.journal",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",  # operator classes in expression indexes
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tinhso.web.middleware.clock",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tinhso.site.compression.CompressPages",
    "csp.middleware.CSPMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    # Before the session, so that a database that is down becomes a page in the reader's language.
    "tinhso.web.middleware.Words",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tinhso.web.middleware.subject",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tinhso.identity.second_factor.SecondFactorMiddleware",
    "tinhso.web.middleware.private_pages",
]

ROOT_URLCONF = "tinhso.site.urls"
WSGI_APPLICATION = "tinhso.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],  # before allauth's own pages of the same name
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "tinhso.web.context.shell",
            ],
        },
    },
]


# -- database: one dialect, two roles

DATABASES = {
    "default": connections.django_settings(
        connections.url_of(ENVIRONMENT, role=ENVIRONMENT.db_role), role=ENVIRONMENT.db_role, process=ENVIRONMENT.process
    ),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# -- people

AUTH_USER_MODEL = "identity.Account"
_https = BASE_URL.startswith("https:")
globals().update(sign_in_settings(demo=DEMO, https=_https))
SESSION_COOKIE_NAME = "phien"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the desk shows a dossier's papers in a frame
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # fields only; files stream to disk
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o600


# -- words

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True

_smtp = urlsplit(ENVIRONMENT.smtp_url or f"smtp://127.0.0.1:{ENVIRONMENT.mail_port}")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = _smtp.hostname or ""
EMAIL_PORT = _smtp.port or (465 if _smtp.scheme == "smtps" else 25)
EMAIL_HOST_USER = unquote(_smtp.username or "")
EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
EMAIL_USE_SSL = _smtp.scheme == "smtps"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from


# -- files of the front end

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_DIR}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_INDEX_FILE = False
# One per process; nothing in it is needed for a right answer. The key keeps provinces apart in a shared one.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "KEY_PREFIX": hashlib.sha256(str(DATA_DIR).encode()).hexdigest()[:8],
    },
}

LOGGING_CONFIG = None
logs.configure()
