"""Invariants 11 and 13: every list has a limit and an order, and the program's role plans each question anew."""

import ast
import re
from collections.abc import Iterator

from repo_sources import Source, dotted, sample, sources

from tinhso.site.database import connection_options

QUESTION = re.compile(r"^\s*(--[^\n]*\n\s*)*(SELECT|WITH)\b")
CHANGES = re.compile(r"\b(INSERT|UPDATE|DELETE|FOR UPDATE)\b")
ONE_ROW = re.compile(
    r"^\s*SELECT\s+(count\(|position\b|position, peaks|h\.position|1 FROM pg_|geometry)|WHERE (e\.)?(id|code|sha256|token) = %"
)
COLLECTING = frozenset({"list", "tuple", "set", "frozenset", "sorted", "dict"})

# Questions without a LIMIT: what bounds each.
BOUNDED = {
    "cases/search.py": "as many rows as the search has words; the page's own LIMIT is put on where the text is completed",
    "journal/append.py": "as many rows as were handed over",
    "journal/queries.py": "a window of positions, at most LIMIT_MAX wide",
    "journal/seal.py": "as many rows as places were asked for: the height of the tree",
    "journal/verify.py": "batches of positions",
    "places/actions.py": "units and agencies of one pack, loaded as a whole",
    "places/points.py": "boundaries whose box holds the point",
}
BOUNDED_ROWS = {
    "cases/actions/drafts.py": "papers of one draft",
    "documents/actions.py": "documents asked for by id; a batch of fingerprints",
    "places/snapshot.py": "units and agencies of the province, kept in memory",
}


def open_questions(source: Source) -> Iterator[str]:
    """SQL that reads rows and says neither how many nor which one."""
    for line, text in source.texts():
        words = " ".join(text.split())
        reads = QUESTION.match(text) and " FROM " in words.upper() and not CHANGES.search(text)
        if reads and "LIMIT" not in text and not ONE_ROW.search(words):
            yield f"src/tinhso/{source.name}:{line}: {words[:70]}"


def unordered(source: Source) -> Iterator[str]:
    """A LIMIT without an ORDER BY gives any rows."""
    for line, text in source.texts():
        if QUESTION.match(text) and "LIMIT %" in text and "ORDER BY" not in text:
            yield f"src/tinhso/{source.name}:{line}: {' '.join(text.split())[:70]}"


def open_rows(source: Source) -> Iterator[str]:
    """A table's rows gathered or walked through without a slice."""
    for node in ast.walk(source.tree):
        taken: list[ast.expr] = []
        if isinstance(node, ast.Call) and dotted(node.func) in COLLECTING:
            taken = node.args[:1]
        elif isinstance(node, ast.For | ast.comprehension):
            taken = [node.iter]
        for each in taken:
            if not isinstance(each, ast.Subscript) and ".objects." in f"{dotted(each)}.":
                yield f"{source.at(each)}: {ast.unparse(each)[:70]}"


def test_every_question_has_a_limit():
    asking = [source for source in sources() if source.name not in BOUNDED and source.room != "site"]
    assert [words for source in asking for words in open_questions(source)] == []


def test_every_limit_has_an_order():
    assert [words for source in sources() for words in unordered(source)] == []


def test_no_table_is_gathered_whole():
    asking = [source for source in sources() if source.name not in BOUNDED_ROWS]
    assert [words for source in asking for words in open_rows(source)] == []


def test_exceptions_are_still_needed():
    named = {source.name: source for source in sources()}
    assert [name for name in BOUNDED if not list(open_questions(named[name]))] == []
    assert [name for name in BOUNDED_ROWS if not list(open_rows(named[name]))] == []


def test_the_programs_role_never_uses_a_generic_plan():
    assert "plan_cache_mode=force_custom_plan" in connection_options(role="app", process="door").replace("\\", "")


def test_a_list_without_an_end_is_noticed():
    assert list(open_questions(sample('SQL = "SELECT id FROM cases_dossier WHERE state = %s"\n')))
    assert not list(open_questions(sample('SQL = "SELECT id FROM cases_dossier ORDER BY id LIMIT %s"\n')))
    assert list(unordered(sample('SQL = "SELECT id FROM cases_dossier LIMIT %s"\n')))
    assert list(open_rows(sample("rows = list(Dossier.objects.filter(state='filed'))\n")))
    assert list(open_rows(sample("codes = [row.code for row in Dossier.objects.all()]\n")))
    assert not list(open_rows(sample("rows = list(Dossier.objects.filter(state='filed')[:20])\n")))
