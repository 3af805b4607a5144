"""The processes of a province: started in order, watched, and ended together.

Each child has a process group of its own, so that Ctrl-C in a terminal reaches only the supervisor, which ends the
children in order and the database last. If the supervisor itself is killed, Linux ends the children for it.

Invariant: one supervisor a data folder (a file lock); a second one is told where the first one listens.
"""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from tinhso.site import database, postgres, secrets_folder
from tinhso.site.environ import Environment
from tinhso.site.setup import REPOSITORY

STOP_SECONDS_MAX = 10
READY_SECONDS_MAX = 60
DOOR_WORKERS = 2
DOOR_THREADS = 2
PR_SET_PDEATHSIG = 1

Say = Callable[[str], None]


class CannotStart(RuntimeError):
    """The message says what is in the way and what to do."""


class ChildDied(RuntimeError):
    """A process ended by itself; the message names it, its code and the end of its log."""


class Interrupted(Exception):  # the operator's wish, not an error
    """SIGINT or SIGTERM arrived."""


@dataclass(slots=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path | None

    def last_words(self) -> str:
        if self.log is None or not self.log.exists():
            return ""
        return "\n".join(self.log.read_text("utf-8", errors="replace").splitlines()[-15:])


@dataclass
class Supervisor:
    """Everything that runs for one data folder. `demo` shows demonstration accounts and catches mail."""

    environment: Environment
    demo: bool = False
    say: Say = print
    logs_to_files: bool = False
    children: list[Child] = field(default_factory=list)
    server: postgres.Server | None = None

    @property
    def address(self) -> str:
        return (
            f"http://{'localhost' if self.environment.host in LOCAL else self.environment.host}:{self.environment.port}"
        )

    # -- up

    def start(self) -> None:
        """Database, tables, packs, places; then the processes, ready to answer when this returns."""
        self._refuse_unknown_province()
        self._refuse_taken_ports()
        self.start_database()
        self.run_step("bring-up")
        own = [sys.executable, "-m", "tinhso.site"]
        if not self.environment.smtp_url:
            self._spawn("mailbox", [*own, "mailbox"], process="work")
            if not self.demo:
                self.say("! SMTP_URL is not set: e-mail is kept in DATA_DIR/mail and reaches nobody.")
        # The door before those who follow: after a first start they have much to do, and people wait for the door.
        self._spawn("door", door_command(self.environment), process="door")
        self._wait_until_it_answers()
        self._spawn("follower", [*own, "follow"], process="work")
        self._spawn("worker", [*own, "work"], process="work")

    def start_database(self) -> None:
        """Our own server, unless DATABASE_URL names another."""
        if self.environment.database_url:
            if not self.environment.database_owner_url:
                message = "DATABASE_URL needs DATABASE_OWNER_URL beside it: one role runs, the other migrates."
                raise CannotStart(message)
            return
        self.say("Starting PostgreSQL")
        self.server = start_own_database(self.environment.data_dir)

    def run_step(self, *arguments: str) -> None:
        """Runs `python -m tinhso.site …` to its end; each line that it prints is said."""
        command = [sys.executable, "-m", "tinhso.site", *arguments]
        # A file for its complaints: a second pipe could fill while the first one is read.
        with (
            tempfile.TemporaryFile("w+") as complaints,
            subprocess.Popen(
                command,
                env=self._child_environment("work"),
                stdout=subprocess.PIPE,
                stderr=complaints,
                **_child_options(),
            ) as step,
        ):
            self.children.append(Child(arguments[0], step, None))
            for line in step.stdout or ():
                self.say(line.decode(errors="replace").rstrip())
            step.wait()
            self.children.pop()
            complaints.seek(0)
            said = complaints.read().strip()
        if step.returncode:
            raise CannotStart(said[-4000:] or f"{arguments[0]} ended with {step.returncode}.")

    def _spawn(self, name: str, command: list[str], *, process: str) -> None:
        log = self._log_of(name)
        self.say(f"Starting {name}")
        with contextlib.ExitStack() as stack:
            out = stack.enter_context(log.open("wb")) if log else None
            child = subprocess.Popen(
                command, env=self._child_environment(process), stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                **_child_options(),
            )  # fmt: skip
        self.children.append(Child(name, child, log))

    def _log_of(self, name: str) -> Path | None:
        if not self.logs_to_files:
            return None
        folder = self.environment.data_dir / "logs"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder / f"{name}.log"

    def _child_environment(self, process: str) -> dict[str, str]:
        return os.environ | {
            "DATA_DIR": str(self.environment.data_dir),
            "PORT": str(self.environment.port),
            "MAIL_PORT": str(self.environment.mail_port),
            "BASE_URL": self.environment.base_url,
            "PROVINCE": self.environment.province,
            "TINHSO_DEMO": "1" if self.demo else "0",
            "TINHSO_PROCESS": process,
            "PYTHONUNBUFFERED": "1",
        }

    def _refuse_unknown_province(self) -> None:
        there = sorted(path.parent.name for path in (REPOSITORY / "packs").glob("*/province.yaml"))
        if self.environment.province not in there:
            message = f"There is no province “{self.environment.province}”. There are: {', '.join(there)}."
            raise CannotStart(message)

    def _refuse_taken_ports(self) -> None:
        ports = {"PORT": self.environment.port}
        if not self.environment.smtp_url:
            ports["MAIL_PORT"] = self.environment.mail_port
        for name, port in ports.items():
            if not is_free(self.environment.host if name == "PORT" else "127.0.0.1", port):
                message = f"Port {port} is taken by another program. Set another, for example {name}={port + 10}."
                raise CannotStart(message)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not answers(f"http://127.0.0.1:{self.environment.port}/health"):
            self.raise_if_one_died()
            if time.monotonic() > deadline:
                message = f"The portal did not answer on port {self.environment.port} within {READY_SECONDS_MAX} s."
                raise CannotStart(message)
            time.sleep(0.05)

    # -- while it runs

    def watch(self) -> None:
        """Returns never: raises ChildDied, or Interrupted on a signal."""
        while True:
            self.raise_if_one_died()
            time.sleep(0.5)

    def raise_if_one_died(self) -> None:
        for child in self.children:
            if child.process.poll() is not None:
                code = child.process.returncode
                message = f"The process “{child.name}” ended by itself (code {code}).\n{child.last_words()}"
                raise ChildDied(message.strip())
        if self.server and self.server.died():
            message = f"PostgreSQL ended by itself. Its log: {self.server.log}"
            raise ChildDied(message)

    # -- down

    def stop(self) -> None:
        """Ends every child and its children: politely, then for certain; the database last."""
        for child in reversed(self.children):
            _signal_group(child.process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        for child in self.children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
            _signal_group(child.process, signal.SIGKILL)
            child.process.wait()
        self.children.clear()
        if self.server:
            self.server.stop_adopted()  # we hold the folder's lock, so a server that we found belongs to nobody else


LOCAL = ("127.0.0.1", "0.0.0.0", "::", "localhost")  # noqa: S104  # compared with, not bound to


def start_own_database(data_dir: Path) -> postgres.Server:
    """The server of this folder with its roles and database, started or adopted. Raises postgres.Refused."""
    server = postgres.Server(data_dir)
    server.check_folder()
    secrets_folder.make_all(data_dir)
    secret = {name: secrets_folder.read(data_dir, name) or "" for name in secrets_folder.NAMES}
    address = server.start(superuser_password=secret["superuser_password"])
    database.prepare(
        address,
        superuser_password=secret["superuser_password"],
        owner_password=secret["owner_password"],
        app_password=secret["app_password"],
    )
    return server


def door_command(environment: Environment) -> list[str]:
    return [
        sys.executable, "-m", "granian", "tinhso.site.wsgi:application",
        "--interface", "wsgi", "--no-ws", "--host", environment.host, "--port", str(environment.port),
        "--workers", str(DOOR_WORKERS), "--blocking-threads", str(DOOR_THREADS),
        "--respawn-failed-workers", "--workers-kill-timeout", "5", "--log-level", "warning",
    ]  # fmt: skip


@contextlib.contextmanager
def only_supervisor(environment: Environment) -> Iterator[None]:
    """Holds the data folder's lock, or says who has it."""
    environment.data_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (environment.data_dir / "supervisor.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            message = f"tinhso already runs on {environment.data_dir}: {lock.read().strip() or 'it is starting'}."
            raise CannotStart(message) from error
        lock.truncate(0)
        lock.write(f"{environment.base_url} (process {os.getpid()})")
        lock.flush()
        yield


@contextlib.contextmanager
def signals_interrupt() -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP raise Interrupted in the main thread, once; a second one changes nothing."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise Interrupted

    before = [signal.signal(number, interrupt) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(address: str) -> bool:
    """Whether anything speaks HTTP there, whatever it says."""
    try:
        with urllib.request.urlopen(address, timeout=2):  # noqa: S310  # our own address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _child_options() -> dict[str, Any]:
    options: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        options["preexec_fn"] = lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    return options
