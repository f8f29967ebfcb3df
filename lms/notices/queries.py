"""The messages of somebody."""

from sqlalchemy import select

from lms.db import db
from lms.notices.models import Notice


def messages(person_id: int, size: int = 50) -> list[Notice]:
    """The newest messages of somebody, the unread ones first. One query."""
    query = select(Notice).where(Notice.person_id == person_id)
    return list(db.session.scalars(query.order_by(Notice.read_at.is_not(None), Notice.id.desc()).limit(size)))
