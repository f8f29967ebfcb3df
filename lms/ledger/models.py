"""Tables of the ledger: its leaves and its head."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, BigId, Id, table


class LedgerLeaf(Base):
    """One event: canonical bytes, the RFC 6962 leaf hash over them and the hash of the leaf before."""

    __tablename__ = "ledger_leaf"
    __table_args__ = table(CheckConstraint("seq >= 0", name="from_zero"), append_only=True)

    id: Mapped[Id]
    seq: Mapped[int] = mapped_column(BigId, unique=True)  # from 0, without gaps
    leaf: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))  # 64 zeros for the first
    recorded_at: Mapped[datetime]


class LedgerHead(Base):
    """The one row that is locked while appending: how many leaves there are, and the last."""

    __tablename__ = "ledger_head"
    __table_args__ = table(CheckConstraint("id = 1", name="one_row"))

    id: Mapped[Id]
    size: Mapped[int] = mapped_column(BigId, default=0)
    last_hash: Mapped[str] = mapped_column(String(64), default="0" * 64)
    recorded_at: Mapped[datetime | None]
