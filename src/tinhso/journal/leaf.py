"""What is hashed of an entry. Pure; the same for the sequencer, the verifier and a stranger with a proof."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tinhso.journal import merkle
from tinhso.kernel.canonical import canonical


def entry_form(
    *, entry_id: UUID, at: datetime, kind: str, subject: str, unit: str, actor: UUID | None, data: Any, meta: Any
) -> dict[str, Any]:
    """An entry as plain values. `at` becomes UTC with six digits after the second: 2026-03-02T01:15:00.000000Z."""
    return {
        "id": str(entry_id),
        "at": at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z",
        "kind": kind,
        "subject": subject,
        "unit": unit,
        "actor": None if actor is None else str(actor),
        "data": data,
        "meta": meta,
    }


def hash_of(form: Mapping[str, Any]) -> bytes:
    """The leaf's hash: RFC 9162 over the form as plain sorted JSON. Raises NotCanonical."""
    return merkle.leaf_hash(canonical(dict(form)))
