"""How far members are at each module, their certificate, and when they last did something: for lists of people."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select, union_all

from lms import clock
from lms.certification import rules
from lms.certification.models import BARRING, Certificate
from lms.courses import queries as courses
from lms.courses.models import LessonDone, ModuleVersion
from lms.db import db
from lms.practice.models import Signoff
from lms.quizzes import queries as quizzes
from lms.quizzes import rules as exams
from lms.quizzes.models import Attempt, AttemptEnd
from lms.quizzes.queries import ModuleStanding
from lms.quizzes.rules import Gate


class Step(StrEnum):
    """Where somebody is at a module."""

    NOT_BEGUN = "not_begun"
    LEARNING = "learning"
    UNDER_WAY = "under_way"  # in the exam
    WAITS_FOR_MARK = "waits_for_mark"
    NOT_PASSED = "not_passed"  # and may try again, now or later
    SEE_TRAINER = "see_trainer"
    PASSED = "passed"


@dataclass(frozen=True)
class ModuleState:
    """Somebody's state at one module: lessons done of total, points of the passed or else the last attempt, drill."""

    step: Step
    done: int
    total: int
    points: int | None
    drill: bool


@dataclass(frozen=True)
class Held:
    """The certificate that counts: standing as in certification.rules, or "expiring"."""

    code: str
    level: int
    standing: str
    valid_through: date


@dataclass(frozen=True)
class Progress:
    """One member's state at each module, the certificate that counts, and when they last read or tried something."""

    modules: tuple[ModuleState, ...]
    certificate: Held | None
    last: datetime | None


def progress(person_ids: Sequence[int], versions: Sequence[ModuleVersion]) -> dict[int, Progress]:
    """Person id -> progress at these versions, in their order; everybody asked for is there. Five queries."""
    done = courses.progress(person_ids, [one.id for one in versions])
    tried = quizzes.standings_of_many(person_ids)
    drills, held, last = _drills(person_ids), _held(person_ids), _last(person_ids)
    return {
        person: Progress(
            modules=tuple(
                state(
                    one,
                    tried[person].get(one.module_id, ModuleStanding()),
                    done.get((person, one.id), 0),
                    (person, one.module_id) in drills,
                )
                for one in versions
            ),
            certificate=held.get(person),
            last=last.get(person),
        )
        for person in person_ids
    }


def state(version: ModuleVersion, standing: ModuleStanding, done: int, drill: bool) -> ModuleState:
    """The state of somebody at one module from what is stored about them. No query."""
    valid = [one for one in standing.attempts if not one.voided]
    good = [one for one in valid if one.passed]
    shares = [one.share for one in good[:1] or valid if one.share is not None]
    points = exams.points(shares[-1]) if shares else None
    return ModuleState(_step(version, standing, bool(valid), done), done, _lessons(version), points, drill)


def _lessons(version: ModuleVersion) -> int:
    return len(version.manifest.get("lessons", ()))


def _step(version: ModuleVersion, standing: ModuleStanding, tried: bool, done: int) -> Step:
    if standing.passed:
        return Step.PASSED
    if not tried:
        return Step.LEARNING if done else Step.NOT_BEGUN
    told = {
        Gate.UNDER_WAY: Step.UNDER_WAY,
        Gate.WAITS_FOR_MARK: Step.WAITS_FOR_MARK,
        Gate.SEE_TRAINER: Step.SEE_TRAINER,
    }
    return told.get(standing.next_try(version).gate, Step.NOT_PASSED)


def _drills(person_ids: Collection[int]) -> set[tuple[int, int]]:
    """(person id, module id) of passed drills that are not void."""
    rows = select(Signoff.person_id, Signoff.module_id).where(Signoff.person_id.in_(person_ids), Signoff.stands())
    return {(person, module) for person, module in db.session.execute(rows)}


def _held(person_ids: Collection[int]) -> Mapping[int, Held]:
    """The certificate of each that is in force, suspended or revoked; else the newest."""
    c, on = Certificate, clock.today()
    rows = select(c.person_id, c.code, c.level, c.status, c.valid_through, c.refresher_due)
    rows = rows.where(c.person_id.in_(person_ids), c.status != "provisional").order_by(c.status.in_(BARRING), c.id)
    found = {}
    for row in db.session.execute(rows):
        standing = rules.standing(row.status, row.valid_through, row.refresher_due, on)
        is_expiring = rules.is_expiring(standing, row.valid_through, on)
        found[row.person_id] = Held(
            row.code, row.level, "expiring" if is_expiring else str(standing), row.valid_through
        )
    return found


def _last(person_ids: Collection[int]) -> Mapping[int, datetime]:
    """When each of them last finished a lesson, began an exam or ended one."""
    ended = select(Attempt.person_id, AttemptEnd.at).join(AttemptEnd, AttemptEnd.attempt_id == Attempt.id)
    acts = union_all(
        select(LessonDone.person_id, LessonDone.at.label("at")).where(LessonDone.person_id.in_(person_ids)),
        select(Attempt.person_id, Attempt.started_at).where(Attempt.person_id.in_(person_ids)),
        ended.where(Attempt.person_id.in_(person_ids)),
    ).subquery()
    rows = db.session.execute(select(acts.c.person_id, func.max(acts.c.at)).group_by(acts.c.person_id))
    return {row[0]: row[1] for row in rows}
