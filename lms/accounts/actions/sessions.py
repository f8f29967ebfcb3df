"""Opening and ending sessions. A token is known to one cookie; the database keeps its SHA-256 only."""

from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update

from lms import clock, vault
from lms.accounts import rules
from lms.accounts.actions import rows
from lms.accounts.models import Session, SignInThrottle
from lms.accounts.rules import Role
from lms.db import db
from lms.refusals import NotFound


def open_session(person_id: int, roles: frozenset[Role], second_factor: bool) -> str:
    """Open a session and give its token, the only time that it is known; NotFound for a disabled or erased person.

    It lasts as long as the shortest of these roles and of the appointments held allows.
    """
    person = rows.locked(person_id)
    if person.disabled_at:
        raise NotFound()
    at, token = clock.now(), vault.new_token()
    row = Session(
        token_hash=vault.token_hash(token),
        person_id=person_id,
        created_at=at,
        expires_at=at + rules.session_lifetime(roles | rows.roles(person_id)),
        second_factor_at=at if second_factor else None,
    )
    db.session.add(row)
    db.session.flush()
    return token


def pass_second_factor(session_id: int) -> str:
    """Mark a live session as signed in with the second factor and give its new token; the old one opens nothing."""
    live = select(Session).where(Session.id == session_id, Session.live(clock.now())).with_for_update()
    row = db.session.scalar(live.execution_options(populate_existing=True))
    if row is None:
        raise NotFound()
    token = vault.new_token()
    row.token_hash, row.second_factor_at = vault.token_hash(token), clock.now()
    return token


def revoke_session(session_id: int, person_id: int | None = None) -> None:
    """End a session (sign-out, or a lost phone); with person_id, NotFound unless it is that person's. Idempotent."""
    row = db.session.get(Session, session_id, with_for_update=True)
    if row is None or person_id not in (None, row.person_id):
        raise NotFound()
    row.revoked_at = row.revoked_at or clock.now()


def revoke_all(person_id: int, except_id: int | None = None) -> None:
    """End every session of somebody but the excepted one."""
    ended = update(Session).where(Session.person_id == person_id, Session.revoked_at.is_(None))
    if except_id is not None:
        ended = ended.where(Session.id != except_id)
    db.session.execute(ended.values(revoked_at=clock.now()))


def tidy() -> int:
    """Delete counts of failed sign-ins and sessions that nobody asks about any more; how many rows went."""
    at = clock.now()
    stale = delete(SignInThrottle).where(SignInThrottle.since < at - rules.THROTTLE_KEPT)
    ended = delete(Session).where(Session.expires_at < at - rules.SESSION_KEPT)
    return sum(cast(CursorResult[Any], db.session.execute(statement)).rowcount for statement in (stale, ended))
