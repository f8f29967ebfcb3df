"""Reading and checking the ledger."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import select

from lms.db import db
from lms.ledger import rules
from lms.ledger.models import LedgerHead, LedgerLeaf
from lms.ledger.rules import Leaf


@dataclass(frozen=True)
class Verified:
    """The outcome of a check: root is that of the whole tree in hex; or the first bad sequence number and why.

    reason is "gap", "leaf", "chain", "time" (rules.leaf_problem) or "head".
    """

    ok: bool
    size: int
    root: str | None
    first_bad: int | None = None
    reason: str | None = None


def leaves(first: int = 0) -> Generator[Leaf, None, None]:
    """The stored leaves in their order from a sequence number on, a thousand at a time; close it if you stop early."""
    columns = LedgerLeaf.seq, LedgerLeaf.leaf, LedgerLeaf.leaf_hash, LedgerLeaf.previous_hash, LedgerLeaf.recorded_at
    query = select(*columns).where(LedgerLeaf.seq >= first).order_by(LedgerLeaf.seq)
    rows = db.session.execute(query.execution_options(yield_per=1000))
    try:
        for row in rows:
            yield Leaf(*row)
    finally:
        rows.close()


def _head() -> tuple[int, str]:
    head = db.session.execute(select(LedgerHead.size, LedgerHead.last_hash)).first()
    return (head.size, head.last_hash) if head else (0, rules.NO_HASH)


def verify() -> Verified:
    """Check every leaf, the chain, the times and the head; stops at the first that is wrong and names it."""
    tree, before = rules.Tree(), None
    with closing(leaves()) as stored:
        for leaf in stored:
            if reason := rules.leaf_problem(leaf, before):
                # After a gap the missing number is the bad one, not the leaf that stands behind it.
                return Verified(False, tree.size, None, tree.size if reason == "gap" else leaf.seq, reason)
            tree.add(bytes.fromhex(leaf.leaf_hash))
            before = leaf
    if wrong := rules.head_problem(*_head(), before):
        return Verified(False, tree.size, None, *wrong)
    return Verified(True, tree.size, tree.root().hex())


def violations() -> dict[str, int]:
    """Invariant 5: leaves that are not right after the one before, by reason, and a head that does not fit."""
    counts = dict.fromkeys(("gap", "leaf", "chain", "time", "head"), 0)
    last: Leaf | None = None
    for before, leaf in pairwise(_from_nothing()):
        assert leaf is not None
        last = leaf
        if reason := rules.leaf_problem(leaf, before):
            counts[reason] += 1
    counts["head"] = int(rules.head_problem(*_head(), last) is not None)
    return {f"ledger_{reason}": count for reason, count in counts.items()}


def _from_nothing() -> Iterator[Leaf | None]:
    yield None
    yield from leaves()
