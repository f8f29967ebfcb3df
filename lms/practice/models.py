"""Tables of drills and sign-offs."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, Index, String, UniqueConstraint, exists
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Id, PublicId, ref, table


class DrillVersion(Base):
    """The drill of a module version: ids of stations and criteria, which are critical, and what a pass is."""

    __tablename__ = "drill_version"
    __table_args__ = table(UniqueConstraint("module_version_id"), append_only=True)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    module_version_id: Mapped[int] = ref("module_version.id")
    # {"minutes", "group": most members at once (1 where it is missing), "stations": [{id, minutes}],
    #  "criteria": [{id, station, critical, clause}], "instant_fail": [{id, clause}],
    #  "pass": {"of": "all" | "rest", "share": "4/5"}}
    rubric: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))


class DrillText(Base):
    """The words of a drill in one language."""

    __tablename__ = "drill_text"
    __table_args__ = table(UniqueConstraint("drill_version_id", "language"), append_only=True)

    id: Mapped[Id]
    drill_version_id: Mapped[int] = ref("drill_version.id")
    language: Mapped[str] = mapped_column(String(2))
    # {"title", "setting", "stations": {id: {"title", "brief"}}, "criteria": {id: {"text", "look_for"}},
    #  "instant_fail": {id: {"text"}}}; facts stand in it as {fakta:key} and are put in when it is shown
    text: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))


class SignoffDraft(Base):
    """What an assessor has ticked so far; deleted when it is signed or dropped."""

    __tablename__ = "signoff_draft"
    __table_args__ = table(
        UniqueConstraint("assessor_id", "person_id", "drill_version_id"),
        CheckConstraint("assessor_id <> person_id", name="not_oneself"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    drill_version_id: Mapped[int] = ref("drill_version.id")
    person_id: Mapped[int] = ref("person.id")
    assessor_id: Mapped[int] = ref("person.id")
    observed_at: Mapped[datetime]
    ticks: Mapped[dict[str, Any]]  # {criterion or instant-fail id: true | false}
    group_key: Mapped[str | None] = mapped_column(String(22), index=True)  # shared by those observed together


class Signoff(Base):
    """An assessor's verdict on one member's drill, with both units as they were."""

    __tablename__ = "signoff"
    __table_args__ = table(
        CheckConstraint("assessor_id <> person_id", name="not_oneself"),
        CheckConstraint("observed_at <= recorded_at", name="not_ahead"),
        UniqueConstraint("assessor_id", "client_key"),
        UniqueConstraint("id", "person_id"),  # what a certificate rests on names both: its member's own
        Index("ix_signoff_person_module", "person_id", "module_id", "passed"),
        append_only=True,
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    drill_version_id: Mapped[int] = ref("drill_version.id")
    module_id: Mapped[int] = ref("module.id")
    module_version_id: Mapped[int] = ref("module_version.id")
    person_id: Mapped[int] = ref("person.id")
    assessor_id: Mapped[int] = ref("person.id", index=True)
    person_unit_id: Mapped[int | None] = ref("unit.id")  # none: the member's ormas is dissolved
    assessor_unit_id: Mapped[int] = ref("unit.id")
    ticks: Mapped[dict[str, Any]]
    passed: Mapped[bool]
    rule_version: Mapped[int]
    client_key: Mapped[str] = mapped_column(String(64))
    observed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)  # recorded more than an hour after it was observed

    @classmethod
    def stands(cls) -> ColumnElement[bool]:
        """The condition that it is a pass and was not declared void."""
        return cls.passed & ~exists().where(SignoffVoid.signoff_id == cls.id)


class SignoffVoid(Base):
    """A sign-off was declared void, with a reason code."""

    __tablename__ = "signoff_void"
    __table_args__ = table(UniqueConstraint("signoff_id"), append_only=True)

    id: Mapped[Id]
    signoff_id: Mapped[int] = ref("signoff.id")
    by: Mapped[int] = ref("person.id")
    reason: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
