"""The supervisor, as an operator meets it: one command, one Ctrl-C, words when something dies."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tinhso.site import postgres
from tinhso.site.postgres import choose_port
from tinhso.site.throwaway import Throwaway, new_folder

START_SECONDS_MAX = 120
END_SECONDS_MAX = 25

pytestmark = pytest.mark.slow


class Province:
    """`tinhso serve` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = choose_port(None)
        self.environment = os.environ | {
            "DATA_DIR": str(folder), "PORT": str(self.port), "MAIL_PORT": str(choose_port(None)), "COLUMNS": "120",
        }  # fmt: skip
        self.output = folder / "output"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tinhso.site", "serve"], env=self.environment, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS_MAX
        while "Ctrl-C ends everything" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)
        return self.said()

    def run(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """The same command once more, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "tinhso.site", "serve"],
            env=self.environment | environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def said(self) -> str:
        return self.output.read_text("utf-8")

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.ended()

    def ended(self) -> int:
        return self.process.wait(END_SECONDS_MAX)

    def processes(self) -> dict[int, str]:
        """Everything that runs for this folder: it stands in the environment, or on postgres's command line."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
                words = command + (entry / "environ").read_bytes()
            except OSError:
                continue
            if os.fsencode(self.folder) in words:
                found[int(entry.name)] = command.decode(errors="replace")
        return found

    def pid_of(self, words: str) -> int:
        return min(pid for pid, command in self.processes().items() if words in command)

    def wait_until_alone(self, *, besides: str = "\0") -> dict[int, str]:
        deadline = time.monotonic() + END_SECONDS_MAX
        while (left := {p: c for p, c in self.processes().items() if besides not in c}) and time.monotonic() < deadline:
            time.sleep(0.1)
        return left


@pytest.fixture(scope="module")
def province():
    folder = new_folder()
    it = Province(folder)
    yield it
    if it.is_running():
        it.interrupt()
    Throwaway(folder).end()


@pytest.fixture
def running(province):
    """The province, started where the test before did not leave it running."""
    if not province.is_running():
        province.start()
    return province


def test_every_part_runs_and_the_address_is_said(running):
    commands = " ".join(running.processes().values())
    for part in ("granian", "site follow", "site work", "site mailbox", "bin/postgres"):
        assert part in commands
    assert f"http://localhost:{running.port}/" in running.said()
    assert _status(f"http://127.0.0.1:{running.port}/health") == 200


def test_a_second_one_in_the_same_folder_is_told_where_the_first_one_is(running):
    second = running.run()
    assert second.returncode == 1
    assert f"already runs on {running.folder}: http://localhost:{running.port}" in " ".join(second.stderr.split())
    assert running.is_running()


def test_a_killed_supervisor_takes_its_children_along_and_the_next_one_adopts_the_database(running):
    database = postgres.Server(running.folder).running()
    running.process.kill()
    running.process.wait()
    assert running.wait_until_alone(besides="postgres") == {}

    running.start()
    assert postgres.Server(running.folder).running() == database


def test_ctrl_c_ends_every_child_and_the_database(running):
    assert running.interrupt() == 0
    assert running.wait_until_alone() == {}


def test_a_child_that_dies_is_named_and_everything_ends(running):
    os.kill(running.pid_of("site follow"), signal.SIGKILL)
    assert running.ended() == 1
    assert "“follower” ended by itself (code -9)" in running.said()
    assert "Traceback" not in running.said()
    assert running.wait_until_alone() == {}


def test_a_taken_port_is_refused_before_anything_starts(province):
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        port = squatter.getsockname()[1]
        done = province.run(PORT=str(port))
        for _ in range(20):  # the supervisor of the test before may still be ending
            if "already runs" not in done.stderr:
                break
            time.sleep(1)
            done = province.run(PORT=str(port))
    assert done.returncode == 1
    assert f"Port {port} is taken by another program" in done.stderr


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
