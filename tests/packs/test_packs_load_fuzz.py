"""Whatever the bytes are, the loader answers with plain data or with a PackError that names a line."""

import contextlib
import unicodedata

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from small_house import Service

from tinhso.packs.load import PackError, read_bytes
from tinhso.packs.shape import Misshapen, convert

NAMES = st.sampled_from(["p/x.yaml", "p/x.csv", "p/x.typ"])
YAMLISH = st.text(alphabet=list("abc:-[]{}&*!|>'\"#,? \n\t%@`~019.=<ế"), max_size=200)


def only_plain(tree):
    match tree:
        case dict():
            return all(isinstance(key, str) and only_plain(value) for key, value in tree.items())
        case list():
            return all(map(only_plain, tree))
        case _:
            return tree is None or isinstance(tree, str | bool | int)


def read(content, name):
    """The source; None when it was refused with a line and words."""
    with contextlib.suppress(PackError):
        return read_bytes(content, name)
    with pytest.raises(PackError) as caught:
        read_bytes(content, name)
    assert caught.value.position.line >= 1
    assert caught.value.message.format(**caught.value.values)
    return None


@given(st.binary(max_size=300), NAMES)
def test_any_bytes_give_plain_data_or_a_line(content, name):
    source = read(content, name)
    assert source is None or only_plain(source.tree)


@given(YAMLISH, NAMES)
@settings(max_examples=400)
def test_anything_like_yaml_gives_plain_data_or_a_line(text, name):
    source = read(text.encode(), name)
    assert source is None or only_plain(source.tree)


TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(max_size=20).filter(lambda one: one.isprintable()),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdefgh_", min_size=1, max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text("abcdefgh_", min_size=1, max_size=8), TREES, max_size=5))
def test_what_is_written_as_yaml_comes_back_with_a_line_for_every_value(tree):
    text = yaml.safe_dump(tree, allow_unicode=True)
    if not unicodedata.is_normalized("NFC", text):
        return
    source = read_bytes(text.encode(), "p/x.yaml")
    assert source.tree == tree
    lines = text.split("\n")
    for where, position in source.lines.items():
        if where and isinstance(where[-1], str):
            at = lines[position.line - 1][position.column - 1 :]
            assert at.lstrip("'\"? ").startswith(where[-1])


FIELDS = st.sampled_from(
    ["code", "title", "channel", "form", "share", "fees", "steps", "when", "vi", "en", "amount", "x"]
)
SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.just("1.001193"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=5),
    max_leaves=12,
)


@given(st.dictionaries(FIELDS, SHAPES, max_size=6))
@settings(max_examples=400)
def test_any_tree_fits_a_struct_or_is_explained_in_words(tree):
    with contextlib.suppress(Misshapen):
        convert(tree, Service)
        msgspec.convert(tree, Service)
        return
    with pytest.raises(Misshapen) as caught:
        convert(tree, Service)
    assert caught.value.findings
    for finding in caught.value.findings:
        assert finding.message.format(**finding.values)
        assert finding.remedy.format(**finding.values)
