"""Every component in every state, with invented people. Shown in the demo only; what is not here is not a component."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tinhso.web.components import (
    Choice,
    Field,
    Figure,
    Happening,
    LevelStep,
    Link,
    Paging,
    Ruler,
    State,
    SummaryRow,
    Ticket,
    Upload,
    errors_of,
    parts_of,
    ruler_cells,
)

NOW = datetime(2026, 11, 20, 2, 14, 7, tzinfo=UTC)
DUE = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
HASH = "9f2c41d7b0e65a187c3394fe02ab6d51e8f01c275d94b3a644c8e19f7b20d6ca"

CHIPS: tuple[tuple[State, str], ...] = (
    ("new", "Mới"),
    ("active", "Còn 3 ngày"),
    ("due", "Hôm nay, 17:00"),
    ("late", "Quá hạn 2 ngày"),
    ("stopped", "Tạm dừng"),
    ("done", "Đạt"),
    ("outline", "4 · Đang xử lý"),
)


def samples() -> dict[str, Any]:
    asked = fields()
    wrong = fields_with_errors()
    return {
        "now": NOW,
        "due": DUE,
        "chips": CHIPS,
        "days": (3, 1, 0, -2),
        "levels": (1, 2, 3, 4),
        "ladder": ladder(),
        "rulers": rulers(),
        "timeline": happenings(),
        "fields": asked,
        "wrong_fields": wrong,
        "errors": errors_of(wrong),
        "rows": summary_rows(),
        "figures": figures(),
        "ticket": ticket(),
        "parts": parts_of(
            ("Người đi đăng ký", "Trẻ được khai sinh", "Giấy chứng sinh", "Xem lại và gửi"),
            current=2,
            hrefs=("#1", "#2", "#3", "#4"),
            filled=(0, 1),
        ),
        "pagings": (
            Paging(shown=12, next_href="#", next_count=11, total=23),
            Paging(shown=50, next_href="#", total=1000, bounded=True),
            Paging(shown=3, total=3),
        ),
        "pills": (Link("#", "Nhận từ 01/10/2026"), Link("#", "Tách thửa hoặc hợp thửa đất")),
        "views": (
            Link("#", "Việc của tôi", current=True, count=23),
            Link("#", "Cả chi nhánh", count=148),
            Link("#", "Đã xong", count=1000, at_least=True),
        ),
        "trail": Link("#", "Trang chủ"),
        "officer": SampleOfficer(),
        "remove_filters": Link("#", "Bỏ hết điều kiện"),
    }


def fields() -> tuple[Field, ...]:
    yes_no = (Choice("yes", "Có"), Choice("no", "Không", hint="Khi chưa đăng ký kết hôn"))
    return (
        Field(kind="text", name="number", label="Số giấy chứng sinh", hint="Ở góc trên bên phải của giấy", width="10"),
        Field(kind="number", name="area", label="Diện tích", unit="m²", width="5", value="1.240,5"),
        Field(kind="money", name="capital", label="Vốn kinh doanh", unit="₫", width="10", value="50.000.000"),
        Field(kind="date", name="issued", label="Ngày cấp", hint="Ví dụ 18 11 2026", value=("18", "11", "2026")),
        Field(kind="radios", name="married", label="Cha mẹ đã đăng ký kết hôn?", choices=yes_no, value="yes"),
        Field(kind="checkboxes", name="copies", label="Nhận kết quả", choices=yes_no, value=("no",), optional=True),
        Field(kind="select", name="ward", label="Phường, xã", choices=(Choice("1", "Phường Tân Ninh"),)),
        Field(kind="textarea", name="reason", label="Lý do", limit=500, value="Tặng cho con một phần diện tích."),
        Field(kind="checkbox", name="oath", label="Tôi cam đoan nội dung khai là đúng sự thật."),
    )


def fields_with_errors() -> tuple[Field, ...]:
    return (
        Field(
            kind="date",
            name="born",
            label="Ngày cấp",
            hint="Theo thứ tự ngày, tháng, năm. Ví dụ 18 11 2026",
            value=("31", "11", "2026"),
            error="Ngày cấp phải là một ngày có thật: tháng 11 chỉ có 30 ngày",
            error_parts=("day",),
        ),
        Field(
            kind="file",
            name="paper",
            label="Ảnh chụp hoặc bản quét Giấy chứng sinh",
            hint="Chụp đủ bốn góc, rõ chữ. PDF, JPG hoặc PNG; mỗi tệp tối đa 10 MB.",
            error="Tệp “anh chung sinh trang 2.pdf” không phải là PDF. Hãy chụp lại trang 2 hoặc chọn tệp khác.",
            multiple=True,
            uploads=(
                Upload(
                    name="giay-chung-sinh-trang-1.pdf",
                    size=1_214_000,
                    pages=1,
                    at=NOW,
                    sha256=HASH,
                    remove_name="remove",
                    remove_value="1",
                ),
                Upload(
                    name="anh chung sinh trang 2.pdf",
                    size=318_000,
                    refusal="Tên tệp ghi .pdf nhưng bên trong là tệp nén. Hệ thống không giữ lại tệp này.",
                ),
            ),
        ),
    )


def rulers() -> tuple[Ruler, ...]:
    return (
        Ruler(title="Toàn hồ sơ", remaining="còn 3 ngày", cells=ruler_cells(12, 9), note="Tính lại từ 09/11."),
        Ruler(title="Bước này", remaining="còn 1 ngày", cells=ruler_cells(2, 1), state="due"),
        Ruler(title="Chờ bổ sung", remaining="tạm dừng", cells=ruler_cells(7, 3, stopped=2)),
        Ruler(title="Chặng thuế", remaining="quá hạn 2 ngày", cells=ruler_cells(5, 7), state="late"),
    )


def happenings() -> tuple[Happening, ...]:
    return (
        Happening(kind="expected", title="Trả kết quả", at=date(2026, 11, 26), when="Dự kiến"),
        Happening(kind="expected", title="Ký duyệt", when="trước 26/11"),
        Happening(kind="current", title="Xác định nghĩa vụ tài chính", at=NOW, text="Thuế cơ sở 1 giữ hồ sơ."),
        Happening(kind="agency", title="Đã đo đạc", at=NOW, links=(Link("#", "Mảnh trích đo"),)),
        Happening(kind="citizen", title="Ông/bà đã bổ sung", at=NOW, text="Nhận sau 15:00."),
        Happening(kind="stopped", title="Đề nghị bổ sung một giấy tờ", at=NOW),
    )


def ladder() -> tuple[LevelStep, ...]:
    return (
        LevelStep(1, met=True, title="Công khai đủ thông tin", proof="7 trên 7 nội dung bắt buộc"),
        LevelStep(2, met=True, title="Có mẫu để tải về", proof="Tờ khai theo mẫu hiện hành"),
        LevelStep(3, met=True, title="Khai và nộp trực tuyến", proof="Biểu mẫu 9 câu, tự lưu nháp"),
        LevelStep(4, met=False, title="Không phải đến cơ quan", proof="Còn thiếu một điều kiện"),
    )


def figures() -> tuple[Figure, ...]:
    return (
        Figure(label="Giải quyết đúng hạn", value="96,8", unit="%", reach=96.8, target=98, words="Còn thiếu 1,2 điểm"),
        Figure(label="Nộp trực tuyến", value="71,4", unit="%", reach=71.4, target=60, words="Vượt đích 60%", href="#"),
        Figure(label="Hài lòng", value="61,2", unit="%", reach=61.2, target=90, words="Còn thiếu 28,8 điểm"),
        Figure(label="Nhận trong hôm nay", value="1.284", words="hồ sơ, tính đến 09:14"),
    )


def summary_rows() -> tuple[SummaryRow, ...]:
    return (
        SummaryRow(key="Họ, chữ đệm, tên", value="Công Tằng Tôn Nữ Hoàng Mẫu Thử", change_href="#"),
        SummaryRow(key="Mẹ", value="Nguyễn Thị Mẫu", source="Lấy từ hồ sơ cá nhân", change_href="#"),
        SummaryRow(key="Giấy chứng sinh", value=("Số 1187/2026", "2 tệp, 2,4 MB")),
    )


def ticket() -> Ticket:
    return Ticket(
        procedure="Đăng ký khai sinh",
        code="H53.31.02-261120-0042",
        received_at=NOW,
        due="Hôm nay, trước 17:00",
        due_day=DUE,
        why="Nhận lúc 09:14, trước 15:00, nên trả trong ngày",
        for_whom="cho trẻ Công Tằng Tôn Nữ Hoàng Mẫu Thử",
        rows=(
            SummaryRow(key="Nơi giải quyết", value="Ủy ban nhân dân phường Tân Ninh"),
            SummaryRow(key="Lệ phí", value="0 ₫"),
        ),
        qr_path="M0 0h7v7h-7zM26 0h7v7h-7zM0 26h7v7h-7zM12 12h9v9h-9z",
    )


@dataclass(frozen=True)
class SampleOfficer:
    name: str = "Lê Văn Thử"
    initials: str = "LV"
    post: str = "Chi nhánh Văn phòng Đăng ký đất đai Tân Ninh"
    waiting: int = 23
    waiting_bounded: bool = False
