"""Signed heads and proofs: what leaves the house can be checked without it."""

import copy
import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import transaction

from tinhso.journal import jobs, merkle, note, proof, seal
from tinhso.journal.append import NewEntry, append, append_many
from tinhso.journal.sequence import number_waiting

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("seal_key")


def number(count):
    with transaction.atomic():
        new = append_many(
            [NewEntry("tests.thing.happened", subject=f"s{n}", at=NOON, data={"n": n}) for n in range(count)]
        )
    number_waiting()
    return [one.id for one in new]


def test_nothing_is_signed_for_an_empty_journal(db):
    assert seal.sign(at=NOON) is None
    assert seal.latest_checkpoint() is None


def test_a_head_is_signed_once_and_published(db):
    number(5)
    signed = seal.sign(at=NOON)
    assert seal.sign(at=NOON) is None
    assert seal.latest_checkpoint() == signed
    text = note.open_note(signed.note, note.PublicKey.parse(seal.public_key()))
    assert note.Checkpoint.parse(text) == note.Checkpoint("localhost/tay-ninh/journal", 5, signed.root)


def test_the_minute_job_signs(db):
    number(2)
    jobs.seal_head(NOON)
    assert (seal.latest_checkpoint().size, seal.latest_checkpoint().signed_at) == (2, NOON)


def test_the_key_is_made_once_and_for_its_owner_only(seal_key):
    first = seal.public_key()
    assert seal.public_key() == first
    assert seal_key.stat().st_mode & 0o777 == 0o600
    assert seal_key.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in seal_key.parent.iterdir()] == [seal_key.name]


def test_a_key_that_somebody_else_made_at_the_same_moment_stays(seal_key):
    seal._write_once(seal_key, "first\n")
    seal._write_once(seal_key, "second\n")
    assert seal_key.read_text() == "first\n"


def test_an_entry_is_proven_to_a_stranger(db):
    ids = number(11)
    seal.sign(at=NOON)
    for position, entry_id in enumerate(ids, start=1):
        sent = json.dumps(seal.proof_of(entry_id))
        proven = proof.check(json.loads(sent), seal.public_key())
        assert (proven.position, proven.entry["id"], proven.checkpoint.size) == (position, str(entry_id), 11)
        assert proven.entry["at"] == "2026-03-02T05:00:00.000000Z"


def test_an_entry_that_no_signed_head_covers_has_no_proof_yet(db):
    number(2)
    seal.sign(at=NOON)
    waiting = append("tests.thing.happened", subject="a", at=NOON)
    assert seal.proof_of(waiting.id) is None
    number_waiting()
    assert seal.proof_of(waiting.id) is None
    seal.sign(at=NOON)
    assert seal.proof_of(waiting.id)["position"] == 3
    assert seal.proof_of(uuid4()) is None


def tampered(good, change):
    bad = copy.deepcopy(good)
    change(bad)
    return bad


CHANGES = {
    "another entry": lambda p: p["entry"]["data"].update(n=99),
    "another instant": lambda p: p["entry"].update(at="2026-03-01T05:00:00.000000Z"),
    "another position": lambda p: p.update(position=p["position"] + 1),
    "a shorter path": lambda p: p["path"].pop(),
    "another path": lambda p: p["path"].reverse(),
    "a longer journal": lambda p: p.update(checkpoint=p["checkpoint"].replace("\n7\n", "\n8\n")),
    "no checkpoint": lambda p: p.pop("checkpoint"),
    "no position": lambda p: p.update(position="third"),
    "no path": lambda p: p.update(path=None),
    "a path of something else": lambda p: p.update(path=["*"]),
    "something without canonical form": lambda p: p["entry"].update(data=1.5),
    "another format": lambda p: p.update(format="else"),
    "no entry": lambda p: p.update(entry=None),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_proof_proves_nothing(db, what):
    ids = number(7)
    seal.sign(at=NOON)
    good = seal.proof_of(ids[2])
    proof.check(good, seal.public_key())
    with pytest.raises(proof.BadProof):
        proof.check(tampered(good, CHANGES[what]), seal.public_key())


def test_a_proof_under_another_key_proves_nothing(db):
    ids = number(3)
    seal.sign(at=NOON)
    other = note.PrivateKey.make("localhost/tay-ninh/journal").public.text()
    with pytest.raises(proof.BadProof, match="not signed by"):
        proof.check(seal.proof_of(ids[0]), other)
    with pytest.raises(proof.BadProof):
        proof.check(seal.proof_of(ids[0]), "not a key")


def test_later_heads_continue_earlier_ones_and_say_so(db):
    number(3)
    first = seal.sign(at=NOON)
    number(6)
    second = seal.sign(at=NOON)
    steps = seal.consistency(first.size, second.size)
    assert merkle.verify_consistency(first.size, first.root, second.size, second.root, steps)


def test_a_head_that_does_not_continue_the_last_is_not_signed(committed_db, as_owner):
    number(3)
    seal.sign(at=NOON)
    as_owner("UPDATE journal_leaf SET hash = sha256('other') WHERE position = 3")
    number(1)
    with pytest.raises(seal.Forked):
        seal.sign(at=NOON)


def test_a_journal_that_became_shorter_is_not_signed(committed_db, as_owner):
    number(3)
    seal.sign(at=NOON)
    as_owner("UPDATE journal_head SET position = 2, peaks = (SELECT hash FROM journal_node)")
    with pytest.raises(seal.Forked):
        seal.sign(at=NOON)


def test_a_tree_with_a_hole_is_not_signed(committed_db, as_owner):
    number(4)
    as_owner("DELETE FROM journal_node WHERE level = 2")
    with pytest.raises(seal.Forked, match="level 2"):
        seal.sign(at=NOON)
