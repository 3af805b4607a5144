"""What the room reads from packs: the papers it can print, and the Typst sources they are made of.

`templates.yaml` lists the papers of a pack; `templates/*.typ` are their sources. A paper is checked by printing it with
its own sample. Absent: forms that citizens fill in (room cases).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

import msgspec

from tinhso.documents.typeset import TypesettingFailed, reaches_outside, typeset
from tinhso.kernel.localised import Text
from tinhso.kernel.problems import N_
from tinhso.packs.parts import Context, Finding, Part, Severity

SOURCE_PART = "template-source"
LIST_PART = "templates"

TemplateId = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
SourceName = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\.typ$", description="a file in templates/")]


class TemplateSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """templates/*.typ as it stands."""

    name: str
    text: str


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One paper that can be printed.

    id           what `print.render` calls it; one id may stand several times, for periods that do not meet
    file         its source
    valid_from   the first day on which it is used; valid_until: the first on which it no longer is
    reference    the rule that it follows
    sample       data it is checked with; also the manual of its data
    """

    id: TemplateId
    file: SourceName
    title: Text
    valid_from: date
    valid_until: date | None = None
    reference: Annotated[str, msgspec.Meta(min_length=5)]
    sample: dict[str, Any]

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


class Templates(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """templates.yaml: `library` are sources that others import; every other source is a paper's."""

    library: tuple[SourceName, ...] = ()
    templates: Annotated[tuple[Template, ...], msgspec.Meta(min_length=1)]

    def find(self, template_id: str, day: date) -> Template | None:
        """The paper of that id on that day."""
        return next((one for one in self.templates if one.id == template_id and one.holds_on(day)), None)


def source_key(pack: str, file: str) -> str:
    """How a source is called among all packs: by its pack and its name without ending, as parts without a key are."""
    return f"{pack}/{file.removesuffix('.typ')}"


def sources_of(listed: Templates, template: Template, pack: str, found: Mapping[str, TemplateSource]) -> dict[str, str]:
    """The texts that Typst needs for a paper: file name to text. Raises KeyError with the name of a missing one."""
    names = (*listed.library, template.file)
    return {name: found[source_key(pack, name)].text for name in names}


def check_templates(listed: Templates, context: Context) -> Iterable[Finding]:
    """Every source is there, periods of one id do not meet, and every paper prints with its sample."""
    for index, name in enumerate(listed.library):
        yield from _missing_source(("library", index), name, context)
    for index, template in enumerate(listed.templates):
        where = ("templates", index)
        yield from _check_period(where, template, listed.templates[:index])
        missing = list(_missing_source((*where, "file"), template.file, context))
        yield from missing
        if not missing:
            yield from _print_sample(where, listed, template, context)


def check_source(source: TemplateSource, _context: Context) -> Iterable[Finding]:
    if reaches_outside(source.text):
        yield Finding(
            ("text",),
            N_("the template fetches a package from the network"),
            N_("copy what it needs into templates/ and import that file"),
        )


def _missing_source(where: tuple[str | int, ...], name: str, context: Context) -> Iterable[Finding]:
    yield from context.missing(where, SOURCE_PART, source_key(context.pack, name))


def _check_period(where: tuple[str | int, ...], template: Template, before: Iterable[Template]) -> Iterable[Finding]:
    if template.valid_until is not None and template.valid_until <= template.valid_from:
        yield Finding(
            (*where, "valid_until"),
            N_("the template ends before it begins"),
            N_("make valid_until a day after valid_from"),
        )
    if any(one.id == template.id and _meet(one, template) for one in before):
        yield Finding(
            (*where, "valid_from"),
            N_("two templates “{id}” hold on the same day"),
            N_("close the earlier one with valid_until"),
            values={"id": template.id},
        )


def _meet(one: Template, other: Template) -> bool:
    return one.holds_on(other.valid_from) or other.holds_on(one.valid_from)


def _print_sample(
    where: tuple[str | int, ...], listed: Templates, template: Template, context: Context
) -> Iterable[Finding]:
    try:
        sources = sources_of(listed, template, context.pack, context.documents(SOURCE_PART))
    except KeyError:
        return  # a missing library file was told already
    if any(reaches_outside(text) for text in sources.values()):
        return  # told at the source; nothing is fetched to check it
    try:
        printed = typeset(template.file, sources, template.sample, on=template.valid_from)
    except TypesettingFailed as error:
        yield Finding(
            where,
            N_("“{id}” cannot be printed with its sample: {reason}"),
            N_("correct the template, or the sample"),
            values={"id": template.id, "reason": error.reason.strip()},
        )
        return
    for remark in printed.remarks:
        yield Finding(
            where,
            N_("while “{id}” was printed: {remark}"),
            N_("correct the template, or the sample"),
            Severity.WARNING,
            {"id": template.id, "remark": remark},
        )


TEMPLATES = Part(name=LIST_PART, pattern="templates.yaml", struct=Templates, check=check_templates)
SOURCES = Part(name=SOURCE_PART, pattern="templates/*.typ", struct=TemplateSource, check=check_source)

PARTS = (TEMPLATES, SOURCES)
