"""What is written for people is true: links lead somewhere, verbs exist, words are explained, decisions are numbered."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from django.apps import apps
from repo_sources import REPOSITORY, ROOMS, read, tracked

from tinhso.site.cli import app, journal_app, packs_app

ARCHITECTURE_LINES_MAX = 300
README_LINES_MAX = 60
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
VERB = re.compile(r"\bmake ([a-z]+)\b")
COMMAND = re.compile(r"\btinhso ([a-z][a-z-]*)(?: ([a-z]+))?")
ADR = re.compile(r"docs/adr/(\d{4})-([a-z0-9-]+)\.md")
SECTIONS = ("## Context", "## Decision", "## Consequences")


def pages() -> list[str]:
    return [name for name in tracked() if name.endswith(".md") and not name.startswith("frontend/node_modules")]


def dead_links(page: str, text: str) -> Iterator[str]:
    for target in LINK.findall(text):
        if "://" in target or target.startswith(("#", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        where = (REPOSITORY / PurePosixPath(page).parent / path).resolve()
        if not where.exists():
            yield f"{page}: {target}"
        elif anchor and where.suffix == ".md" and anchor not in _anchors(where.read_text("utf-8")):
            yield f"{page}: {target} has no such heading"


def _anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def unknown_verbs(text: str, makefile: str) -> set[str]:
    """Verbs in code of a page that the Makefile does not have."""
    code = "\n".join(re.findall(r"```.*?```|`[^`]+`", text, re.DOTALL))
    return set(VERB.findall(code)) - set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def commands() -> set[str]:
    names = {
        (each.name or each.callback.__name__).replace("_", "-") for each in app.registered_commands if each.callback
    }
    below = {f"packs {each.name}" for each in packs_app.registered_commands}
    return names | below | {f"journal {each.name}" for each in journal_app.registered_commands}


def unknown_commands(text: str, known: set[str]) -> set[str]:
    code = "\n".join(re.findall(r"```.*?```|`[^`]+`", text, re.DOTALL))
    return {
        first
        for first, second in COMMAND.findall(code)
        if first not in {name.split()[0] for name in known}
        or (first in ("packs", "journal") and second and f"{first} {second}" not in known)
    }


def spoken(model_name: str) -> str:
    """UnitClosure is called “unit closure”."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", model_name).lower()


def decisions() -> dict[str, str]:
    return {name: read(name) for name in tracked() if ADR.fullmatch(name)}


def faults(name: str, text: str) -> Iterator[str]:
    """What is wrong with a decision record: number = file name = heading; context, decision, consequences; one page."""
    number, slug = ADR.fullmatch(name).groups()
    heading = text.splitlines()[0]
    words = re.sub(r"[^a-z0-9]+", "-", heading.partition(". ")[2].lower()).strip("-")
    if not heading.startswith(f"# {number}. ") or words != slug:
        yield f"{name}: the heading is {heading!r}"
    yield from (f"{name}: no {section!r}" for section in SECTIONS if section not in text)
    if text.count("\n") > 60:
        yield f"{name}: longer than a page"


def test_links_lead_somewhere():
    assert [words for page in pages() for words in dead_links(page, read(page))] == []


def test_verbs_and_commands_that_pages_name_exist():
    makefile = read("Makefile")
    assert {page: unknown for page in pages() if (unknown := unknown_verbs(read(page), makefile))} == {}
    assert {page: unknown for page in pages() if (unknown := unknown_commands(read(page), commands()))} == {}


def test_the_readme_fits_on_a_page_and_names_the_two_commands():
    text = read("README.md")
    assert text.count("\n") <= README_LINES_MAX
    assert "make demo" in text
    assert "make test" in text


def test_the_architecture_is_short_and_names_every_room_and_its_tests():
    text = read("ARCHITECTURE.md")
    assert text.count("\n") <= ARCHITECTURE_LINES_MAX
    assert [room for room in ROOMS if f"`{room}`" not in text] == []
    named = set(re.findall(r"`(tests/[\w/]+\.py|tests/[\w/]+)`", text))
    assert len(named) > 10
    assert [name for name in named if not (REPOSITORY / name).exists()] == []


def test_every_room_and_every_table_is_in_the_glossary():
    text = read("docs/glossary.md").lower()
    nouns = [spoken(model.__name__) for model in apps.get_models() if model._meta.app_label in ROOMS]
    assert len(nouns) > 30
    assert [noun for noun in nouns if not re.search(rf"\| (?:[^|]*, )?{noun}(?:,| \(| \||:)", text)] == []
    rooms = {"cases", "documents", "identity", "notices", "places", "journal", "kernel", "packs", "web", "site"}
    assert [room for room in sorted(rooms) if room.rstrip("s") not in text] == []


def test_decisions_are_numbered_named_and_complete():
    found = decisions()
    numbers = sorted(ADR.fullmatch(name)[1] for name in found)
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    assert [words for name, text in found.items() for words in faults(name, text)] == []
    index = read("docs/adr/README.md")
    assert [name for name in found if PurePosixPath(name).name not in index] == []


def test_the_licence_is_the_one_that_the_package_names():
    assert read("LICENSE").startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert 'license = "EUPL-1.2"' in read("pyproject.toml")


def test_a_dead_link_a_missing_verb_and_a_careless_decision_are_noticed():
    assert list(dead_links("README.md", "see [it](docs/nowhere.md)"))
    assert not list(dead_links("README.md", "see [it](LICENSE)"))
    assert unknown_verbs("run `make coffee`", "demo: setup") == {"coffee"}
    assert unknown_commands("run `tinhso brew`", {"demo"}) == {"brew"}
    assert len(list(faults("docs/adr/0001-a-thing.md", "# 2. Another\n"))) == 4
