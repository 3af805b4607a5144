"""Kinds of the journal: room.noun.past_verb, named in one place each, told to people, followed by somebody who exists."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from procrastinate.contrib.django import app
from repo_sources import ROOMS, Source, dotted, read, sample, sources

from tinhso.journal.append import KIND
from tinhso.journal.registry import PROJECTIONS, REACTIONS

# Verbs whose past does not end in -ed, and nouns of state that end a kind.
PAST = frozenset({"sent", "told", "begun", "given", "taken", "withdrawn", "set", "reset"})
DOCUMENTED = re.compile(r"^\| `([a-z]+\.[a-z_]+\.[a-z_]+)` \|", re.MULTILINE)


def kinds(source: Source) -> Iterator[str]:
    """Texts in a room's code that are kinds of this room: followers' names and procrastinate's tasks have two parts."""
    for _, text in source.texts():
        if KIND.fullmatch(text) and text.split(".")[0] in ROOMS and text.split(".")[0] == source.room:
            yield text


def presumptuous(found: set[str]) -> list[str]:
    """Kinds whose last word is no verb in the past."""
    last = {kind: kind.rsplit(".", 1)[-1].split("_") for kind in found}
    return [kind for kind, words in last.items() if not any(word.endswith("ed") or word in PAST for word in words)]


def appended(source: Source) -> Iterator[str]:
    """Kinds handed to append as they stand, so that none is put together at run time."""
    for call in source.calls():
        if dotted(call.func) in ("append", "journal.append", "NewEntry") and call.args:
            first = call.args[0]
            if isinstance(first, ast.JoinedStr | ast.BinOp):
                yield f"{source.at(call)}: {ast.unparse(first)}"


def all_kinds() -> set[str]:
    return {kind for source in sources() for kind in kinds(source)}


def test_kinds_end_in_a_verb_of_the_past():
    assert len(all_kinds()) > 30
    assert presumptuous(all_kinds()) == []


def test_kinds_are_written_out():
    assert [words for source in sources() for words in appended(source)] == []


def test_every_kind_is_documented_and_every_documented_kind_exists():
    assert set(DOCUMENTED.findall(read("docs/journal-kinds.md"))) == all_kinds()


def test_every_followed_kind_is_one_that_somebody_writes():
    followed = {kind for one in (*PROJECTIONS.values(), *REACTIONS.values()) for kind in one.kinds}
    whole = {kind for kind in followed if not kind.endswith("*")}
    assert {kind for kind in whole if kind.split(".")[0] in ROOMS} <= all_kinds()


def test_names_of_followers_and_jobs_are_unique_and_say_their_room():
    followers = [
        one for one in (*PROJECTIONS.values(), *REACTIONS.values()) if one.effect.__module__.startswith("tinhso.")
    ]
    jobs = [task for task in app.tasks.values() if task.func.__module__.startswith("tinhso.")]
    assert len(followers) >= 5
    names = Counter([one.name for one in followers] + [task.name for task in jobs])
    assert [name for name, count in names.items() if count > 1] == []
    homes = [(one.name, one.effect.__module__) for one in followers] + [
        (task.name, task.func.__module__) for task in jobs
    ]
    assert [name for name, module in homes if name.split(".")[0] != module.split(".")[1]] == []
    assert [module for _, module in homes if module.split(".", 2)[2] != "jobs"] == []


def queues_without_worker(source: Source, queues: set[str]) -> set[str]:
    """Queues of jobs that the worker of journal/jobs.py does not take: it takes all unless it names some."""
    for call in source.calls():
        if dotted(call.func).endswith("run_worker"):
            named = next((keyword.value for keyword in call.keywords if keyword.arg == "queues"), None)
            return queues - set(ast.literal_eval(named)) if named else set()
    return queues


def test_every_queue_has_a_worker():
    worker = next(source for source in sources() if source.name == "journal/jobs.py")
    queues = {task.queue for task in app.tasks.values()}
    assert {"reactions", "scheduled"} <= queues
    assert queues_without_worker(worker, queues) == set()


def test_a_careless_kind_is_noticed():
    assert presumptuous({"cases.dossier.close", "cases.dossier.closed", "notices.notice.told"}) == [
        "cases.dossier.close"
    ]
    assert list(appended(sample("append(f'cases.dossier.{verb}', subject=1)\n")))
    assert list(kinds(sample("K = 'cases.dossier.closed'\n"))) == ["cases.dossier.closed"]


def test_a_queue_without_a_worker_is_noticed():
    narrow = sample("worker.run_worker(queues=['reactions'])\n")
    assert queues_without_worker(narrow, {"reactions", "letters"}) == {"letters"}
    assert queues_without_worker(sample("pass\n"), {"letters"}) == {"letters"}
    assert queues_without_worker(sample("worker.run_worker()\n"), {"letters"}) == set()
