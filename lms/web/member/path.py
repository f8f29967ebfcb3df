"""The way of one member through the modules: what is done, what is open, what is locked and by what."""

from dataclasses import dataclass
from datetime import datetime

from lms import clock
from lms.certification import rules as certifying
from lms.certification.rules import Level
from lms.courses import queries as courses
from lms.courses.queries import ModulePath
from lms.courses.rules import LessonLine
from lms.documents.queries import Holding
from lms.quizzes import queries as quizzes
from lms.quizzes import rules
from lms.quizzes.queries import ModuleStanding
from lms.quizzes.rules import ExamRules, Gate, Try
from lms.refusals import NotFound


@dataclass(frozen=True)
class Need:
    """A module that has to be passed first."""

    slug: str
    title: str


@dataclass(frozen=True)
class Stage:
    """A module on the way, its place from 1, and whether its exam may be started. needs: passed first, but not yet."""

    place: int
    module: ModulePath
    standing: ModuleStanding
    needs: tuple[Need, ...]
    gate: Try

    @property
    def slug(self) -> str:
        """The module's name in addresses."""
        return self.module.version.module.slug

    @property
    def title(self) -> str:
        """The module's title."""
        return self.module.version.title

    @property
    def missing(self) -> list[LessonLine]:
        """The lessons that are not done."""
        return [lesson for lesson in self.module.lessons if not lesson.done]

    @property
    def state(self) -> str:
        """ "done" (exam passed), "locked" (another module first) or "open"."""
        if self.gate.gate is Gate.PASSED:
            return "done"
        return "locked" if self.needs else "open"

    @property
    def points(self) -> int | None:
        """The points of the passed attempt."""
        shares = [
            one.share for one in self.standing.attempts if one.passed and not one.voided and one.share is not None
        ]
        return rules.points(shares[0]) if shares else None

    @property
    def last_attempt(self) -> str | None:
        """The public id of the passed attempt, else of the last one that ended."""
        passed = self.standing.passed
        ended = [one.public_id for one in self.standing.attempts if one.ended_at and not one.voided]
        return passed.public_id if passed else (ended[-1] if ended else None)

    @property
    def exam(self) -> ExamRules:
        """The rules of its exam."""
        return rules.exam_rules(self.module.version.manifest["module"]["exam"])


def stages(person_id: int, paused_until: datetime | None) -> list[Stage]:
    """Every module for this member, in the order of learning; three queries."""
    modules, standings = courses.path(person_id), quizzes.standings(person_id)
    titles = {one.version.module.slug: one.version.title for one in modules}
    passed = {
        one.version.module.slug
        for one in modules
        if (tried := standings.get(one.version.module_id)) is not None and tried.passed
    }
    found = []
    for place, one in enumerate(modules, 1):
        needs = [slug for slug in one.version.manifest["module"]["needs"] if slug in titles and slug not in passed]
        standing = standings.get(one.version.module_id, ModuleStanding())
        missing = sum(not lesson.done for lesson in one.lessons)
        gate = standing.next_try(one.version, missing, paused_until)
        found.append(Stage(place, one, standing, tuple(Need(slug, titles[slug]) for slug in needs), gate))
    return found


def stage(slug: str, all_stages: list[Stage]) -> Stage:
    """The stage of one module; NotFound if there is no such module."""
    found = next((one for one in all_stages if one.slug == slug), None)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Way:
    """The modules of the level that somebody works towards or holds, the others, and what comes next (None: nothing).

    level is None while no programme is in force: then every module is on the way.
    """

    level: Level | None
    own: list[Stage]
    others: list[Stage]
    here: Stage | None


def way(all_stages: list[Stage], holding: Holding) -> Way:
    """The way of a member: what they have begun comes next, else the first open module of their goal."""
    levels = certifying.levels(holding.programme) if holding.programme else {}
    facts = certifying.Facts()
    for found, _size in holding.certificates:
        facts = certifying.with_certificate(facts, found.status, found.level, found.valid_through, clock.today())
    level, is_underway = certifying.aim(levels, holding.goal, facts)
    named = certifying.modules_named(level) if level else {one.slug for one in all_stages}
    own = [one for one in all_stages if one.slug in named]
    others = [one for one in all_stages if one.slug not in named]
    is_open = [one for one in all_stages if one.state == "open"]
    begun = [one for one in is_open if one.module.done or one.standing.attempts]
    ahead = [one for one in is_open if one.slug in named] if is_underway else []
    return Way(level, own, others, next(iter([*begun, *ahead]), None))
