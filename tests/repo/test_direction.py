"""Invariant 4: a room knows only rooms below it. Imports are held by the contract (test_tools.py); these are the strings."""

import ast
import tomllib
from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from repo_sources import PACKAGE, REPOSITORY, ROOMS, Source, dotted, sample, sources

from tinhso.journal.append import KIND
from tinhso.journal.registry import PROJECTIONS, REACTIONS

# What Django's own machinery asks of its user model; no room of ours refers to anything of theirs.
FRAMEWORK = frozenset({"contenttypes", "sessions", "auth", "admin", "account", "mfa", "procrastinate"})


def upward(pairs: Iterable[tuple[str, str, str]]) -> list[str]:
    """Of (from room, to room, words): those that do not go down or stay."""
    return [
        f"{words}: {lower} knows {upper}"
        for lower, upper, words in pairs
        if upper not in ROOMS or ROOMS.index(upper) > ROOMS.index(lower)
    ]


def foreign_keys() -> Iterator[tuple[str, str, str]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ROOMS:
            for field in model._meta.get_fields():
                if field.is_relation and not field.auto_created and field.related_model:
                    yield model._meta.app_label, field.related_model._meta.app_label, str(field)


def followed() -> Iterator[tuple[str, str, str]]:
    for follower in (*PROJECTIONS.values(), *REACTIONS.values()):
        module = follower.effect.__module__.split(".")
        if module[0] == "tinhso":
            for kind in follower.kinds:
                yield module[1], kind.split(".")[0], f"{follower.name} follows {kind}"


def named_kinds(source: Source) -> Iterator[tuple[str, str, str]]:
    """Texts that look like kinds of our rooms, in the room whose module names them."""
    for line, text in source.texts():
        if KIND.fullmatch(text) and text.split(".")[0] in ROOMS and source.room in ROOMS:
            yield source.room, text.split(".")[0], f"{source.name}:{line} names {text}"


def foreign_rows(source: Source, owners: dict[str, str]) -> Iterator[str]:
    """`Model.objects` outside the room that owns the table (invariant 9: the doors are access_* and queries)."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager"):
            model = dotted(node.value).rsplit(".", 1)[-1]
            if owners.get(model, source.room) != source.room:
                yield f"{source.at(node)}: {model} belongs to {owners[model]}"


def owners() -> dict[str, str]:
    return {model.__name__: model._meta.app_label for model in apps.get_models() if model._meta.app_label in ROOMS}


def test_the_rooms_are_those_of_the_contract_and_of_the_folders():
    contract = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    named = [room.strip() for layer in contract["layers"] for room in layer.split("|")]
    here = [room for room in named if not room.startswith("(")]
    assert contract["exhaustive"]
    assert list(reversed(here)) == list(ROOMS)
    assert {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"} == set(ROOMS)


def test_foreign_keys_point_down():
    assert len(list(foreign_keys())) > 20
    assert upward((a, b, words) for a, b, words in foreign_keys() if b not in FRAMEWORK) == []


def test_no_table_refers_to_one_of_the_framework():
    assert [words for _, upper, words in foreign_keys() if upper in FRAMEWORK] == []


def test_a_room_follows_its_own_kinds_or_those_below():
    assert len(list(followed())) >= 5
    assert upward(followed()) == []


def test_a_room_names_no_kind_of_a_room_above():
    assert upward(pair for source in sources() for pair in named_kinds(source)) == []


def test_tables_are_asked_only_in_their_own_room():
    assert [words for source in sources() for words in foreign_rows(source, owners())] == []


@pytest.mark.parametrize(
    "pair",
    [("places", "cases", "a foreign key"), ("journal", "cases", "a kind"), ("cases", "weather", "an unknown room")],
)
def test_looking_up_is_noticed(pair):
    assert upward([pair])


def test_asking_another_rooms_table_is_noticed():
    written = sample("from tinhso.cases.models import Dossier\nDossier.objects.first()\n", "web/desk/inbox.py")
    assert list(foreign_rows(written, {"Dossier": "cases"}))
    assert upward(named_kinds(sample('KIND = "cases.dossier.submitted"\n', "notices/jobs.py")))
