"""Reading audit rows, for the steward."""

from sqlalchemy import select

from lms.audit.models import Audit
from lms.db import db


def page(after: int | None, size: int, action: str | None = None) -> list[Audit]:
    """The newest rows, all or those of one action; after is the id that the last page ended with. One query."""
    query = select(Audit).order_by(Audit.id.desc()).limit(size)
    if after is not None:
        query = query.where(Audit.id < after)
    if action is not None:
        query = query.where(Audit.action == action)
    return list(db.session.scalars(query))
