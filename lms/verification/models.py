"""The table of officers' checks."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Id, ref, table
from lms.verification.rules import CHECK_REASONS


class Check(Base):
    """An officer saw the identity behind a certificate, for a reason, and what the certificate stood at."""

    __tablename__ = "check"
    __table_args__ = table(
        CheckConstraint(f"reason IN {CHECK_REASONS}", name="reason"),
        UniqueConstraint("audit_id"),
        Index("ix_check_officer_at", "officer_id", "at"),
        Index("ix_check_at", "at"),
        append_only=True,
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    officer_id: Mapped[int] = ref("person.id")
    unit_id: Mapped[int] = ref("unit.id")
    certificate_id: Mapped[int] = ref("certificate.id", index=True)
    reason: Mapped[str] = mapped_column(String(20))
    standing: Mapped[str] = mapped_column(String(20))
    audit_id: Mapped[int] = ref("audit.id")
