"""What every test may ask for: a database of its own, with or without real commits, and a server in front of it.

One throw-away PostgreSQL serves the whole run (started by the first test that needs it), one template is migrated
once by the owner, and everything else is a clone: one per worker for `db`, one per test for `committed_db`.
"""

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test.testcases import LiveServerThread, _StaticFilesHandler

from tinhso.site.connections import connected_to
from tinhso.site.throwaway import Throwaway, new_folder

FOLDER_VARIABLE = "TINHSO_TEST_SERVER"


def _point_settings_at(folder: Path) -> None:
    """Tests never touch the operator's folder, hash quickly, and need no built front end."""
    settings.DATA_DIR = folder
    settings.FILES_DIR = folder / "files"
    settings.MAIL_DIR = folder / "mail"
    settings.STATIC_ROOT = folder / "static"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder / "files"},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True


_point_settings_at(Path(tempfile.mkdtemp(prefix="tinhso-data-")))


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER_VARIABLE] = str(new_folder())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever needs the machine for itself (browsers, whole provinces) runs one after another, first, on one worker."""
    for item in items:
        if item.get_closest_marker("slow") or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("apart"))
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


def pytest_unconfigure(config: pytest.Config) -> None:
    import shutil

    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
    if not hasattr(config, "workerinput") and FOLDER_VARIABLE in os.environ:
        Throwaway(Path(os.environ.pop(FOLDER_VARIABLE))).end()


def _migrate(owner_url: str) -> None:
    with connected_to(owner_url, role="owner"):
        call_command("migrate", verbosity=0, interactive=False)


@pytest.fixture(scope="session")
def database_server(django_db_blocker: Any) -> Throwaway:
    """The run's server with its migrated template."""
    server = Throwaway(Path(os.environ[FOLDER_VARIABLE]))
    server.start()
    with django_db_blocker.unblock():
        server.make_template(_migrate)
    return server


@pytest.fixture(scope="session")
def django_db_setup(database_server: Throwaway, django_db_blocker: Any) -> Iterator[None]:
    """pytest-django's `db` works in this worker's clone, as the application's role."""
    name = f"worker_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    database_server.clone(name)
    with django_db_blocker.unblock(), connected_to(database_server.url(name)), django_db_blocker.block():
        yield
    database_server.drop(name)


@pytest.fixture
def committed_db(database_server: Throwaway, django_db_blocker: Any) -> Iterator[str]:
    """A database of this test's own, where commits are real and threads see each other. Gives the application's URL."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    database_server.clone(name)
    with django_db_blocker.unblock(), connected_to(database_server.url(name)):
        yield database_server.url(name)
    database_server.drop(name)


@pytest.fixture
def owner_dsn(request: pytest.FixtureRequest, database_server: Throwaway) -> str:
    """Where psycopg meets the test's own database as tinhso_owner. Ask for it together with db or committed_db."""
    needed = "committed_db" if "committed_db" in request.fixturenames else "db"
    request.getfixturevalue(needed)
    return database_server.url(connections["default"].settings_dict["NAME"], user="tinhso_owner")


@pytest.fixture
def served(committed_db: str) -> Iterator[str]:
    """The portal's address: a real HTTP server, in threads of this test, over `committed_db`."""
    thread = LiveServerThread("127.0.0.1", _StaticFilesHandler, connections_override={}, port=0)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    before = settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS
    address = f"http://127.0.0.1:{thread.port}"
    settings.CSRF_TRUSTED_ORIGINS = [*before[1], address]
    yield address
    thread.terminate()
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = before
