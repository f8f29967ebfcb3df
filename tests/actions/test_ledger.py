"""The ledger on a real database: appending, and finding whatever was done to it behind its back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from lms import clock
from lms.db import db, transaction, triggers_of
from lms.ledger import actions, queries, rules
from lms.ledger.models import LedgerHead, LedgerLeaf

pytestmark = pytest.mark.usefixtures("app")

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
HASH = "ab" * 32


def append(count: int = 1, kind: str = "issue") -> list[LedgerLeaf]:
    with transaction():
        return [actions.append(kind, n, HASH, clock.now()) for n in range(count)]


def damaged(change: Callable[[], object]) -> None:
    """Do to the append-only table what its triggers refuse."""
    with transaction():
        dialect = db.engine.dialect.name
        for name in triggers_of("ledger_leaf", dialect):
            db.session.execute(text(f"DROP TRIGGER {name}" + (" ON ledger_leaf" if dialect == "postgresql" else "")))
        change()


def test_an_empty_ledger_verifies_with_the_root_of_nothing() -> None:
    assert queries.verify() == queries.Verified(
        True, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


def test_leaves_are_numbered_chained_and_canonical() -> None:
    with time_machine.travel(NOON, tick=False):
        first, second = append(2)
    assert (first.seq, second.seq) == (0, 1)
    assert first.leaf == b'{"index":0,"kind":"issue","payload_hash":"' + HASH.encode() + (
        b'","time":"2026-11-23T05:00:00.000000Z"}'
    )
    assert first.previous_hash == "0" * 64
    assert second.previous_hash == first.leaf_hash == rules.leaf_hash(first.leaf).hex()


def test_the_root_is_that_of_the_leaves() -> None:
    leaves = [row.leaf for row in append(7)]
    found = queries.verify()
    assert (found.ok, found.size, found.root) == (True, 7, rules.root(leaves).hex())


def test_a_clock_that_was_set_back_never_makes_a_leaf_older_than_the_last() -> None:
    with time_machine.travel(NOON, tick=False):
        append()
    with time_machine.travel(NOON - timedelta(days=2), tick=False):
        with transaction():
            assert actions.next_time() == NOON
        assert append()[0].recorded_at == NOON
    assert queries.verify().ok


def test_what_is_rolled_back_leaves_no_gap() -> None:
    append()
    with pytest.raises(ZeroDivisionError), transaction():
        actions.append("issue", 5, HASH, clock.now()).seq / 0
    assert append()[0].seq == 1
    assert queries.verify().size == 2


@pytest.mark.parametrize(("kind", "index", "digest"), [("party", 1, HASH), ("issue", -1, HASH), ("issue", 1, "xy")])
def test_what_is_no_leaf_is_not_appended(kind: str, index: int, digest: str) -> None:
    with pytest.raises(ValueError, match="not a leaf"), transaction():
        actions.append(kind, index, digest, clock.now())
    assert queries.verify().size == 0


def test_leaves_cannot_be_changed_or_deleted() -> None:
    append(2)
    for change in (update(LedgerLeaf).values(leaf=b"{}"), delete(LedgerLeaf)):
        with pytest.raises(DBAPIError, match="only grows"), transaction():
            db.session.execute(change)
    assert queries.verify().ok


def _swap_times() -> None:
    early = db.session.scalars(select(LedgerLeaf).where(LedgerLeaf.seq == 1)).one().recorded_at - timedelta(days=9)
    leaf = rules.leaf_bytes("issue", 2, HASH, early)
    values = {"leaf": leaf, "leaf_hash": rules.leaf_hash(leaf).hex(), "recorded_at": early}
    db.session.execute(update(LedgerLeaf).where(LedgerLeaf.seq == 2).values(**values))


def _set(seq: int, **values: object) -> None:
    db.session.execute(update(LedgerLeaf).where(LedgerLeaf.seq == seq).values(**values))


def _lose(seq: int) -> None:
    db.session.execute(delete(LedgerLeaf).where(LedgerLeaf.seq == seq))


DAMAGE: dict[str, tuple[Callable[[], object], int, str]] = {
    "bytes": (lambda: _set(2, leaf=b"{}"), 2, "leaf"),
    "hash": (lambda: _set(2, leaf_hash="cd" * 32), 2, "leaf"),
    "missing": (lambda: _lose(2), 2, "gap"),
    "first missing": (lambda: _lose(0), 0, "gap"),
    "last missing": (lambda: _lose(4), 4, "head"),
    "chain": (lambda: _set(3, previous_hash="cd" * 32), 3, "chain"),
    "older": (_swap_times, 2, "time"),
    "row's time": (lambda: _set(4, recorded_at=clock.now() + timedelta(days=1)), 4, "time"),
    "head's size": (lambda: db.session.execute(update(LedgerHead).values(size=9)), 5, "head"),
    "head's hash": (lambda: db.session.execute(update(LedgerHead).values(last_hash="cd" * 32)), 4, "head"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_found_and_named(name: str) -> None:
    change, seq, reason = DAMAGE[name]
    with time_machine.travel(NOON, tick=False):
        append(5)
    assert set(queries.violations().values()) == {0}
    damaged(change)
    found = queries.verify()
    assert (found.ok, found.first_bad, found.reason, found.root) == (False, seq, reason, None)
    assert queries.violations()[f"ledger_{reason}"] >= 1


def test_an_inserted_copy_of_a_leaf_is_found(app: Flask) -> None:
    append(3)
    copied = "seq, leaf, leaf_hash, previous_hash, recorded_at"
    with transaction():
        db.session.execute(
            text(f"INSERT INTO ledger_leaf ({copied}) SELECT 3, {copied[5:]} FROM ledger_leaf WHERE seq = 2")
        )
    assert queries.verify().first_bad == 3
