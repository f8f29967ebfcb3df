"""Tables of classes, their sessions and attendance, of questions to trainers and of surveys."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.classes.rules import SESSION_KINDS, WAYS
from lms.db import Base, Id, PublicId, ref, table

STILL = text("until IS NULL")


class TrainingClass(Base):
    """A class of a trainer: members who learn some modules together."""

    __tablename__ = "training_class"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    title: Mapped[str] = mapped_column(String(120))
    trainer_id: Mapped[int] = ref("person.id", index=True)
    modules: Mapped[list[Any]]  # slugs, in the order of learning
    begins: Mapped[date]
    ends: Mapped[date]
    closed_at: Mapped[datetime | None]
    made_at: Mapped[datetime]


class ClassMember(Base):
    """Somebody in a class."""

    __tablename__ = "class_member"
    __table_args__ = table(UniqueConstraint("class_id", "person_id"))

    id: Mapped[Id]
    class_id: Mapped[int] = ref("training_class.id")
    person_id: Mapped[int] = ref("person.id", index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class ClassSession(Base):
    """A date in the calendar of a class: a meeting, a drill or a supervised exam."""

    __tablename__ = "class_session"
    __table_args__ = table(
        CheckConstraint(f"kind IN {SESSION_KINDS}", name="kind"), CheckConstraint("ends_at > starts_at", name="order")
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    class_id: Mapped[int] = ref("training_class.id", index=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(120))
    module_id: Mapped[int | None] = ref("module.id")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    secret: Mapped[str] = mapped_column(String(64))  # of the attendance codes
    cancelled_at: Mapped[datetime | None]


class Attendance(Base):
    """Somebody was there: by the code on the trainer's screen, or ticked by the trainer."""

    __tablename__ = "attendance"
    __table_args__ = table(
        UniqueConstraint("session_id", "person_id"), CheckConstraint(f"way IN {WAYS}", name="way"), append_only=True
    )

    id: Mapped[Id]
    session_id: Mapped[int] = ref("class_session.id")
    person_id: Mapped[int] = ref("person.id", index=True)
    way: Mapped[str] = mapped_column(String(10))
    by: Mapped[int] = ref("person.id")
    at: Mapped[datetime]


class LessonQuestion(Base):
    """A question from a lesson to the trainers, and the answer."""

    __tablename__ = "lesson_question"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = ref("person.id", index=True)
    module_version_id: Mapped[int] = ref("module_version.id")
    lesson_number: Mapped[int]
    text: Mapped[str] = mapped_column(String(1000))
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(2000))
    answered_by: Mapped[int | None] = ref("person.id")
    answered_at: Mapped[datetime | None]


class SurveyDone(Base):
    """Somebody has given their view on a module; what they said is kept apart and does not name them."""

    __tablename__ = "survey_done"
    __table_args__ = table(UniqueConstraint("person_id", "module_version_id"), append_only=True)

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id")
    module_version_id: Mapped[int] = ref("module_version.id")


class SurveyAnswer(Base):
    """One view on a module, without a name and without a time that could tell whose it is."""

    __tablename__ = "survey_answer"

    id: Mapped[Id]
    module_version_id: Mapped[int] = ref("module_version.id", index=True)
    answers: Mapped[dict[str, Any]]  # {question code: 1 to 5}
    remark: Mapped[str | None] = mapped_column(String(500))
