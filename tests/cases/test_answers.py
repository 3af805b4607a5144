"""Forms answered: what is read, what is refused and how it is said, what is kept."""

from datetime import date
from decimal import Decimal

import pytest
from cases_samples import Check, NoLists, Repeat, Sent, form, option, page, question, text
from hypothesis import given
from hypothesis import strategies as st

from tinhso.cases import forms
from tinhso.cases.answers import Unreadable, read_answer
from tinhso.cases.pack_part import Block
from tinhso.kernel.canonical import canonical

TODAY = date(2026, 11, 20)
NOW = forms.Today(TODAY)


def read(asked, **sent):
    return read_answer(asked, asked.id, Sent(**sent), NoLists(), today=TODAY, on=None)


def refused(asked, **sent):
    with pytest.raises(Unreadable) as caught:
        read(asked, **sent)
    return caught.value.fault


class TestOneAnswer:
    def test_text_is_cleaned_and_composed(self):
        assert read(question("name"), name="  Đặng\u00a0 Thi\u0323 Hồng ") == "Đặng Thị Hồng"

    def test_nothing_is_asked_for_again_where_it_is_required(self):
        assert refused(question("name"), name="  ").message == "Answer this question."
        assert read(question("name", required=False), name=" ") is None

    def test_a_date_comes_in_three_fields(self):
        assert read(question("born", "date"), born__day="4", born__month="7", born__year="2026") == "2026-07-04"

    def test_a_date_that_does_not_exist_is_named(self):
        fault = refused(question("born", "date"), born__day="31", born__month="11", born__year="2026")
        assert fault.values == {"day": "31", "month": "11", "year": "2026", "last": 30}

    def test_half_a_date_says_what_is_missing(self):
        assert (
            refused(question("born", "date"), born__day="4", born__month="", born__year="2026").values["missing"]
            == "month"
        )

    def test_old_papers_know_only_the_year(self):
        asked = question("born", "partial_date")
        assert read(asked, born__year="1950") == "1950"
        assert read(asked, born__month="3", born__year="1950") == "1950-03"

    def test_a_birth_does_not_lie_in_the_future(self):
        asked = question("born", "date", not_future=True)
        assert read(asked, born="2026-11-20") == "2026-11-20"
        assert refused(asked, born="2026-11-21").message == "The date lies in the future."

    @pytest.mark.parametrize(
        ("typed", "kept"), [("620,5", "620.5"), ("1.240,5", "1240.5"), ("620.5", "620.5"), ("12", "12")]
    )
    def test_decimals_are_read_as_vietnamese_write_them(self, typed, kept):
        assert Decimal(read(question("area", "decimal", decimals=1), area=typed)) == Decimal(kept)

    @pytest.mark.parametrize("typed", ["abc", "1e3x", "NaN", "Infinity", "620,55", "0e999999999", "1e3"])
    def test_what_is_no_number_with_so_many_digits_is_refused(self, typed):
        refused(question("area", "decimal", decimals=1), area=typed)

    def test_money_is_whole_dong(self):
        assert read(question("capital", "money"), capital="50.000.000") == 50_000_000
        refused(question("capital", "money"), capital="50,5")

    def test_bounds_are_said_with_their_number(self):
        asked = question("copies", "integer", min=1, max=50)
        assert refused(asked, copies="51").values == {"limit": 50}
        assert refused(asked, copies="0").values == {"limit": 1}

    def test_only_offered_answers_are_taken(self):
        asked = question("sex", "choice", options=(option("male"), option("female")))
        assert read(asked, sex="male") == "male"
        refused(asked, sex="other")

    def test_several_answers_keep_the_order_of_the_list(self):
        asked = question("kinds", "choices", options=(option("a"), option("b"), option("c")))
        assert read(asked, kinds=["c", "a"]) == ["a", "c"]

    def test_identity_numbers_are_checked(self):
        assert read(question("id", "personal_id"), id="072 090 000001") == "072090000001"
        refused(question("id", "personal_id"), id="99909000000")
        refused(question("tax", "tax_code"), tax="0100109107")

    def test_a_commune_of_which_there_are_two_is_asked_for_again_with_both(self):
        fault = refused(question("unit", "commune"), unit="Xã Tân Lập")
        assert [code for code, _ in fault.choices] == ["11111", "22222"]
        assert read(question("unit", "commune"), unit="11111") == "11111"

    @given(st.text(max_size=60))
    def test_no_text_crashes_any_type_of_question(self, typed):
        for kind in (
            "text",
            "long_text",
            "person_name",
            "integer",
            "decimal",
            "money",
            "personal_id",
            "tax_code",
            "phone",
            "email",
        ):
            try:
                value = read(question("x", kind, required=False), x=typed)
            except Unreadable as problem:
                problem.fault.message.format(**problem.fault.values)
            else:
                canonical({"x": value} if value is not None else {})

    @given(*(st.text(max_size=6) for _ in range(3)))
    def test_no_three_texts_crash_a_date(self, day, month, year):
        for kind in ("date", "partial_date"):
            try:
                value = read(question("x", kind, required=False), x__day=day, x__month=month, x__year=year)
            except Unreadable:
                continue
            assert value is None or value[:4].isdigit()


class TestPages:
    def test_what_an_answer_hides_is_not_kept(self):
        asked = page("p", question("married", "yes_no"), question("number", when="answers.married == true"))
        whole = form(asked)
        assert forms.kept(whole, {"married": False, "number": "12"}, NOW) == {"married": False}
        assert forms.kept(whole, {"married": True, "number": "12"}, NOW) == {"married": True, "number": "12"}

    def test_a_question_that_an_answer_brings_is_shown_before_it_is_missed(self):
        asked = page("p", question("married", "yes_no"), question("number", when="answers.married == true"))
        first = forms.read_page(asked, Sent(married="yes", shown=["married"]), {}, NoLists(), NOW)
        assert (first.again, first.faults) == (True, {})
        second = forms.read_page(asked, Sent(married="yes", number="", shown=["married", "number"]), {}, NoLists(), NOW)
        assert list(second.faults) == ["number"]

    def test_a_page_may_depend_on_an_earlier_one(self):
        whole = form(page("one", question("kind")), page("two", question("x"), when="answers.kind == 'b'"))
        assert [p.id for p in forms.visible_pages(whole, {"kind": "a"}, NOW)] == ["one"]
        assert [p.id for p in forms.visible_pages(whole, {"kind": "b"}, NOW)] == ["one", "two"]
        assert [p.id for p in forms.visible_pages(whole, {}, NOW)] == ["one"]

    def test_items_are_read_in_order_and_removed_ones_left_out(self):
        asked = page("children", question("name"), repeat=Repeat(id="child", item=text("Child"), min=1, max=3))
        sent = Sent(child__count="3", child__0__name="A", child__1__name="B", child__2__name="C", removed=["child-1"])
        assert forms.read_page(asked, sent, {}, NoLists(), NOW).values == {"child": [{"name": "A"}, {"name": "C"}]}

    def test_an_item_with_a_fault_names_its_own_field(self):
        asked = page("children", question("name"), repeat=Repeat(id="child", item=text("Child")))
        reading = forms.read_page(
            asked, Sent(child__count="2", child__0__name="A", child__1__name=""), {}, NoLists(), NOW
        )
        assert list(reading.faults) == ["child-1-name"]

    def test_a_thousand_items_are_read_up_to_the_bound(self):
        asked = page("children", question("name", required=False), repeat=Repeat(id="child", item=text("Child"), max=3))
        assert len(forms.read_page(asked, Sent(child__count="999999999"), {}, NoLists(), NOW).values["child"]) == 3

    def test_a_broken_check_says_its_own_sentence_at_its_place(self):
        check = Check(that="answers.until >= answers.since", say=text("ends before it begins"), at="until")
        asked = page("p", question("since", "date"), question("until", "date"), checks=(check,))
        reading = forms.read_page(asked, Sent(since="2026-02-02", until="2026-01-01"), {}, NoLists(), NOW)
        assert reading.faults["until"].values["text"].en == "ends before it begins"

    def test_a_warning_is_for_the_officer_and_stops_nobody(self):
        check = Check(that="answers.age < 60", say=text("rather old"), level="warning")
        asked = page("p", question("age", "integer"), checks=(check,))
        assert forms.read_page(asked, Sent(age="70"), {}, NoLists(), NOW).faults == {}
        assert [one.en for one in forms.warnings(form(asked), {"age": 70}, NOW)] == ["rather old"]

    def test_what_stands_behind_a_hidden_question_asks_nothing(self):
        whole = form(
            page("one", question("married", "yes_no")),
            page("two", question("how"), when="answers.married == true"),
            page("three", question("where"), when="answers.how == 'abroad'"),
        )
        given = {"married": False, "how": "abroad", "where": "Paris"}
        assert [p.id for p in forms.visible_pages(whole, given, NOW)] == ["one"]
        assert forms.kept(whole, given, NOW) == {"married": False}
        assert forms.unanswered(whole, {"married": False, "how": "abroad"}, NOW) is None

    def test_conditions_that_chase_each_other_end(self):
        whole = form(
            page("one", question("a"), when="!has(answers.child)"),
            page("two", question("name"), repeat=Repeat(id="child", item=text("Child")), when="!has(answers.a)"),
        )
        forms.kept(whole, {"a": "x", "child": []}, NOW)


class TestWholeForm:
    def test_the_first_page_that_lacks_an_answer_is_named(self):
        whole = form(page("one", question("a")), page("two", question("b")))
        assert forms.unanswered(whole, {"a": "x"}, NOW).id == "two"
        assert forms.unanswered(whole, {"a": "x", "b": "y"}, NOW) is None

    def test_an_item_that_lacks_an_answer_is_not_complete(self):
        whole = form(page("one", question("name"), repeat=Repeat(id="child", item=text("Child"))))
        assert forms.unanswered(whole, {"child": [{}]}, NOW).id == "one"
        assert forms.unanswered(whole, {"child": [{"name": "A"}]}, NOW) is None

    def test_a_check_over_the_form_is_not_passed_over(self):
        check = Check(that="answers.a != answers.b", say=text("the same person twice"))
        whole = form(page("one", question("a")), page("two", question("b")), checks=(check,))
        assert forms.unanswered(whole, {"a": "x", "b": "x"}, NOW) is not None
        assert forms.unanswered(whole, {"a": "x", "b": "y"}, NOW) is None

    def test_a_block_puts_its_questions_under_a_prefix(self):
        block = Block(
            id="person",
            title=text("Person"),
            questions=(question("full_name"), question("kind"), question("number", when="answers.self_kind == 'card'")),
        )
        whole = form(page("one", question("mother", "block", block="person", without=())))
        expanded = forms.expand(whole, {"person": block})
        assert [q.id for q in expanded.pages[0].questions] == ["mother_full_name", "mother_kind", "mother_number"]
        assert expanded.pages[0].questions[2].when == "answers.mother_kind == 'card'"

    def test_known_values_fill_only_questions_that_ask_for_them(self):
        whole = form(page("one", question("name", prefill="person.full_name"), question("other")))
        assert forms.prefilled(whole, {"person.full_name": "Nguyễn Thị Mẫu"}) == {"name": "Nguyễn Thị Mẫu"}
