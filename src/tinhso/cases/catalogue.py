"""What is offered on a date: procedures with their version, form and flow, as published by this province.

Reads packs only; keeps nothing of its own. A dossier is never read against today's packs: `pinned` goes through the
pack version that it was filed under, and finds other packs' blocks and lists as they stood when it was filed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings

from tinhso.cases import forms
from tinhso.cases.offers import OnlineLevel, online_level, version_on
from tinhso.cases.pack_part import (
    Block,
    Field,
    FlowStep,
    Form,
    LifeEvent,
    Procedure,
    ProcedureVersion,
    Publication,
    Reason,
    StandardFlow,
)
from tinhso.cases.rules import ProcedureNotPublished
from tinhso.identity import queries as identity
from tinhso.identity.rules import Subject
from tinhso.packs import queries as packs
from tinhso.packs.queries import Catalogue


@dataclass(frozen=True, slots=True)
class Offered:
    """A procedure as it stands on a day in this province.

    form   expanded: blocks replaced by their questions; made from the list of papers when none was crafted
    flow   the version's own steps, or the standard ones
    """

    procedure: Procedure
    version: ProcedureVersion
    publication: Publication
    pack_version_id: UUID
    form: Form
    form_is_crafted: bool
    flow: tuple[FlowStep, ...]
    level: OnlineLevel

    @property
    def variant_code(self) -> str:
        """The province's own code of the procedure, or the national one with the province's suffix."""
        return self.publication.variant


def online_payment(_province: str) -> bool:
    """Whether this province can take payments online. The room `payments` will answer.

    Until it stands, no province can.
    """
    return False


def offered(code: str, on: date, *, known_at: datetime | None = None) -> Offered | None:
    """The procedure as offered on a day; None when it is not published then."""
    return offered_all(on, known_at=known_at).get(code)


def offered_all(on: date, *, known_at: datetime | None = None) -> Mapping[str, Offered]:
    """Every procedure offered on a day, by its national code.

    Made once for the same versions in force and the same day.
    """
    standing = packs.catalogue(on, known_at=known_at)
    by_day: dict[date, Mapping[str, Offered]] = standing.derived(_days)
    if on not in by_day:
        by_day.clear()  # yesterday is not asked for again; a bound of one day a catalogue
        by_day[on] = _offered_on(standing, on)
    return by_day[on]


def _days(_standing: Catalogue) -> dict[date, Mapping[str, Offered]]:
    return {}


def _offered_on(standing: Catalogue, on: date) -> Mapping[str, Offered]:
    result = {}
    for code, entry in standing.documents("procedure").items():
        publication = _publication(standing, code, on)
        version = version_on(entry.document, on)
        if publication and version:
            result[code] = _offer(standing, entry.document, version, publication, entry.version_id)
    return result


def _publication(standing: Catalogue, code: str, on: date) -> Publication | None:
    for publication in standing.derived(_publications).get(code, ()):
        until = publication.published_until
        if publication.published_from <= on and (until is None or on < until):
            return publication
    return None


def _publications(standing: Catalogue) -> Mapping[str, tuple[Publication, ...]]:
    found: dict[str, tuple[Publication, ...]] = {}
    for entry in standing.documents("publications").values():
        if entry.pack == settings.PROVINCE:
            for publication in entry.document.publications:
                found[publication.procedure] = (*found.get(publication.procedure, ()), publication)
    return found


def _offer(
    standing: Catalogue,
    procedure: Procedure,
    version: ProcedureVersion,
    publication: Publication,
    pack_version_id: UUID,
) -> Offered:
    blocks = standing.derived(_blocks)
    form = packs.version(pack_version_id).get("form", version.form) if version.form else None
    return Offered(
        procedure=procedure,
        version=version,
        publication=publication,
        pack_version_id=pack_version_id,
        form=forms.expand(form, blocks) if form else forms.generated_form(procedure, blocks),
        form_is_crafted=form is not None,
        flow=version.flow or _standard_flow(standing),
        level=online_level(procedure, version, online_payment=online_payment(settings.PROVINCE)),
    )


def _blocks(standing: Catalogue) -> Mapping[str, Block]:
    return {key: entry.document for key, entry in standing.documents("block").items()}


def _standard_flow(standing: Catalogue) -> tuple[FlowStep, ...]:
    for entry in standing.documents("flow").values():
        flow: StandardFlow = entry.document
        return flow.flow
    return ()


# ── What a dossier stands on ──────────────────────────────────────────────────────────────────────────────────────


class Pinned(Protocol):
    """What names the version that a dossier stands on: its row, or its public progress."""

    @property
    def pack_version_id(self) -> UUID: ...
    @property
    def procedure_code(self) -> str: ...
    @property
    def received_on(self) -> date: ...
    @property
    def filed_at(self) -> datetime: ...


def pinned(dossier: Pinned) -> Offered:
    """The procedure as it stood when the dossier was filed.

    Its pack version by foreign key, other packs as known at that moment.

    A dossier recorded later than it was filed (paper brought in, a demonstration) may be older than the version it
    stands on: then what was known when that version was published counts.
    """
    published_at = packs.version(dossier.pack_version_id).line.published_at
    standing = packs.catalogue(dossier.received_on, known_at=max(dossier.filed_at, published_at))
    code, on = dossier.procedure_code, dossier.received_on
    procedure: Procedure | None = packs.version(dossier.pack_version_id).get("procedure", code)
    version = version_on(procedure, on) if procedure else None
    publication = _publication(standing, code, on)
    if procedure is None or version is None or publication is None:
        raise ProcedureNotPublished(procedure=code)
    # Days share what is made of them: as many are kept as there are versions, not as there were days.
    key = (dossier.pack_version_id, code, version.received_from, publication.published_from)
    kept = standing.derived(_pins)
    if key not in kept:
        kept[key] = _offer(standing, procedure, version, publication, dossier.pack_version_id)
    return kept[key]


def _pins(_standing: Catalogue) -> dict[tuple[UUID, str, date, date], Offered]:
    return {}


# ── Around procedures ─────────────────────────────────────────────────────────────────────────────────────────────


def fields(on: date) -> Mapping[str, Field]:
    """Fields of procedures (lĩnh vực) by their key."""
    return packs.catalogue(on).derived(_fields)


def _fields(standing: Catalogue) -> Mapping[str, Field]:
    return {f.id: f for entry in standing.documents("fields").values() for f in entry.document.fields}


def life_events(on: date) -> tuple[LifeEvent, ...]:
    """Why people come, in the order of the home page."""
    return packs.catalogue(on).derived(_life_events)


def _life_events(standing: Catalogue) -> tuple[LifeEvent, ...]:
    return tuple(e for entry in standing.documents("life-events").values() for e in entry.document.events)


def reasons(on: date, purpose: str) -> tuple[Reason, ...]:
    """Typed reasons for asking for more ("supplement"), refusing ("refuse") or stopping ("stop")."""
    return tuple(reason for reason in packs.catalogue(on).derived(_reasons) if purpose in reason.for_)


def _reasons(standing: Catalogue) -> tuple[Reason, ...]:
    return tuple(r for entry in standing.documents("reasons").values() for r in entry.document.reasons)


def known_of(who: Subject) -> dict[str, Any]:
    """What is already known about the person who files, by `prefill` path."""
    account, person = identity.account_and_person(who.account_id)
    known: dict[str, Any] = {"account.email": account.email, "account.phone": account.phone}
    if person is None:
        return known
    born = person.born_on.isoformat() if person.born_on else ""
    length = {"year": len("2026"), "month": len("2026-01")}.get(person.born_precision, len("2026-01-01"))
    return known | {
        "person.full_name": person.full_name,
        "person.personal_id": person.personal_id,
        "person.born_on": born[:length],
        "person.sex": person.sex,
        "person.nationality": person.nationality,
        "person.ethnic_group": person.ethnic_group,
        "person.residence_unit": person.residence_unit_code,
        "person.residence_line": person.residence_line,
        "person.phone": person.phone,
    }


def often(on: date) -> tuple[str, ...]:
    """What is often searched for, shown under the search field."""
    return packs.catalogue(on).derived(_often)


def _often(standing: Catalogue) -> tuple[str, ...]:
    return tuple(text for entry in standing.documents("synonyms").values() for text in entry.document.often)
