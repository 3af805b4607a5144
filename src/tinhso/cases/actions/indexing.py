"""The catalogue's search, made anew from the packs in force: one row per published procedure, one per word.

Derived data: nothing here is a record of office, so no journal entry. Followed from `packs.version.published` and
once a day (versions come into force at midnight).
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from tinhso.cases.catalogue import Offered, offered_all
from tinhso.cases.models import CatalogueEntry, CatalogueWord
from tinhso.journal.append import require_transaction
from tinhso.kernel.text import search_key, sort_key
from tinhso.packs import queries as packs
from tinhso.packs.queries import Catalogue

WORD_LENGTH_MAX = 60
WORD = re.compile(r"[a-z0-9.]*[a-z0-9]")


@transaction.atomic(durable=True)
def index_catalogue(*, on: date) -> int:
    """Make the search of a day; answers how many procedures it holds. Readers see the old one until the commit."""
    return index_within(on=on)


def index_within(*, on: date) -> int:
    """The same as a step."""
    require_transaction()
    said = _said(packs.catalogue(on))
    rows = [_entry(offered, said.get(code, Said())) for code, offered in offered_all(on).items()]
    words = Counter(word for row in rows for word in WORD.findall(row.key) if len(word) <= WORD_LENGTH_MAX)
    CatalogueEntry.objects.all().delete()
    CatalogueWord.objects.all().delete()
    CatalogueEntry.objects.bulk_create(rows, batch_size=1_000)
    CatalogueWord.objects.bulk_create([CatalogueWord(word=w, count=n) for w, n in words.items()], batch_size=5_000)
    return len(rows)


@dataclass(frozen=True, slots=True)
class Said:
    """What people say for a procedure: each saying with the place of the procedure among its meanings, from 0."""

    places: tuple[tuple[str, int], ...] = ()


def _said(standing: Catalogue) -> dict[str, Said]:
    """Sayings by procedure, from the synonyms of packs: of the codes of a synonym the first is meant most."""
    said: dict[str, Said] = {}
    for entry in standing.documents("synonyms").values():
        for synonym in entry.document.synonyms:
            for place, code in enumerate(synonym.procedures):
                known = said.get(code, Said()).places
                said[code] = Said((*known, *((search_key(text), place) for text in synonym.say)))
    return said


def _entry(offered: Offered, said: Said) -> CatalogueEntry:
    procedure = offered.procedure
    title_key = search_key(procedure.title.vi)
    keywords = [search_key(keyword) for keyword in procedure.keywords]
    words = (
        title_key,
        search_key(procedure.title.en),
        *keywords,
        *(text for text, _place in said.places),
        search_key(procedure.code),
        search_key(offered.variant_code),
    )
    return CatalogueEntry(
        code=procedure.code,
        variant_code=offered.variant_code,
        title_vi=procedure.title.vi,
        title_en=procedure.title.en,
        sort_key=sort_key(procedure.title.vi),
        field=procedure.field,
        handled_by=procedure.handled_by,
        agency_code=offered.publication.agency or "",
        level=procedure.level,
        audience=list(procedure.audience),
        life_events=list(procedure.life_events),
        online_level=offered.level.number,
        key=" | ".join(dict.fromkeys(words)),
        title_key=title_key,
        called=" | ".join(dict.fromkeys([*keywords, *(text for text, place in said.places if place == 0)])),
        sayings=dict.fromkeys(keywords, 1) | dict(said.places),
        published_from=offered.publication.published_from,
        published_until=offered.publication.published_until,
        pack_version_id=offered.pack_version_id,
    )
