"""The report in Vietnamese: every message has its words, and they name the same values."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from small_house import pack_yaml

from tinhso import packs
from tinhso.packs import words
from tinhso.packs.check import check
from tinhso.packs.parts import Finding

ROOM = Path(packs.__file__).parent


@pytest.fixture(scope="module")
def vietnamese():
    with (ROOM / "locale/vi/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale="vi")
    return {message.id: message for message in catalogue if message.id}


def messages():
    """Every msgid that is marked in this room."""
    return {
        message
        for path in ROOM.glob("*.py")
        for _, message, *_ in extract_from_file("python", str(path), keywords={"N_": None})
    }


def names(text):
    return sorted(re.findall(r"(?<!\{)\{(\w+)\}(?!\})", text))


def test_every_message_of_the_room_has_vietnamese_words_that_name_the_same_values(vietnamese):
    assert [message for message in messages() if message not in vietnamese] == []
    for message in vietnamese.values():
        assert message.string
        assert not message.fuzzy
        assert names(message.string) == names(message.id)


def test_the_report_speaks_vietnamese(write, vietnamese):
    folder = write({"civil/pack.yaml": pack_yaml("civil"), "civil/services/a.yaml": "code: 12\ntitle: A\n"})
    report = check(folder)
    assert list(words.lines(report, lambda message: vietnamese[message].string)) == [
        "packs/civil/services/a.yaml:1: cần văn bản, nhưng gặp số nguyên",
        '    → đặt trong dấu nháy: "12"',
        "packs/civil/services/a.yaml:2: cần các trường kèm giá trị, nhưng gặp văn bản",
        '    → viết cả hai ngôn ngữ: {vi: "…", en: "…"}',
        "1 gói, 1 tài liệu: 2 lỗi, 0 lưu ý",
    ]


def test_braces_that_name_no_value_stay_as_they_are():
    finding = Finding((), "add text: {vi, en} to “{name}”, not {{x}} or {other}", values={"name": "{name}"})
    assert words.message(finding) == "add text: {vi, en} to “{name}”, not {x} or {other}"
