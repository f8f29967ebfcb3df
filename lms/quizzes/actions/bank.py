"""Who has written or reviewed an item, so that it is left out of their own papers."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from lms import clock
from lms.db import added, db
from lms.quizzes.models import Item, ItemWriter


def note_writers(module_id: int, writers: Mapping[str, Collection[int]]) -> None:
    """Note who has written or reviewed items of a module, by the items' keys; each person and item once."""
    items = select(Item).where(Item.module_id == module_id, Item.key.in_(writers))
    for item in db.session.scalars(items).all():
        known = set(db.session.scalars(select(ItemWriter.person_id).where(ItemWriter.item_id == item.id)))
        for person_id in sorted(set(writers[item.key]) - known):
            added(ItemWriter(item_id=item.id, person_id=person_id, at=clock.now()))
