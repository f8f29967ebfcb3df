"""Who has tried and passed what, and who may start an exam now."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from lms import clock
from lms.courses.models import ModuleVersion
from lms.db import db
from lms.quizzes import rules
from lms.quizzes.models import Attempt, AttemptLine, AttemptResult, AttemptVoid, history, line, lines


@dataclass(frozen=True)
class Passed:
    """A passed attempt at a module's exam that is not void, and when its result was made."""

    attempt_id: int
    public_id: str
    module_version_id: int
    at: datetime


@dataclass(frozen=True)
class ModuleStanding:
    """Somebody's attempts at one module, in order."""

    attempts: tuple[AttemptLine, ...] = ()

    @property
    def passed(self) -> Passed | None:
        """The first pass that counts today."""
        return next((_passed(one) for one in self.attempts if one.is_pass(clock.today())), None)

    @property
    def retest_due(self) -> date | None:
        """The day through which the passes still count, where a re-test is asked for and not yet passed."""
        good = [one for one in self.attempts if one.is_pass(clock.today())]
        if not good or any(one.counts_through is None for one in good):
            return None
        return max(one.counts_through for one in good if one.counts_through is not None)

    @property
    def under_way(self) -> str | None:
        """The public id of the attempt that is under way."""
        return next((one.public_id for one in self.attempts if one.under_way), None)

    def next_try(
        self, version: ModuleVersion, lessons_missing: int = 0, paused_until: datetime | None = None
    ) -> rules.Try:
        """Whether the next attempt may start now, by the exam rules of this version. No query."""
        past = history(self.attempts, lessons_missing, paused_until)
        return rules.next_try(past, rules.exam_rules(version.manifest["module"]["exam"]), clock.now())


def next_try(
    person_id: int, version: ModuleVersion, lessons_missing: int = 0, paused_until: datetime | None = None
) -> rules.Try:
    """Whether somebody may start an exam now, and why not. One query."""
    standing = standings(person_id).get(version.module_id, ModuleStanding())
    return standing.next_try(version, lessons_missing, paused_until)


def standings(person_id: int) -> dict[int, ModuleStanding]:
    """Module id -> standing, for each module that somebody tried. One query."""
    return standings_of_many([person_id])[person_id]


def standings_of_many(person_ids: Collection[int]) -> dict[int, dict[int, ModuleStanding]]:
    """Person id -> module id -> standing; everybody asked for is there. One query."""
    tried: dict[tuple[int, int], list[AttemptLine]] = defaultdict(list)
    for row in db.session.execute(lines().where(Attempt.person_id.in_(person_ids))):
        one = line(row)
        tried[one.person_id, one.module_id].append(one)
    found: dict[int, dict[int, ModuleStanding]] = {person: {} for person in person_ids}
    for (person, module), attempts in tried.items():
        found[person][module] = ModuleStanding(tuple(attempts))
    return found


def attempts_of(person_id: int) -> list[AttemptLine]:
    """All attempts of somebody, by module and number. One query."""
    return [line(row) for row in db.session.execute(lines().where(Attempt.person_id == person_id))]


def passed_modules(person_id: int) -> dict[int, Passed]:
    """Module id -> the first pass that counts today. One query."""
    return passed_of_many([person_id])[person_id]


def passed_of_many(person_ids: Collection[int]) -> dict[int, dict[int, Passed]]:
    """Person id -> module id -> the first pass that counts today; everybody asked for is there. One query."""
    found: dict[int, dict[int, Passed]] = {person: {} for person in person_ids}
    conditions = (Attempt.person_id.in_(person_ids), AttemptResult.passed, AttemptVoid.id.is_(None))
    for row in db.session.execute(lines().where(*conditions)):
        one = line(row)
        if one.is_pass(clock.today()):
            found[one.person_id].setdefault(one.module_id, _passed(one))
    return found


def _passed(one: AttemptLine) -> Passed:
    assert one.graded_at is not None  # a passed attempt has a result, and a result has its time
    return Passed(one.attempt_id, one.public_id, one.module_version_id, one.graded_at)
