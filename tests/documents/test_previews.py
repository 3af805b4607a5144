"""Previews: pages of PDFs and pictures, small, upright, and without what a telephone wrote into them."""

import io
import subprocess
import sys
import time
from uuid import uuid4

import pytest
from made_files import docx, pdf, picture
from PIL import Image

from tinhso.documents import files, page_picture, preview
from tinhso.documents.preview import NoPreview
from tinhso.documents.rules import DocumentUnknown


def opened(content):
    image = Image.open(io.BytesIO(content))
    assert image.format == "WEBP"
    return image


def test_a_page_of_a_printed_paper_is_drawn(db, keep, printed):
    kept = keep(printed("form-01").pdf)
    sheet = opened(preview.preview(kept.id)).convert("L")
    assert max(sheet.size) <= 2000
    assert sheet.width / sheet.height == pytest.approx(210 / 297, abs=0.01)
    dark = sum(sheet.histogram()[:100]) / (sheet.width * sheet.height)
    assert 0.01 < dark < 0.2, "there are letters on it"
    assert sheet.width == page_picture.WIDTH_PX


def test_each_page_has_its_own_and_no_others_exist(db, keep):
    kept = keep(pdf(pages=2))
    assert preview.preview(kept.id, page=2)
    for page in (0, 3, -1):
        with pytest.raises(NoPreview):
            preview.preview(kept.id, page=page)


def test_a_photograph_is_small_upright_and_forgets_where_it_was_taken(db, keep):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Telephone of Nguyễn Thị Mẫu"
    kept = keep(picture("JPEG", (3000, 2000), exif=exif), "ảnh.jpg")
    small = preview.preview(kept.id)
    image = opened(small)
    assert image.size == (1067, 1600)
    assert not image.getexif()
    assert b"Telephone" not in small


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "L"), ("WEBP", "RGB"), ("PNG", "P")])
def test_every_kind_of_picture_has_a_preview(db, keep, kind, mode):
    content = picture(kind, mode="RGB" if mode == "P" else mode)
    assert opened(preview.preview(keep(content, f"ảnh.{kind.lower()}").id)).size == (640, 480)


def test_a_preview_is_made_once(db, keep, monkeypatch):
    kept = keep(picture(), "ảnh.jpg")
    first = preview.preview(kept.id)
    monkeypatch.setattr(preview, "_draw", lambda *_: pytest.fail("drawn again"))
    assert preview.preview(kept.id) == first


def test_a_preview_goes_with_its_content(db, keep):
    kept = keep(pdf())
    preview.preview(kept.id)
    assert list(files.preview_folder(kept.sha256).iterdir())
    files.remove(kept.sha256)
    assert not list(files.preview_folder(kept.sha256).iterdir())


def test_a_word_document_and_a_document_that_is_not_there_have_none(db, keep):
    with pytest.raises(NoPreview):
        preview.preview(keep(docx(), "đơn.docx").id)
    with pytest.raises(DocumentUnknown):
        preview.preview(uuid4())


def test_a_page_that_cannot_be_drawn_costs_a_preview_and_no_more(db, keep, monkeypatch):
    kept = keep(pdf())
    files.path_of(kept.sha256).write_bytes(b"%PDF-1.7 broken since it was kept")
    with pytest.raises(NoPreview):
        preview.preview(kept.id)
    monkeypatch.setattr(preview, "DRAW_SECONDS_MAX", 0.01)
    with pytest.raises(NoPreview):
        preview.preview(kept.id)


def test_the_drawing_program_is_ended_when_it_wants_too_much(tmp_path):
    hungry = "import sys; sys.argv = ['', '.', 'x', '1']; import tinhso.documents.page_picture as p; "
    hungry += "p.drawn = lambda *_: bytes(3 * 1024 ** 3); p.main()"
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", hungry], capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode != 0
    assert time.monotonic() - started < page_picture.SECONDS_MAX
