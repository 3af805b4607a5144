"""Somebody with a browser: follows links, fills forms until they are accepted, sends files, minds the words."""

import random
import threading
import time
from dataclasses import dataclass, field
from datetime import date
from typing import Self

import httpx

from tinhso.site import sample_files
from tinhso.site.robot import words
from tinhso.site.robot.answers import Memory
from tinhso.site.robot.page import Form, Page, read

ATTEMPTS_MAX = 12
TIMEOUT_S = 60.0
Uploads = list[tuple[str, tuple[str, bytes, str]]]


class Stuck(RuntimeError):
    """A page did not answer as it should; the message says which and what it said."""

    @classmethod
    def on(cls, page: Page, why: str) -> Self:
        said = "; ".join(page.errors) or page.words[-300:]
        return cls(f"{why}: {page.path} ({page.status}) {said[:300]}")


@dataclass
class Notes:
    """What everybody noticed, gathered from all threads."""

    complaints: dict[str, str] = field(default_factory=dict)  # what, on which page first
    requests: int = 0
    slowest: tuple[float, str] = (0.0, "")
    lock: threading.Lock = field(default_factory=threading.Lock)

    def seen(self, page: Page, seconds: float) -> None:
        # Caught letters are in the language of whoever they were written to.
        said = [] if page.path.endswith("/thu/") else words.complaints(page)
        with self.lock:
            self.requests += 1
            self.slowest = max(self.slowest, (seconds, page.path))
            for complaint in said:
                self.complaints.setdefault(complaint, page.path)


@dataclass
class Visitor:
    """One account's browser, or nobody's. `prefix` is "/en" for somebody who reads English."""

    base: str
    today: date
    notes: Notes
    prefix: str = ""
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(
            base_url=self.base, follow_redirects=True, timeout=TIMEOUT_S, headers={"referer": self.base}
        )

    def get(self, address: str, *, allowed: tuple[int, ...] = ()) -> Page:
        """A page; anything from 400 on is stuck, unless allowed."""
        page = self._asked("GET", address)
        if page.status >= 400 and page.status not in allowed:
            raise Stuck.on(page, "the page does not open")
        return page

    def download(self, address: str) -> httpx.Response:
        with self.notes.lock:
            self.notes.requests += 1
        return self.client.get(address)

    def post(self, form: Form, values: dict[str, list[str]], uploads: Uploads | None = None) -> Page:
        """Sends a form as a browser does, with the anti-forgery value that the page gave."""
        return self._asked("POST", form.action, data=values, files=uploads or None)

    def sign_in(self, email: str, password: str) -> None:
        page = self.get(f"{self.prefix}/dang-nhap/")
        form = page.form_for("login", "password")
        if form is None:
            raise Stuck.on(page, "no sign-in form")
        values = {control.name: [control.value] for control in form.controls if control.name}
        after = self.post(form, values | {"login": [email], "password": [password]})
        if after.status >= 400 or after.form_for("login", "password"):
            raise Stuck.on(after, f"{email} cannot sign in")

    def answer(
        self, page: Page, memory: Memory, known: dict[str, list[str]] | None = None, *, with_files: bool = True
    ) -> Page:
        """Answers a page's form until the next page comes. `known` are answers that are not to be guessed."""
        came_from = page.path
        for _ in range(ATTEMPTS_MAX):
            form = page.posting()
            if form is None:
                raise Stuck.on(page, "no form")
            values = memory.fill(page, form)
            values |= {name: value for name, value in (known or {}).items() if form.named(name)}
            after = self.post(form, values, self._uploads(page, form, memory.rng) if with_files else None)
            if after.status < 400 and after.path != came_from:
                return after
            if after.status not in (200, 422):
                raise Stuck.on(after, "a form failed")
            again = after.posting()
            if again is not None and after.status == 422:
                memory.refused(again)
            page = after
        raise Stuck.on(page, "no answer was good enough")

    def _uploads(self, page: Page, form: Form, rng: random.Random) -> Uploads:
        """A small real file for each file field that has none yet."""
        made: Uploads = []
        for control in form.controls:
            if control.kind != "file" or not control.name or self._has_file(page, control.id):
                continue
            title = page.labels.get(control.id, control.name)
            number = rng.randrange(10**9)
            if rng.random() < 0.25:
                content = sample_files.png(shade=number % 200 + 30, width=120 + number % 97)
                made.append((control.name, (f"{control.name}.png", content, "image/png")))
            else:
                content = sample_files.pdf(title, f"{number}")
                made.append((control.name, (f"{control.name}.pdf", content, "application/pdf")))
        return made

    @staticmethod
    def _has_file(page: Page, control_id: str) -> bool:
        return any(text.startswith("SHA-256") and control_id in page.labels for _, text in page.texts)

    def _asked(self, method: str, address: str, **more: object) -> Page:
        began = time.monotonic()
        response = self.client.request(method, address, **more)  # type: ignore[arg-type]  # data and files of httpx
        page = read(str(response.url), response.status_code, response.text)
        self.notes.seen(page, time.monotonic() - began)
        if response.status_code >= 500:
            raise Stuck.on(page, "the portal failed")
        return page
