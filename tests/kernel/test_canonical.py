"""One way to write a value as bytes, and hashes of it."""

import hashlib
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.kernel.canonical import INTEGER_MAX, NotCanonical, canonical
from tinhso.kernel.digests import salted_hash, sha256

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
KEYS = st.text(st.characters(min_codepoint=1, max_codepoint=127))
PLAIN = st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | TEXTS
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


class TestCanonical:
    def test_the_example_of_rfc_8785_without_its_floats(self):
        data = {"string": '\u20ac$\u000f\nA\'B"\\\\"/', "literals": [None, True, False]}
        assert canonical(data).decode() == r"""{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"""

    def test_keys_stand_in_order_and_nothing_is_spaced(self):
        assert (
            canonical({"b": 1, "a": {"d": [1, 2], "c": "ậ"}, "B": 0})
            == '{"B":0,"a":{"c":"ậ","d":[1,2]},"b":1}'.encode()
        )

    def test_signs_that_json_must_escape_are_escaped_in_the_short_way(self):
        assert canonical("\b\t\n\f\r\x01\x1f\x7f/") == b'"\\b\\t\\n\\f\\r\\u0001\\u001f\x7f/"'

    @given(VALUES)
    def test_it_is_json_of_the_same_value(self, value):
        assert json.loads(canonical(value)) == value

    @given(VALUES)
    def test_writing_what_was_read_gives_the_same_bytes(self, value):
        assert canonical(json.loads(canonical(value))) == canonical(value)

    @given(st.dictionaries(KEYS, PLAIN))
    def test_the_order_of_a_map_does_not_matter(self, data):
        assert canonical(dict(reversed(data.items()))) == canonical(data)

    @pytest.mark.parametrize(
        ("data", "path"),
        [
            ({"a": [1, 1.0]}, r"\.a\[1\]"),
            ({"a": {"ơ": 1}}, r"\.a: keys"),
            ({1: 1}, "keys"),
            (INTEGER_MAX + 1, "2\\^53"),
            (-INTEGER_MAX - 1, "2\\^53"),
            (b"bytes", "bytes has no"),
            ({"a": {1, 2}}, "set has no"),
            ("\x00", r"U\+0000"),
            ("\ud800", "surrogate"),
            (float("nan"), "float has no"),
        ],
    )
    def test_what_has_no_agreed_bytes_is_refused_with_its_path(self, data, path):
        with pytest.raises(NotCanonical, match=path):
            canonical(data)

    def test_deep_data_is_refused(self):
        value = []
        for _ in range(40):
            value = [value]
        with pytest.raises(NotCanonical, match="nested deeper"):
            canonical(value)


class TestDigests:
    def test_a_salted_hash_can_be_made_again_with_any_tool(self):
        salt = bytes(range(16))
        assert salted_hash("Đặng Thị Hồng", salt) == hashlib.sha256(salt + "Đặng Thị Hồng".encode()).hexdigest()

    def test_the_form_of_the_letters_does_not_matter(self):
        name = unicodedata.normalize("NFD", "Đặng Thị Hồng")
        assert salted_hash(name, bytes(16)) == salted_hash("Đặng Thị Hồng", bytes(16))

    def test_another_salt_gives_another_hash(self):
        assert salted_hash("072090000001", bytes(16)) != salted_hash("072090000001", bytes(15) + b"\x01")

    @pytest.mark.parametrize("length", [0, 15, 17])
    def test_a_salt_has_sixteen_bytes(self, length):
        with pytest.raises(ValueError, match="16 bytes"):
            salted_hash("x", bytes(length))

    def test_a_file_is_known_by_its_hash(self):
        assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
