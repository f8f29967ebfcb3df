"""The audit table."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, BigId, Id, ref, table


class Audit(Base):
    """One act or look: ids, codes and times only, never a name or words about a person."""

    __tablename__ = "audit"
    __table_args__ = table(
        Index("ix_audit_actor_action_at", "actor_id", "action", "at"),
        Index("ix_audit_subject", "subject_kind", "subject_id"),
        Index("ix_audit_action", "action", "id"),
        append_only=True,
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = ref("person.id")  # none: the command line or a job
    action: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str | None] = mapped_column(String(40))
    subject_kind: Mapped[str | None] = mapped_column(String(20))
    subject_id: Mapped[int | None] = mapped_column(BigId)
    outcome: Mapped[str] = mapped_column(String(40), default="done")
