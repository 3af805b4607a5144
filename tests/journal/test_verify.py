"""The verifier against an intruder who has the owner's password: every change of the past is found."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from tinhso.journal import leaf, merkle, note, queries, seal, verify
from tinhso.journal.append import NewEntry, append_many
from tinhso.journal.sequence import number_waiting
from tinhso.journal.verify import What

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("seal_key", "committed_db")


def number(count):
    with transaction.atomic():
        append_many([NewEntry("tests.thing.happened", subject="a", at=NOON, data={"n": n}) for n in range(count)])
    number_waiting()


@pytest.fixture
def journal():
    """Twenty entries, heads signed at 8 and at 20."""
    number(8)
    seal.sign(at=NOON)
    number(12)
    seal.sign(at=NOON)
    return queries.window(0, 20)


def findings(**arguments):
    found = []
    verify.verify(found.append, **arguments)
    return found


def kinds(found):
    return {finding.what for finding in found}


def test_an_honest_journal_has_no_findings(journal):
    steps = []
    summary = verify.verify(pytest.fail, progress=lambda done, total: steps.append((done, total)))
    assert (summary.entries, summary.checkpoints, summary.findings) == (20, 2, 0)
    assert steps == [(20, 20)]


def test_an_empty_journal_has_no_findings():
    assert findings() == []


def test_entries_that_still_wait_are_not_findings(journal):
    with transaction.atomic():
        append_many([NewEntry("tests.thing.happened", subject="a", at=NOON)])
    assert findings() == []


@pytest.mark.parametrize(
    "change",
    [
        "data = '{\"n\": 99}'",
        "at = at - interval '1 microsecond'",
        "kind = 'tests.thing.ended'",
        "subject = 'b'",
        "unit = 'H53'",
        "actor = gen_random_uuid()",
        'meta = \'{"channel": "web"}\'',
    ],
)
def test_an_edited_entry_is_found_with_its_place(journal, as_owner, change):
    as_owner(f"UPDATE journal_entry SET {change} WHERE id = %s", [journal[10].id])
    [finding] = findings()
    assert (finding.what, finding.position, finding.entry_id) == (What.EDITED, 11, journal[10].id)
    assert finding.words == f"Entry {journal[10].id} at position 11 was edited: it does not say what was sealed."


def test_a_removed_entry_is_found(journal, as_owner):
    as_owner("DELETE FROM journal_entry WHERE id = %s", [journal[4].id])
    [finding] = findings()
    assert (finding.what, finding.position, finding.entry_id) == (What.REMOVED, 5, journal[4].id)


def test_an_entry_removed_with_its_leaf_is_found(journal, as_owner):
    as_owner("DELETE FROM journal_entry WHERE id = %s", [journal[4].id])
    as_owner("DELETE FROM journal_leaf WHERE id = %s", [journal[4].id])
    found = findings()
    assert (found[0].what, found[0].position) == (What.LEAF, 5)


def swap(as_owner, columns, first, second):
    """Let two leaves change these columns, one after the other because ids are unique."""
    sets = ", ".join(f"{column} = o.{column}" for column in columns)
    as_owner("ALTER TABLE journal_leaf DROP CONSTRAINT journal_leaf_once_per_entry")
    as_owner(
        f"UPDATE journal_leaf AS l SET {sets} FROM journal_leaf AS o"
        " WHERE (l.position, o.position) IN ((%s, %s), (%s, %s))",
        [first, second, second, first],
    )


def test_entries_that_changed_places_are_found(journal, as_owner):
    swap(as_owner, ["id"], 3, 17)
    found = findings()
    assert [(finding.what, finding.position, finding.entry_id) for finding in found] == [
        (What.REORDERED, 3, journal[16].id), (What.REORDERED, 17, journal[2].id),
    ]  # fmt: skip
    assert found[0].words.endswith("stands at position 3 and was sealed at position 17: reordered.")


@pytest.mark.parametrize(("first", "second"), [(3, 17), (3, 4), (2, 18)])
def test_entries_that_changed_places_with_their_hashes_are_found(journal, as_owner, first, second):
    swap(as_owner, ["id", "hash"], first, second)
    assert What.REORDERED in kinds(findings())


def test_an_inserted_entry_is_found(journal, as_owner):
    as_owner("INSERT INTO journal_entry (at, kind, subject) VALUES (now(), 'tests.thing.happened', 'forged')")
    [finding] = findings()
    assert finding.what is What.INSERTED
    assert queries.entry(finding.entry_id).subject == "forged"


def test_an_entry_inserted_with_a_leaf_behind_the_head_is_found(journal, as_owner):
    as_owner(
        "WITH e AS (INSERT INTO journal_entry (at, kind, subject) VALUES (now(), 'tests.thing.happened', 'forged') RETURNING id)"
        " INSERT INTO journal_leaf SELECT 21, id, sha256('') FROM e"
    )
    [finding] = findings()
    assert (finding.what, finding.position) == (What.INSERTED, 21)


def test_a_changed_leaf_is_found(journal, as_owner):
    as_owner("UPDATE journal_leaf SET hash = sha256('') WHERE position = 6")
    found = findings()
    assert (found[0].what, found[0].position) == (What.EDITED, 6)
    assert {What.NODE, What.CHECKPOINT} < kinds(found)


@pytest.mark.parametrize("change", ["UPDATE journal_node SET hash = sha256('')", "DELETE FROM journal_node"])
@pytest.mark.parametrize(("level", "number", "first"), [(1, 3, 7), (3, 1, 9), (4, 0, 1)])
def test_a_changed_or_missing_node_is_found(journal, as_owner, change, level, number, first):
    as_owner(f"{change} WHERE level = %s AND number = %s", [level, number])
    found = findings()
    assert kinds(found) == {What.NODE}
    assert first in [finding.position for finding in found]


def test_a_changed_head_is_found(journal, as_owner):
    as_owner("UPDATE journal_head SET peaks = overlay(peaks PLACING sha256('') FROM 1)")
    assert kinds(findings()) == {What.HEAD}


def rewrite(as_owner, entries):
    """Rewrite the tree over these entries, nodes and head and all, as a careful intruder would."""
    tree = merkle.grow(0, [], [leaf.hash_of(seal.form_of(entry)) for entry in entries])
    as_owner("TRUNCATE journal_leaf, journal_node")
    for position, entry in enumerate(entries, start=1):
        as_owner(
            "INSERT INTO journal_leaf VALUES (%s, %s, %s)", [position, entry.id, leaf.hash_of(seal.form_of(entry))]
        )
    for place, digest in tree.nodes:
        as_owner("INSERT INTO journal_node (level, number, hash) VALUES (%s, %s, %s)", [*place, digest])
    as_owner("UPDATE journal_head SET position = %s, peaks = %s", [tree.size, b"".join(tree.peaks)])


def test_a_past_rewritten_with_its_tree_meets_the_signed_heads(journal, as_owner):
    as_owner("UPDATE journal_entry SET subject = 'b' WHERE id = %s", [journal[10].id])
    rewrite(as_owner, queries.window(0, 20))
    [finding] = findings()
    assert (finding.what, finding.position) == (What.CHECKPOINT, 20)
    assert "positions 9 to 20" in finding.words


def test_an_end_cut_off_with_its_tree_meets_the_signed_heads(journal, as_owner):
    as_owner("DELETE FROM journal_entry WHERE id = ANY(%s)", [[entry.id for entry in journal[15:]]])
    rewrite(as_owner, journal[:15])
    [finding] = findings()
    assert (finding.what, finding.position) == (What.CHECKPOINT, 20)
    assert "its end was removed" in finding.words


def test_a_past_rewritten_with_its_signed_heads_meets_the_one_that_left_the_house(journal, as_owner):
    kept_outside = seal.latest_checkpoint().note
    as_owner("UPDATE journal_entry SET subject = 'b' WHERE id = %s", [journal[10].id])
    as_owner("TRUNCATE journal_checkpoint")
    rewrite(as_owner, queries.window(0, 20))
    seal.sign(at=NOON)
    assert findings() == []
    assert kinds(findings(witnessed=[kept_outside])) == {What.CHECKPOINT}


def test_a_signed_head_that_nobody_signed_is_found(journal, as_owner):
    forged = note.PrivateKey.make("localhost/tay-ninh/journal").sign(note.Checkpoint("x", 8, bytes(32)).text())
    as_owner("UPDATE journal_checkpoint SET note = %s WHERE size = 8", [forged])
    [finding] = findings()
    assert finding.what is What.CHECKPOINT
    assert "cannot be believed" in finding.words


def test_a_signed_head_whose_row_says_otherwise_is_found(journal, as_owner):
    as_owner("UPDATE journal_checkpoint SET root = sha256('') WHERE size = 8")
    [finding] = findings()
    assert finding.words == "The row of the head signed at 8 entries says other than its note."


def test_a_long_journal_is_walked_in_batches(monkeypatch):
    monkeypatch.setattr(verify, "BATCH", 7)
    for _ in range(4):
        number(25)
        seal.sign(at=NOON)
    steps = []
    summary = verify.verify(pytest.fail, progress=lambda *walked: steps.append(walked))
    assert summary.entries == 100
    assert len(steps) == 15


def test_two_changes_are_two_findings(journal, as_owner):
    as_owner("UPDATE journal_entry SET subject = 'b' WHERE id = %s", [journal[2].id])
    as_owner("DELETE FROM journal_entry WHERE id = %s", [journal[18].id])
    assert [(finding.what, finding.position) for finding in findings()] == [(What.EDITED, 3), (What.REMOVED, 19)]


def test_the_command_says_what_it_found(journal, as_owner):
    said = []
    assert verify.main(said.append) == 0
    assert said == ["20 entries and 2 signed heads: everything is as it was sealed."]
    as_owner("DELETE FROM journal_entry WHERE id = %s", [journal[4].id])
    said.clear()
    assert verify.main(said.append) == 1
    assert said == [
        f"Entry {journal[4].id} at position 5 was removed.",
        "20 entries and 2 signed heads: 1 findings.",
    ]
