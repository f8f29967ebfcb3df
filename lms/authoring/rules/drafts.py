"""What a draft of a module is, and whether it may be published: every rule that needs more than one of its files.

The shape of each file is judged in models.py. Reasons are in English: they are for those who write the files.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.courses import rules as courses
from lms.courses.rules import FactDraft, LessonDraft, PictureDraft, Place, Problem, Question, SopDraft
from lms.quizzes import rules as quizzes

WORDS = (150, 400)

PRACTICE_KINDS = ("single", "multiple", "true_false", "matching", "ordering")


@dataclass(frozen=True)
class DrillDraft:
    """The drill: rubric and text have the shapes of practice (DrillVersion.rubric, DrillText.text)."""

    place: Place
    rubric: Mapping[str, Any]
    text: Mapping[str, Any]


@dataclass(frozen=True)
class Draft:
    """A module as its files say it, before it is published. meta is the manifest's "module", exam rules as stored.

    sources are the text files byte for byte; partial means that a file could not be read, so that what only the
    whole can tell is not judged.
    """

    place: Place
    slug: str
    meta: Mapping[str, Any]
    lessons: tuple[LessonDraft, ...]
    items: tuple[Question, ...]
    drill: DrillDraft | None
    pictures: tuple[PictureDraft, ...]
    sources: Mapping[str, bytes]
    partial: bool = False

    def facts(self) -> set[str]:
        """The keys of the facts that its own texts name."""
        drill = [self.drill.text] if self.drill else []
        lessons = [lesson.text for lesson in self.lessons]
        questions = [*self.items, *(one for lesson in self.lessons for one in lesson.practice)]
        return courses.facts_in([self.meta, *lessons, *drill, *([one.text, one.answer] for one in questions)])


@dataclass(frozen=True)
class Read:
    """A folder that was read: everything in it, and every problem; with a problem nothing of it may be loaded."""

    drafts: tuple[Draft, ...] = ()
    sops: Mapping[str, SopDraft] = field(default_factory=dict)
    facts: Mapping[str, FactDraft] = field(default_factory=dict)
    programme: Mapping[str, Any] | None = None
    problems: tuple[Problem, ...] = ()


def numbering_problem(numbers: Sequence[int]) -> str | None:
    """None if the lessons are numbered from 1 without a gap or a number used twice; else the reason."""
    wanted = list(range(1, len(numbers) + 1))
    return None if sorted(numbers) == wanted and numbers else f"lessons must be numbered 01, 02, ...: {sorted(numbers)}"


def problems(draft: Draft, sops: Mapping[str, SopDraft], facts: Mapping[str, FactDraft]) -> list[Problem]:
    """Everything that forbids publishing this draft with these SOPs and facts."""
    clauses = {f"{n}/{number}" for n in draft.meta["sop"] if n in sops for number, _ in sops[n].clauses}
    found = [draft.place.problem(f"there is no {n} in sop/", "sop", i) for i, n in enumerate(draft.meta["sop"])
             if n not in sops]  # fmt: skip
    objectives = {one["id"] for one in draft.meta["objectives"]}
    values = {key: fact.value for key, fact in facts.items()}
    for lesson in draft.lessons:
        found += _lesson_problems(lesson, objectives, clauses, draft.pictures)
    exercises = [one for lesson in draft.lessons for one in lesson.practice]
    numbers = {lesson.number for lesson in draft.lessons}
    for question in [*draft.items, *exercises]:
        found += _reference_problems(
            question.place, question.objective, [question.clause], objectives, clauses, "clause"
        )
        if not draft.partial and question.lesson not in numbers:
            found.append(question.place.problem(f"there is no lesson {question.lesson}", "lesson"))
        if question.kind == "numeric" and (reason := _range_problem(question.answer, values)):
            found.append(question.place.problem(reason, "min"))
    found += _twice([(one.place, one.key) for one in draft.items], "item")
    found += _twice([(one.place, one.key) for one in exercises], "exercise")
    if draft.drill:
        found += _drill_problems(draft.drill, clauses)
    return found if draft.partial else [*found, *_bank_problems(draft)]


def _lesson_problems(
    lesson: LessonDraft, objectives: Collection[str], clauses: Collection[str], pictures: Sequence[PictureDraft]
) -> Iterator[Problem]:
    yield from _reference_problems(lesson.place, lesson.objective, lesson.clauses, objectives, clauses, "clauses")
    least, most = WORDS
    if not least <= lesson.words <= most:
        yield lesson.place.problem(f"{lesson.words} words; a lesson has {least} to {most}")
    for one in lesson.practice:
        if one.critical:
            yield one.place.problem("an exercise cannot be critical", "critical")
        if one.kind not in PRACTICE_KINDS:
            yield one.place.problem(f"an exercise cannot be of the kind {one.kind}", "kind")
        if one.lesson != lesson.number:
            yield one.place.problem(f"this exercise stands in lesson {lesson.number}", "lesson")
    alts = {picture.file: picture.alt for picture in pictures}
    for line, file, alt in lesson.pictures:
        if not alt.strip():
            yield Problem(lesson.place.file, line, f"the picture {file} has no alternative text")
        if file not in alts:
            yield Problem(lesson.place.file, line, f"the picture {file} is not listed in module.yaml")
        elif alt.strip() and alt != alts[file]:
            yield Problem(lesson.place.file, line, f"the alternative text of {file} differs from that in module.yaml")


def _reference_problems(
    place: Place, objective: str, refs: Sequence[str], objectives: Collection[str], clauses: Collection[str], key: str
) -> Iterator[Problem]:
    if objective not in objectives:
        yield place.problem(f"there is no objective {objective}", "objective")
    for index, ref in enumerate(refs):
        if ref not in clauses:
            yield place.problem(f"there is no clause {ref} in the SOPs of this module", key, index)


def _range_problem(answer: Mapping[str, Any], values: Mapping[str, str]) -> str | None:
    if not courses.facts_in(answer) <= values.keys():
        return None  # told already: an unknown fact
    low, high = (quizzes.number(courses.fill(answer[end], values)) for end in ("min", "max"))
    if low is None or high is None:
        return "min and max must be numbers, or facts that are numbers"
    return "min is above max" if low > high else None


def _twice(named: Sequence[tuple[Place, str]], what: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, key in named:
        if key in seen:
            yield place.problem(f"the {what} key {key} stands twice", "key")
        seen.add(key)


def _drill_problems(drill: DrillDraft, clauses: Collection[str]) -> Iterator[Problem]:
    stations = {one["id"] for one in drill.rubric["stations"]}
    for index, one in enumerate(drill.rubric["criteria"]):
        if one["station"] not in stations:
            yield drill.place.problem(f"there is no station {one['station']}", "criteria", index, "station")
    for index, station in enumerate(drill.rubric["stations"]):
        if all(one["station"] != station["id"] for one in drill.rubric["criteria"]):
            yield drill.place.problem(f"the station {station['id']} has no criterion", "stations", index)
    for part in ("criteria", "instant_fail"):
        for index, one in enumerate(drill.rubric[part]):
            if one["clause"] not in clauses:
                reason = f"there is no clause {one['clause']} in the SOPs of this module"
                yield drill.place.problem(reason, part, index, "clause")


def _bank_problems(draft: Draft) -> Iterator[Problem]:
    exam = quizzes.exam_rules(draft.meta["exam"])
    critical = sum(item.critical for item in draft.items)
    if len(draft.items) < exam.draw:
        yield draft.place.problem(f"{len(draft.items)} items, but the exam draws {exam.draw}", "exam")
    if exam.critical > exam.draw:
        yield draft.place.problem("critical is above draw", "exam", "critical")
    if critical < exam.critical:
        yield draft.place.problem(f"{critical} critical items, but the exam draws {exam.critical}", "exam")


def between_modules(drafts: Sequence[Draft], known: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Codes used twice, needs that name no module or lead back; known is slug -> needs of the modules elsewhere."""
    by_slug = {**known, **{draft.slug: draft.meta["needs"] for draft in drafts}}
    codes = Counter(draft.meta["code"] for draft in drafts)
    for draft in drafts:
        if codes[draft.meta["code"]] > 1:
            yield draft.place.problem(f"the code {draft.meta['code']} is used by another module too", "code")
        for index, slug in enumerate(draft.meta["needs"]):
            if slug not in by_slug:
                yield draft.place.problem(f"there is no module {slug}", "needs", index)
        if draft.slug in _reached(draft.slug, by_slug):
            yield draft.place.problem("the modules that it needs lead back to itself", "needs")


def _reached(slug: str, needs: Mapping[str, Sequence[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = list(needs.get(slug, ()))
    while ahead:
        one = ahead.pop()
        if one not in reached:
            reached.add(one)
            ahead += needs.get(one, ())
    return reached


def unused_clauses(drafts: Sequence[Draft], sops: Mapping[str, SopDraft]) -> Iterator[Problem]:
    """Clauses of the SOPs of these modules that no lesson rests on; not judged while a module is read only in part."""
    if any(draft.partial for draft in drafts):
        return
    used = {ref for draft in drafts for lesson in draft.lessons for ref in lesson.clauses}
    for number in sorted({number for draft in drafts for number in draft.meta["sop"]} & sops.keys()):
        for index, (clause, _) in enumerate(sops[number].clauses):
            if f"{number}/{clause}" not in used:
                yield sops[number].place.problem(f"no lesson rests on clause {number}/{clause}", "clauses", index)
