"""Invariants 1, 5 and 11: rules know no clock and no I/O; nothing waits for a stranger inside a transaction."""

import ast
import re
from collections.abc import Iterator

from repo_sources import Source, dotted, sample, sources

CLOCK = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|monotonic|perf_counter|sleep)|timezone\.(now|localdate|localtime))$"
)
# Pure modules: `kernel`, rules, what a room reads from packs, the journal's arithmetic.
PURE = re.compile(
    r"kernel/.*|packs/(load|parts)\.py|[a-z]+/(rules|pack_part)\.py|identity/policy\.py|journal/(merkle|note|proof|leaf)\.py"
)
IMPURE_IMPORTS = frozenset(
    {"django", "psycopg", "procrastinate", "httpx", "socket", "subprocess", "smtplib", "urllib.request", "os", "time"}
)

# Who may read a clock, and why: everybody else is told the time.
CLOCKS = {
    "web/middleware.py": "the people's door: once a request",
    "journal/follow.py": "the follower's rests",
    "journal/jobs.py": "the worker: when a job is tried again, partitions of today",
    "journal/keys.py": "version 7 UUIDs hold the time",
    "notices/jobs.py": "when a letter was tried is now, not when its cause happened",
    "identity/adapter.py": "allauth's door: it hands us no time",
    "identity/forms.py": "allauth's door",
    "documents/files.py": "how old a half-written file is",
    "documents/media.py": "the time that opening a file may take",
    "places/snapshot.py": "how long the memory of units is trusted",
}

NETWORK = re.compile(r"smtplib|socket|httpx|urllib\.request|http\.client|requests|aiosmtpd|asyncpg")
TALKERS = {
    "notices/letters.py": "one conversation with the mail server; refuses inside a transaction",
    "identity/adapter.py": "names smtplib's errors when a letter of signing in cannot leave",
}


def clocks(source: Source) -> Iterator[str]:
    return (f"{source.at(call)}: {dotted(call.func)}" for call in source.calls() if CLOCK.search(dotted(call.func)))


def imported(source: Source) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def impure(source: Source) -> Iterator[str]:
    """Imports and calls by which a pure module would touch the world."""
    for node, name in imported(source):
        if any(name == bad or name.startswith(f"{bad}.") for bad in IMPURE_IMPORTS):
            yield f"{source.at(node)}: imports {name}"
    for call in source.calls():
        if dotted(call.func) in ("open", "print", "input") or dotted(call.func).endswith(
            (".write_text", ".write_bytes")
        ):
            yield f"{source.at(call)}: calls {dotted(call.func)}"
    yield from clocks(source)


def wakers(source: Source) -> Iterator[str]:
    """NOTIFY and deferred jobs: both make all commits of the cluster wait in one row."""
    for line, text in source.texts():
        if re.search(r"\bNOTIFY\b|pg_notify", text):
            yield f"src/tinhso/{source.name}:{line}: NOTIFY"
    for call in source.calls():
        name = dotted(call.func)
        if name.endswith((".defer", ".defer_async", ".batch_defer")) and ".objects." not in name:
            yield f"{source.at(call)}: {name}"


def endless(source: Source) -> Iterator[str]:
    """Conversations without a time limit."""
    for call in source.calls():
        names = {keyword.arg for keyword in call.keywords}
        if dotted(call.func).endswith(("urlopen", "create_connection", "httpx.Client")) and "timeout" not in names:
            yield f"{source.at(call)}: {dotted(call.func)} has no timeout"


def test_pure_modules_know_no_clock_no_database_no_network():
    pure = [source for source in sources() if PURE.fullmatch(source.name)]
    assert len(pure) > 15
    assert [words for source in pure for words in impure(source)] == []


def test_the_clock_is_read_at_doors_only():
    readers = [source for source in sources() if source.name not in CLOCKS and source.room != "site"]
    assert [words for source in readers for words in clocks(source)] == []
    assert [
        name for name in CLOCKS if not any(source.name == name and list(clocks(source)) for source in sources())
    ] == []


def test_only_named_modules_talk_to_other_machines():
    silent = [source for source in sources() if source.name not in TALKERS and source.room != "site"]
    found = [
        f"{source.at(node)}: {name}" for source in silent for node, name in imported(source) if NETWORK.match(name)
    ]
    assert found == []


def test_nothing_wakes_anybody_and_only_the_follower_defers_jobs():
    found = [words for source in sources() if source.name != "journal/follow.py" for words in wakers(source)]
    assert found == []


def test_every_wait_has_an_end():
    assert [words for source in sources() for words in endless(source)] == []


def test_a_clock_in_a_rule_is_noticed():
    assert list(impure(sample("from datetime import UTC, datetime\nNOW = datetime.now(UTC)\n", "cases/rules.py")))
    assert list(impure(sample("from django.db import models\n", "cases/rules.py")))
    assert list(impure(sample("def read(path):\n    return open(path)\n", "kernel/money.py")))
    assert not list(impure(sample("from datetime import date\n\ndef due(on: date): ...\n", "cases/rules.py")))


def test_waking_and_endless_waiting_are_noticed():
    assert list(wakers(sample("SQL = 'NOTIFY jobs'\n")))
    assert list(wakers(sample("task.defer(name='x')\n")))
    assert not list(wakers(sample("rows = PackVersion.objects.defer('content')\n")))
    assert list(endless(sample("urllib.request.urlopen('http://localhost')\n")))
