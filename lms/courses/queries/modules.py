"""What there is to learn and what somebody has read: versions of modules, their outlines, progress, approvals."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import PersonPrivate
from lms.courses import rules
from lms.courses.models import Lesson, LessonDone, LessonSame, LessonText, Module, ModuleVersion, VersionApproval
from lms.db import db
from lms.refusals import NotFound


def _newest() -> ColumnElement[bool]:
    other = aliased(ModuleVersion)
    last = select(func.max(other.number)).where(other.module_id == ModuleVersion.module_id).scalar_subquery()
    return ModuleVersion.number == last


def current_versions() -> list[ModuleVersion]:
    """The newest version of every module, in the order of learning."""
    return list(
        db.session.scalars(select(ModuleVersion).join(Module).where(_newest()).order_by(Module.position, Module.id))
    )


def current(slug: str) -> ModuleVersion | None:
    """The newest version of a module, if it is published."""
    return db.session.scalar(select(ModuleVersion).join(Module).where(Module.slug == slug, _newest()))


def version(module_version_id: int) -> ModuleVersion:
    """A published version; NotFound if there is none."""
    found = db.session.get(ModuleVersion, module_version_id)
    if found is None:
        raise NotFound
    return found


def needs() -> dict[str, tuple[str, ...]]:
    """Slug of each published module -> slugs of the modules to finish before it."""
    return {one.module.slug: tuple(one.manifest["module"]["needs"]) for one in current_versions()}


def fact_values(module_version: ModuleVersion) -> dict[str, str]:
    """Key -> value of the facts as they were frozen into a version; for rules.fill on its items and drill."""
    return {key: one["value"] for key, one in module_version.manifest["facts"].items()}


def approved(version_ids: Collection[int]) -> set[int]:
    """Those of the versions that an approver has approved; the others say "Contoh. Belum disahkan."."""
    which = VersionApproval.module_version_id
    return set(db.session.scalars(select(which).where(which.in_(version_ids))))


@dataclass(frozen=True)
class Approval:
    """Who approved a version (the name is empty after erasure) and when."""

    approver_id: int
    name: str
    at: datetime


def approvals(version_ids: Collection[int]) -> dict[int, Approval]:
    """Version id -> its approval, where there is one; one query."""
    which = VersionApproval.module_version_id
    rows = db.session.execute(
        select(which, VersionApproval.approver_id, func.coalesce(PersonPrivate.name, ""), VersionApproval.approved_at)
        .outerjoin(PersonPrivate, PersonPrivate.person_id == VersionApproval.approver_id)
        .where(which.in_(version_ids))
    )
    return {version_id: Approval(by, name, at) for version_id, by, name, at in rows}


@dataclass(frozen=True)
class ModulePath:
    """A module on the way of a member: its version and its lessons."""

    version: ModuleVersion
    lessons: tuple[rules.LessonLine, ...]

    @property
    def done(self) -> int:
        """How many of its lessons are done."""
        return sum(lesson.done for lesson in self.lessons)

    @property
    def next_lesson(self) -> rules.LessonLine | None:
        """The first lesson that is not done."""
        return next((lesson for lesson in self.lessons if not lesson.done), None)


def is_done(person_id: int | None) -> ColumnElement[bool]:
    """Whether the person has read this lesson: the same hash counts in whichever version it was read, and an editorial
    change of what they have read."""
    if person_id is None:
        return false()
    read = aliased(Lesson)
    same = and_(read.module_version_id == LessonDone.module_version_id, read.number == LessonDone.lesson_number)
    hashes = select(read.sha256).join(LessonDone, same).where(LessonDone.person_id == person_id)
    edited = select(LessonSame.new_sha256).where(LessonSame.old_sha256.in_(hashes))
    return or_(Lesson.sha256.in_(hashes), Lesson.sha256.in_(edited))


def outline(version_ids: Collection[int], person_id: int | None = None) -> dict[int, list[rules.LessonLine]]:
    """Version id -> its lessons in order, with what this person has done; one query."""
    title = LessonText.text["title"].as_string()
    rows = db.session.execute(
        select(Lesson.module_version_id, Lesson.number, Lesson.slug, title, Lesson.minutes, is_done(person_id))
        .join(LessonText, LessonText.lesson_id == Lesson.id)
        .join(ModuleVersion, ModuleVersion.id == Lesson.module_version_id)
        .where(Lesson.module_version_id.in_(version_ids), LessonText.language == ModuleVersion.language)
        .order_by(Lesson.module_version_id, Lesson.number)
    )
    found: dict[int, list[rules.LessonLine]] = {identity: [] for identity in version_ids}
    for identity, number, slug, words, minutes, was_read in rows:
        found[identity].append(rules.LessonLine(identity, number, slug, words, minutes, bool(was_read)))
    return found


def path(person_id: int | None) -> list[ModulePath]:
    """Every module with its lessons and what this person has done, in order; two queries."""
    versions = current_versions()
    lines = outline([one.id for one in versions], person_id)
    return [ModulePath(one, tuple(lines[one.id])) for one in versions]


def done(person_id: int, version_ids: Collection[int]) -> set[tuple[int, int]]:
    """(version id, lesson number) of what somebody has read; an unchanged lesson read in an earlier version counts."""
    lessons = select(Lesson.module_version_id, Lesson.number).where(Lesson.module_version_id.in_(version_ids))
    return {(version_id, number) for version_id, number in db.session.execute(lessons.where(is_done(person_id)))}


def progress(person_ids: Collection[int], version_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """(person id, version id) -> how many lessons are done; absent where none is. One query, for lists of members."""
    read = aliased(Lesson)
    same = and_(read.module_version_id == LessonDone.module_version_id, read.number == LessonDone.lesson_number)
    edited = exists().where(LessonSame.new_sha256 == Lesson.sha256, LessonSame.old_sha256 == read.sha256)
    rows = db.session.execute(
        select(LessonDone.person_id, Lesson.module_version_id, func.count(Lesson.id.distinct()))
        .join(read, same)
        .join(Lesson, or_(Lesson.sha256 == read.sha256, edited))
        .where(LessonDone.person_id.in_(person_ids), Lesson.module_version_id.in_(version_ids))
        .group_by(LessonDone.person_id, Lesson.module_version_id)
    )
    return {(person, identity): count for person, identity, count in rows}
