"""What the queries of this folder share: items with their words, answers and marks, each in one query."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, select

from lms.courses import queries as courses
from lms.courses import rules as texts
from lms.db import db
from lms.quizzes.models import Answer, AnswerPrivate, Attempt, ItemText, ItemVersion, Mark

Stored = Row[*tuple[Any, ...]]  # an answer as stored() reads it


@dataclass(frozen=True)
class Item:
    """An item version with its words, facts filled in."""

    kind: str
    critical: bool
    key: Mapping[str, Any]
    tags: Mapping[str, Any]
    text: Mapping[str, Any]

    def option(self, identity: str) -> Mapping[str, str]:
        """The text and reason of an option; empty for true and false."""
        found: Mapping[str, str] = self.text.get("options", {}).get(identity, {})
        return found


def items(of: Attempt, versions: Sequence[int], language: str = "id") -> dict[int, Item]:
    """Item version id -> item, in this language where it is there, else in that of the module version. One query."""
    facts = courses.fact_values(of.module_version)
    columns = (ItemVersion.id, ItemVersion.kind, ItemVersion.critical, ItemVersion.key, ItemVersion.tags)
    rows = db.session.execute(
        select(*columns, ItemText.text)
        .join(ItemText, ItemText.item_version_id == ItemVersion.id)
        .where(ItemVersion.id.in_(versions), ItemText.language.in_([language, of.module_version.language]))
        .order_by(ItemText.language == language)
    )
    return {row.id: Item(row.kind, row.critical, row.key, row.tags, texts.filled(row.text, facts)) for row in rows}


def answers(attempt_id: int, *, counting: bool = False) -> dict[int, Stored]:
    """Slot -> its last answer; counting: the last that was not late. One query."""
    rows = stored([attempt_id])[attempt_id]
    return {row.slot: row for row in rows if not (counting and row.late)}


def stored(attempt_ids: Collection[int]) -> dict[int, list[Stored]]:
    """Attempt id -> its answers by seq, with the words of short texts. One query."""
    columns = (Answer.attempt_id, Answer.slot, Answer.seq, Answer.value, Answer.late, Answer.at)
    found: dict[int, list[Stored]] = defaultdict(list)
    words = select(*columns, AnswerPrivate.text.label("words")).outerjoin(AnswerPrivate)
    for row in db.session.execute(words.where(Answer.attempt_id.in_(attempt_ids)).order_by(Answer.seq)):
        found[row.attempt_id].append(row)
    return found


def value(answer: Stored, kind: str) -> dict[str, Any]:
    """The value of an answer; an erased text is empty."""
    found: dict[str, Any] = {"text": answer.words or ""} if kind == "short_text" else answer.value
    return found


def marks(attempt_ids: Collection[int]) -> dict[int, dict[int, Mark]]:
    """Attempt id -> slot -> the mark that stands. One query."""
    found: dict[int, dict[int, Mark]] = defaultdict(dict)
    for one in db.session.scalars(select(Mark).where(Mark.attempt_id.in_(attempt_ids)).order_by(Mark.seq)):
        found[one.attempt_id][one.slot] = one
    return found


def share(mark: Mark) -> Fraction:
    """The share of the points that a mark gives, 0 to 1, exactly."""
    return Fraction(mark.numerator, mark.denominator)
