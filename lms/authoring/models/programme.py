"""programme.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from lms.authoring.models.shared import Count, Distinct, Name, Strict, Words

EvidenceKind = Literal["identity", "adult", "skck", "unit_letter", "code_of_conduct", "patrol_log", "interview"]


class _Held(Strict):  # the certificate that somebody must have held for so long, without a gap
    level: Literal[1, 2]
    months: Count


class _Level(Strict):  # a level of the programme, as certification reads it
    level: Literal[1, 2, 3]
    title: Words
    modules: Annotated[list[Name], Field(min_length=1), Distinct]
    drills: Annotated[list[Name], Distinct]
    one_of: list[Annotated[list[Name], Field(min_length=2), Distinct]] = []
    holds: _Held | None = None
    evidence: Annotated[list[EvidenceKind], Distinct]
    validity_months: Count
    refresher_months: Count
    skck_months: Count | None = None


class Programme(Strict):
    """programme.yaml."""

    programme: Name
    title: Words
    levels: Annotated[list[_Level], Field(min_length=1)]
