"""The Merkle tree of RFC 6962 (section 2.1) and the canonical bytes of a leaf."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

KINDS = ("issue", "suspend", "reinstate", "revoke", "replace", "withdraw", "erase", "authorise", "key")
NO_HASH = "0" * 64  # what stands before the first leaf


def leaf_bytes(kind: str, index: int, payload_hash: str, at: datetime) -> bytes:
    """The leaf as canonical JSON: keys sorted, no spaces, ASCII, the time in UTC to the microsecond; never a name.

    ValueError if the kind is unknown, the index is negative or the hash is not 64 hexadecimal digits.
    """
    if kind not in KINDS or index < 0 or not re.fullmatch(r"[0-9a-f]{64}", payload_hash):
        raise ValueError(f"not a leaf: {kind} {index} {payload_hash}")
    return f'{{"index":{index},"kind":"{kind}","payload_hash":"{payload_hash}","time":"{_instant(at)}"}}'.encode(
        "ascii"
    )


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 of 0x00 and the leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and the hashes of both halves."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that leaves are added to one by one; it keeps one hash for each full subtree, not the leaves."""

    def __init__(self) -> None:
        """An empty tree."""
        self.size = 0
        self._full: list[tuple[int, bytes]] = []  # (leaves below, hash), the largest first

    def add(self, hashed_leaf: bytes) -> None:
        """Add the hash of the next leaf; equal subtrees at the end become one."""
        below, top = 1, hashed_leaf
        while self._full and self._full[-1][0] == below:
            size, left = self._full.pop()
            below, top = below + size, node_hash(left, top)
        self._full.append((below, top))
        self.size += 1

    def root(self) -> bytes:
        """The Merkle tree hash; of an empty tree the SHA-256 of nothing."""
        if not self._full:
            return hashlib.sha256().digest()
        *rest, (_, top) = self._full
        for _, left in reversed(rest):
            top = node_hash(left, top)
        return top


def root(leaves: Iterable[bytes]) -> bytes:
    """The Merkle tree hash over leaves in their order."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf_hash(leaf))
    return tree.root()


@dataclass(frozen=True)
class Leaf:
    """A leaf as it is stored."""

    seq: int
    leaf: bytes
    leaf_hash: str
    previous_hash: str
    recorded_at: datetime


def leaf_problem(leaf: Leaf, before: Leaf | None) -> str | None:
    """None if a stored leaf is right after the one before it; else the reason code.

    "gap": its number does not follow; "leaf": its hash is not that of its bytes; "chain": it does not name the hash of
    the leaf before; "time": it is older than the leaf before, or its row and its bytes tell different times.
    """
    if leaf.seq != (before.seq + 1 if before else 0):
        return "gap"
    if leaf_hash(leaf.leaf).hex() != leaf.leaf_hash:
        return "leaf"
    if leaf.previous_hash != (before.leaf_hash if before else NO_HASH):
        return "chain"
    if before and leaf.recorded_at < before.recorded_at:
        return "time"
    return None if f'"time":"{_instant(leaf.recorded_at)}"}}'.encode() in leaf.leaf else "time"


def head_problem(size: int, last_hash: str, last: Leaf | None) -> tuple[int, str] | None:
    """None if the head counts and names the last leaf; else the first sequence number that is in doubt, and "head"."""
    count = last.seq + 1 if last else 0
    if size != count:
        return min(size, count), "head"
    if last_hash != (last.leaf_hash if last else NO_HASH):
        return max(count - 1, 0), "head"
    return None
