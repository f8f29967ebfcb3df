"""One-time codes and stewards, many at the same moment: each code works once, and nobody waits in a circle."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select

from lms import clock
from lms.accounts import actions, queries
from lms.accounts.actions import rows
from lms.accounts.models import Person, Session
from lms.accounts.rules import TOTP_STEP, Role
from lms.db import db, transaction
from lms.refusals import Refused
from tests import make

STEP = timedelta(seconds=TOTP_STEP)


def together(app: Flask, acts: list[Callable[[], object]]) -> list[object]:
    """Run the acts at the same time, each in its own connection and transaction; a refusal is its result."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    return act()
            except Refused as refusal:
                return refusal.code
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_reset_code_used_at_once_sets_one_secret(app: Flask) -> None:
    who = make.person(sign_in_name="siti")
    with transaction():
        code = actions.issue_reset_code(who.id, by=None)
    used = together(
        app, [lambda: actions.use_reset_code("siti", code, "rusa bawean 7", "password").person_id is not None] * 6
    )
    assert used.count(True) == 1


def test_a_reset_and_a_sign_in_at_once_never_wait_in_a_circle(app: Flask) -> None:
    who = make.person(sign_in_name="siti")
    with transaction():
        actions.check_secret("siti", "salah sekali")  # so that both want the row of the throttle
        code = actions.issue_reset_code(who.id, by=None)
    acts: list[Callable[[], object]] = [
        lambda: actions.use_reset_code("siti", code, "rusa bawean 7", "password").locked,
        lambda: actions.check_secret("siti", make.PASSWORD).locked,
    ]
    assert together(app, acts * 3) == [False] * 6


def test_a_code_of_the_second_factor_works_once_at_once(app: Flask) -> None:
    who = make.staff(Role.STEWARD)
    with transaction():
        secret = actions.begin_totp(who.id)
    with transaction():
        recovery = actions.confirm_totp(who.id, pyotp.TOTP(secret).at(clock.now() - STEP))
    person_id, code = who.id, pyotp.TOTP(secret).at(clock.now() + STEP)
    assert together(app, [lambda: actions.check_totp(person_id, code)] * 4).count(True) == 1
    assert together(app, [lambda: actions.check_totp(person_id, recovery[0])] * 4).count(True) == 1


def test_two_stewards_who_close_each_others_accounts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has the other's row before the audit names them: PostgreSQL would have to end one of them."""
    one, other = make.staff(Role.STEWARD).id, make.staff(Role.STEWARD).id
    met, locked = threading.Barrier(2), rows.locked

    def both_locked(person_id: int) -> Person:
        found = locked(person_id)
        with contextlib.suppress(threading.BrokenBarrierError):
            met.wait(1)
        return found

    monkeypatch.setattr(rows, "locked", both_locked)
    acts: list[Callable[[], object]] = [
        lambda: actions.disable(one, by=other),
        lambda: actions.disable(other, by=one),
    ]
    assert together(app, acts) == [None, None]
    assert queries.violations()["closed_account_session"] == 0


def test_no_session_outlives_an_account_that_is_closed_meanwhile(app: Flask) -> None:
    who = make.person().id
    acts: list[Callable[[], object]] = [
        lambda: bool(actions.open_session(who, frozenset({Role.MEMBER}), second_factor=False)),
        lambda: actions.disable(who, by=None),
    ]
    together(app, acts * 4)
    live = select(func.count()).select_from(Session).where(Session.live(clock.now()))
    assert db.session.scalar(live) == 0
