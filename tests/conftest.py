"""What every test may ask for: a database of its own, with or without real commits, and a server in front of it.

One throw-away PostgreSQL serves the whole run (started by the first test that needs it), one template is migrated
once by the owner, and everything else is a clone: one per worker for `db`, one per test for `committed_db`. `province` and `province_db` are
the same two with the packs published and the province loaded.
"""

import contextlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.test.testcases import LiveServerThread, _StaticFilesHandler

from tinhso.places import snapshot
from tinhso.site.connections import connected_to
from tinhso.site.database import OWNER
from tinhso.site.throwaway import TEMPLATE, Throwaway, new_folder

FOLDER_VARIABLE = "TINHSO_TEST_SERVER"
PROVINCE_TEMPLATE = "tinhso_province"


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


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make simulate SEED=8412 DAYS=30` repeats a province; without a seed each run takes another one and names it."""
    simulation = parser.getgroup("simulation")
    simulation.addoption("--seed", type=int, default=None, help="seed of the simulated province")
    simulation.addoption("--days", type=int, default=None, help="how many days it lives")


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


def _migrate(server: Throwaway) -> None:
    with connected_to(server.url(TEMPLATE, user=OWNER), role="owner"):
        call_command("migrate", verbosity=0, interactive=False)


@pytest.fixture(scope="session")
def database_server(django_db_blocker: Any) -> Throwaway:
    """The run's server with its migrated template."""
    server = Throwaway(Path(os.environ[FOLDER_VARIABLE]))
    server.start()
    with django_db_blocker.unblock():
        server.make_template(lambda: _migrate(server))
    return server


@pytest.fixture(scope="session")
def province_template(database_server: Throwaway, django_db_blocker: Any) -> str:
    """The name of a database with the packs published and the province of the settings loaded."""
    from tinhso.site import bring_up

    def load() -> None:
        with connected_to(database_server.url(PROVINCE_TEMPLATE)):
            bring_up.publish_packs(_keep_quiet)
            bring_up.load_places(_keep_quiet)
            bring_up.index_catalogue(_keep_quiet)

    with django_db_blocker.unblock():
        database_server.make_template(load, name=PROVINCE_TEMPLATE, base=TEMPLATE)
    return PROVINCE_TEMPLATE


def _keep_quiet(_line: str) -> None:
    """Steps are not worth a word here; tests/packs says which pack is broken."""


@contextlib.contextmanager
def _clone(server: Throwaway, name: str, template: str) -> Iterator[str]:
    server.clone(name, template=template)
    yield server.url(name)
    server.drop(name)


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "only")


@pytest.fixture(scope="session")
def django_db_setup(database_server: Throwaway, django_db_blocker: Any) -> Iterator[None]:
    """pytest-django's `db` works in this worker's clone, as the application's role."""
    with (
        _clone(database_server, f"worker_{_worker()}", TEMPLATE) as url,
        django_db_blocker.unblock(),
        connected_to(url),
        django_db_blocker.block(),
    ):
        yield


@pytest.fixture
def committed_db(database_server: Throwaway, django_db_blocker: Any) -> Iterator[str]:
    """A database of this test's own, where commits are real and threads see each other. Gives the application's URL."""
    with (
        _clone(database_server, f"test_{uuid.uuid4().hex[:12]}", TEMPLATE) as url,
        django_db_blocker.unblock(),
        connected_to(url),
    ):
        yield url


@pytest.fixture
def province_db(database_server: Throwaway, province_template: str, django_db_blocker: Any) -> Iterator[str]:
    """Like committed_db, with the packs published and the province loaded."""
    with (
        _clone(database_server, f"test_{uuid.uuid4().hex[:12]}", province_template) as url,
        django_db_blocker.unblock(),
        connected_to(url),
    ):
        yield url


@pytest.fixture(scope="session")
def _province_of_worker(database_server: Throwaway, province_template: str) -> Iterator[str]:
    with _clone(database_server, f"province_{_worker()}", province_template) as url:
        yield url


@pytest.fixture
def province(_province_of_worker: str, django_db_blocker: Any) -> Iterator[None]:
    """Like `db` (rolled back at the end), with the packs published and the province loaded. Not together with `db`."""
    with django_db_blocker.unblock(), connected_to(_province_of_worker):
        around = transaction.atomic()
        around._from_testcase = True  # so that a durable action may run inside, as in Django's own TestCase
        with around:
            yield
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """What a process remembers of a database is forgotten: the next test has another one."""
    yield
    snapshot.forget()


@pytest.fixture
def owner_dsn(request: pytest.FixtureRequest, database_server: Throwaway) -> str:
    """Where psycopg meets the test's own database as tinhso_owner. Ask for it together with db or committed_db."""
    needed = {"committed_db", "province_db", "province"} & set(request.fixturenames) or {"db"}
    request.getfixturevalue(needed.pop())
    return database_server.url(connections["default"].settings_dict["NAME"], user="tinhso_owner")


@pytest.fixture
def served(request: pytest.FixtureRequest) -> Iterator[str]:
    """The portal's address: a real HTTP server in threads, over province_db if the test asks for it, else committed_db."""
    request.getfixturevalue("province_db" if "province_db" in request.fixturenames else "committed_db")
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
