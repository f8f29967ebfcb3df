"""Finding people, their sessions, appointments and second factor."""

from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true

from lms import clock, vault
from lms.accounts import rules
from lms.accounts.models import (
    Appointment,
    Person,
    PersonPrivate,
    RecoveryCode,
    ResetCode,
    Session,
    SignInThrottle,
    Totp,
)
from lms.accounts.rules import Role
from lms.db import db
from lms.refusals import NotFound

Found = TypeVar("Found")


def person(person_id: int) -> Person:
    """The person with that id; NotFound if there is none."""
    return _one(db.session.get(Person, person_id))


def by_public_id(public_id: str) -> Person:
    """The person whom an address names; NotFound if there is none."""
    return _one(db.session.scalar(select(Person).where(Person.public_id == public_id)))


def by_sign_in_name(name: str) -> Person | None:
    """The person with that sign-in name, however it was typed, or None."""
    return db.session.scalar(select(Person).where(Person.sign_in_name == rules.sign_in_name(name)))


def by_form_key(key: str) -> Person | None:
    """The person whom a form with this key made, where it arrives a second time; None the first time."""
    return db.session.scalar(select(Person).where(Person.join_key == vault.index(key)))


def people_of(person_ids: Collection[int]) -> dict[int, Person]:
    """Person id -> person with their name; one query."""
    return {one.id: one for one in db.session.scalars(select(Person).where(Person.id.in_(person_ids)))}


def name_of(person_id: int) -> str:
    """The name as on the KTP; empty after erasure."""
    return db.session.scalar(select(PersonPrivate.name).where(PersonPrivate.person_id == person_id)) or ""


def names_of(person_ids: Collection[int]) -> dict[int, str]:
    """Person id -> name, for those who have one; one query."""
    found = select(PersonPrivate.person_id, PersonPrivate.name).where(PersonPrivate.person_id.in_(person_ids))
    return {row.person_id: row.name for row in db.session.execute(found)}


def phone_of(person_id: int) -> str | None:
    """The phone number as +628..., if the person gave one."""
    private = db.session.get(PersonPrivate, person_id)
    return private.phone if private else None


def has_secret(person_id: int) -> bool:
    """Whether a password or PIN is set; without one only a reset code leads in."""
    return db.session.scalar(select(Person.secret_hash).where(Person.id == person_id)) is not None


def matching(search: str) -> ColumnElement[bool]:
    """The condition that a search means a person: a part of their name or the start of their sign-in name; an empty
    search means everybody."""
    wanted = "".join(c for c in search if c.isprintable()).strip()
    if not wanted:
        return true()
    in_name = PersonPrivate.name.icontains(rules.tidy_name(wanted), autoescape=True)
    named = Person.id.in_(select(PersonPrivate.person_id).where(in_name))
    number = rules.sign_in_name(wanted)
    return or_(named, Person.sign_in_name.startswith(number, autoescape=True)) if number else named


def people_page(after: int | None, size: int, search: str = "") -> list[Person]:
    """The next people by id after that one; search is a part of a name, the start of a sign-in name, or a phone."""
    page = select(Person).where(Person.id > (after or 0), Person.erased_at.is_(None)).order_by(Person.id).limit(size)
    wanted, number = matching(search), rules.phone_number(search)
    if number:
        owner = select(PersonPrivate.person_id).where(PersonPrivate.phone_hmac == vault.index(number))
        wanted = or_(wanted, Person.id.in_(owner))
    return list(db.session.scalars(page.where(wanted)))


def sessions_of(person_id: int) -> list[Session]:
    """The live sessions of somebody, newest first."""
    live = select(Session).where(Session.person_id == person_id, Session.live(clock.now()))
    return list(db.session.scalars(live.order_by(Session.id.desc())))


def session_of(person_id: int, public_id: str) -> Session:
    """The session, open or ended, that an address names; NotFound unless it is this person's."""
    found = select(Session).where(Session.public_id == public_id, Session.person_id == person_id)
    return _one(db.session.scalar(found))


def appointments_of(person_id: int, ended: bool = False) -> list[Appointment]:
    """The appointments that somebody holds, or with ended=True all they ever held, oldest first."""
    found = select(Appointment).where(Appointment.person_id == person_id)
    if not ended:
        found = found.where(Appointment.held(clock.now()))
    return list(db.session.scalars(found.order_by(Appointment.id)))


def appointments_at(unit_ids: list[int]) -> list[Appointment]:
    """The appointments that are held at these units, oldest first."""
    found = select(Appointment).where(Appointment.unit_id.in_(unit_ids), Appointment.held(clock.now()))
    return list(db.session.scalars(found.order_by(Appointment.id)))


def appointed_roles(person_id: int) -> frozenset[Role]:
    """The roles that somebody is appointed to; see organisations.queries.roles_of for member too."""
    return frozenset(Role(row.role) for row in appointments_of(person_id))


def has_totp(person_id: int) -> bool:
    """Whether a second factor was begun, confirmed or not."""
    return bool(db.session.scalar(select(exists().where(Totp.person_id == person_id))))


def totp_confirmed(person_id: int) -> bool:
    """Whether a second factor is in use."""
    return bool(db.session.scalar(select(exists().where(Totp.person_id == person_id, Totp.confirmed_at.is_not(None)))))


def pending_totp(person_id: int) -> str | None:
    """The secret that waits for its first code, to be shown until then; None once it is confirmed."""
    waiting = select(Totp.secret_enc).where(Totp.person_id == person_id, Totp.confirmed_at.is_(None))
    sealed = db.session.scalar(waiting)
    return vault.unseal(sealed) if sealed else None


def recovery_codes_left(person_id: int) -> int:
    """How many recovery codes are unused."""
    unused = RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def reset_codes_of(person_id: int, size: int = 5) -> list[ResetCode]:
    """The last reset codes that were made for somebody, newest first: so that it is seen who made one and when."""
    found = select(ResetCode).where(ResetCode.person_id == person_id)
    return list(db.session.scalars(found.order_by(ResetCode.id.desc()).limit(size)))


def second_factor_locked(person_id: int) -> bool:
    """Whether wrong codes have locked the second factor for now."""
    row = db.session.get(SignInThrottle, SignInThrottle.key_of("second factor", str(person_id)))
    return row is not None and row.locked(clock.now())


def violations() -> dict[str, int]:
    """Broken promises: a live session of a disabled or erased person, what should be gone after erasure, a PIN that
    opens an appointment (invariants 12 and 13 and the rule of pins)."""
    at = clock.now()
    closed = select(Person.id).where(or_(Person.disabled_at.is_not(None), Person.erased_at.is_not(None)))
    erased = select(Person.id).where(Person.erased_at.is_not(None))
    left = sum(
        _count(select(table.person_id).where(table.person_id.in_(erased)))
        for table in (PersonPrivate, Totp, RecoveryCode, ResetCode)
    )
    held = select(Appointment.person_id).where(Appointment.held(at))
    has_pin = Person.secret_kind == rules.BY_PIN, Person.secret_hash.is_not(None)
    return {
        "closed_account_session": _count(select(Session.id).where(Session.live(at), Session.person_id.in_(closed))),
        "erased_person_data": left,
        "staff_pin": _count(select(Person.id).where(*has_pin, Person.id.in_(held))),
    }


def _one(found: Found | None) -> Found:
    if found is None:
        raise NotFound()
    return found


def _count(rows: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
