"""A restored province goes on: a dossier is filed and accepted in it, and the journal continues where it stood."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from tinhso.cases.models import Dossier
from tinhso.documents.models import File
from tinhso.journal import follow, queries, verify
from tinhso.places import snapshot
from tinhso.site import backups, bring_up, connections, demo, demo_stories, environ, processes
from tinhso.site.throwaway import Throwaway, new_folder

pytestmark = pytest.mark.slow


@pytest.fixture
def folders():
    made = new_folder(), new_folder()
    yield made
    for folder in made:
        Throwaway(folder).end()


@pytest.fixture(autouse=True)
def two_dossiers(monkeypatch, settings, django_db_blocker):
    """Each telling files two dossiers and accepts them."""
    monkeypatch.setattr(demo_stories, "STORIES", (demo_stories.Story(("accept",), count=2),))
    settings.DEMO = True
    with django_db_blocker.unblock():
        yield


def lead_to(data_dir: Path, settings) -> environ.Environment:
    settings.DATA_DIR, settings.FILES_DIR = data_dir, data_dir / "files"
    snapshot.forget()
    return environ.Environment(data_dir=data_dir)


def test_a_dossier_is_filed_in_a_restored_province(folders, settings):
    environment = lead_to(folders[0], settings)
    server = processes.start_own_database(environment.data_dir)
    with connections.connected_to(connections.url_of(environment, role="owner"), role="owner"):
        call_command("migrate", verbosity=0, interactive=False)
    with connections.connected_to(connections.url_of(environment, role="app")):
        bring_up.publish_packs(str)
        bring_up.load_places(str)
        demo.load(at=datetime.now(UTC))
        follow.run_once()
        position, files = queries.head(), File.objects.count()
    backups.backup(environment, folders[1] / "backup")
    server.stop()

    restored = folders[1] / "restored"
    restored.mkdir(mode=0o755)
    backups.restore(folders[1] / "backup", restored)
    environment = lead_to(restored, settings)
    server = processes.start_own_database(restored)
    with connections.connected_to(connections.url_of(environment, role="app")):
        assert (queries.head(), Dossier.objects.count()) == (position, 2)
        assert sum(1 for path in settings.FILES_DIR.rglob("*") if path.is_file()) == files
        now = datetime.now(UTC)
        assert demo._teller(demo._people(now), now).tell() == 2
        follow.run_once()
        assert Dossier.objects.filter(state="accepted").count() == 4
        assert queries.head() > position
        assert verify.verify(print).findings == 0
    server.stop()
