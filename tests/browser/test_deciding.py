"""Officers decide: the whole way of a dossier, asking for more, and two officers at once."""

import re

from playwright.sync_api import expect

from .visitors import BIRTH, BORN_OUT_OF_WEDLOCK, CITIZEN, LEADER, LONG_NAME, ONE_STOP, SHORT, SPECIALIST, Visitor


def open_from_inbox(officer: Visitor, code: str) -> None:
    officer.go("/ban-lam-viec/")
    officer.page.locator("#list input[type=search]").fill(code)
    officer.page.locator(".filters button").click()
    officer.main.locator("tbody tr", has_text=code).get_by_role("link").first.click()
    expect(officer.page.locator(".dossier-head")).to_contain_text(code)


def do(officer: Visitor, words: str) -> None:
    """The button of “What to do” with these words; its page opens."""
    officer.page.locator(".todo").get_by_role("button", name=words, exact=True).click()
    expect(officer.page.locator("main form[method=post] .form-actions")).to_be_visible()


def test_a_birth_is_accepted_decided_returned_and_its_certificate_verified(visit):
    mother = visit(CITIZEN, width=390)
    code = mother.file(BIRTH, BORN_OUT_OF_WEDLOCK)

    clerk = visit(ONE_STOP)
    open_from_inbox(clerk, code)
    clerk.main.locator("#papers").get_by_label("Đạt", exact=True).check()
    clerk.press("Lưu đánh giá")
    do(clerk, "Tiếp nhận")
    clerk.send()
    clerk.expect_message("Đã tiếp nhận hồ sơ")

    specialist = visit(SPECIALIST)
    open_from_inbox(specialist, code)
    do(specialist, "Chuyển bước")
    specialist.send()
    specialist.expect_message("Đã chuyển hồ sơ")

    leader = visit(LEADER)
    open_from_inbox(leader, code)
    do(leader, "Quyết định")
    leader.send()
    expect(leader.page.locator(".govuk-error-summary")).to_be_visible()  # neither granted nor rejected
    leader.page.locator("[name=outcome][value=granted]").check(force=True)
    leader.page.locator("[name=text]").fill("Giấy khai sinh số 128/2026, Nguyễn Minh Khang.")
    leader.send()

    open_from_inbox(clerk, code)
    do(clerk, "Trả kết quả")
    clerk.page.locator("[name=channel][value=online]").check(force=True)
    clerk.send()

    mother.go(f"/ho-so/{code}/")
    mother.expect_words("Đã có kết quả")
    href = printed(mother, "Tải kết quả")
    with mother.page.expect_download() as fetched:
        mother.page.evaluate(
            "href => { const a = document.createElement('a'); a.href = href; a.download = ''; document.body.append(a); a.click(); }",
            href,
        )
    paper = fetched.value.path()
    assert paper.read_bytes().startswith(b"%PDF")

    stranger = visit(width=390)
    stranger.go("/kiem-tra/")
    stranger.main.locator("input[type=file]").set_input_files(paper)
    stranger.send()
    stranger.expect_heading("Giấy tờ này là thật")
    assert "Nguyễn" not in stranger.main.inner_text()


def printed(visitor: Visitor, words: str) -> str:
    """Papers are printed a moment after the decision; the page is looked at again until it offers them."""
    link = visitor.main.get_by_role("button", name=words)
    for _ in range(240):
        if link.count():
            return link.get_attribute("href") or ""
        visitor.page.wait_for_timeout(250)
        visitor.page.reload()
    raise AssertionError(f"“{words}” did not appear on {visitor.page.url}")


def test_more_is_asked_for_and_the_citizen_answers(visit):
    citizen = visit(LONG_NAME, width=390)
    code = citizen.file(SHORT)

    clerk = visit(ONE_STOP)
    open_from_inbox(clerk, code)
    do(clerk, "Yêu cầu bổ sung")
    clerk.page.locator("[name=reasons]").first.check(force=True)
    clerk.page.locator("[name=words]").fill("Xin chụp lại trang 2, chữ bị mờ.")
    clerk.send()
    expect(clerk.page.locator(".dossier-head .chip").first).to_have_class(re.compile("stopped"))

    citizen.go(f"/ho-so/{code}/")
    citizen.expect_words("Xin chụp lại trang 2, chữ bị mờ.")
    citizen.press("Bổ sung ngay")
    citizen.fill_in()
    citizen.send()
    expect(citizen.page.locator(".todo")).to_have_count(0)


def test_the_second_of_two_officers_is_told_who_was_quicker(visit):
    code = visit(CITIZEN).file(SHORT)
    quick, slow = visit(ONE_STOP), visit(ONE_STOP)
    for officer in (quick, slow):
        officer.go(f"/ban-lam-viec/{code}/viec/tiep-nhan/")
    quick.send()
    slow.send()
    slow.expect_words(re.compile(r"Lê Thị Hồng Hạnh đã tiếp nhận hồ sơ lúc .*\d{2}:\d{2}"))
