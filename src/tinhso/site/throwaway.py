"""A server for one run of tests or one measurement: own folder, nothing kept, a template migrated once, clones of it.

Several processes may share the folder (the workers of a test run): the first one starts and migrates, the others wait.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tinhso.site import database, postgres

PASSWORD = "throw-away"  # noqa: S105  # of a server that lives in one temporary folder for one run
TEMPLATE = "tinhso_template"
PREFIX = "tinhso-throwaway-"
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # a crash loses nothing of worth
STOP_SECONDS_MAX = 10


def new_folder() -> Path:
    """A fresh folder that the server's user may enter; what earlier runs left behind when killed is removed."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if not _is_in_use(left):
            Throwaway(left).end()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o755)
    (folder / "pid").write_text(str(os.getpid()), "ascii")
    return folder


def _is_in_use(folder: Path) -> bool:
    try:
        return Path(f"/proc/{int((folder / 'pid').read_text('ascii'))}").exists()
    except (OSError, ValueError):
        return True  # not ours to judge: being made just now, or somebody else's


@dataclass(frozen=True, slots=True)
class Throwaway:
    folder: Path

    def url(self, name: str, *, user: str = database.APP) -> str:
        address = postgres.Server(self.folder).running()
        if address is None:
            message = f"The throw-away server in {self.folder} is not running."
            raise postgres.Refused(message)
        return database.url(address, user=user, password=PASSWORD, name=name)

    def start(self, *, settings: dict[str, str] | None = None) -> None:
        """Starts the server where it does not run yet; `settings` replaces the unsafe defaults."""
        with self._alone():
            server = postgres.Server(self.folder, settings=UNSAFE if settings is None else settings)
            if server.running():
                return
            address = server.start(superuser_password=PASSWORD)
            database.prepare(
                address, superuser_password=PASSWORD, owner_password=PASSWORD, app_password=PASSWORD
            )  # fmt: skip
            server.leave_running()

    def make_template(self, fill: Callable[[], None], *, name: str = TEMPLATE, base: str | None = None) -> None:
        """A database that clones are made of, filled once by `fill`; empty at first, or a copy of `base`."""
        with self._alone():
            done = self.folder / f"{name}-filled"
            if done.exists():
                return
            self.drop(name)
            if base:
                self.clone(name, template=base)
            else:
                self.create(name)
            fill()
            done.touch()

    def create(self, name: str) -> None:
        """An empty database with our grants."""
        with self._superuser() as db:
            db.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(database.OWNER))
            )
        with psycopg.connect(self.url(name, user=postgres.SUPERUSER), autocommit=True) as db:
            database.grant(db)

    def clone(self, name: str, *, template: str = TEMPLATE) -> None:
        """A copy of the template in some 30 ms. Nobody may be connected to the template meanwhile."""
        with self._superuser() as db:
            db.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(template), sql.Identifier(database.OWNER)
                )
            )

    def drop(self, name: str) -> None:
        with self._superuser() as db:
            db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def end(self) -> None:
        """Stops the server, whichever process started it, and removes the folder."""
        address = postgres.Server(self.folder).running()
        if address:
            os.kill(address.pid, signal.SIGQUIT)
            deadline = time.monotonic() + STOP_SECONDS_MAX
            while (
                postgres.is_postgres_of(address.pid, self.folder / "postgres" / "data") and time.monotonic() < deadline
            ):
                time.sleep(0.02)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _superuser(self) -> psycopg.Connection:
        return psycopg.connect(self.url("postgres", user=postgres.SUPERUSER), autocommit=True)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
