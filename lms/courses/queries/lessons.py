"""A lesson as it is read, and the pictures of published versions."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from html import escape
from typing import Any

from sqlalchemy import and_, exists, false, func, or_, select

from lms import text as texts
from lms.courses import rules
from lms.courses.models import Lesson, LessonText, ModuleVersion, Picture, Sop, SopClause, SopVersion, VersionApproval
from lms.courses.queries.modules import is_done
from lms.db import db
from lms.refusals import NotFound
from lms.storage import queries as storage
from lms.storage.models import StoredFile

PictureUrl = Callable[[str], str]


def lesson(
    module_version_id: int, number: int, picture_url: PictureUrl = "/media/{}".format, person_id: int | None = None
) -> rules.LessonView:
    """A lesson of a version in two queries; picture_url gives the address of a picture by its SHA-256.

    NotFound without such a lesson. done is False unless person_id is given.
    """
    total = select(func.count()).where(Lesson.module_version_id == module_version_id).scalar_subquery()
    is_approved = exists().where(VersionApproval.module_version_id == module_version_id)
    row = db.session.execute(
        select(Lesson, LessonText.text, ModuleVersion, total, is_approved, is_done(person_id))
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
    was_read: bool,
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
        done=bool(was_read),
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


def picture(sha256: str) -> StoredFile | None:
    """The bytes of a picture of a published version; None for anything else that is stored."""
    return storage.load(sha256) if db.session.scalar(select(exists().where(Picture.sha256 == sha256))) else None
