"""What is not kept, and the words in which it is refused."""

import pytest
from django.db import transaction
from made_files import (
    MACRO_TYPE,
    docx,
    flat_picture,
    locked_office,
    pdf,
    pdf_with_hidden_launch,
    pdf_with_link,
    pdf_with_script,
    picture,
    xlsx,
)
from small_world import NOON

from tinhso.documents import actions, rules
from tinhso.documents.queries import Holder
from tinhso.documents.rules import Limits

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
OLE_LINK = (
    '<Relationship Type="http://x/relationships/attachedTemplate" TargetMode="External" Target="http://x/a.dotm"/>'
)
HYPERLINK = '<Relationship Type="http://x/relationships/hyperlink" TargetMode="External" Target="https://example.vn"/>'


@pytest.fixture
def receive(own_folder):
    """Everything that happens to an upload before the database is asked."""

    def receive(content, name="giấy.pdf", declared_type="", limits=None):
        return actions._receive(content, name, declared_type, limits or Limits())

    yield receive
    incoming = own_folder / "incoming"
    left = list(incoming.iterdir()) if incoming.exists() else []
    assert len(left) <= 1, "a refused file left its bytes behind"


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b"", "giấy.pdf", rules.FileEmpty),
        (HTML, "giấy.html", rules.FileTypeRefused),
        (HTML, "giấy.pdf", rules.FileTypeRefused),
        (SVG, "hình.svg", rules.FileTypeRefused),
        (b"MZ\x90\x00" + bytes(200), "giấy.pdf.exe", rules.FileTypeRefused),
        (b"GIF89a" + bytes(50), "hình.gif", rules.FileTypeRefused),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "đơn.doc", rules.FileTypeRefused),
        (b"\n\n%PDF-1.4 hidden behind something else", "giấy.pdf", rules.FileTypeRefused),
        (locked_office(), "đơn.docx", rules.FileLocked),
        (xlsx(), "bảng.xlsx", rules.FileTypeRefused),
        (b"PK\x03\x04" + bytes(60), "đơn.docx", rules.FileUnreadable),
        (docx()[:-30], "đơn.docx", rules.FileUnreadable),
        (docx(main_type=MACRO_TYPE), "đơn.docx", rules.FileActive),
        (docx(extra={"word/vbaProject.bin": "x"}), "đơn.docx", rules.FileActive),
        (docx(extra={"word/embeddings/oleObject1.bin": "x"}), "đơn.docx", rules.FileActive),
        (docx(relations=OLE_LINK), "đơn.docx", rules.FileActive),
        (docx(extra={"x.rels": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'}), "đơn.docx", rules.FileActive),
        (b"%PDF-1.7\n%%EOF", "giấy.pdf", rules.FileUnreadable),
        (pdf()[:200], "giấy.pdf", rules.FileUnreadable),
        (pdf(pages=0), "giấy.pdf", rules.FileUnreadable),
        (pdf(password="bí mật"), "giấy.pdf", rules.FileLocked),
        (pdf_with_script(), "giấy.pdf", rules.FileActive),
        (pdf_with_hidden_launch(), "giấy.pdf", rules.FileActive),
        (picture("JPEG")[:400], "hình.jpg", rules.FileUnreadable),
        (picture("PNG")[:-40], "hình.png", rules.FileUnreadable),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "hình.png", rules.FileUnreadable),
        (picture("PNG"), "hình.jpg", rules.FileTypeDiffers),
        (pdf(), "hình.jpg", rules.FileTypeDiffers),
        (pdf(), "giấy.exe", rules.FileTypeDiffers),
        (docx(), "đơn.zip", rules.FileTypeDiffers),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_in_words(receive, content, name, refusal):
    with pytest.raises(refusal) as refused:
        receive(content, name)
    (error,) = refused.value.errors
    assert error.field == "file"
    assert error.message.format(**error.values)
    assert refused.value.status == 422


@pytest.mark.parametrize(
    ("content", "name", "declared"),
    [
        (picture("JPEG"), "hình.jpg", "image/png"),
        (pdf(), "giấy.pdf", "text/html"),
        (pdf(), "giấy", "image/jpeg"),
    ],
)
def test_a_type_that_came_with_the_file_and_lies_is_refused(receive, content, name, declared):
    with pytest.raises(rules.FileTypeDiffers):
        receive(content, name, declared)


@pytest.mark.parametrize(
    ("content", "name", "declared"),
    [
        (picture("JPEG"), "IMG_0001.JPEG", "image/pjpeg"),
        (picture("WEBP"), "ảnh.webp", "image/webp"),
        (picture("PNG", mode="RGBA"), "dấu.png", "image/png; charset=binary"),
        (pdf(), "giấy.pdf", "application/octet-stream"),
        (pdf_with_link(), "giấy.pdf", "application/pdf"),
        (docx(relations=HYPERLINK), "đơn.docx", ""),
    ],
)
def test_an_honest_file_is_received(receive, content, name, declared):
    assert receive(content, name, declared).received.size == len(content)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "C:\\fakepath\\giấy.pdf",
        "/tmp/giấy.pdf",
        "a/b.pdf",
        "giấy\x00.pdf",
        "giấy\nkhác.pdf",
        "giấy\u202efdp.exe",
        "giấy\u200b.pdf",
        "",
        "   ",
        "..",
    ],
)
def test_a_name_with_a_path_or_hidden_signs_is_refused(receive, name):
    with pytest.raises(rules.FileNameRefused):
        receive(pdf(), name)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Giấy   chứng sinh.PDF ", "Giấy chứng sinh.PDF"),
        ("Giấy\u00a0chứng sinh.pdf", "Giấy chứng sinh.pdf"),
        ("gia\u0302\u0301y.pdf", "giấy.pdf"),
        ("giấy", "giấy.pdf"),
        ("giấy.ngày 5", "giấy.ngày 5.pdf"),
        ("đ" * 400 + ".pdf", "đ" * 146 + ".pdf"),
    ],
)
def test_a_name_is_kept_as_people_write_it(receive, given, kept):
    assert receive(pdf(), given).name == kept


def test_a_file_over_the_limit_is_refused_before_it_is_all_read(receive):
    class Endless:
        given = 0

        def read(self, size=-1):
            self.given += size
            return bytes(size)

    endless = Endless()
    with pytest.raises(rules.FileTooLarge) as refused:
        receive(endless, "giấy.pdf")
    assert endless.given <= Limits().bytes_max + 512 * 1024
    assert refused.value.values["limit_mb"] == 20


def test_a_form_may_ask_for_less(receive):
    with pytest.raises(rules.FileTooLarge):
        receive(pdf(), limits=Limits(bytes_max=100))


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(receive):
    with pytest.raises(rules.PictureTooLarge) as refused:
        receive(flat_picture("PNG", (20_000, 20_000)), "hình.png")
    assert refused.value.values["limit_megapixels"] == 60


def test_a_word_document_that_unpacks_to_a_flood_is_refused(receive):
    flood = docx(document=" " * 60_000_000)
    assert len(flood) < 100_000
    with pytest.raises(rules.FileTooIntricate):
        receive(flood, "đơn.docx", limits=Limits(unpacked_bytes_max=50_000_000))


def test_a_word_document_with_a_flood_of_relations_is_refused_before_a_tree_is_made_of_it(receive):
    flood = docx(relations="<a/>" * 1_000_000)
    assert len(flood) < 100_000
    with pytest.raises(rules.FileTooIntricate):
        receive(flood, "đơn.docx")


def test_a_pdf_of_too_many_pages_or_parts_is_refused(receive):
    with pytest.raises(rules.FileTooIntricate):
        receive(pdf(pages=12), limits=Limits(pages_max=11))
    with pytest.raises(rules.FileTooIntricate):
        receive(pdf(pages=12), limits=Limits(objects_max=1))
    with pytest.raises(rules.FileTooIntricate):
        receive(pdf(pages=12), limits=Limits(seconds_max=-1))


def test_no_refusal_names_the_file_in_its_own_text():
    """The text of an exception ends in logs; a file's name may be a person's."""
    assert "Mẫu" not in str(rules.FileLocked(name="Nguyễn Thị Mẫu.pdf"))


def test_served_files_run_nothing():
    for media_type in rules.MediaType:
        headers = rules.serving_headers(media_type)
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "script-src" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def store(citizen, number, **more):
    return actions.store(by=citizen, name=f"{number}.pdf", purpose="tests", at=NOON, **more)


def test_an_account_keeps_only_so_many_files_that_no_dossier_has(committed_db, citizen, monkeypatch):
    monkeypatch.setattr(actions, "FREE_FILES_MAX", 2)
    kept = [store(citizen, number, content=pdf(pages=number)) for number in (1, 2)]
    with pytest.raises(rules.TooMuchKept) as refused:
        store(citizen, 3, content=pdf(pages=3))
    assert refused.value.errors[0].field == "file"
    with transaction.atomic():
        actions.attach(document_ids=[kept[0].id], holder=Holder("cases.draft", kept[0].id), added_by=citizen.account_id)
    with pytest.raises(rules.TooMuchKept):
        store(citizen, 3, content=pdf(pages=3))
    with transaction.atomic():
        actions.hand_over(giver=Holder("cases.draft", kept[0].id), receiver=Holder("cases.dossier", kept[0].id))
    assert store(citizen, 3, content=pdf(pages=3)).id


def test_an_account_keeps_only_so_many_bytes_and_the_house_keeps_what_it_makes(committed_db, citizen, monkeypatch):
    store(citizen, 1, content=pdf())
    monkeypatch.setattr(actions, "FREE_BYTES_MAX", 1)
    with pytest.raises(rules.TooMuchKept):
        store(citizen, 2, content=pdf(pages=2))
    assert store(None, 2, content=pdf(pages=2)).id
