"""Proofs that an entry stands in the journal, for somebody who does not trust this house. Pure.

A proof is JSON: the entry, its position, the hashes up to the root, and the signed checkpoint with that root. Whoever
has the public key checks it alone, with this file or with forty lines of their own (RFC 9162, C2SP notes).
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinhso.journal import leaf, merkle, note
from tinhso.kernel.canonical import NotCanonical

FORMAT = "tinhso-inclusion-proof/1"


class BadProof(ValueError):
    """A proof that proves nothing; the text says why."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a good proof shows: this entry was at this position when the head of this size was signed."""

    entry: Mapping[str, Any]
    position: int
    checkpoint: note.Checkpoint


def make(
    entry: Mapping[str, Any], position: int, path: Sequence[bytes], signed: str, key: note.PublicKey
) -> dict[str, Any]:
    """The proof as JSON values. The key is there for convenience: a stranger takes it from where they trust it."""
    return {
        "format": FORMAT,
        "entry": dict(entry),
        "position": position,
        "path": [base64.b64encode(step).decode() for step in path],
        "checkpoint": signed,
        "public_key": key.text(),
    }


def check(proof: Mapping[str, Any], public_key: str) -> Proven:
    """What the proof shows, by a key that the reader trusts. Raises BadProof."""
    if proof.get("format") != FORMAT:
        raise BadProof("not an inclusion proof of a journal")
    try:
        key = note.PublicKey.parse(public_key)
        checkpoint = note.Checkpoint.parse(note.open_note(proof["checkpoint"], key))
        path = [base64.b64decode(step, validate=True) for step in proof["path"]]
        found = leaf.hash_of(proof["entry"])
        position = int(proof["position"])
    except (note.BadNote, NotCanonical, binascii.Error) as error:
        raise BadProof(str(error)) from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadProof("the proof is not complete") from None
    if not merkle.verify_inclusion(found, position - 1, checkpoint.size, path, checkpoint.root):
        raise BadProof("this entry does not stand at this position under the signed head")
    return Proven(entry=proof["entry"], position=position, checkpoint=checkpoint)
