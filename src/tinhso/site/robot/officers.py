"""What officers do at their desk: find the dossier, make the next move, give the result."""

import random
import threading
from dataclasses import dataclass, field
from datetime import date

from tinhso.site.robot.answers import Memory
from tinhso.site.robot.citizen import Trace
from tinhso.site.robot.page import Page
from tinhso.site.robot.visitor import Notes, Stuck, Visitor

COUNTER, SPECIALIST, LEADER = "mot-cua", "chuyen-vien", "lanh-dao"
RESULT = "Chấp thuận đề nghị của người nộp hồ sơ. Kết quả có giá trị kể từ ngày ký."
REJECTED = "Không chấp thuận vì hồ sơ không đủ điều kiện theo quy định."


@dataclass(frozen=True)
class Account:
    """A line of the table that the demonstration prints."""

    who: str
    email: str
    password: str


@dataclass
class People:
    """Everybody's browsers: one per account, opened when first needed."""

    base: str
    today: date
    notes: Notes
    accounts: list[Account]
    _visitors: dict[str, Visitor] = field(default_factory=dict)
    _holders: dict[tuple[str, str], Visitor] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def browser(self, email: str, *, prefix: str = "") -> Visitor:
        """That account's browser, signed in."""
        with self._lock:
            if email not in self._visitors:
                account = next(one for one in self.accounts if one.email == email)
                visitor = Visitor(self.base, self.today, self.notes, prefix)
                visitor.sign_in(account.email, account.password)
                self._visitors[email] = visitor
            return self._visitors[email]

    def nobody(self) -> Visitor:
        """Somebody who has no account."""
        return Visitor(self.base, self.today, self.notes)

    def officer(self, role: str, dossier: str) -> Visitor:
        """Whoever of that role can open the dossier; remembered by the agency in its code."""
        agency = dossier.rsplit("-", 2)[0]
        with self._lock:
            if (role, agency) not in self._holders:
                self._holders[role, agency] = self._who_opens(role, dossier)
            return self._holders[role, agency]

    def _who_opens(self, role: str, dossier: str) -> Visitor:
        for account in self.accounts:
            if account.email.startswith(f"{role}."):
                visitor = self.browser(account.email)
                if visitor.get(f"/ban-lam-viec/{dossier}/", allowed=(403, 404)).status == 200:
                    return visitor
        raise Stuck(f"no {role} can open {dossier}")


def seen_on_desk(officer: Visitor, trace: Trace) -> None:
    """A dossier just filed is found from the desk by its code."""
    page = officer.get(f"/ban-lam-viec/tra-cuu/?q={trace.dossier}")
    if trace.dossier not in page.words.replace(" ", "") and not page.link_to(f"/ban-lam-viec/{trace.dossier}/"):
        raise Stuck.on(page, "the desk does not find the dossier")


def move(
    officer: Visitor, trace: Trace, slug: str, known: dict[str, list[str]] | None = None, *, with_files: bool = False
) -> Page:
    """The dossier's page offers the move; its form is answered; the dossier's page comes again."""
    page = officer.get(f"/ban-lam-viec/{trace.dossier}/")
    link = page.link_to(f"/{trace.dossier}/viec/{slug}/")
    if not link:
        raise Stuck.on(page, f"the move “{slug}” is not offered")
    memory = Memory(random.Random(trace.errand.seed), officer.today)  # noqa: S311  # invented answers
    return officer.answer(officer.get(link), memory, known, with_files=with_files)


def accept(people: People, trace: Trace) -> None:
    officer = people.officer(COUNTER, trace.dossier)
    seen_on_desk(officer, trace)
    stale = officer.get(f"/ban-lam-viec/{trace.dossier}/viec/tiep-nhan/") if trace.errand.story == "race" else None
    move(officer, trace, "tiep-nhan")
    trace.done.add("accepted")
    if stale is not None:
        _too_late(officer, stale)


def _too_late(officer: Visitor, stale: Page) -> None:
    """The page of a colleague who was slower: told in words, nothing written."""
    form = stale.posting()
    if form is None:
        raise Stuck.on(stale, "no form")
    values = {control.name: [control.value] for control in form.controls if control.name}
    after = officer.post(form, values)
    if after.status != 409:
        raise Stuck.on(after, "the second of two officers was not told that the dossier moved on")


def ask_for_more(people: People, trace: Trace) -> None:
    words = ["Bản chụp mờ, không đọc được dấu. Xin chụp lại đủ bốn góc."]
    move(people.officer(COUNTER, trace.dossier), trace, "bo-sung", {"words": words})
    trace.done.add("asked")


def refuse(people: People, trace: Trace) -> None:
    words = ["Việc này thuộc thẩm quyền của cơ quan khác."]
    move(people.officer(COUNTER, trace.dossier), trace, "tu-choi", {"words": words})
    trace.done.add("refused")


def stop(people: People, trace: Trace) -> None:
    words = ["Đang có đơn tranh chấp; dừng cho đến khi có kết quả."]
    move(people.officer(LEADER, trace.dossier), trace, "dung", {"words": words})
    trace.done.add("stopped")


def hand_on(people: People, trace: Trace, role: str) -> None:
    """To the next step that the page proposes, for everybody who does it."""
    move(people.officer(role, trace.dossier), trace, "chuyen-buoc", {"to": [""], "words": ["Kính chuyển."]})
    trace.done.add("handed on")


def decide(people: People, trace: Trace, *, granted: bool = True, as_file: bool = False) -> None:
    """With a text that the house prints, or with a file that it gives as it is."""
    text = "" if as_file else RESULT if granted else REJECTED
    known = {"outcome": ["granted" if granted else "rejected"], "text": [text]}
    officer = people.officer(LEADER, trace.dossier)
    move(officer, trace, "quyet-dinh", known, with_files=as_file)
    trace.done.add("decided")
    if trace.due_on is None or officer.today <= trace.due_on:
        trace.done.add("on time")


def give(people: People, trace: Trace) -> None:
    known = {"channel": ["online"], "received_by": [""]}
    move(people.officer(COUNTER, trace.dossier), trace, "tra-ket-qua", known)
    trace.done.add("returned")
