"""Who there is and where: headcounts, appointments with their holders, memberships with their units."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from lms import clock
from lms.accounts.models import Appointment, Person, PersonPrivate
from lms.accounts.rules import Role
from lms.certification.models import exam_passed
from lms.db import db
from lms.organisations.models import Membership, Unit
from lms.quizzes.models import AttemptResult


@dataclass(frozen=True)
class Headcount:
    """How many people there are: members belong to a unit, staff hold an appointment; somebody may be both."""

    accounts: int
    members: int
    staff: int
    closed: int


@dataclass(frozen=True)
class Seat:
    """An appointment, with who holds it and where; until is None while nobody has ended it."""

    id: int
    public_id: str
    role: Role
    since: datetime
    until: datetime | None
    person_id: int
    person: str
    sign_in_name: str
    name: str
    unit: str
    unit_name: str


@dataclass(frozen=True)
class Home:
    """A membership, with its unit."""

    person_id: int
    unit_id: int
    unit: str
    unit_name: str
    since: datetime
    until: datetime | None


def headcount() -> Headcount:
    """How many people there are, without erased ones; one query."""
    person = select(func.count(Person.id)).where(Person.erased_at.is_(None))
    members = select(func.count(Membership.person_id.distinct())).where(Membership.until.is_(None))
    staff = select(func.count(Appointment.person_id.distinct())).where(Appointment.held(clock.now()))
    closed = person.where(Person.disabled_at.is_not(None))
    row = db.session.execute(select(*(one.scalar_subquery() for one in (person, members, staff, closed)))).one()
    return Headcount(*row)


def units_by_kind() -> dict[str, int]:
    """Kind -> number of units that exist."""
    rows = select(Unit.kind, func.count()).where(Unit.dissolved_at.is_(None)).group_by(Unit.kind)
    return {row[0]: row[1] for row in db.session.execute(rows)}


def members_of(unit_ids: Collection[int]) -> int:
    """How many people belong to these units; each once."""
    member = select(func.count(Membership.person_id.distinct())).where(Membership.until.is_(None))
    return db.session.scalar(member.where(Membership.unit_id.in_(unit_ids))) or 0


def modules_passed() -> dict[int, int]:
    """Module id -> how many people have passed its exam."""
    people = func.count(AttemptResult.person_id.distinct())
    rows = select(AttemptResult.module_id, people).where(exam_passed()).group_by(AttemptResult.module_id)
    return {row[0]: row[1] for row in db.session.execute(rows)}


def seats(
    after: int | None = None,
    size: int | None = None,
    person_ids: Collection[int] | None = None,
    unit_ids: Collection[int] | None = None,
    ended: bool = False,
) -> list[Seat]:
    """Appointments that are held, or with ended=True all, oldest first; of these people or at these units. One query.

    after is the id that the last page ended with.
    """
    query = (
        select(Appointment.id, Appointment.public_id, Appointment.role, Appointment.since, Appointment.until)
        .add_columns(Person.id, Person.public_id, Person.sign_in_name, func.coalesce(PersonPrivate.name, ""))
        .add_columns(Unit.public_id, Unit.name)
        .join(Person, Person.id == Appointment.person_id)
        .outerjoin(PersonPrivate, PersonPrivate.person_id == Person.id)
        .join(Unit, Unit.id == Appointment.unit_id)
        .where(Appointment.id > (after or 0))
    )
    if not ended:
        query = query.where(Appointment.held(clock.now()))
    if person_ids is not None:
        query = query.where(Appointment.person_id.in_(person_ids))
    if unit_ids is not None:
        query = query.where(Appointment.unit_id.in_(unit_ids))
    rows = db.session.execute(query.order_by(Appointment.id).limit(size))
    return [Seat(row[0], row[1], Role(row[2]), *row[3:]) for row in rows]


def homes(person_ids: Collection[int], ended: bool = False) -> list[Home]:
    """Memberships of these people, open ones or with ended=True all, oldest first. One query."""
    query = select(Membership.person_id, Unit.id, Unit.public_id, Unit.name, Membership.since, Membership.until)
    query = query.join(Unit, Unit.id == Membership.unit_id).where(Membership.person_id.in_(person_ids))
    if not ended:
        query = query.where(Membership.until.is_(None))
    return [Home(*row) for row in db.session.execute(query.order_by(Membership.id))]
