"""Publication: what stands in a folder becomes versions that never change.

The same content again is nothing. Other content under a published version is refused. A pack with an error is left
as it runs, and the others are published beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from tinhso.journal.append import NewEntry, append_many
from tinhso.journal.keys import new_uuid7
from tinhso.kernel.problems import N_, Conflict, FieldError, Invalid, NotFound
from tinhso.packs import queries, words
from tinhso.packs.check import Report, check, located_at
from tinhso.packs.folder import Located, Pack
from tinhso.packs.models import PackVersion
from tinhso.packs.parts import Finding

KIND_PUBLISHED = "packs.version.published"

# One publication at a time; any number that no other room uses.
_LOCK = 0x7061_636B


class VersionTaken(Conflict):
    code = "pack-version-taken"
    title = N_("This version was published with other content. Give the pack a new version.")
    fields = ("pack", "version", "published_at")


class PackBroken(Invalid):
    code = "pack-broken"
    title = N_("The pack has errors. Nothing was published, and the running version stays.")
    fields = ("pack",)


class NoSuchPack(NotFound):
    code = "no-such-pack"
    title = N_("There is no pack of this name.")
    fields = ("pack",)


@dataclass(frozen=True)
class Publication:
    """What a publication did: `new` versions, packs `unchanged`, and in `report` what was found in the others."""

    report: Report
    new: tuple[queries.VersionLine, ...]
    unchanged: tuple[str, ...]


def publish_all(*, by: UUID | None, folder: Path, province: str | None = None, at: datetime) -> Publication:
    """Publish every sound pack of a folder, as one change; `province` leaves out the packs of other provinces."""
    known = _digests()
    report = check(folder, province=province, standing=queries.Running(), refuse=lambda pack: _taken(pack, known))
    fresh = [pack for pack in report.sound if _version_of(pack) not in known]
    unchanged = tuple(pack.id for pack in report.sound if _version_of(pack) in known)
    new = _publish(by=by, packs=fresh, at=at) if fresh else ()
    return Publication(report, new, unchanged)


def publish(*, by: UUID | None, folder: Path, pack: str, at: datetime) -> queries.VersionLine | None:
    """Publish one pack of a folder; None when it is published already. Raises NoSuchPack, PackBroken, VersionTaken."""
    known = _digests()
    report = check(folder, standing=queries.Running())
    wanted = next((one for one in report.packs if one.id == pack), None)
    if wanted is None:
        raise NoSuchPack(pack=pack)
    if errors := [located for located in report.errors if located.pack == pack]:
        raise PackBroken((_field_error(located) for located in errors), pack=pack)
    if any(True for _ in _taken(wanted, known)):
        _refuse_taken(wanted)
    if _version_of(wanted) in known:
        return None
    return next(iter(_publish(by=by, packs=[wanted], at=at)), None)


def _field_error(located: Located) -> FieldError:
    return FieldError(f"{located.file}:{located.position.line}", words.message(located.finding))


def _version_of(pack: Pack) -> tuple[str, str]:
    return pack.id, pack.header.version if pack.header else ""


def _digests() -> dict[tuple[str, str], str]:
    rows = PackVersion.objects.values_list("pack", "version", "digest").order_by("pack", "version")
    return {(pack, version): digest for pack, version, digest in rows}


def _taken(pack: Pack, known: dict[tuple[str, str], str]) -> Iterable[Located]:
    """A finding at the line of the version, when it was published with other content."""
    digest = known.get(_version_of(pack))
    if digest is not None and digest != pack.digest():
        finding = Finding(
            ("version",),
            N_("version {version} was published with other content"),
            N_("raise the version; a published one is never changed"),
            values={"version": _version_of(pack)[1]},
        )
        yield located_at(pack, finding)


def _refuse_taken(pack: Pack) -> None:
    pack_id, version = _version_of(pack)
    row = PackVersion.objects.only("published_at").get(pack=pack_id, version=version)
    raise VersionTaken(pack=pack_id, version=version, published_at=row.published_at.isoformat())


@transaction.atomic(durable=True)
def _publish(*, by: UUID | None, packs: Sequence[Pack], at: datetime) -> tuple[queries.VersionLine, ...]:
    """Write the versions and tell the journal. Whoever publishes at the same time waits, and then finds them there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    known = _digests()
    for pack in packs:
        if any(True for _ in _taken(pack, known)):
            _refuse_taken(pack)
    fresh = [pack for pack in packs if _version_of(pack) not in known]
    rows = PackVersion.objects.bulk_create([_row(pack, by, at) for pack in fresh])
    append_many([_entry(row, by, at) for row in rows])
    return tuple(queries.line(row) for row in rows)


def _row(pack: Pack, by: UUID | None, at: datetime) -> PackVersion:
    if pack.header is None:
        raise PackBroken(pack=pack.id)
    return PackVersion(
        id=new_uuid7(),  # bulk_create does not bring back keys that the database makes
        pack=pack.id,
        version=pack.header.version,
        province=pack.province,
        in_force_from=pack.header.in_force_from,
        digest=pack.digest(),
        content=pack.content(),
        published_at=at,
        published_by=by,
    )


def _entry(row: PackVersion, by: UUID | None, at: datetime) -> NewEntry:
    data = {
        "pack": row.pack,
        "version": row.version,
        "digest": row.digest,
        "in_force_from": row.in_force_from.isoformat(),
    }
    return NewEntry(KIND_PUBLISHED, row.id, at, actor=by, data=data)
