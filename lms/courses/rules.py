"""How facts are put into texts, how words are counted, what a lesson is when it is read, and where a course
file has a problem."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

FACT = re.compile(r"\{fakta:([a-z0-9]+(?:-[a-z0-9]+)*)\}")
CLAUSE = re.compile(r"(SOP-\d{2,4})/(\d{1,3}(?:\.\d{1,3}){1,2})")
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")


def strings(value: Any) -> Iterator[str]:
    """Every text in a nest of dictionaries and lists (keys are names, not texts)."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from strings(one)


def facts_in(value: Any) -> set[str]:
    """The keys of the facts that the texts of a value name as ``{fakta:key}``."""
    return {key for text in strings(value) for key in FACT.findall(text)}


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each ``{fakta:key}`` replaced by its value; KeyError if one is not known."""
    return FACT.sub(lambda found: values[found[1]], text)


def filled(value: Any, values: Mapping[str, str]) -> Any:
    """A nest of dictionaries and lists with the facts put into each of its texts."""
    if isinstance(value, str):
        return fill(value, values)
    if isinstance(value, Mapping):
        return {key: filled(one, values) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [filled(one, values) for one in value]
    return value


def word_count(*texts: str) -> int:
    """Words as a reader counts them: runs between spaces that hold a letter or digit; pictures do not count."""
    return sum(any(c.isalnum() for c in run) for text in texts for run in _PICTURE.sub(" ", text).split())


def split_clause(ref: str) -> tuple[str, str]:
    """``SOP-01/1.1`` as (SOP number, clause number); ValueError if it is not written so."""
    found = CLAUSE.fullmatch(ref)
    if not found:
        raise ValueError(f"{ref} is not a reference like SOP-01/1.1")
    return found[1], found[2]


def display_order(seed: str, ids: Sequence[str]) -> list[str]:
    """The ids in an order that is the same on each visit, and never the given one where there are two or more.

    For exercises whose written order is the answer (ordering, matching).
    """
    order = sorted(ids, key=lambda one: hashlib.sha256(f"{seed}/{one}".encode()).hexdigest())
    return [*order[1:], order[0]] if order == list(ids) and len(order) > 1 else order


@dataclass(frozen=True)
class LessonLine:
    """A lesson in a list: done is True when the person has read it, in this version or unchanged in an earlier one."""

    module_version_id: int
    number: int
    slug: str
    title: str
    minutes: int
    done: bool


@dataclass(frozen=True)
class FactUse:
    """A changing fact in a lesson, with the date at which it was checked."""

    key: str
    value: str
    reviewed_on: date


@dataclass(frozen=True)
class Practice:
    """An exercise: options as (id, words, reason) in the order of showing, targets as (id, words), and the answer.

    answer and option ids have the shapes of quizzes.rules; reason is that of the whole question, "" where each option
    has its own.
    """

    key: str
    kind: str
    situation: str
    question: str
    options: tuple[tuple[str, str, str], ...]
    targets: tuple[tuple[str, str], ...]
    answer: Mapping[str, Any]
    reason: str


@dataclass(frozen=True)
class LessonView:
    """A lesson as it is read: facts filled in, Markdown made into clean HTML."""

    module_version_id: int
    module_slug: str
    module_title: str
    number: int
    total: int
    slug: str
    title: str
    objective: str
    minutes: int
    scenario_html: str
    facts_html: tuple[str, ...]
    do: tuple[str, ...]
    dont: tuple[str, ...]
    body_html: str
    sources: str
    clauses: tuple[tuple[str, str], ...]
    practice: tuple[Practice, ...]
    facts: tuple[FactUse, ...]
    approved: bool
    done: bool

    @property
    def checked_on(self) -> date | None:
        """The oldest date at which a figure of this lesson was checked: "Angka diperiksa 23 November 2026"."""
        return min((fact.reviewed_on for fact in self.facts), default=None)


def practice(structure: Mapping[str, Any], words: Mapping[str, Any]) -> Practice:
    """An exercise from its stored parts (Lesson.structure and LessonText.text, facts filled in)."""
    kind, written = structure["kind"], list(words["options"])
    order = display_order(structure["key"], written) if kind in ("ordering", "matching") else written
    targets = display_order(structure["key"], list(words["targets"]))
    return Practice(
        key=structure["key"],
        kind=kind,
        situation=words["situation"],
        question=words["question"],
        options=tuple((one, words["options"][one]["text"], words["options"][one].get("reason", "")) for one in order),
        targets=tuple((one, words["targets"][one]) for one in targets),
        answer=structure["answer"],
        reason=words["reason"],
    )


@dataclass(frozen=True, order=True)
class Problem:
    """Why a folder is refused: file below the folder, line from 1, reason in words."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class Place:
    """Where something was read: a file, the line of each value in it by path, and the path of this value."""

    file: str
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)
    path: tuple[str | int, ...] = ()

    def problem(self, reason: str, *below: str | int) -> Problem:
        """A problem at the value below this place, or at the nearest value around it that has a line."""
        return Problem(self.file, self.line(*below), reason)

    def line(self, *below: str | int) -> int:
        """The line of a value; steps that the file does not have are passed over."""
        found: tuple[str | int, ...] = ()
        for step in (*self.path, *below):
            found = (*found, step) if (*found, step) in self.lines else found
        return self.lines.get(found, 1)


@dataclass(frozen=True)
class Question:
    """An exam item or exercise: answer and text have the shapes of quizzes (ItemVersion.key, ItemText.text)."""

    place: Place
    key: str
    kind: str
    critical: bool
    lesson: int
    objective: str
    clause: str
    difficulty: int
    answer: Mapping[str, Any]
    text: Mapping[str, Any]
    scenario: str = ""  # the key of the scenario of which it is a follow-up


@dataclass(frozen=True)
class LessonDraft:
    """A lesson: text without its exercises; pictures are (line, file, alt) as the body names them."""

    place: Place
    number: int
    slug: str
    minutes: int
    objective: str
    clauses: tuple[str, ...]
    text: Mapping[str, Any]
    practice: tuple[Question, ...]
    pictures: tuple[tuple[int, str, str], ...]

    @property
    def words(self) -> int:
        """The words that a reader reads: scenario, facts, do, don't and body."""
        lists = (self.text[name] for name in ("facts", "do", "dont"))
        return word_count(self.text["scenario"], self.text["body"], *(one for each in lists for one in each))


@dataclass(frozen=True)
class PictureDraft:
    """A picture of the module: its bytes, media type and alternative text."""

    place: Place
    file: str
    alt: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class SopDraft:
    """A version of an SOP with its clauses as (number, text) and its pocket card (SopVersion.card)."""

    place: Place
    number: str
    title: str
    version: int
    effective: date
    clauses: tuple[tuple[str, str], ...]
    card: Mapping[str, Any]


@dataclass(frozen=True)
class FactDraft:
    """A fact that changes: content has the arguments of courses.actions.store_fact."""

    place: Place
    value: str
    review_due: date
    content: Mapping[str, Any]


def fact_problems(place: Place, value: Any, known: Collection[str]) -> Iterator[Problem]:
    """Texts below a place that name a fact that is not known, or name one in a way that would not be replaced."""
    if isinstance(value, str):
        yield from (place.problem(f"there is no fact {key}") for key in facts_in(value) if key not in known)
        if "{fakta" in FACT.sub("", value):
            yield place.problem("a fact is written {fakta:key}")
    elif isinstance(value, Mapping | Sequence):
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
        for step, one in pairs:
            yield from fact_problems(Place(place.file, place.lines, (*place.path, step)), one, known)
