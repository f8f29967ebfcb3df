"""Reading course folders with every problem in them."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from lms import pictures
from lms import text as texts
from lms.authoring import models, rules
from lms.authoring.rules import Draft, DrillDraft, Read
from lms.courses.rules import FactDraft, LessonDraft, PictureDraft, Place, Problem, Question, SopDraft, fact_problems
from lms.files import Folder, front_matter

MOST_PICTURE_BYTES = 60_000
FILES = ("module.yaml", "questions.yaml", "drill.yaml")
LESSON_FILE = re.compile(r"(\d\d)-([a-z0-9]+(?:-[a-z0-9]+)*)\.md")

T = TypeVar("T")


def read_folder(path: Path, known: Mapping[str, Sequence[str]] | None = None) -> Read:
    """Read courses/, or one module folder with sop/ and facts.yaml beside it; nothing is written.

    known is slug -> needs of modules that are published already (courses.queries.needs).
    """
    root = path.resolve()
    if not root.is_dir():
        return Read(problems=(Problem(str(path), 1, "there is no such folder"),))
    single = (root / "module.yaml").is_file()
    reader = _Reader(root.parent if single else root)
    slugs = [root.name] if single else reader.modules()
    sops, facts = reader.sops(), reader.facts()
    read = [reader.module(slug) for slug in slugs]
    drafts = [draft for draft in read if draft is not None]
    beside = [one.parent.name for one in reader.base.glob("*/module.yaml")] if single else slugs
    others = dict.fromkeys(beside, ()) | dict(known or {})
    programme = None if single else reader.programme(others)
    found = [Problem(*one) for one in reader.problems] + list(rules.between_modules(drafts, others))
    for draft in drafts:
        found += rules.problems(draft, sops, facts)
    if len(drafts) == len(read) and not reader.broken_sops:
        found += rules.unused_clauses(drafts, sops)
    if not reader.broken_facts:
        found += [one for place, value in reader.values for one in fact_problems(place, value, facts)]
    if not slugs:
        found.append(Problem(".", 1, "there is no module folder here"))
    return Read(tuple(drafts), sops, facts, programme, tuple(sorted(set(found))))


class _Reader(Folder):
    """The files of courses/ as drafts; values are what was read with its place, for checks that run over every text."""

    def __init__(self, base: Path) -> None:
        super().__init__(base)
        self.values: list[tuple[Place, Any]] = []
        self.broken_facts = self.broken_sops = False

    def placed(self, file: str, source: str | None = None, first_line: int = 1) -> tuple[Place, Any]:
        """The value of a YAML file (or of a text in it) and its place."""
        document = self.yaml(file, source or self.text(file, self.content(file)), first_line)
        place = Place(file, document.lines)
        self.values.append((place, document.value))
        return place, document.value

    def one(self, shape: TypeAdapter[T], at: Place, value: Any) -> T | None:
        """A value that has the shape of a model; nothing is a problem too."""
        if value is None:
            self.lost += 1
            self.note(at.file, at.line(), "there is nothing in it")
        return self.valid(shape, at, value)

    def elements(self, place: Place, value: Any) -> Iterator[tuple[Place, Any]]:
        """The elements of a list, each with its place; anything else is a problem."""
        if value is not None and not isinstance(value, list):
            self.lost += 1
            self.note(place.file, place.line(), "must be a list")
            return
        for index, one in enumerate(value or ()):
            yield Place(place.file, place.lines, (*place.path, index)), one

    def each(self, shape: TypeAdapter[T], place: Place, value: Any) -> Iterator[tuple[Place, T]]:
        """The elements of a list that have the shape of a model, each with its place."""
        for at, raw in self.elements(place, value):
            if (valid := self.one(shape, at, raw)) is not None:
                yield at, valid

    def modules(self) -> list[str]:
        """The module folders: every folder but sop/."""
        names = self.names(".")
        for name in names:
            if (self.base / name).is_file() and name not in ("facts.yaml", "programme.yaml"):
                self.note(name, 1, "this file is no part of a courses folder")
        return [name for name in names if (self.base / name).is_dir() and name != "sop"]

    def sops(self) -> dict[str, SopDraft]:
        """sop/*.yaml by number."""
        found: dict[str, SopDraft] = {}
        before = self.lost
        for name in self.names("sop"):
            place, value = self.placed(f"sop/{name}")
            one = self.valid(TypeAdapter(models.Sop), place, value)
            if one is not None:
                if name != f"{one.number}.yaml":
                    self.note(place.file, place.line("number"), f"this file must be called {one.number}.yaml")
                clauses = tuple((clause.number, clause.text) for clause in one.clauses)
                card = one.card.model_dump()
                found[one.number] = SopDraft(place, one.number, one.title, one.version, one.effective, clauses, card)
        self.broken_sops = self.lost > before
        return found

    def facts(self) -> dict[str, FactDraft]:
        """facts.yaml by key; without the file there are no facts."""
        found: dict[str, FactDraft] = {}
        before = self.lost
        place, value = self.placed("facts.yaml") if (self.base / "facts.yaml").exists() else (Place(""), None)
        for at, one in self.each(TypeAdapter(models.Fact), place, value):
            if one.key in found:
                self.note(at.file, at.line("key"), f"the fact {one.key} stands twice")
            found[one.key] = FactDraft(at, one.value, one.review_due, one.model_dump())
        self.broken_facts = self.lost > before
        return found

    def programme(self, slugs: Collection[str]) -> dict[str, Any] | None:
        """programme.yaml in the shape that certification reads; None without the file."""
        if not (self.base / "programme.yaml").exists():
            return None
        place, value = self.placed("programme.yaml")
        found = self.valid(TypeAdapter(models.Programme), place, value)
        for index, level in enumerate(found.levels if found else []):
            named = {"modules": level.modules, "drills": level.drills}
            for key, wanted in {**named, "one_of": [slug for choice in level.one_of for slug in choice]}.items():
                for slug in set(wanted) - set(slugs):
                    self.note(place.file, place.line("levels", index, key), f"there is no module {slug}")
        return found.model_dump(exclude_none=True) if found else None

    def module(self, slug: str) -> Draft | None:
        """The draft of a module folder; None when its module.yaml is not in order."""
        before = self.lost
        place, value = self.placed(f"{slug}/module.yaml")
        module = self.valid(TypeAdapter(models.Module), place, value)
        if module is None and isinstance(value, dict) and (again := rules.mended(value, self.wrong, slug)):
            module = models.Module.model_validate(again)
        names = self.names(slug)
        for name in names:
            if name not in (*FILES, "media") and not LESSON_FILE.fullmatch(name):
                self.note(f"{slug}/{name}", 1, "this file is no part of a module folder")
        numbered = [(int(found[1]), found[2], found[0]) for name in names if (found := LESSON_FILE.fullmatch(name))]
        if reason := rules.numbering_problem([number for number, _, _ in numbered]):
            self.note(f"{slug}/module.yaml", 1, reason)
        lessons = [self.lesson(f"{slug}/{name}", number, title) for number, title, name in numbered]
        items = self.questions(*self.placed(f"{slug}/questions.yaml"))
        drill = self.drill(f"{slug}/drill.yaml")
        pictures = self.pictures(slug, place, module.pictures) if module else ()
        if module is None:
            return None
        if module.slug != slug:
            self.note(place.file, place.line("slug"), f"the slug must be the name of the folder, {slug}")
        kept = [*FILES, *(name for _, _, name in numbered)]
        return Draft(
            place=place,
            slug=slug,
            meta=module.model_dump() | {"exam": rules.stored_exam(module.exam.model_dump(by_alias=True))},
            lessons=tuple(lesson for lesson in lessons if lesson is not None),
            items=items,
            drill=drill,
            pictures=pictures,
            sources={name: (self.base / slug / name).read_bytes() for name in kept if self.lost == before},
            partial=self.lost > before,
        )

    def lesson(self, file: str, number: int, slug: str) -> LessonDraft | None:
        """A lesson from its file: front matter, exercises and body."""
        source = self.text(file, self.content(file))
        split = front_matter(source) if source is not None else None
        if split is None:
            if source is not None:
                self.lost += 1
                self.note(file, 1, "a lesson begins with --- and its front matter ends with ---")
            return None
        header, body, body_line = split
        place, value = self.placed(file, header or " ", 2)
        pictures = tuple(self.body(file, body, body_line - 1))
        front = self.valid(TypeAdapter(models.Lesson), place, value)
        written = value.get("practice") if isinstance(value, dict) else None
        practice = self.questions(
            Place(file, place.lines, ("practice",)), written if isinstance(written, list) else None
        )
        if front is None:
            return None
        text = front.model_dump(exclude={"practice", "objective", "clauses", "minutes"}) | {"body": body.strip("\n")}
        return LessonDraft(
            place, number, slug, front.minutes, front.objective, tuple(front.clauses), text, practice, pictures
        )

    def body(self, file: str, body: str, above: int) -> Iterator[tuple[int, str, str]]:
        """The pictures of a lesson's Markdown as (line, file, alt); above is how many lines stand before it."""
        for number, line in enumerate(body.split("\n"), start=above + 1):
            self.values.append((Place(file, {(): number}), line))
        for part in texts.parts(body):
            if part.kind == "picture" and part.value:
                yield above + part.line, part.value, part.alt
            elif part.kind == "picture":
                self.note(file, above + part.line, "a picture is written ![what it shows](media/file.svg)")
            else:
                what = {"html": "raw HTML is", "link": "links are"}.get(part.kind, f"{part.value} is")
                self.note(file, above + part.line, f"{what} not allowed: {part.value[:40]}")

    def questions(self, place: Place, value: Any) -> tuple[Question, ...]:
        """Questions in the shapes of quizzes."""
        found: list[Question] = []
        for at, scenario, one in self.each_question(place, value):
            parts = rules.stored_question(one.kind, one.model_dump())
            tags = one.lesson, one.objective, one.clause, one.difficulty
            found.append(Question(at, one.key, one.kind, one.critical, *tags, *parts, scenario))
        return tuple(found)

    def each_question(self, place: Place, value: Any) -> Iterator[tuple[Place, str, models.AnyQuestion]]:
        """Each question of a list with its place and its scenario's key; scenarios are taken apart."""
        for at, raw in self.elements(place, value):
            if not (isinstance(raw, dict) and raw.get("kind") == "scenario"):
                if (one := self.one(models.QUESTION, at, raw)) is not None:
                    yield at, "", one
            elif (whole := self.one(models.SCENARIO, at, raw)) is not None:
                for number, part in enumerate(rules.parts(whole.model_dump(exclude_none=True))):
                    below = Place(at.file, at.lines, (*at.path, "parts", number))
                    if (one := self.one(models.QUESTION, below, part)) is not None:
                        yield below, whole.key, one

    def drill(self, file: str) -> DrillDraft | None:
        """The drill in the shapes of practice."""
        place, value = self.placed(file)
        one = self.valid(TypeAdapter(models.Drill), place, value)
        return DrillDraft(place, *rules.stored_drill(one.model_dump(by_alias=True))) if one else None

    def pictures(self, slug: str, place: Place, entries: Sequence[models.PictureEntry]) -> tuple[PictureDraft, ...]:
        """The pictures that module.yaml lists and media/ has; each must be in both, and what it says it is."""
        there = self.names(f"{slug}/media")
        listed = {entry.file: entry.alt for entry in entries}
        if len(listed) < len(entries):
            self.note(place.file, place.line("pictures"), "a picture is listed twice")
        for name in sorted(set(there) - listed.keys()):
            self.note(f"{slug}/media/{name}", 1, "this picture is not listed in module.yaml")
        found = []
        for index, (name, alt) in enumerate(listed.items()):
            if name not in there:
                self.note(place.file, place.line("pictures", index), f"there is no media/{name}")
            elif (content := self.content(f"{slug}/media/{name}", MOST_PICTURE_BYTES)) is not None:
                if reason := pictures.picture_problem(name, content):
                    self.note(f"{slug}/media/{name}", 1, reason)
                at = Place(place.file, place.lines, ("pictures", index))
                found.append(PictureDraft(at, name, alt, content, pictures.MEDIA_TYPES[name.rpartition(".")[2]]))
        return tuple(found)


def counts(read: Read, on: date) -> dict[str, Any]:
    """The figures of a folder; a fact is overdue when its review was due before that date."""
    lessons = [lesson for draft in read.drafts for lesson in draft.lessons]
    items = [item for draft in read.drafts for item in draft.items]
    clauses = {f"{sop.number}/{number}" for sop in read.sops.values() for number, _ in sop.clauses}
    return {
        "modules": len(read.drafts),
        "lessons": len(lessons),
        "words": sum(lesson.words for lesson in lessons),
        "items": len(items),
        "items_by_kind": dict(sorted(Counter(item.kind for item in items).items())),
        "critical_items": sum(item.critical for item in items),
        "pictures": sum(len(draft.pictures) for draft in read.drafts),
        "clauses": len(clauses),
        "clauses_without_lesson": len(clauses - {ref for lesson in lessons for ref in lesson.clauses}),
        "overdue_facts": sorted(key for key, fact in read.facts.items() if fact.review_due < on),
    }
