"""A hash tree as RFC 6962 draws it: split at the largest power of two, inner nodes marked 0x01.

Whoever holds a leaf, its path and the root can check that the row is in the batch, and trusts nobody for it.
"""

import hashlib
from collections.abc import Sequence

NODE = b"\1"
# So many leaves make a complete subtree, of which only the root is needed to go on.
PART = 2**14


def node(left: bytes, right: bytes) -> bytes:
    """Return the node over two, 32 bytes."""
    return hashlib.sha256(NODE + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaves, or over the roots of equal complete parts and a last, smaller one.

    Raises: ValueError for no leaves: nothing has no root.
    """
    if not leaves:
        raise ValueError("a tree has leaves")
    level = list(leaves)
    digest_of = hashlib.sha256
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(level[0::2], level[1::2], strict=False)
        level = [digest_of(NODE + left + right).digest() for left, right in pairs] + odd
    return level[0]


class Growing:
    """A tree that grows by leaves; it holds fewer than PART of them, and the roots of complete parts."""

    def __init__(self) -> None:
        self._roots: list[bytes] = []
        self._open: list[bytes] = []

    def add(self, leaves: Sequence[bytes], *, whole: bytes | None = None) -> None:
        """Put leaves at the end; `whole` is their root, where they are a complete part and it is known."""
        if whole is not None and len(leaves) == PART and not self._open:
            self._roots.append(whole)
            return
        self._open += leaves
        while len(self._open) >= PART:
            self._roots.append(root(self._open[:PART]))
            del self._open[:PART]

    @property
    def root(self) -> bytes | None:
        """The root over all leaves so far; None over none."""
        level = [*self._roots, root(self._open)] if self._open else self._roots
        return root(level) if level else None


def path(leaves: Sequence[bytes], at: int) -> list[tuple[str, bytes]]:
    """Return the siblings from the leaf at a place up to the root, each with the side it stands on."""
    found, level = [], list(leaves)
    while len(level) > 1:
        sibling = at ^ 1
        if sibling < len(level):
            found.append(("right" if sibling > at else "left", level[sibling]))
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(level[0::2], level[1::2], strict=False)
        level = [node(left, right) for left, right in pairs] + odd
        at //= 2
    return found


def climb(leaf: bytes, siblings: Sequence[tuple[str, bytes]]) -> bytes:
    """Return the root that a leaf and its siblings lead to."""
    reached = leaf
    for side, sibling in siblings:
        reached = node(reached, sibling) if side == "right" else node(sibling, reached)
    return reached
