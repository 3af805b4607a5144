"""A database for one command: the running province's where there is one, else our server for as long as it takes."""

import contextlib
import os
from collections.abc import Iterator

from tinhso.site import postgres, processes
from tinhso.site.environ import ENVIRONMENT


@contextlib.contextmanager
def database() -> Iterator[None]:
    """Within the block Django's settings, imported late, find a database that answers."""
    if ENVIRONMENT.database_url or postgres.Server(ENVIRONMENT.data_dir).running():
        yield
        return
    with processes.only_supervisor(ENVIRONMENT):
        server = processes.start_own_database(ENVIRONMENT.data_dir)
        try:
            yield
        finally:
            server.stop()


@contextlib.contextmanager
def django() -> Iterator[None]:
    """A database that answers, and Django set up for it."""
    import django as framework  # settings look for the database, so it has to be there first

    with database():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.site.settings")
        framework.setup()
        yield
