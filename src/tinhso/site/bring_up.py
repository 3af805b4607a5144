"""From an empty or an old database to one that can serve: tables, files of the front end, packs, places, demo data.

Runs as a process of its own. The owner migrates; all the rest happens as the application.
Everything is repeatable: what is there already is left alone, so a second start takes a moment.
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from tinhso.site.connections import connected_to, url_of
from tinhso.site.environ import ENVIRONMENT

Say = Callable[[str], None]
NOTE = "! "  # begins a line that is no step


def bring_up(say: Say) -> None:
    """Everything, in order. Raises what the rooms raise; nothing half done is served."""
    with connected_to(url_of(ENVIRONMENT, role="owner"), role="owner"):
        migrate(say)
    collect_static(say)
    publish_packs(say)
    load_places(say)
    index_catalogue(say)
    if settings.DEMO:
        load_demo(say)


def migrate(say: Say) -> None:
    executor = MigrationExecutor(connections["default"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"Making the tables ({len(plan)} steps)")
        call_command("migrate", verbosity=0, interactive=False)


def collect_static(say: Say) -> None:
    """The front end's files with hashed names, compressed once; again only when one of them changed."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / "digest"
    digest = _static_digest()
    if stamp.exists() and stamp.read_text("ascii") == digest:
        return
    say("Compressing the files of the front end")
    shutil.rmtree(root, ignore_errors=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(digest, "ascii")


def _static_digest() -> str:
    total = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            total.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return total.hexdigest()


def publish_packs(say: Say) -> None:
    from tinhso.packs import actions, words

    say("Publishing the packs")
    published = actions.publish_all(
        by=None, folder=settings.PACKS_DIR, province=settings.PROVINCE, at=datetime.now(UTC)
    )
    if published.report.errors:
        for line in words.lines(published.report):
            say(f"{NOTE}{line}")
        say(f"{NOTE}What is broken was not published; its running version stays.")


def load_places(say: Say) -> None:
    from tinhso.places import actions

    say("Loading units, agencies and boundaries")
    actions.load_province(by=None, folder=settings.PACKS_DIR, province=settings.PROVINCE, at=datetime.now(UTC))


def index_catalogue(say: Say) -> None:
    """The catalogue's search, so that it answers from the first page on; later changes are followed by the worker."""
    from tinhso.cases.actions import indexing

    say("Indexing the catalogue")
    indexing.index_catalogue(on=timezone.localdate())


def load_demo(say: Say) -> None:
    from tinhso.site import demo

    say("Loading the demonstration")
    shown = demo.load(at=datetime.now(UTC))
    (settings.DATA_DIR / "demo.json").write_text(json.dumps(shown), "utf-8")
