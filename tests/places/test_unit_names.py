"""Names of units taken apart, in Vietnamese and English; what follows a district."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.places.rules import (
    SuccessionKind,
    SuccessionRow,
    district_successions,
    english_name,
    name_in_sentence,
    split_name,
    valid_on,
)

LAST_DAY, FIRST_DAY = date(2025, 6, 30), date(2025, 7, 1)


@pytest.mark.parametrize(
    ("name", "kind", "english", "in_sentence"),
    [
        ("Phường Tân Ninh", "Phường", "Tan Ninh Ward", "phường Tân Ninh"),
        ("Xã Đức Hoà", "Xã", "Duc Hoa Commune", "xã Đức Hoà"),
        ("Phường 3", "Phường", "Ward 3", "phường 3"),
        ("Phường Hà Giang 2", "Phường", "Ha Giang 2 Ward", "phường Hà Giang 2"),
        ("Thị trấn Đồng Văn", "Thị trấn", "Dong Van Township", "thị trấn Đồng Văn"),
        ("Thành phố Tây Ninh", "Thành phố", "Tay Ninh City", "thành phố Tây Ninh"),
        ("Thị xã Hòa Thành", "Thị xã", "Hoa Thanh Town", "thị xã Hòa Thành"),
        ("Đặc khu Côn Đảo", "Đặc khu", "Con Dao Special Zone", "đặc khu Côn Đảo"),
        ("Tỉnh Tây Ninh", "Tỉnh", "Tay Ninh Province", "tỉnh Tây Ninh"),
        ("Hoàng Sa", "", "Hoang Sa", "Hoàng Sa"),
    ],
)
def test_a_name_knows_its_kind_its_english_and_its_place_in_a_sentence(name, kind, english, in_sentence):
    assert split_name(name)[0] == kind
    assert english_name(name) == english
    assert name_in_sentence(name) == in_sentence


def test_a_period_ends_before_its_last_day():
    assert valid_on(date(2019, 1, 1), FIRST_DAY, LAST_DAY)
    assert not valid_on(date(2019, 1, 1), FIRST_DAY, FIRST_DAY)
    assert valid_on(FIRST_DAY, None, FIRST_DAY)


def test_a_district_is_followed_by_the_unit_that_took_most_of_its_communes():
    whole, divided = SuccessionKind.WHOLE, SuccessionKind.DIVIDED
    communes = [
        SuccessionRow("00001", "10001", whole, is_default=True),
        SuccessionRow("00002", "10002", whole, is_default=True),
        SuccessionRow("00003", "10002", divided, is_default=True),
        SuccessionRow("00003", "10003", divided, is_default=False),
    ]
    rows = district_successions(communes, dict.fromkeys(("00001", "00002", "00003"), "001"), frozenset({"001"}))
    assert [(row.new, row.is_default) for row in rows] == [("10001", False), ("10002", True), ("10003", False)]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10)), min_size=1, unique_by=lambda pair: pair))
def test_every_district_has_exactly_one_default_successor(pairs):
    seen: set[int] = set()
    rows = []
    for old, new in pairs:
        rows.append(SuccessionRow(f"{old:05}", f"{new + 90000:05}", SuccessionKind.DIVIDED, old not in seen))
        seen.add(old)
    district_of = {row.old: f"{int(row.old) % 3:03}" for row in rows}
    found = district_successions(rows, district_of, frozenset(district_of.values()))
    for district in set(district_of.values()):
        assert [row.is_default for row in found if row.old == district].count(True) == 1
