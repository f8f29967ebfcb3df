"""Tables of the workshop: drafts of modules, SOPs and facts, every edit of their parts, and their review."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.authoring.rules import CHANGES, DRAFT_KINDS, DRAFT_STATES, PART_KINDS, REVIEW_STEPS
from lms.db import Base, Id, PublicId, ref, table

GOING_ON = text("state IN ('open', 'in_review')")


class WorkingDraft(Base):
    """A draft of a module, of an SOP or of the facts: at most one of each goes on at a time."""

    __tablename__ = "working_draft"
    __table_args__ = table(
        CheckConstraint(f"kind IN {DRAFT_KINDS}", name="kind"),
        CheckConstraint(f"state IN {DRAFT_STATES}", name="state"),
        Index("uq_working_draft_going_on", "kind", "name", unique=True,
              sqlite_where=GOING_ON, postgresql_where=GOING_ON),
    )  # fmt: skip

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(60))  # slug of the module, number of the SOP, "fakta"
    state: Mapped[str] = mapped_column(String(10), default="open")
    base_version_id: Mapped[int | None] = ref("module_version.id")  # what a module's draft began from
    base_number: Mapped[int | None]  # the version of the SOP that it began from
    begun_by: Mapped[int] = ref("person.id")
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    published_id: Mapped[int | None]  # id of the module_version or sop_version that came of it

    parts: Mapped[list["DraftPart"]] = relationship(order_by="DraftPart.position, DraftPart.id")


class DraftPart(Base):
    """A part of a draft that is edited on its own: the module itself, a lesson, an item, a picture, an SOP, a fact.

    content has the shape of the course files (see authoring.models), perhaps not complete yet.
    """

    __tablename__ = "draft_part"
    __table_args__ = table(
        UniqueConstraint("draft_id", "kind", "key"), CheckConstraint(f"kind IN {PART_KINDS}", name="kind")
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    draft_id: Mapped[int] = ref("working_draft.id", index=True)
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    content: Mapped[dict[str, Any]]
    revision: Mapped[int]
    removed: Mapped[bool] = mapped_column(default=False)
    edited_by: Mapped[int | None] = ref("person.id")  # none: as it was published
    edited_at: Mapped[datetime]


class DraftEdit(Base):
    """One saved state of a part; nothing that was saved is ever lost. The first is what the draft began with."""

    __tablename__ = "draft_edit"
    __table_args__ = table(
        UniqueConstraint("part_id", "revision"), UniqueConstraint("part_id", "client_key"), append_only=True
    )

    id: Mapped[Id]
    part_id: Mapped[int] = ref("draft_part.id")
    revision: Mapped[int]
    content: Mapped[dict[str, Any]]
    removed: Mapped[bool] = mapped_column(default=False)
    by: Mapped[int | None] = ref("person.id")
    client_key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class DraftReview(Base):
    """A step of the review: sent (with the kind of change), taken back, returned, approved; content_sha256 is what it
    was about."""

    __tablename__ = "draft_review"
    __table_args__ = table(CheckConstraint(f"step IN {REVIEW_STEPS}", name="step"), append_only=True)

    id: Mapped[Id]
    draft_id: Mapped[int] = ref("working_draft.id", index=True)
    step: Mapped[str] = mapped_column(String(10))
    change: Mapped[str | None] = mapped_column(String(12))  # rules.CHANGES, of "sent" and "approved"
    due: Mapped[date | None]  # of a re-test
    content_sha256: Mapped[str] = mapped_column(String(64))
    by: Mapped[int] = ref("person.id")
    at: Mapped[datetime]


class ReviewComment(Base):
    """What a reviewer says about a draft or one of its parts; answered once it is marked as done."""

    __tablename__ = "review_comment"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    draft_id: Mapped[int] = ref("working_draft.id", index=True)
    part_id: Mapped[int | None] = ref("draft_part.id")
    text: Mapped[str] = mapped_column(String(1000))
    by: Mapped[int] = ref("person.id")
    at: Mapped[datetime]
    done_by: Mapped[int | None] = ref("person.id")
    done_at: Mapped[datetime | None]


class VersionChange(Base):
    """How a published version of a module came to be: what kind of change, by whom it was sent and approved."""

    __tablename__ = "version_change"
    __table_args__ = table(
        UniqueConstraint("module_version_id"),
        CheckConstraint(f"change IN {CHANGES}", name="change"),
        CheckConstraint("sent_by <> approved_by", name="two_persons"),
        append_only=True,
    )

    id: Mapped[Id]
    module_version_id: Mapped[int] = ref("module_version.id")
    draft_id: Mapped[int] = ref("working_draft.id")
    change: Mapped[str] = mapped_column(String(12))
    due: Mapped[date | None]
    sent_by: Mapped[int] = ref("person.id")
    approved_by: Mapped[int] = ref("person.id")
    at: Mapped[datetime]
