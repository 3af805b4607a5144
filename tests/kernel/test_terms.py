"""When a term ends."""

from datetime import date, time, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_vectors import MOMENTS, VIETNAMESE_CALENDAR, at, rows, vectors

from tinhso.kernel.calendar import Term, TermKind, due, due_on, local, local_date
from tinhso.kernel.terms import later_by_months

DAY_KINDS = st.sampled_from([TermKind.WORKING_DAYS, TermKind.CALENDAR_DAYS])
TERMS = st.one_of(
    st.builds(Term, DAY_KINDS, st.integers(1, 60)),
    st.builds(Term, st.just(TermKind.MONTHS), st.integers(1, 6)),
    st.builds(Term, st.just(TermKind.SAME_DAY), st.none(), st.sampled_from([None, time(15), time(11, 30)])),
    st.builds(Term, st.just(TermKind.HOURS), st.integers(1, 80)),
)


class TestVectors:
    @pytest.mark.parametrize(
        "row", vectors("working_days.json")["vectors"], ids=lambda row: f"{row['received']}+{row['n']}"
    )
    def test_working_days(self, calendar, row):
        term = Term.parse(f"{row['n']} {row['unit']}")
        assert due_on(at(f"{row['received']} 09:00"), term, calendar) == date.fromisoformat(row["due"])

    @pytest.mark.parametrize(
        "row",
        rows("procedure_dates.csv"),
        ids=lambda row: f"{row['code']}-{row['received']}-{row['time']}-{row['rule']}",
    )
    def test_dates_of_procedures(self, calendar, row):
        received = at(f"{row['received']} {'09:00' if row['time'] == '-' else row['time']}")
        term = Term.parse(row["rule"])
        if term.kind is TermKind.HOURS:
            assert due(received, term, calendar) == at(row["due"])
        else:
            assert due_on(received, term, calendar) == date.fromisoformat(row["due"])


class TestDays:
    def test_a_day_ends_when_the_counter_closes(self, calendar):
        answer = due(at("2026-08-10 09:00"), Term.parse("3 WD"), calendar)
        assert answer == at("2026-08-13 17:00")
        assert answer.utcoffset() == timedelta(0)

    @pytest.mark.parametrize("clock", ["00:00", "06:00", "09:00", "17:01", "23:59"])
    def test_the_hour_of_receipt_does_not_matter_to_days(self, calendar, clock):
        assert due_on(at(f"2026-08-10 {clock}"), Term.parse("3 WD"), calendar) == date(2026, 8, 13)

    @pytest.mark.parametrize("received", ["2026-08-14 16:00", "2026-08-15 09:00", "2026-08-16 23:59"])
    def test_friday_and_the_weekend_after_it_count_alike(self, calendar, received):
        assert due_on(at(received), Term.parse("1 WD"), calendar) == date(2026, 8, 17)

    def test_calendar_days_count_the_weekend_but_do_not_end_on_it(self, calendar):
        assert due_on(at("2026-08-10 09:00"), Term.parse("5 ngày"), calendar) == date(2026, 8, 17)
        assert due_on(at("2026-08-10 09:00"), Term.parse("4 ngày"), calendar) == date(2026, 8, 14)

    def test_calendar_days_may_end_on_a_worked_saturday(self, calendar):
        assert due_on(at("2026-08-12 09:00"), Term.parse("10 ngày"), calendar) == date(2026, 8, 22)


class TestMonths:
    @pytest.mark.parametrize(
        ("day", "months", "end"),
        [
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2028, 1, 31), 1, date(2028, 2, 29)),
            (date(2026, 3, 31), 1, date(2026, 4, 30)),
            (date(2026, 12, 15), 1, date(2027, 1, 15)),
            (date(2026, 8, 10), 12, date(2027, 8, 10)),
            (date(2026, 8, 31), 18, date(2028, 2, 29)),
        ],
    )
    def test_a_month_without_that_day_ends_on_its_last(self, day, months, end):
        assert later_by_months(day, months) == end

    def test_months_that_end_on_a_day_off_roll(self, calendar):
        assert due_on(at("2026-01-17 09:00"), Term.parse("1 tháng"), calendar) == date(2026, 2, 23)


class TestSameDay:
    TERM = Term.parse("same day/15:00")

    def test_the_minute_of_the_cutoff_is_in_time(self, calendar):
        assert due_on(at("2026-08-18 15:00"), self.TERM, calendar) == date(2026, 8, 18)
        assert due_on(at("2026-08-18 15:00:01"), self.TERM, calendar) == date(2026, 8, 19)

    def test_before_opening_is_the_same_day(self, calendar):
        assert due(at("2026-08-18 05:00"), self.TERM, calendar) == at("2026-08-18 17:00")

    def test_on_a_day_off_it_is_the_next_working_day(self, calendar):
        assert due_on(at("2026-08-15 08:00"), self.TERM, calendar) == date(2026, 8, 17)
        assert due_on(at("2026-02-17 08:00"), self.TERM, calendar) == date(2026, 2, 23)

    def test_without_a_cutoff_it_is_closing_time(self, calendar):
        term = Term(TermKind.SAME_DAY)
        assert due_on(at("2026-08-18 16:59"), term, calendar) == date(2026, 8, 18)
        assert due_on(at("2026-08-18 17:01"), term, calendar) == date(2026, 8, 19)


class TestWorkingHours:
    @pytest.mark.parametrize(
        ("received", "end"),
        [
            ("2026-08-10 16:00", "2026-08-11 08:30"),
            ("2026-08-10 10:00", "2026-08-10 14:00"),
            ("2026-08-10 06:00", "2026-08-10 09:30"),  # before opening
            ("2026-08-10 12:10", "2026-08-10 15:30"),  # at noon
            ("2026-08-10 20:00", "2026-08-11 09:30"),  # after closing
            ("2026-08-15 10:00", "2026-08-17 09:30"),  # Saturday off
            ("2026-08-10 15:00", "2026-08-10 17:00"),  # to the minute of closing
        ],
    )
    def test_two_hours_are_working_hours(self, calendar, received, end):
        assert due(at(received), Term.parse("2 giờ"), calendar) == at(end)

    def test_half_an_hour(self, calendar):
        assert due(at("2026-08-10 11:15"), Term.parse("0.5 Giờ"), calendar) == at("2026-08-10 13:45")


class TestProperties:
    @given(MOMENTS, TERMS)
    def test_nothing_is_due_on_a_day_off_nor_before_its_receipt(self, received, term):
        answer = due(received, term, VIETNAMESE_CALENDAR)
        assert VIETNAMESE_CALENDAR.is_working(local_date(answer))
        assert local_date(answer) >= local_date(received)
        assert answer.utcoffset() == timedelta(0)

    @given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=30)), TERMS)
    def test_what_is_received_later_is_not_due_earlier(self, received, later, term):
        assert due(received, term, VIETNAMESE_CALENDAR) <= due(received + later, term, VIETNAMESE_CALENDAR)

    @given(MOMENTS, st.sampled_from(sorted(set(TermKind) - {TermKind.SAME_DAY})), st.integers(1, 30), st.integers(0, 9))
    def test_a_longer_term_does_not_end_earlier(self, received, kind, length, more):
        shorter, longer = Term(kind, length), Term(kind, length + more)
        assert due(received, shorter, VIETNAMESE_CALENDAR) <= due(received, longer, VIETNAMESE_CALENDAR)

    @given(MOMENTS, TERMS)
    def test_the_day_and_the_instant_agree(self, received, term):
        answer = due(received, term, VIETNAMESE_CALENDAR)
        assert due_on(received, term, VIETNAMESE_CALENDAR) == local_date(answer)
        if term.kind is not TermKind.HOURS:
            assert local(answer).time() == time(17)


class TestWriting:
    @pytest.mark.parametrize(
        ("written", "kind", "value"),
        [
            ("3 WD", TermKind.WORKING_DAYS, 3),
            ("05 ngày làm việc", TermKind.WORKING_DAYS, 5),
            ("15 ngày", TermKind.CALENDAR_DAYS, 15),
            ("1 day", TermKind.CALENDAR_DAYS, 1),
            ("02 Giờ", TermKind.HOURS, 2),
            ("0,5 giờ làm việc", TermKind.HOURS, Decimal("0.5")),
            ("1 tháng", TermKind.MONTHS, 1),
            ("  2   working hours ", TermKind.HOURS, 2),
        ],
    )
    def test_terms_are_read_as_procedures_write_them(self, written, kind, value):
        assert Term.parse(written) == Term(kind, value)

    @pytest.mark.parametrize("written", ["", "3", "ngày", "3 weeks", "-1 ngày", "0 ngày", "1.5 ngày", "same day/25:00"])
    def test_other_words_are_refused(self, written):
        with pytest.raises(ValueError):
            Term.parse(written)

    @pytest.mark.parametrize(
        ("kind", "value", "cutoff"),
        [
            ("working_days", None, None),
            ("working_days", True, None),
            ("working_days", 3, time(15)),
            ("same_day", 1, None),
            ("months", Decimal("0.5"), None),
            ("hours", Decimal("0.001"), None),
            ("fortnights", 1, None),
        ],
    )
    def test_a_term_that_makes_no_sense_is_refused(self, kind, value, cutoff):
        with pytest.raises(ValueError):
            Term(kind, value, cutoff)

    @pytest.mark.parametrize(
        ("written", "vi", "en"),
        [
            ("3 WD", "3 ngày làm việc", "3 working days"),
            ("1 WD", "1 ngày làm việc", "1 working day"),
            ("20 ngày", "20 ngày", "20 days"),
            ("0.5 giờ", "0,5 giờ làm việc", "0.5 working hours"),
            ("same day", "trong ngày làm việc", "the same working day"),
            (
                "same day/15:00",
                "trong ngày; nhận sau 15:00 thì trả ngày làm việc tiếp theo",
                "the same day; the next working day if received after 15:00",
            ),
        ],
    )
    def test_terms_are_said_in_both_languages(self, written, vi, en):
        assert (Term.parse(written).text.vi, Term.parse(written).text.en) == (vi, en)

    def test_packs_write_terms_as_maps(self):
        assert msgspec.convert({"kind": "working_days", "value": 3}, Term) == Term.parse("3 WD")
        assert msgspec.convert({"kind": "same_day", "cutoff": "15:00:00"}, Term) == Term.parse("same day/15:00")
        with pytest.raises(msgspec.ValidationError, match="number above 0"):
            msgspec.convert({"kind": "working_days", "value": 0}, Term)
