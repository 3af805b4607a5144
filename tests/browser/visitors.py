"""Somebody with a browser, and what people do on a page: fill it in, send it, look around."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from playwright.sync_api import Locator, Page, expect

PASSWORD = "tinhso-demo-2026"
CITIZEN = "cong-dan@tay-ninh.example"
SECOND_CITIZEN = "cong-dan-2@tay-ninh.example"
LONG_NAME = "ten-dai@tay-ninh.example"
ENGLISH_READER = "english@tay-ninh.example"
NEWCOMER = "tai-khoan-moi@tay-ninh.example"
ONE_STOP = "mot-cua.tan-ninh@tay-ninh.example"
SPECIALIST = "chuyen-vien.tan-ninh@tay-ninh.example"
LEADER = "lanh-dao.tan-ninh@tay-ninh.example"
ADMINISTRATOR = "quan-tri@tay-ninh.example"

BIRTH = "1.001193"
SHORT = "2.000635"  # an extract from the register of civil status
BORN_OUT_OF_WEDLOCK = {"parents_status": "never", "father_known": "no", "result_channel": "online"}

CODE = re.compile(r"H53(?:\.\d+)+-\d{6}-\d{4}")
PAGES_MAX = 20

# Every control that one can see and that holds nothing yet; a group of radios or a date counts once.
EMPTY_CONTROLS = """
() => {
  const seen = new Set(), found = [];
  for (const control of document.querySelectorAll('main form[method=post] :is(input, select, textarea)')) {
    if (['hidden', 'submit', 'search'].includes(control.type) || control.disabled) continue;
    if (control.type !== 'radio' && control.offsetParent === null) continue;
    const {name, type} = control;
    const day = name.match(/^(.*)-(day|month|year)$/);
    if (day) { if (!control.value) found.push({name, type: day[2], value: ''}); continue; }
    if (type === 'radio') {
      if (seen.has(name)) continue;
      seen.add(name);
      if (!document.querySelector(`input[type=radio][name="${name}"]:checked`)) found.push({name, type, value: control.value});
      continue;
    }
    if (type === 'checkbox') { if (!control.checked && !seen.has(name)) { seen.add(name); found.push({name, type, value: control.value}); } continue; }
    if (type === 'file') { if (!document.querySelector(`#${control.id}-files .upload-receipt`)) found.push({name, type, value: ''}); continue; }
    if (control.tagName === 'SELECT') { if (!control.value) found.push({name, type: 'select', value: [...control.options].map(o => o.value).find(v => v) || ''}); continue; }
    if (!control.value) found.push({name, type: ['numeric', 'decimal'].includes(control.inputMode) ? 'number' : type, value: control.list?.options[0]?.value || ''});
  }
  return found;
}
"""

FACTS = {
    "full_name": "Nguyễn Thị Bích Ngọc",
    "personal_id": "072196000001",
    "phone": "0900000001",
    "email": "bich.ngoc@tay-ninh.example",
    "serial": "CS 123456",
    "parcel_number": "128",
    "born_at": "06:45",
    "child_full_name": "Nguyễn Minh Khang",
    "child_born_on": -20,
    "notification_on": -18,
    "mother_born_on": -30 * 365,
    "father_born_on": -32 * 365,
    "born_on": -30 * 365,
}
PLACE = "Phường Tân Ninh, tỉnh Tây Ninh"
ROLES = (("mother", "Trần Thị Cúc"), ("father", "Nguyễn Văn Lâm"))


def guess(name: str, kind: str, offered: str) -> str:
    """What somebody writes into a field of this name, so that the page accepts it."""
    whole = name.removesuffix(f"-{kind}")
    known = next((FACTS[key] for key in sorted(FACTS, key=len, reverse=True) if whole.endswith(key)), "")
    if kind in ("day", "month", "year"):
        day = date.today() + timedelta(days=known if isinstance(known, int) else -100)
        return str(getattr(day, kind))
    if kind in ("radio", "select", "checkbox") or (offered and "unit" not in name):
        return offered
    if name.endswith("full_name"):
        return next((full for role, full in ROLES if name.startswith(role)), str(known))
    return str(known) or ("1" if kind == "number" else PLACE if "unit" in name else "Theo giấy tờ gửi kèm")


@dataclass
class Visitor:
    page: Page
    who: str = ""
    english: bool = False
    has_script: bool = True
    seen: list[str] = field(default_factory=list)

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    @property
    def heading(self) -> str:
        return self.page.locator("h1").first.inner_text()

    def go(self, path: str, *, status: int = 200) -> None:
        answer = self.page.goto(f"/en{path}" if self.english else path)
        assert answer is not None
        assert answer.status == status, f"{answer.status} {answer.url}"

    def follow(self, words: str) -> None:
        """Clicks the link with these words in the page's main part."""
        self.main.get_by_role("link", name=words).first.click()

    def press(self, words: str) -> None:
        self.main.get_by_role("button", name=words, exact=True).first.click()

    def expect_heading(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.locator("h1").first).to_have_text(words)

    def expect_words(self, words: str | re.Pattern[str]) -> None:
        expect(self.main).to_contain_text(words)

    def expect_message(self, words: str) -> None:
        """What the program says at the top about what was just done."""
        expect(self.page.locator(".notice--done").first).to_contain_text(words)

    def write_date(self, name: str, day: int, month: int, year: int) -> None:
        for part, value in (("day", day), ("month", month), ("year", year)):
            self.page.fill(f"[name='{name}-{part}']", str(value))

    # -- a whole form

    def fill_in(self, answers: Mapping[str, str] | None = None) -> None:
        """Every empty field of the page: as told by `answers`, else what fits its name."""
        answers = answers or {}
        for control in self.page.evaluate(EMPTY_CONTROLS):
            name, kind, offered = control["name"], control["type"], control["value"]
            value = answers.get(name) or guess(name, kind, offered)
            at = self.page.locator(f"main [name='{name}']")
            if kind == "radio":
                self.page.locator(f"main [name='{name}'][value='{value}']").check(force=True)
            elif kind == "checkbox":
                at.first.check(force=True)
            elif kind == "select":
                at.select_option(value)
            elif kind == "file":
                self.choose_file(at)
            else:
                at.fill(value)

    def choose_file(self, at: Locator, name: str = "giay-chung-sinh.png") -> None:
        from tinhso.site.sample_files import png

        at.set_input_files({"name": name, "mimeType": "image/png", "buffer": png()})

    def send(self) -> None:
        """The page's one primary button."""
        self.main.locator("form[method=post] .form-actions .govuk-button").first.click()
        self.page.wait_for_load_state()

    def begin(self, procedure: str, *, agency: str = "H53.31.02") -> None:
        """Into a new draft, to be decided in phường Tân Ninh unless said otherwise."""
        self.go(f"/nop/{procedure}/")
        if self.main.locator("select[name=agency]").count():
            self.page.select_option("[name=agency]", agency)
        self.send()

    def walk_to_review(self, answers: Mapping[str, str] | None = None) -> None:
        """Fills page after page until the review; `seen` keeps the headings."""
        for _ in range(PAGES_MAX):
            if "/xem-lai/" in self.page.url:
                return
            wrong = self.main.locator(".govuk-error-summary")
            assert not wrong.count(), f"{self.heading}: {wrong.inner_text()}"
            self.seen.append(self.heading)
            self.fill_in(answers)
            uploads = self.main.locator("[data-upload-url]")
            if self.page.url.endswith("/giay-to/") and uploads.count() and self.has_script:
                expect(self.main.locator(".upload-receipt code").first).not_to_be_empty()
                self.page.wait_for_load_state("networkidle")
            self.send()
        raise AssertionError(f"No review after {PAGES_MAX} pages: {self.seen}")

    def declare_and_send(self) -> str:
        """From the review to the receipt; the dossier's code."""
        self.page.locator("#f-declared").check(force=True)
        self.send()
        self.page.wait_for_url(re.compile("/bien-nhan/"))
        return code_on(self.page)

    def file(self, procedure: str, answers: Mapping[str, str] | None = None) -> str:
        """A whole dossier, from the first page to its code."""
        self.begin(procedure)
        self.walk_to_review(answers)
        return self.declare_and_send()


def code_on(page: Page) -> str:
    found = CODE.search(page.locator("main").inner_text())
    assert found, f"No dossier code on {page.url}"
    return found[0]
