"""Tables of units, memberships and invitations."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Id, PublicId, ref, table
from lms.organisations.rules import UNIT_KINDS


class Unit(Base):
    """An ormas, one of its chapters, or a police unit; a chapter names the Polsek of its area."""

    __tablename__ = "unit"
    __table_args__ = table(
        CheckConstraint(f"kind IN {UNIT_KINDS}", name="kind"),
        CheckConstraint("kind = 'chapter' OR polsek_id IS NULL", name="polsek_of_chapter"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120), unique=True)
    parent_id: Mapped[int | None] = ref("unit.id", index=True)
    polsek_id: Mapped[int | None] = ref("unit.id", index=True)
    registration_number: Mapped[str | None] = mapped_column(String(60))
    registration_expires: Mapped[date | None]
    created_at: Mapped[datetime]
    dissolved_at: Mapped[datetime | None]


class Membership(Base):
    """Somebody belongs to a chapter or ormas; several are allowed, each at most once at a time."""

    __tablename__ = "membership"
    __table_args__ = table(
        Index(
            "uq_membership_open",
            "person_id",
            "unit_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index("ix_membership_unit_person", "unit_id", "person_id"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id", index=True)
    unit_id: Mapped[int] = ref("unit.id")
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class Invitation(Base):
    """A code with which people join a unit until it expires, is closed or is used up."""

    __tablename__ = "invitation"
    __table_args__ = table(CheckConstraint("uses_left >= 0", name="uses_left"))

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    unit_id: Mapped[int] = ref("unit.id", index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    by: Mapped[int] = ref("person.id")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    uses_left: Mapped[int]
    closed_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
