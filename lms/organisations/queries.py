"""Who has come, who belongs where, and what lies under a unit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import bindparam, exists, func, literal, or_, select, union, union_all
from sqlalchemy.orm import aliased

from lms import clock, vault
from lms.accounts import queries as accounts
from lms.accounts.models import Appointment, Person, PersonPrivate, Session
from lms.accounts.rules import Role
from lms.db import Moment, db
from lms.notices.models import Notice
from lms.organisations import rules
from lms.organisations.models import Invitation, Membership, Unit
from lms.refusals import NotFound

Found = TypeVar("Found")


@dataclass(frozen=True)
class Visitor:
    """Who has come: a live session, its person, and all that the doors ask about them.

    appointments are the (role, unit id) pairs held, member_units the ids of open memberships, each oldest first;
    created_at is when the session began, secret_reset_at when a reset code was last used; unread counts messages.
    """

    person_id: int
    public_id: str
    sign_in_name: str
    name: str
    language: str
    roles: frozenset[Role]
    appointments: tuple[tuple[Role, int], ...]
    member_units: tuple[int, ...]
    session_id: int
    second_factor: bool
    secret_kind: str
    secret_reset_at: datetime | None
    created_at: datetime
    unread: int


@dataclass(frozen=True)
class MemberRow:
    """A member in a list of people; the unit is the one of their oldest open membership among those asked for."""

    person_id: int
    public_id: str
    sign_in_name: str
    name: str
    unit_id: int
    unit_name: str
    since: datetime
    disabled: bool


# Every page of every door asks these two, so they are built once.
_SESSION = (
    select(
        Person.id.label("person_id"),
        Person.public_id,
        Person.sign_in_name,
        func.coalesce(PersonPrivate.name, "").label("name"),
        Person.language,
        Person.secret_kind,
        Person.secret_reset_at,
        Session.id.label("session_id"),
        Session.second_factor_at.is_not(None).label("second_factor"),
        Session.created_at,
        select(func.count(Notice.id))
        .where(Notice.person_id == Person.id, Notice.read_at.is_(None))
        .scalar_subquery()
        .label("unread"),
    )
    .select_from(Session)
    .join(Person, Person.id == Session.person_id)
    .outerjoin(PersonPrivate, PersonPrivate.person_id == Person.id)
    .where(Session.token_hash == bindparam("token_hash"), Session.live(bindparam("at", type_=Moment)))
    .where(Person.disabled_at.is_(None), Person.erased_at.is_(None))
)
_PLACES = union_all(
    select(Appointment.id, Appointment.role.label("role"), Appointment.unit_id, literal(True).label("open")).where(
        Appointment.person_id == bindparam("person_id"), Appointment.held(bindparam("at", type_=Moment))
    ),
    select(
        Membership.id, literal("").label("role"), Membership.unit_id, Membership.until.is_(None).label("open")
    ).where(Membership.person_id == bindparam("person_id")),
).order_by("id")


def visitor(token: str, at: datetime) -> Visitor | None:
    """Whose live session this token opens, in two queries; None for an unknown, ended or late one and for a disabled
    or erased person."""
    found = db.session.execute(_SESSION, {"token_hash": vault.token_hash(token), "at": at}).one_or_none()
    if found is None:
        return None
    appointments, member_units, roles = _places(found.person_id, at)
    return Visitor(**found._mapping, appointments=appointments, member_units=member_units, roles=roles)


def _places(person_id: int, at: datetime) -> tuple[tuple[tuple[Role, int], ...], tuple[int, ...], frozenset[Role]]:
    """Appointments held, units of open memberships, and the roles that follow, in one query."""
    rows = db.session.execute(_PLACES, {"person_id": person_id, "at": at}).all()
    appointments = tuple((Role(row.role), row.unit_id) for row in rows if row.role)
    member_units = tuple(row.unit_id for row in rows if not row.role and row.open)
    appointed = frozenset(role for role, _ in appointments)
    return appointments, member_units, rules.roles(appointed, any(not row.role for row in rows))


def roles_of(person_id: int) -> frozenset[Role]:
    """What somebody comes as now: their appointments and member (rules.roles); for opening a session."""
    return _places(person_id, clock.now())[2]


def unit(public_id: str) -> Unit:
    """The unit that an address names; NotFound if there is none."""
    return _one(db.session.scalar(select(Unit).where(Unit.public_id == public_id)))


def unit_by_id(unit_id: int) -> Unit:
    """The unit with that id; NotFound if there is none."""
    return _one(db.session.get(Unit, unit_id))


def unit_by_name(name: str) -> Unit | None:
    """The unit of that name, or None."""
    return db.session.scalar(select(Unit).where(Unit.name == rules.tidy_name(name)))


def all_units(dissolved: bool = False) -> list[Unit]:
    """The units that exist, or with dissolved=True also those that did, by name."""
    found = select(Unit).order_by(Unit.name)
    return list(db.session.scalars(found if dissolved else found.where(Unit.dissolved_at.is_(None))))


def units_of(person_id: int) -> frozenset[int]:
    """The units that somebody belongs to or is appointed at now, with the ormas above a chapter: what
    rules.of_other_unit compares."""
    return units_of_many([person_id])[person_id]


def units_of_many(person_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """units_of for each of these people, in one query."""
    places = union(
        select(Membership.person_id, Membership.unit_id).where(
            Membership.person_id.in_(person_ids), Membership.until.is_(None)
        ),
        select(Appointment.person_id, Appointment.unit_id).where(
            Appointment.person_id.in_(person_ids), Appointment.held(clock.now())
        ),
    ).subquery()
    above = select(places.c.person_id, Unit.id, Unit.kind, Unit.parent_id).join(Unit, Unit.id == places.c.unit_id)
    found: dict[int, set[int]] = {person_id: set() for person_id in person_ids}
    for row in db.session.execute(above):
        found[row.person_id].add(row.id)
        if row.kind == "chapter":
            found[row.person_id].add(row.parent_id)
    return {person_id: frozenset(units) for person_id, units in found.items()}


def scope(unit_id: int) -> list[int]:
    """Ids of the ormas and chapters whose members lie under a unit, in order.

    An ormas: itself and its chapters; a chapter: itself; a Polsek: the chapters of its area; a Polres or Polda: those
    of every Polsek below. An unknown unit has none.
    """
    chapter, polsek, polres = aliased(Unit), aliased(Unit), aliased(Unit)
    under = (
        select(chapter.id)
        .outerjoin(polsek, polsek.id == chapter.polsek_id)
        .outerjoin(polres, polres.id == polsek.parent_id)
        .where(chapter.kind.in_(rules.HOLDS_MEMBERS))
        .where(
            or_(
                chapter.id == unit_id,
                chapter.parent_id == unit_id,
                polsek.id == unit_id,
                polres.id == unit_id,
                polres.parent_id == unit_id,
            )
        )
    )
    return list(db.session.scalars(under.order_by(chapter.id)))


def main_unit(person_id: int) -> Unit | None:
    """The unit of somebody's oldest open membership, else of the oldest appointment held; None is "tanpa satuan"."""
    member = select(Unit).join(Membership, Membership.unit_id == Unit.id)
    member = member.where(Membership.person_id == person_id, Membership.until.is_(None)).order_by(Membership.id)
    found = db.session.scalar(member.limit(1))
    if found is not None:
        return found
    held = select(Unit).join(Appointment, Appointment.unit_id == Unit.id)
    held = held.where(Appointment.person_id == person_id, Appointment.held(clock.now())).order_by(Appointment.id)
    return db.session.scalar(held.limit(1))


def lies_under(person_id: int, unit_ids: Collection[int]) -> bool:
    """Whether somebody has an open membership in one of these units: whose member it is, for the doors."""
    member = Membership.person_id == person_id, Membership.unit_id.in_(unit_ids), Membership.until.is_(None)
    return bool(db.session.scalar(select(exists().where(*member))))


def members_page(unit_ids: Collection[int], after: int | None, size: int, search: str = "") -> list[MemberRow]:
    """The next members of these units by person id after that one, each once; search as in accounts.matching."""
    oldest = select(func.min(Membership.id).label("id")).where(
        Membership.unit_id.in_(unit_ids), Membership.until.is_(None), Membership.person_id > (after or 0)
    )
    if search:
        oldest = oldest.where(Membership.person_id.in_(select(Person.id).where(accounts.matching(search))))
    first = oldest.group_by(Membership.person_id).order_by(Membership.person_id).limit(size).subquery()
    page = (
        select(
            Person.id.label("person_id"),
            Person.public_id,
            Person.sign_in_name,
            func.coalesce(PersonPrivate.name, "").label("name"),
            Unit.id.label("unit_id"),
            Unit.name.label("unit_name"),
            Membership.since,
            Person.disabled_at.is_not(None).label("disabled"),
        )
        .join(first, first.c.id == Membership.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(PersonPrivate, PersonPrivate.person_id == Person.id)
        .order_by(Person.id)
    )
    return [MemberRow(**row._mapping) for row in db.session.execute(page)]


def memberships_of(person_id: int) -> list[Membership]:
    """Every membership of somebody, open and ended, oldest first."""
    return list(db.session.scalars(select(Membership).where(Membership.person_id == person_id).order_by(Membership.id)))


def invitation(code: str) -> Invitation | None:
    """The invitation that a typed code opens now; None for an unknown, closed, late or used-up one alike."""
    found = db.session.scalar(select(Invitation).where(Invitation.code == rules.invitation_code(code)))
    if found is None or found.unit.dissolved_at is not None:
        return None
    is_open = rules.invitation_open(found.expires_at, found.uses_left, found.closed_at, clock.now())
    return found if is_open else None


def invitations_of(unit_ids: Collection[int]) -> list[Invitation]:
    """The invitations of these units that can still be used, newest first."""
    usable = Invitation.closed_at.is_(None), Invitation.uses_left > 0, Invitation.expires_at > clock.now()
    found = select(Invitation).where(Invitation.unit_id.in_(unit_ids), *usable)
    return list(db.session.scalars(found.order_by(Invitation.id.desc())))


def holders(role: Role) -> list[int]:
    """Ids of the people who hold a role now and whose accounts are open."""
    held = select(Appointment.person_id).where(Appointment.role == role.value, Appointment.held(clock.now()))
    is_open = Person.disabled_at.is_(None), Person.erased_at.is_(None)
    return list(db.session.scalars(select(Person.id).where(Person.id.in_(held), *is_open).order_by(Person.id)))


def coordinator_scope(person_id: int) -> list[int]:
    """Ids of the ormas and chapters that somebody coordinates."""
    seats = [row.unit_id for row in accounts.appointments_of(person_id) if row.role == Role.COORDINATOR]
    return sorted({unit_id for seat in seats for unit_id in scope(seat)})


def violations() -> dict[str, int]:
    """Broken promises: open memberships, held appointments and usable invitations of dissolved units, and members of
    units that hold none."""
    gone = select(Unit.id).where(Unit.dissolved_at.is_not(None))
    police = select(Unit.id).where(Unit.kind.in_(rules.POLICE))
    at = clock.now()
    left = (
        select(func.count()).select_from(Membership).where(Membership.until.is_(None), Membership.unit_id.in_(gone)),
        select(func.count()).select_from(Appointment).where(Appointment.held(at), Appointment.unit_id.in_(gone)),
        select(func.count())
        .select_from(Invitation)
        .where(Invitation.closed_at.is_(None), Invitation.unit_id.in_(gone)),
    )
    misplaced = select(func.count()).select_from(Membership).where(Membership.unit_id.in_(police))
    return {
        "dissolved_unit_in_use": sum(db.session.scalar(one) or 0 for one in left),
        "member_of_police_unit": db.session.scalar(misplaced) or 0,
    }


def _one(found: Found | None) -> Found:
    if found is None:
        raise NotFound()
    return found
