"""The outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Id, PublicId, ref, table


class Notice(Base):
    """One message to one person: a kind and its values, never words; the same dedupe key is one message."""

    __tablename__ = "notice"
    __table_args__ = table(Index("ix_notice_person_read", "person_id", "read_at"))

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = ref("person.id")
    kind: Mapped[str] = mapped_column(String(40))
    values: Mapped[dict[str, Any]]
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    by: Mapped[int | None] = ref("person.id")
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
