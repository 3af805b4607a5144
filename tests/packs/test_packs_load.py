"""What a pack file may look like, and what is said when it does not."""

import pytest
import yaml

from tinhso.packs import load
from tinhso.packs.load import PackError, Position, read_bytes


def tree(text, name="packs/x/y.yaml"):
    return read_bytes(text.encode(), name).tree


def refusal(text, name="packs/x/y.yaml"):
    with pytest.raises(PackError) as caught:
        read_bytes(text if isinstance(text, bytes) else text.encode(), name)
    error = caught.value
    return error.position.line, error.message.format(**error.values)


@pytest.mark.parametrize(
    "written",
    ["00123", "no", "yes", "NO", "on", "off", "y", "1.001193", "1e3", "0x1F", "0o17", "12:30", "1_000", "+1", ".inf", "2026.1",
     "2026-07-01", "True", "FALSE", "NULL", "Null", "007", "1234567890123456789", "=", "<<"],
)  # fmt: skip
def test_what_looks_like_text_to_a_person_stays_text(written):
    assert tree(f"value: {written}") == {"value": written}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0", 0),
        ("12", 12),
        ("-5", -5),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("'12'", "12"),
        ('"true"', "true"),
        ("''", ""),
    ],
)
def test_only_whole_numbers_truth_values_and_nothing_are_not_text(written, meant):
    value = tree(f"value: {written}")["value"]
    assert value == meant
    assert type(value) is type(meant)


def test_country_code_of_norway_and_an_answer_of_no_are_text_in_lists_and_as_keys():
    assert tree("countries: [no, se, fi]\nno: 1\n2026: 2\n") == {"countries": ["no", "se", "fi"], "no": 1, "2026": 2}


def test_every_value_knows_its_line_and_column():
    source = read_bytes(
        b"id: x\nversions:\n  - from: 2026-01-01\n    channels:\n      online:\n        - a\n\n        - b\n  - {from: 1}\n",
        "p/y.yaml",
    )
    assert source.position(("id",)) == Position(1, 1)
    assert source.position(("versions",)) == Position(2, 1)
    assert source.position(("versions", 0)) == Position(3, 5)
    assert source.position(("versions", 0, "channels")) == Position(4, 5)
    assert source.position(("versions", 0, "channels", "online", 1)) == Position(8, 11)
    assert source.position(("versions", 1, "from")) == Position(9, 6)


def test_a_missing_value_is_answered_with_the_line_around_it():
    source = read_bytes(b"a:\n  b:\n    c: 1\n", "p/y.yaml")
    assert source.position(("a", "b", "missing", 3)) == Position(2, 3)
    assert source.position(("nothing",)) == Position(1, 1)


def test_text_over_several_lines_keeps_its_words_and_its_first_line():
    source = read_bytes(b"a: 1\ntext: |\n  one\n  two\nafter: 2\n", "p/y.yaml")
    assert source.tree["text"] == "one\ntwo\n"
    assert source.position(("after",)).line == 5


def test_a_doubled_key_is_refused_with_both_lines():
    assert refusal("a: 1\nb: 2\nc:\n  d: 1\na: 3\n") == (5, "“a” stands here a second time; it is already on line 1")
    assert refusal("c:\n  d: 1\n  'd': 2\n") == (3, "“d” stands here a second time; it is already on line 2")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: &x 1\nb: 2\n", 1),
        ("a: 1\nb: *x\n", 2),
        ("a: &a [lol,lol]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", 1),
        ("base: &base {a: 1}\nuse:\n  <<: *base\n", 1),
    ],
)
def test_anchors_are_refused_so_that_nothing_small_grows_large(text, line):
    found, message = refusal(text)
    assert found == line
    assert "anchors" in message


@pytest.mark.parametrize("text", ["a: !!python/object:os.system {}\n", "a: !!float 1\n", "a: !secret x\n"])
def test_tags_are_refused(text):
    assert "tags" in refusal(text)[1]


def test_nesting_has_a_bound():
    line, message = refusal("a: " + "[" * 100_000)
    assert (line, "nested deeper" in message) == (1, True)
    assert "nested" in refusal("".join(f"{'  ' * i}k:\n" for i in range(60)))[1]


def test_the_number_of_values_has_a_bound(monkeypatch):
    monkeypatch.setattr(load, "NODES_MAX", 100)
    assert "more than 100 values" in refusal("".join(f"- {i}\n" for i in range(200)))[1]


def test_the_size_has_a_bound(monkeypatch, tmp_path):
    monkeypatch.setattr(load, "FILE_BYTES_MAX", 100)
    assert "larger than 100 bytes" in refusal("a: " + "x" * 200)[1]
    path = tmp_path / "y.yaml"
    path.write_text("x" * 200)
    with pytest.raises(PackError, match="larger than 100 bytes"):
        load.read_file(path, "p/y.yaml")


def test_a_file_that_cannot_be_read_is_said_in_words(tmp_path):
    with pytest.raises(PackError, match="cannot be read"):
        load.read_file(tmp_path, "p/y.yaml")
    with pytest.raises(PackError, match="No such file"):
        load.read_file(tmp_path / "none.yaml", "p/none.yaml")


def test_a_tab_is_refused_where_it_stands():
    assert refusal("a: 1\nb:\n\tc: 1\n") == (3, "a tab stands here")
    assert refusal("a: 1\nb: x\ty\n") == (2, "a tab stands here")


def test_bytes_that_are_not_utf8_are_refused_with_their_line():
    assert refusal(b"a: 1\nb: \xff\xfe\n") == (2, "this line is not UTF-8")
    assert refusal("a: 1\n".encode("utf-16"))[1] == "this line is not UTF-8"


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake():
    assert tree("\ufeffa: 1\r\nb: 2\r\n") == {"a": 1, "b": 2}


def test_marks_stored_apart_from_their_letter_are_refused_with_their_line():
    assert refusal("a: ok\nb: Ti\u0065\u0302\u0301ng\n") == (
        2,
        "letters and their marks are stored apart (not Unicode NFC)",
    )


def test_control_characters_are_refused():
    assert refusal("a: 1\nb: x\x07y\n") == (2, "a control character (U+0007) stands here")


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: [1, 2\n", 2), ("a: 1\n b: 2\n", 2), ("a: b: c\n", 1), ('a: "x\n', 2), ("? [a]\n: 1\n", 1), ("? {a: 1}\n: 1\n", 1), (": 1\n", 1), ("a: 1\n---\nb: 2\n", 2)],
)  # fmt: skip
def test_what_is_not_yaml_is_refused_with_its_line(text, line):
    assert refusal(text)[0] == line


def test_an_empty_file_is_nothing():
    assert tree("") is None
    assert tree("# only a comment\n") is None


def test_a_table_is_rows_of_text_with_a_line_each():
    source = read_bytes('code,name\n00123,"Xã\nA"\n\n456,B\n'.encode(), "packs/x/units.csv")
    assert source.tree == {
        "name": "units.csv",
        "rows": [{"code": "00123", "name": "Xã\nA"}, {"code": "456", "name": "B"}],
    }
    assert source.position(("rows", 0)).line == 2
    assert source.position(("rows", 1, "code")).line == 5


@pytest.mark.parametrize(
    ("text", "line"), [("a,b\n1,2\n1\n", 3), ("a,a\n1,2\n", 1), ("", 1), ('a,b\n1,"x\n', 2), ('a\n"x"y\n', 2)]
)
def test_a_table_that_is_not_even_is_refused_with_its_line(text, line):
    assert refusal(text, "packs/x/units.csv")[0] == line


def test_any_other_file_is_one_text():
    assert tree("#let x = 1\n", "packs/x/templates/form.typ") == {"name": "form.typ", "text": "#let x = 1\n"}


def test_without_the_c_parser_everything_is_read_the_same(monkeypatch):
    text = b"a: 00123\nb:\n  - {c: no, d: 'x'}\n  - |\n    e\n"
    fast = read_bytes(text, "p/y.yaml")
    monkeypatch.setattr(load, "_Loader", yaml.SafeLoader)
    assert read_bytes(text, "p/y.yaml") == fast
    assert refusal("a: [1, 2\n")[0] == 2
