"""Agencies: codes, what stands below what, who serves a commune, where dossiers are handed in."""

from datetime import date

import pytest

from tinhso.kernel.codes import AgencyCode
from tinhso.places import queries
from tinhso.places.rules import AgencyKind, AgencyUnknown, Level

LAST_DAY, TODAY = date(2025, 6, 30), date(2026, 11, 21)


def test_the_ward_of_the_pictures_has_the_code_of_the_pictures(both):
    found = queries.agency("H53.31.02", TODAY)
    assert found.name == "Ủy ban nhân dân phường Tân Ninh"
    assert found.name_in("en") == "People's Committee of Tan Ninh Ward"
    assert found.unit_code == "25459"
    assert found.parent_code == "H53"


def test_every_commune_has_its_committee_and_its_service_centre(both):
    for province, communes in (("80", 96), ("08", 124)):
        units = queries.units_on(TODAY, province=province, level=Level.COMMUNE)
        committees = [queries.agency_of_unit(one.code, AgencyKind.COMMUNE_COMMITTEE, TODAY) for one in units]
        assert len({one.code for one in committees}) == communes
        for committee in committees:
            centre = queries.receiving_centre(committee.code, TODAY)
            assert centre is not None
            assert centre.kind is AgencyKind.COMMUNE_SERVICE_CENTRE
            assert centre.unit_code == committee.unit_code
            assert centre.receives


def test_every_code_is_a_code_and_stands_below_its_parent(both):
    agencies = queries.agencies_on(TODAY)
    assert len(agencies) == 717 + 906
    for one in agencies:
        assert AgencyCode.is_valid(one.code)
        assert not one.parent_code or queries.agency(one.parent_code, TODAY)
        assert one.unverified


def test_a_ward_and_a_commune_name_their_economy_division_as_the_law_does(both):
    ward = queries.agency_of_unit("25459", AgencyKind.COMMUNE_ECONOMY_DIVISION, TODAY)
    commune = queries.agency_of_unit("25486", AgencyKind.COMMUNE_ECONOMY_DIVISION, TODAY)
    assert ward.name == "Phòng Kinh tế, Hạ tầng và Đô thị phường Tân Ninh"
    assert commune.name == "Phòng Kinh tế xã Tân Biên"


def test_a_commune_is_served_by_its_branch_of_the_land_register(both):
    branch = queries.agency_of_unit("25459", AgencyKind.LAND_REGISTRATION_BRANCH, TODAY)
    assert branch.name == "Chi nhánh Văn phòng Đăng ký đất đai Tân Ninh"
    for province in ("80", "08"):
        for one in queries.units_on(TODAY, province=province, level=Level.COMMUNE):
            assert queries.agency_of_unit(one.code, AgencyKind.LAND_REGISTRATION_BRANCH, TODAY)


def test_a_commune_without_a_department_of_its_own_has_its_provinces(both):
    found = queries.agency_of_unit("25459", AgencyKind.DEPARTMENT_OF_JUSTICE, TODAY)
    assert found.name == "Sở Tư pháp tỉnh Tây Ninh"
    centre = queries.receiving_centre(found.code, TODAY)
    assert centre is not None
    assert centre.kind is AgencyKind.PROVINCE_SERVICE_CENTRE


def test_below_the_province_stands_everything_but_the_central_governments_agencies(both):
    below = queries.agencies_below("H53", TODAY)
    assert below[0] == "H53"
    assert {"H53.31.02", "H53.31.02.01", "H53.07.01.01"} <= set(below)
    assert "H53.43" not in below
    assert set(queries.agencies_below("H53.31.02", TODAY)) == {
        "H53.31.02", "H53.31.02.01", "H53.31.02.02", "H53.31.02.03", "H53.31.02.04", "H53.31.02.06",
    }  # fmt: skip
    assert "H53.31.02.05" in queries.agencies_below("H53.41", TODAY), "the police of a ward answer to the province's"


def test_an_agency_that_does_not_exist_on_a_day_is_unknown(both):
    with pytest.raises(AgencyUnknown):
        queries.agency("H53.31.02", LAST_DAY)
    with pytest.raises(AgencyUnknown):
        queries.agency("H53.99", TODAY)
    with pytest.raises(AgencyUnknown):
        queries.agency_of_unit("00004", AgencyKind.COMMUNE_COMMITTEE, TODAY)


def test_all_codes_are_listed_sorted(both):
    codes = queries.agency_codes()
    assert len(codes) == 717 + 906
    assert list(codes) == sorted(codes)


def test_agencies_are_found_without_marks_and_by_short_name(both):
    assert queries.search_agencies("so tu phap", TODAY)[0].code == "H53.04"
    assert queries.search_agencies("ubnd phuong tan ninh", TODAY)[0].code == "H53.31.02"
