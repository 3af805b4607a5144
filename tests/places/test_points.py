"""Which ward is this point in: by the boundaries since 1/7/2025, forgiving about the thin gaps between them."""

from datetime import date

import pytest
import shapely

from tinhso.places import queries
from tinhso.places.models import Boundary

LAST_DAY, FIRST_DAY, TODAY = date(2025, 6, 30), date(2025, 7, 1), date(2026, 11, 21)


def areas() -> dict[str, shapely.Geometry]:
    rows = Boundary.objects.filter(unit__level="commune").order_by("unit__code").values_list("unit__code", "geometry")
    return {code: shapely.from_wkb(bytes(geometry)) for code, geometry in rows}


def test_a_point_of_each_ward_is_in_that_ward(both):
    wards = areas()
    assert len(wards) == 96 + 124
    for code, area in wards.items():
        point = area.representative_point()
        found = queries.ward_at(point.x, point.y, TODAY)
        assert found is not None
        assert found.code == code


@pytest.mark.parametrize(
    ("longitude", "latitude", "name"),
    [
        (106.0989, 11.3100, "Phường Tân Ninh"),
        (105.2140, 21.8200, "Phường Minh Xuân"),
    ],
)
def test_a_known_place_is_in_its_ward(both, longitude, latitude, name):
    found = queries.ward_at(longitude, latitude, TODAY)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(("longitude", "latitude"), [(106.6953, 10.7769), (105.8342, 21.0278), (0.0, 0.0), (200, 95)])
def test_outside_of_the_provinces_there_is_no_ward(both, longitude, latitude):
    assert queries.ward_at(longitude, latitude, TODAY) is None


def test_before_the_boundaries_begin_there_is_no_ward(both):
    assert queries.ward_at(106.0989, 11.31, FIRST_DAY) is not None
    assert queries.ward_at(106.0989, 11.31, LAST_DAY) is None


def test_a_point_in_a_gap_between_wards_belongs_to_a_neighbour(both):
    wards = areas()
    whole = shapely.union_all(list(wards.values()))
    gaps = (
        [shapely.Polygon(ring) for part in whole.geoms for ring in part.interiors]
        if whole.geom_type == "MultiPolygon"
        else [shapely.Polygon(ring) for ring in whole.interiors]
    )
    widest = sorted(gaps, key=lambda gap: -shapely.maximum_inscribed_circle(gap).length)[:40]
    assert len(widest) == 40
    for gap in widest:
        point = gap.representative_point()
        found = queries.ward_at(point.x, point.y, TODAY)
        assert found is not None
        assert wards[found.code].distance(point) == min(area.distance(point) for area in wards.values())


def test_an_overlap_belongs_to_the_ward_it_lies_deepest_in(both):
    wards = areas()
    one, other = wards["28093"], wards["28225"]  # the widest overlap
    point = one.intersection(other).representative_point()
    found = queries.ward_at(point.x, point.y, TODAY)
    assert found is not None
    depths = {code: area.boundary.distance(point) for code, area in wards.items() if area.covers(point)}
    assert found.code == max(depths, key=depths.__getitem__)


def test_the_second_question_about_a_ward_costs_one_statement(both, django_assert_num_queries):
    queries.ward_at(106.0989, 11.31, TODAY)
    with django_assert_num_queries(1):
        queries.ward_at(106.0988, 11.3101, TODAY)
