"""Tables of people, their sign-in, second factor, sessions and appointments."""

import hmac
from datetime import date, datetime

import pyotp
from sqlalchemy import BindParameter, CheckConstraint, ColumnElement, Index, String, UniqueConstraint, and_, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms import vault
from lms.accounts import rules
from lms.accounts.rules import ACCOMMODATIONS, SECRET_KINDS, STAFF_ROLES
from lms.db import Base, Id, PublicId, ref, table


class Person(Base):
    """Somebody who signs in. The row stays as an id after erasure; what tells who it is lives in person_private."""

    __tablename__ = "person"
    __table_args__ = table(CheckConstraint(f"secret_kind IN {SECRET_KINDS}", name="secret_kind"))

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    sign_in_name: Mapped[str] = mapped_column(String(60), unique=True)  # casefolded; a member's number
    secret_hash: Mapped[str | None] = mapped_column(String(200))  # argon2id; none until a reset code is used
    secret_kind: Mapped[str] = mapped_column(String(10), default="password")
    language: Mapped[str] = mapped_column(String(2), default="id")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    secret_reset_at: Mapped[datetime | None]  # a reset with a code pauses exams for 24 h
    join_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # index of the form that made it, sent once

    private: Mapped["PersonPrivate | None"] = relationship(lazy="joined", innerjoin=False)


class PersonPrivate(Base):
    """What erasure empties: name as on the KTP and phone."""

    __tablename__ = "person_private"

    person_id: Mapped[Id] = ref("person.id", primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    phone_enc: Mapped[str | None] = mapped_column(String(200))
    phone_hmac: Mapped[str | None] = mapped_column(String(64), unique=True)
    key_id: Mapped[str | None] = mapped_column(String(16))

    @property
    def phone(self) -> str | None:
        """The phone as +628..., if one was given."""
        return vault.unseal(self.phone_enc) if self.phone_enc else None


class Session(Base):
    """A signed-in browser; ended by revoked_at, never deleted while it is young enough to be asked about."""

    __tablename__ = "session"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = ref("person.id", index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    @classmethod
    def live(cls, at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
        """The condition that a session is open at that time."""
        return and_(cls.revoked_at.is_(None), cls.expires_at > at)


class Totp(Base):
    """The second factor: an encrypted RFC 6238 secret and the last time step that was used (a code works once)."""

    __tablename__ = "totp"

    person_id: Mapped[Id] = ref("person.id", primary_key=True)
    secret_enc: Mapped[str] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)

    def step(self, code: str, at: datetime) -> int | None:
        """The time step of a right code, at most one step away and later than the last one used; else None."""
        typed, totp = "".join(code.split()).encode("utf-8", "replace"), pyotp.TOTP(vault.unseal(self.secret_enc))
        present = totp.timecode(at)
        for step in range(present - rules.TOTP_DRIFT, present + rules.TOTP_DRIFT + 1):
            if step > self.last_step and hmac.compare_digest(totp.generate_otp(step).encode(), typed):
                return step
        return None


class RecoveryCode(Base):
    """One of ten codes that stand in for the second factor once."""

    __tablename__ = "recovery_code"
    __table_args__ = table(UniqueConstraint("person_id", "code_hash"))

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id")
    code_hash: Mapped[str] = mapped_column(String(64))  # blind index: 49 bits are too few for a bare SHA-256
    used_at: Mapped[datetime | None]


class ResetCode(Base):
    """A one-time code with which somebody sets a new password or PIN; issued by a coordinator or steward."""

    __tablename__ = "reset_code"

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id", index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_by: Mapped[int | None] = ref("person.id")  # none: made by the command line
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInThrottle(Base):
    """Failed tries with one identifier, known or not (the key is a blind index), so that replies stay uniform."""

    __tablename__ = "sign_in_throttle"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime]
    locked_until: Mapped[datetime | None]

    @staticmethod
    def key_of(purpose: str, identifier: str) -> str:
        """The key of an identifier as it is compared; each purpose (sign-in, reset, second factor) counts apart."""
        return vault.index(f"{purpose}:{rules.phone_number(identifier) or rules.sign_in_name(identifier)}")

    def locked(self, at: datetime) -> bool:
        """Whether right and wrong are refused alike at that time."""
        return rules.is_locked(rules.Throttle(self.failures, self.since, self.locked_until), at)

    def fail(self, at: datetime) -> bool:
        """Count one more failed try; whether that locks."""
        after = rules.after_failure(rules.Throttle(self.failures, self.since, self.locked_until), at)
        self.failures, self.since, self.locked_until = after.failures, after.since, after.locked_until
        return self.locked(at)


class Appointment(Base):
    """A role held at a unit from since until until (open while none); rows are ended, never overwritten."""

    __tablename__ = "appointment"
    __table_args__ = table(
        CheckConstraint(f"role IN {STAFF_ROLES}", name="role"),
        CheckConstraint("until IS NULL OR until >= since", name="order"),
        Index("ix_appointment_person_until", "person_id", "until"),
        Index(
            "uq_appointment_open",
            "person_id",
            "role",
            "unit_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = ref("person.id")
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = ref("unit.id", index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    by: Mapped[int | None] = ref("person.id")  # none: made by the command line

    @classmethod
    def held(cls, at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
        """The condition that an appointment is held at that time."""
        return and_(cls.since <= at, or_(cls.until.is_(None), cls.until > at))


class Accommodation(Base):
    """What somebody needs to show what they know: asked for by one person, accepted by another; until is inclusive."""

    __tablename__ = "accommodation"
    __table_args__ = table(
        CheckConstraint(f"kind IN {ACCOMMODATIONS}", name="kind"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_persons"),
        CheckConstraint("asked_by <> person_id AND coalesce(decided_by, 0) <> person_id", name="not_oneself"),
        CheckConstraint("(decided_at IS NULL) = (accepted IS NULL)", name="decided"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = ref("person.id", index=True)
    kind: Mapped[str] = mapped_column(String(20))
    percent: Mapped[int | None]  # of "extra_time": so much more time
    reason: Mapped[str] = mapped_column(String(20))
    asked_by: Mapped[int] = ref("person.id")
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = ref("person.id")
    decided_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    until: Mapped[date]
