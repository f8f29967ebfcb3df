"""Appending to the ledger, in the transaction of the act that the leaf is about."""

from datetime import datetime

from sqlalchemy import select, text

from lms import clock
from lms.db import db
from lms.ledger import rules
from lms.ledger.models import LedgerHead, LedgerLeaf


def next_time() -> datetime:
    """The time that the next leaf gets: now, or that of the last leaf where the clock was set back.

    It locks the head, so nobody appends before this transaction ends. Lock whatever else you need before.
    """
    head = _locked_head()
    return max(clock.now(), head.recorded_at) if head.recorded_at else clock.now()


def append(kind: str, index: int, payload_hash: str, at: datetime) -> LedgerLeaf:
    """Add a leaf {index, kind, payload_hash, time}; recorded_at and time are at, but never before the last leaf's.

    ValueError if it is not a leaf by rules.leaf_bytes.
    """
    head = _locked_head()
    recorded_at = max(at, head.recorded_at) if head.recorded_at else at
    leaf = rules.leaf_bytes(kind, index, payload_hash, recorded_at)
    row = LedgerLeaf(
        seq=head.size,
        leaf=leaf,
        leaf_hash=rules.leaf_hash(leaf).hex(),
        previous_hash=head.last_hash,
        recorded_at=recorded_at,
    )
    db.session.add(row)
    head.size, head.last_hash, head.recorded_at = head.size + 1, row.leaf_hash, recorded_at
    db.session.flush()
    return row


def _locked_head() -> LedgerHead:
    """The head row under lock, made by whoever comes first."""
    query = select(LedgerHead).with_for_update().execution_options(populate_existing=True)
    head = db.session.scalar(query)
    if head is None:
        first = text("INSERT INTO ledger_head (id, size, last_hash) VALUES (1, 0, :none) ON CONFLICT DO NOTHING")
        db.session.execute(first, {"none": rules.NO_HASH})
        head = db.session.scalars(query).one()
    return head
