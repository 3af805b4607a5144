"""Whoever follows a dossier without signing in sees its progress, and no name."""

from .pictures import picture_of_paper
from .visitors import CITIZEN, SHORT


def test_tracking_by_code_shows_the_progress_and_no_name(visit):
    code = visit(CITIZEN).file(SHORT)
    stranger = visit(width=390)
    stranger.go("/")
    stranger.page.locator("#code").fill(code)
    stranger.page.get_by_role("button", name="Xem tiến độ").click()
    stranger.expect_heading(code)
    shown = stranger.page.content()
    for private in ("Nguyễn Thị Mẫu", "072196000001", "0900000001"):
        assert private not in shown


def test_a_code_that_does_not_exist_is_answered_in_words(visit):
    stranger = visit(width=390)
    stranger.page.goto("/theo-doi/?ma=H53.31.02-200101-9999")
    assert stranger.page.locator(".govuk-error-summary, .notice").first.is_visible()


def test_form_01_is_opened_from_the_progress_and_verified_by_its_code(visit, world):
    citizen = visit(CITIZEN)
    citizen.go(world.address("/ho-so/{returned}/"))
    row = citizen.main.locator(".issued li", has_text="(mẫu 01)")
    paper = citizen.page.request.get(row.get_by_role("link").first.get_attribute("href") or "")
    assert paper.body().startswith(b"%PDF")
    picture_of_paper(paper.body(), "form-01")
    row.get_by_role("link", name="Kiểm tra giấy này").click()
    citizen.expect_heading("Giấy tờ này là thật")
