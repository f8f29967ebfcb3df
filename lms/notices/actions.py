"""Putting a message into the outbox, once, and noting that it was read."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from lms import clock
from lms.db import added, db
from lms.notices.models import Notice
from lms.refusals import NotFound


def tell(person_id: int, kind: str, dedupe_key: str, values: Mapping[str, Any], by: int | None = None) -> Notice:
    """Store one message to one person; the same dedupe key gives the message that stands.

    values are what the words of the kind need: ids, codes, titles and dates, never words about a person.
    """
    row = Notice(person_id=person_id, kind=kind, dedupe_key=dedupe_key, values=dict(values), by=by, made_at=clock.now())
    if added(row):
        return row
    return db.session.scalars(select(Notice).where(Notice.dedupe_key == dedupe_key)).one()


def read(person_id: int, public_id: str) -> None:
    """Note that somebody has read a message of theirs; NotFound for anybody else's."""
    row = db.session.scalar(select(Notice).where(Notice.public_id == public_id, Notice.person_id == person_id))
    if row is None:
        raise NotFound
    row.read_at = row.read_at or clock.now()
    db.session.flush()
