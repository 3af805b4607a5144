"""A pack's papers are checked by printing them: file, reason and remedy for every mistake."""

import pytest
from small_world import PACK_HEAD

from tinhso.documents.pack_part import PARTS
from tinhso.packs import pack_part, parts
from tinhso.packs.check import check
from tinhso.packs.words import line

LIST = """\
library: [library.typ]
templates:
  - id: slip
    file: slip.typ
    title: {vi: "Phiếu", en: "Slip"}
    valid_from: 2026-01-01
    reference: Nghị định 30/2020/NĐ-CP
    sample: {code: "05"}
"""
SLIP = """\
#import "library.typ": title
#let data = json(bytes(sys.inputs.data))
#set document(title: "Phiếu")
#set text(font: "Tinos", lang: "vi", fallback: false)
#title(data.code)
"""
LIBRARY = "#let title(code) = [= Phiếu số #code]\n"


@pytest.fixture
def findings(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "_register", parts._Register())
    for part in (*PARTS, *pack_part.PARTS):
        parts.register(part)

    def findings(listed=LIST, slip=SLIP, library=LIBRARY):
        folder = tmp_path / "one-stop"
        (folder / "templates").mkdir(parents=True, exist_ok=True)
        (folder / "pack.yaml").write_text(PACK_HEAD, encoding="utf-8")
        (folder / "templates.yaml").write_text(listed, encoding="utf-8")
        for name, text in (("slip", slip), ("library", library)):
            if text is not None:
                (folder / "templates" / f"{name}.typ").write_text(text, encoding="utf-8")
        return [line(found) for found in check(tmp_path).found]

    return findings


def test_a_good_template_has_nothing_to_be_said_about(findings):
    assert findings() == []


@pytest.mark.parametrize(
    ("wrong", "place", "reason"),
    [
        ({"listed": LIST.replace("slip.typ", "slop.typ")}, "templates.yaml:4", "one-stop/slop"),
        ({"listed": LIST.replace("library.typ", "liberty.typ")}, "templates.yaml:1", "one-stop/liberty"),
        ({"listed": LIST.replace("{code:", "{cod:")}, "templates.yaml:3", "cannot be printed with its sample"),
        ({"slip": SLIP + "#nothing-known()"}, "templates.yaml:3", "unknown variable"),
        ({"slip": SLIP + '#import "@preview/cetz:0.3.0"'}, "templates/slip.typ:1", "from the network"),
        ({"library": LIBRARY + '#include "@local/x:1.0.0"'}, "templates/library.typ:1", "from the network"),
        ({"listed": LIST + "    valid_until: 2026-01-01\n"}, "templates.yaml:9", "ends before it begins"),
        ({"listed": LIST + LIST.partition("templates:\n")[2]}, "hold on the same day", "slip"),
        ({"listed": LIST.replace("NĐ-CP", "NĐ-CP\n    colour: red")}, "templates.yaml:8", "colour"),
    ],
)
def test_a_mistake_is_told_with_its_place(findings, wrong, place, reason):
    said = findings(**wrong)
    assert any(place in one and reason in one for one in said), said


def test_a_template_that_typst_remarks_about_is_published_with_a_warning(findings):
    (said,) = findings(slip=SLIP.replace('"Tinos"', '("Tinos", "No Such Letters")'))
    assert "no such letters" in said


def test_two_periods_that_do_not_meet_are_one_paper_over_time(findings):
    second = LIST.partition("templates:\n")[2].replace("2026-01-01", "2027-01-01")
    first = LIST + "    valid_until: 2027-01-01\n"
    assert findings(listed=first + second) == []
