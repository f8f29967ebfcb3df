"""Tables of SOPs, modules, lessons, facts and reading progress. Versions are frozen: a change is a new version."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Id, ref, table


def digest(content: Any) -> str:
    """The SHA-256 in hex by which frozen content is known: over its JSON with sorted keys, without spaces, in UTF-8."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def sop_digest(
    number: str,
    version: int,
    title: str,
    effective: date,
    clauses: Sequence[tuple[str, str]],
    card: Mapping[str, Any] | None,
) -> str:
    """The hash of a version of an SOP: number, version, title, effective date, (number, text) of each clause, and the
    pocket card, which versions stored before there were cards do not have."""
    whole = [number, version, title, effective.isoformat(), [list(clause) for clause in clauses]]
    return digest([*whole, card] if card else whole)


def lesson_digest(number: int, slug: str, minutes: int, structure: Mapping[str, Any], text_sha256: str) -> str:
    """The hash of a lesson: what does not depend on the language, and the hash of its words in the source language."""
    return digest([number, slug, minutes, structure, text_sha256])


class Sop(Base):
    """A standard operating procedure, known by its number."""

    __tablename__ = "sop"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(20), unique=True)


class SopVersion(Base):
    """One version of an SOP."""

    __tablename__ = "sop_version"
    __table_args__ = table(UniqueConstraint("sop_id", "number"), append_only=True)

    id: Mapped[Id]
    sop_id: Mapped[int] = ref("sop.id")
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    effective: Mapped[date]
    card: Mapped[dict[str, Any] | None]  # the pocket card: {"do": [lines], "never": [lines], "call": [lines]}
    sha256: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime]

    sop: Mapped[Sop] = relationship()
    clauses: Mapped[list["SopClause"]] = relationship(order_by="SopClause.id")

    def is_intact(self) -> bool:
        """Whether the row and its clauses are still what its hash was taken over."""
        clauses = [(clause.number, clause.text) for clause in self.clauses]
        return self.sha256 == sop_digest(self.sop.number, self.number, self.title, self.effective, clauses, self.card)


class SopClause(Base):
    """One numbered clause (butir); lessons, items and drill criteria rest on it."""

    __tablename__ = "sop_clause"
    __table_args__ = table(UniqueConstraint("sop_version_id", "number"), append_only=True)

    id: Mapped[Id]
    sop_version_id: Mapped[int] = ref("sop_version.id")
    number: Mapped[str] = mapped_column(String(10))
    text: Mapped[str]


class FactVersion(Base):
    """A fact that changes (number, penalty, threshold) with source and dates; the highest version counts."""

    __tablename__ = "fact_version"
    __table_args__ = table(UniqueConstraint("key", "number"), append_only=True)

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    value: Mapped[str] = mapped_column(String(120))
    label: Mapped[str] = mapped_column(String(200))
    area: Mapped[str] = mapped_column(String(60))
    confidence: Mapped[str] = mapped_column(String(1))
    source: Mapped[str] = mapped_column(String(300))
    reviewed_on: Mapped[date]
    review_due: Mapped[date]
    approved_by: Mapped[str | None] = mapped_column(String(120))  # the office that approved it, never a person
    recorded_at: Mapped[datetime]


class Module(Base):
    """A training module, known by its slug; what members learn is its newest published version."""

    __tablename__ = "module"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    position: Mapped[int]


class ModuleVersion(Base):
    """A frozen version: its manifest names the hash of every lesson, item, drill, picture and fact in it."""

    __tablename__ = "module_version"
    __table_args__ = table(UniqueConstraint("module_id", "number"), append_only=True)

    id: Mapped[Id]
    module_id: Mapped[int] = ref("module.id")
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2), default="id")
    # {"module": {code, slug, title, summary, order, minutes, objectives, sop, needs, pictures, exam},
    #  "lessons": [sha256], "items": [sha256], "drill": sha256, "pictures": {file: sha256},
    #  "sops": {number: {number, sha256}}, "facts": {key: {number, value, reviewed_on}}}
    manifest: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))  # digest(manifest)
    published_at: Mapped[datetime]

    module: Mapped[Module] = relationship(lazy="joined", innerjoin=True)
    lessons: Mapped[list["Lesson"]] = relationship(order_by="Lesson.number")

    def is_intact(self, pictures: dict[str, str]) -> bool:
        """Whether manifest, lessons, words and pictures (file -> SHA-256) are still what the hash was taken over."""
        return (
            self.sha256 == digest(self.manifest)
            and self.title == self.manifest["module"]["title"]
            and self.manifest["lessons"] == [lesson.sha256 for lesson in self.lessons]
            and all(lesson.is_intact(self.language) for lesson in self.lessons)
            and self.manifest["pictures"] == pictures
        )


class VersionApproval(Base):
    """An approver has approved a version of a module; until then its pages say "Contoh. Belum disahkan."."""

    __tablename__ = "version_approval"
    __table_args__ = table(UniqueConstraint("module_version_id"), append_only=True)

    id: Mapped[Id]
    module_version_id: Mapped[int] = ref("module_version.id")
    approver_id: Mapped[int] = ref("person.id")
    approved_at: Mapped[datetime]


class SopApproval(Base):
    """An approver has approved a version of an SOP; until then its pages say "Contoh. Belum disahkan."."""

    __tablename__ = "sop_approval"
    __table_args__ = table(UniqueConstraint("sop_version_id"), append_only=True)

    id: Mapped[Id]
    sop_version_id: Mapped[int] = ref("sop_version.id")
    approver_id: Mapped[int] = ref("person.id")
    approved_at: Mapped[datetime]


class Lesson(Base):
    """A lesson of a version: what does not depend on the language."""

    __tablename__ = "lesson"
    __table_args__ = table(UniqueConstraint("module_version_id", "number"), append_only=True)

    id: Mapped[Id]
    module_version_id: Mapped[int] = ref("module_version.id")
    number: Mapped[int]
    slug: Mapped[str] = mapped_column(String(80))
    minutes: Mapped[int]
    structure: Mapped[dict[str, Any]]  # {"objective": id, "clauses": ["SOP-01/1.1"], "practice": [{key, kind, answer}]}
    sha256: Mapped[str] = mapped_column(String(64))  # with the sha256 of its text in the version's language

    texts: Mapped[list["LessonText"]] = relationship()

    def is_intact(self, language: str) -> bool:
        """Whether the row and its words are still what their hashes were taken over; language is that of the source."""
        words = {one.language: one.sha256 for one in self.texts if one.sha256 == digest(one.text)}
        return len(words) == len(self.texts) and self.sha256 == lesson_digest(
            self.number, self.slug, self.minutes, self.structure, words.get(language, "")
        )


class LessonText(Base):
    """The words of a lesson in one language; another language later needs no new version."""

    __tablename__ = "lesson_text"
    __table_args__ = table(UniqueConstraint("lesson_id", "language"), append_only=True)

    id: Mapped[Id]
    lesson_id: Mapped[int] = ref("lesson.id")
    language: Mapped[str] = mapped_column(String(2))
    text: Mapped[dict[str, Any]]  # {"title", "scenario", "facts", "do", "dont", "body", "sources", "practice": [...]}
    sha256: Mapped[str] = mapped_column(String(64))


class Picture(Base):
    """A picture of a module version, with its alternative text."""

    __tablename__ = "picture"
    __table_args__ = table(UniqueConstraint("module_version_id", "file"), append_only=True)

    id: Mapped[Id]
    module_version_id: Mapped[int] = ref("module_version.id")
    file: Mapped[str] = mapped_column(String(80))
    alt: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64), index=True)


class ModuleSource(Base):
    """A file that a version was read from, byte for byte in stored_file, so that it can be written out again."""

    __tablename__ = "module_source"
    __table_args__ = table(UniqueConstraint("module_version_id", "file"), append_only=True)

    id: Mapped[Id]
    module_version_id: Mapped[int] = ref("module_version.id")
    file: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))


class LessonSame(Base):
    """An editorial change: who has read the lesson with the old hash need not read the one with the new hash."""

    __tablename__ = "lesson_same"
    __table_args__ = table(UniqueConstraint("new_sha256", "old_sha256"), append_only=True)

    id: Mapped[Id]
    new_sha256: Mapped[str] = mapped_column(String(64))
    old_sha256: Mapped[str] = mapped_column(String(64), index=True)


class Retest(Base):
    """A version after which everybody passes the exam again: passes of earlier periods count through due."""

    __tablename__ = "retest"
    __table_args__ = table(UniqueConstraint("module_id", "period"), append_only=True)

    id: Mapped[Id]
    module_id: Mapped[int] = ref("module.id")
    module_version_id: Mapped[int] = ref("module_version.id")
    period: Mapped[int]  # 2 for the first re-test of a module
    due: Mapped[date]
    recorded_at: Mapped[datetime]


class LessonDone(Base):
    """Somebody has pressed "Sudah paham, lanjut" on a lesson."""

    __tablename__ = "lesson_done"
    __table_args__ = table(UniqueConstraint("person_id", "module_version_id", "lesson_number"), append_only=True)

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id")
    module_version_id: Mapped[int] = ref("module_version.id")
    lesson_number: Mapped[int]
    at: Mapped[datetime]
