"""Communes by what people type: with their kind or without, shortened, with the province after a comma."""

from datetime import date

import pytest

from tinhso.places import queries as places

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "typed",
    [
        "Phường Tân Ninh, Tỉnh Tây Ninh",
        "phường tân ninh, tây ninh",
        "P. Tân Ninh",
        "p tan ninh, tinh tay ninh",
        "Tân Ninh, Tây Ninh",
    ],
)
def test_one_commune_is_found_however_it_is_typed(province, typed):
    assert [one.name for one in places.communes_named(typed, TODAY)] == ["Phường Tân Ninh"]


def test_a_bare_name_that_two_communes_have_offers_both(province):
    found = {one.name for one in places.communes_named("tan ninh", TODAY)}

    assert found == {"Phường Tân Ninh", "Xã Tân Ninh"}


def test_a_beginning_offers_those_that_begin_so(province):
    found = places.communes_named("long", TODAY)

    assert len(found) > 1
    assert all(one.bare_name.startswith("Long") for one in found)


@pytest.mark.parametrize("typed", ["", " , Tây Ninh", "Không Có Nơi Này", "Tân Ninh, Hà Nội"])
def test_what_is_no_commune_finds_nothing(province, typed):
    assert places.communes_named(typed, TODAY) == []


def test_no_more_than_asked_for(province):
    assert len(places.communes_named("t", TODAY, limit=3)) == 3


def test_a_full_name_has_the_units_above(province):
    [ward] = places.communes_named("phường tân ninh", TODAY)

    assert places.full_name(ward, TODAY) == "Phường Tân Ninh, Tỉnh Tây Ninh"


def test_old_communes_have_their_district(province):
    found = places.communes_named("xã long thành bắc", date(2020, 1, 1))

    assert [places.full_name(one, date(2020, 1, 1)).count(",") for one in found] in ([2], [])
