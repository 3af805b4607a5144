"""Invariants 2 and 3: a table changes only in the actions of its own room, and what is of record leaves an entry."""

import ast
import re
from collections.abc import Iterable, Iterator

from django.apps import apps
from repo_sources import ROOMS, Source, dotted, read, sample, sources

WRITING = frozenset({"create", "bulk_create", "update", "delete", "update_or_create", "get_or_create", "bulk_update"})
ROW_WRITING = frozenset({"save", "delete", "_raw_delete"})
STATEMENT = re.compile(
    r"\b(?:INSERT\s+INTO|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?|COPY)\s+(\w+)"
    r"|\bUPDATE\s+(?:ONLY\s+)?(\w+)(?:\s+(?:AS\s+)?\w+)?\s+SET\b"
)
JOURNALLING = frozenset({"append", "append_many", "as_cte"})

# Besides actions.py and actions/: modules that write, each with its reason.
WRITERS = {
    "documents/books.py": "steps: numbers of office are given inside the action of a room above",
    "documents/papers.py": "actions and steps around an issued paper",
    "identity/demo_people.py": "invented people of a demonstration: a password and a confirmed address, before anybody signs in",
    "journal/append.py": "the way into the journal itself",
    "journal/sequence.py": "the sequencer",
    "journal/follow.py": "cursors of followers",
    "journal/seal.py": "signed heads",
    "journal/jobs.py": "failures of reactions, and procrastinate's jobs",
}
# Tables of the framework that a room of ours writes.
FRAMEWORK_TABLES = {"procrastinate_jobs": "journal"}
# Calls of the same names that write no row.
NOT_ROWS = {
    "documents/fonts/merge.py": "fonts",
    "documents/preview.py": "pictures",
    "documents/typeset.py": "a QR code",
    "packs/models.py": "refuses what would change a published version",
    "site/throwaway.py": "a database of the tests",
    "web/catalogue.py": "messages of a catalogue",
}


def _table_owner(table: str) -> str:
    """The room in a table's name: cases_dossier belongs to cases. Names within the statement itself belong to nobody."""
    return FRAMEWORK_TABLES.get(table, table.split("_", 1)[0])


def _is_writer(source: Source) -> bool:
    return source.file == "actions.py" or source.file.startswith("actions/") or source.name in WRITERS


def _writes(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Every write below a node: where, and the model, the variable or the table."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            chain = dotted(each.func).split(".")
            if "objects" in chain and chain[-1] in WRITING | ROW_WRITING:
                yield each, chain[chain.index("objects") - 1]
            elif chain[-1] in ROW_WRITING:
                yield each, _row_name(each.func.value)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            for match in STATEMENT.finditer(each.value):
                yield each, match[1] or match[2]


def _row_name(node: ast.AST) -> str:
    """`draft.save()` and `access_draft(…).delete()` are both about a draft."""
    return dotted(node).rsplit(".", 1)[-1].removeprefix("access_").replace("_", "").lower()


def misplaced(source: Source, owners: dict[str, str]) -> Iterator[str]:
    """Writes outside the writing modules, and writes of another room's table anywhere."""
    if source.name in NOT_ROWS or source.room == "site":
        return
    documentation = {line for line, _ in source.texts()}
    for node, what in _writes(source.tree):
        if isinstance(node, ast.Constant) and node.lineno not in documentation:
            continue
        owner = owners.get(what) or (_table_owner(what) if isinstance(node, ast.Constant) else source.room)
        if not _is_writer(source):
            yield f"{source.at(node)}: {what} is written outside actions"
        elif owner in ROOMS and owner != source.room:
            yield f"{source.at(node)}: {what} belongs to {owner}"


# -- what leaves an entry

# Tables that change without an entry of the journal; docs/journal-kinds.md says the same to people.
WITHOUT_ENTRY = {
    "cases.Draft": "not yet a record of office: the citizen's own half-filled form",
    "cases.DraftPaper": "belongs to a draft; the stored document itself has an entry",
    "cases.CodeCounter": "the last number given; the code stands in the dossier's entry",
    "cases.CatalogueEntry": "derived from published packs, which have entries",
    "cases.CatalogueWord": "derived from published packs",
    "documents.OfficeBook": "the last number given; the number stands in the paper's entry",
    "documents.File": "content by fingerprint; the document that names it has an entry",
    "notices.Notice": "telling has an entry; that its reader opened it is the reader's own affair",
    "places.PackLoad": "remembers which content was loaded; the loading has its entry",
}
WITHOUT_ENTRY_ACTIONS = {
    "documents/actions.py:attach": "a free document gets its holder; the holder's own action tells it",
    "documents/actions.py:hand_over": "the same, from one holder to the next",
    "identity/demo_people.py:load_demo_people": "invented accounts of a demonstration; their people and posts have entries",
}


def _functions(source: Source) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in source.tree.body if isinstance(node, ast.FunctionDef)}


def _calls(function: ast.AST) -> set[str]:
    return {dotted(node.func).rsplit(".", 1)[-1] for node in ast.walk(function) if isinstance(node, ast.Call)} | {
        node.id for node in ast.walk(function) if isinstance(node, ast.Name)
    }


def _reached(start: str, functions: dict[str, ast.FunctionDef]) -> set[str]:
    """Names of everything that a function calls, through the functions of its own module."""
    known: set[str] = set()
    waiting = {start}
    while waiting:
        name = waiting.pop()
        known.add(name)
        if name in functions:
            waiting |= _calls(functions[name]) - known
    return known


def _module_texts(source: Source) -> dict[str, list[str]]:
    """Statements kept under a name at the top of the module: the tables each writes."""
    found: dict[str, list[str]] = {}
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = [what for _, what in _writes(node.value)]
    return found


def silent(source: Source, exempt: Iterable[str]) -> Iterator[str]:
    """Public functions of an actions module that write something of record and reach no append."""
    exempt_rows = {name.split(".")[1].lower() for name in exempt} | {
        f"{name.split('.')[0]}_{name.split('.')[1]}".lower() for name in exempt
    }
    functions, statements = _functions(source), _module_texts(source)
    for name, node in functions.items():
        if name.startswith("_"):
            continue
        reached = _reached(name, functions)
        written = {
            _assigned(functions[inner]).get(what, what)
            for inner in reached & set(functions)
            for _, what in _writes(functions[inner])
        }
        written |= {what for text in reached & set(statements) for what in statements[text]}
        of_record = {what for what in written if what.lower().replace("_", "") not in _flat(exempt_rows)}
        if of_record and not reached & JOURNALLING:
            yield f"{source.at(node)}: {name} writes {', '.join(sorted(of_record))} and tells the journal nothing"


def _assigned(function: ast.FunctionDef) -> dict[str, str]:
    """What a variable holds, where the function says so: `row = DraftPaper.objects…`, `rows: list[DraftPaper]`, `for row in rows`."""
    found = {}
    for given in (*function.args.args, *function.args.kwonlyargs):
        if given.annotation and (named := re.findall(r"[A-Z]\w+", ast.unparse(given.annotation))):
            found[given.arg] = named[-1]
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            chain = dotted(node.value).split(".")
            model = chain[chain.index("objects") - 1] if "objects" in chain else chain[-1]
            if model[:1].isupper():
                found[node.targets[0].id] = model
        elif isinstance(node, ast.For) and isinstance(node.target, ast.Name) and dotted(node.iter) in found:
            found[node.target.id] = found[dotted(node.iter)]
    return {name.replace("_", "").lower(): model for name, model in found.items()}


def _flat(names: Iterable[str]) -> set[str]:
    return {name.replace("_", "") for name in names}


def loose(source: Source) -> Iterator[str]:
    """Public functions of an actions module that write on their own and are neither an action nor a step."""
    statements = _module_texts(source)
    for name, node in _functions(source).items():
        writes = [what for _, what in _writes(node)] or any(statements.get(used) for used in _calls(node))
        decorated = any("transaction.atomic" in ast.unparse(each) for each in node.decorator_list)
        if writes and not name.startswith("_") and not decorated and "require_transaction" not in _calls(node):
            yield f"{source.at(node)}: {name} is neither an action nor a step"


def owners() -> dict[str, str]:
    models = [model for model in apps.get_models() if model._meta.app_label in ROOMS]
    return {model.__name__: model._meta.app_label for model in models} | {
        model._meta.db_table: model._meta.app_label for model in models
    }


def action_modules() -> list[Source]:
    return [source for source in sources() if _is_writer(source) and source.room != "journal"]


def test_tables_change_only_in_the_actions_of_their_own_room():
    assert len(action_modules()) >= 10
    assert [words for source in sources() for words in misplaced(source, owners())] == []


def test_whatever_writes_is_an_action_or_a_step():
    assert [words for source in action_modules() for words in loose(source)] == []


def test_every_change_of_record_leaves_an_entry():
    all_found = [words for source in action_modules() for words in silent(source, WITHOUT_ENTRY)]
    found = {words.split(": ")[1].split()[0]: words for words in all_found}
    exempt = {name.split(":")[1] for name in WITHOUT_ENTRY_ACTIONS}
    assert [words for function, words in found.items() if function not in exempt] == []
    assert exempt <= set(found), "an exemption that nobody needs"


def test_tables_without_entries_exist_and_are_told_to_people():
    known = {f"{model._meta.app_label}.{model.__name__}" for model in apps.get_models()}
    page = read("docs/journal-kinds.md")
    assert set(WITHOUT_ENTRY) <= known
    assert [name for name in WITHOUT_ENTRY if f"`{name}`" not in page] == []


def test_named_writers_exist():
    names = {source.name for source in sources()}
    assert (set(WRITERS) | set(NOT_ROWS)) <= names


def test_a_write_elsewhere_is_noticed():
    view = sample("def page(request):\n    Dossier.objects.create(code='x')\n", "web/portal/page.py")
    sql = sample('SQL = "UPDATE cases_dossier SET state = %s"\n', "web/portal/page.py")
    row = sample("def page(dossier):\n    dossier.save()\n", "cases/queries.py")
    other = sample('SQL = "INSERT INTO identity_post (id) VALUES (1)"\n', "cases/actions/moving.py")
    assert all(list(misplaced(each, {"Dossier": "cases"})) for each in (view, sql, row, other))
    assert not list(misplaced(sample("def f(row):\n    row.save()\n", "cases/actions/moving.py"), {}))


def test_a_silent_action_is_noticed():
    quiet = sample("@transaction.atomic(durable=True)\ndef close(*, at):\n    Dossier.objects.update(closed_at=at)\n")
    loud = sample(
        "@transaction.atomic(durable=True)\ndef close(*, at):\n    _close(at)\n"
        "def _close(at):\n    Dossier.objects.update(closed_at=at)\n    append('cases.dossier.closed', at=at)\n"
    )
    assert list(silent(quiet, ()))
    assert not list(silent(loud, ()))
    assert not list(silent(quiet, ["cases.Dossier"]))


def test_a_write_without_a_transaction_is_noticed():
    assert list(loose(sample("def close(*, at):\n    Dossier.objects.update(closed_at=at)\n")))
    assert not list(loose(sample("def close(*, at):\n    require_transaction()\n    Dossier.objects.update(a=at)\n")))
