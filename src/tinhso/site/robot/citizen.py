"""What citizens do: find a procedure, file, read the receipt, follow, answer, download, verify."""

import random
import re
import time
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote

from tinhso.kernel.text import search_key
from tinhso.site.robot.answers import Memory
from tinhso.site.robot.page import Page
from tinhso.site.robot.visitor import Stuck, Visitor

PAGES_MAX = 40
FOUND_AMONG = 8
PRINTED_S_MAX = 90.0
DUE = re.compile(r"(?P<today>Hôm nay|Today), (?:trước|before)|(?P<day>\d\d/\d\d/\d{4}), (?:trước|before)")
RECEIPT = re.compile(r"/ho-so/([^/]+)/bien-nhan/$")


@dataclass
class Errand:
    """One dossier that is to live: which procedure, what is typed to find it, what becomes of it."""

    code: str
    say: str
    story: str
    seed: int


@dataclass
class Trace:
    """What became of an errand, for the table."""

    errand: Errand
    title: str = ""
    dossier: str = ""
    due_on: date | None = None
    done: set[str] = field(default_factory=set)
    problem: str = ""


def find(who: Visitor, errand: Errand) -> Page:
    """The procedure's page, found as people find it: by typing what they need. It must be among the first answers."""
    found = who.get(f"{who.prefix}/thu-tuc/?q={quote(errand.say)}")
    links = [href for href, _ in found.links if re.search(r"/thu-tuc/\d\.\d{6}/$", href)]
    first = list(dict.fromkeys(links))[:FOUND_AMONG]
    wanted = next((href for href in first if f"/{errand.code}/" in href), "")
    if not wanted:
        raise Stuck.on(found, f"“{errand.say}” does not find {errand.code}")
    return who.get(wanted)


def file(who: Visitor, errand: Errand, trace: Trace, crewed: list[str]) -> Page:
    """From the search to the receipt; the receipt's page. `crewed` are names of places where officers work."""
    procedure = find(who, errand)
    trace.title = procedure.title.partition(" – ")[0]
    start = procedure.link_to(f"/nop/{errand.code}/")
    if not start:
        raise Stuck.on(procedure, "cannot be filed")
    memory = Memory(random.Random(errand.seed), who.today)  # noqa: S311  # invented answers, the same each time
    page = who.get(start)
    page = who.answer(page, memory, _agency(page, crewed))
    for _ in range(PAGES_MAX):
        form = page.posting()
        if form is not None and form.named("declared"):
            return _sent(who, page, errand, trace)
        page = who.answer(page, memory)
    raise Stuck.on(page, "the form does not end")


def _agency(page: Page, crewed: list[str]) -> dict[str, list[str]]:
    """The agency that is proposed, or the first one where somebody works; nothing where there is no choice."""
    form = page.posting()
    controls = form.named("agency") if form else []
    if not controls or controls[0].kind != "select":
        return {}
    labels = {value: label for value, label in controls[0].options if value}
    proposed = labels.get(controls[0].value, "")
    if any(name in proposed for name in crewed):
        return {"agency": [controls[0].value]}
    return {"agency": [next((v for v, label in labels.items() if any(name in label for name in crewed)), "")]}


def _sent(who: Visitor, review: Page, errand: Errand, trace: Trace) -> Page:
    """Declared and sent; in the story “twice” the same form goes off again and must lead to the same dossier."""
    form = review.posting()
    if form is None:
        raise Stuck.on(review, "no form")
    values = Memory(random.Random(0), who.today).fill(review, form) | {"declared": ["yes"]}  # noqa: S311  # as above
    receipt = who.post(form, values)
    found = RECEIPT.search(receipt.path)
    if receipt.status != 200 or not found:
        raise Stuck.on(receipt, "no receipt")
    trace.dossier = found[1]
    trace.done.add("filed")
    if errand.story == "twice":
        again = RECEIPT.search(who.post(form, values).path)
        if not again or again[1] != trace.dossier:
            raise Stuck.on(receipt, "the same form sent twice made two dossiers")
    trace.due_on = _due(receipt, who.today)
    return receipt


def _due(receipt: Page, today: date) -> date | None:
    """The day promised on the receipt; None where the law names no countable term."""
    found = DUE.search(receipt.words)
    if found is None:
        return None
    if found["today"]:
        return today
    day, month, year = (int(part) for part in found["day"].split("/"))
    due_on = date(year, month, day)
    if due_on < today:
        raise Stuck.on(receipt, f"promised for {due_on}, which is over")
    return due_on


def supplement(who: Visitor, trace: Trace) -> None:
    """Answers what was asked for, with files and words."""
    page = who.get(f"{who.prefix}/ho-so/{trace.dossier}/bo-sung/")
    memory = Memory(random.Random(trace.errand.seed), who.today)  # noqa: S311  # as above
    after = who.answer(page, memory, {"words": ["Tôi đã chụp lại rõ và gửi kèm đủ giấy tờ."]})
    if "/bo-sung/" in after.path:
        raise Stuck.on(after, "the supplement did not go off")
    trace.done.add("supplemented")


def withdraw(who: Visitor, trace: Trace) -> None:
    page = who.get(f"{who.prefix}/ho-so/{trace.dossier}/rut/")
    who.answer(page, Memory(random.Random(1), who.today), {"words": ["Tôi xin rút để làm lại."]})  # noqa: S311  # as above
    trace.done.add("withdrawn")


def track(nobody: Visitor, trace: Trace, name: str) -> None:
    """Without signing in the code gives the progress, and no person."""
    page = nobody.get(f"/theo-doi/?ma={trace.dossier}")
    if search_key(trace.dossier) not in search_key(page.words).replace(" ", ""):
        raise Stuck.on(page, "the code is not found")
    if name in page.words:
        raise Stuck.on(page, "following without signing in names the citizen")


def papers(who: Visitor, nobody: Visitor, trace: Trace, wanted: int) -> None:
    """Waits until so many printed papers of the dossier can be downloaded and are known to the checking page."""
    until = time.monotonic() + PRINTED_S_MAX
    known: dict[str, bool] = {}
    while True:
        page = who.get(f"{who.prefix}/ho-so/{trace.dossier}/")
        for href in dict.fromkeys(href for href, _ in page.links if f"/ho-so/{trace.dossier}/tep/" in href):
            if href not in known:
                known[href] = _is_ours(who, nobody, trace, page, href)
        if sum(known.values()) >= wanted:
            trace.done.add("verified")
            return
        if time.monotonic() > until:
            raise Stuck.on(page, f"{sum(known.values())} of {len(known)} papers are verified, not {wanted}")
        time.sleep(1.0)


def _is_ours(who: Visitor, nobody: Visitor, trace: Trace, page: Page, href: str) -> bool:
    """Whether a file of the dossier is one that the house stands for; the citizen's own uploads are not."""
    response = who.download(href)
    if response.status_code != 200 or not response.content:
        raise Stuck.on(page, f"a paper does not download ({response.status_code})")
    return response.content.startswith(b"%PDF") and verify(nobody, trace, response.content)


def verify(nobody: Visitor, trace: Trace, content: bytes) -> bool:
    """Whether the checking page knows the file, byte for byte, and says to which dossier it belongs."""
    page = nobody.get("/kiem-tra/")
    form = page.form_for("token", "file")
    if form is None:
        raise Stuck.on(page, "nothing to verify a file with")
    values = {control.name: [control.value] for control in form.controls if control.name and control.kind == "hidden"}
    after = nobody.post(form, values | {"token": [""]}, [("file", ("giay.pdf", content, "application/pdf"))])
    return after.status == 200 and trace.dossier in after.words
