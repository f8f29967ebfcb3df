"""Tables of the bank: items, their frozen versions and words, and which module version draws from which."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Id, ref, table
from lms.quizzes.rules import KINDS


class Item(Base):
    """An exam item of a module, known by its stable key."""

    __tablename__ = "item"
    __table_args__ = table(UniqueConstraint("module_id", "key"))

    id: Mapped[Id]
    module_id: Mapped[int] = ref("module.id")
    key: Mapped[str] = mapped_column(String(80))


class ItemVersion(Base):
    """A frozen version of an item: kind, option ids and key without words."""

    __tablename__ = "item_version"
    __table_args__ = table(
        UniqueConstraint("item_id", "number"), CheckConstraint(f"kind IN {KINDS}", name="kind"), append_only=True
    )

    id: Mapped[Id]
    item_id: Mapped[int] = ref("item.id")
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    critical: Mapped[bool]
    key: Mapped[dict[str, Any]]  # by kind, see quizzes.rules.Key
    tags: Mapped[dict[str, Any]]  # {"lesson": 1, "objective": ..., "clause": ..., "difficulty": 1}
    sha256: Mapped[str] = mapped_column(String(64))

    item: Mapped[Item] = relationship(lazy="joined", innerjoin=True)
    texts: Mapped[list["ItemText"]] = relationship()


class ItemText(Base):
    """The words of an item in one language, reasons included; they leave the server only after hand-in."""

    __tablename__ = "item_text"
    __table_args__ = table(UniqueConstraint("item_version_id", "language"), append_only=True)

    id: Mapped[Id]
    item_version_id: Mapped[int] = ref("item_version.id")
    language: Mapped[str] = mapped_column(String(2))
    # {"situation"?, "question", "options": {id: {"text", "reason"}}, "targets": {id: text}, "reason"?, "unit"?, ...}
    text: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))


class ItemWriter(Base):
    """Somebody has written or reviewed an item: it is left out of their own papers."""

    __tablename__ = "item_writer"
    __table_args__ = table(UniqueConstraint("item_id", "person_id"), append_only=True)

    id: Mapped[Id]
    item_id: Mapped[int] = ref("item.id")
    person_id: Mapped[int] = ref("person.id", index=True)
    at: Mapped[datetime]


class AcceptedAnswer(Base):
    """A short text that a trainer has marked right and added to the accepted ones of an item, whatever its version."""

    __tablename__ = "accepted_answer"
    __table_args__ = table(UniqueConstraint("item_id", "text"))

    id: Mapped[Id]
    item_id: Mapped[int] = ref("item.id")
    text: Mapped[str] = mapped_column(String(1000))
    by: Mapped[int] = ref("person.id")
    at: Mapped[datetime]


class ModuleItem(Base):
    """Which item versions a module version draws its papers from."""

    __tablename__ = "module_item"
    __table_args__ = table(UniqueConstraint("module_version_id", "item_version_id"), append_only=True)

    id: Mapped[Id]
    module_version_id: Mapped[int] = ref("module_version.id")
    item_version_id: Mapped[int] = ref("item_version.id")
    position: Mapped[int]
