"""Freezing a draft as the next version of its module, across courses, quizzes and practice."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from lms.audit import actions as audit
from lms.authoring import queries
from lms.authoring.rules import Draft
from lms.courses import actions as courses
from lms.courses import queries as published
from lms.courses import rules as texts
from lms.courses.models import FactVersion, ModuleVersion, SopVersion, digest
from lms.courses.rules import LessonDraft, Question
from lms.db import db
from lms.practice.models import DrillText, DrillVersion
from lms.quizzes.models import Item, ItemText, ItemVersion, ModuleItem
from lms.refusals import Refused

LANGUAGE = "id"


def publish(draft: Draft, by: int | None = None) -> ModuleVersion:
    """Freeze a draft as the next version of its module, with the newest SOPs and facts; the same content is left alone.

    Refused "courses_malformed" if the draft could not be read wholly, or names an SOP or fact that is not stored.
    """
    facts, sops = published.facts(), published.sops()
    clauses = [clause.text for number in draft.meta["sop"] if number in sops for clause in sops[number].clauses]
    used = draft.facts() | texts.facts_in(clauses)
    if draft.partial or draft.drill is None or not used <= facts.keys() or not set(draft.meta["sop"]) <= sops.keys():
        raise Refused("courses_malformed", problems=[draft.place.problem("the draft is not complete")])
    module = courses.locked_module(draft.slug, draft.meta["code"], draft.meta["order"])
    values = {key: facts[key].value for key in used}
    lessons = [_lesson(lesson, values) for lesson in draft.lessons]
    manifest = _manifest(draft, {key: facts[key] for key in used}, sops, lessons)
    last = published.current(draft.slug)
    if last is not None and last.sha256 == digest(manifest):
        return last
    version = courses.publish_version(
        module,
        title=draft.meta["title"],
        manifest=manifest,
        lessons=lessons,
        pictures=[courses.PictureContent(one.file, one.alt, one.content, one.media_type) for one in draft.pictures],
        sources=draft.sources,
        language=LANGUAGE,
    )
    _freeze_items(draft, version, values)
    drill = DrillVersion(module_version_id=version.id, rubric=dict(draft.drill.rubric), sha256=manifest["drill"])
    db.session.add(drill)
    db.session.flush()
    text = dict(draft.drill.text)
    db.session.add(DrillText(drill_version_id=drill.id, language=LANGUAGE, text=text, sha256=digest(text)))
    db.session.flush()
    audit.record("publish", actor=by, subject=("module_version", version.id))
    return version


def republish(slug: str, by: int) -> ModuleVersion:
    """Publish a module again from its own files with the newest SOPs and facts; what was read stays read.

    Refused "courses_malformed" (problems) where its files do not fit these any more.
    """
    before = published.current(slug)
    assert before is not None  # its callers have found it among the published ones
    read = queries.read_again(before)
    if read.problems:
        raise Refused("courses_malformed", problems=list(read.problems))
    version = publish(read.drafts[0], by)
    if version.id != before.id:
        courses.carry_lessons(before.id, version.id)
    return version


def _manifest(
    draft: Draft,
    facts: Mapping[str, FactVersion],
    sops: Mapping[str, SopVersion],
    lessons: Sequence[courses.LessonContent],
) -> dict[str, Any]:
    values = {key: fact.value for key, fact in facts.items()}
    return {
        "module": dict(draft.meta),
        "lessons": [lesson.sha256 for lesson in lessons],
        "items": [_Frozen(item, values).sha256 for item in draft.items],
        "drill": digest([draft.drill.rubric, digest(draft.drill.text)]) if draft.drill else None,
        "pictures": {one.file: hashlib.sha256(one.content).hexdigest() for one in draft.pictures},
        "sops": {n: {"number": sops[n].number, "sha256": sops[n].sha256} for n in draft.meta["sop"]},
        "facts": {
            key: {"number": fact.number, "value": fact.value, "reviewed_on": fact.reviewed_on.isoformat()}
            for key, fact in facts.items()
        },
    }


def _lesson(lesson: LessonDraft, values: Mapping[str, str]) -> courses.LessonContent:
    practice = [
        {"key": one.key, "kind": one.kind, "answer": texts.filled(one.answer, values)} for one in lesson.practice
    ]
    return courses.LessonContent(
        number=lesson.number,
        slug=lesson.slug,
        minutes=lesson.minutes,
        structure={"objective": lesson.objective, "clauses": list(lesson.clauses), "practice": practice},
        text={**lesson.text, "practice": [dict(one.text) for one in lesson.practice]},
    )


class _Frozen:
    """An item as it is stored: facts are put into its key now, into its words when they are shown."""

    def __init__(self, item: Question, values: Mapping[str, str]) -> None:
        self.key = texts.filled(item.answer, values)
        self.tags = {"lesson": item.lesson, "objective": item.objective, "clause": item.clause}
        self.tags |= {"difficulty": item.difficulty}
        self.tags |= {"scenario": item.scenario} if item.scenario else {}
        self.text = dict(item.text)
        self.sha256 = digest([item.key, item.kind, item.critical, self.key, self.tags, digest(self.text)])


def _freeze_items(draft: Draft, version: ModuleVersion, values: Mapping[str, str]) -> None:
    """Items of the version, in order; one that is the same as in an earlier version stays that row."""
    rows = select(ItemVersion).join(Item).where(Item.module_id == version.module_id).order_by(ItemVersion.number)
    stored: dict[tuple[str, str], ItemVersion] = {(one.item.key, one.sha256): one for one in db.session.scalars(rows)}
    items = {one.key: one for one in db.session.scalars(select(Item).where(Item.module_id == version.module_id))}
    last = {key: one.number for (key, _), one in stored.items()}
    for position, item in enumerate(draft.items, start=1):
        frozen = _Frozen(item, values)
        row = stored.get((item.key, frozen.sha256))
        if row is None:
            of = items.get(item.key) or Item(module_id=version.module_id, key=item.key)
            row = ItemVersion(
                item=of,
                number=last.get(item.key, 0) + 1,
                kind=item.kind,
                critical=item.critical,
                key=frozen.key,
                tags=frozen.tags,
                sha256=frozen.sha256,
                texts=[ItemText(language=LANGUAGE, text=frozen.text, sha256=digest(frozen.text))],
            )
            db.session.add(row)
            db.session.flush()
        db.session.add(ModuleItem(module_version_id=version.id, item_version_id=row.id, position=position))
    db.session.flush()
