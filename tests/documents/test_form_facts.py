"""What each form must say (TT 03/2025/TT-VPCP, Phụ lục I), read back from the printed file."""

import pytest
from test_printed_papers import words_of

from tinhso.documents.typeset import qr_svg

HEAD = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc", "PHƯỜNG TÂN NINH"]
DOSSIER = ["H53.31.02-261109-0117", "Bà Nguyễn Thị Mẫu", "Tách thửa hoặc hợp thửa đất", "1.012784"]
CHECK = ["dichvucong.example.vn/kiem-tra/mfzwizltoq2gk3tboj2he5dzpa", "mục số 18.233 trong 18.240", "9f86d081"]

FACTS = {
    "form-01": [
        *HEAD,
        *DOSSIER,
        *CHECK,
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Số: 0117/TNHS",
        "Tân Ninh, ngày 09 tháng 11 năm 2026",
        "Văn bản thỏa thuận của các thành viên",
        "Số lượng hồ sơ: 01 bộ",
        "12 ngày làm việc",
        "08 giờ 05 phút, ngày 09 tháng 11 năm 2026",
        "17 giờ 00, thứ Năm, ngày 26 tháng 11 năm 2026",
        "Phí, lệ phí: theo thông báo của cơ quan thuế",
        "Đăng ký nhận kết quả: tại quầy của Trung tâm",
        "vào dichvucong.example.vn",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "Trần Thị Tiếp",
    ],
    "form-02": [
        *HEAD,
        *DOSSIER,
        *CHECK,
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        "Giấy chứng nhận đã cấp",
        "Thành phần hồ sơ chưa đầy đủ",
        "chậm nhất 17 giờ 00, thứ Năm, ngày 10 tháng 12 năm 2026",
        "0276 000 1022",
    ],
    "form-03": [
        *HEAD,
        *DOSSIER,
        *CHECK,
        "PHIẾU TỪ CHỐI TIẾP NHẬN HỒ SƠ",
        "Không thuộc thẩm quyền giải quyết",
        "Luật Đất đai 2024",
        "có quyền khiếu nại",
    ],
    "form-04": [
        *HEAD,
        *DOSSIER,
        *CHECK,
        "VĂN BẢN XIN LỖI",
        "05/XL-VPĐKĐĐ",
        "xin lỗi Bà",
        "17 giờ 00, thứ Ba, ngày 01 tháng 12 năm 2026",
        "KT. GIÁM ĐỐC",
        "PHÓ GIÁM ĐỐC",
        "Nơi nhận:",
        "Lưu: VT, CNTN.",
    ],
    "form-05": [
        *HEAD,
        *DOSSIER,
        *CHECK,
        "THÔNG BÁO",
        "về việc dừng giải quyết hồ sơ",
        "kể từ ngày 14 tháng 12 năm 2026",
        "đề nghị rút hồ sơ",
        "TM. ỦY BAN NHÂN DÂN",
    ],
    "result-letter": [
        *HEAD,
        "GIẤY XÁC NHẬN",
        "tình trạng hôn nhân",
        "Số: 05/GXN-UBND",
        "ngày 03 tháng 02 năm 2026",
        "Căn cứ Luật Hộ tịch ngày 20 tháng 11 năm 2014;",
        "Xét đề nghị của bà Nguyễn Thị Mẫu.",
        "CHỦ TỊCH",
        "Lưu: VT, TP-HT.",
    ],
    "application": [
        "TỜ KHAI ĐĂNG KÝ KHAI SINH",
        "Kính gửi: Ủy ban nhân dân phường Tân Ninh",
        "Trần Minh Thử",
        "Quan hệ với người được khai sinh",
        "Tôi cam đoan",
        "9f86d081884c7d65",
        "gửi lúc 08 giờ 05 phút",
    ],
}


@pytest.mark.parametrize("template", FACTS)
def test_a_form_says_all_that_it_must(printed, template):
    found = words_of(printed(template).pdf)
    assert [fact for fact in FACTS[template] if fact not in found] == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fees": [{"name": "Lệ phí", "amount": 50_000}], "fee_note": ...}, "Lệ phí: 50.000 đồng."),
        ({"fees": [{"name": "Phí", "amount": 0}], "fee_note": "đã miễn"}, "Phí: không thu (đã miễn)."),
        ({"fees": [{"name": "Phí", "amount": None}], "fee_note": ...}, "Phí: chưa xác định."),
        ({"fees": ..., "fee_note": ...}, "Phí, lệ phí: chưa xác định."),
    ],
)
def test_no_fee_and_an_unknown_fee_are_different(printed, changes, words):
    assert words in words_of(printed("form-01", **changes).pdf)


def test_a_dossier_without_a_due_date_says_who_will_tell(printed):
    found = words_of(printed("form-01", due_at=..., due_note="sau khi niêm yết công khai").pdf)
    assert "Thời điểm hẹn trả kết quả: sau khi niêm yết công khai." in found


def test_what_is_left_out_is_not_printed(printed):
    bare = {"applicant": {"name": "Nguyễn Thị Mẫu"}, "check_url": ..., "journal": ..., "qr": ..., "papers": ()}
    found = words_of(printed("form-01", **bare).pdf)
    assert "Địa chỉ" not in found
    assert "Kiểm tra giấy này" not in found
    assert "không yêu cầu giấy tờ kèm theo" in found


def test_a_letter_without_a_kind_says_under_its_number_what_it_is_about(printed):
    found = words_of(printed("result-letter", kind=..., addressed_to=["Bà Nguyễn Thị Mẫu"]).pdf)
    assert "V/v tình trạng hôn nhân" in found
    assert "Kính gửi: Bà Nguyễn Thị Mẫu" in found


def test_a_decision_numbers_its_articles(printed):
    paper = printed("result-letter", kind="Quyết định", facts=..., articles=["Cho phép tách thửa.", "Thi hành."])
    assert "Điều 1. Cho phép tách thửa. Điều 2. Thi hành." in words_of(paper.pdf)


def test_a_form_without_answers_to_optional_questions_prints_a_dash(printed):
    assert "Nơi sinh khác –" in words_of(printed("application").pdf)


def test_the_qr_is_drawn_as_shapes_not_as_a_picture():
    assert qr_svg("https://dichvucong.example.vn/kiem-tra/abc").startswith("<svg")
