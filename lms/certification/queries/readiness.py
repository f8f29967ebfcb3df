"""What is known of people who could be certified, and the approver's desk."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from lms import clock
from lms.accounts.models import Person, PersonPrivate
from lms.certification import rules
from lms.certification.models import (
    BARRING,
    Certificate,
    Evidence,
    Goal,
    Programme,
    ProgrammeVersion,
    Proposal,
    exam_passed,
)
from lms.certification.rules import Facts, Level, Missing, Tenure
from lms.courses.models import Module
from lms.db import BigId, db
from lms.organisations.models import Membership
from lms.practice.models import Signoff
from lms.quizzes.models import AttemptResult


@dataclass(frozen=True)
class Proof:
    """A row that a certificate can rest on: an attempt, a sign-off (by: the assessor) or a tick (by: who saw it)."""

    id: int
    module_version_id: int | None
    by: int | None
    dated: date | None


@dataclass
class Grounds:
    """Everything stored about one person that decides on a certificate: proofs by slug or kind, facts, chosen level."""

    exams: dict[str, Proof] = field(default_factory=dict[str, Proof])
    drills: dict[str, Proof] = field(default_factory=dict[str, Proof])
    ticks: dict[str, Proof] = field(default_factory=dict[str, Proof])
    chosen: int | None = None
    facts: Facts = field(default_factory=Facts)
    # id -> (id of the one that it replaced, status, dates)
    certificates: dict[int, tuple[int | None, str, Tenure]] = field(
        default_factory=dict[int, tuple[int | None, str, Tenure]]
    )

    def held(self) -> tuple[Tenure, ...]:
        """The certificate in force and those that it replaced, the newest first."""
        current = next((one for one, (_, status, _dates) in self.certificates.items() if status == "active"), None)
        found = []
        while current is not None and current in self.certificates:
            current, _, dates = self.certificates[current]
            found.append(dates)
        return tuple(found)


@dataclass(frozen=True)
class Checklist:
    """What a person is working towards and what is missing; goal and level are None when there is nothing above."""

    person_id: int
    goal: int | None
    level: Level | None
    gaps: Sequence[Missing]
    grounds: Grounds

    @property
    def ready(self) -> bool:
        """Whether nothing is missing, so that an approver can issue."""
        return self.level is not None and not self.gaps


@dataclass(frozen=True)
class DeskRow:
    """Somebody in the approver's queue; secret_reset_at because a reset just before an exam may hide a stand-in."""

    person_id: int
    public_id: str
    sign_in_name: str
    name: str
    secret_reset_at: datetime | None
    checklist: Checklist


def programme() -> ProgrammeVersion | None:
    """The version of the programme in force: the newest that was approved."""
    query = select(ProgrammeVersion).join(Programme).where(Programme.slug == rules.PROGRAMME)
    return db.session.scalar(query.order_by(ProgrammeVersion.number.desc()).limit(1))


def programme_versions() -> list[ProgrammeVersion]:
    """Every version of the programme that was approved, the newest first."""
    query = select(ProgrammeVersion).join(Programme).where(Programme.slug == rules.PROGRAMME)
    return list(db.session.scalars(query.order_by(ProgrammeVersion.number.desc())))


def levels() -> dict[int, Level]:
    """The levels of the programme in force; none before the first approval."""
    version = programme()
    return rules.levels(version.rules) if version else {}


def _stored(people: Collection[int]) -> Select[Any]:
    """One statement for all that decides on certificates of these people, the oldest first.

    what is "exams", "drills", "ticks", "certificate", "sanction" or "goal"; name a slug, a kind or a status; by an
    assessor, who saw it, or of a certificate the one that it replaced.
    """
    number, day = cast(null(), BigId), cast(null(), Date)

    def part(what: str, *columns: Any, since: Any = day) -> Select[Any]:
        names = ("person_id", "name", "id", "module_version_id", "by", "dated", "level", "since")
        columns = (*columns, since)
        named = [column.label(name) for name, column in zip(names, columns, strict=True)]
        return select(literal(what).label("what"), *named).where(columns[0].in_(people))

    result, signoff, held, tick = AttemptResult, Signoff, Certificate, Evidence
    attempt = result.attempt_id, result.module_version_id
    observed = signoff.id, signoff.module_version_id, signoff.assessor_id
    exams = part("exams", result.person_id, Module.slug, *attempt, number, day, number)
    drills = part("drills", signoff.person_id, Module.slug, *observed, day, number)
    ticks = part("ticks", tick.person_id, tick.kind, tick.id, number, tick.seen_by, tick.dated, number)
    dates = held.valid_through, held.level
    previous = held.id, number, held.previous_id
    certificates = part("certificate", held.person_id, held.status, *previous, *dates, since=held.issued_on)
    proposals = part("sanction", held.person_id, literal("proposal"), Proposal.id, number, number, day, number)
    goals = part("goal", Goal.person_id, literal(""), Goal.person_id, number, number, day, Goal.level)
    everything = union_all(
        exams.join(Module, Module.id == result.module_id).where(exam_passed()),
        drills.join(Module, Module.id == signoff.module_id).where(signoff.stands()),
        ticks.where(Evidence.stands()),
        certificates.where(held.status.in_((*BARRING, "replaced"))),
        proposals.join(Proposal, Proposal.certificate_id == held.id).where(_open_revocation()),
        goals,
    ).subquery()
    return select(everything).order_by(everything.c.id)


def _open_revocation() -> ColumnElement[bool]:
    return and_(Proposal.kind == "revoke", Proposal.decided_at.is_(None), Proposal.deadline > clock.now())


def grounds_of_many(people: Collection[int], on: date | None = None) -> dict[int, Grounds]:
    """What is stored about each of these people; the newest proof of a kind counts. One query."""
    found = {person_id: Grounds() for person_id in people}
    on = on or clock.today()
    for row in db.session.execute(_stored(people)):
        grounds = found[row.person_id]
        if row.what == "goal":
            grounds.chosen = row.level
        elif row.what == "certificate":
            grounds.certificates[row.id] = (row.by, row.name, Tenure(row.level, row.since, row.dated))
            grounds.facts = rules.with_certificate(grounds.facts, row.name, row.level, row.dated, on)
        elif row.what == "sanction":
            grounds.facts = rules.with_sanction(grounds.facts, row.name)
        else:
            getattr(grounds, row.what)[row.name] = Proof(row.id, row.module_version_id, row.by, row.dated)
    for one in found.values():
        dated = {kind: tick.dated for kind, tick in one.ticks.items() if tick.dated}
        exams, drills = frozenset(one.exams), frozenset(one.drills)
        one.facts = replace(one.facts, exams=exams, drills=drills, evidence=dated, held=one.held())
    return found


def facts_of_many(people: Collection[int]) -> dict[int, Facts]:
    """The facts that decide on a certificate for each of these people. One query."""
    return {person_id: grounds.facts for person_id, grounds in grounds_of_many(people).items()}


def facts(person_id: int) -> Facts:
    """The facts that decide on a person's certificate."""
    return facts_of_many([person_id])[person_id]


def _checklist(person_id: int, grounds: Grounds, all_levels: Mapping[int, Level]) -> Checklist:
    goal = rules.goal(all_levels, grounds.chosen, grounds.facts)
    level = all_levels[goal] if goal else None
    gaps = rules.missing(level, grounds.facts, clock.today()) if level else []
    return Checklist(person_id, goal, level, gaps, grounds)


def checklist(person_id: int) -> Checklist:
    """What still stands between a person and the level they work towards. Two queries."""
    return _checklist(person_id, grounds_of_many([person_id])[person_id], levels())


def desk(unit_ids: Collection[int], after: int | None = None, size: int = 50) -> list[DeskRow]:
    """The approver's queue: members of these units whose exams and drills are done, by person id. Three queries.

    after is the person id that the last page ended with.
    """
    all_levels = levels()
    barred, revoking = Certificate.status.in_(("suspended", "revoked")), _open_revocation()
    query = (
        select(
            Person.id, Person.public_id, Person.sign_in_name, name_or_empty(PersonPrivate.name), Person.secret_reset_at
        )
        .outerjoin(PersonPrivate, PersonPrivate.person_id == Person.id)
        .outerjoin(Goal, Goal.person_id == Person.id)
        .where(Person.id > (after or 0), Person.disabled_at.is_(None), Person.erased_at.is_(None), members_of(unit_ids))
        .where(~exists().where(Certificate.person_id == Person.id, barred), or_(False, *_done_for_goal(all_levels)))
        .where(~exists().where(Certificate.person_id == Person.id, Proposal.certificate_id == Certificate.id, revoking))
    )
    rows = db.session.execute(query.order_by(Person.id).limit(size)).all()
    grounds = grounds_of_many([row.id for row in rows])
    return [DeskRow(*row, _checklist(row.id, grounds[row.id], all_levels)) for row in rows]


def name_or_empty(column: Any) -> ColumnElement[str]:
    """A name that erasure may have emptied."""
    return func.coalesce(column, "").label("name")


def members_of(unit_ids: Collection[int]) -> ColumnElement[bool]:
    """The condition that a person belongs to one of these units."""
    return exists().where(
        Membership.person_id == Person.id, Membership.until.is_(None), Membership.unit_id.in_(unit_ids)
    )


def _done_for_goal(all_levels: Mapping[int, Level]) -> Iterable[ColumnElement[bool]]:
    """For each level: that it is the goal (rules.goal in SQL) and its exams and drills are done (rules.on_desk)."""
    renewable = Certificate.valid_through <= clock.today() + rules.EXPIRING_WITHIN
    next_level = func.max(case((renewable, Certificate.level), else_=Certificate.level + 1))
    held = select(next_level).where(Certificate.person_id == Person.id, Certificate.status == "active")
    lowest = func.coalesce(held.correlate(Person).scalar_subquery(), 1)
    chosen = case((and_(Goal.level.in_(all_levels), Goal.level >= lowest), Goal.level))
    below = 0
    for number, level in sorted(all_levels.items()):
        is_goal = or_(chosen == number, and_(chosen.is_(None), lowest <= number, lowest > below))
        of_exam = AttemptResult.person_id == Person.id, exam_passed()
        of_drill = Signoff.person_id == Person.id, Signoff.stands()
        exams = [exists().where(*of_exam, AttemptResult.module_id == _module(slug)) for slug in level.modules]
        drills = [exists().where(*of_drill, Signoff.module_id == _module(slug)) for slug in level.drills]
        choices = [
            or_(*(and_(exists().where(*of_exam, AttemptResult.module_id == _module(slug)),
                       exists().where(*of_drill, Signoff.module_id == _module(slug))) for slug in choice))
            for choice in level.one_of
        ]  # fmt: skip
        yield and_(is_goal, *exams, *drills, *choices, *_held_for(level))
        below = number


def _held_for(level: Level) -> Iterable[ColumnElement[bool]]:
    """That the level to hold before is held and was first issued long enough ago; a gap between shows on the desk."""
    if level.holds is None:
        return
    of_level = (Certificate.person_id == Person.id, Certificate.level >= level.holds.level)
    yield exists().where(*of_level, Certificate.status == "active")
    latest = rules.add_months(clock.today(), -level.holds.months)
    yield exists().where(*of_level, Certificate.status.in_(("active", "replaced")), Certificate.issued_on <= latest)


def _module(slug: str) -> Any:
    return select(Module.id).where(Module.slug == slug).scalar_subquery()
