"""What became of somebody's attempts, in one row each, and the history that decides on another try."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import aliased

from lms.courses.models import Retest
from lms.quizzes.models.attempts import Attempt, AttemptEnd, AttemptResult, AttemptVoid, OpenAttempt, RoundGrant
from lms.quizzes.models.sittings import Seat, SittingAttempt
from lms.quizzes.rules import History


@dataclass(frozen=True)
class AttemptLine:
    """What became of an attempt: times, void, and the latest result.

    share, passed, critical_missed, graded_at: none before the result. extra_rounds: how many rounds a trainer has
    opened for this person in this module. period: that of the attempt; now_period: that in which one starts now;
    counts_through: the last day on which a pass counts, none while no re-test is asked for. seen: False while the
    supervisor of the sitting has not ticked the member.
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
    period: int
    now_period: int
    counts_through: date | None
    seen: bool

    def is_pass(self, on: date) -> bool:
        """Whether it is a pass that counts on a day."""
        lasts = self.counts_through is None or on <= self.counts_through
        return bool(self.passed) and not self.voided and self.seen and lasts


def now_period(module: Any) -> Any:
    """The period in which an attempt at a module (a column or id) starts now: one more with each re-test."""
    newest = select(func.max(Retest.period)).where(Retest.module_id == module)
    return func.coalesce(newest.scalar_subquery(), 1)


def lines() -> Select[*tuple[Any, ...]]:
    """The statement that line() makes attempts of, in the order of their numbers."""
    later = aliased(AttemptResult)
    is_latest = ~select(later.id).where(later.attempt_id == Attempt.id, later.seq > AttemptResult.seq).exists()
    same_exam = (RoundGrant.person_id == Attempt.person_id) & (RoundGrant.module_id == Attempt.module_id)
    granted = select(func.count(RoundGrant.id)).where(same_exam, RoundGrant.period == Attempt.period)
    newer = select(func.min(Retest.due)).where(Retest.module_id == Attempt.module_id, Retest.period > Attempt.period)
    sat = select(SittingAttempt.id).where(SittingAttempt.attempt_id == Attempt.id)
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
            Attempt.period,
            now_period(Attempt.module_id).label("now_period"),
            newer.correlate(Attempt).scalar_subquery().label("counts_through"),
            or_(~sat.exists(), sat.where(_ticked()).exists()).label("seen"),
        )
        .outerjoin(OpenAttempt, OpenAttempt.attempt_id == Attempt.id)
        .outerjoin(AttemptEnd, AttemptEnd.attempt_id == Attempt.id)
        .outerjoin(AttemptVoid, AttemptVoid.attempt_id == Attempt.id)
        .outerjoin(AttemptResult, (AttemptResult.attempt_id == Attempt.id) & is_latest)
        .order_by(Attempt.person_id, Attempt.module_id, Attempt.period, Attempt.number)
    )


def _ticked() -> ColumnElement[bool]:
    """That the supervisor of the sitting has seen whoever made the attempt."""
    seat = select(Seat.id).where(
        Seat.sitting_id == SittingAttempt.sitting_id, Seat.person_id == Attempt.person_id, Seat.ticked_at.is_not(None)
    )
    return seat.exists()


def line(row: Row[*tuple[Any, ...]]) -> AttemptLine:
    """The attempt in a row of lines()."""
    found = dict(row._mapping)
    numerator, denominator = found.pop("numerator"), found.pop("denominator")
    found["seen"] = bool(found["seen"])
    return AttemptLine(share=None if numerator is None else Fraction(numerator, denominator), **found)


def history(attempts: Sequence[AttemptLine], lessons_missing: int = 0, paused_until: datetime | None = None) -> History:
    """What decides on another try, from somebody's attempts at one module; void ones count as never taken, and those
    before a re-test only as long as they are under way."""
    valid = [one for one in attempts if not one.voided]
    now = [one for one in valid if one.period == one.now_period]
    return History(
        ended=[
            (one.ended_at, None if one.passed and not one.seen else one.passed)
            for one in now
            if one.ended_at is not None
        ],
        under_way=any(one.under_way for one in valid),
        lessons_missing=lessons_missing,
        extra_rounds=now[-1].extra_rounds if now else 0,
        paused_until=paused_until,
        unseen=any(one.passed and not one.seen for one in now),
    )
