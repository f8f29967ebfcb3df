"""drill.yaml."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from lms.authoring.models.shared import ClauseRef, Count, Distinct, Entry, Name, Share, Strict, Words, no_doubles


class _Station(Strict):  # a station of a drill
    id: Name
    title: Words
    minutes: Count
    brief: Words


class _Criterion(Strict):  # what an assessor ticks at a station
    id: Name
    station: Name
    text: Words
    look_for: Words
    critical: bool
    clause: ClauseRef


class _InstantFail(Entry):  # what ends the drill at once, whatever else was met
    clause: ClauseRef


class _DrillPass(Strict):  # the share of all criteria, or of those that are not critical
    of: Literal["all", "rest"]
    share: Share


class Drill(Strict):
    """drill.yaml."""

    title: Annotated[Words, Field(max_length=120)]
    minutes: Count
    group: Annotated[int, Field(ge=1, le=8)]
    setting: Words
    stations: Annotated[list[_Station], Field(min_length=1), Distinct]
    criteria: Annotated[list[_Criterion], Field(min_length=1), Distinct]
    instant_fail: list[_InstantFail]
    passes: _DrillPass = Field(alias="pass")

    @model_validator(mode="after")
    def _one_name_each(self) -> "Drill":
        no_doubles([*self.criteria, *self.instant_fail])  # both are ticked in one list
        return self
