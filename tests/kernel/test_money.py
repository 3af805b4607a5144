"""Whole đồng."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.kernel.money import BadAmount, Dong

AMOUNTS = st.integers(0, 10**15)


def read_vietnamese(words):
    """The number that Vietnamese words name, read by rules of its own: each word acts on what was said so far."""
    digits = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6}
    digits |= {"bảy": 7, "tám": 8, "chín": 9}
    total = group = last = 0
    for word in words.split():
        if word in digits:
            last = digits[word]
            group += last
        elif word == "mười":
            group += 10
        elif word == "mươi":
            group += last * 9
        elif word == "trăm":
            group += last * 99
        elif word in {"nghìn", "triệu"}:
            total += group * {"nghìn": 10**3, "triệu": 10**6}[word]
            group = 0
        elif word == "tỷ":
            total = (total + group) * 10**9
            group = 0
        else:
            assert word == "linh"
    return total + group


class TestArithmetic:
    def test_amounts_add_up(self):
        assert Dong(50_000) * 3 + Dong(5_000) - Dong(1) == Dong(154_999)
        assert 2 * Dong(10) == Dong(20)
        assert sum([Dong(1), Dong(2)]) == Dong(3)
        assert -Dong(5) < Dong(0) < Dong(1)
        assert not Dong(0)

    @pytest.mark.parametrize("number", [1.0, "1", True, None])
    def test_only_whole_numbers_are_amounts(self, number):
        with pytest.raises(TypeError):
            Dong(number)

    def test_floats_and_bare_numbers_do_not_mix_in(self):
        for mistake in (
            lambda: Dong(1) * 1.5,
            lambda: 0.5 * Dong(1),
            lambda: Dong(1) * True,
            lambda: Dong(1) + 1,
            lambda: 1 + Dong(1),
            lambda: Dong(1) - 1,
            lambda: Dong(1) / 2,
            lambda: Dong(1) * Dong(1),
        ):
            with pytest.raises(TypeError):
                mistake()

    def test_an_amount_is_not_a_number(self):
        assert Dong(1) != 1


class TestText:
    @pytest.mark.parametrize(
        ("amount", "text"),
        [
            (0, "0\u00a0₫"),
            (500, "500\u00a0₫"),
            (50_000, "50.000\u00a0₫"),
            (1_234_567, "1.234.567\u00a0₫"),
            (-50_000, "-50.000\u00a0₫"),
        ],
    )
    def test_amounts_are_printed_with_dots_and_a_no_break_space(self, amount, text):
        assert Dong(amount).format() == text == str(Dong(amount))

    @pytest.mark.parametrize(
        "typed", ["50000", "50.000", " 50.000 ₫", "50.000\u00a0₫", "50.000đ", "50.000 đồng", "50.000 VNĐ"]
    )
    def test_typed_amounts(self, typed):
        assert Dong.parse(typed) == Dong(50_000)

    @pytest.mark.parametrize(
        "typed", ["", "50,5", "50.00", "5.0000", "5.000.00", "1e5", "năm", "50 000", "٥٠", "₫", "9" * 19]
    )
    def test_what_is_not_a_whole_amount_is_refused(self, typed):
        with pytest.raises(BadAmount) as caught:
            Dong.parse(typed)
        assert caught.value.errors[0].field == "amount"

    @given(st.integers(-(10**15), 10**15))
    def test_what_is_printed_is_read_back(self, amount):
        assert Dong.parse(Dong(amount).format()) == Dong(amount)


class TestWords:
    @pytest.mark.parametrize(
        ("amount", "words"),
        [
            (0, "không"),
            (1, "một"),
            (4, "bốn"),
            (5, "năm"),
            (10, "mười"),
            (11, "mười một"),
            (14, "mười bốn"),
            (15, "mười lăm"),
            (20, "hai mươi"),
            (21, "hai mươi mốt"),
            (24, "hai mươi tư"),
            (25, "hai mươi lăm"),
            (91, "chín mươi mốt"),
            (100, "một trăm"),
            (101, "một trăm linh một"),
            (104, "một trăm linh bốn"),
            (105, "một trăm linh năm"),
            (110, "một trăm mười"),
            (111, "một trăm mười một"),
            (115, "một trăm mười lăm"),
            (121, "một trăm hai mươi mốt"),
            (555, "năm trăm năm mươi lăm"),
            (1_000, "một nghìn"),
            (1_001, "một nghìn không trăm linh một"),
            (1_015, "một nghìn không trăm mười lăm"),
            (1_100, "một nghìn một trăm"),
            (8_000, "tám nghìn"),
            (21_000, "hai mươi mốt nghìn"),
            (50_000, "năm mươi nghìn"),
            (75_500, "bảy mươi lăm nghìn năm trăm"),
            (100_005, "một trăm nghìn không trăm linh năm"),
            (1_000_000, "một triệu"),
            (1_000_001, "một triệu không trăm linh một"),
            (1_005_000, "một triệu không trăm linh năm nghìn"),
            (1_234_567, "một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy"),
            (1_000_000_000, "một tỷ"),
            (1_000_000_015, "một tỷ không trăm mười lăm"),
            (2_050_000_000, "hai tỷ không trăm năm mươi triệu"),
            (105_000_000_000, "một trăm linh năm tỷ"),
            (1_005_000_000_000, "một nghìn không trăm linh năm tỷ"),
            (10**15, "một triệu tỷ"),
            (10**15 - 10**9, "chín trăm chín mươi chín nghìn chín trăm chín mươi chín tỷ"),
            (10**9 - 1, "chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn chín trăm chín mươi chín"),
            (-50_000, "âm năm mươi nghìn"),
        ],
    )  # fmt: skip
    def test_amounts_in_vietnamese(self, amount, words):
        assert Dong(amount).in_words() == words + " đồng"

    @pytest.mark.parametrize(
        ("amount", "words"),
        [
            (0, "zero"),
            (15, "fifteen"),
            (42, "forty-two"),
            (100, "one hundred"),
            (105, "one hundred and five"),
            (1_005, "one thousand and five"),
            (1_105, "one thousand one hundred and five"),
            (50_000, "fifty thousand"),
            (1_000_005, "one million and five"),
            (1_234_567, "one million two hundred and thirty-four thousand five hundred and sixty-seven"),
            (10**12, "one trillion"),
            (10**15, "one quadrillion"),
            (-3, "minus three"),
        ],
    )
    def test_amounts_in_english(self, amount, words):
        assert Dong(amount).in_words("en") == words + " dong"

    @given(AMOUNTS)
    def test_words_name_the_amount_that_was_written(self, amount):
        assert read_vietnamese(Dong(amount).in_words().removesuffix(" đồng")) == amount

    def test_every_amount_below_a_million_reads_back(self):
        for amount in [*range(2_000), *range(2_000, 1_000_000, 997)]:
            assert read_vietnamese(Dong(amount).in_words().removesuffix(" đồng")) == amount
