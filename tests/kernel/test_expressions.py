"""Conditions of packs."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.kernel import expressions
from tinhso.kernel.expressions import ExpressionError
from tinhso.kernel.money import Dong

NAMES = {
    "answers": dict,
    "channel": str,
    "received_on": str,
    "filed_on": date,
    "filed_at": datetime,
    "copies": int,
    "fee": Dong,
    "waited": timedelta,
    "urgent": bool,
    "rate": float,
    "things": list,
    "anything": object,
}


def evaluate(source, **values):
    return expressions.compile(source, NAMES)(values)


def failure(source, **values):
    with pytest.raises(ExpressionError) as caught:
        evaluate(source, **values)
    return caught.value


class TestValues:
    @pytest.mark.parametrize(
        ("source", "values", "expected"),
        [
            ('channel == "online"', {"channel": "online"}, True),
            ("copies * 2 + 1", {"copies": 3}, 7),
            ("fee > 50000", {"fee": Dong(50_001)}, True),
            ("urgent && copies > 0", {"urgent": True, "copies": 1}, True),
            ("rate * 2.0", {"rate": 0.5}, 1.0),
            ('"a" in things', {"things": ("a", "b")}, True),
            ("things.exists(t, t.size_m2 > 100)", {"things": [{"size_m2": 101}]}, True),
            ("anything == null", {"anything": None}, True),
            ('waited > duration("24h")', {"waited": timedelta(days=2)}, True),
            ('answers.name == "Đặng Thị Hồng"', {"answers": {"name": "Đặng Thị Hồng"}}, True),
            ('answers.code.matches("^[0-9]{5}$")', {"answers": {"code": "25459"}}, True),
            ('copies > 1 ? "many" : "one"', {"copies": 2}, "many"),
        ],
    )
    def test_names_have_the_types_that_their_caller_declared(self, source, values, expected):
        assert evaluate(source, **values) == expected

    def test_a_date_of_its_own_is_a_day_and_an_instant_an_instant(self):
        assert evaluate('filed_on == timestamp("2026-08-10T00:00:00Z")', filed_on=date(2026, 8, 10))
        instant = datetime(2026, 8, 9, 17, 30, tzinfo=UTC)
        assert evaluate('filed_at.getDate("Asia/Ho_Chi_Minh")', filed_at=instant) == 10

    def test_inside_answers_dates_are_text_as_in_json(self):
        assert evaluate('answers.born_on == "2026-01-05"', answers={"born_on": date(2026, 1, 5)})
        assert (
            evaluate("answers.at", answers={"at": datetime(2026, 1, 5, 7, tzinfo=UTC)}) == "2026-01-05T07:00:00+00:00"
        )

    def test_plain_values_of_ours_become_plain_values_of_cel(self):
        class Channel(StrEnum):
            ONLINE = "online"

        some_id = UUID(int=7)
        answers = {"fee": Dong(5), "channel": Channel.ONLINE, "id": some_id, "area": Decimal(100), "set": {"x"}}
        assert evaluate("answers", answers=answers) == {
            "fee": 5,
            "channel": "online",
            "id": str(some_id),
            "area": 100,
            "set": ["x"],
        }

    def test_values_that_the_source_does_not_know_are_left_aside(self):
        assert evaluate("copies > 0", copies=1, unknown=object())

    def test_a_missing_answer_is_asked_for_before_it_is_used(self):
        assert evaluate("has(answers.age)", answers={}) is False
        assert evaluate("answers.?age.orValue(0) >= 18", answers={}) is False
        assert evaluate("answers.?age.orValue(0) >= 18", answers={"age": 18}) is True

    def test_what_is_known_decides_although_another_part_fails(self):
        assert evaluate("urgent || answers.age > 18", urgent=True, answers={}) is True


class TestFunctions:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("days_between(answers.born_on, received_on)", 60),
            ("days_between(received_on, answers.born_on)", -60),
            ("days_between(date(answers.born_on), filed_on)", 60),
            ("days_between(answers.born_on, filed_on)", 60),
            ('months_between("2026-01-31", "2026-02-28")', 1),
            ('months_between("2026-01-31", "2026-02-27")', 0),
            ('months_between("2026-03-10", "2026-01-11")', -1),
            ('years_between("2008-08-10", "2026-08-09")', 17),
            ('years_between("2008-08-10", "2026-08-10")', 18),
            ('years_between("2008-02-29", "2026-02-28")', 18),
            ('years_between("2026-08-10", "2024-08-11")', -1),
            ('words("  Nguyễn  Văn A ")', 3),
            ('person_no_ok("072090000001")', True),
            ('person_no_ok("172090000001")', False),
            ('tax_code_ok("0100109106")', True),
            ('tax_code_ok("0100109107")', False),
        ],
    )
    def test_functions_of_ours(self, source, expected):
        values = {"answers": {"born_on": "2026-01-05"}, "received_on": "2026-03-06", "filed_on": date(2026, 3, 6)}
        assert evaluate(source, **values) == expected

    def test_a_text_that_is_no_date_is_an_error_without_the_text(self):
        error = failure('days_between(answers.born_on, "2026-01-01")', answers={"born_on": "Nguyễn Văn A"})
        assert "a date is written 2026-01-31" in error.message
        assert "Nguyễn" not in str(error)

    @given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
    def test_years_grow_with_time_and_turn_with_the_order(self, first, last):
        years = evaluate("years_between(answers.a, answers.b)", answers={"a": first, "b": last})
        assert years == -evaluate("years_between(answers.b, answers.a)", answers={"a": first, "b": last})
        assert abs(years) in {abs(last.year - first.year), abs(last.year - first.year) - 1}


class TestMistakes:
    @pytest.mark.parametrize(
        ("source", "line", "column", "words"),
        [
            ("copies +", 1, 9, "Syntax error"),
            ("coppies > 1", 1, 1, "undeclared reference to 'coppies'"),
            ('copies + "a"', 1, 8, "no matching overload"),
            ("copies > 0 &&\n  channel > 3", 2, 11, "no matching overload"),
        ],
    )
    def test_a_mistake_is_found_at_compile_with_its_place(self, source, line, column, words):
        with pytest.raises(ExpressionError, match="line") as caught:
            expressions.compile(source, NAMES)
        assert (caught.value.line, caught.value.column) == (line, column)
        assert words in caught.value.message

    def test_an_optional_value_needs_its_other_value(self):
        with pytest.raises(ExpressionError, match="orValue"):
            expressions.compile("answers.?age", NAMES)

    def test_a_type_that_conditions_do_not_know_is_a_bug(self):
        with pytest.raises(TypeError, match="complex"):
            expressions.compile("x == x", {"x": complex})

    @pytest.mark.parametrize(
        ("source", "values", "words"),
        [
            ("answers.age > 18", {"answers": {}}, 'Key not found in map : "age"'),
            ("answers.age > 18", {"answers": {"age": "x"}}, "No matching overloads"),
            ("copies / 0 == 1", {"copies": 1}, "divide by zero"),
            ("copies == 1", {}, 'No value with name "copies"'),
            ("copies == 1", {"copies": "1"}, "Unexpected value type for 'copies'"),
            ("copies > 0", {"copies": 2**63}, "too big"),
            ("things[5] == 1", {"things": []}, "Index error"),
            ("anything == 1", {"anything": 1j}, "holds a complex"),
            ("answers.area > 1", {"answers": {"area": Decimal("1.5")}}, "holds a Decimal"),
            ("answers.x == 1", {"answers": {"x": Decimal("Infinity")}}, "holds a Decimal"),
            ("filed_at > filed_at", {"filed_at": datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)}, "time zone"),
            ("channel == channel", {"channel": "\ud800"}, ""),
        ],
    )
    def test_a_condition_without_a_value_raises_and_is_never_true(self, source, values, words):
        assert words in failure(source, **values).message

    @pytest.mark.parametrize(
        "source",
        [
            "answers[answers.name] == 1",
            'answers.name.matches("[0-9]+" + answers.name + "(")',
            "int(answers.name) == 1",
            "timestamp(answers.name) == timestamp(answers.name)",
            "answers.name > 1",
            "answers.name.age > 1",
        ],
    )
    def test_an_error_never_carries_an_answer(self, source):
        assert "Nguyễn" not in str(failure(source, answers={"name": "Nguyễn Thị Bưởi"}))

    @pytest.mark.parametrize("source", ["copies", '"false"', "null", "answers.x"])
    def test_only_a_truth_value_holds(self, source):
        with pytest.raises(ExpressionError, match="true or false"):
            expressions.compile(source, NAMES).holds({"copies": 1, "answers": {"x": "yes"}})

    def test_a_condition_that_holds(self):
        assert expressions.compile("answers.x", NAMES).holds({"answers": {"x": True}}) is True

    def test_the_type_of_the_value_is_known_before_it_runs(self):
        assert expressions.compile("copies > 1", NAMES).returns == "BOOL"
        assert expressions.compile("answers.x", NAMES).returns == "DYN"


class TestBounds:
    def test_loops_within_loops_end(self):
        source = "things.all(a, things.all(b, things.all(c, a + b + c >= 0)))"
        started = time.perf_counter()
        assert "budget" in failure(source, things=list(range(150))).message
        assert time.perf_counter() - started < 1

    def test_a_list_of_a_hundred_rows_is_within_the_budget(self):
        assert evaluate("things.all(a, things.filter(b, a == b).size() == 1)", things=list(range(90)))

    @pytest.mark.parametrize("source", ["(" * 900 + "1" + ")" * 900, "+".join("1" * 900), "[" * 900 + "]" * 900])
    def test_deep_sources_are_refused(self, source):
        with pytest.raises(ExpressionError, match="recursion"):
            expressions.compile(source, NAMES)

    def test_long_sources_are_refused(self):
        with pytest.raises(ExpressionError, match="longer than"):
            expressions.compile("true" + " " * 2_000, NAMES)

    def test_deep_values_are_refused(self):
        value = {}
        for _ in range(30):
            value = {"inner": value}
        assert "nested deeper" in failure("answers.x == 1", answers=value).message

    @pytest.mark.parametrize("answers", [{1: 1}, {"a\x00b": 1}, {"a": "b\x00c"}])
    def test_a_text_that_would_be_cut_short_is_refused(self, answers):
        assert "plain text" in failure("size(answers) == 1", answers=answers).message

    def test_the_same_source_is_compiled_once(self):
        assert expressions.compile("copies == 41", NAMES) is expressions.compile("copies == 41", dict(NAMES))

    def test_threads_share_an_expression(self):
        expression = expressions.compile("answers.n * 2 == copies", NAMES)

        def run(start):
            return all(expression({"answers": {"n": n}, "copies": 2 * n}) for n in range(start, start + 2_000))

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(run, range(0, 16_000, 2_000)))

    @given(
        st.dictionaries(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
            st.recursive(
                st.none()
                | st.booleans()
                | st.integers(-(2**63), 2**63 - 1)
                | st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
                st.lists,
                max_leaves=5,
            ),
        )
    )
    def test_answers_come_through_unchanged(self, answers):
        assert evaluate("answers", answers=answers) == answers
