"""Adding people, appointing them to roles, and closing accounts."""

import secrets
from typing import Any

from sqlalchemy import select

from lms import clock, vault
from lms.accounts import rules
from lms.accounts.actions import rows
from lms.accounts.actions.sessions import revoke_all
from lms.accounts.models import Appointment, Person, PersonPrivate
from lms.accounts.rules import Role
from lms.audit import actions as audit
from lms.db import added, db
from lms.refusals import NotFound, Refused

NUMBER_TRIES = 20


def create_person(
    name: str,
    *,
    sign_in_name: str | None = None,
    phone: str | None = None,
    secret: str | None = None,
    secret_kind: str = rules.BY_PASSWORD,
    by: int | None = None,
    language: str = "id",
    join_key: str | None = None,
) -> Person:
    """Add a person; without a sign-in name they get a random member number of 8 digits, without a secret none fits.

    Refused with the codes of the rules for name, sign-in name, phone and secret, "sign_in_name_taken", "phone_taken".
    """
    rows.refuse(rules.name_problem(name))
    if sign_in_name is not None:
        rows.refuse(rules.sign_in_name_problem(sign_in_name))
        sign_in_name = rules.sign_in_name(sign_in_name)
    number = _phone(phone)
    if secret is not None:
        rows.refuse(
            rules.secret_problem(rules.plain_secret(secret), secret_kind, rules.about(name, sign_in_name, number))
        )
    person = _inserted(
        sign_in_name,
        secret_hash=vault.hash_secret(rules.plain_secret(secret)) if secret is not None else None,
        secret_kind=secret_kind,
        language=language,
        created_at=clock.now(),
        join_key=vault.index(join_key) if join_key else None,
    )
    private = PersonPrivate(person_id=person.id, name=rules.tidy_name(name))
    if number:
        private.phone_enc, private.phone_hmac = vault.seal(number), vault.index(number)
        private.key_id = vault.key_id()
    if not added(private):
        raise Refused("phone_taken")
    audit.record("create_person", actor=by, subject=("person", person.id))
    return person


def set_language(person_id: int, language: str) -> None:
    """The language in which documents and messages reach somebody; Refused("language_unknown") for another one."""
    rows.refuse(None if language in rules.LANGUAGES else "language_unknown")
    rows.locked(person_id).language = language


def appoint(person_id: int, role: Role, unit_id: int, by: int | None) -> Appointment:
    """Appoint somebody to a role at a unit from now on and end their sessions; one that is held already is given back.

    A PIN ends with the appointment (rules.pin_problem): who had one needs a reset code from a steward. By a steward,
    never oneself, or by the command line (None). organisations.actions.appoint looks at the unit first.
    """
    if role is Role.MEMBER:
        raise Refused("role_unknown")
    if by == person_id:
        raise Refused("own_appointment")
    rows.allowed(by, "appoint")
    person = rows.locked(person_id)
    if person.disabled_at:
        raise Refused("person_disabled")
    at = clock.now()
    same = (Appointment.person_id == person_id, Appointment.role == role, Appointment.unit_id == unit_id)
    held = db.session.scalar(select(Appointment).where(*same, Appointment.held(at)))
    if held is not None:
        return held
    row = Appointment(person_id=person_id, role=role.value, unit_id=unit_id, since=at, by=by)
    db.session.add(row)
    if rules.pin_problem(person.secret_kind, has_appointment=True):
        person.secret_hash, person.secret_kind = None, rules.BY_PASSWORD
    revoke_all(person_id)
    audit.record("appoint", actor=by, subject=("person", person_id), purpose=role.value)
    return row


def end_appointment(public_id: str, by: int | None) -> Appointment:
    """End an appointment now, and the sessions of who held it. By a steward, never one's own, or by the command line
    (None); idempotent."""
    rows.allowed(by, "appoint")
    row = db.session.scalar(select(Appointment).where(Appointment.public_id == public_id))
    if row is None:
        raise NotFound()
    if row.person_id == by:
        raise Refused("own_appointment")
    _end([row.id], by)
    return row


def end_appointments_at(unit_ids: list[int], by: int | None) -> None:
    """End every appointment at these units, because the units are dissolved; that action asks who may."""
    open_ones = Appointment.unit_id.in_(unit_ids), Appointment.until.is_(None)
    _end(list(db.session.scalars(select(Appointment.id).where(*open_ones))), by)


def disable(person_id: int, by: int | None) -> None:
    """Close an account: no sign-in, no session, until it is enabled. By a steward, never oneself; idempotent."""
    if by == person_id:
        raise Refused("own_account")
    rows.allowed(by, "disable")
    person = rows.locked(person_id)
    if person.disabled_at is None:
        person.disabled_at = clock.now()
        audit.record("disable", actor=by, subject=("person", person_id))
    revoke_all(person_id)


def enable(person_id: int, by: int | None) -> None:
    """Open a disabled account again; its sessions stay ended. Idempotent."""
    rows.allowed(by, "disable")
    person = rows.locked(person_id)
    if person.disabled_at is not None:
        person.disabled_at = None
        audit.record("enable", actor=by, subject=("person", person_id))


def correct_name(person_id: int, name: str, by: int) -> None:
    """Set a name as on the KTP, seen at the identity check; certificates keep the name that they were printed with.

    By an approver, never one's own; the same name again changes nothing. Refused with the codes of the name's rules,
    "not_allowed", "own_name".
    """
    rows.refuse(rules.name_problem(name))
    if by == person_id:
        raise Refused("own_name")
    rows.allowed(by, "correct a name")
    private = rows.locked(person_id).private
    if private is None:
        raise NotFound()
    if private.name != rules.tidy_name(name):
        private.name = rules.tidy_name(name)
        audit.record("correct_name", actor=by, subject=("person", person_id))


def _inserted(sign_in_name: str | None, **columns: Any) -> Person:
    """The row of a person under that sign-in name, or under a random member number that is free."""
    for _ in range(NUMBER_TRIES):
        person = Person(sign_in_name=sign_in_name or str(10_000_000 + secrets.randbelow(90_000_000)), **columns)
        if added(person):
            return person
        if sign_in_name is not None:
            raise Refused("sign_in_name_taken")
    raise RuntimeError("no free member number found")


def _phone(typed: str | None) -> str | None:
    if not typed or not typed.strip():
        return None
    number = rules.phone_number(typed)
    if number is None:
        raise Refused("phone_wrong")
    return number


def _end(appointment_ids: list[int], by: int | None) -> None:
    """End the open ones among these and the sessions of those who held them."""
    at = clock.now()
    for row in db.session.scalars(
        select(Appointment).where(Appointment.id.in_(appointment_ids)).order_by(Appointment.id).with_for_update()
    ):
        if row.until is None or row.until > at:
            row.until = max(at, row.since)
            revoke_all(row.person_id)
            audit.record("end_appointment", actor=by, subject=("person", row.person_id), purpose=row.role)
