"""Tables of supervised sittings and of oral exams."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Id, PublicId, ref, table


class Sitting(Base):
    """A room in which a supervisor shows a code that changes every minute; open until closed_at."""

    __tablename__ = "sitting"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    module_id: Mapped[int] = ref("module.id")
    supervisor_id: Mapped[int] = ref("person.id", index=True)
    place: Mapped[str] = mapped_column(String(120))
    secret: Mapped[str] = mapped_column(String(64))  # of the room codes; emptied when it is closed
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Seat(Base):
    """Somebody who typed the room code; ticked once the supervisor has seen them there. Without it no pass counts."""

    __tablename__ = "seat"
    __table_args__ = table(UniqueConstraint("sitting_id", "person_id"))

    id: Mapped[Id]
    sitting_id: Mapped[int] = ref("sitting.id")
    person_id: Mapped[int] = ref("person.id", index=True)
    arrived_at: Mapped[datetime]
    ticked_by: Mapped[int | None] = ref("person.id")
    ticked_at: Mapped[datetime | None]


class SittingAttempt(Base):
    """An attempt that was started with the code of a sitting."""

    __tablename__ = "sitting_attempt"
    __table_args__ = table(UniqueConstraint("attempt_id"), append_only=True)

    id: Mapped[Id]
    attempt_id: Mapped[int] = ref("attempt.id")
    sitting_id: Mapped[int] = ref("sitting.id", index=True)


class OralExam(Base):
    """An exam whose answers one person enters for the member and another one confirms."""

    __tablename__ = "oral_exam"
    __table_args__ = table(
        UniqueConstraint("attempt_id"), CheckConstraint("confirmed_by IS NULL OR confirmed_by <> entered_by",
                                                        name="two_persons")
    )  # fmt: skip

    id: Mapped[Id]
    attempt_id: Mapped[int] = ref("attempt.id")
    entered_by: Mapped[int] = ref("person.id")
    begun_at: Mapped[datetime]
    entered_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = ref("person.id")
    confirmed_at: Mapped[datetime | None]
