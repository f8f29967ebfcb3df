"""What the actions of this folder share: rows read under a lock, inserted against a race, and who may act."""

from sqlalchemy import select

from lms import clock
from lms.accounts import rules
from lms.accounts.models import Appointment, Person, SignInThrottle
from lms.accounts.rules import Role
from lms.db import added, db
from lms.refusals import NotFound, Refused


def refuse(problem: str | None) -> None:
    """Refused with the code that a rule gave, if it gave one."""
    if problem:
        raise Refused(problem)


def allowed(by: int | None, act: str) -> None:
    """Refused("not_allowed") unless the actor's appointments allow the act; the command line (None) may."""
    if by is not None and not rules.may(roles(by), act):
        raise Refused("not_allowed")


def roles(person_id: int) -> frozenset[Role]:
    """The roles that somebody is appointed to now."""
    held = select(Appointment.role).where(Appointment.person_id == person_id, Appointment.held(clock.now()))
    return frozenset(Role(role) for role in db.session.scalars(held))


def locked(person_id: int) -> Person:
    """The person, read again under a row lock; NotFound where there is none or they were erased."""
    found = select(Person).where(Person.id == person_id, Person.erased_at.is_(None))
    found = found.with_for_update(of=Person, key_share=True)  # rows that only name the person need not wait
    person = db.session.scalar(found.execution_options(populate_existing=True))
    if person is None:
        raise NotFound()
    return person


def throttle(key: str) -> SignInThrottle:
    """The count of an identifier under a row lock, made where there is none: two first tries meet the same row."""
    found = select(SignInThrottle).where(SignInThrottle.key == key).with_for_update()
    found = found.execution_options(populate_existing=True)
    row = db.session.scalar(found)
    if row is None:
        added(SignInThrottle(key=key, failures=0, since=clock.now()))
        row = db.session.scalars(found).one()
    return row
