"""Loading twice is loading once; a changed list becomes changed rows; nothing vanishes."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from tinhso.journal import queries as journal
from tinhso.packs.actions import PackBroken
from tinhso.places import actions, queries, snapshot
from tinhso.places.models import Agency, Unit, UnitClosure
from tinhso.places.rules import PlacesVanished, ProvinceNotLoaded

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for pack in ("vietnam", "tay-ninh"):
        shutil.copytree(settings.PACKS_DIR / pack, tmp_path / "packs" / pack)
    return tmp_path / "packs"


def load(folder: Path) -> tuple[actions.Loaded, ...]:
    return actions.load_province(by=None, folder=folder, province="tay-ninh", at=AT)


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_first_load_says_what_it_wrote(tay_ninh):
    country, province = tay_ninh
    assert (country.pack, country.units, country.agencies) == ("vietnam", 3355, 0)
    assert province == actions.Loaded("tay-ninh", units=306, successions=420, boundaries=97, agencies=717)
    (entry,) = journal.entries_of("vietnam")
    assert (entry.kind, entry.data["units"]) == ("places.units.loaded", 3355)
    assert [entry.kind for entry in journal.entries_of("tay-ninh")] == ["places.units.loaded", "places.agencies.loaded"]


def test_loading_the_same_again_changes_nothing_and_tells_nothing(tay_ninh, folder, django_assert_max_num_queries):
    before = len(journal.entries_of("tay-ninh"))
    with django_assert_max_num_queries(6):
        again = load(folder)
    assert again == (actions.Loaded("vietnam"), actions.Loaded("tay-ninh"))
    assert len(journal.entries_of("tay-ninh")) == before


def test_a_corrected_name_changes_one_unit_and_keeps_its_row(tay_ninh, folder):
    ward = queries.unit("25459", TODAY)
    change(folder / "vietnam" / "units" / "units-2025-07-01.csv", "Phường Tân Ninh", "Phường Tân Ninh Mới")
    country, province = load(folder)
    assert (country.units, province.units) == (1, 0)
    assert queries.unit("25459", TODAY).name == "Phường Tân Ninh Mới"
    assert queries.unit("25459", TODAY).id == ward.id


def test_a_unit_may_not_vanish_from_a_list(tay_ninh, folder):
    change(folder / "vietnam" / "units" / "units-2025-07-01.csv", "25459,commune,80,Phường Tân Ninh,\n", "")
    with pytest.raises(PlacesVanished) as refused:
        load(folder)
    assert refused.value.values == {"pack": "vietnam", "codes": ["25459"]}
    assert Unit.objects.filter(code="25459").count() == 2


def test_an_agency_may_end(tay_ninh, folder):
    change(folder / "tay-ninh" / "agencies.yaml", 'short: "BQL KKT"', 'short: "BQL KKT", valid_until: 2027-01-01')
    load(folder)
    assert queries.agency("H53.15", date(2026, 12, 31))
    assert "H53.15" not in {one.code for one in queries.agencies_on(date(2027, 1, 1))}


def test_a_broken_list_is_refused_with_its_line_and_nothing_changes(db, folder):
    change(folder / "tay-ninh" / "units.yaml", "valid_until: 2025-07-01", "valid_until: yesterday")
    with pytest.raises(PackBroken) as refused:
        load(folder)
    assert refused.value.errors[0].field.startswith("packs/tay-ninh/units.yaml:")
    assert not Unit.objects.exists()


def test_a_province_without_a_pack_is_refused(db, folder):
    with pytest.raises(ProvinceNotLoaded):
        actions.load_province(by=None, folder=folder, province="ca-mau", at=AT)


def test_two_units_of_one_code_cannot_stand_on_the_same_day(tay_ninh):
    ward = Unit.objects.get(code="25459", valid_until=None)
    ward.pk, ward.valid_from = None, date(2026, 1, 1)
    with pytest.raises(IntegrityError, match="unit_code_names_one_unit_on_a_day"), transaction.atomic():
        ward.save(force_insert=True)


def test_two_agencies_of_one_code_cannot_stand_on_the_same_day(tay_ninh):
    one = Agency.objects.get(code="H53")
    one.pk, one.valid_from = None, date(2026, 1, 1)
    with pytest.raises(IntegrityError, match="agency_code_names_one_agency_on_a_day"), transaction.atomic():
        one.save(force_insert=True)


def test_readers_of_units_ask_the_database_nothing_while_they_are_remembered(
    tay_ninh, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(snapshot, "TRUSTED_S", 3600.0)
    queries.unit("25459", TODAY)
    with django_assert_num_queries(0):
        queries.children("80", TODAY)
        queries.agencies_below("H53", TODAY)


def test_a_remembered_snapshot_is_read_again_when_the_content_changed(tay_ninh, folder, monkeypatch):
    monkeypatch.setattr(snapshot, "TRUSTED_S", 0.0)
    monkeypatch.setattr(snapshot, "forget", lambda: None)
    assert queries.unit("25459", TODAY).name == "Phường Tân Ninh"
    change(folder / "vietnam" / "units" / "units-2025-07-01.csv", "Phường Tân Ninh", "Phường Tân Ninh Mới")
    load(folder)
    assert queries.unit("25459", TODAY).name == "Phường Tân Ninh Mới"


def test_loading_commits_as_one_change(committed_db):
    load(settings.PACKS_DIR)
    assert UnitClosure.objects.count() > 7000
    assert queries.unit("25459", TODAY).name == "Phường Tân Ninh"
