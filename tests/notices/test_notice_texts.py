"""From a text of a pack to the words of one reader: pure."""

from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
import yaml

from tinhso.kernel.localised import Text
from tinhso.kernel.money import Dong
from tinhso.notices.pack_part import NoticeText, check_notice, written
from tinhso.notices.rules import VALUES, NoticeKind, in_words, render

TEXTS = Path(__file__).resolve().parents[2] / "packs" / "one-stop" / "notices"


def text_of(path):
    return msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), NoticeText)


def notice(**changes):
    words = {
        "kind": NoticeKind.DOSSIER_SUBMITTED,
        "subject": Text(vi="Đã nhận {dossier_code}", en="{dossier_code} has arrived"),
        "body": Text(vi="Đến lúc {filed_at}", en="At {filed_at}"),
    }
    return NoticeText(**{**words, **changes})


def findings(document):
    return [(found.where, found.message) for found in check_notice(document, None)]


def test_every_kind_has_a_text_in_the_one_stop_pack_and_none_has_two():
    kinds = [text_of(path).kind for path in sorted(TEXTS.glob("*.yaml"))]
    assert sorted(kinds) == sorted(NoticeKind)


@pytest.mark.parametrize("path", sorted(TEXTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_texts_of_the_one_stop_pack_have_no_findings(path):
    assert findings(text_of(path)) == []


@pytest.mark.parametrize("path", sorted(TEXTS.glob("*.yaml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_text_reads_well_with_all_its_values_and_with_hardly_any(path, language):
    document = text_of(path)
    everything = {name: f"<{name}>" for name in VALUES[document.kind]}
    for values in (everything, {"dossier_code": "H53-1", "procedure": "P", "agency": "A"}):
        subject, body = written(document, values, language)
        assert subject
        assert body
        assert "{" not in subject + body
        assert "\n\n\n" not in body
        assert not [line for line in body.splitlines() if line.endswith(":") and line == body.splitlines()[-1]]


def test_an_unknown_placeholder_is_found_with_the_names_that_exist():
    (found,) = check_notice(notice(subject=Text(vi="{dossier_cod}", en="x")), None)
    assert found.where == ("subject", "vi")
    assert found.values["name"] == "dossier_cod"
    assert "dossier_code" in str(found.values["known"])


def test_a_stray_brace_and_a_placeholder_of_one_language_only_are_found():
    assert findings(notice(body=Text(vi="{filed_at} {", en="{filed_at}"))) == [
        (("body", "vi"), "a brace belongs to no placeholder")
    ]
    assert findings(notice(body=Text(vi="{filed_at}", en="soon"))) == [(("body",), "only one language uses {names}")]


def test_a_subject_is_one_line_and_every_notice_is_kept():
    assert findings(notice(subject=Text(vi="a\nb", en="c"), channels=("email",))) == [
        (("subject", "vi"), "a subject is one line of at most {limit} letters"),
        (("channels",), "every notice is kept in the account"),
    ]


def test_a_line_without_its_value_is_left_out_and_a_heading_does_not_stand_alone():
    text = "Hồ sơ {code}\n\nCần bổ sung:\n{items}\n\nThủ tục: {procedure}\nPhí: {fee}"
    assert render(text, {"code": "1", "procedure": "P", "items": []}, "vi") == "Hồ sơ 1\n\nThủ tục: P"
    assert render(text, {"code": "1", "items": ["a", Text(vi="b", en="c")]}, "en") == (
        "Hồ sơ 1\n\nCần bổ sung:\n- a\n- c"
    )


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is():
    assert render("{reason}", {"reason": "xem {due_at}", "due_at": "1"}, "vi") == "xem {due_at}"


def test_values_are_said_as_people_read_them():
    at = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
    assert in_words(at, "vi") == "17:00, thứ Năm, 26/11/2026"
    assert in_words(at, "en") == "17:00 on Thursday 26 November 2026"
    assert in_words(date(2026, 11, 22), "vi") == "Chủ nhật, 22/11/2026"
    assert in_words(Dong(50_000), "vi") == "50.000\u00a0₫"
    assert in_words(0, "vi") == "0"
    assert in_words(None, "vi") == ""
