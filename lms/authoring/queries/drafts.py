"""Drafts that are being worked on: their parts, their history, their review, and whether they may be published."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from lms.accounts.models import PersonPrivate
from lms.authoring.models import DraftEdit, DraftPart, DraftReview, ReviewComment, VersionChange, WorkingDraft
from lms.authoring.queries import files
from lms.authoring.queries.reading import read_folder
from lms.authoring.rules import Read
from lms.courses import queries as courses
from lms.courses.models import Lesson, LessonText, ModuleSource, ModuleVersion, Picture, digest
from lms.courses.rules import split_clause
from lms.db import db
from lms.practice.models import DrillText, DrillVersion
from lms.quizzes.models import Item, ItemVersion, ModuleItem
from lms.refusals import NotFound
from lms.storage import queries as storage

GOING_ON = ("open", "in_review")


def draft(public_id: str) -> WorkingDraft:
    """The draft that an address names; NotFound if there is none."""
    found = db.session.scalar(select(WorkingDraft).where(WorkingDraft.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def going_on(kind: str | None = None, name: str | None = None) -> list[WorkingDraft]:
    """The drafts that are open or in review, of one kind and name where asked, the oldest first."""
    query = select(WorkingDraft).where(WorkingDraft.state.in_(GOING_ON)).order_by(WorkingDraft.id)
    query = query.where(WorkingDraft.kind == kind) if kind else query
    return list(db.session.scalars(query.where(WorkingDraft.name == name) if name else query))


def parts(draft_id: int, kind: str | None = None, *, removed: bool = False) -> list[DraftPart]:
    """The parts of a draft in their order, of one kind where asked; removed ones only with removed=True."""
    query = select(DraftPart).where(DraftPart.draft_id == draft_id).order_by(DraftPart.position, DraftPart.id)
    query = query.where(DraftPart.kind == kind) if kind else query
    return list(db.session.scalars(query if removed else query.where(DraftPart.removed.is_(False))))


def part(draft_id: int, public_id: str) -> DraftPart:
    """One part of a draft, also a removed one; NotFound if it has none of that name."""
    query = select(DraftPart).where(DraftPart.draft_id == draft_id, DraftPart.public_id == public_id)
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def contributors(draft_id: int) -> frozenset[int]:
    """Everybody who has saved something in a draft."""
    query = select(DraftEdit.by).join(DraftPart, DraftPart.id == DraftEdit.part_id)
    found = db.session.scalars(query.where(DraftPart.draft_id == draft_id, DraftEdit.by.is_not(None)).distinct())
    return frozenset(one for one in found if one is not None)


@dataclass(frozen=True)
class Edit:
    """A saved state of a part, by whom (empty: as it was published) and when."""

    revision: int
    name: str
    at: datetime
    content: Mapping[str, Any]
    removed: bool


def history(part_id: int) -> list[Edit]:
    """Every saved state of a part, the newest first. One query."""
    rows = db.session.execute(
        select(DraftEdit.revision, func.coalesce(PersonPrivate.name, ""), DraftEdit.at, DraftEdit.content,
               DraftEdit.removed)
        .outerjoin(PersonPrivate, PersonPrivate.person_id == DraftEdit.by)
        .where(DraftEdit.part_id == part_id)
        .order_by(DraftEdit.revision.desc())
    )  # fmt: skip
    return [Edit(*row) for row in rows]


def edit(part_id: int, revision: int) -> DraftEdit | None:
    """One saved state of a part."""
    return db.session.scalar(select(DraftEdit).filter_by(part_id=part_id, revision=revision))


def reviews(draft_id: int) -> list[tuple[DraftReview, str]]:
    """The steps of a draft's review with the name of who took them, the newest first. One query."""
    query = select(DraftReview, func.coalesce(PersonPrivate.name, ""))
    query = query.outerjoin(PersonPrivate, PersonPrivate.person_id == DraftReview.by)
    rows = db.session.execute(query.where(DraftReview.draft_id == draft_id).order_by(DraftReview.id.desc()))
    return [(review, name) for review, name in rows]


def sent(draft_id: int) -> DraftReview | None:
    """The newest time that a draft was sent for review."""
    query = select(DraftReview).where(DraftReview.draft_id == draft_id, DraftReview.step == "sent")
    return db.session.scalar(query.order_by(DraftReview.id.desc()).limit(1))


def comments(draft_id: int) -> list[tuple[ReviewComment, str]]:
    """The reviewers' comments with their writers' names, those that are not done first. One query."""
    query = select(ReviewComment, func.coalesce(PersonPrivate.name, ""))
    query = query.outerjoin(PersonPrivate, PersonPrivate.person_id == ReviewComment.by)
    query = query.where(ReviewComment.draft_id == draft_id)
    rows = db.session.execute(query.order_by(ReviewComment.done_at.is_not(None), ReviewComment.id))
    return [(comment, name) for comment, name in rows]


def content_sha256(draft_id: int) -> str:
    """The hash of everything in a draft as it stands: what a reviewer reads is what is published."""
    kept = parts(draft_id)
    return digest([[one.kind, one.key, one.content] for one in kept])


def base_files(of: WorkingDraft) -> dict[str, bytes]:
    """The text files that a module's draft began from."""
    return _sources(of.base_version_id) if of.base_version_id is not None else {}


def _sources(module_version_id: int) -> dict[str, bytes]:
    rows = select(ModuleSource.file, ModuleSource.sha256).filter_by(module_version_id=module_version_id)
    found = {}
    for file, sha256 in db.session.execute(rows):
        stored = storage.load(sha256)
        if stored is not None:
            found[file] = stored.content
    return found


def base_pictures(version: ModuleVersion) -> list[Picture]:
    """The pictures of a published version, by their file names."""
    rows = select(Picture).filter_by(module_version_id=version.id).order_by(Picture.file)
    return list(db.session.scalars(rows))


def read_again(version: ModuleVersion) -> Read:
    """The files of a published version read anew, with the SOPs and facts of today."""
    found = {f"{version.module.slug}/{file}": content for file, content in _sources(version.id).items()}
    for one in base_pictures(version):
        if (stored := storage.load(one.sha256)) is not None:
            found[f"{version.module.slug}/media/{one.file}"] = stored.content
    return _read(version.module.slug, found)


def _register() -> dict[str, bytes]:
    found = {f"sop/{number}.yaml": files.sop_file(number, sop.number) for number, sop in courses.sops().items()}
    return found | {"facts.yaml": files.facts_file({})}


def folder(of: WorkingDraft) -> dict[str, bytes]:
    """A module's draft as course files below courses/."""
    kept = parts(of.id, removed=True)
    found = {f"{of.name}/{file}": content for file, content in files.module_files(kept, base_files(of)).items()}
    for one in kept:
        if one.kind == "picture" and not one.removed and (stored := storage.load(one.content["sha256"])) is not None:
            found[f"{of.name}/media/{one.key}"] = stored.content
    return found


def checked(of: WorkingDraft) -> Read:
    """A module's draft read as its course files would be, with every problem in it."""
    return _read(of.name, folder(of))


def _read(slug: str, content: Mapping[str, bytes]) -> Read:
    """A module's files read in a folder of their own, with the register of today beside them."""
    with tempfile.TemporaryDirectory() as place:
        base = Path(place).resolve()
        for file, given in {**content, **_register()}.items():
            (base / file).parent.mkdir(parents=True, exist_ok=True)
            (base / file).write_bytes(given)
        known = {other: needs for other, needs in courses.needs().items() if other != slug}
        return read_folder(base / slug, known)


def workshop_made(kind: str, names: Sequence[str]) -> set[str]:
    """Those of the modules, SOPs or facts whose newest version came from the workshop: files do not overwrite them."""
    published = select(WorkingDraft.name).where(WorkingDraft.kind == kind, WorkingDraft.state == "published")
    if kind == "facts":
        drafts = select(WorkingDraft.id).where(WorkingDraft.kind == kind, WorkingDraft.state == "published")
        changed = select(DraftPart.key).where(DraftPart.draft_id.in_(drafts), DraftPart.edited_by.is_not(None))
        return set(db.session.scalars(changed.where(DraftPart.key.in_(names))))
    return set(db.session.scalars(published.where(WorkingDraft.name.in_(names))))


def item_writers(draft_id: int) -> dict[str, set[int]]:
    """Key of each exam item that was changed in a draft -> who has saved it; a scenario counts with its follow-ups."""
    query = select(DraftPart, DraftEdit.by).join(DraftEdit, DraftEdit.part_id == DraftPart.id)
    query = query.where(DraftPart.draft_id == draft_id, DraftPart.kind == "item", DraftEdit.by.is_not(None))
    found: dict[str, set[int]] = {}
    for one, by in db.session.execute(query):
        follow_ups = len(one.content.get("parts") or ())
        for key in [f"{one.key}-{number}" for number in range(1, follow_ups + 1)] or [one.key]:
            found.setdefault(key, set()).add(by or 0)
    return found


def clauses_used(sop_number: str) -> dict[str, set[str]]:
    """Slug of each published module -> the clauses of an SOP (1.1 ...) that its lessons, items and drill rest on."""
    found: dict[str, set[str]] = {}
    for use in rests_on(sop_number):
        found.setdefault(use.module_slug, set()).add(use.clause)
    return found


@dataclass(frozen=True)
class Use:
    """What rests on a clause: "lesson", "item" or "criterion", with its module and its words."""

    clause: str
    module_slug: str
    module_title: str
    kind: str
    name: str


def rests_on(sop_number: str) -> list[Use]:
    """Everything in the newest version of every module that rests on a clause of an SOP, by clause. Four queries."""
    versions = {one.id: one for one in courses.current_versions()}
    found = []
    for version_id, kind, name, refs in _resting(list(versions)):
        version = versions[version_id]
        for ref in refs:
            number, clause = split_clause(ref)
            if number == sop_number:
                found.append(Use(clause, version.module.slug, version.title, kind, name))
    return sorted(found, key=lambda use: ([int(n) for n in use.clause.split(".")], use.module_slug, use.kind))


def _resting(version_ids: Sequence[int]) -> Iterator[tuple[int, str, str, list[str]]]:
    title = LessonText.text["title"].as_string()
    lessons = select(Lesson.module_version_id, title, Lesson.structure).join(LessonText)
    for version_id, name, structure in db.session.execute(lessons.where(Lesson.module_version_id.in_(version_ids))):
        yield version_id, "lesson", name, list(structure["clauses"])
    items = select(ModuleItem.module_version_id, Item.key, ItemVersion.tags)
    items = items.join(ItemVersion, ItemVersion.id == ModuleItem.item_version_id).join(Item)
    for version_id, name, tags in db.session.execute(items.where(ModuleItem.module_version_id.in_(version_ids))):
        yield version_id, "item", name, [tags["clause"]] if tags.get("clause") else []
    drills = select(DrillVersion.module_version_id, DrillVersion.rubric, DrillText.text).join(DrillText)
    for version_id, rubric, text in db.session.execute(drills.where(DrillVersion.module_version_id.in_(version_ids))):
        for one in rubric["criteria"]:
            yield version_id, "criterion", text["criteria"].get(one["id"], {}).get("text", ""), [one["clause"]]
        for one in rubric["instant_fail"]:
            yield version_id, "criterion", text["instant_fail"].get(one["id"], {}).get("text", ""), [one["clause"]]


def change_of(module_version_id: int) -> VersionChange | None:
    """How a published version came to be; None for one that was loaded from files."""
    return db.session.scalar(select(VersionChange).filter_by(module_version_id=module_version_id))
