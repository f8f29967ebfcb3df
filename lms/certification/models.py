"""Tables of programmes, evidence, certificates, their events, and proposals that need a second person."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    and_,
    exists,
    text,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from lms import clock
from lms.certification.rules import CASE_DECISIONS, EVENTS, EVIDENCE_KINDS, PROPOSAL_KINDS, STATUSES
from lms.courses.models import Retest
from lms.db import Base, BigId, Id, PublicId, ref, table
from lms.quizzes.models import Attempt, AttemptResult, AttemptVoid, Seat, SittingAttempt

# At most one for each member and programme: a new one replaces the old first, and a revoked one bars every other.
BARRING = ("active", "suspended", "revoked")
LIVE = text(f"status IN {BARRING}")
OPEN = text("decided_at IS NULL AND certificate_id IS NOT NULL")


class Programme(Base):
    """A programme of training, known by its slug."""

    __tablename__ = "programme"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(120))


class ProgrammeVersion(Base):
    """A frozen version: levels, what each needs and how long it is valid; in force once approved by a second person."""

    __tablename__ = "programme_version"
    __table_args__ = table(
        UniqueConstraint("programme_id", "number"),
        CheckConstraint("proposed_by <> approved_by", name="two_persons"),
        append_only=True,
    )

    id: Mapped[Id]
    programme_id: Mapped[int] = ref("programme.id")
    number: Mapped[int]
    rules: Mapped[dict[str, Any]]  # see certification.rules.ProgrammeRules
    sha256: Mapped[str] = mapped_column(String(64))
    proposed_by: Mapped[int] = ref("person.id")
    approved_by: Mapped[int] = ref("person.id")
    approved_at: Mapped[datetime]

    programme: Mapped[Programme] = relationship(lazy="joined", innerjoin=True)


class Goal(Base):
    """The level that a member has chosen to work towards."""

    __tablename__ = "goal"

    person_id: Mapped[Id] = ref("person.id", primary_key=True)
    level: Mapped[int]
    chosen_at: Mapped[datetime]


class Evidence(Base):
    """Somebody entitled has seen a piece of evidence about a person; the evidence itself is never stored."""

    __tablename__ = "evidence"
    __table_args__ = table(
        CheckConstraint(f"kind IN {EVIDENCE_KINDS}", name="kind"),
        CheckConstraint("seen_by <> person_id", name="not_oneself"),
        UniqueConstraint("id", "person_id"),  # what a certificate rests on names both: its member's own
        Index("ix_evidence_person_kind", "person_id", "kind"),
        append_only=True,
    )

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id")
    kind: Mapped[str] = mapped_column(String(20))
    seen_by: Mapped[int] = ref("person.id")
    dated: Mapped[date]  # civil date of the paper (SKCK, letter) or of the check
    recorded_at: Mapped[datetime]

    @classmethod
    def stands(cls) -> ColumnElement[bool]:
        """The condition that it was not taken back."""
        return ~exists().where(EvidenceVoid.evidence_id == cls.id)


class EvidenceVoid(Base):
    """A tick was taken back."""

    __tablename__ = "evidence_void"
    __table_args__ = table(UniqueConstraint("evidence_id"), append_only=True)

    id: Mapped[Id]
    evidence_id: Mapped[int] = ref("evidence.id")
    by: Mapped[int] = ref("person.id")
    at: Mapped[datetime]


class NumberCounter(Base):
    """The next certificate number of a year; its row is locked while a number is taken, so that none is skipped."""

    __tablename__ = "number_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next: Mapped[int] = mapped_column(default=1)


class Certificate(Base):
    """A certificate. Status is a cached fold of its events; facts never change after issue.

    attempt_id and evidence_id name the last exam passed and the last tick that it rests on (certificate_basis has all):
    they cannot be empty, so the database too refuses a certificate without evidence, or with another person's tick.
    """

    __tablename__ = "certificate"
    __table_args__ = table(
        CheckConstraint("issuer_id <> person_id", name="issuer_not_member"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint("issued_on < refresher_due AND refresher_due <= valid_through", name="dates"),
        CheckConstraint("status_index >= 0", name="status_index"),
        ForeignKeyConstraint(["evidence_id", "person_id"], ["evidence.id", "evidence.person_id"]),
        UniqueConstraint("id", "person_id"),
        Index(
            "uq_certificate_live", "person_id", "programme_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(16), unique=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    status_index: Mapped[int] = mapped_column(unique=True)
    person_id: Mapped[int] = ref("person.id", index=True)
    programme_id: Mapped[int] = ref("programme.id")
    programme_version_id: Mapped[int] = ref("programme_version.id")
    level: Mapped[int]
    issuer_id: Mapped[int] = ref("person.id")
    attempt_id: Mapped[int] = ref("attempt.id")
    evidence_id: Mapped[int] = mapped_column(BigId)
    issued_on: Mapped[date]  # civil date in Jakarta
    valid_through: Mapped[date]  # inclusive
    refresher_due: Mapped[date]
    retest_due: Mapped[date | None]  # cached: through this day without the re-test that is asked for
    status: Mapped[str] = mapped_column(String(12))
    previous_id: Mapped[int | None] = ref("certificate.id")

    private: Mapped["CertificatePrivate | None"] = relationship(lazy="joined", innerjoin=False)


class CertificatePrivate(Base):
    """Name as printed and salt of the ledger's payload hash; erasure empties this table."""

    __tablename__ = "certificate_private"

    certificate_id: Mapped[Id] = ref("certificate.id", primary_key=True)
    name_printed: Mapped[str] = mapped_column(String(100))
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    payload: Mapped[bytes] = mapped_column(LargeBinary)


class CertificateBasis(Base):
    """What a certificate rests on: one row for each attempt, sign-off and tick, all of them the member's own."""

    __tablename__ = "certificate_basis"
    __table_args__ = table(
        CheckConstraint(
            "CASE WHEN attempt_id IS NULL THEN 0 ELSE 1 END + CASE WHEN signoff_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN evidence_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_of_three",
        ),
        CheckConstraint("(module_version_id IS NULL) = (evidence_id IS NOT NULL)", name="module_version"),
        ForeignKeyConstraint(["certificate_id", "person_id"], ["certificate.id", "certificate.person_id"]),
        ForeignKeyConstraint(["signoff_id", "person_id"], ["signoff.id", "signoff.person_id"]),
        ForeignKeyConstraint(["evidence_id", "person_id"], ["evidence.id", "evidence.person_id"]),
        append_only=True,
    )

    id: Mapped[Id]
    certificate_id: Mapped[int] = mapped_column(BigId, index=True)
    person_id: Mapped[int] = ref("person.id")
    module_version_id: Mapped[int | None] = ref("module_version.id")
    attempt_id: Mapped[int | None] = ref("attempt.id")
    signoff_id: Mapped[int | None] = mapped_column(BigId)
    evidence_id: Mapped[int | None] = mapped_column(BigId, index=True)


class Proposal(Base):
    """An act that needs a second person: revoke or reinstate a certificate, or bring a programme version into force."""

    __tablename__ = "proposal"
    __table_args__ = table(
        CheckConstraint(f"kind IN {PROPOSAL_KINDS}", name="kind"),
        CheckConstraint("decided_by IS NULL OR decided_by <> by", name="two_persons"),
        CheckConstraint("(kind = 'programme') = (certificate_id IS NULL)", name="about"),
        CheckConstraint("(decided_at IS NULL) = (accepted IS NULL)", name="decided"),
        CheckConstraint("accepted IS NULL OR NOT accepted OR decided_by IS NOT NULL", name="accepted_by_somebody"),
        Index(
            "uq_proposal_open",
            "certificate_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    kind: Mapped[str] = mapped_column(String(20))
    certificate_id: Mapped[int | None] = ref("certificate.id")
    programme_rules: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None] = mapped_column(String(40))
    by: Mapped[int] = ref("person.id")
    made_at: Mapped[datetime]
    deadline: Mapped[datetime]
    decided_by: Mapped[int | None] = ref("person.id")
    decided_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]


class CertificateEvent(Base):
    """Something that happened to a certificate; seq counts from 1 without gaps."""

    __tablename__ = "certificate_event"
    __table_args__ = table(
        UniqueConstraint("certificate_id", "seq"),
        Index("ix_certificate_event_kind", "kind", "recorded_at"),
        CheckConstraint(f"kind IN {EVENTS}", name="kind"),
        CheckConstraint("effective_at >= recorded_at", name="not_back_dated"),
        append_only=True,
    )

    id: Mapped[Id]
    certificate_id: Mapped[int] = ref("certificate.id")
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[int | None] = ref("person.id")
    proposal_id: Mapped[int | None] = ref("proposal.id")
    reason: Mapped[str | None] = mapped_column(String(40))
    recorded_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)  # rules.event_key


class CertificateCase(Base):
    """A regrade has turned an attempt that a certificate rests on: an approver decides what becomes of it."""

    __tablename__ = "certificate_case"
    __table_args__ = table(
        UniqueConstraint("certificate_id", "attempt_id", "regrade_id"),
        CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decided"),
        CheckConstraint(f"decision IS NULL OR decision IN {CASE_DECISIONS}", name="decision"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    certificate_id: Mapped[int] = ref("certificate.id", index=True)
    attempt_id: Mapped[int] = ref("attempt.id")
    regrade_id: Mapped[int] = ref("regrade.id")
    opened_at: Mapped[datetime]
    decided_by: Mapped[int | None] = ref("person.id")
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(String(10))
    due: Mapped[date | None]  # of "retest": the certificate stands through this day without a new pass


def exam_passed() -> ColumnElement[bool]:
    """The condition that an attempt's result is its newest, a pass and not void, that no re-test was due before today,
    and that the supervisor has seen the member where it was sat under one."""
    later, attempt = aliased(AttemptResult), aliased(Attempt)
    lapsed = exists().where(
        attempt.id == AttemptResult.attempt_id,
        Retest.module_id == attempt.module_id,
        Retest.period > attempt.period,
        Retest.due < clock.today(),
    )
    unseen = exists().where(
        SittingAttempt.attempt_id == AttemptResult.attempt_id,
        Seat.sitting_id == SittingAttempt.sitting_id,
        Seat.person_id == AttemptResult.person_id,
        Seat.ticked_at.is_(None),
    )
    return and_(
        AttemptResult.passed,
        ~exists().where(AttemptVoid.attempt_id == AttemptResult.attempt_id),
        ~exists().where(later.attempt_id == AttemptResult.attempt_id, later.seq > AttemptResult.seq),
        ~lapsed,
        ~unseen,
    )
