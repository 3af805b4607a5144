"""Signed notes: the published example of Go's note package, and what must not be believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.journal.note import BadNote, Checkpoint, PrivateKey, PublicKey, open_note

# From the documentation of golang.org/x/mod/sumdb/note, whose format C2SP adopted.
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = GO_TEXT + (
    "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_published_example_is_signed_and_read_as_published():
    key = PrivateKey.parse(GO_PRIVATE)
    assert key.text() == GO_PRIVATE
    assert key.public.text() == GO_PUBLIC
    assert key.sign(GO_TEXT) == GO_NOTE
    assert open_note(GO_NOTE, PublicKey.parse(GO_PUBLIC)) == GO_TEXT


def test_a_note_may_carry_signatures_of_others():
    key, witness = PrivateKey.make("a.example/journal"), PrivateKey.make("witness.example")
    text = Checkpoint("a.example/journal", 7, b"\x01" * 32).text()
    note = key.sign(text) + witness.sign(text).rpartition("\n\n")[2]
    assert open_note(note, key.public) == open_note(note, witness.public) == text


@given(st.integers(0, 2**60), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_written(size, root):
    checkpoint = Checkpoint("tinh.example.vn/tay-ninh/journal", size, root)
    assert Checkpoint.parse(checkpoint.text()) == checkpoint


def changed(note, old, new):
    assert old in note
    return note.replace(old, new)


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        (changed(GO_NOTE, "problem is", "problem was"), "does not match"),
        (changed(GO_NOTE, "PeterNeumann", "PaulNeumann"), "not signed by"),
        (changed(GO_NOTE, "ZJkuBS", "ZJkuBT"), "does not match"),
        (changed(GO_NOTE, "— PeterNeumann x08", "— PeterNeumann y08"), "not signed by"),
        (changed(GO_NOTE, "nAM=\n", "nAM=\n\n"), "not signed by"),
        (changed(GO_NOTE, "x08go/", "*"), "not base64"),
        (GO_TEXT, "not a signed note"),
        ("", "not a signed note"),
    ],
)
def test_a_note_that_was_changed_is_not_believed(note, reason):
    with pytest.raises(BadNote, match=reason):
        open_note(note, PublicKey.parse(GO_PUBLIC))


@pytest.mark.parametrize(
    "text", ["", "name", "name+00000000+AQ==", GO_PUBLIC.replace("c74f", "c75f"), "n+0+!", "a b+c+AA=="]
)
def test_a_key_that_is_none_is_refused(text):
    with pytest.raises(BadNote):
        PublicKey.parse(text)
    with pytest.raises(BadNote):
        PrivateKey.parse(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b"])
def test_a_name_that_would_break_a_note_is_refused(name):
    with pytest.raises(BadNote):
        PublicKey(name, b"\0" * 32)


@pytest.mark.parametrize(
    "text", ["", "origin\n", "origin\n007\nAA==\n", "origin\n-1\nAA==\n", "\n1\nAA==\n", "o\n1\n!\n"]
)
def test_a_checkpoint_that_is_none_is_refused(text):
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


def test_a_text_without_its_last_newline_cannot_be_signed():
    with pytest.raises(BadNote, match="newline"):
        PrivateKey.parse(GO_PRIVATE).sign("text")
