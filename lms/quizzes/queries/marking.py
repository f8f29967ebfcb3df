"""The marking desk: the short texts that a person has to mark, without the name of who wrote them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lms.db import db
from lms.organisations.models import Membership
from lms.quizzes.models import Attempt, AttemptEnd, AttemptResult, AttemptVoid
from lms.quizzes.queries import rows
from lms.refusals import NotFound


@dataclass(frozen=True)
class WaitingMark:
    """A short text that a person has to mark. It does not say whose it is: marking is blind."""

    attempt_id: int
    attempt_public_id: str
    slot: int
    module_version_id: int
    handed_in_at: datetime
    critical: bool
    situation: str
    question: str
    rubric: str
    accepted: tuple[str, ...]
    text: str


def waiting_marks(
    unit_ids: Collection[int], marker_id: int, after: int | None = None, size: int = 20
) -> list[WaitingMark]:
    """The texts that wait, of members of these units but never one's own; of size attempts with an id above after."""
    due = _waiting(unit_ids, marker_id).where(Attempt.id > (after or 0)).order_by(Attempt.id).limit(size)
    attempts = list(db.session.scalars(due))
    marked = rows.marks([one.id for one in attempts])
    return [
        waiting for one in attempts for waiting in _texts(one, {*range(1, len(one.paper) + 1)} - set(marked[one.id]))
    ]


def waiting_mark(unit_ids: Collection[int], marker_id: int, attempt_public_id: str, slot: int) -> WaitingMark:
    """One text that waits, for somebody who may mark it; else NotFound."""
    one = db.session.scalar(_waiting(unit_ids, marker_id).where(Attempt.public_id == attempt_public_id))
    if one is None or not 1 <= slot <= len(one.paper) or slot in rows.marks([one.id])[one.id]:
        raise NotFound
    return next(_texts(one, {slot}))


def _waiting(unit_ids: Collection[int], marker_id: int) -> Select[Attempt]:
    members = select(Membership.person_id).where(Membership.unit_id.in_(unit_ids), Membership.until.is_(None))
    return (
        select(Attempt)
        .options(joinedload(Attempt.module_version), joinedload(Attempt.end))
        .join(AttemptEnd, AttemptEnd.attempt_id == Attempt.id)
        .where(
            Attempt.person_id.in_(members),
            Attempt.person_id != marker_id,
            ~select(AttemptResult.id).where(AttemptResult.attempt_id == Attempt.id).exists(),
            ~select(AttemptVoid.id).where(AttemptVoid.attempt_id == Attempt.id).exists(),
        )
    )


def _texts(of: Attempt, slots: Collection[int]) -> Iterator[WaitingMark]:
    """The given slots of an ended attempt as a marker sees them."""
    assert of.end is not None  # _waiting joins the end
    items = rows.items(of, [of.paper[slot - 1]["item_version"] for slot in slots])
    answers = rows.answers(of.id, counting=True)
    for slot in sorted(slots):
        item = items[of.paper[slot - 1]["item_version"]]
        yield WaitingMark(
            attempt_id=of.id,
            attempt_public_id=of.public_id,
            slot=slot,
            module_version_id=of.module_version_id,
            handed_in_at=of.end.at,
            critical=item.critical,
            situation=item.text.get("situation", ""),
            question=item.text["question"],
            rubric=item.text.get("rubric", ""),
            accepted=tuple(item.key["accepted"]),
            text=rows.value(answers[slot], item.kind)["text"],
        )
