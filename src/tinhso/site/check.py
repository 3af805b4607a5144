"""`tinhso demo --check`: the main job without a person.

Starts a province of its own in a fresh folder, walks its real pages as citizens and officers, and says what became of
each procedure. Nothing of the program is called: what is not reachable by HTTP does not count.
"""

import dataclasses
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tinhso.kernel.calendar import VIETNAM
from tinhso.site import postgres, processes, show, throwaway
from tinhso.site.environ import ENVIRONMENT, Environment
from tinhso.site.robot import stories
from tinhso.site.robot.citizen import Errand, Trace
from tinhso.site.robot.officers import Account, People
from tinhso.site.robot.visitor import Notes, Stuck, Visitor
from tinhso.site.setup import prepare

LETTER_SECONDS_MAX = 60
THREADS = 3
COLUMNS = ("filed", "accepted", "decided", "returned", "on time")
FIGURES_WIDTH = sum(len(name) + 3 for name in (*COLUMNS, "wrong")) + 4
DOSSIERS_MIN = 30
PROCEDURES_MIN = 12
CITIZENS = ("cong-dan@", "cong-dan-2@", "ten-dai@")
ENGLISH = "english@"


def main(console: Console, *, limit: int | None = None) -> int:
    """The whole check; 0 when nothing was wrong. `limit` takes only so many dossiers (for a quick look)."""
    prepare(console.print)
    with province(console) as running:
        began = time.monotonic()
        walk = Walk(running, console)
        walk.everything(limit)
        seconds = time.monotonic() - began
    console.print(table(walk.traces, console.width))
    return report(console, walk, seconds, whole=limit is None)


@contextmanager
def province(console: Console) -> Iterator[processes.Supervisor]:
    """A province in a folder of its own, gone afterwards; the operator's data are never touched."""
    folder = throwaway.new_folder()
    environment = own_environment(folder)
    supervisor = processes.Supervisor(environment, demo=True, logs_to_files=True)
    try:
        with processes.signals_interrupt(), show.progress(console) as say:
            supervisor.say = say
            supervisor.start()
        yield supervisor
    finally:
        supervisor.stop()
        throwaway.Throwaway(folder).end()


def own_environment(folder: Path) -> Environment:
    port, mail_port = postgres.choose_port(None), postgres.choose_port(None)
    return dataclasses.replace(
        ENVIRONMENT,
        data_dir=folder,
        port=port,
        mail_port=mail_port,
        base_url=f"http://localhost:{port}",
        database_url="",
        database_owner_url="",
        smtp_url="",
    )


class Walk:
    """All errands, some at a time."""

    def __init__(self, supervisor: processes.Supervisor, console: Console) -> None:
        shown = json.loads((supervisor.environment.data_dir / "demo.json").read_text("utf-8"))
        self.base = supervisor.address
        self.logs = supervisor.environment.data_dir / "logs"
        self.console = console
        self.notes = Notes()
        self.people = People(
            self.base, datetime.now(VIETNAM).date(), self.notes, [Account(**line) for line in shown["accounts"]]
        )
        self.traces: list[Trace] = []
        self.general: list[str] = []
        self._lock = threading.Lock()

    def everything(self, limit: int | None) -> None:
        try:
            planned = stories.errands(self.people.nobody())[:limit]
        except (Stuck, httpx.HTTPError) as problem:
            self.general.append(f"the catalogue cannot be read: {problem}")
            planned = []
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console) as progress, ThreadPoolExecutor(THREADS) as pool:
            living = progress.add_task("Dossiers", total=len(planned))
            for trace in pool.map(self._live, planned):
                self.traces.append(trace)
                progress.advance(living)
            looking = progress.add_task("Papers  ", total=len(planned))
            for _ in pool.map(self._look, self.traces):
                progress.advance(looking)
        try:
            self._look_around()
        except (Stuck, httpx.HTTPError) as problem:
            self.general.append(str(problem))
        self.general += crashes(self.logs)

    def _who(self, errand: Errand) -> tuple[Visitor, str]:
        start = ENGLISH if errand.story == "english" else CITIZENS[errand.seed % len(CITIZENS)]
        account = next(one for one in self.people.accounts if one.email.startswith(start))
        prefix = "/en" if errand.story == "english" else ""
        return self.people.browser(account.email, prefix=prefix), account.who.partition(",")[0]

    def _live(self, errand: Errand) -> Trace:
        trace = Trace(errand)
        with self._noting(trace):
            who, name = self._who(errand)
            stories.live(self.people, errand, trace, who, name, self._crewed())
        return trace

    def _look(self, trace: Trace) -> None:
        if trace.dossier and not trace.problem:
            with self._noting(trace):
                stories.look_at_papers(self.people, trace, self._who(trace.errand)[0])

    @contextmanager
    def _noting(self, trace: Trace) -> Iterator[None]:
        try:
            yield
        except (Stuck, httpx.HTTPError) as problem:
            trace.problem = trace.problem or f"{type(problem).__name__}: {problem}"

    def _crewed(self) -> list[str]:
        """Names of places where one-stop officers work, out of the table of accounts ("Một cửa phường Tân Ninh")."""
        lines = [one.who.rpartition(", ")[2] for one in self.people.accounts if one.email.startswith("mot-cua.")]
        return [line.removeprefix("Một cửa ") for line in lines]

    def _look_around(self) -> None:
        """Health says that everything was followed, and letters went out."""
        health = httpx.get(f"{self.base}/health", timeout=30)
        if health.status_code != 200:
            self.general.append(f"/health answers {health.status_code}: {health.text[:300]}")
        filed = [trace.dossier for trace in self.traces if "filed" in trace.done]
        if filed and not self._is_written_about(filed):
            self.general.append("no letter about any of these dossiers was caught at /thu/")

    def _is_written_about(self, codes: list[str]) -> bool:
        """Letters go out when the worker comes to them: looked for until LETTER_SECONDS_MAX have passed."""
        nobody = self.people.nobody()
        deadline = time.monotonic() + LETTER_SECONDS_MAX
        while time.monotonic() < deadline:
            letters = nobody.get("/thu/", allowed=(404,))
            if any(code in letters.words for code in codes):
                return True
            time.sleep(1)
        return False


def crashes(logs: Path) -> list[str]:
    """What the processes wrote about their own failures: where, and which kind of error."""
    found = [
        f"{log.stem}: {_crash(line)}"
        for log in sorted(logs.glob("*.log"))
        for line in log.read_text("utf-8", errors="replace").splitlines()
        if '"level": "error"' in line or line.startswith("Traceback")
    ]
    return list(dict.fromkeys(found))[:20]


def _crash(line: str) -> str:
    try:
        said = json.loads(line)
    except ValueError:
        return line[:300]
    frames = said.get("exception", {}).get("frames", ["?"])
    return f"{said.get('event')} {said.get('route', '')} {said.get('exception', {}).get('type', '')} {frames[-1]}"


def table(traces: list[Trace], width: int) -> Table:
    """One line a procedure, its title cut to what the figures leave of the terminal's width."""
    room = max(12, width - FIGURES_WIDTH)
    made = Table(title="What became of them", title_justify="left")
    made.add_column("Procedure", no_wrap=True)
    for name in (*COLUMNS, "wrong"):
        made.add_column(name.capitalize(), justify="right", no_wrap=True)
    by_code: dict[str, list[Trace]] = {}
    for trace in traces:
        by_code.setdefault(trace.errand.code, []).append(trace)
    for code, own in by_code.items():
        counted = Counter(step for trace in own for step in trace.done)
        wrong = sum(1 for trace in own if trace.problem)
        title = next(
            (trace.title for trace in own if trace.title and trace.errand.story != "english"), own[0].errand.say
        )
        figures = [str(counted[name]) for name in COLUMNS]
        made.add_row(f"{code} {title}"[:room], *figures, f"[red]{wrong}[/]" if wrong else "0")
    return made


def report(console: Console, walk: Walk, seconds: float, *, whole: bool) -> int:
    """What was wrong, in lines; the exit code."""
    wrong = [
        f"{t.errand.code} ({t.errand.story}, {t.dossier or 'not filed'}): {t.problem}" for t in walk.traces if t.problem
    ]
    wrong += [f"{complaint} on {path}" for complaint, path in sorted(walk.notes.complaints.items())]
    wrong += walk.general
    filed = [trace for trace in walk.traces if "filed" in trace.done]
    codes = {trace.errand.code for trace in filed}
    if whole and (len(filed) < DOSSIERS_MIN or len(codes) < PROCEDURES_MIN):
        wrong.append(f"only {len(filed)} dossiers over {len(codes)} procedures were filed")
    if len({trace.dossier for trace in filed}) != len(filed):
        wrong.append("two dossiers have the same code")
    for line in wrong:
        console.print(f"[red]✗[/] {escape(line)}", highlight=False, soft_wrap=True)
    slow_s, slow_path = walk.notes.slowest
    console.print(
        f"{len(filed)} dossiers over {len(codes)} procedures, {walk.notes.requests} requests in {seconds:.0f} s; "
        f"slowest {slow_s:.1f} s ({slow_path}). {len(wrong)} wrong.",
        highlight=False,
    )
    return 1 if wrong else 0
