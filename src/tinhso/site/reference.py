"""docs/problems.md, made from the code: every expected error, so that a client knows what it may meet.

`python -m tinhso.site.reference` writes it; a test of the repository compares it with what it would be now.
"""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import tinhso
from tinhso.kernel.problems import Problem
from tinhso.site.setup import REPOSITORY
from tinhso.web import catalogue

PAGE = REPOSITORY / "docs" / "problems.md"
HEAD = """\
# Expected errors

Everything that can happen and has an answer is a *problem*. People see its title on a page; a client that asks for JSON
gets RFC 9457 problem details with the same title, `"type": "/problems/<code>"`, the status and the fields named here.
Codes are part of the interface: they are never translated and never change. Everything else is a bug and answers 500.

This page is made from the code by `make docs`; do not edit it.
"""


def every_problem() -> list[type[Problem]]:
    """All subclasses in all rooms, by status and code."""
    for module in pkgutil.walk_packages(tinhso.__path__, "tinhso."):
        if ".migrations" not in module.name and not module.name.endswith("__main__") and _is_read(module.name):
            import_module(module.name)
    found = {problem for problem in _below(Problem) if problem.__module__.startswith("tinhso.")}
    return sorted(found, key=lambda problem: (problem.status, problem.code, problem.__qualname__))


def _is_read(module: str) -> bool:
    """Modules that do something when they are imported are programs of their own."""
    return module not in {"tinhso.site.wsgi", "tinhso.documents.fonts.merge", "tinhso.documents.page_picture"}


def _below(problem: type[Problem]) -> Iterator[type[Problem]]:
    for each in problem.__subclasses__():
        yield each
        yield from _below(each)


def vietnamese() -> dict[str, str]:
    """Every translated text of every room's catalogue."""
    words: dict[str, str] = {}
    for file in sorted(catalogue.SOURCE.glob("*/locale/vi/LC_MESSAGES/django.po")):
        for message in catalogue.read(file):
            if message.id and message.string and not message.fuzzy and isinstance(message.id, str):
                words[message.id] = str(message.string)
    return words


def problems_page() -> str:
    words = vietnamese()
    lines = [HEAD]
    status = 0
    for problem in every_problem():
        if problem.status != status:
            status = problem.status
            lines.append(f"\n## {status}\n\n| code | title | fields | room |\n|---|---|---|---|")
        title = f"{problem.title} <br> {words.get(problem.title, '')}"
        fields = ", ".join(f"`{name}`" for name in problem.fields) or "—"
        lines.append(f"| `{problem.code}` | {title} | {fields} | {problem.__module__.split('.')[1]} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page. Django must be set up, since rooms with tables are imported."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.site.settings")
    django.setup()
    PAGE.write_text(problems_page(), "utf-8")


if __name__ == "__main__":
    main()
