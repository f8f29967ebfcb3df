"""A question of questions.yaml or of a lesson, by kind."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, model_validator

from lms.authoring.models.shared import ClauseRef, Count, Distinct, Entry, Name, PictureName, Strict, Words
from lms.courses.rules import FACT
from lms.quizzes import rules as quizzes

QuestionKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


class _Question(Strict):  # what every kind of question has
    key: QuestionKey
    critical: bool
    lesson: Count
    objective: Name
    clause: ClauseRef
    difficulty: Annotated[int, Field(ge=1, le=3)]
    situation: Words = ""
    picture: PictureName | None = None
    question: Words


class _Option(Entry):  # an option of a choice, with the reason why it is right or wrong
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


class _Pair(Strict):  # a left side, the right side that belongs to it, and why
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
    steps: Annotated[list[Entry], Field(min_length=3, max_length=6), Distinct]
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


class Scenario(Strict):
    """Two to four questions about one situation or picture; each part is a question without what the whole says."""

    key: QuestionKey
    kind: Literal["scenario"]
    critical: bool
    lesson: Count
    objective: Name
    clause: ClauseRef
    difficulty: Annotated[int, Field(ge=1, le=3)]
    situation: Words
    picture: PictureName | None = None
    parts: Annotated[list[dict[str, Any]], Field(min_length=2, max_length=4)]


AnyQuestion = Single | Multiple | TrueFalse | Matching | Ordering | Numeric | ShortText
QUESTION: TypeAdapter[AnyQuestion] = TypeAdapter(Annotated[AnyQuestion, Field(discriminator="kind")])
SCENARIO: TypeAdapter[Scenario] = TypeAdapter(Scenario)
