"""`tinhso demo --check`: a robot with nothing but a browser files and decides real dossiers in a province of its own."""

import os
import subprocess
import sys
from datetime import date

import pytest

from tinhso.site.robot.answers import Memory
from tinhso.site.robot.page import read
from tinhso.site.robot.words import complaints

PAGE = """<html lang="vi"><head><title>Trẻ – Cổng</title></head><body><main>
<form method="post" action="/tiep/"><input type="hidden" name="shown" value="mother_full_name">
<div class="govuk-form-group govuk-form-group--error"><label for="f-a">Họ và tên</label>
<p class="govuk-error-message">Xin trả lời.</p><input id="f-a" name="mother_full_name"></div>
<label for="f-b">Quốc tịch</label><input id="f-b" name="country" list="all"><datalist id="all"><option value="Lào"><option value="Việt Nam"></datalist>
<input name="born_on-day"><input name="born_on-month"><input name="born_on-year">
<input type="radio" name="kind" value="a"><input type="radio" name="kind" value="b" checked>
<select name="agency"><option value="">Chọn</option><option value="H53.31.02" selected>Phường</option></select>
<textarea name="words">
dở dang</textarea><button name="later" value="1">Để sau</button></form>{words}</main></body></html>"""


def page(words=""):
    return read("http://province/nop/", 422, PAGE.replace("{words}", words))


@pytest.mark.slow
def test_the_robot_finds_nothing_wrong_in_tay_ninh(tmp_path):
    """The whole walk has its own command; here a few dossiers show that it still walks."""
    robot = "import sys\nfrom rich.console import Console\nfrom tinhso.site import check\nsys.exit(check.main(Console(), limit=4))"
    ran = subprocess.run(
        [sys.executable, "-c", robot],
        env=os.environ | {"PROVINCE": "tay-ninh", "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
    assert "4 dossiers over 2 procedures" in ran.stdout


def test_a_page_is_read_with_its_form_its_lists_and_what_is_wrong():
    form = page().posting()
    assert form.action == "http://province/tiep/"
    assert [control.name for control in form.controls if control.wrong] == ["mother_full_name"]
    assert page().errors == ["Xin trả lời."]
    assert page().offered["all"] == ["Lào", "Việt Nam"]
    assert form.named("words")[0].value == "dở dang"


def test_answers_keep_what_stands_and_fill_what_is_empty():
    import random

    sent = Memory(random.Random(1), date(2026, 11, 18)).fill(page(), page().posting())
    assert sent["shown"] == ["mother_full_name"]
    assert sent["kind"] == ["b"]
    assert sent["agency"] == ["H53.31.02"]
    assert sent["country"] == ["Việt Nam"]
    assert sent["words"] == ["dở dang"]
    assert "later" not in sent
    date(int(sent["born_on-year"][0]), int(sent["born_on-month"][0]), int(sent["born_on-day"][0]))


@pytest.mark.parametrize(
    "words",
    ["<p>The dossier was accepted by the agency.</p>", "<p>2 giấy tờ, 2 files</p>", "<p>Còn {days_left} ngày</p>"],
)
def test_foreign_words_on_a_vietnamese_page_are_noticed(words):
    assert complaints(page(words))


@pytest.mark.parametrize(
    "words",
    [
        "<p>Hồ sơ đã được tiếp nhận, còn 2 ngày.</p>",
        '<p lang="en">The dossier was accepted by the agency.</p>',
        "<p>birth-proof.pdf</p>",
    ],
)
def test_vietnamese_words_and_marked_english_are_not(words):
    assert not complaints(page(words))
