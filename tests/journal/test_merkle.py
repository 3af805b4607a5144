"""The tree of RFC 9162, against Certificate Transparency's published examples and against its own definition."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.journal import merkle
from tinhso.journal.merkle import Place

# The examples that the Certificate Transparency project publishes with its code (merkle_tree_test, reference tree).
CT_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_EMPTY_ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
H96 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
H5F = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
H6B = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
HBC = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
HCA = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
H0E = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
HD3 = CT_ROOTS[3]

CT_PATHS = [
    (0, 1, []),
    (0, 8, [H96, H5F, H6B]),
    (5, 8, [HBC, HCA, HD3]),
    (2, 3, [CT_ROOTS[1]]),
    (1, 5, [CT_ROOTS[0], H5F, HBC]),
]
CT_CONSISTENCY = [(1, 1, []), (1, 8, [H96, H5F, H6B]), (6, 8, [H0E, HCA, HD3]), (2, 5, [H5F, HBC])]


def grown(leaves):
    return merkle.grow(0, [], leaves)


def fetch_from(leaves):
    stored = dict(grown(leaves).nodes) | {Place(0, index): leaf for index, leaf in enumerate(leaves)}
    return lambda places: {place: stored[place] for place in places}


def root_by_definition(leaves):
    """MTH of RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node_hash(root_by_definition(leaves[:k]), root_by_definition(leaves[k:]))


def ct_hashes():
    return [merkle.leaf_hash(leaf) for leaf in CT_LEAVES]


def test_an_empty_tree_has_the_hash_of_nothing():
    assert merkle.root([]).hex() == CT_EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size):
    assert merkle.root(grown(ct_hashes()[:size]).peaks).hex() == CT_ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "path"), CT_PATHS)
def test_inclusion_proofs_are_the_published_ones(index, size, path):
    hashes = ct_hashes()
    proof = merkle.inclusion_proof(index, size, fetch_from(hashes))
    assert [step.hex() for step in proof] == path
    assert merkle.verify_inclusion(hashes[index], index, size, proof, bytes.fromhex(CT_ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "new", "path"), CT_CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old, new, path):
    proof = merkle.consistency_proof(old, new, fetch_from(ct_hashes()))
    assert [step.hex() for step in proof] == path
    assert merkle.verify_consistency(
        old, bytes.fromhex(CT_ROOTS[old - 1]), new, bytes.fromhex(CT_ROOTS[new - 1]), proof
    )


leaves_lists = st.lists(st.binary(max_size=4).map(merkle.leaf_hash), min_size=1, max_size=70)


@given(leaves_lists, st.data())
def test_a_tree_grown_in_any_batches_has_the_root_of_the_definition(leaves, data):
    cut = data.draw(st.integers(0, len(leaves)))
    first = grown(leaves[:cut])
    second = merkle.grow(first.size, first.peaks, leaves[cut:])
    assert merkle.root(second.peaks) == root_by_definition(leaves)
    assert first.nodes + second.nodes == grown(leaves).nodes
    assert merkle.split_peaks(b"".join(second.peaks)) == second.peaks


@given(leaves_lists, st.data())
def test_every_leaf_proves_its_place_and_no_other(leaves, data):
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, fetch_from(leaves))
    top = root_by_definition(leaves[:size])
    assert merkle.verify_inclusion(leaves[index], index, size, proof, top)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"another entry"), index, size, proof, top)
    assert not merkle.verify_inclusion(leaves[index], index, size, [*proof, top], top)
    assert not merkle.verify_inclusion(leaves[index], size, size, proof, top)
    if proof:
        assert not merkle.verify_inclusion(leaves[index], index, size, proof[:-1], top)


@given(leaves_lists, st.data())
def test_a_longer_tree_proves_that_it_begins_with_the_shorter_one(leaves, data):
    new = len(leaves)
    old = data.draw(st.integers(1, new))
    proof = merkle.consistency_proof(old, new, fetch_from(leaves))
    old_root, new_root = root_by_definition(leaves[:old]), root_by_definition(leaves)
    assert merkle.verify_consistency(old, old_root, new, new_root, proof)
    other = merkle.leaf_hash(b"another past")
    assert not merkle.verify_consistency(old, other, new, new_root, proof)
    assert not merkle.verify_consistency(old, old_root, new, other, proof)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_a_leaf_outside_the_tree_has_no_proof(index, size):
    with pytest.raises(ValueError, match="is not among"):
        merkle.inclusion_proof(index, size, fetch_from(ct_hashes()))
    assert not merkle.verify_inclusion(b"", index, size, [], b"")


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_there_is_no_consistency_with_nothing_or_with_the_future(old, new):
    with pytest.raises(ValueError, match="no proof"):
        merkle.consistency_proof(old, new, fetch_from(ct_hashes()))
    assert not merkle.verify_consistency(old, b"", new, b"", [])
