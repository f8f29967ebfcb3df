"""Tables of attempts: the frozen paper, whether it is under way, and its end, void, result and more rounds."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.courses.models import ModuleVersion
from lms.db import Base, Id, PublicId, ref, table


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
