"""module.yaml, facts.yaml, sop/SOP-NN.yaml and the front matter of a lesson."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from lms.authoring.models.shared import (
    ClauseRef,
    Count,
    Distinct,
    Entry,
    Name,
    PictureName,
    Share,
    SopNumber,
    Strict,
    Words,
)


class _Pool(Strict):  # so many items with one of these tags; what is not named does not matter
    count: Count
    lesson: Annotated[list[Count], Field(min_length=1), Distinct] | None = None
    objective: Annotated[list[Name], Field(min_length=1), Distinct] | None = None
    difficulty: Annotated[list[Annotated[int, Field(ge=1, le=3)]], Field(min_length=1), Distinct] | None = None
    clause: Annotated[list[ClauseRef], Field(min_length=1), Distinct] | None = None

    @model_validator(mode="after")
    def _some_tag(self) -> "_Pool":
        if not any((self.lesson, self.objective, self.difficulty, self.clause)):
            raise ValueError("a pool names a lesson, objective, difficulty or clause")
        return self


class _Exam(Strict):  # the rules of the exam of a module; limit_minutes only where it has a time limit
    draw: Count
    critical: Annotated[int, Field(ge=0, le=1000)]
    share: Share = Field(alias="pass")
    attempts: Count
    pause_hours: Annotated[int, Field(ge=0, le=8760)]
    rounds: Count
    limit_minutes: Count | None = None
    pools: list[_Pool] = []
    shuffle: bool = True
    feedback: Literal["pass", "topics", "result"] = "pass"
    supervised: bool = False


class PictureEntry(Strict):
    """A picture in media/ and what it shows, in words."""

    file: PictureName
    alt: Annotated[Words, Field(max_length=300)]


class Module(Strict):
    """module.yaml."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+$", max_length=10)]
    slug: Name
    title: Annotated[Words, Field(max_length=120)]
    summary: Words
    order: Count
    minutes: Count
    objectives: Annotated[list[Entry], Field(min_length=1), Distinct]
    sop: Annotated[list[SopNumber], Field(min_length=1), Distinct]
    needs: Annotated[list[Name], Distinct]
    exam: _Exam
    pictures: list[PictureEntry]


class _Clause(Strict):  # a numbered clause of an SOP
    number: Annotated[str, StringConstraints(pattern=r"^\d{1,3}(\.\d{1,3}){1,2}$", max_length=10)]
    text: Words


CardLine = Annotated[Words, Field(max_length=80)]


class _Card(Strict):  # what fits on one phone screen and on half an A4 page
    do: Annotated[list[CardLine], Field(min_length=3, max_length=6)]
    never: Annotated[list[CardLine], Field(min_length=2, max_length=4)]
    call: Annotated[list[CardLine], Field(min_length=1, max_length=3)]


class Sop(Strict):
    """sop/SOP-NN.yaml."""

    number: SopNumber
    title: Annotated[Words, Field(max_length=120)]
    version: Count
    effective: date
    clauses: Annotated[list[_Clause], Field(min_length=1), Distinct]
    card: _Card


class Fact(Strict):
    """An entry of facts.yaml; number is written by an export only, so that the same version is restored."""

    key: Name
    value: Annotated[Words, Field(max_length=120)]
    label: Annotated[Words, Field(max_length=200)]
    area: Annotated[Words, Field(max_length=60)]
    confidence: Literal["H", "M", "L"]
    source: Annotated[Words, Field(max_length=300)]
    reviewed_on: date
    review_due: date
    approved_by: Annotated[Words, Field(max_length=120)] | None
    number: Count | None = None

    @model_validator(mode="after")
    def _due_later(self) -> "Fact":
        if self.review_due <= self.reviewed_on:
            raise ValueError("review_due is not after reviewed_on")
        return self


class Lesson(Strict):
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
