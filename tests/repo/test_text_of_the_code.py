"""What can be seen without understanding: sizes, words that postpone, paths of somebody's machine, broad excepts."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from repo_sources import Source, dotted, read, sample, sources, tracked

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 50
ROOM_FILES_REFUSED = frozenset({"utils", "helpers", "common", "services", "misc"})

# Put together here so that this file does not contain them.
POSTPONED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b")
MACHINE = re.compile("/" + r"(?:home|Users|root|work|tmp/plan|mnt)/\w+")
REGISTRY = re.compile(r"https?://|file://|git\+")
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-setup.lock", "frontend/package-lock.json")
# Where a broad except belongs: loops that must outlive what they run.
BROAD = {
    "journal/follow.py": "the follower's loop: one projection's error is its own",
    "journal/jobs.py": "the worker: a job's error is written down, and raised again where somebody waits for it",
}
TEXT = (
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".ts",
    ".css",
    ".scss",
    ".html",
    ".json",
    ".typ",
    ".txt",
    ".lock",
    ".po",
    ".svg",
)
# Texts that we took over as they are, or that are made by tools from others' words.
NOT_OURS = ("frontend/package-lock.json", "src/tinhso/documents/fonts/", "LICENSE", "packs/", "tests/vectors/")


def long_functions(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                yield f"{source.at(node)}: {node.name} has {length} lines"


def broad(source: Source) -> Iterator[str]:
    """Handlers of everything; one that cleans up and raises again is none."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and not (isinstance(node.body[-1], ast.Raise) and not node.body[-1].exc):
            caught = dotted(node.type) if node.type else "everything"
            if caught in ("everything", "Exception", "BaseException"):
                yield f"{source.at(node)}: catches {caught}"


def bare_silences(source: Source) -> Iterator[str]:
    """`noqa` and `type: ignore` without a reason beside them."""
    for number, line in enumerate(source.text.splitlines(), 1):
        mark = re.search(r"#\s*(noqa|type:\s*ignore)\S*(?:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?(.*)$", line)
        if mark and not re.search(r"[a-z]{3,}", mark[2]):
            yield f"src/tinhso/{source.name}:{number}: {mark[0]}"


def lines_with(pattern: re.Pattern[str], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for number, line in enumerate(read(name).splitlines(), 1):
            if pattern.search(line):
                yield f"{name}:{number}: {line.strip()[:80]}"


def our_texts() -> list[str]:
    return [name for name in tracked() if name.endswith(TEXT) and not name.startswith(NOT_OURS)]


def programs() -> list[str]:
    return [name for name in tracked() if name.endswith((".py", ".ts", ".css", ".scss", ".html"))]


def test_no_file_is_longer_than_five_hundred_lines():
    long = {name: read(name).count("\n") for name in programs() if "/migrations/" not in name}
    assert {name: lines for name, lines in long.items() if lines > FILE_LINES_MAX} == {}


def test_no_function_is_longer_than_fifty_lines():
    assert [words for source in sources() for words in long_functions(source)] == []


def test_nothing_is_postponed_in_the_text():
    assert list(lines_with(POSTPONED, our_texts())) == []


def test_no_text_names_somebodys_machine():
    found = lines_with(MACHINE, [*our_texts(), "Makefile", ".ci/run"])
    assert [words for words in found if not words.startswith("tests/site/test_environ.py")] == []  # an invented home


def test_locks_hold_hashes_and_no_addresses():
    *python, node = LOCKS
    # npm copies who asks for donations; where a package came from would be "resolved".
    assert list(lines_with(re.compile(r'"resolved"'), [node])) == []
    assert read(node).count('"integrity": "sha512-') > 20
    for name in python:
        text = read(name)
        assert list(lines_with(REGISTRY, [name])) == [], name
        assert text.count("--hash=sha256:") >= text.count("=="), name


def test_broad_excepts_stand_in_loops_only():
    assert [words for source in sources() if source.name not in BROAD for words in broad(source)] == []


def test_silenced_tools_are_given_a_reason():
    assert [words for source in sources() for words in bare_silences(source)] == []


def test_files_of_a_room_are_named_after_its_nouns():
    assert [
        source.name for source in sources() if source.name.rsplit("/", 1)[-1].removesuffix(".py") in ROOM_FILES_REFUSED
    ] == []


def test_every_module_says_what_it_owns():
    silent = [source.name for source in sources() if source.text.strip() and ast.get_docstring(source.tree) is None]
    assert silent == []


def test_no_test_is_skipped():
    names = [name for name in tracked() if name.startswith("tests/") and name.endswith(".py")]
    marks = re.compile(r"pytest\.(mark\.)?(skip|xfail|importorskip)")
    assert [words for words in lines_with(marks, names) if "tests/repo/" not in words] == []


def twice(names: Iterable[str]) -> list[str]:
    """Test files of one name: pytest imports those outside packages by their bare names."""
    packages = {name.rsplit("/", 1)[0] for name in names if name.endswith("/__init__.py")}
    bare = [name.rsplit("/", 1) for name in names if name.endswith(".py") and name.rsplit("/", 1)[0] not in packages]
    seen = Counter(file for _, file in bare if file != "conftest.py")
    return [file for file, count in seen.items() if count > 1]


def test_names_of_test_files_are_unique_over_all_rooms():
    assert twice([name for name in tracked() if name.startswith("tests/")]) == []
    assert twice(["tests/a/test_x.py", "tests/b/test_x.py"]) == ["test_x.py"]
    assert twice(["tests/a/test_x.py", "tests/b/__init__.py", "tests/b/test_x.py"]) == []


def test_what_is_too_long_too_broad_or_silenced_is_noticed():
    assert list(long_functions(sample("def f():\n" + "    a = 1\n" * 60)))
    assert list(broad(sample("try:\n    pass\nexcept Exception:\n    pass\n")))
    assert not list(broad(sample("try:\n    pass\nexcept KeyError:\n    pass\n")))
    assert list(bare_silences(sample("import os  # noqa: F401\n")))
    assert list(bare_silences(sample("import os  # type: ignore[import]\n")))
    assert not list(bare_silences(sample("import os  # noqa: F401  # registers itself\n")))
    assert not list(bare_silences(sample("import os  # type: ignore[import]  # ships no types\n")))


def test_postponing_words_machine_paths_and_addresses_are_noticed():
    assert POSTPONED.search("# " + "TO" + "DO: later")
    assert MACHINE.search("see /" + "home/me/notes")
    assert not MACHINE.search("DATA_DIR=/var/lib/tinhso")
    assert REGISTRY.search('"resolved": "https://registry.example/x.tgz"')
