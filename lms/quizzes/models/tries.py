"""What became of somebody's attempts, in one row each, and the history that decides on another try."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import aliased

from lms.quizzes.models.attempts import Attempt, AttemptEnd, AttemptResult, AttemptVoid, OpenAttempt, RoundGrant
from lms.quizzes.rules import History


@dataclass(frozen=True)
class AttemptLine:
    """What became of an attempt: times, void, and the latest result.

    share, passed, critical_missed, graded_at: none before the result. extra_rounds: how many rounds a trainer has
    opened for this person in this module.
    """

    attempt_id: int
    public_id: str
    person_id: int
    module_id: int
    module_version_id: int
    number: int
    started_at: datetime
    under_way: bool
    ended_at: datetime | None
    voided: bool
    share: Fraction | None
    passed: bool | None
    critical_missed: int | None
    graded_at: datetime | None
    extra_rounds: int


def lines() -> Select[*tuple[Any, ...]]:
    """The statement that line() makes attempts of, in the order of their numbers."""
    later = aliased(AttemptResult)
    is_latest = ~select(later.id).where(later.attempt_id == Attempt.id, later.seq > AttemptResult.seq).exists()
    same_exam = (RoundGrant.person_id == Attempt.person_id) & (RoundGrant.module_id == Attempt.module_id)
    granted = select(func.count(RoundGrant.id)).where(same_exam, RoundGrant.period == Attempt.period)
    return (
        select(
            Attempt.id.label("attempt_id"),
            *(Attempt.public_id, Attempt.person_id, Attempt.module_id, Attempt.module_version_id),
            *(Attempt.number, Attempt.started_at),
            OpenAttempt.id.is_not(None).label("under_way"),
            AttemptEnd.at.label("ended_at"),
            AttemptVoid.id.is_not(None).label("voided"),
            *(AttemptResult.numerator, AttemptResult.denominator, AttemptResult.passed, AttemptResult.critical_missed),
            AttemptResult.at.label("graded_at"),
            granted.correlate(Attempt).scalar_subquery().label("extra_rounds"),
        )
        .outerjoin(OpenAttempt, OpenAttempt.attempt_id == Attempt.id)
        .outerjoin(AttemptEnd, AttemptEnd.attempt_id == Attempt.id)
        .outerjoin(AttemptVoid, AttemptVoid.attempt_id == Attempt.id)
        .outerjoin(AttemptResult, (AttemptResult.attempt_id == Attempt.id) & is_latest)
        .order_by(Attempt.person_id, Attempt.module_id, Attempt.period, Attempt.number)
    )


def line(row: Row[*tuple[Any, ...]]) -> AttemptLine:
    """The attempt in a row of lines()."""
    found = dict(row._mapping)
    numerator, denominator = found.pop("numerator"), found.pop("denominator")
    return AttemptLine(share=None if numerator is None else Fraction(numerator, denominator), **found)


def history(attempts: Sequence[AttemptLine], lessons_missing: int = 0, paused_until: datetime | None = None) -> History:
    """What decides on another try, from somebody's attempts at one module; void ones count as never taken."""
    valid = [one for one in attempts if not one.voided]
    return History(
        ended=[(one.ended_at, one.passed) for one in valid if one.ended_at is not None],
        under_way=any(one.under_way for one in valid),
        lessons_missing=lessons_missing,
        extra_rounds=attempts[-1].extra_rounds if attempts else 0,
        paused_until=paused_until,
    )
