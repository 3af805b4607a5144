"""Where to look: dossiers, drafts and papers in every state, found or made once for the tests that visit every page."""

import re
from dataclasses import dataclass, field

from .visitors import (
    ADMINISTRATOR,
    BIRTH,
    BORN_OUT_OF_WEDLOCK,
    CITIZEN,
    CODE,
    LEADER,
    LONG_NAME,
    NEWCOMER,
    ONE_STOP,
    SHORT,
    SPECIALIST,
    Visitor,
)


@dataclass
class World:
    """Words in {braces} of the addresses below, and what stands for them."""

    places: dict[str, str] = field(default_factory=dict)

    def address(self, path: str) -> str:
        return path.format_map(self.places)


# name of the page, who looks at it, its address
PAGES = {
    # everybody
    "home": ("", "/"),
    "catalogue": ("", "/thu-tuc/"),
    "catalogue-found": ("", "/thu-tuc/?q=dang ky khai sin"),
    "catalogue-nothing": ("", "/thu-tuc/?q=zzzzqqqq"),
    "procedure": ("", f"/thu-tuc/{BIRTH}/"),
    "procedure-land": ("", "/thu-tuc/1.012784/"),
    "procedure-elsewhere": ("", "/thu-tuc/1.004194/"),
    "sign-in": ("", "/dang-nhap/"),
    "sign-up": ("", "/dang-ky/"),
    "password-forgotten": ("", "/quen-mat-khau/"),
    "track": ("", "/theo-doi/"),
    "track-wrong": ("", "/theo-doi/?ma=H53.31.02-200101-9999"),
    "tracking-stranger": ("", "/theo-doi/?ma={returned}"),
    "verify": ("", "/kiem-tra/"),
    "verify-paper": ("", "{paper}"),
    "help": ("", "/tro-giup/"),
    "accessibility": ("", "/tiep-can/"),
    "privacy": ("", "/du-lieu-ca-nhan/"),
    "system-state": ("", "/tinh-trang/"),
    "letters": ("", "/thu/"),
    "not-found": ("", "/khong-co-trang-nay/"),
    # citizens
    "mine": (CITIZEN, "/ho-so/"),
    "mine-empty": (NEWCOMER, "/ho-so/"),
    "account": (CITIZEN, "/tai-khoan/"),
    "second-factor": (CITIZEN, "/tai-khoan/xac-thuc/"),
    "begin": (CITIZEN, f"/nop/{SHORT}/"),
    "form": (CITIZEN, "{draft}/child/"),
    "form-parents": (CITIZEN, "{draft}/parents/"),
    "form-papers": (CITIZEN, "{draft}/giay-to/"),
    "review": (CITIZEN, "{draft}/xem-lai/"),
    "give-up": (CITIZEN, "{draft}/xoa/"),
    "receipt": (CITIZEN, "/ho-so/{returned}/bien-nhan/"),
    "tracking": (CITIZEN, "/ho-so/{filed}/"),
    "tracking-result": (CITIZEN, "/ho-so/{returned}/"),
    "withdraw": (CITIZEN, "/ho-so/{filed}/rut/"),
    "mine-long": (LONG_NAME, "/ho-so/"),
    "tracking-long": (LONG_NAME, "/ho-so/{long}/"),
    "receipt-long": (LONG_NAME, "/ho-so/{long}/bien-nhan/"),
    "supplement": (LONG_NAME, "/ho-so/{long}/bo-sung/"),
    # officers
    "inbox": (ONE_STOP, "/ban-lam-viec/"),
    "inbox-agency": (ONE_STOP, "/ban-lam-viec/?xem=agency"),
    "inbox-nothing": (ONE_STOP, "/ban-lam-viec/?q=zzzzqqqq"),
    "dossier": (ONE_STOP, "/ban-lam-viec/{filed}/"),
    "dossier-long": (ONE_STOP, "/ban-lam-viec/{long}/"),
    "dossier-returned": (LEADER, "/ban-lam-viec/{returned}/"),
    "dossier-papers": (ONE_STOP, "/ban-lam-viec/{filed}/giay-to/"),
    "dossier-journal": (ONE_STOP, "/ban-lam-viec/{returned}/nhat-ky/"),
    "dossier-readers": (ONE_STOP, "/ban-lam-viec/{filed}/ai-xem-duoc/"),
    "move-accept": (ONE_STOP, "/ban-lam-viec/{filed}/viec/tiep-nhan/"),
    "move-ask": (ONE_STOP, "/ban-lam-viec/{filed}/viec/bo-sung/"),
    "move-refuse": (ONE_STOP, "/ban-lam-viec/{filed}/viec/tu-choi/"),
    "move-hand-on": (SPECIALIST, "/ban-lam-viec/{accepted}/viec/chuyen-buoc/"),
    "move-decide": (LEADER, "/ban-lam-viec/{accepted}/viec/quyet-dinh/"),
    "move-too-late": (ONE_STOP, "/ban-lam-viec/{accepted}/viec/tiep-nhan/"),
    "reception": (ONE_STOP, "/ban-lam-viec/tiep-nhan/"),
    "search": (ONE_STOP, "/ban-lam-viec/tra-cuu/?q=Nguyễn"),
    "search-nothing": (ONE_STOP, "/ban-lam-viec/tra-cuu/?q=zzzzqqqq"),
    "notices": (ONE_STOP, "/ban-lam-viec/thong-bao/"),
    "administration": (ADMINISTRATOR, "/ban-lam-viec/quan-tri/"),
    "administration-packs": (ADMINISTRATOR, "/ban-lam-viec/quan-tri/goi/"),
    "administration-reactions": (ADMINISTRATOR, "/ban-lam-viec/quan-tri/su-co/"),
    "administration-journal": (ADMINISTRATOR, "/ban-lam-viec/quan-tri/nhat-ky/"),
    "administration-unverified": (ADMINISTRATOR, "/ban-lam-viec/quan-tri/chua-xac-minh/"),
}  # fmt: skip
STATUS = {"not-found": 404, "track-wrong": 404, "move-too-late": 409}

# Pages that come again when what was sent is wrong: who, address, what is written before the primary button is pressed.
WRONG = {
    "sign-in-wrong": ("", "/dang-nhap/", {"login": "ai-do@tay-ninh.example", "password": "khong-phai-mat-khau"}),
    "sign-up-wrong": ("", "/dang-ky/", {}),
    "form-wrong": (CITIZEN, "{draft}/child/", {"child_full_name": "X", "child_born_on-day": "31", "child_born_on-month": "11"}),
    "review-undeclared": (CITIZEN, "{draft}/xem-lai/", {}),
    "verify-wrong": ("", "/kiem-tra/", {}),
    "ask-wrong": (ONE_STOP, "/ban-lam-viec/{filed}/viec/bo-sung/", {}),
    "decide-wrong": (LEADER, "/ban-lam-viec/{accepted}/viec/quyet-dinh/", {}),
}  # fmt: skip


def look_around(citizen: Visitor, long_name: Visitor, officer: Visitor) -> World:
    """Files what is needed, moves it on, and remembers where everything is."""
    world = World()
    world.places["filed"] = citizen.file(BIRTH, BORN_OUT_OF_WEDLOCK)
    world.places["accepted"] = citizen.file(SHORT)
    officer.go(f"/ban-lam-viec/{world.places['accepted']}/viec/tiep-nhan/")
    officer.send()
    world.places["long"] = long_name.file(SHORT)
    officer.go(f"/ban-lam-viec/{world.places['long']}/viec/bo-sung/")
    officer.page.locator("[name=reasons]").first.check(force=True)
    officer.page.fill("[name=words]", "Xin chụp lại trang 2.")
    officer.send()
    citizen.begin(BIRTH)
    citizen.walk_to_review(BORN_OUT_OF_WEDLOCK)
    world.places["draft"] = citizen.page.url.partition("/xem-lai/")[0]
    world.places |= _returned(citizen)
    return world


def _returned(citizen: Visitor) -> dict[str, str]:
    """A dossier of the demonstration whose result was given back, and one of its papers' pages."""
    citizen.go("/ho-so/")
    for row in citizen.main.locator(".mine-list li", has_text="Đã trả kết quả").all():
        code = CODE.search(row.inner_text())
        assert code
        citizen.go(f"/ho-so/{code[0]}/")
        papers = citizen.main.locator("a[href*='/kiem-tra/']")
        if papers.count():
            href = papers.first.get_attribute("href") or ""
            return {"returned": code[0], "paper": re.sub(r"^https?://[^/]+", "", href)}
    raise AssertionError("The demonstration holds no returned dossier of this citizen.")
