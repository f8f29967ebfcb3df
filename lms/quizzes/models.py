"""Tables of items, attempts, answers and marks, and what became of an attempt. What a member did is only added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, Index, Row, Select, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from lms.courses.models import ModuleVersion
from lms.db import Base, Id, PublicId, ref, table
from lms.quizzes.rules import KINDS, History


class Item(Base):
    """An exam item of a module, known by its stable key."""

    __tablename__ = "item"
    __table_args__ = table(UniqueConstraint("module_id", "key"))

    id: Mapped[Id]
    module_id: Mapped[int] = ref("module.id")
    key: Mapped[str] = mapped_column(String(80))


class ItemVersion(Base):
    """A frozen version of an item: kind, option ids and key without words."""

    __tablename__ = "item_version"
    __table_args__ = table(
        UniqueConstraint("item_id", "number"), CheckConstraint(f"kind IN {KINDS}", name="kind"), append_only=True
    )

    id: Mapped[Id]
    item_id: Mapped[int] = ref("item.id")
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    critical: Mapped[bool]
    key: Mapped[dict[str, Any]]  # by kind, see quizzes.rules.Key
    tags: Mapped[dict[str, Any]]  # {"lesson": 1, "objective": ..., "clause": ..., "difficulty": 1}
    sha256: Mapped[str] = mapped_column(String(64))

    item: Mapped[Item] = relationship(lazy="joined", innerjoin=True)
    texts: Mapped[list["ItemText"]] = relationship()


class ItemText(Base):
    """The words of an item in one language, reasons included; they leave the server only after hand-in."""

    __tablename__ = "item_text"
    __table_args__ = table(UniqueConstraint("item_version_id", "language"), append_only=True)

    id: Mapped[Id]
    item_version_id: Mapped[int] = ref("item_version.id")
    language: Mapped[str] = mapped_column(String(2))
    # {"situation"?, "question", "options": {id: {"text", "reason"}}, "targets": {id: text}, "reason"?, "unit"?, ...}
    text: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))


class ModuleItem(Base):
    """Which item versions a module version draws its papers from."""

    __tablename__ = "module_item"
    __table_args__ = table(UniqueConstraint("module_version_id", "item_version_id"), append_only=True)

    id: Mapped[Id]
    module_version_id: Mapped[int] = ref("module_version.id")
    item_version_id: Mapped[int] = ref("item_version.id")
    position: Mapped[int]


class Attempt(Base):
    """A member's try at an exam, with the paper frozen at the start. Number counts through all rounds of a period."""

    __tablename__ = "attempt"
    __table_args__ = table(
        UniqueConstraint("person_id", "module_id", "period", "number"),
        UniqueConstraint("person_id", "start_key"),
        append_only=True,
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = ref("person.id")
    module_id: Mapped[int] = ref("module.id")
    module_version_id: Mapped[int] = ref("module_version.id", index=True)
    period: Mapped[int] = mapped_column(default=1)
    number: Mapped[int]
    paper: Mapped[list[Any]]  # a quizzes.rules.Slot for each slot from 1
    rules: Mapped[dict[str, Any]]  # the exam rules in force, see quizzes.rules.ExamRules
    seed: Mapped[str] = mapped_column(String(32))
    started_at: Mapped[datetime]
    deadline: Mapped[datetime | None]
    start_key: Mapped[str] = mapped_column(String(64))

    module_version: Mapped[ModuleVersion] = relationship()
    end: Mapped["AttemptEnd | None"] = relationship(viewonly=True)
    void: Mapped["AttemptVoid | None"] = relationship(viewonly=True)
    results: Mapped[list["AttemptResult"]] = relationship(viewonly=True, order_by="AttemptResult.seq")


class OpenAttempt(Base):
    """The attempt that is under way: at most one for each person and module; deleted at its end."""

    __tablename__ = "open_attempt"
    __table_args__ = table(UniqueConstraint("person_id", "module_id"))

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id")
    module_id: Mapped[int] = ref("module.id")
    attempt_id: Mapped[int] = ref("attempt.id", unique=True)


class AttemptEnd(Base):
    """The one end of an attempt."""

    __tablename__ = "attempt_end"
    __table_args__ = table(
        UniqueConstraint("attempt_id"),
        CheckConstraint("kind IN ('handed_in', 'timed_out')", name="kind"),
        append_only=True,
    )

    id: Mapped[Id]
    attempt_id: Mapped[int] = ref("attempt.id")
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]


class AttemptVoid(Base):
    """A trainer has declared an attempt void, with a reason code; it counts as never taken."""

    __tablename__ = "attempt_void"
    __table_args__ = table(UniqueConstraint("attempt_id"), append_only=True)

    id: Mapped[Id]
    attempt_id: Mapped[int] = ref("attempt.id")
    by: Mapped[int] = ref("person.id")
    reason: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class RoundGrant(Base):
    """A trainer has talked with a member who used up both rounds and opens one more."""

    __tablename__ = "round_grant"
    __table_args__ = table(Index("ix_round_grant_person_module", "person_id", "module_id"), append_only=True)

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id")
    module_id: Mapped[int] = ref("module.id")
    period: Mapped[int] = mapped_column(default=1)
    by: Mapped[int] = ref("person.id")
    at: Mapped[datetime]


class Answer(Base):
    """One saved answer; the highest seq of a slot counts. Words of a short text live in answer_private."""

    __tablename__ = "answer"
    __table_args__ = table(
        UniqueConstraint("attempt_id", "slot", "seq"), UniqueConstraint("attempt_id", "client_key"), append_only=True
    )

    id: Mapped[Id]
    attempt_id: Mapped[int] = ref("attempt.id")
    slot: Mapped[int]
    seq: Mapped[int]
    base_seq: Mapped[int]
    value: Mapped[dict[str, Any]]  # by kind, see quizzes.rules.Value; {} for a short text
    client_key: Mapped[str] = mapped_column(String(64))
    late: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]

    private: Mapped["AnswerPrivate | None"] = relationship(lazy="joined", innerjoin=False)


class AnswerPrivate(Base):
    """The words of a short-text answer; erasure empties this table."""

    __tablename__ = "answer_private"

    answer_id: Mapped[Id] = ref("answer.id", primary_key=True)
    text: Mapped[str] = mapped_column(String(1000))


class Mark(Base):
    """Points of a slot as an exact fraction, by the rules (marker none) or by a person; a newer one supersedes."""

    __tablename__ = "mark"
    __table_args__ = table(
        UniqueConstraint("attempt_id", "slot", "seq"),
        CheckConstraint("numerator >= 0 AND denominator > 0 AND numerator <= denominator", name="fraction"),
        append_only=True,
    )

    id: Mapped[Id]
    attempt_id: Mapped[int] = ref("attempt.id")
    slot: Mapped[int]
    seq: Mapped[int]
    numerator: Mapped[int]
    denominator: Mapped[int]
    marker_id: Mapped[int | None] = ref("person.id")
    rule_version: Mapped[int]
    supersedes_id: Mapped[int | None] = ref("mark.id")
    at: Mapped[datetime]


class AttemptResult(Base):
    """The outcome of an attempt once every slot has a mark; a later one (re-marking) has a higher seq."""

    __tablename__ = "attempt_result"
    __table_args__ = table(
        UniqueConstraint("attempt_id", "seq"),
        Index("ix_attempt_result_person_module", "person_id", "module_id", "passed"),
        append_only=True,
    )

    id: Mapped[Id]
    attempt_id: Mapped[int] = ref("attempt.id")
    person_id: Mapped[int] = ref("person.id")
    module_id: Mapped[int] = ref("module.id")
    module_version_id: Mapped[int] = ref("module_version.id")
    seq: Mapped[int]
    numerator: Mapped[int]
    denominator: Mapped[int]
    critical_missed: Mapped[int]
    passed: Mapped[bool]
    rule_version: Mapped[int]
    at: Mapped[datetime]


@dataclass(frozen=True)
class AttemptLine:
    """What became of an attempt: times, void, and the latest result (share, passed and graded_at none before it).

    extra_rounds: how many rounds a trainer has opened for this person in this module.
    """

    attempt_id: int
    public_id: str
    person_id: int
    module_id: int
    module_version_id: int
    number: int
    started_at: datetime
    under_way: bool
    ended_at: datetime | None
    voided: bool
    share: Fraction | None
    passed: bool | None
    graded_at: datetime | None
    extra_rounds: int


def lines() -> Select[*tuple[Any, ...]]:
    """The statement that line() makes attempts of, in the order of their numbers."""
    later = aliased(AttemptResult)
    is_latest = ~select(later.id).where(later.attempt_id == Attempt.id, later.seq > AttemptResult.seq).exists()
    same_exam = (RoundGrant.person_id == Attempt.person_id) & (RoundGrant.module_id == Attempt.module_id)
    granted = select(func.count(RoundGrant.id)).where(same_exam, RoundGrant.period == Attempt.period)
    return (
        select(
            Attempt.id.label("attempt_id"),
            *(Attempt.public_id, Attempt.person_id, Attempt.module_id, Attempt.module_version_id),
            *(Attempt.number, Attempt.started_at),
            OpenAttempt.id.is_not(None).label("under_way"),
            AttemptEnd.at.label("ended_at"),
            AttemptVoid.id.is_not(None).label("voided"),
            *(AttemptResult.numerator, AttemptResult.denominator, AttemptResult.passed),
            AttemptResult.at.label("graded_at"),
            granted.correlate(Attempt).scalar_subquery().label("extra_rounds"),
        )
        .outerjoin(OpenAttempt, OpenAttempt.attempt_id == Attempt.id)
        .outerjoin(AttemptEnd, AttemptEnd.attempt_id == Attempt.id)
        .outerjoin(AttemptVoid, AttemptVoid.attempt_id == Attempt.id)
        .outerjoin(AttemptResult, (AttemptResult.attempt_id == Attempt.id) & is_latest)
        .order_by(Attempt.person_id, Attempt.module_id, Attempt.period, Attempt.number)
    )


def line(row: Row[*tuple[Any, ...]]) -> AttemptLine:
    """The attempt in a row of lines()."""
    found = dict(row._mapping)
    numerator, denominator = found.pop("numerator"), found.pop("denominator")
    return AttemptLine(share=None if numerator is None else Fraction(numerator, denominator), **found)


def history(attempts: Sequence[AttemptLine], lessons_missing: int = 0, paused_until: datetime | None = None) -> History:
    """What decides on another try, from somebody's attempts at one module; void ones count as never taken."""
    valid = [one for one in attempts if not one.voided]
    return History(
        ended=[(one.ended_at, one.passed) for one in valid if one.ended_at is not None],
        under_way=any(one.under_way for one in valid),
        lessons_missing=lessons_missing,
        extra_rounds=attempts[-1].extra_rounds if attempts else 0,
        paused_until=paused_until,
    )
