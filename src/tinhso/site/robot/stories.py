"""Which dossiers are filed and what they live through: at least thirty, over crafted and generated procedures."""

import re
from collections.abc import Callable

from tinhso.kernel.text import search_key
from tinhso.site.robot import citizen, officers
from tinhso.site.robot.citizen import Errand, Trace
from tinhso.site.robot.officers import COUNTER, SPECIALIST, People
from tinhso.site.robot.visitor import Visitor

# What people type for the procedures with forms of their own: with and without marks, and with a typing error.
CRAFTED = (
    ("1.001193", ("làm khai sinh", "dang ky khai sin", "birth registration")),
    ("1.000656", ("khai tử", "bao tu", "death registration")),
    ("1.004873", ("xác nhận độc thân", "tinh trang hon nhan", "single status")),
    ("2.000635", ("trích lục", "trich luc ho tich", "extract")),
    ("1.001612", ("mở quán", "dang ky ho kinh doanh", "household business")),
    ("1.012789", ("thông tin thửa đất", "thong tin du lieu dat dai", "land data")),
)
CRAFTED_STORIES = ("whole", "asked", "twice", "file", "race", "english")
GENERATED_STORIES = ("whole", "whole", "rejected", "whole", "refused", "file", "stopped", "whole", "withdrawn", "asked")
GENERATED = 16
LISTED_PAGES_MAX = 12


def errands(nobody: Visitor) -> list[Errand]:
    """The plan: each crafted procedure three times, and procedures of the catalogue whose form is generated."""
    planned = []
    for row, (code, sayings) in enumerate(CRAFTED):
        for column, say in enumerate(sayings):
            story = "english" if column == 2 else CRAFTED_STORIES[(row + column * 3) % 5]
            planned.append(Errand(code, say, story, 100 * row + column))
    crafted = {code for code, _ in CRAFTED}
    others = [(code, title) for code, title in fileable(nobody).items() if code not in crafted]
    spread = others[:: max(1, len(others) // GENERATED)][:GENERATED]
    for number, (code, title) in enumerate(spread):
        say = search_key(title) if number % 2 else title
        planned.append(Errand(code, say, GENERATED_STORIES[number % len(GENERATED_STORIES)], 1000 + number))
    return planned


def fileable(nobody: Visitor) -> dict[str, str]:
    """Code and title of what the catalogue lists and can be filed here; found by leafing through it."""
    listed: dict[str, str] = {}
    page = nobody.get("/thu-tuc/")
    for _ in range(LISTED_PAGES_MAX):
        for href, words in page.links:
            if found := re.search(r"/thu-tuc/(\d\.\d{6})/$", href):
                listed.setdefault(found[1], words)
        onward = re.compile(r"[Tt]iếp|[Ss]au|[Tt]hêm")
        later = next((href for href, words in page.links if "?" in href and onward.search(words)), "")
        if not later:
            break
        page = nobody.get(later)
    return {
        code: title
        for code, title in listed.items()
        if title and nobody.get(f"/thu-tuc/{code}/").link_to(f"/nop/{code}/")
    }


def live(people: People, errand: Errand, trace: Trace, who: Visitor, name: str, crewed: list[str]) -> None:
    """One dossier from the search to its end. Fills `trace`; raises Stuck where a page does not do its part."""
    citizen.file(who, errand, trace, crewed)
    citizen.track(people.nobody(), trace, name)
    STORIES[errand.story](people, trace, who)


def _whole(people: People, trace: Trace, _who: Visitor) -> None:
    _to_the_leader(people, trace)
    officers.decide(people, trace)
    officers.give(people, trace)


def _to_the_leader(people: People, trace: Trace) -> None:
    officers.accept(people, trace)
    officers.hand_on(people, trace, COUNTER)
    officers.hand_on(people, trace, SPECIALIST)


def _asked(people: People, trace: Trace, who: Visitor) -> None:
    officers.ask_for_more(people, trace)
    citizen.supplement(who, trace)
    _whole(people, trace, who)


def _file(people: People, trace: Trace, _who: Visitor) -> None:
    _to_the_leader(people, trace)
    officers.decide(people, trace, as_file=True)
    officers.give(people, trace)


def _rejected(people: People, trace: Trace, _who: Visitor) -> None:
    _to_the_leader(people, trace)
    officers.decide(people, trace, granted=False)
    officers.give(people, trace)


def _refused(people: People, trace: Trace, _who: Visitor) -> None:
    officers.refuse(people, trace)


def _stopped(people: People, trace: Trace, _who: Visitor) -> None:
    officers.accept(people, trace)
    officers.stop(people, trace)


def _withdrawn(_people: People, trace: Trace, who: Visitor) -> None:
    citizen.withdraw(who, trace)


STORIES: dict[str, Callable[[People, Trace, Visitor], None]] = {
    "whole": _whole, "twice": _whole, "race": _whole, "english": _whole, "asked": _asked, "file": _file,
    "rejected": _rejected, "refused": _refused, "stopped": _stopped, "withdrawn": _withdrawn,
}  # fmt: skip
# How many papers the house has printed for the citizen at the end: the application, then what each move prints.
PAPERS = {"asked": 4, "file": 2, "refused": 2, "withdrawn": 1}
PAPERS_OTHERWISE = 3


def look_at_papers(people: People, trace: Trace, who: Visitor) -> None:
    """Every printed paper is there, opens, and is known to the checking page."""
    citizen.papers(who, people.nobody(), trace, PAPERS.get(trace.errand.story, PAPERS_OTHERWISE))
