"""The table of stored files."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Id, table


class StoredFile(Base):
    """A file: its bytes under their SHA-256. Rows are removed only by erasure."""

    __tablename__ = "stored_file"
    __table_args__ = table()

    id: Mapped[Id]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    media_type: Mapped[str] = mapped_column(String(60))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime]
