"""Publishing drafts as frozen, hashed versions across courses, quizzes and practice, and writing them out again."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from lms.audit import actions as audit
from lms.authoring import queries
from lms.authoring.rules import Draft, Read
from lms.courses import actions as courses
from lms.courses import queries as published
from lms.courses import rules as texts
from lms.courses.models import FactVersion, ModuleSource, ModuleVersion, Picture, Sop, SopVersion, digest, sop_digest
from lms.courses.rules import LessonDraft, Problem, Question
from lms.db import db
from lms.practice.models import DrillText, DrillVersion
from lms.quizzes.models import Item, ItemText, ItemVersion, ModuleItem
from lms.refusals import NotFound, Refused
from lms.storage import queries as storage

LANGUAGE = "id"
# In the order of facts.yaml.
FACT_COLUMNS = ("key", "value", "label", "area", "confidence", "source", "reviewed_on", "review_due", "approved_by",
                "number")  # fmt: skip


@dataclass(frozen=True)
class Loaded:
    """What loading did: slugs of modules with a new version and without, and the programme for certification."""

    published: tuple[str, ...]
    unchanged: tuple[str, ...]
    programme: Mapping[str, Any] | None

    def __str__(self) -> str:
        """One line for the command."""
        return f"{len(self.published)} published, {len(self.unchanged)} unchanged"


def load_all(path: Path, by: int | None = None) -> Loaded:
    """Load course folders: SOPs, facts, then every module; by is the person who does it, none for the command.

    Refused "courses_malformed" with problems, and nothing is written, if anything in the folder is not in order.
    """
    return load(queries.read_folder(path, published.needs()), by)


def load(read: Read, by: int | None = None) -> Loaded:
    """Load a folder that was read; see load_all."""
    problems = [*read.problems, *_clashes(read)]
    if problems:
        raise Refused("courses_malformed", problems=problems)
    for sop in read.sops.values():
        courses.store_sop(sop.number, sop.version, sop.title, sop.effective, sop.clauses, sop.card)
    for fact in read.facts.values():
        courses.store_fact(**fact.content)
    before = {version.module.slug: version.id for version in published.current_versions()}
    after = [publish(draft, by) for draft in sorted(read.drafts, key=lambda draft: draft.meta["order"])]
    changed = {version.module.slug for version in after if before.get(version.module.slug) != version.id}
    slugs = [version.module.slug for version in after]
    return Loaded(
        tuple(slug for slug in slugs if slug in changed),
        tuple(slug for slug in slugs if slug not in changed),
        read.programme,
    )


def _clashes(read: Read) -> list[Problem]:
    """SOP versions that are published with other words, or behind a newer one; codes that another module has."""
    found = []
    stored = published.sops()
    for sop in read.sops.values():
        last = stored.get(sop.number)
        same = sop_digest(sop.number, sop.version, sop.title, sop.effective, sop.clauses, sop.card)
        if last and sop.version <= last.number and last.sha256 != same:
            reason = f"version {last.number} is published with other words: a change needs a higher version"
            found.append(sop.place.problem(reason, "version"))
    codes = {version.module.code: version.module.slug for version in published.current_versions()}
    for draft in read.drafts:
        if codes.get(draft.meta["code"], draft.slug) != draft.slug:
            found.append(draft.place.problem(f"the module {codes[draft.meta['code']]} has this code", "code"))
    return found


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


def exported(module_version_id: int) -> dict[str, bytes]:
    """The files of a version below a courses folder: what it was read from, its pictures, SOPs and facts.

    Loading them gives the same SHA-256 again. facts.yaml holds the other facts too, so that several modules can be
    exported into one folder.
    """
    version = published.version(module_version_id)
    slug = version.module.slug
    named = [
        (one.file, one.sha256)
        for one in db.session.scalars(select(ModuleSource).filter_by(module_version_id=version.id))
    ]
    pictures = db.session.scalars(select(Picture).filter_by(module_version_id=version.id))
    named += [(f"media/{one.file}", one.sha256) for one in pictures]
    found: dict[str, bytes] = {}
    for file, sha256 in named:
        stored = storage.load(sha256)
        if stored is None:
            raise NotFound
        found[f"{slug}/{file}"] = stored.content
    for number, frozen in version.manifest["sops"].items():
        found[f"sop/{number}.yaml"] = _sop_file(number, frozen["number"])
    found["facts.yaml"] = _facts_file(version.manifest["facts"])
    return found


def _sop_file(number: str, version: int) -> bytes:
    one = db.session.scalars(
        select(SopVersion).join(Sop).where(Sop.number == number, SopVersion.number == version)
    ).one()
    clauses = [{"number": clause.number, "text": clause.text} for clause in one.clauses]
    head = {"number": number, "title": one.title, "version": one.number, "effective": one.effective}
    return _yaml({**head, "clauses": clauses, "card": one.card})


def _facts_file(frozen: Mapping[str, Any]) -> bytes:
    """Every fact: in the version that was frozen, else in the newest."""
    rows = db.session.scalars(select(FactVersion).order_by(FactVersion.key, FactVersion.number))
    chosen = {one.key: one for one in rows if one.key not in frozen or frozen[one.key]["number"] == one.number}
    return _yaml([{name: getattr(one, name) for name in FACT_COLUMNS} for one in chosen.values()])


def _yaml(value: Any) -> bytes:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120).encode()


def export(slug: str, path: Path) -> None:
    """Write the newest version of a module below path (see exported); files of the same content may be there already.

    NotFound without such a module, Refused "export_would_overwrite" where a file of other content stands.
    """
    version = published.current(slug)
    if version is None:
        raise NotFound
    files = exported(version.id)
    for file, content in files.items():
        target = path / file
        if target.is_symlink() or (target.exists() and (not target.is_file() or target.read_bytes() != content)):
            raise Refused("export_would_overwrite", file=file)
    for file, content in files.items():
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        (path / file).write_bytes(content)
