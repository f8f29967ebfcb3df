"""The classes of a trainer."""

from sqlalchemy import select

from lms.classes.models import TrainingClass
from lms.db import db


def classes_of(trainer_id: int) -> list[TrainingClass]:
    """The classes of a trainer that are not closed, the newest first. One query."""
    query = select(TrainingClass).where(TrainingClass.trainer_id == trainer_id, TrainingClass.closed_at.is_(None))
    return list(db.session.scalars(query.order_by(TrainingClass.id.desc())))
