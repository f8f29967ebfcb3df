"""What a member sees of an exam that is under way: never a key, a reason or the id of an option."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.db import db
from lms.quizzes import rules
from lms.quizzes.models import Attempt, ItemVersion
from lms.quizzes.queries import rows
from lms.refusals import NotFound


@dataclass(frozen=True)
class QuestionView:
    """A slot as the member sees it: options and targets as (place, text) in frozen order, never key or reasons.

    Options of true_false have no text. saved is the last answer in the places of this page, seq its number (0: none).
    sheet: (slot, answered) of the whole paper.
    """

    slot: int
    kind: str
    critical: bool
    situation: str
    question: str
    options: tuple[tuple[str, str], ...]
    targets: tuple[tuple[str, str], ...]
    unit: str
    saved: dict[str, Any] | None
    seq: int
    saved_at: datetime | None
    late: bool
    sheet: tuple[tuple[int, bool], ...]


def attempt(public_id: str, person_id: int) -> Attempt:
    """Somebody's own attempt, with version, end, void and results loaded; NotFound for anybody else's. One query."""
    parts = (Attempt.module_version, Attempt.end, Attempt.void, Attempt.results)
    found = db.session.scalars(
        select(Attempt)
        .options(*(joinedload(part) for part in parts))
        .where(Attempt.public_id == public_id, Attempt.person_id == person_id)
        .execution_options(populate_existing=True)
    )
    one = found.unique().one_or_none()
    if one is None:
        raise NotFound
    return one


def owner(public_id: str) -> int | None:
    """The id of the person whose attempt it is; None if there is no such attempt. One query."""
    return db.session.scalar(select(Attempt.person_id).where(Attempt.public_id == public_id))


def question(of: Attempt, slot: int, language: str = "id") -> QuestionView:
    """A slot (from 1) of an attempt; NotFound for a number that is not on the paper. Two queries."""
    if not 1 <= slot <= len(of.paper):
        raise NotFound
    place = of.paper[slot - 1]
    item = rows.items(of, [place["item_version"]], language)[place["item_version"]]
    answers = rows.answers(of.id)
    last = answers.get(slot)
    return QuestionView(
        slot=slot,
        kind=item.kind,
        critical=item.critical,
        situation=item.text.get("situation", ""),
        question=item.text["question"],
        options=_shown(place["order"], lambda one: item.option(one).get("text", "")),
        targets=_shown(place.get("targets", []), lambda one: item.text["targets"][one]),
        unit=item.text.get("unit", ""),
        saved=rules.as_shown(item.kind, place, rows.value(last, item.kind)) if last else None,
        seq=last.seq if last else 0,
        saved_at=last.at if last else None,
        late=last.late if last else False,
        sheet=_sheet(of, answers),
    )


def sheet(of: Attempt) -> list[tuple[int, bool]]:
    """Every slot of a paper and whether it is answered. One query."""
    return list(_sheet(of, rows.answers(of.id)))


def model_answer(of: Attempt, slot: int) -> dict[str, Any]:
    """The right answer to a slot as a page would send it: for tests and the demo, never for a page."""
    place = of.paper[slot - 1]
    item = db.session.get_one(ItemVersion, place["item_version"])
    return rules.as_shown(item.kind, place, rules.right_value(item.kind, item.key))


def _sheet(of: Attempt, answers: Mapping[int, rows.Stored]) -> tuple[tuple[int, bool], ...]:
    return tuple((slot, slot in answers) for slot in range(1, len(of.paper) + 1))


def _shown(order: Sequence[str], words: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    return tuple((str(place), words(identity)) for place, identity in enumerate(order, 1))
