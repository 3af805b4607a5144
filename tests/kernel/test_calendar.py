"""Days that count: the national calendar, and counting in it."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_vectors import MOMENTS, VIETNAMESE_CALENDAR, at, load_document, vectors

from tinhso.kernel.calendar import (
    Calendar,
    CalendarDocument,
    Holiday,
    WorkingHours,
    days_left,
    local,
    local_date,
    working_hours_left,
)

DAYS = st.dates(date(2019, 1, 1), date(2030, 6, 30))
COUNTS = st.integers(1, 60)


class TestTheNationalCalendar:
    def test_it_has_every_day_off_of_the_vectors_and_no_other(self, calendar):
        table = vectors("public_holidays_2019_2030.json")
        days = {date.fromisoformat(row["date"]) for year, rows in table.items() if year.isdigit() for row in rows}
        assert set(calendar.holidays) == days

    def test_it_works_the_saturdays_of_the_vectors(self, calendar):
        table = vectors("public_holidays_2019_2030.json")
        assert calendar.working_saturdays == {date.fromisoformat(day) for day in table["_make_up_work_days"]}
        assert all(calendar.is_working(day) for day in calendar.working_saturdays)

    def test_the_first_day_of_tet_and_the_day_of_the_hung_kings_follow_the_moon(self, calendar):
        for moon in vectors("public_holidays_2019_2030.json")["_lunar"].values():
            assert calendar.holidays[date.fromisoformat(moon["tet_mung_1"])].name_vi == "Mùng một Tết Nguyên đán"
            assert calendar.holidays[date.fromisoformat(moon["gio_to_10_3"])].name_vi == "Ngày Giỗ Tổ Hùng Vương"

    def test_the_swap_of_2_january_2026_names_its_notice(self, calendar):
        assert not calendar.is_working(date(2026, 1, 2))
        assert calendar.is_working(date(2026, 1, 10))
        assert "12729/VPCP-KGVX" in calendar.holidays[date(2026, 1, 2)].reference

    def test_every_holiday_has_names_and_a_reference(self, calendar):
        assert all(holiday.name.vi and holiday.name.en and holiday.reference for holiday in calendar.holidays.values())

    def test_what_waits_for_its_act_is_unverified(self, calendar):
        assert calendar.holidays[date(2026, 11, 24)].unverified
        assert calendar.holidays[date(2027, 2, 5)].unverified
        assert not calendar.holidays[date(2026, 2, 17)].unverified

    def test_it_says_which_years_it_knows(self, calendar):
        assert calendar.covers(date(2030, 12, 31))
        assert not calendar.covers(date(2031, 1, 2))


class TestDocuments:
    def document(self, **changes):
        return msgspec.structs.replace(load_document(), **changes)

    def test_a_swap_without_its_saturday_is_refused(self):
        with pytest.raises(ValueError, match="not under working_saturdays"):
            Calendar.from_document(self.document(working_saturdays=()))

    def test_a_saturday_without_its_day_off_is_refused(self):
        document = self.document(holidays=())
        with pytest.raises(ValueError, match="does not say swapped_with"):
            Calendar.from_document(document)

    def test_a_day_that_stands_twice_is_refused(self):
        holidays = load_document().holidays
        assert self.document(holidays=(*holidays, holidays[0])).faults() == ["2019-01-01 stands twice under holidays"]

    def test_a_worked_day_is_a_weekend_and_no_holiday(self):
        worked = load_document().working_saturdays[0]
        faults = self.document(working_saturdays=(msgspec.structs.replace(worked, day=date(2019, 5, 1)),)).faults()
        assert any("no weekend" in fault for fault in faults)
        assert any("both worked and a holiday" in fault for fault in faults)

    @pytest.mark.parametrize("clock", ["7:30", "24:00", "0730", "07:60"])
    def test_hours_are_written_with_two_digits(self, clock):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(
                {"source": "s", "hours": {"intervals": [[clock, "17:00"]], "reference": "r"}, "holidays": []},
                CalendarDocument,
            )

    def test_hours_follow_one_another(self):
        with pytest.raises(ValueError, match="follow one another"):
            WorkingHours(((time(7, 30), time(12)), (time(11), time(17))))


class TestCounting:
    def test_the_next_working_day_jumps_over_tet(self, calendar):
        assert calendar.next_working(date(2026, 2, 13)) == date(2026, 2, 23)

    def test_a_working_day_rolls_to_itself(self, calendar):
        assert calendar.roll(date(2026, 8, 22)) == date(2026, 8, 22)
        assert calendar.roll(date(2026, 8, 23)) == date(2026, 8, 24)

    def test_days_are_counted_after_the_first_up_to_and_including_the_last(self, calendar):
        assert calendar.working_days_between(date(2026, 8, 20), date(2026, 8, 26)) == 5
        assert calendar.working_days_between(date(2026, 8, 26), date(2026, 8, 20)) == -5
        assert calendar.working_days_between(date(2026, 8, 20), date(2026, 8, 20)) == 0

    def test_skipped_days_are_named(self, calendar):
        skipped = calendar.skipped(date(2026, 11, 20), date(2026, 11, 25))
        assert [(day.day, day.name.vi) for day in skipped] == [
            (date(2026, 11, 21), "Thứ Bảy"),
            (date(2026, 11, 22), "Chủ nhật"),
            (date(2026, 11, 24), "Ngày Văn hóa Việt Nam"),
        ]
        assert [day.holiday is not None for day in skipped] == [False, False, True]

    def test_a_working_saturday_is_not_skipped(self, calendar):
        assert [day.day for day in calendar.skipped(date(2026, 8, 21), date(2026, 8, 24))] == [date(2026, 8, 23)]

    @given(DAYS, COUNTS)
    def test_what_is_added_is_counted_back(self, day, days):
        end = VIETNAMESE_CALENDAR.add_working_days(day, days)
        assert VIETNAMESE_CALENDAR.is_working(end)
        assert VIETNAMESE_CALENDAR.working_days_between(day, end) == days

    @given(DAYS, COUNTS)
    def test_adding_and_taking_away_returns_to_the_same_working_day(self, day, days):
        start = VIETNAMESE_CALENDAR.roll(day)
        assert VIETNAMESE_CALENDAR.add_working_days(VIETNAMESE_CALENDAR.add_working_days(start, days), -days) == start

    @given(DAYS, st.integers(0, 200))
    def test_every_day_of_a_span_either_counts_or_is_skipped(self, day, length):
        end = day + timedelta(days=length)
        skipped = VIETNAMESE_CALENDAR.skipped(day, end)
        assert VIETNAMESE_CALENDAR.working_days_between(day, end) + len(skipped) == length


class TestHours:
    def test_the_counter_is_open_within_its_hours_on_working_days(self, calendar):
        assert calendar.is_open(at("2026-08-10 07:30"))
        assert not calendar.is_open(at("2026-08-10 11:30"))
        assert not calendar.is_open(at("2026-08-10 12:00"))
        assert not calendar.is_open(at("2026-08-23 09:00"))
        assert calendar.is_open(at("2026-08-22 16:59"))

    def test_a_province_may_set_its_own_hours(self):
        early = Calendar({}, hours=WorkingHours(((time(7), time(11)), (time(13), time(17)))))
        assert early.hours.opening == time(7)
        assert early.working_time_between(at("2026-08-10 00:00"), at("2026-08-11 00:00")) == timedelta(hours=8)

    @given(MOMENTS, st.integers(1, 60 * 100))
    def test_working_time_that_is_added_is_measured_back(self, moment, minutes):
        length = timedelta(minutes=minutes)
        end = VIETNAMESE_CALENDAR.add_working_time(moment, length)
        assert VIETNAMESE_CALENDAR.working_time_between(moment, end) == length

    @given(MOMENTS, MOMENTS, MOMENTS)
    def test_working_time_adds_up(self, a, b, c):
        between = VIETNAMESE_CALENDAR.working_time_between
        near = [
            moment.replace(year=2026, month=2) if moment.day < 29 else at("2026-02-01 09:00") for moment in (a, b, c)
        ]
        assert between(near[0], near[1]) + between(near[1], near[2]) == between(near[0], near[2])


class TestWhatIsLeft:
    DUE = "2026-08-26 17:00"

    @pytest.mark.parametrize(
        ("now", "left"),
        [
            ("2026-08-20 10:00", 5),  # Saturday 22/8 is worked
            ("2026-08-25 23:59", 1),
            ("2026-08-26 00:00", 0),
            ("2026-08-26 18:00", 0),
            ("2026-08-27 00:00", -1),
            ("2026-09-03 08:00", -3),  # 31/8, 1/9 and 2/9 do not count
        ],
    )
    def test_days_left_counts_working_days(self, calendar, now, left):
        assert days_left(at(now), at(self.DUE), calendar) == left

    def test_something_due_on_friday_is_late_on_saturday(self, calendar):
        assert days_left(at("2026-08-08 09:00"), at("2026-08-07 17:00"), calendar) == -1
        assert days_left(at("2026-08-10 09:00"), at("2026-08-07 17:00"), calendar) == -1
        assert days_left(at("2026-08-11 09:00"), at("2026-08-07 17:00"), calendar) == -2

    def test_the_day_is_the_day_in_vietnam(self, calendar):
        # 17:30 UTC on the 25th is half past midnight on the 26th in Vietnam.
        assert days_left(datetime(2026, 8, 25, 17, 30, tzinfo=UTC), at(self.DUE), calendar) == 0

    @given(MOMENTS, MOMENTS)
    def test_zero_days_left_means_today_and_only_today(self, now, due_at):
        left = days_left(now, due_at, VIETNAMESE_CALENDAR)
        today, last = local_date(now), local_date(due_at)
        assert (left == 0, left > 0, left < 0) == (today == last, today < last, today > last)

    def test_working_hours_left_leave_out_noon_and_night(self, calendar):
        assert working_hours_left(at("2026-08-10 11:00"), at("2026-08-10 14:00"), calendar) == Decimal("1.0")
        assert working_hours_left(at("2026-08-10 16:00"), at("2026-08-11 08:30"), calendar) == Decimal("2.0")
        assert working_hours_left(at("2026-08-11 08:30"), at("2026-08-10 16:00"), calendar) == Decimal("-2.0")

    def test_working_hours_left_are_never_rounded_up(self, calendar):
        assert working_hours_left(at("2026-08-10 09:01"), at("2026-08-10 10:00"), calendar) == Decimal("0.9")


class TestInstants:
    def test_an_instant_without_a_zone_is_refused(self):
        with pytest.raises(ValueError, match="time zone"):
            local(at("2026-08-10 09:00").replace(tzinfo=None))

    def test_a_calendar_is_not_changed_through_the_mapping_it_was_made_of(self):
        days = {date(2026, 8, 10): Holiday("Ngày nghỉ", "Day off", "made up")}
        calendar = Calendar(days)
        days.clear()
        assert not calendar.is_working(date(2026, 8, 10))
        assert hash(calendar) == hash(Calendar(dict(calendar.holidays)))
