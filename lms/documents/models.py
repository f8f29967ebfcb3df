"""The table of rendered documents."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Id, ref, table


class Document(Base):
    """The PDF of a certificate in one revision; its bytes are the stored file of that SHA-256."""

    __tablename__ = "document"
    __table_args__ = table(UniqueConstraint("certificate_id", "revision"), append_only=True)

    id: Mapped[Id]
    certificate_id: Mapped[int] = ref("certificate.id")
    revision: Mapped[int]
    template_sha256: Mapped[str] = mapped_column(String(64))
    file_sha256: Mapped[str] = mapped_column(String(64))
    rendered_at: Mapped[datetime]
