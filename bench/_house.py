"""What every figure stands on: a durable server of its own, our tables, the packs published, places loaded, and the report at the end.

The server is PostgreSQL as a province runs it (fsync on). Nothing is left behind. A measurement ends with one line of JSON.
"""

import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).resolve().parents[1]
PROVINCE = "tay-ninh"
console = Console(stderr=True)


@contextlib.contextmanager
def house(*, packs: bool = True) -> Iterator["House"]:
    """A province in a throw-away database; `packs=False` leaves out packs and places."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tinhso.site.settings"
    django.setup()
    from tinhso.site.connections import connected_to
    from tinhso.site.throwaway import Throwaway, new_folder

    server = Throwaway(new_folder())
    try:
        with console.status("Starting PostgreSQL, making the tables"):
            server.start(settings={})
            server.create("bench")
            _migrate(server.url("bench", user="tinhso_owner"))
        url = server.url("bench")
        with connected_to(url):
            if packs:
                with console.status("Publishing the packs, loading units and agencies"):
                    _fill()
            yield House(server, url)
    finally:
        server.end()


class House:
    """The running server and the URL of its database (as the application's role)."""

    def __init__(self, server: Any, url: str) -> None:
        self.server = server
        self.url = url

    def owner_url(self) -> str:
        return self.server.url("bench", user="tinhso_owner")

    @contextlib.contextmanager
    def door(self, port: int) -> Iterator[str]:
        """The people's door as `tinhso serve` starts it: two workers of two threads, over this database."""
        data = Path(self.server.folder) / "province"
        data.mkdir(exist_ok=True)
        environment = os.environ | {
            "DATA_DIR": str(data), "DATABASE_URL": self.url, "DATABASE_OWNER_URL": self.owner_url(), "PORT": str(port),
            "TINHSO_PROCESS": "door", "SECRET_KEY": "of one measurement", "PROVINCE": PROVINCE, "BASE_URL": f"http://127.0.0.1:{port}",
        }  # fmt: skip
        collect = [sys.executable, "-m", "tinhso.site.manage", "collectstatic", "--noinput", "-v", "0"]
        subprocess.run(collect, env=environment, check=True, stdout=subprocess.DEVNULL)
        command = [
            sys.executable, "-m", "granian", "tinhso.site.wsgi:application", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1",
            "--port", str(port), "--workers", "2", "--blocking-threads", "2", "--log-level", "warning",
        ]  # fmt: skip
        process = subprocess.Popen(command, env=environment, start_new_session=True)
        try:
            wait_for(f"http://127.0.0.1:{port}/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)

    def pgbench(self, script: str, *, clients: int, seconds: int) -> float:
        """Transactions a second of a pgbench script on the same server."""
        from tinhso.site import postgres

        path = Path(self.server.folder) / "script.sql"
        path.write_text(script, "utf-8")
        program = postgres.Server(Path(self.server.folder)).bin / "pgbench"
        done = subprocess.run(
            [str(program), "-n", "-c", str(clients), "-j", "2", "-T", str(seconds), "-f", str(path), self.url],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        line = next(one for one in done.stdout.splitlines() if one.startswith("tps = "))
        return float(line.split()[2])


def _migrate(owner_url: str) -> None:
    from django.core.management import call_command

    from tinhso.site.connections import connected_to

    with connected_to(owner_url, role="owner"):
        call_command("migrate", verbosity=0, interactive=False)


def _fill() -> None:
    from django.conf import settings

    from tinhso.cases.actions.indexing import index_catalogue
    from tinhso.kernel.calendar import local_date
    from tinhso.packs import actions as packs
    from tinhso.places import actions as places

    at = datetime.now(UTC)
    settings.PROVINCE = PROVINCE
    packs.publish_all(by=None, folder=settings.PACKS_DIR, province=PROVINCE, at=at)
    places.load_province(by=None, folder=settings.PACKS_DIR, province=PROVINCE, at=at)
    index_catalogue(on=local_date(at))


def wait_for(address: str, *, seconds: float = 60) -> None:
    """Until an address answers."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def timed(call: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each call."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share lies."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]


def machine() -> str:
    """What it was measured on."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def report(
    name: str,
    rows: Sequence[tuple[str, str]],
    *,
    ours: float,
    unit: str,
    peer: float | None = None,
    limit: float | None = None,
) -> None:
    """A table for people, one line of JSON for machines."""
    table = Table(title=f"{name}: {datetime.now(UTC):%Y-%m-%d}, {machine()}")
    table.add_column("what")
    table.add_column("figure", justify="right")
    for what, figure in rows:
        table.add_row(what, figure)
    console.print(table)
    ratio = round(ours / peer, 3) if peer else None
    line = {
        "bench": name,
        "ours": round(ours, 3),
        "unit": unit,
        "peer": peer and round(peer, 3),
        "limit": limit,
        "ratio": ratio,
    }
    print(json.dumps(line))
