"""A citizen files: on a phone in Vietnamese, in English, and with script switched off."""

import re
from datetime import date, timedelta

from playwright.sync_api import expect

from .visitors import CITIZEN, CODE, PASSWORD

BIRTH = "1.001193"
COPY = "2.000815"


def test_a_mother_registers_a_birth_on_her_phone(visit):
    mother = visit(width=390)
    page = mother.page
    mother.go("/")
    page.get_by_role("searchbox").fill("dang ky khai sin")
    page.get_by_role("search").get_by_role("button").click()
    mother.main.get_by_role("link", name="Đăng ký khai sinh", exact=True).first.click()
    mother.expect_heading("Đăng ký khai sinh")
    mother.press("Nộp trực tuyến")

    page.wait_for_url(re.compile("/dang-nhap/"))
    page.fill("input[name=login]", CITIZEN)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")

    expect(page.get_by_label("Xã, phường")).not_to_have_value("")  # known: where she lives
    mother.press("Bắt đầu")
    expect(page.get_by_label("Họ, chữ đệm, tên").first).to_have_value("Nguyễn Thị Mẫu")
    page.get_by_label("Mẹ", exact=True).check(force=True)
    page.get_by_label("Thông thường").check(force=True)
    mother.send()

    born = date.today() - timedelta(days=20)
    mother.expect_heading("Trẻ được khai sinh")
    page.get_by_label("Họ, chữ đệm, tên của trẻ").fill("Trần Nguyễn Minh Khang")
    page.get_by_label("Nam", exact=True).check(force=True)
    mother.write_date("child_born_on", 31, 11, 2026)
    mother.fill_in({"birth_count": "one"})
    mother.send()

    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("tháng 11")
    expect(page.get_by_label("Họ, chữ đệm, tên của trẻ")).to_have_value("Trần Nguyễn Minh Khang")
    expect(page.locator("[name=child_born_on-day]")).to_have_value("31")
    summary.get_by_role("link").click()
    expect(page.locator("[name=child_born_on-day]")).to_be_focused()
    mother.write_date("child_born_on", born.day, born.month, born.year)
    mother.send()

    mother.walk_to_review({"parents_status": "never", "father_known": "false", "result_channel": "online"})
    assert "Giấy tờ" in mother.seen
    mother.expect_words("Trần Nguyễn Minh Khang")
    mother.send()
    expect(page.get_by_role("alert")).to_be_visible()  # not yet declared
    code = mother.declare_and_send()
    assert CODE.fullmatch(code)
