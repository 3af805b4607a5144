"""The Merkle tree over the journal: pure arithmetic of hashes, no storage.

Hashing and proofs are those of RFC 9162 (Certificate Transparency 2.0), section 2.1: SHA-256, 0x00 before a leaf,
0x01 before two children. A tree of n leaves is kept as its *peaks*: the roots of its complete subtrees, largest first,
one for each bit of n. Complete subtrees never change, so their roots are stored as they come: the *nodes*.

Leaves are counted from 0 here, as in the RFC; positions of the journal are counted from 1.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

HASH_BYTES = 32


class Place(NamedTuple):
    """Where a complete subtree stands: it covers the leaves [number * 2^level, (number + 1) * 2^level)."""

    level: int
    number: int


class Grown(NamedTuple):
    """A tree after leaves were added: its size, its peaks, and the nodes from level 1 on that became complete."""

    size: int
    peaks: list[bytes]
    nodes: list[tuple[Place, bytes]]


Fetch = Callable[[Collection[Place]], Mapping[Place, bytes]]


def leaf_hash(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(peaks: Sequence[bytes]) -> bytes:
    """The root of a tree, from its peaks; the hash of nothing for an empty one."""
    if not peaks:
        return hashlib.sha256(b"").digest()
    top = peaks[-1]
    for peak in reversed(peaks[:-1]):
        top = node_hash(peak, top)
    return top


def grow(size: int, peaks: Sequence[bytes], leaves: Iterable[bytes]) -> Grown:
    """The tree of `size` leaves and these peaks, with the hashes of further leaves at its right edge."""
    stack = list(peaks)
    nodes: list[tuple[Place, bytes]] = []
    for leaf in leaves:
        top, level = leaf, 0
        while (size >> level) & 1:
            top = node_hash(stack.pop(), top)
            level += 1
            nodes.append((Place(level, size >> level), top))
        stack.append(top)
        size += 1
    return Grown(size, stack, nodes)


def split_peaks(peaks: bytes) -> list[bytes]:
    """Peaks out of the one value that they are stored in."""
    return [peaks[start : start + HASH_BYTES] for start in range(0, len(peaks), HASH_BYTES)]


def complete_places(start: int, end: int) -> list[Place]:
    """The complete subtrees that make up the leaves [start, end), left to right.

    start  a multiple of the largest power of two that is at most end - start, as everywhere in a tree
    """
    places = []
    while start < end:
        level = (end - start).bit_length() - 1
        places.append(Place(level, start >> level))
        start += 1 << level
    return places


def inclusion_proof(index: int, size: int, fetch: Fetch) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of the first `size` leaves, nearest first (2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not among the first {size}")
    siblings: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    return _subtree_roots(siblings[::-1], fetch)


def consistency_proof(old: int, new: int, fetch: Fetch) -> list[bytes]:
    """The hashes that show that the first `old` of `new` leaves are those of the older tree (2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError(f"no proof from {old} to {new} leaves")
    parts: list[tuple[int, int]] = []
    start, end, is_whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            parts.append((middle, end))
            end = middle
        else:
            parts.append((start, middle))
            start, is_whole = middle, False
    if not is_whole:
        parts.append((start, end))
    return _subtree_roots(parts[::-1], fetch)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> bool:
    """Whether the leaf's hash stands at `index` in the tree of that size and root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, top = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            top = node_hash(step, top)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            top = node_hash(top, step)
        node, last = node >> 1, last >> 1
    return last == 0 and top == expected_root


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `old` leaves is the beginning of the tree of `new` leaves (2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_top = new_top = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old_top, new_top = node_hash(step, old_top), node_hash(step, new_top)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new_top = node_hash(new_top, step)
        node, last = node >> 1, last >> 1
    return last == 0 and old_top == old_root and new_top == new_root


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _subtree_roots(ranges: Sequence[tuple[int, int]], fetch: Fetch) -> list[bytes]:
    """The roots over these ranges of leaves, with one call of `fetch` for all the nodes that they need."""
    places = [complete_places(start, end) for start, end in ranges]
    known = fetch([place for group in places for place in group])
    return [root([known[place] for place in group]) for group in places]
