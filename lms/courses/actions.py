"""Publishing SOPs, facts and module versions as frozen rows, and recording which lessons were read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import func, select

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.rules import may
from lms.audit import actions as audit
from lms.courses.models import (
    FactVersion,
    Lesson,
    LessonDone,
    LessonSame,
    LessonText,
    Module,
    ModuleSource,
    ModuleVersion,
    Picture,
    Retest,
    Sop,
    SopApproval,
    SopClause,
    SopVersion,
    VersionApproval,
    digest,
    lesson_digest,
    sop_digest,
)
from lms.db import Base, added, db
from lms.refusals import Conflict, NotFound, Refused
from lms.storage import actions as storage

Row = TypeVar("Row", bound=Base)


def _once(find: Callable[[], Row | None], make: Callable[[], Row]) -> Row:
    """The row that find gives, made if there is none; two who make it at the same time both get the one that stands.

    Conflict "stored_otherwise_meanwhile" if somebody stored something else under the same key at the same time.
    """
    found = find()
    if found is not None:
        return found
    row = make()
    if added(row):
        return row
    found = find()
    if found is None:
        raise Conflict("stored_otherwise_meanwhile")
    return found


def finish_lesson(person_id: int, module_version_id: int, number: int) -> LessonDone:
    """Record that somebody has read a lesson of a version, once however often it is sent; NotFound without it."""
    lesson = select(Lesson.id).where(Lesson.module_version_id == module_version_id, Lesson.number == number)
    if db.session.scalar(lesson) is None:
        raise NotFound
    done = {"person_id": person_id, "module_version_id": module_version_id, "lesson_number": number}
    return _once(
        lambda: db.session.scalar(select(LessonDone).filter_by(**done)),
        lambda: LessonDone(**done, at=clock.now()),
    )


def approve_version(module_version_id: int, approver_id: int) -> VersionApproval:
    """Record that an approver has approved a version of a module; the first approval stands.

    NotFound without such a version; Refused("not_allowed").
    """
    _may_approve(ModuleVersion, module_version_id, approver_id)
    found = _once(
        lambda: db.session.scalar(select(VersionApproval).filter_by(module_version_id=module_version_id)),
        lambda: VersionApproval(module_version_id=module_version_id, approver_id=approver_id, approved_at=clock.now()),
    )
    audit.record("approve_version", actor=approver_id, subject=("module_version", module_version_id))
    return found


def approve_sop(sop_version_id: int, approver_id: int) -> SopApproval:
    """Record that an approver has approved a version of an SOP; the first approval stands.

    NotFound without such a version; Refused("not_allowed").
    """
    _may_approve(SopVersion, sop_version_id, approver_id)
    found = _once(
        lambda: db.session.scalar(select(SopApproval).filter_by(sop_version_id=sop_version_id)),
        lambda: SopApproval(sop_version_id=sop_version_id, approver_id=approver_id, approved_at=clock.now()),
    )
    audit.record("approve_sop", actor=approver_id, subject=("sop_version", sop_version_id))
    return found


def _may_approve(what: type[ModuleVersion | SopVersion], version_id: int, approver_id: int) -> None:
    if db.session.get(what, version_id) is None:
        raise NotFound
    if not may(accounts.appointed_roles(approver_id), "approve teaching material"):
        raise Refused("not_allowed")


def carry_lessons(old_version_id: int, new_version_id: int) -> None:
    """After an editorial change: whoever has read a lesson of the old version has read that of the same name in the new
    one, also where they have read an earlier version that was carried on before."""
    before = {one.slug: one.sha256 for one in _lessons(old_version_id)}
    for one in _lessons(new_version_id):
        old = before.get(one.slug)
        if old is None or old == one.sha256:
            continue
        carried = select(LessonSame.old_sha256).where(LessonSame.new_sha256 == old)
        for earlier in {old, *db.session.scalars(carried)} - {one.sha256}:
            added(LessonSame(new_sha256=one.sha256, old_sha256=earlier))


def _lessons(version_id: int) -> Sequence[Lesson]:
    return db.session.scalars(select(Lesson).where(Lesson.module_version_id == version_id)).all()


def ask_retest(module_version_id: int, due: date) -> Retest:
    """From this version on the exam of the module is passed again; earlier passes count through due."""
    version = db.session.get_one(ModuleVersion, module_version_id)
    last = db.session.scalar(select(func.max(Retest.period)).where(Retest.module_id == version.module_id)) or 1
    row = Retest(
        module_id=version.module_id,
        module_version_id=version.id,
        period=last + 1,
        due=due,
        recorded_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def store_sop(
    number: str,
    version: int,
    title: str,
    effective: date,
    clauses: Sequence[tuple[str, str]],
    card: Mapping[str, Any] | None = None,
) -> SopVersion:
    """Freeze a version of an SOP with its clauses (number, text) and card; the same one again is left alone.

    Refused "sop_version_changed" where the version stands with other words, "sop_version_older" behind a newer one.
    """
    sop = _once(lambda: db.session.scalar(select(Sop).where(Sop.number == number)), lambda: Sop(number=number))
    sha256 = sop_digest(number, version, title, effective, clauses, card)
    rows = select(SopVersion).where(SopVersion.sop_id == sop.id).order_by(SopVersion.number.desc())
    newest = db.session.scalar(rows.limit(1))
    if newest is not None and version <= newest.number:
        if newest.sha256 == sha256:
            return newest
        code = "sop_version_changed" if version == newest.number else "sop_version_older"
        raise Refused(code, sop=number, version=version)

    def make() -> SopVersion:
        row = SopVersion(
            sop_id=sop.id,
            number=version,
            title=title,
            effective=effective,
            card=dict(card) if card else None,
            sha256=sha256,
            recorded_at=clock.now(),
        )
        row.clauses = [SopClause(number=clause, text=text) for clause, text in clauses]
        return row

    return _once(lambda: db.session.scalar(select(SopVersion).filter_by(sop_id=sop.id, sha256=sha256)), make)


def store_fact(
    *,
    key: str,
    value: str,
    label: str,
    area: str,
    confidence: str,
    source: str,
    reviewed_on: date,
    review_due: date,
    approved_by: str | None = None,
    number: int | None = None,
) -> FactVersion:
    """Freeze a version of a fact if anything in it differs from the newest; number only to restore an exported one."""
    words = {"value": value, "label": label, "area": area, "confidence": confidence, "source": source}
    content: dict[str, Any] = {**words, "reviewed_on": reviewed_on, "review_due": review_due}
    content["approved_by"] = approved_by

    def newest() -> FactVersion | None:
        rows = select(FactVersion).where(FactVersion.key == key).order_by(FactVersion.number.desc())
        row = db.session.scalar(rows.limit(1))
        return row if row and all(getattr(row, name) == given for name, given in content.items()) else None

    def make() -> FactVersion:
        last = db.session.scalar(select(func.max(FactVersion.number)).where(FactVersion.key == key)) or 0
        return FactVersion(key=key, number=max(number or 0, last + 1), recorded_at=clock.now(), **content)

    return _once(newest, make)


@dataclass(frozen=True)
class LessonContent:
    """A lesson as it is frozen: see Lesson.structure and LessonText.text for the shapes."""

    number: int
    slug: str
    minutes: int
    structure: Mapping[str, Any]
    text: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """Its hash, as it stands in the manifest."""
        return lesson_digest(self.number, self.slug, self.minutes, self.structure, digest(self.text))


@dataclass(frozen=True)
class PictureContent:
    """A picture as it is frozen: file name, alternative text, bytes and media type."""

    file: str
    alt: str
    content: bytes
    media_type: str


def locked_module(slug: str, code: str, position: int) -> Module:
    """The module of that slug, made if there is none, held until the end of the transaction so that its versions get
    their numbers one after the other. Refused "module_code_taken" if another module has the code."""
    taken = db.session.scalar(select(Module.slug).where(Module.code == code, Module.slug != slug))
    if taken is not None:
        raise Refused("module_code_taken", module_code=code, slug=taken)
    _once(
        lambda: db.session.scalar(select(Module).where(Module.slug == slug)),
        lambda: Module(slug=slug, code=code, position=position),
    )
    module = db.session.scalars(select(Module).where(Module.slug == slug).with_for_update()).one()
    module.code, module.position = code, position
    return module


def publish_version(
    module: Module,
    *,
    title: str,
    manifest: dict[str, Any],
    lessons: Sequence[LessonContent],
    pictures: Sequence[PictureContent],
    sources: Mapping[str, bytes],
    language: str = "id",
) -> ModuleVersion:
    """Freeze the next version of a module that locked_module gave: lessons, words, pictures, source files."""
    last = db.session.scalar(select(func.max(ModuleVersion.number)).where(ModuleVersion.module_id == module.id)) or 0
    version = ModuleVersion(
        module_id=module.id,
        number=last + 1,
        title=title,
        language=language,
        manifest=manifest,
        sha256=digest(manifest),
        published_at=clock.now(),
    )
    version.lessons = [_lesson(lesson, language) for lesson in lessons]
    db.session.add(version)
    db.session.flush()
    for one in pictures:
        sha256 = storage.store(one.content, one.media_type)
        db.session.add(Picture(module_version_id=version.id, file=one.file, alt=one.alt, sha256=sha256))
    for file, content in sorted(sources.items()):
        sha256 = storage.store(content, "application/octet-stream")
        db.session.add(ModuleSource(module_version_id=version.id, file=file, sha256=sha256))
    db.session.flush()
    return version


def _lesson(lesson: LessonContent, language: str) -> Lesson:
    row = Lesson(
        number=lesson.number,
        slug=lesson.slug,
        minutes=lesson.minutes,
        structure=dict(lesson.structure),
        sha256=lesson.sha256,
    )
    row.texts = [LessonText(language=language, text=dict(lesson.text), sha256=digest(lesson.text))]
    return row
