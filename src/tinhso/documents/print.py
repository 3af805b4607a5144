"""Papers of the house, printed from data as PDF/A with the template that is in force on the day.

Owns which template is taken. How it is set is in typeset.py; what a paper says, in a pack's templates/.
Absent: storing. A printed paper is stored and numbered by who issues it (papers.py).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from tinhso.documents.pack_part import LIST_PART, SOURCE_PART, Template, sources_of
from tinhso.documents.typeset import typeset
from tinhso.kernel.problems import N_, NotFound
from tinhso.packs import queries as packs


class NoSuchTemplate(NotFound):
    code = "no-such-template"
    title = N_("There is no template for this paper on that day.")
    fields = ("template", "on")


class Found(NamedTuple):
    template: Template
    sources: dict[str, str]


def render(template_id: str, data: Mapping[str, Any], *, on: date, lang: str = "vi") -> bytes:
    """The paper as PDF/A-2b. `data` are named by the sample of the template in templates.yaml.

    on     the day of the paper: its template, and the day of making in the file
    raises NoSuchTemplate; TypesettingFailed when data and template do not fit (a bug)
    """
    found = template(template_id, on)
    return typeset(found.template.file, found.sources, data, on=on, lang=lang).pdf


def template(template_id: str, on: date) -> Found:
    """The template of that id in force on a day, with its sources; raises NoSuchTemplate."""
    catalogue = packs.catalogue(on)
    sources = {key: entry.document for key, entry in catalogue.documents(SOURCE_PART).items()}
    for entry in catalogue.documents(LIST_PART).values():
        if (one := entry.document.find(template_id, on)) is not None:
            return Found(one, sources_of(entry.document, one, entry.pack, sources))
    raise NoSuchTemplate(template=template_id, on=on.isoformat())
