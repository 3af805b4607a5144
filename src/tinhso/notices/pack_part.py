"""What notices read from packs: the text of each kind of notice, in two languages.

Pure. A text may use the placeholders of its kind (rules.VALUES) and no others, in both languages the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from tinhso.kernel.localised import Text
from tinhso.kernel.problems import N_
from tinhso.notices.rules import VALUES, NoticeKind, Values, one_line, placeholders, render, stray_braces
from tinhso.packs.parts import Context, Finding, Part

SUBJECT_LENGTH_MAX = 120


class NoticeText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Subject and body of one kind, and the ways it goes. A line whose placeholder has no value is left out."""

    kind: NoticeKind
    subject: Text
    body: Text
    channels: tuple[Literal["in_app", "email"], ...] = ("in_app", "email")


def check_notice(document: NoticeText, _context: Context) -> Iterable[Finding]:
    """Placeholders that the kind does not bring, that only one language has, or braces that are none."""
    known = VALUES[document.kind]
    for name, text in (("subject", document.subject), ("body", document.body)):
        for language in ("vi", "en"):
            yield from _check_text((name, language), text.in_(language), known)
        if name == "body" and set(placeholders(text.vi)) != set(placeholders(text.en)):
            different = sorted(set(placeholders(text.vi)) ^ set(placeholders(text.en)))
            yield Finding(
                (name,),
                N_("only one language uses {names}"),
                N_("say the same in both languages"),
                values={"names": ", ".join(different)},
            )
    if "in_app" not in document.channels:
        yield Finding(("channels",), N_("every notice is kept in the account"), N_("add in_app"))


def _check_text(where: tuple[str, str], text: str, known: frozenset[str]) -> Iterable[Finding]:
    for name in sorted(set(placeholders(text)) - known):
        yield Finding(
            where,
            N_("this kind of notice brings no {name}"),
            N_("use one of: {known}"),
            values={"name": name, "known": ", ".join(sorted(known))},
        )
    if stray_braces(text):
        yield Finding(
            where,
            N_("a brace belongs to no placeholder"),
            N_("write placeholders as {name}"),
            values={"name": "{name}"},
        )
    if where[0] == "subject" and ("\n" in text.strip() or len(text) > SUBJECT_LENGTH_MAX):
        yield Finding(
            where, N_("a subject is one line of at most {limit} letters"), values={"limit": SUBJECT_LENGTH_MAX}
        )


def written(document: NoticeText, values: Values, language: str) -> tuple[str, str]:
    """Subject and body for one reader."""
    subject = render(document.subject.in_(language), values, language)
    return one_line(subject), render(document.body.in_(language), values, language)


PARTS = (
    Part(
        name="notice",
        pattern="notices/*.yaml",
        struct=NoticeText,
        key=lambda text: text.kind.value,
        check=check_notice,
        public=True,
    ),
)
