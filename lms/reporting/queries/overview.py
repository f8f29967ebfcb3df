"""Counts for the first page of a desk, each in a fixed number of queries over the members of some units."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, func, or_, select, union
from sqlalchemy.orm import aliased

from lms import clock
from lms.certification import rules
from lms.certification.models import BARRING, Certificate, exam_passed
from lms.courses.models import LessonDone, ModuleVersion
from lms.db import db
from lms.organisations.models import Membership
from lms.quizzes.models import Answer, AnswerPrivate, Attempt, AttemptEnd, AttemptResult, AttemptVoid, Mark

# What standings() counts: of certificates, then of members without one.
OF_CERTIFICATES = ("valid", "expiring", "refresher_due", "expired", "suspended", "revoked")
WITHOUT_ONE = ("learning", "not_begun")


@dataclass(frozen=True)
class ModuleCount:
    """Members at one module: learning began it and have not passed; attempts are those marked and not void."""

    version: ModuleVersion
    learning: int
    passed: int
    attempts: int
    attempts_passed: int

    @property
    def share(self) -> Fraction | None:
        """The share of the attempts that passed; None before there is one."""
        return Fraction(self.attempts_passed, self.attempts) if self.attempts else None


def _members(unit_ids: Collection[int]) -> Select[int]:
    """Ids of the people who belong to one of these units."""
    return select(Membership.person_id).where(Membership.unit_id.in_(unit_ids), Membership.until.is_(None))


def module_counts(unit_ids: Collection[int], versions: Sequence[ModuleVersion]) -> list[ModuleCount]:
    """How far the members of these units are at each module, whichever version they began. Two queries."""
    passed = func.count(case((AttemptResult.passed, AttemptResult.person_id)).distinct())
    results = db.session.execute(
        select(AttemptResult.module_id, passed, func.count(), func.count(case((AttemptResult.passed, 1))))
        .where(AttemptResult.person_id.in_(_members(unit_ids)), _counts())
        .group_by(AttemptResult.module_id)
    )
    marked = {module: (people, attempts, good) for module, people, attempts, good in results}
    began = _began(unit_ids)
    done = exists().where(AttemptResult.person_id == began.c.person_id, AttemptResult.module_id == began.c.module_id)
    rows = select(began.c.module_id, func.count()).where(~done.where(exam_passed())).group_by(began.c.module_id)
    learning = {row[0]: row[1] for row in db.session.execute(rows)}
    return [ModuleCount(one, learning.get(one.module_id, 0), *marked.get(one.module_id, (0, 0, 0))) for one in versions]


def _counts() -> ColumnElement[bool]:
    """The condition that a result is the newest of its attempt, which is not void."""
    later = aliased(AttemptResult)
    return and_(
        ~exists().where(AttemptVoid.attempt_id == AttemptResult.attempt_id),
        ~exists().where(later.attempt_id == AttemptResult.attempt_id, later.seq > AttemptResult.seq),
    )


def _began(unit_ids: Collection[int]) -> Subquery:
    """(person_id, module_id) of the members who have finished a lesson of a module or tried its exam."""
    read = select(LessonDone.person_id, ModuleVersion.module_id)
    read = read.join(ModuleVersion, ModuleVersion.id == LessonDone.module_version_id)
    members = _members(unit_ids)
    tried = select(Attempt.person_id, Attempt.module_id).where(Attempt.person_id.in_(members))
    return union(read.where(LessonDone.person_id.in_(members)), tried).subquery()


def standings(unit_ids: Collection[int]) -> dict[str, int]:
    """How many members of these units stand where: OF_CERTIFICATES and WITHOUT_ONE, in that order. Two queries."""
    members, on = _members(unit_ids), clock.today()
    c, barring = Certificate, Certificate.status.in_(BARRING)
    where = case(
        (c.status != "active", c.status),
        (c.valid_through < on, "expired"),
        (c.refresher_due <= on, "refresher_due"),
        (c.valid_through <= on + rules.EXPIRING_WITHIN, "expiring"),
        else_="valid",
    )
    rows = db.session.execute(select(where, func.count()).where(c.person_id.in_(members), barring).group_by(where))
    counts = dict.fromkeys((*OF_CERTIFICATES, *WITHOUT_ONE), 0) | {row[0]: row[1] for row in rows}
    person = members.distinct().subquery()
    begun = or_(
        exists().where(LessonDone.person_id == person.c.person_id),
        exists().where(Attempt.person_id == person.c.person_id),
    )
    without = ~exists().where(c.person_id == person.c.person_id, barring)
    counted = select(func.count(), func.count(case((begun, 1)))).select_from(person).where(without)
    total, learning = db.session.execute(counted).one()
    return counts | {"learning": learning, "not_begun": total - learning}


def waiting_answers(unit_ids: Collection[int], marker_id: int) -> int:
    """How many short texts of members of these units wait for this marker. One query."""
    has_mark = exists().where(Mark.attempt_id == Answer.attempt_id, Mark.slot == Answer.slot)
    waiting = (
        select(Answer.attempt_id, Answer.slot)
        .join(AnswerPrivate, AnswerPrivate.answer_id == Answer.id)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(AttemptEnd, AttemptEnd.attempt_id == Attempt.id)
        .where(Attempt.person_id.in_(_members(unit_ids)), Attempt.person_id != marker_id, ~Answer.late, ~has_mark)
        .where(~exists().where(AttemptVoid.attempt_id == Attempt.id))
        .distinct()
    )
    return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0
