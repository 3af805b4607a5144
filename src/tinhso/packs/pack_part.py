"""What the room `packs` itself reads: the head of a pack, and examples of any part.

Deliberately absent: everything that a pack describes; that is in the pack_part.py of the room it concerns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

import msgspec

from tinhso.kernel.localised import Text
from tinhso.kernel.problems import N_
from tinhso.packs.parts import Context, Finding, Part, Severity, registered

PackId = Annotated[
    str, msgspec.Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60, description="lower-case-with-hyphens")
]


class PackHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """pack.yaml: what the pack is, since when, and who answers questions about it.

    version        "2026.1"; never edited once published: a change is a new version
    in_force_from  documents of this version apply from this day on
    owner          the office that answers questions about the content
    province       "" for every province, else the id of the province's own pack: then only that province publishes it
    source         where the content was taken from; licence: under which terms
    depends        packs whose documents are referred to; when one of them is broken, this one waits with it
    """

    id: PackId
    version: Annotated[str, msgspec.Meta(pattern=r"^20[0-9]{2}\.[1-9][0-9]*$", description="year.number, as 2026.1")]
    in_force_from: date
    owner: Annotated[str, msgspec.Meta(min_length=2)]
    title: Text
    summary: Text | None = None
    province: PackId | None = None
    source: str = ""
    licence: str = ""
    depends: tuple[PackId, ...] = ()


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One example: shown to the public under its name, and run as a test."""

    name: Text
    given: dict[str, Any]
    then: dict[str, Any]


class ExampleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"for_": "for"}):
    """examples/*.yaml: examples of one document, named `for: <part>/<key>`."""

    for_: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_-]*/.+$", description="<part>/<key>")]
    examples: Annotated[tuple[Example, ...], msgspec.Meta(min_length=1)]


def _check_header(header: PackHeader, _context: Context) -> Iterable[Finding]:
    if header.source and not header.licence:
        yield Finding(
            ("source",),
            N_("content from elsewhere has no licence"),
            N_('add a line "licence: …" with the terms under which it may be used'),
            severity=Severity.WARNING,
        )


def _run_examples(file: ExampleFile, context: Context) -> Iterable[Finding]:
    name, _, key = file.for_.partition("/")
    part = next((part for part in registered() if part.name == name), None)
    if part is None or part.run_example is None:
        yield _no_such_part(name)
        return
    if (document := context.get(name, key)) is None:
        yield from context.missing(("for",), name, key)
        return
    for index, example in enumerate(file.examples):
        yield from _run(part, document, example, ("examples", index), context)


def _no_such_part(name: str) -> Finding:
    return Finding(
        ("for",),
        N_("“{part}” is no part that runs examples"),
        N_("use one of: {parts}"),
        values={"part": name, "parts": ", ".join(part.name for part in registered() if part.run_example) or "–"},
    )


def _run(
    part: Part[Any], document: object, example: Example, where: tuple[str | int, ...], context: Context
) -> Iterable[Finding]:
    """Findings of one example, each below the example's own place in the file."""
    run = part.run_example
    given: Mapping[str, Any] = example.given
    for finding in run(document, given, example.then, context) if run else ():
        yield Finding((*where, *finding.where), finding.message, finding.remedy, finding.severity, finding.values)


PACK = Part(
    name="pack", pattern="pack.yaml", struct=PackHeader, key=lambda header: header.id, check=_check_header, public=True
)
EXAMPLES = Part(name="part-examples", pattern="examples/*.yaml", struct=ExampleFile, check=_run_examples, public=True)

PARTS = (PACK, EXAMPLES)
