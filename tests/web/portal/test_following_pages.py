"""Following: the receipt, one's own dossiers, progress by code, answering, taking back, checking papers."""

import re
from datetime import UTC, datetime

import pytest
from portal_samples import Browser, citizen

from tinhso.cases.models import Dossier
from tinhso.journal import follow
from tinhso.notices.models import Notice


@pytest.fixture
def filed(mau):
    """The code of a dossier that Mẫu filed just now."""
    return mau.file_extract()


def test_the_receipt_names_the_code_the_day_and_its_reason(mau, filed):
    mau.visit(f"/ho-so/{filed}/bien-nhan/")

    assert "Hôm nay, trước 17:00" in mau.text
    assert "nhận sau 15:00" in mau.text
    assert "09:14:07" in mau.text
    assert 'class="qr"' in mau.page


def test_progress_by_code_shows_no_name_no_answer_and_no_file(filed, passer_by):
    passer_by.visit(f"/theo-doi/?ma={filed}")

    assert "Chờ tiếp nhận" in passer_by.text
    assert "Cấp bản sao trích lục hộ tịch" in passer_by.text
    for secret in ("Mẫu", "072196000001", "0900000001", "Hoa Sen", "Long Thành Bắc"):
        assert secret not in passer_by.page


def test_a_code_is_understood_in_small_letters_and_with_spaces(filed, passer_by):
    passer_by.visit(f"/theo-doi/?ma=+{filed.lower()}+")

    assert "Chờ tiếp nhận" in passer_by.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [("H53.31.02-261120-9999", "Không có hồ sơ mang mã này"), ("0917 abc", "Mã hồ sơ có dạng")],
)
def test_a_wrong_code_is_told_beside_the_field(passer_by, typed, said):
    passer_by.visit(f"/theo-doi/?ma={typed}", status=404)

    assert said in passer_by.errors[0]
    assert f'value="{typed}"' in passer_by.page


def test_other_peoples_dossiers_do_not_exist(filed, mau):
    other = Browser(citizen("Trần Văn Ví Dụ", personal_id="072196000002"))

    for page in ("", "bien-nhan/", "rut/", "bo-sung/"):
        other.visit(f"/ho-so/{filed}/{page}", status=404)
        assert "Mẫu" not in other.text


def test_somebody_who_did_not_sign_in_is_asked_to(filed, passer_by):
    passer_by.visit(f"/ho-so/{filed}/")

    assert "/dang-nhap/" in passer_by.address


def test_the_owner_sees_every_step_and_all_answers(mau, filed):
    mau.visit(f"/ho-so/{filed}/")

    assert "Ông/bà nộp hồ sơ" in mau.text
    assert "Trả kết quả" in mau.text  # still to come
    assert "Xã Long Thành Bắc, huyện Hòa Thành, tỉnh Tây Ninh" in mau.text
    assert "Ông/bà không phải làm gì lúc này" in mau.text


def test_an_empty_page_says_what_comes_next(mau):
    mau.visit("/ho-so/")

    assert "Chưa có hồ sơ" in mau.text
    assert 'href="/thu-tuc/"' in mau.page


def test_drafts_and_dossiers_stand_apart(mau, filed):
    mau.begin("1.004873")

    mau.visit("/ho-so/")

    drafts, sent = mau.text.index("Chưa gửi"), mau.text.index("Đã gửi")
    assert drafts < mau.text.index("Cấp Giấy xác nhận tình trạng hôn nhân") < sent
    assert mau.text.index(filed) > sent


def test_notices_are_read_one_by_one_or_all(mau, filed):
    follow.run_once()
    follow.run_jobs()
    assert Notice.objects.filter(read_at__isnull=True).exists()
    mau.visit("/ho-so/")
    assert "Tin mới" in mau.text

    mau.client.post("/ho-so/da-doc/")

    mau.visit("/ho-so/")
    assert "Tin mới" not in mau.text


def test_a_dossier_is_taken_back_after_being_asked_once_more(mau, filed):
    mau.visit(f"/ho-so/{filed}/rut/")
    assert "Rút hồ sơ?" in mau.text

    mau.send(words="Tôi đã tìm thấy bản chính.")

    assert Dossier.objects.get(code=filed).state == "withdrawn"
    assert "Đã rút" in mau.text
    mau.visit(f"/ho-so/{filed}/rut/", status=409)


def test_answering_when_nothing_was_asked_is_refused_with_words(mau, filed):
    mau.visit(f"/ho-so/{filed}/bo-sung/", status=409)


def test_the_application_is_printed_downloaded_and_checked_by_anybody(mau, filed, passer_by):
    follow.run_once()
    follow.run_jobs()
    mau.visit(f"/ho-so/{filed}/")
    href = re.search(r'href="(/ho-so/[^"]+/tep/[^"]+)"', mau.page).group(1)
    check = re.search(r'href="(/kiem-tra/[^"]+)"', mau.page).group(1)

    response = mau.client.get(href)
    content = b"".join(response.streaming_content)
    assert content.startswith(b"%PDF")
    assert "attachment" in response["Content-Disposition"]

    passer_by.visit(check)
    assert "Giấy tờ này là thật" in passer_by.text
    assert "Mẫu" not in passer_by.page
    assert passer_by.client.get(href).status_code == 302


def test_a_paper_that_is_not_ours_is_told_beside_the_field(passer_by):
    passer_by.visit("/kiem-tra/").send(token="khong-phai-ma", status=422)

    assert "không do tỉnh cấp" in passer_by.errors[0]
    assert passer_by.fields["token"] == ["khong-phai-ma"]


def test_late_is_said_in_words(mau, filed, clock):
    clock.moment = datetime(2026, 11, 24, 20, tzinfo=UTC)  # 25/11; 24/11 is a holiday

    mau.visit(f"/ho-so/{filed}/")

    assert re.search(r"Quá hạn \d ngày làm việc", mau.text)
