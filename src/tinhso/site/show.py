"""What the terminal shows while a province starts and once it runs."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from tinhso.site.processes import Supervisor


@contextlib.contextmanager
def progress(console: Console) -> Iterator[Callable[[str], None]]:
    """A spinner with the present step; each step leaves a line with the seconds it took."""
    began = step_began = time.monotonic()
    current = ""

    def finish_step() -> None:
        if current:
            console.print(f"  [green]✓[/] {current} [dim]{time.monotonic() - step_began:.1f} s[/]", highlight=False)

    with console.status("Starting …", spinner="dots") as status:

        def say(line: str) -> None:
            nonlocal current, step_began
            if line.startswith("! "):
                console.print(f"    [yellow]{escape(line)}[/]", highlight=False, soft_wrap=True)
                return
            finish_step()
            current, step_began = line, time.monotonic()
            status.update(f"{line} …")

        yield say
        finish_step()
    console.print(f"  Ready after {time.monotonic() - began:.1f} s.", highlight=False)


def summary(console: Console, supervisor: Supervisor) -> None:
    """The table at the end: addresses, and in a demonstration who may sign in and what to look up."""
    console.print(addresses(supervisor))
    file = supervisor.environment.data_dir / "demo.json"
    if supervisor.demo and file.exists():
        shown = json.loads(file.read_text("utf-8"))
        if shown["accounts"]:
            console.print(accounts(shown))
        if shown["dossiers"]:
            console.print(dossiers(shown))
    console.print(f"[dim]Data in {supervisor.environment.data_dir}. Ctrl-C ends everything.[/]", highlight=False)


def addresses(supervisor: Supervisor) -> Panel:
    base = supervisor.address
    table = Table.grid(padding=(0, 2))
    pages = [("Portal", "/"), ("In English", "/en/"), ("Officers' desk", "/ban-lam-viec/"), ("Health", "/health")]
    if supervisor.demo:
        pages.insert(3, ("Caught e-mail", "/thu/"))
    for name, path in pages:
        table.add_row(name, f"[link={base}{path}]{base}{path}[/]")
    return Panel(table, title="tinhso", title_align="left", expand=False)


def accounts(shown: dict[str, Any]) -> Table:
    """Who may sign in; a password that all of them share is said once."""
    passwords = {line["password"] for line in shown["accounts"]}
    shared = f" · password of all: {passwords.pop()}" if len(passwords) == 1 else ""
    table = Table(title=f"Demonstration accounts{shared}", title_justify="left")
    table.add_column("Who", overflow="fold")
    table.add_column("E-mail", no_wrap=True)
    if not shared:
        table.add_column("Password", no_wrap=True)
    for line in shown["accounts"]:
        table.add_row(line["who"], line["email"], *([] if shared else [line["password"]]))
    return table


def dossiers(shown: dict[str, Any]) -> Table:
    table = Table(title="Dossiers to look up", title_justify="left")
    table.add_column("Code", no_wrap=True)
    table.add_column("Procedure")
    table.add_column("State")
    for line in shown["dossiers"]:
        table.add_row(line["code"], line["procedure"], line["state"])
    return table
