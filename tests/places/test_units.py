"""Units on a day: three levels until 30/6/2025, two from 1/7/2025, and what became of the old ones."""

from collections import Counter
from datetime import date

import pytest

from tinhso.places import queries
from tinhso.places.models import Succession, Unit, UnitClosure
from tinhso.places.rules import Level, SuccessionKind, UnitUnknown

LAST_DAY, FIRST_DAY, TODAY = date(2025, 6, 30), date(2025, 7, 1), date(2026, 11, 21)


def count(province: str, level: Level, on: date) -> int:
    return len(queries.units_on(on, province=province, level=level))


@pytest.mark.parametrize(
    ("province", "districts", "communes"), [("72", 9, 94), ("80", 15, 186), ("08", 7, 137), ("02", 11, 193)]
)
def test_until_30_june_2025_a_province_has_districts_and_communes(both, province, districts, communes):
    assert count(province, Level.DISTRICT, LAST_DAY) == districts
    assert count(province, Level.COMMUNE, LAST_DAY) == communes


@pytest.mark.parametrize(("province", "communes"), [("80", 96), ("08", 124)])
def test_from_1_july_2025_a_province_has_communes_only(both, province, communes):
    for day in (FIRST_DAY, TODAY):
        assert count(province, Level.DISTRICT, day) == 0
        assert count(province, Level.COMMUNE, day) == communes


def test_the_whole_country_is_there_for_addresses(both):
    assert len(queries.provinces_on(TODAY)) == 34
    assert sum(count(one.code, Level.COMMUNE, TODAY) for one in queries.provinces_on(TODAY)) == 3321


def test_one_code_means_two_units_on_two_days(both):
    assert queries.unit("25459", LAST_DAY).name == "Phường 3"
    assert queries.unit("25459", FIRST_DAY).name == "Phường Tân Ninh"
    assert queries.unit("25459", LAST_DAY).id != queries.unit("25459", FIRST_DAY).id
    assert queries.unit("80", LAST_DAY).name == "Tỉnh Long An"
    assert queries.unit("80", FIRST_DAY).name == "Tỉnh Tây Ninh"


def test_a_province_that_ended_is_unknown_from_that_day_on(both):
    assert queries.unit("72", LAST_DAY).name == "Tỉnh Tây Ninh"
    with pytest.raises(UnitUnknown) as refused:
        queries.unit("72", FIRST_DAY)
    assert refused.value.values == {"unit": "72", "on": "2025-07-01"}
    assert queries.unit_or_none("99999", TODAY) is None


def test_an_address_is_picked_in_three_steps_before_and_in_two_since(both):
    districts = queries.children("72", LAST_DAY)
    assert [one.level for one in districts] == [Level.DISTRICT] * 9
    assert sum(len(queries.children(one.code, LAST_DAY)) for one in districts) == 94
    communes = queries.children("80", FIRST_DAY)
    assert [one.level for one in communes] == [Level.COMMUNE] * 96
    assert [one.name for one in queries.units_above("25459", TODAY)] == ["Phường Tân Ninh", "Tỉnh Tây Ninh"]
    assert [one.level for one in queries.units_above("25459", LAST_DAY)] == [
        Level.COMMUNE,
        Level.DISTRICT,
        Level.PROVINCE,
    ]


def test_children_stand_in_vietnamese_order(both):
    names = [one.bare_name for one in queries.children("80", TODAY)]
    assert names.index("An Ninh") < names.index("Bến Cầu") < names.index("Châu Thành") < names.index("Dương Minh Châu")
    assert names.index("Dương Minh Châu") < names.index("Đông Thành") < names.index("Đức Hoà") < names.index("Gò Dầu")


def test_a_unit_has_a_name_for_each_place(both):
    ward = queries.unit("25459", TODAY)
    assert (ward.kind, ward.bare_name, ward.in_sentence) == ("Phường", "Tân Ninh", "phường Tân Ninh")
    assert (ward.name_in("vi"), ward.name_in("en-gb")) == ("Phường Tân Ninh", "Tan Ninh Ward")


def test_search_takes_words_without_marks_and_puts_the_best_first(both):
    found = queries.search("tan ninh", TODAY, province="80", level=Level.COMMUNE)
    assert found[0].name == "Phường Tân Ninh"
    assert queries.search("Đức Hoà", TODAY, province="80")[0].name == "Xã Đức Hoà"
    assert queries.search("duc hoa", TODAY, province="80")[0].name == "Xã Đức Hoà"
    assert len(queries.search("xa", TODAY, limit=7)) == 7
    assert queries.search("  ", TODAY) == []


def test_every_old_commune_and_district_has_successors_with_exactly_one_default(both):
    ended = [unit for unit in Unit.objects.filter(valid_until=FIRST_DAY) if unit.level != Level.PROVINCE]
    assert len(ended) == 94 + 186 + 137 + 193 + 9 + 15 + 7 + 11
    for unit in ended:
        links = queries.successors_of(unit.code, LAST_DAY)
        assert [link.is_default for link in links].count(True) == 1, unit.code
        assert links[0].is_default
        assert (links[0].kind is SuccessionKind.WHOLE) == (len(links) == 1) or unit.level == Level.COMMUNE
        assert all(link.new.on(FIRST_DAY) and not link.old.on(FIRST_DAY) for link in links)


def test_every_new_ward_was_made_of_something(both):
    for province, code in (("80", "72"), ("08", "02")):
        for ward in queries.units_on(FIRST_DAY, province=province, level=Level.COMMUNE):
            old = [link.old for link in queries.predecessors_of(ward.code, FIRST_DAY)]
            assert any(one.level is Level.COMMUNE for one in old)
            assert {one.province_code for one in old} <= {province, code}


def test_the_provinces_were_merged(both):
    assert queries.default_successor("72", LAST_DAY).name == "Tỉnh Tây Ninh"
    assert queries.default_successor("80", LAST_DAY).code == "80"
    assert queries.default_successor("02", LAST_DAY).name == "Tỉnh Tuyên Quang"
    names = {link.old.name for link in queries.predecessors_of("80", FIRST_DAY)}
    assert names == {"Tỉnh Tây Ninh", "Tỉnh Long An"}


def test_what_stands_has_no_successor_and_stands_for_itself(both):
    assert queries.successors_of("25459", TODAY) == []
    assert queries.default_successor("25459", TODAY).code == "25459"


def test_the_merge_map_is_complete(both):
    kinds = Counter(Succession.objects.filter(old__level=Level.COMMUNE).order_by("id").values_list("kind", flat=True))
    assert sum(kinds.values()) == 640
    assert kinds["whole"] == 581


def test_the_closure_holds_each_unit_with_itself_and_all_above(both):
    ward = queries.unit("25459", TODAY)
    above = UnitClosure.objects.filter(unit_id=ward.id).values_list("ancestor__code", flat=True)
    assert sorted(above) == ["25459", "80"]
    old = queries.unit("25459", LAST_DAY)
    assert UnitClosure.objects.filter(unit_id=old.id).count() == 3
    province = queries.unit("80", TODAY)
    assert UnitClosure.objects.filter(ancestor_id=province.id).count() == 97
