"""The command line. Every command says what it does, to somebody who has never seen this program.

Django is imported late, inside the commands: its settings look for a database that some commands start first, and
`--help` should answer at once.
"""

import os
import runpy
import sys
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from django.db import OperationalError
from rich.console import Console

from tinhso.site import backups, postgres, processes, show
from tinhso.site.environ import ENVIRONMENT
from tinhso.site.setup import REPOSITORY, SetupFailed, prepare

app = typer.Typer(
    help="tinhso runs the digital government of a Vietnamese province: one program, one database, one folder of files.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
packs_app = typer.Typer(
    help="The packs: a province's services, forms, fees and texts, written as data.", no_args_is_help=True
)
journal_app = typer.Typer(
    help="The journal: everything that ever happened, in order, unchangeable.", no_args_is_help=True
)
app.add_typer(packs_app, name="packs")
app.add_typer(journal_app, name="journal")

console = Console()
PARTS = "Parts of `serve`, for several machines"
EXPECTED = (postgres.Refused, processes.CannotStart, processes.ChildDied, SetupFailed, backups.BackupRefused)


@app.command()
def demo(
    *,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="No person needed: a robot files and decides dossiers through the pages; fails if anything is wrong.",
        ),
    ] = False,
) -> None:
    """Start a province with invented people and dossiers, and print where to look and how to sign in.

    Everything is kept in DATA_DIR, so the second start is quick. Ctrl-C ends it. PROVINCE, PORT, GATE_PORT and
    DATA_DIR in the environment change what their names say.
    """
    if check:
        from tinhso.site import check as robot

        raise typer.Exit(robot.main(console))
    _run(demo=True)


@app.command()
def serve() -> None:
    """Start a province for real work: no invented people, logs as JSON lines on the terminal."""
    _run(demo=False)


def _run(*, demo: bool) -> None:
    prepare(console.print)
    with processes.only_supervisor(ENVIRONMENT), processes.signals_interrupt():
        supervisor = processes.Supervisor(ENVIRONMENT, demo=demo, logs_to_files=demo)
        try:
            with show.progress(console) as say:
                supervisor.say = say
                supervisor.start()
            show.summary(console, supervisor)
            supervisor.watch()
        except processes.Interrupted:
            console.print("Ending …")
        finally:
            supervisor.stop()


@packs_app.command("check")
def packs_check(
    folder: Annotated[Path, typer.Argument(help="Folder of packs.")] = REPOSITORY / "packs",
    language: Annotated[str, typer.Option(help="Language of the answer: vi or en.")] = "en",
) -> None:
    """Read all packs and say what is wrong with them: file, line, reason, and what to do. Needs no database."""
    _set_up_django()
    from django.utils import translation

    from tinhso.packs import check, words

    report = check.check(folder)
    with translation.override(language):
        for line in words.lines(report, translation.gettext):
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1 if report.errors else 0)


@packs_app.command("schemas")
def packs_schemas(folder: Annotated[Path, typer.Argument(help="Folder of packs.")] = REPOSITORY / "packs") -> None:
    """Write the JSON Schemas with which editors complete and check pack files while you type."""
    _set_up_django()
    from tinhso.packs import schemas

    schemas.write(folder)


@journal_app.command("verify")
def journal_verify(
    witness: Annotated[
        list[Path] | None,
        typer.Option(help="A signed head that left the house (as published or mailed); may be repeated."),
    ] = None,
) -> None:
    """Recompute every hash of the journal and compare it with the signed heads.

    Finds any entry that was edited, removed, inserted or reordered afterwards, and ends with 1 if there is one.
    """
    from tinhso.site import running

    with running.django():
        from tinhso.journal import verify

        notes = [path.read_text("utf-8") for path in witness or []]
        done = verify.verify(lambda finding: console.print(f"[red]{finding.what}[/]: {finding.words}"), witnessed=notes)
    console.print(
        f"{done.entries} entries, {done.checkpoints} signed heads: {done.findings} findings.", highlight=False
    )
    raise typer.Exit(1 if done.findings else 0)


@app.command()
def bench(name: Annotated[str, typer.Argument(help="Which figure; without a name, their list.")] = "") -> None:
    """Measure one figure beside a peer, in a database of its own; ends with one line of JSON. See bench/README.md."""
    folder = REPOSITORY / "bench"
    names = sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))
    if name not in names:
        console.print("Figures: " + (", ".join(names) or "none yet"))
        raise typer.Exit(2 if name else 0)
    sys.path.insert(0, str(folder))
    runpy.run_path(str(folder / f"{name}.py"), run_name="__main__")


@app.command()
def backup(target: Annotated[Path, typer.Argument(help="A folder that does not exist yet or is empty.")]) -> None:
    """Copy the database, the files and the secrets into a folder, while the province goes on working."""
    from tinhso.site import running

    with running.database():
        made = backups.backup(ENVIRONMENT, target.absolute())
    console.print(
        f"Backup of {made.database_bytes / 1e6:.0f} MB of database and {made.files} files in {target}. "
        "It holds secrets: keep it safe.",
        soft_wrap=True,
    )


@app.command()
def restore(source: Annotated[Path, typer.Argument(help="A folder made by `tinhso backup`.")]) -> None:
    """Put a backup into an empty DATA_DIR, after checking that nothing in it is damaged."""
    with processes.only_supervisor(ENVIRONMENT):
        backups.restore(source.absolute(), ENVIRONMENT.data_dir)
    console.print(f"Restored into {ENVIRONMENT.data_dir}. Start with `tinhso serve`.")


# -- the processes that `demo` and `serve` start; of use to an operator who runs them on several machines


@app.command("bring-up", rich_help_panel=PARTS)
def bring_up() -> None:
    """Migrate the database, collect the front end's files, publish packs, load places. Repeatable."""
    _set_up_django()
    from tinhso.site import bring_up as steps

    steps.bring_up(lambda line: print(line, flush=True))


@app.command(rich_help_panel=PARTS)
def follow() -> None:
    """Follow the journal: number and hash entries, keep projections current, hand out reactions. Exactly one runs."""
    _set_up_django()
    from tinhso.journal import follow as following

    following.loop()


@app.command(rich_help_panel=PARTS)
def work() -> None:
    """Do the jobs: notices, seals, sweeps. As many as you like may run, on any machine."""
    _set_up_django()
    from tinhso.journal import jobs

    jobs.work()


@app.command(rich_help_panel=PARTS)
def mailbox() -> None:
    """Catch e-mail on MAIL_PORT and keep it in DATA_DIR/mail, for demonstrations."""
    from tinhso.site.mailbox import serve as catch

    catch(ENVIRONMENT.data_dir / "mail", ENVIRONMENT.mail_port)


def _set_up_django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.site.settings")
    django.setup()


def main() -> None:
    """Expected refusals are one message and exit code 1; anything else is a bug and shows its trace."""
    try:
        app()
    except EXPECTED as refusal:
        _refuse(str(refusal))
    except (psycopg.OperationalError, OperationalError) as error:
        _refuse(f"The database does not answer: {error}")


def _refuse(words: str) -> None:
    """One message, no trace, exit code 1."""
    console = Console(stderr=True)
    console.print("tinhso:", style="bold red", end=" ")
    console.print(words, markup=False, highlight=False, soft_wrap=True)
    sys.exit(1)
