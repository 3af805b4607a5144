"""A citizen who sends files, and the one-stop pack published with its templates."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from small_world import NOON, PACK_HEAD, account

from tinhso.documents import actions
from tinhso.documents.pack_part import TEMPLATES, Templates
from tinhso.documents.typeset import typeset
from tinhso.identity.rules import Subject
from tinhso.packs import actions as packs
from tinhso.packs.load import read_file
from tinhso.packs.shape import convert

ONE_STOP = Path(settings.PACKS_DIR) / "one-stop"


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Files of this test only."""
    monkeypatch.setattr(settings, "FILES_DIR", tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def citizen(request):
    if not {"db", "committed_db"} & set(request.fixturenames):
        request.getfixturevalue("db")
    return Subject(account_id=account("mau@example.vn").id)


@pytest.fixture
def keep():
    """Keep a file inside a transaction, as a room above does in its own action."""

    def keep(content, name="giấy.pdf", *, by=None, purpose="tests", holder=None, at=NOON):
        with transaction.atomic():
            return actions.keep(by=by, content=content, name=name, purpose=purpose, holder=holder, at=at)

    return keep


@pytest.fixture(scope="session")
def listed() -> Templates:
    """templates.yaml of the one-stop pack."""
    return convert(read_file(ONE_STOP / "templates.yaml", "templates.yaml").tree, TEMPLATES.struct)


@pytest.fixture(scope="session")
def sources():
    """Every Typst source of the one-stop pack, by file name."""
    return {path.name: path.read_text(encoding="utf-8") for path in (ONE_STOP / "templates").glob("*.typ")}


@pytest.fixture(scope="session")
def printed(listed, sources):
    """Print a shipped template with its sample, changed as asked."""

    def printed(template_id, **changes):
        template = next(one for one in listed.templates if one.id == template_id)
        found = {name: sources[name] for name in (*listed.library, template.file)}
        data = {key: value for key, value in {**template.sample, **changes}.items() if value is not ...}
        return typeset(template.file, found, data, on=NOON.date())

    return printed


@pytest.fixture
def published(committed_db, tmp_path):
    """The templates of the one-stop pack, in force."""
    folder = tmp_path / "packs"
    shutil.copytree(ONE_STOP / "templates", folder / "one-stop" / "templates")
    shutil.copy(ONE_STOP / "templates.yaml", folder / "one-stop")
    (folder / "one-stop" / "pack.yaml").write_text(PACK_HEAD, encoding="utf-8")
    report = packs.publish_all(by=None, folder=folder, province=settings.PROVINCE, at=NOON).report
    assert report.errors == ()
    return folder
