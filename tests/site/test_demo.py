"""The demonstration: thirty days of dossiers that look lived in, loaded once."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from tinhso.cases.models import Dossier
from tinhso.cases.rules import State, fold
from tinhso.journal import queries as journal
from tinhso.kernel.calendar import local_date
from tinhso.kernel.codes import DossierCode
from tinhso.packs import actions as packs
from tinhso.places import actions as places
from tinhso.places import queries, snapshot
from tinhso.site import demo

NOW = datetime(2026, 11, 18, 3, 30, tzinfo=UTC)  # a Wednesday, half past ten in Vietnam
PACKS = Path(__file__).parents[2] / "packs"

pytestmark = pytest.mark.slow


@pytest.fixture(params=["tay-ninh", "tuyen-quang"])
def shown(request, committed_db, monkeypatch):
    monkeypatch.setattr(settings, "PROVINCE", request.param)
    monkeypatch.setattr(settings, "DEMO", True)
    snapshot.forget()
    packs.publish_all(by=None, folder=PACKS, province=request.param, at=NOW)
    places.load_province(by=None, folder=PACKS, province=request.param, at=NOW)
    yield demo.load(at=NOW)
    snapshot.forget()


def test_a_province_of_thirty_days_stands_and_is_loaded_once(shown):
    dossiers = list(Dossier.objects.all())
    states = Counter(dossier.state for dossier in dossiers)
    assert len(dossiers) >= 50
    assert len(states) >= 8
    assert len({dossier.procedure_code for dossier in dossiers}) >= 15
    assert any(d.due_at and d.due_at < NOW and d.state == State.IN_REVIEW for d in dossiers), "nothing is late"
    assert any(d.due_at and local_date(d.due_at) == local_date(NOW) and not d.closed_at for d in dossiers)
    assert any(d.decided_at and d.due_at and d.decided_at <= d.due_at for d in dossiers)
    assert all(d.filed_at <= d.moved_at < NOW for d in dossiers)
    calendar = queries.calendar(local_date(NOW))
    for dossier in dossiers:
        assert DossierCode(dossier.code).day == local_date(dossier.filed_at)
        assert dossier.due_at is None or calendar.is_working(local_date(dossier.due_at))
        entries = journal.entries_of(dossier.id)
        assert fold(entry.kind for entry in entries) == dossier.state
        assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert shown["accounts"]
    assert len({line["state"] for line in shown["dossiers"]}) >= 4

    again = demo.load(at=NOW)
    assert Dossier.objects.count() == len(dossiers)
    assert again == shown
