"""Printed papers: archive files with every Vietnamese letter, the same bytes for the same data, in the law's layout."""

import io
import itertools
import json
import re
import threading
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from tinhso.documents import typeset as setting
from tinhso.documents.typeset import FONTS, TypesettingFailed, prepared, printable, typeset
from tinhso.kernel.localised import Text
from tinhso.kernel.money import Dong

TEMPLATES = ["form-01", "form-02", "form-03", "form-04", "form-05", "result-letter", "application"]
# Written from NĐ 30/2020/NĐ-CP, Phụ lục I; "source" inside names the text it was checked against.
LAYOUT = json.loads(Path(__file__).with_name("nd30_layout.json").read_text(encoding="utf-8"))
BASES = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
LOWER = [unicodedata.normalize("NFC", base + tone) for base in BASES for tone in TONES] + ["đ"]
LETTERS = LOWER + [letter.upper() for letter in LOWER]
LONG_NAME = "Công Tằng Tôn Nữ Thị Nguyễn Phước Huyền Trân Khuynh Diệp Bảo Ngọc Thùy Dương Quỳnh Hương " * 3
POINT_MM = 25.4 / 72


def words_of(pdf):
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(unicodedata.normalize("NFC", text).replace("\u00a0", " ").split())


def runs_of(pdf, page=0):
    """(text, size, x, y in points from the lower left, font) of every run of letters."""
    runs = []

    def visit(text, cm, tm, font, size):
        if text.strip():
            x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            runs.append((text.strip(), round(abs(size * tm[0] * cm[0]), 1), x, y, font["/BaseFont"] if font else ""))

    PdfReader(io.BytesIO(pdf)).pages[page].extract_text(visitor_text=visit)
    return runs


def simple(source, **data):
    return typeset("a.typ", {"a.typ": source}, data, on=date(2026, 11, 9))


# ---- fonts


@pytest.mark.parametrize("style", ["Regular", "Bold", "Italic", "BoldItalic"])
def test_the_fonts_have_every_vietnamese_letter_and_the_dong(style):
    shapes = TTFont(FONTS / f"Tinos-{style}.ttf").getBestCmap()
    assert len(LETTERS) == 146
    assert [sign for sign in [*LETTERS, "₫", "–", "“", "”", "…", "²", "½", "\u00a0"] if ord(sign) not in shapes] == []


def test_the_list_of_letters_is_what_the_fonts_have():
    shapes = [set(TTFont(path).getBestCmap()) for path in sorted(FONTS.glob("*.ttf"))]
    common = set.intersection(*shapes)
    starts, ends = setting._letters()
    listed = set(itertools.chain.from_iterable(range(a, b + 1) for a, b in zip(starts, ends, strict=True)))
    assert listed == common


def test_every_vietnamese_letter_comes_out_of_a_printed_paper(printed):
    letters = " ".join(LETTERS)
    found = words_of(printed("application", pledge=letters + " 50.000 ₫").pdf)
    assert [letter for letter in LETTERS if letter not in found] == []
    assert "50.000 ₫" in found


def test_a_sign_without_a_shape_does_not_stop_a_paper(printed):
    paper = printed("form-01", applicant={"name": "Bé Na 😀 日本", "residence": "Thôn\u202e 3\u200b"})
    found = words_of(paper.pdf)
    assert "Bé Na" in found
    assert "Thôn 3" in found
    assert printable("a\u202eb\x00") == "ab"
    assert printable("gia\u0302\u0301y") == "giấy"
    assert printable("😀") == setting.NO_SHAPE


# ---- files


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_paper_is_pdf_a_with_our_fonts_only(printed, template):
    paper = printed(template)
    assert paper.remarks == ()
    reader = PdfReader(io.BytesIO(paper.pdf))
    assert "<pdfaid:part>2</pdfaid:part>" in paper.pdf.decode("latin-1")
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in paper.pdf.decode("latin-1")
    assert "<pdfuaid:part>1</pdfuaid:part>" in paper.pdf.decode("latin-1")
    assert reader.trailer["/Root"]["/Lang"] == "vi"
    assert reader.metadata is None or "Mẫu" not in str(reader.metadata.title)
    fonts = {run[4] for page in range(len(reader.pages)) for run in runs_of(paper.pdf, page)}
    assert fonts
    assert all(re.fullmatch(r"/[A-Z]{6}\+Tinos.*", font) for font in fonts), fonts


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_same_data_give_the_same_bytes_in_every_thread(printed, template):
    here, there = printed(template).pdf, []
    thread = threading.Thread(target=lambda: there.append(printed(template).pdf))
    thread.start()
    thread.join()
    assert [here] == there


def test_other_data_in_between_change_nothing(printed):
    before = printed("form-01").pdf
    printed("form-01", code="H53.31.02-261109-0200")
    assert printed("form-01").pdf == before


# ---- data


def test_python_values_reach_a_template_as_it_reads_them():
    data = prepared(
        {
            "at": datetime(2026, 11, 9, 17, 30, tzinfo=UTC),
            "on": date(2026, 1, 5),
            "fee": Dong(50_000),
            "title": Text(vi="Khai sinh", en="Birth"),
            "list": ("một", None, True),
        },
        "en",
    )
    assert data == {
        "at": "2026-11-10T00:30",
        "on": "2026-01-05",
        "fee": 50_000,
        "title": "Birth",
        "list": ["một", None, True],
    }


@pytest.mark.parametrize("value", [datetime(2026, 1, 1), 1.5, object()])  # noqa: DTZ001
def test_a_value_that_would_print_wrongly_is_a_bug(value):
    with pytest.raises((TypeError, ValueError)):
        prepared({"x": value})


def test_what_a_citizen_writes_is_never_read_as_markup(printed):
    nasty = '#panic("x") *đậm* $a$ <nhãn> @ref `code` \\ // # [1] = tiêu đề'
    assert nasty in words_of(printed("application", pledge=nasty).pdf)


def test_a_template_reads_no_file_of_the_machine():
    for source in ('#read("/etc/hostname")', '#read("../typeset.py")', '#image("/etc/hostname")'):
        with pytest.raises(TypesettingFailed):
            simple(source)


def test_a_mistake_in_a_template_is_told_with_its_reason():
    with pytest.raises(TypesettingFailed) as failed:
        simple("#let data = json(bytes(sys.inputs.data))\n#data.missing", here="x")
    assert "missing" in failed.value.reason


# ---- layout


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_paper_keeps_the_laws_page_and_margins(printed, template):
    paper = printed(template).pdf
    width, height = PdfReader(io.BytesIO(paper)).pages[0].mediabox[2:]
    assert (round(float(width) * POINT_MM), round(float(height) * POINT_MM)) == (210, 297)
    margins = LAYOUT["page"]["margins_mm"]
    runs = runs_of(paper)
    assert min(run[2] for run in runs) * POINT_MM >= margins["left"][0] - 0.1
    assert min(run[3] for run in runs) * POINT_MM >= margins["bottom"][0] - 0.1
    assert max(run[3] for run in runs) * POINT_MM <= 297 - margins["top"][0]


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_name_of_the_country_and_its_motto_are_bold_and_of_the_laws_size(printed, template):
    elements = LAYOUT["elements"]
    runs = runs_of(printed(template).pdf)
    for words, element in (("CỘNG HÒA", "quoc_hieu"), ("Độc lập", "tieu_ngu")):
        _, size, _, _, font = next(run for run in runs if run[0].startswith(words))
        low, high = elements[element]["size"]
        assert low <= size <= high
        assert "Bold" in font


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_title_is_upper_case_bold_and_of_the_laws_size(printed, listed, template):
    upper = [run for run in runs_of(printed(template).pdf) if run[1] == 14.0 and run[0] == run[0].upper()]
    assert upper
    assert all("Bold" in run[4] for run in upper)


def test_pages_after_the_first_are_numbered_in_the_middle_of_the_top_margin(printed):
    papers = [{"name": f"Giấy tờ số {n} của hồ sơ", "form": "Bản quét", "count": 1} for n in range(1, 61)]
    pdf = printed("form-01", papers=papers).pdf
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) > 1
    assert not [run for run in runs_of(pdf) if run[0] == "1" and run[3] * POINT_MM > 297 - 20]
    number = next(run for run in runs_of(pdf, 1) if run[0] == "2" and run[3] * POINT_MM > 297 - 20)
    assert number[1] == 13.0
    # The middle of the text, which is 7.5 mm right of the middle of the sheet.
    assert abs(number[2] * POINT_MM - 112.5) < 3
    assert "Tên giấy tờ" in reader.pages[1].extract_text(), "the head of the table is repeated"


@pytest.mark.parametrize("template", TEMPLATES)
def test_long_names_wrap_inside_the_margins(printed, template):
    office = {"parent": [LONG_NAME], "name": [LONG_NAME]}
    changes = {
        "applicant": {"name": LONG_NAME, "residence": LONG_NAME, "address_as": "Bà"},
        "office": office,
        "agency": LONG_NAME,
        "recipients": [LONG_NAME],
        "signer": {"position": "Chủ tịch", "name": LONG_NAME},
        "receiver": {"name": LONG_NAME},
    }
    paper = printed(template, **changes)
    assert paper.remarks == ()
    for page in range(len(PdfReader(io.BytesIO(paper.pdf)).pages)):
        assert max(run[2] for run in runs_of(paper.pdf, page)) * POINT_MM < 210 - 15
