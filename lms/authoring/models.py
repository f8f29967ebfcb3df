"""The format of course files as pydantic models: unknown keys, wrong types and missing keys are refused.

docs/course-format.md is the same in words. Each kind of question knows its stored shapes (lms.quizzes.rules).
"""

from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator
from pydantic_core import ErrorDetails

from lms.courses.rules import FACT, split_clause
from lms.quizzes import rules as quizzes


class Strict(BaseModel):
    """A mapping with these keys and no others."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


def _clause(ref: str) -> str:
    split_clause(ref)
    return ref


def _share(text: str) -> str:
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError('a share is written as a fraction, like "4/5"') from None
    if not 0 < share <= 1:
        raise ValueError("a share is above 0 and at most 1")
    return f"{share.numerator}/{share.denominator}"


def _no_doubles(values: list[Any]) -> list[Any]:
    ids = [
        one if isinstance(one, str) else (getattr(one, "id", None) or getattr(one, "number", None)) for one in values
    ]
    doubles = sorted({str(one) for one in ids if ids.count(one) > 1})
    if doubles:
        raise ValueError(f"stands twice: {', '.join(doubles)}")
    return values


def _text(most: int | None = None) -> Any:
    return StringConstraints(min_length=1, max_length=most)


Words = Annotated[str, _text()]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
SopNumber = Annotated[str, StringConstraints(pattern=r"^SOP-\d{2,4}$")]
ClauseRef = Annotated[str, AfterValidator(_clause)]
Share = Annotated[str, StringConstraints(pattern=r"^\d{1,4}/\d{1,4}$"), AfterValidator(_share)]
Distinct = AfterValidator(_no_doubles)
Count = Annotated[int, Field(ge=1, le=1000)]


class Entry(Strict):
    """Something with an id of its own: an objective, or a step of an order."""

    id: Name
    text: Words


class Exam(Strict):
    """The rules of the exam of a module; limit_minutes only where it has a time limit."""

    draw: Count
    critical: Annotated[int, Field(ge=0, le=1000)]
    share: Share = Field(alias="pass")
    attempts: Count
    pause_hours: Annotated[int, Field(ge=0, le=8760)]
    rounds: Count
    limit_minutes: Count | None = None

    @model_validator(mode="after")
    def _draws_enough(self) -> "Exam":
        if self.critical > self.draw:
            raise ValueError("critical is above draw")
        return self

    def stored(self) -> dict[str, Any]:
        """The rules as they are kept in the manifest and frozen into attempts."""
        given = self.model_dump(exclude={"share", "pause_hours"}) | {"pass": self.share}
        return quizzes.exam_rules(given | {"pause_minutes": self.pause_hours * 60}).as_json()


class PictureEntry(Strict):
    """A picture in media/ and what it shows, in words."""

    file: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*\.(svg|png|jpg|jpeg|webp)$", max_length=80)]
    alt: Annotated[str, _text(300)]


class Module(Strict):
    """module.yaml."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+$", max_length=10)]
    slug: Name
    title: Annotated[str, _text(120)]
    summary: Words
    order: Count
    minutes: Count
    objectives: Annotated[list[Entry], Field(min_length=1), Distinct]
    sop: Annotated[list[SopNumber], Field(min_length=1), Distinct]
    needs: Annotated[list[Name], Distinct]
    exam: Exam
    pictures: list[PictureEntry]


class Clause(Strict):
    """A numbered clause of an SOP."""

    number: Annotated[str, StringConstraints(pattern=r"^\d{1,3}(\.\d{1,3}){1,2}$", max_length=10)]
    text: Words


class Sop(Strict):
    """sop/SOP-NN.yaml."""

    number: SopNumber
    title: Annotated[str, _text(120)]
    version: Count
    effective: date
    clauses: Annotated[list[Clause], Field(min_length=1), Distinct]


class Fact(Strict):
    """An entry of facts.yaml; number is written by an export only, so that the same version is restored."""

    key: Name
    value: Annotated[str, _text(120)]
    label: Annotated[str, _text(200)]
    area: Annotated[str, _text(60)]
    confidence: Literal["H", "M", "L"]
    source: Annotated[str, _text(300)]
    reviewed_on: date
    review_due: date
    number: Count | None = None

    @model_validator(mode="after")
    def _due_later(self) -> "Fact":
        if self.review_due <= self.reviewed_on:
            raise ValueError("review_due is not after reviewed_on")
        return self


class Lesson(Strict):
    """The front matter of NN-slug.md; the exercises are judged one by one as questions."""

    title: Annotated[str, _text(60)]
    objective: Name
    minutes: Annotated[int, Field(ge=1, le=8)]
    clauses: Annotated[list[ClauseRef], Field(min_length=1), Distinct]
    scenario: Words
    facts: Annotated[list[Words], Field(min_length=3, max_length=5)]
    do: Annotated[list[Words], Field(min_length=1, max_length=3)]
    dont: Annotated[list[Words], Field(min_length=1, max_length=3)]
    sources: Words
    practice: Annotated[list[Any], Field(min_length=3, max_length=3)]


class Question(Strict):
    """What every kind of question has."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    critical: bool
    lesson: Count
    objective: Name
    clause: ClauseRef
    difficulty: Annotated[int, Field(ge=1, le=3)]
    situation: Words = ""
    question: Words


class Option(Entry):
    """An option of a choice, with the reason why it is right or wrong."""

    correct: bool = False
    reason: Words


def _one_right(options: list[Option]) -> list[Option]:
    if sum(one.correct for one in options) != 1:
        raise ValueError(f"{sum(one.correct for one in options)} options are correct; a single choice has exactly one")
    return options


def _some_right(options: list[Option]) -> list[Option]:
    if not any(one.correct for one in options):
        raise ValueError("no option is correct; a multiple choice has at least one")
    return options


class Single(Question):
    """One of three or four options is right."""

    kind: Literal["single"]
    options: Annotated[list[Option], Field(min_length=3, max_length=4), Distinct, AfterValidator(_one_right)]


class Multiple(Question):
    """One or more of four to six options are right."""

    kind: Literal["multiple"]
    options: Annotated[list[Option], Field(min_length=4, max_length=6), Distinct, AfterValidator(_some_right)]


class TrueFalse(Question):
    """A statement to judge."""

    kind: Literal["true_false"]
    answer: bool
    reason: Words


class Pair(Strict):
    """A left side, the right side that belongs to it, and why."""

    id: Name
    left: Words
    right: Words
    reason: Words


class Matching(Question):
    """Three to five pairs; the same right side may belong to several, extra ones belong to none."""

    kind: Literal["matching"]
    pairs: Annotated[list[Pair], Field(min_length=3, max_length=5), Distinct]
    extra: Annotated[list[Words], Distinct] = []

    @model_validator(mode="after")
    def _wrong_extras(self) -> "Matching":
        if {pair.right for pair in self.pairs} & set(self.extra):
            raise ValueError("an extra right side is the right side of a pair")
        return self


class Ordering(Question):
    """Three to six steps, written in the right order."""

    kind: Literal["ordering"]
    steps: Annotated[list[Entry], Field(min_length=3, max_length=6), Distinct]
    reason: Words


def _number(value: int | float | str) -> int | float | str:
    if not FACT.fullmatch(str(value)) and quizzes.number(str(value)) is None:
        raise ValueError("a number, or a fact as {fakta:key}")
    return value


Number = Annotated[int | float | str, AfterValidator(_number)]


class Numeric(Question):
    """A number in a range, both ends included; an end may be a fact."""

    kind: Literal["numeric"]
    min: Number
    max: Number
    unit: Words
    reason: Words


class ShortText(Question):
    """A short text; what is not among the accepted ones goes to a trainer with the rubric."""

    kind: Literal["short_text"]
    accepted: Annotated[list[Words], Field(min_length=4, max_length=10), Distinct]
    rubric: Words
    reason: Words


AnyQuestion = Single | Multiple | TrueFalse | Matching | Ordering | Numeric | ShortText
QUESTION: TypeAdapter[AnyQuestion] = TypeAdapter(Annotated[AnyQuestion, Field(discriminator="kind")])


def stored_question(one: AnyQuestion) -> tuple[dict[str, Any], dict[str, Any]]:
    """A question as (key, words) in the shapes of ItemVersion.key and ItemText.text; words that it lacks are empty.

    The targets of a matching are t1, t2, ... in the order in which the distinct right sides appear, then the extras.
    """
    words: dict[str, Any] = {
        "options": {},
        "targets": {},
        "reason": getattr(one, "reason", ""),
        "unit": "",
        "rubric": "",
    }
    words |= {"situation": one.situation, "question": one.question}
    match one:
        case Single() | Multiple():
            words["options"] = {o.id: {"text": o.text, "reason": o.reason} for o in one.options}
            right = [o.id for o in one.options if o.correct]
            return {"right": right[0] if one.kind == "single" else right, "options": list(words["options"])}, words
        case TrueFalse():
            return {"right": "true" if one.answer else "false"}, words
        case Matching():
            distinct = list(dict.fromkeys([*(pair.right for pair in one.pairs), *one.extra]))
            ids = {text: f"t{number}" for number, text in enumerate(distinct, start=1)}
            words["options"] = {pair.id: {"text": pair.left, "reason": pair.reason} for pair in one.pairs}
            words["targets"] = {target: text for text, target in ids.items()}
            return {"right": {pair.id: ids[pair.right] for pair in one.pairs}, "targets": list(ids.values())}, words
        case Ordering():
            words["options"] = {step.id: {"text": step.text} for step in one.steps}
            return {"right": list(words["options"])}, words
        case Numeric():
            return {"min": str(one.min), "max": str(one.max)}, words | {"unit": one.unit}
        case ShortText():
            return {"accepted": list(one.accepted)}, words | {"rubric": one.rubric}


class Station(Strict):
    """A station of a drill."""

    id: Name
    title: Words
    minutes: Count
    brief: Words


class Criterion(Strict):
    """What an assessor ticks at a station."""

    id: Name
    station: Name
    text: Words
    look_for: Words
    critical: bool
    clause: ClauseRef


class InstantFail(Entry):
    """What ends the drill at once, whatever else was met."""

    clause: ClauseRef


class DrillPass(Strict):
    """The share of all criteria, or of those that are not critical."""

    of: Literal["all", "rest"]
    share: Share


class Drill(Strict):
    """drill.yaml."""

    title: Annotated[str, _text(120)]
    minutes: Count
    setting: Words
    stations: Annotated[list[Station], Field(min_length=1), Distinct]
    criteria: Annotated[list[Criterion], Field(min_length=1), Distinct]
    instant_fail: list[InstantFail]
    passes: DrillPass = Field(alias="pass")

    @model_validator(mode="after")
    def _one_name_each(self) -> "Drill":
        _no_doubles([*self.criteria, *self.instant_fail])  # both are ticked in one list
        return self

    def rubric(self) -> dict[str, Any]:
        """What does not depend on the language, as DrillVersion.rubric has it."""
        return {
            "minutes": self.minutes,
            "stations": [{"id": one.id, "minutes": one.minutes} for one in self.stations],
            "criteria": [one.model_dump(include={"id", "station", "critical", "clause"}) for one in self.criteria],
            "instant_fail": [{"id": one.id, "clause": one.clause} for one in self.instant_fail],
            "pass": self.passes.model_dump(),
        }

    def text(self) -> dict[str, Any]:
        """The words, as DrillText.text has them."""
        return {
            "title": self.title,
            "setting": self.setting,
            "stations": {one.id: {"title": one.title, "brief": one.brief} for one in self.stations},
            "criteria": {one.id: {"text": one.text, "look_for": one.look_for} for one in self.criteria},
            "instant_fail": {one.id: one.text for one in self.instant_fail},
        }


class Level(Strict):
    """A level of the programme, as certification reads it."""

    level: Literal[1, 2, 3]
    title: Words
    modules: Annotated[list[Name], Field(min_length=1), Distinct]
    drills: Annotated[list[Name], Distinct]
    evidence: Annotated[list[Literal["identity", "adult", "skck", "unit_letter", "code_of_conduct"]], Distinct]
    validity_months: Count
    refresher_months: Count
    skck_months: Count | None = None


class Programme(Strict):
    """programme.yaml."""

    programme: Name
    title: Words
    levels: Annotated[list[Level], Field(min_length=1)]


def reason_of(error: ErrorDetails) -> str:
    """What pydantic found wrong, in words for the writer of the file; the key where it is one key."""
    where = ".".join(str(step + 1 if isinstance(step, int) else step) for step in error["loc"])
    words = {"extra_forbidden": "unknown key", "missing": "this key is missing"}.get(error["type"])
    said = words or error["msg"].removeprefix("Value error, ")
    return f"{where}: {said}" if where else said
