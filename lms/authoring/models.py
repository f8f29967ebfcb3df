"""The format of course files (docs/course-format.md): unknown keys, wrong types and missing keys are refused."""

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from lms.courses.rules import FACT
from lms.quizzes import rules as quizzes


class _Strict(BaseModel):  # a mapping with these keys and no others
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


def _share(text: str) -> str:
    share = Fraction(text) if re.fullmatch(r"\d{1,4}/[1-9]\d{0,3}", text) else None
    if share is None or not 0 < share <= 1:
        raise ValueError('a share is written as a fraction above 0 and at most 1, like "4/5"')
    return f"{share.numerator}/{share.denominator}"


def _no_doubles(values: list[Any]) -> list[Any]:
    ids = [one if isinstance(one, str) else getattr(one, "id", getattr(one, "number", None)) for one in values]
    doubles = sorted({str(one) for one in ids if ids.count(one) > 1})
    if doubles:
        raise ValueError(f"stands twice: {', '.join(doubles)}")
    return values


Words = Annotated[str, StringConstraints(min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
SopNumber = Annotated[str, StringConstraints(pattern=r"^SOP-\d{2,4}$")]
ClauseRef = Annotated[str, StringConstraints(pattern=r"^SOP-\d{2,4}/\d{1,3}(\.\d{1,3}){1,2}$")]
Share = Annotated[str, AfterValidator(_share)]
Distinct = AfterValidator(_no_doubles)
Count = Annotated[int, Field(ge=1, le=1000)]


class _Entry(_Strict):  # something with an id of its own: an objective, or a step of an order
    id: Name
    text: Words


class _Exam(_Strict):  # the rules of the exam of a module; limit_minutes only where it has a time limit
    draw: Count
    critical: Annotated[int, Field(ge=0, le=1000)]
    share: Share = Field(alias="pass")
    attempts: Count
    pause_hours: Annotated[int, Field(ge=0, le=8760)]
    rounds: Count
    limit_minutes: Count | None = None


class PictureEntry(_Strict):
    """A picture in media/ and what it shows, in words."""

    file: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*\.(svg|png|jpg|jpeg|webp)$", max_length=80)]
    alt: Annotated[Words, Field(max_length=300)]


class Module(_Strict):
    """module.yaml."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+$", max_length=10)]
    slug: Name
    title: Annotated[Words, Field(max_length=120)]
    summary: Words
    order: Count
    minutes: Count
    objectives: Annotated[list[_Entry], Field(min_length=1), Distinct]
    sop: Annotated[list[SopNumber], Field(min_length=1), Distinct]
    needs: Annotated[list[Name], Distinct]
    exam: _Exam
    pictures: list[PictureEntry]


class _Clause(_Strict):  # a numbered clause of an SOP
    number: Annotated[str, StringConstraints(pattern=r"^\d{1,3}(\.\d{1,3}){1,2}$", max_length=10)]
    text: Words


class Sop(_Strict):
    """sop/SOP-NN.yaml."""

    number: SopNumber
    title: Annotated[Words, Field(max_length=120)]
    version: Count
    effective: date
    clauses: Annotated[list[_Clause], Field(min_length=1), Distinct]


class Fact(_Strict):
    """An entry of facts.yaml; number is written by an export only, so that the same version is restored."""

    key: Name
    value: Annotated[Words, Field(max_length=120)]
    label: Annotated[Words, Field(max_length=200)]
    area: Annotated[Words, Field(max_length=60)]
    confidence: Literal["H", "M", "L"]
    source: Annotated[Words, Field(max_length=300)]
    reviewed_on: date
    review_due: date
    number: Count | None = None

    @model_validator(mode="after")
    def _due_later(self) -> "Fact":
        if self.review_due <= self.reviewed_on:
            raise ValueError("review_due is not after reviewed_on")
        return self


class Lesson(_Strict):
    """The front matter of NN-slug.md; the exercises are judged one by one as questions."""

    title: Annotated[Words, Field(max_length=60)]
    objective: Name
    minutes: Annotated[int, Field(ge=1, le=8)]
    clauses: Annotated[list[ClauseRef], Field(min_length=1), Distinct]
    scenario: Words
    facts: Annotated[list[Words], Field(min_length=3, max_length=5)]
    do: Annotated[list[Words], Field(min_length=1, max_length=3)]
    dont: Annotated[list[Words], Field(min_length=1, max_length=3)]
    sources: Words
    practice: Annotated[list[Any], Field(min_length=3, max_length=3)]


class _Question(_Strict):  # what every kind of question has
    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    critical: bool
    lesson: Count
    objective: Name
    clause: ClauseRef
    difficulty: Annotated[int, Field(ge=1, le=3)]
    situation: Words = ""
    question: Words


class _Option(_Entry):  # an option of a choice, with the reason why it is right or wrong
    correct: bool = False
    reason: Words


def _right(most: int) -> AfterValidator:
    def check(options: list[_Option]) -> list[_Option]:
        right = sum(one.correct for one in options)
        if not 1 <= right <= most:
            raise ValueError(
                f"{right} options are correct; it must be {'exactly one' if most == 1 else 'at least one'}"
            )
        return options

    return AfterValidator(check)


class Single(_Question):
    """One of three or four options is right."""

    kind: Literal["single"]
    options: Annotated[list[_Option], Field(min_length=3, max_length=4), Distinct, _right(1)]


class Multiple(_Question):
    """One or more of four to six options are right."""

    kind: Literal["multiple"]
    options: Annotated[list[_Option], Field(min_length=4, max_length=6), Distinct, _right(6)]


class TrueFalse(_Question):
    """A statement to judge."""

    kind: Literal["true_false"]
    answer: bool
    reason: Words


class _Pair(_Strict):  # a left side, the right side that belongs to it, and why
    id: Name
    left: Words
    right: Words
    reason: Words


class Matching(_Question):
    """Three to five pairs; the same right side may belong to several, extra ones belong to none."""

    kind: Literal["matching"]
    pairs: Annotated[list[_Pair], Field(min_length=3, max_length=5), Distinct]
    extra: Annotated[list[Words], Distinct] = []

    @model_validator(mode="after")
    def _wrong_extras(self) -> "Matching":
        if {pair.right for pair in self.pairs} & set(self.extra):
            raise ValueError("an extra right side is the right side of a pair")
        return self


class Ordering(_Question):
    """Three to six steps, written in the right order."""

    kind: Literal["ordering"]
    steps: Annotated[list[_Entry], Field(min_length=3, max_length=6), Distinct]
    reason: Words


def _number(value: int | float | str) -> int | float | str:
    if not FACT.fullmatch(str(value)) and quizzes.number(str(value)) is None:
        raise ValueError("a number, or a fact as {fakta:key}")
    return value


Number = Annotated[int | float | str, AfterValidator(_number)]


class Numeric(_Question):
    """A number in a range, both ends included; an end may be a fact."""

    kind: Literal["numeric"]
    min: Number
    max: Number
    unit: Words
    reason: Words


class ShortText(_Question):
    """A short text; what is not among the accepted ones goes to a trainer with the rubric."""

    kind: Literal["short_text"]
    accepted: Annotated[list[Words], Field(min_length=4, max_length=10), Distinct]
    rubric: Words
    reason: Words


AnyQuestion = Single | Multiple | TrueFalse | Matching | Ordering | Numeric | ShortText
QUESTION: TypeAdapter[AnyQuestion] = TypeAdapter(Annotated[AnyQuestion, Field(discriminator="kind")])


class _Station(_Strict):  # a station of a drill
    id: Name
    title: Words
    minutes: Count
    brief: Words


class _Criterion(_Strict):  # what an assessor ticks at a station
    id: Name
    station: Name
    text: Words
    look_for: Words
    critical: bool
    clause: ClauseRef


class _InstantFail(_Entry):  # what ends the drill at once, whatever else was met
    clause: ClauseRef


class _DrillPass(_Strict):  # the share of all criteria, or of those that are not critical
    of: Literal["all", "rest"]
    share: Share


class Drill(_Strict):
    """drill.yaml."""

    title: Annotated[Words, Field(max_length=120)]
    minutes: Count
    setting: Words
    stations: Annotated[list[_Station], Field(min_length=1), Distinct]
    criteria: Annotated[list[_Criterion], Field(min_length=1), Distinct]
    instant_fail: list[_InstantFail]
    passes: _DrillPass = Field(alias="pass")

    @model_validator(mode="after")
    def _one_name_each(self) -> "Drill":
        _no_doubles([*self.criteria, *self.instant_fail])  # both are ticked in one list
        return self


class _Level(_Strict):  # a level of the programme, as certification reads it
    level: Literal[1, 2, 3]
    title: Words
    modules: Annotated[list[Name], Field(min_length=1), Distinct]
    drills: Annotated[list[Name], Distinct]
    evidence: Annotated[list[Literal["identity", "adult", "skck", "unit_letter", "code_of_conduct"]], Distinct]
    validity_months: Count
    refresher_months: Count
    skck_months: Count | None = None


class Programme(_Strict):
    """programme.yaml."""

    programme: Name
    title: Words
    levels: Annotated[list[_Level], Field(min_length=1)]
