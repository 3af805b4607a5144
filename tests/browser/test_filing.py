"""A citizen files: on a phone in Vietnamese, in English, and with script switched off."""

import re
from datetime import date, timedelta

from playwright.sync_api import expect

from .visitors import BIRTH, BORN_OUT_OF_WEDLOCK, CITIZEN, CODE, ENGLISH_READER, PASSWORD, SECOND_CITIZEN, SHORT


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

    mother.walk_to_review(BORN_OUT_OF_WEDLOCK)
    assert "Giấy tờ" in mother.seen
    mother.expect_words("Trần Nguyễn Minh Khang")
    mother.send()
    expect(page.get_by_role("alert")).to_be_visible()  # not yet declared
    code = mother.declare_and_send()
    assert CODE.fullmatch(code)


def test_the_same_birth_is_filed_without_script(visit):
    mother = visit(CITIZEN, width=390, javascript=False)
    mother.go("/")
    mother.page.get_by_role("searchbox").fill("khai sinh")
    mother.page.get_by_role("search").get_by_role("button").click()
    mother.main.get_by_role("link", name="Đăng ký khai sinh", exact=True).first.click()
    mother.press("Nộp trực tuyến")
    mother.send()
    mother.walk_to_review(BORN_OUT_OF_WEDLOCK)
    mother.expect_words("Nguyễn Minh Khang")
    mother.expect_words("giay-chung-sinh.png")
    mother.declare_and_send()


def test_the_same_birth_is_filed_in_english(visit):
    father = visit(ENGLISH_READER, english=True)
    father.go("/")
    father.page.get_by_role("searchbox").fill("birth")
    father.page.get_by_role("search").get_by_role("button").click()
    father.main.get_by_role("link", name=re.compile("Birth registration")).first.click()
    father.press("File online")
    father.send()
    father.walk_to_review(BORN_OUT_OF_WEDLOCK)
    expect(father.page.locator("html")).to_have_attribute("lang", "en")
    father.declare_and_send()
    assert "/en/" in father.page.url
    father.expect_words("Your dossier has been received")


def test_a_draft_is_saved_by_itself_and_found_again_on_another_device(visit):
    phone = visit(SECOND_CITIZEN, width=390)
    phone.begin(SHORT)
    name = phone.page.locator("main input[type=text]").first
    with phone.page.expect_response(re.compile("/tu-luu/")) as saved:
        name.fill("Trần Văn Ví Dụ Tự Lưu")
    assert saved.value.ok
    expect(phone.page.locator("[data-saved]")).to_have_text(re.compile(r"\d{1,2}:\d{2}"))
    unsent = phone.page.url

    desktop = visit(SECOND_CITIZEN)
    desktop.go("/ho-so/")
    desktop.main.locator(f"a[href*='{unsent.split('/ho-so/')[1].split('/')[0]}']").first.click()
    expect(desktop.page.locator("main input[type=text]").first).to_have_value("Trần Văn Ví Dụ Tự Lưu")


def test_a_file_that_lies_about_its_type_is_refused_in_words_and_the_right_one_taken(visit):
    mother = visit(CITIZEN, width=390)
    mother.begin(BIRTH)
    while not mother.page.url.endswith("/giay-to/"):
        mother.fill_in(BORN_OUT_OF_WEDLOCK)
        mother.send()
    at = mother.main.locator("input[type=file]").first
    at.set_input_files({"name": "giay.png", "mimeType": "image/png", "buffer": b"MZ not a picture"})
    refused = mother.main.locator(".upload-receipt--refused").first
    expect(refused).to_contain_text("giay.png")
    mother.choose_file(at)
    taken = mother.main.locator(".upload-receipt:not(.upload-receipt--refused)").first
    expect(taken).to_contain_text("giay-chung-sinh.png")
    expect(taken.locator("code")).to_have_text(re.compile(r"[0-9a-f]{8}( [0-9a-f]{8}){7}"))


def test_sending_twice_files_one_dossier(visit):
    citizen = visit(SECOND_CITIZEN)
    citizen.begin(SHORT)
    citizen.walk_to_review()
    review = citizen.page.url
    code = citizen.declare_and_send()
    citizen.page.goto(review)  # the browser's own way back, and the form sent again
    citizen.expect_words(code)
