"""Invented people, firms and streets for demonstrations, checks and simulations. Nobody real; all from a seed.

Shared by what works inside the program (`demo`, `sample_answers`) and by what only sees its pages (`check`), so it
imports the kernel and nothing else.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from tinhso.kernel.codes import TaxCode
from tinhso.kernel.text import search_key

FAMILY = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Hoàng", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương",
    "Lý", "Thạch", "Sầm", "Ma", "Nông", "Lò", "Đinh", "Trịnh", "Đoàn", "Lương", "Tô", "Cao", "Hà", "Quách", "Âu Dương",
)  # fmt: skip
MIDDLE = {
    "male": ("Văn", "Hữu", "Minh", "Quốc", "Thanh", "Đức", "Xuân", "Công", "Ngọc", "Hoàng", "Đình", "Gia"),
    "female": ("Thị", "Thị Ngọc", "Thị Thanh", "Ngọc", "Thị Kim", "Thùy", "Thị Mỹ", "Hoài", "Thị Bích", "Khánh"),
}
GIVEN = {
    "male": (
        "An", "Bảo", "Cường", "Dũng", "Đạt", "Hải", "Hiếu", "Hùng", "Khôi", "Long", "Nghĩa", "Phúc", "Quân", "Sơn",
        "Thắng", "Tuấn", "Ửng", "Vỹ", "Ổn", "Ích",
    ),
    "female": (
        "Ánh", "Chi", "Diễm", "Đào", "Giang", "Hạnh", "Hường", "Lan", "Ly", "Mai", "Nguyệt", "Nhung", "Phượng", "Quỳnh",
        "Thảo", "Trâm", "Uyên", "Vân", "Yến", "Ý",
    ),
}  # fmt: skip
# Real registers have names like these; lists, forms and printed papers must bear them.
LONG = (
    ("female", "Công Huyền Tôn Nữ Hoàng Nguyễn Diễm Quỳnh Phương Thảo Minh Châu"),
    ("male", "Nguyễn Phúc Bảo Hoàng Long Thiên Quốc Gia Khánh"),
    ("female", "Lê Hoàng Hiếu Nghĩa Đệ Nhất Thương Tâm Nhàn"),
    ("male", "Hờ A Pó"),
    ("female", "Thạch Thị Sà Rây"),
    ("male", "Lý Ừ"),
)
FIRMS = (
    "Công ty TNHH Một thành viên Thương mại Dịch vụ Vận tải và Xây dựng Hai Thành viên Mẫu",
    "Công ty Cổ phần Chế biến Nông sản Xuất khẩu Vàm Cỏ Ví Dụ",
    "Hợp tác xã Nông nghiệp hữu cơ Hoa Sen",
    "Công ty TNHH Quảng cáo Ánh Dương",
    "Doanh nghiệp tư nhân Cơ khí Tư Mẫu",
    "Công ty TNHH Giấy Mây Tre Đan Thủ công Mỹ nghệ",
)
TRADES = (
    "Quán cà phê Hoa Giấy",
    "Tạp hóa Cô Ba",
    "Tiệm may Thanh Nhàn",
    "Cửa hàng vật tư nông nghiệp Út Mẫu",
    "Phở Bắc 1988",
)
STREETS = (
    "đường Hoa Sen, khu phố 3", "đường Cách Mạng Tháng Tám, khu phố Hiệp Bình", "hẻm 45, đường Nguyễn Trãi, khu phố 5",
    "đường Trần Phú, tổ 7", "ấp Long Thới, tổ tự quản số 16", "thôn Nà Mạ",
    "đường liên xã Long Hoa – Trường Tây, ấp Trường Lưu",
)  # fmt: skip
SCREENING = {1: 3, 2: 5, 3: 7, 4: 8, 5: 9}  # second digits of mobile numbers that carriers use


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """One invented person, the same wherever a form asks for it."""

    full_name: str
    sex: str
    born_on: date
    personal_id: str
    phone: str
    email: str
    residence_line: str


def person(
    rng: random.Random, today: date, *, years: tuple[int, int] = (19, 72), sex: str = "", register: str = "072"
) -> SamplePerson:
    """Somebody between two ages. `register` is the three digits with which personal numbers of the province begin."""
    named = rng.choice(LONG) if not sex and rng.random() < 0.12 else None
    chosen = sex or (named[0] if named else rng.choice(("male", "female")))
    name = named[1] if named else f"{rng.choice(FAMILY)} {rng.choice(MIDDLE[chosen])} {rng.choice(GIVEN[chosen])}"
    born_on = today - timedelta(days=rng.randint(years[0] * 366, max(years[0] * 366 + 300, years[1] * 365)))
    return SamplePerson(
        full_name=name,
        sex=chosen,
        born_on=born_on,
        personal_id=personal_id(rng, born_on, chosen, register),
        phone=f"0{rng.choice(list(SCREENING.values()))}{rng.randint(0, 99_999_999):08d}",
        email=f"{search_key(name).replace(' ', '.')[:40]}@vi-du.example",
        residence_line=street(rng),
    )


def child(rng: random.Random, today: date, *, family: str = "", days: tuple[int, int] = (3, 45)) -> SamplePerson:
    """A newborn; without a number yet, but with one in case a form asks."""
    sex = rng.choice(("male", "female"))
    born_on = today - timedelta(days=rng.randint(*days))
    name = f"{family or rng.choice(FAMILY)} {rng.choice(MIDDLE[sex])} {rng.choice(GIVEN[sex])}"
    return SamplePerson(name, sex, born_on, personal_id(rng, born_on, sex, "072"), "", "", "")


def personal_id(rng: random.Random, born_on: date, sex: str, register: str) -> str:
    """A number that fits sex and year of birth; its last six digits are chance."""
    century = (born_on.year // 100 - 19) * 2 + (1 if sex == "female" else 0)
    return f"{register}{century}{born_on.year % 100:02d}{rng.randint(0, 999_999):06d}"


def tax_code(rng: random.Random) -> str:
    """Ten digits whose last one checks the others."""
    while True:
        head = "39" + f"{rng.randint(0, 9_999_999):07d}"
        for last in range(10):
            if TaxCode.is_valid(f"{head}{last}"):
                return f"{head}{last}"


def street(rng: random.Random) -> str:
    """A house number and a street."""
    return f"Số {rng.randint(1, 380)}, {rng.choice(STREETS)}"
