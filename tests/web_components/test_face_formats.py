"""How dates, numbers, money, sizes and deadlines are written, in both languages."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from tinhso.web.templatetags import formats

LATE_EVENING_IN_LONDON = datetime(2026, 11, 25, 20, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _vietnamese():
    with translation.override("vi"):
        yield


def test_an_instant_is_written_on_the_clock_of_the_province():
    assert formats.moment(LATE_EVENING_IN_LONDON) == "03:30, 26/11/2026"
    assert formats.day(LATE_EVENING_IN_LONDON) == "26/11/2026"
    assert formats.iso(LATE_EVENING_IN_LONDON) == "2026-11-26T03:30:00+07:00"


def test_the_first_mention_of_a_date_carries_its_weekday():
    assert formats.long_day(date(2026, 11, 26)) == "thứ Năm, 26/11/2026"
    assert formats.long_day(date(2026, 11, 29)) == "Chủ nhật, 29/11/2026"


def test_english_has_its_own_weekdays_and_the_same_dates():
    with translation.override("en"):
        assert formats.long_day(date(2026, 11, 26)) == "Thursday, 26/11/2026"


def test_a_day_without_an_hour_shows_no_hour():
    assert formats.clock(date(2026, 11, 26)) == ""
    assert formats.short_moment(date(2026, 11, 26)) == "26/11"


@pytest.mark.parametrize(
    ("language", "written"), [("vi", ("1.234.567", "96,8%", "1,2 MB")), ("en", ("1,234,567", "96.8%", "1.2 MB"))]
)
def test_numbers_group_as_the_language_does(language, written):
    with translation.override(language):
        assert (formats.number(1_234_567), formats.percent(96.8), formats.size(1_214_000)) == written


def test_nothing_to_pay_and_not_known_are_different_things():
    assert formats.money(50_000) == "50.000\u00a0₫"
    assert formats.money(0) == "0\u00a0₫"
    assert formats.fee(0) == "Miễn phí"
    assert formats.fee(None) == "Chưa xác định"


def test_a_hash_is_read_in_groups_of_eight():
    assert formats.hash_groups("9f2c41d7b0e65a18") == "9f2c41d7 b0e65a18"
    assert formats.hash_groups(bytes.fromhex("9f2c41d7b0e65a18")) == "9f2c41d7 b0e65a18"


@pytest.mark.parametrize(
    ("left", "short", "full"),
    [
        (3, "Còn 3 ngày", "Còn 3 ngày làm việc"),
        (0, "Hôm nay, 17:00", "Hôm nay, trước 17:00"),
        (-2, "Quá hạn 2 ngày", "Quá hạn 2 ngày làm việc"),
    ],
)
def test_a_deadline_is_said_in_words(left, short, full):
    due = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    assert formats.days_left(left, due) == short
    assert formats.working_days_left(left, due) == full
