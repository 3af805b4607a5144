"""The catalogue's search, made anew from the packs in force: one row per published procedure, one per word.

Derived data: nothing here is a record of office, so no journal entry. Followed from `packs.version.published` and once a day (versions come
into force at midnight).
"""

from collections import Counter
from datetime import date

from django.db import transaction

from tinhso.cases.catalogue import Offered, offered_all
from tinhso.cases.models import CatalogueEntry, CatalogueWord
from tinhso.kernel.text import search_key, sort_key
from tinhso.packs import queries as packs
from tinhso.packs.queries import Catalogue

WORD_LENGTH_MAX = 60


@transaction.atomic(durable=True)
def index_catalogue(*, on: date) -> int:
    """Make the search of a day; answers how many procedures it holds. Readers see the old one until the commit."""
    return index_within(on=on)


def index_within(*, on: date) -> int:
    """The same as a step."""
    rows = [_entry(offered, _said(packs.catalogue(on)).get(code, ())) for code, offered in offered_all(on).items()]
    words = Counter(word for row in rows for word in row.key.split() if len(word) <= WORD_LENGTH_MAX)
    CatalogueEntry.objects.all().delete()
    CatalogueWord.objects.all().delete()
    CatalogueEntry.objects.bulk_create(rows, batch_size=1_000)
    CatalogueWord.objects.bulk_create([CatalogueWord(word=w, count=n) for w, n in words.items()], batch_size=5_000)
    return len(rows)


def _said(standing: Catalogue) -> dict[str, tuple[str, ...]]:
    """What people say for each procedure, from the synonyms of packs."""
    said: dict[str, tuple[str, ...]] = {}
    for entry in standing.documents("synonyms").values():
        for synonym in entry.document.synonyms:
            for code in synonym.procedures:
                said[code] = (*said.get(code, ()), *synonym.say)
    return said


def _entry(offered: Offered, said: tuple[str, ...]) -> CatalogueEntry:
    procedure = offered.procedure
    title_key = search_key(procedure.title.vi)
    words = (
        title_key,
        search_key(procedure.title.en),
        *(search_key(keyword) for keyword in procedure.keywords),
        *(search_key(text) for text in said),
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
        key=" ".join(dict.fromkeys(" ".join(words).split())) + " | " + " | ".join(words[:1] + words[2:]),
        title_key=title_key,
        published_from=offered.publication.published_from,
        published_until=offered.publication.published_until,
        pack_version_id=offered.pack_version_id,
    )
