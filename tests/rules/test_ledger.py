"""The Merkle tree against the vectors of RFC 6962 and of Certificate Transparency's reference code."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.ledger import rules
from lms.ledger.rules import Leaf

# google/certificate-transparency, merkle_tree_test: eight leaves and the root after each of them.
LEAVES = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
HASH = "ab" * 32
NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert rules.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("count", range(1, 9))
def test_roots_of_certificate_transparency(count: int) -> None:
    assert rules.root(LEAVES[:count]).hex() == ROOTS[count - 1]


def test_a_leaf_can_never_be_taken_for_a_node() -> None:
    left, right = rules.leaf_hash(b"a"), rules.leaf_hash(b"b")
    assert rules.leaf_hash(left + right) != rules.node_hash(left, right) == rules.root([b"a", b"b"])


def _by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, as it is written there: split at the largest power of two below n."""
    if len(leaves) < 2:
        return rules.leaf_hash(leaves[0]) if leaves else hashlib.sha256().digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return rules.node_hash(_by_definition(leaves[:k]), _by_definition(leaves[k:]))


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_growing_tree_is_the_one_of_the_definition(leaves: list[bytes]) -> None:
    assert rules.root(leaves) == _by_definition(leaves)


def test_a_leaf_is_canonical_whatever_the_time_zone() -> None:
    jakarta = NOON.astimezone(timezone(timedelta(hours=7)))
    assert rules.leaf_bytes("issue", 7, HASH, jakarta) == rules.leaf_bytes("issue", 7, HASH, NOON)
    assert rules.leaf_bytes("issue", 7, HASH, NOON) == (
        f'{{"index":7,"kind":"issue","payload_hash":"{HASH}","time":"2026-11-23T05:00:00.000000Z"}}'.encode()
    )


def _leaf(seq: int, at: datetime, before: Leaf | None = None) -> Leaf:
    leaf = rules.leaf_bytes("issue", seq, HASH, at)
    return Leaf(seq, leaf, rules.leaf_hash(leaf).hex(), before.leaf_hash if before else rules.NO_HASH, at)


def test_a_leaf_follows_the_one_before() -> None:
    first = _leaf(0, NOON)
    assert rules.leaf_problem(first, None) is None
    assert rules.leaf_problem(_leaf(1, NOON, first), first) is None
    assert rules.leaf_problem(_leaf(2, NOON, first), first) == "gap"
    assert rules.leaf_problem(_leaf(1, NOON), first) == "chain"
    assert rules.leaf_problem(_leaf(1, NOON - timedelta(seconds=1), first), first) == "time"


def test_the_head_counts_and_names_the_last_leaf() -> None:
    last = _leaf(4, NOON)
    assert rules.head_problem(5, last.leaf_hash, last) is None
    assert rules.head_problem(0, rules.NO_HASH, None) is None
    assert rules.head_problem(6, last.leaf_hash, last) == (5, "head")
    assert rules.head_problem(3, last.leaf_hash, last) == (3, "head")
    assert rules.head_problem(5, HASH, last) == (4, "head")
    assert rules.head_problem(0, HASH, None) == (0, "head")
