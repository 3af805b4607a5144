"""Every expected error has a code of its own, a title in both languages, a status, and its line on docs/problems.md."""

import re
from collections import Counter

from repo_sources import read

from tinhso.kernel.problems import NotFound, Problem
from tinhso.site.reference import every_problem, problems_page, vietnamese

CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def faults(problems: list[type[Problem]], words: dict[str, str]) -> list[str]:
    codes = Counter(problem.code for problem in problems)
    found = []
    for problem in problems:
        if codes[problem.code] > 1:
            found.append(f"{problem.__qualname__}: {problem.code} is used twice")
        if not CODE.fullmatch(problem.code):
            found.append(f"{problem.__qualname__}: {problem.code} is no code")
        if not words.get(problem.title):
            found.append(f"{problem.__qualname__}: no Vietnamese for {problem.title!r}")
        if problem.status not in (403, 404, 409, 422, 502, 503):
            found.append(f"{problem.__qualname__}: status {problem.status}")
    return found


def test_every_expected_error_has_a_code_a_status_and_a_title_in_both_languages():
    problems = every_problem()
    assert len(problems) > 40
    assert faults(problems, vietnamese()) == []


def test_every_expected_error_is_documented():
    assert read("docs/problems.md") == problems_page(), "run `make docs`"


def test_a_careless_error_is_noticed():
    one = type("One", (NotFound,), {"code": "lost", "title": "Lost.", "__module__": "sample"})
    two = type("Two", (NotFound,), {"code": "lost", "title": "Gone.", "__module__": "sample"})
    odd = type("Odd", (Problem,), {"code": "Odd Code", "title": "Odd.", "__module__": "sample"})
    assert len(faults([one, two, odd], {"Lost.": "Mất.", "Odd.": "Lạ."})) == 5
    del one, two, odd
