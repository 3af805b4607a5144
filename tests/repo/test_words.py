"""Invariant of language: every message has its Vietnamese, none is fuzzy, and no message is put together at run time."""

import ast
import string
from collections.abc import Iterator

from babel.messages.catalog import Catalog
from repo_sources import PACKAGE, Source, dotted, sample, sources

from tinhso.web import catalogue

MARKS = frozenset({"_", "N_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext"})


def catalogues() -> list[Catalog]:
    return [catalogue.read(file) for file in sorted(PACKAGE.glob("*/locale/vi/LC_MESSAGES/django.po"))]


def asked() -> Iterator[catalogue.Found]:
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.txt")]):
        if not {"migrations", "static", "fonts", "node_modules"} & set(path.parts):
            yield from catalogue.found_in(path, path.relative_to(PACKAGE).as_posix())


def missing(found: Iterator[catalogue.Found], kept: list[Catalog]) -> list[str]:
    """Messages that no catalogue translates. Django's own catalogue is not counted: our words are ours."""
    return [f"{item.file}:{item.line} {item.singular!r}" for item in found if not any(_has(one, item) for one in kept)]


def _has(kept: Catalog, item: catalogue.Found) -> bool:
    message = kept.get(item.singular, context=item.context)
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def unfinished(kept: list[Catalog]) -> list[str]:
    """Fuzzy entries, and empty ones: they would be shown as nothing."""
    return [
        str(message.id)
        for one in kept
        for message in one
        if message.id and (message.fuzzy or not (all(message.string) if message.pluralizable else message.string))
    ]


def assembled(source: Source) -> Iterator[str]:
    """f-strings, sums and formatted texts inside a mark: no catalogue can know them."""
    for call in source.calls():
        if dotted(call.func).rsplit(".", 1)[-1] in MARKS and call.args:
            first = call.args[0]
            if isinstance(first, ast.JoinedStr | ast.BinOp):
                yield f"{source.at(call)}: {ast.unparse(call)}"


def unlike(kept: list[Catalog]) -> Iterator[str]:
    """Translations whose {names} are not those of their message."""
    for one in kept:
        for message in one:
            plain = isinstance(message.id, str) and bool(message.id) and bool(message.string)
            if plain and not _names(str(message.string)) <= _names(message.id):
                yield message.id


def _names(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError:
        return set()  # a brace that is no placeholder


def test_every_message_has_its_vietnamese():
    assert missing(asked(), catalogues()) == []


def test_no_translation_is_fuzzy_or_empty():
    assert unfinished(catalogues()) == []


def test_no_message_is_put_together_before_it_is_translated():
    assert [words for source in sources() for words in assembled(source)] == []


def test_translations_name_the_same_values():
    assert list(unlike(catalogues())) == []


def test_what_is_missing_unfinished_or_assembled_is_noticed():
    kept = Catalog("vi")
    kept.add("Find", "Tìm")
    kept.add("Add", "")
    kept.add("{days} days", "{ngay} ngày")
    one = [catalogue.Found("Find", None, None, "a.py", 1), catalogue.Found("Add", None, None, "a.py", 2)]
    assert missing(iter(one), [kept]) == ["a.py:2 'Add'"]
    assert unfinished([kept]) == ["Add"]
    assert list(unlike([kept])) == ["{days} days"]
    assert list(assembled(sample('_(f"{n} days")\n')))
    assert not list(assembled(sample('_("{n} days").format(n=n)\n')))
