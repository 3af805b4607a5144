"""Vietnamese text at the door, in search, and in order."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.kernel.text import clean_line, clean_text, name_sort_key, nfc, odd_name_signs, search_key, sort_key

VIETNAMESE = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậ AĂÂĐÊÔƠƯ -,.0123456789")


class TestSearchKey:
    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ("Đặng Thị Hồng", "dang thi hong"),
            ("  ĐĂNG  KÝ\tKhai sinh ", "dang ky khai sinh"),
            ("ươ ưở ỡ ợ", "uo uo o o"),
            ("1.001193", "1.001193"),
            (unicodedata.normalize("NFD", "Nguyễn Ái Quốc"), "nguyen ai quoc"),
        ],
    )
    def test_marks_and_capitals_are_folded(self, text, key):
        assert search_key(text) == key

    @given(VIETNAMESE)
    def test_a_key_is_its_own_key_and_plain(self, text):
        assert search_key(search_key(text)) == search_key(text)
        assert search_key(text).isascii()

    @given(VIETNAMESE)
    def test_the_form_of_the_letters_does_not_matter(self, text):
        forms = {search_key(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
        assert len(forms) == 1


class TestOrder:
    def assert_order(self, words, key=sort_key):
        shuffled = words[:]
        random.Random(8412).shuffle(shuffled)
        assert sorted(shuffled, key=key) == words

    def test_letters_stand_in_the_order_of_the_alphabet(self):
        self.assert_order(list("aăâbcdđeêghiklmnoôơpqrstuưvxy"))

    def test_foreign_letters_stand_where_latin_puts_them(self):
        self.assert_order(["e", "ê", "f", "g", "i", "j", "k", "v", "w", "x", "y", "z"])

    def test_tones_stand_ngang_huyen_hoi_nga_sac_nang(self):
        self.assert_order(["ma", "mà", "mả", "mã", "má", "mạ"])

    def test_letters_count_before_tones(self):
        self.assert_order(["ba", "bạ", "bai", "bà".replace("à", "ă"), "bâ"])

    def test_a_tone_counts_before_the_next_syllable(self):
        self.assert_order(["Ba Vì", "Bà An", "Bá Ân"])

    def test_a_shorter_name_stands_first(self):
        self.assert_order(["An", "An Bình", "An Lộc", "Anh"])

    def test_wards_of_the_province(self):
        self.assert_order(
            ["An Tịnh", "Bến Lức", "Cần Giuộc", "Dương Minh Châu", "Đức Hòa", "Gò Dầu", "Hòa Thành", "Long An", "Tân An", "Tân Biên",
             "Tân Ninh", "Thạnh Hóa", "Trảng Bàng"]
        )  # fmt: skip

    def test_numbers_stand_by_size(self):
        self.assert_order(["Khu phố 1", "Khu phố 2", "Khu phố 10", "Khu phố 100", "Khu phố A"])

    def test_persons_stand_by_their_given_name(self):
        self.assert_order(
            ["Trần Văn An", "Nguyễn Thị Ân", "Lê Thị Bình", "Trần Thị Bình", "Đỗ Văn Cường"], name_sort_key
        )

    def test_the_place_of_the_tone_does_not_matter(self):
        assert sort_key("hoà") == sort_key("hòa")
        assert sort_key("thuỷ") == sort_key("thủy")

    def test_capitals_and_punctuation_do_not_matter(self):
        assert sort_key("BẾN LỨC") == sort_key("Bến-Lức, ") == sort_key("bến lức")

    def test_the_key_is_safe_in_every_collation(self):
        key = sort_key("Đặng Thị 10 Ω")
        assert key.isascii()
        assert key.isalnum()
        assert key == key.lower()

    @given(VIETNAMESE, VIETNAMESE)
    def test_a_beginning_stands_before_what_it_begins(self, first, rest):
        assert sort_key(first) <= sort_key(f"{first} {rest}")

    @pytest.mark.parametrize("name", ["", "   ", "An"])
    def test_names_of_one_word_or_none_have_keys(self, name):
        assert name_sort_key(name) == sort_key(name)


class TestCleaning:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("  Nguyễn   Văn\tA \n", "Nguyễn Văn A"),
            (unicodedata.normalize("NFD", "Đặng Thị Hồng"), "Đặng Thị Hồng"),
            ("A\u202eB\u2066C\u200bD\ufeffE\u00adF", "ABCDEF"),
            ("A\x00B\x07C\x7f", "ABC"),
            ("A\u00a0\u3000B\u2028C", "A B C"),
            ("A\ud800B\ue000", "AB"),
            ("", ""),
        ],
    )
    def test_a_line(self, typed, stored):
        assert clean_line(typed) == stored

    def test_lines_stay_lines(self):
        assert clean_text("\n\n Kính gửi:  UBND \r\n\r\n\r\n\u202eNội dung\x00\n ") == "Kính gửi: UBND\n\nNội dung"

    @given(st.text())
    def test_cleaning_twice_changes_nothing_more(self, text):
        assert clean_line(clean_line(text)) == clean_line(text)
        assert clean_text(clean_text(text)) == clean_text(text)

    @given(st.text())
    def test_what_is_stored_is_nfc_and_can_be_seen(self, text):
        for stored in (clean_line(text), clean_text(text)):
            assert nfc(stored) == stored
            assert not any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co"} for sign in stored.replace("\n", ""))
        assert "\n" not in clean_line(text)


class TestNames:
    @pytest.mark.parametrize(
        "name", ["Nguyễn Thị Bưởi", "Siu H'Nhung", "Anne-Marie O’Neil", "Lý A. Sử", "Müller Øster"]
    )
    def test_names_of_people_have_no_odd_signs(self, name):
        assert odd_name_signs(name) == ()
        assert odd_name_signs(unicodedata.normalize("NFD", name)) == ()

    @pytest.mark.parametrize(
        ("name", "signs"),
        [("Nguyễn V4n A", ("4",)), ("<b>A</b>", ("<", ">", "/")), ("Иван", ("И", "в", "а", "н")), ("A@A@", ("@",))],
    )
    def test_signs_that_no_name_has_are_listed_once(self, name, signs):
        assert odd_name_signs(name) == signs
