"""A whole province as `make demo` starts it, a real Chromium in front of it, and visitors who come and go.

The province (database, follower, worker, caught mail, demo dossiers) and the browser live as long as this folder's
tests: one start for all. Every page that a test opens is watched: an error of a script, a broken rule of the content
policy or a crash of the server fails the test that saw it.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tinhso.site import environ, setup
from tinhso.site.processes import Supervisor
from tinhso.site.throwaway import Throwaway, new_folder

from .pictures import picture_of_failure
from .portal import Portal, free_port
from .visitors import CITIZEN, LONG_NAME, ONE_STOP, PASSWORD, Visitor
from .world import World, look_around

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic", "--no-first-run",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE_MS = 10_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def portal() -> Iterator[Portal]:
    """Its own, or the demo that already runs at TINHSO_PORTAL (for people who write these tests)."""
    if running := os.environ.get("TINHSO_PORTAL"):
        yield Portal(running)
        return
    setup.prepare(print)
    folder = new_folder()
    environment = environ.read(
        {"DATA_DIR": str(folder), "PORT": str(free_port()), "MAIL_PORT": str(free_port()), "PROVINCE": "tay-ninh"}
    )
    supervisor = Supervisor(environment, demo=True, logs_to_files=True)
    try:
        supervisor.start()
        yield Portal(supervisor.address, supervisor)
    finally:
        supervisor.stop()
        Throwaway(folder).end()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    # Not for the whole session: while Playwright runs, Django takes its thread for an asynchronous one.
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=setup.find_browser(), args=list(ARGUMENTS))
    yield browser
    browser.close()


@dataclass
class SignIns:
    """Everybody signs in once, through the page; later visits bring the cookies."""

    portal: Portal
    chromium: Browser
    kept: dict[str, Any] = field(default_factory=dict)

    def of(self, email: str) -> Any:
        if email not in self.kept:
            context = self.chromium.new_context(base_url=self.portal.address, locale="vi-VN")
            page = context.new_page()
            page.goto("/dang-nhap/")
            page.fill("input[name=login]", email)
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_url(lambda url: "/dang-nhap/" not in url)
            self.kept[email] = context.storage_state()
            context.close()
        return self.kept[email]


@pytest.fixture(scope="package")
def sign_ins(portal: Portal, chromium: Browser) -> SignIns:
    return SignIns(portal, chromium)


Visit = Callable[..., Visitor]


@dataclass
class Visits:
    """Browsers of their own for whoever comes."""

    portal: Portal
    chromium: Browser
    sign_ins: SignIns
    contexts: list[BrowserContext] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    def __call__(
        self,
        who: str = "",
        *,
        width: int = 1440,
        javascript: bool = True,
        english: bool = False,
        axe: bool = False,
        expects_trouble: bool = False,
    ) -> Visitor:
        context = self.chromium.new_context(
            base_url=self.portal.address,
            viewport={"width": width, "height": 844 if width < 700 else 900},
            has_touch=width < 700,
            java_script_enabled=javascript,
            bypass_csp=axe,
            reduced_motion="reduce",
            locale="en-GB" if english else "vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            storage_state=self.sign_ins.of(who) if who else None,
        )
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        page = context.new_page()
        if not expects_trouble:
            _watch(page, self.trouble)
        return Visitor(page, who, english=english, has_script=javascript)

    def end(self) -> None:
        for context in self.contexts:
            context.close()
        assert not self.trouble, "\n".join(self.trouble)


@pytest.fixture
def visit(request: pytest.FixtureRequest, portal: Portal, chromium: Browser, sign_ins: SignIns) -> Iterator[Visit]:
    """Somebody comes with a browser of their own: `visit(email, width=390, javascript=False, english=True)`.

    Without an e-mail address nobody is signed in. `axe=True` lets the accessibility checker into the page.
    """
    visits = Visits(portal, chromium, sign_ins)
    yield visits
    report = getattr(request.node, "report_of_call", None)
    if report is not None and report.failed:
        for number, context in enumerate(visits.contexts):
            for page in context.pages:
                picture_of_failure(page, f"{request.node.name}-{number}")
    visits.end()


@pytest.fixture(scope="package")
def visits(portal: Portal, chromium: Browser, sign_ins: SignIns) -> Iterator[Visit]:
    """The same for what is prepared once for several tests."""
    made = Visits(portal, chromium, sign_ins)
    yield made
    made.end()


@pytest.fixture(scope="package")
def world(visits: Visit) -> World:
    return look_around(visits(CITIZEN), visits(LONG_NAME), visits(ONE_STOP))


def _watch(page: Page, trouble: list[str]) -> None:
    page.on("pageerror", lambda error: trouble.append(f"{page.url}: {error}"))
    page.on("response", lambda answer: answer.status >= 500 and trouble.append(f"{answer.status} {answer.url}"))
    page.on(
        "console",
        lambda said: (
            said.type == "error"
            and "Failed to load resource" not in said.text
            and trouble.append(f"{page.url}: {said.text}")
        ),
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    setattr(item, f"report_of_{report.when}", report)
    return report
