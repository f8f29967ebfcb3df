"""Tables of what a member answered and what it earned."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Id, ref, table


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


class MarkDoubt(Base):
    """A marker is in doubt about a short text: another trainer marks it."""

    __tablename__ = "mark_doubt"
    __table_args__ = table(UniqueConstraint("attempt_id", "slot", "by"), append_only=True)

    id: Mapped[Id]
    attempt_id: Mapped[int] = ref("attempt.id")
    slot: Mapped[int]
    by: Mapped[int] = ref("person.id")
    at: Mapped[datetime]


class RegradedMark(Base):
    """The mark that a regrade has made."""

    __tablename__ = "regraded_mark"
    __table_args__ = table(UniqueConstraint("mark_id"), append_only=True)

    id: Mapped[Id]
    mark_id: Mapped[int] = ref("mark.id")
    regrade_id: Mapped[int] = ref("regrade.id", index=True)


class Regrade(Base):
    """The answers to an item were marked again by the key of a newer version."""

    __tablename__ = "regrade"
    __table_args__ = table(UniqueConstraint("item_id", "to_version_id"), append_only=True)

    id: Mapped[Id]
    item_id: Mapped[int] = ref("item.id")
    to_version_id: Mapped[int] = ref("item_version.id")
    by: Mapped[int] = ref("person.id")
    at: Mapped[datetime]
