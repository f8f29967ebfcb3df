"""What there is to learn, what somebody has read, and whether every frozen version is still what was published."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from lms import text as texts
from lms.courses import rules
from lms.courses.models import (
    FactVersion,
    Lesson,
    LessonDone,
    LessonText,
    Module,
    ModuleVersion,
    Picture,
    Sop,
    SopClause,
    SopVersion,
    VersionApproval,
)
from lms.db import db
from lms.refusals import NotFound
from lms.storage import queries as storage
from lms.storage.models import StoredFile

PictureUrl = Callable[[str], str]


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


def _is_done(person_id: int | None) -> ColumnElement[bool]:
    """Whether the person has read this lesson: the same hash counts in whichever version it was read."""
    if person_id is None:
        return false()
    read = aliased(Lesson)
    same = and_(read.module_version_id == LessonDone.module_version_id, read.number == LessonDone.lesson_number)
    return Lesson.sha256.in_(select(read.sha256).join(LessonDone, same).where(LessonDone.person_id == person_id))


def outline(version_ids: Collection[int], person_id: int | None = None) -> dict[int, list[rules.LessonLine]]:
    """Version id -> its lessons in order, with what this person has done; one query."""
    title = LessonText.text["title"].as_string()
    rows = db.session.execute(
        select(Lesson.module_version_id, Lesson.number, Lesson.slug, title, Lesson.minutes, _is_done(person_id))
        .join(LessonText, LessonText.lesson_id == Lesson.id)
        .join(ModuleVersion, ModuleVersion.id == Lesson.module_version_id)
        .where(Lesson.module_version_id.in_(version_ids), LessonText.language == ModuleVersion.language)
        .order_by(Lesson.module_version_id, Lesson.number)
    )
    found: dict[int, list[rules.LessonLine]] = {identity: [] for identity in version_ids}
    for identity, number, slug, words, minutes, is_done in rows:
        found[identity].append(rules.LessonLine(identity, number, slug, words, minutes, bool(is_done)))
    return found


def path(person_id: int | None) -> list[ModulePath]:
    """Every module with its lessons and what this person has done, in order; two queries."""
    versions = current_versions()
    lines = outline([one.id for one in versions], person_id)
    return [ModulePath(one, tuple(lines[one.id])) for one in versions]


def done(person_id: int, version_ids: Collection[int]) -> set[tuple[int, int]]:
    """(version id, lesson number) of what somebody has read; an unchanged lesson read in an earlier version counts."""
    lessons = select(Lesson.module_version_id, Lesson.number).where(Lesson.module_version_id.in_(version_ids))
    return {(version_id, number) for version_id, number in db.session.execute(lessons.where(_is_done(person_id)))}


def progress(person_ids: Collection[int], version_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """(person id, version id) -> how many lessons are done; absent where none is. One query, for lists of members."""
    read = aliased(Lesson)
    same = and_(read.module_version_id == LessonDone.module_version_id, read.number == LessonDone.lesson_number)
    rows = db.session.execute(
        select(LessonDone.person_id, Lesson.module_version_id, func.count(Lesson.id.distinct()))
        .join(read, same)
        .join(Lesson, Lesson.sha256 == read.sha256)
        .where(LessonDone.person_id.in_(person_ids), Lesson.module_version_id.in_(version_ids))
        .group_by(LessonDone.person_id, Lesson.module_version_id)
    )
    return {(person, identity): count for person, identity, count in rows}


def lesson(
    module_version_id: int, number: int, picture_url: PictureUrl = "/media/{}".format, person_id: int | None = None
) -> rules.LessonView:
    """A lesson of a version in two queries; picture_url gives the address of a picture by its SHA-256.

    NotFound without such a lesson. done is False unless person_id is given.
    """
    total = select(func.count()).where(Lesson.module_version_id == module_version_id).scalar_subquery()
    is_approved = exists().where(VersionApproval.module_version_id == module_version_id)
    row = db.session.execute(
        select(Lesson, LessonText.text, ModuleVersion, total, is_approved, _is_done(person_id))
        .join(LessonText, LessonText.lesson_id == Lesson.id)
        .join(ModuleVersion, ModuleVersion.id == Lesson.module_version_id)
        .where(
            Lesson.module_version_id == module_version_id,
            Lesson.number == number,
            LessonText.language == ModuleVersion.language,
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return _view(*row, picture_url=picture_url)


def _view(
    found: Lesson,
    words: dict[str, Any],
    of: ModuleVersion,
    total: int,
    is_approved: bool,
    is_done: bool,
    *,
    picture_url: PictureUrl,
) -> rules.LessonView:
    meta, refs = of.manifest["module"], list(found.structure["clauses"])
    clauses = _clauses(refs, of.manifest["sops"])
    used = rules.facts_in(words) | rules.facts_in(list(clauses.values()))
    frozen = {key: of.manifest["facts"][key] for key in sorted(used)}
    values = {key: one["value"] for key, one in frozen.items()}
    plain = rules.filled(words, values)
    return rules.LessonView(
        module_version_id=of.id,
        module_slug=meta["slug"],
        module_title=of.title,
        number=found.number,
        total=total,
        slug=found.slug,
        title=plain["title"],
        objective=next(one["text"] for one in meta["objectives"] if one["id"] == found.structure["objective"]),
        minutes=found.minutes,
        scenario_html=render(words["scenario"], of.manifest, picture_url),
        facts_html=tuple(_filled_html(texts.inline(fact), values) for fact in words["facts"]),
        do=tuple(plain["do"]),
        dont=tuple(plain["dont"]),
        body_html=render(words["body"], of.manifest, picture_url),
        sources=plain["sources"],
        clauses=tuple((ref, rules.fill(clauses[ref], values)) for ref in refs),
        practice=tuple(map(rules.practice, found.structure["practice"], plain["practice"])),
        facts=tuple(
            rules.FactUse(k, one["value"], date.fromisoformat(one["reviewed_on"])) for k, one in frozen.items()
        ),
        approved=bool(is_approved),
        done=bool(is_done),
    )


def render(markdown: str, manifest: Mapping[str, Any], picture_url: PictureUrl) -> str:
    """Markdown of a version as clean HTML: its frozen facts put in (escaped), its pictures at picture_url(SHA-256)."""
    pictures = manifest["pictures"]
    html = texts.markdown(markdown, lambda file: picture_url(pictures[file]) if file in pictures else "")
    return _filled_html(html, {key: one["value"] for key, one in manifest["facts"].items()})


def _filled_html(html: str, values: Mapping[str, str]) -> str:
    return rules.fill(html, {key: escape(value) for key, value in values.items()})


def _clauses(refs: Iterable[str], sops: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Reference -> text of each clause, in the SOP versions that a manifest froze; one query."""
    split = {rules.split_clause(ref): ref for ref in refs}
    wanted = [
        and_(Sop.number == sop, SopVersion.number == sops[sop]["number"], SopClause.number == clause)
        for sop, clause in split
    ]
    rows = db.session.execute(
        select(Sop.number, SopClause.number, SopClause.text)
        .join(SopVersion, SopVersion.sop_id == Sop.id)
        .join(SopClause, SopClause.sop_version_id == SopVersion.id)
        .where(or_(false(), *wanted))
    )
    return {split[sop, clause]: words for sop, clause, words in rows}


def sop(number: str) -> SopVersion | None:
    """The newest version of an SOP, with its clauses."""
    return sops().get(number)


def sops() -> dict[str, SopVersion]:
    """The newest version of every SOP by its number, with clauses."""
    rows = select(Sop.number, SopVersion).join(SopVersion, SopVersion.sop_id == Sop.id).order_by(SopVersion.number)
    found = db.session.execute(rows.options(selectinload(SopVersion.clauses)))
    return {number: newest for number, newest in found}  # noqa: C416 - dict() of it does not type


def clause(ref: str) -> str | None:
    """The text of a clause like SOP-01/1.1 in the newest version of its SOP, newest facts put in; else None."""
    number, part = rules.split_clause(ref)
    found = sop(number)
    words = next((one.text for one in found.clauses if one.number == part), None) if found else None
    if words is None:
        return None
    return rules.fill(words, {key: fact.value for key, fact in facts().items()})


def facts() -> dict[str, FactVersion]:
    """The newest version of every fact by its key."""
    rows = db.session.scalars(select(FactVersion).order_by(FactVersion.key, FactVersion.number))
    return {fact.key: fact for fact in rows}


def overdue_facts(on: date) -> list[FactVersion]:
    """The facts whose review was due before a civil date, the oldest first."""
    return sorted((f for f in facts().values() if f.review_due < on), key=lambda f: (f.review_due, f.key))


def picture(sha256: str) -> StoredFile | None:
    """The bytes of a picture of a published version; None for anything else that is stored."""
    return storage.load(sha256) if db.session.scalar(select(exists().where(Picture.sha256 == sha256))) else None


def violations() -> dict[str, int]:
    """Frozen rows that are no longer what was published (invariant 8): SOPs, versions, lessons, words, pictures."""
    sop_rows = db.session.scalars(
        select(SopVersion).options(selectinload(SopVersion.clauses), joinedload(SopVersion.sop))
    )
    versions = db.session.scalars(
        select(ModuleVersion).options(selectinload(ModuleVersion.lessons).selectinload(Lesson.texts))
    ).all()
    known: dict[int, dict[str, str]] = {one.id: {} for one in versions}
    for picture_row in db.session.scalars(select(Picture)):
        known[picture_row.module_version_id][picture_row.file] = picture_row.sha256
    return {
        "sop_version_hash": sum(not one.is_intact() for one in sop_rows),
        "module_version_hash": sum(not one.is_intact(known[one.id]) for one in versions),
        "frozen_fact": sum(not _facts_stand(one.manifest["facts"]) for one in versions),
    }


def _facts_stand(frozen: Mapping[str, Any]) -> bool:
    rows = select(FactVersion).where(FactVersion.key.in_(frozen))
    stored = {(f.key, f.number): (f.value, f.reviewed_on.isoformat()) for f in db.session.scalars(rows)}
    return all(stored.get((key, f["number"])) == (f["value"], f["reviewed_on"]) for key, f in frozen.items())
