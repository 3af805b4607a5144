"""The Vietnamese catalogue: found, kept and compiled with Babel, so that no gettext has to be installed.

English msgids stand in Python and in templates; Vietnamese stands in locale/vi/LC_MESSAGES/django.po and nowhere else.
Texts of packs (names of procedures, questions, notices) are not here: they carry both languages themselves.

    python -m tinhso.web.catalogue add "Find" "Tìm"                     one translation
    python -m tinhso.web.catalogue add "%(n)s day" "%(n)s ngày" --plural "%(n)s days"
    python -m tinhso.web.catalogue load FILE                            many: JSON object {msgid: msgstr, ...}
    python -m tinhso.web.catalogue update                               new msgids in; lists what is missing
    python -m tinhso.web.catalogue compile                              every room's django.po → django.mo
"""

import argparse
import fcntl
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent
PO_FILE = Path(__file__).resolve().parent / "locale" / "vi" / "LC_MESSAGES" / "django.po"

Keywords = Mapping[str, tuple[int | tuple[int, str], ...] | None]
KEYWORDS: Keywords = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


class Found(NamedTuple):
    """One msgid in the sources. `singular` alone, or with `plural`; `context` tells two equal words apart."""

    singular: str
    plural: str | None
    context: str | None
    file: str
    line: int


def found_in_sources(root: Path = SOURCE) -> Iterator[Found]:
    """Of every room without a catalogue of its own: identity and notices keep theirs beside their texts."""
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.html"), *root.rglob("*.txt")]):
        room = path.relative_to(root).parts[0]
        if {"migrations", "static"} & set(path.parts) or (room != "web" and (root / room / "locale").is_dir()):
            continue
        yield from found_in(path, path.relative_to(root).as_posix())


def found_in(path: Path, name: str) -> Iterator[Found]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = _as_python(templatize(text, origin=name))
    for line, message, _comments, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
        # A string that is put together at run time cannot be translated: Babel hands it over empty.
        if isinstance(message, tuple):
            yield Found(message[0], message[1], context, name, line)
        elif message:
            yield Found(message, None, context, name, line)


def _as_python(templatized: str) -> str:
    """Django turns a template into calls among crossed-out text; the tokenizer stumbles over its indents alone."""
    return "\n".join(line.lstrip() for line in templatized.splitlines())


@contextmanager
def opened(po_file: Path = PO_FILE) -> Iterator[Catalog]:
    """The catalogue under a lock, written back when the block ends well."""
    po_file.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(po_file.parent, os.O_RDONLY)
    try:
        # The lock is on the folder, so that no lock file lies about; it ends with the descriptor.
        fcntl.flock(folder, fcntl.LOCK_EX)
        catalogue = read(po_file)
        yield catalogue
        out = BytesIO()
        write_po(out, catalogue, width=120, no_location=True, sort_output=True, ignore_obsolete=True)
        # A whole file or the old one: a reader never sees half of it.
        fresh = po_file.with_suffix(".fresh")
        fresh.write_bytes(re.sub(rb"[ \t]+\n", b"\n", out.getvalue()))
        fresh.replace(po_file)
    finally:
        os.close(folder)


def read(po_file: Path = PO_FILE) -> Catalog:
    if not po_file.exists():
        started = datetime(2026, 1, 1, tzinfo=UTC)
        return Catalog(
            "vi", project="tinhso", version="0.1", copyright_holder="tinhso", fuzzy=False, creation_date=started
        )
    with po_file.open("rb") as file:
        return read_po(file, locale="vi", charset="utf-8")


def add(
    catalogue: Catalog, singular: str, translation: str, *, plural: str | None = None, context: str | None = None
) -> None:
    catalogue.delete(singular, context=context)
    # Vietnamese has one form for every number.
    if plural:
        catalogue.add((singular, plural), (translation,), context=context)
    else:
        catalogue.add(singular, translation, context=context)


def merge(catalogue: Catalog, found: list[Found]) -> None:
    """New msgids come in without a translation; what has one keeps it, whether in use or not yet."""
    for item in found:
        known = catalogue.get(item.singular, context=item.context)
        if known is None:
            add(catalogue, item.singular, "", plural=item.plural, context=item.context)
        elif item.plural and not known.pluralizable:
            add(catalogue, item.singular, str(known.string), plural=item.plural, context=item.context)


def untranslated(catalogue: Catalog) -> list[str]:
    return [_words(message) for message in catalogue if message.id and (message.fuzzy or not _translated(message))]


def unused(catalogue: Catalog, found: list[Found]) -> list[str]:
    used = {(item.singular, item.context) for item in found}
    return [_words(message) for message in catalogue if message.id and (_words(message), message.context) not in used]


def compile_all(root: Path = SOURCE) -> int:
    """Every room's catalogue. Returns how many messages there are."""
    return sum(compile_catalogue(po_file) for po_file in sorted(root.glob("*/locale/*/LC_MESSAGES/*.po")))


def compile_catalogue(po_file: Path) -> int:
    catalogue = read(po_file)
    mo_file = po_file.with_suffix(".mo")
    fresh = mo_file.with_suffix(".mo.fresh")
    with fresh.open("wb") as file:
        write_mo(file, catalogue)
    fresh.replace(mo_file)
    return len(catalogue)


def _words(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tinhso.web.catalogue", description="The Vietnamese catalogue")
    verbs = parser.add_subparsers(dest="verb", required=True)
    adding = verbs.add_parser("add", help="one translation")
    adding.add_argument("msgid")
    adding.add_argument("msgstr")
    adding.add_argument("--plural")
    adding.add_argument("--context")
    loading = verbs.add_parser("load", help="many translations: a JSON object {msgid: msgstr}")
    loading.add_argument("file", type=Path)
    verbs.add_parser("update", help="new msgids in; lists what is untranslated or unused; 1 if untranslated")
    verbs.add_parser("prune", help="takes out what no source uses")
    verbs.add_parser("compile", help="django.po to django.mo, of every room")
    return _run(parser.parse_args(arguments))


def _run(asked: argparse.Namespace) -> int:
    if asked.verb == "compile":
        _say(f"{compile_all()} messages compiled")
        return 0
    found = list(found_in_sources()) if asked.verb in {"update", "prune"} else []
    with opened() as catalogue:
        if asked.verb == "add":
            add(catalogue, asked.msgid, asked.msgstr, plural=asked.plural, context=asked.context)
        elif asked.verb == "load":
            for singular, translation in json.loads(asked.file.read_text(encoding="utf-8")).items():
                known = catalogue.get(singular)
                plural = known.id[1] if known is not None and known.pluralizable else None
                add(catalogue, singular, translation, plural=plural)
        else:
            merge(catalogue, found)
            return _report(catalogue, found, prune=asked.verb == "prune")
    return 0


def _report(catalogue: Catalog, found: list[Found], *, prune: bool) -> int:
    for words in unused(catalogue, found):
        _say(f"unused: {words}")
        if prune:
            catalogue.delete(words)
    missing = untranslated(catalogue)
    places = {item.singular: f"{item.file}:{item.line}" for item in reversed(found)}
    for words in missing:
        _say(f"untranslated: {places.get(words, '')} {words!r}")
    _say(f"{len(catalogue)} messages, {len(missing)} untranslated")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
