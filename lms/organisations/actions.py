"""Adding and dissolving units, who belongs to them, who is appointed at them, and inviting people.

Whatever changes who is at a unit locks the unit's row first, so that nobody slips into one that is being dissolved.
"""

from datetime import date

from sqlalchemy import select

from lms import clock, vault
from lms.accounts import actions as accounts
from lms.accounts import queries as people
from lms.accounts import rules as role_table
from lms.accounts.models import Appointment, Person
from lms.accounts.rules import Role
from lms.audit import actions as audit
from lms.db import added, db
from lms.organisations import rules
from lms.organisations.models import Invitation, Membership, Unit
from lms.refusals import NotFound, Refused


def add_unit(
    kind: str,
    name: str,
    parent_id: int | None = None,
    polsek_id: int | None = None,
    by: int | None = None,
    registration_number: str | None = None,
    registration_expires: date | None = None,
) -> Unit:
    """Add a unit below its parent; a chapter may name the Polsek of its area. By a steward or the command line (None).

    Refused with the codes of rules.parent_problem and rules.name_problem, "unit_dissolved", "polsek_wrong" or
    "unit_name_taken".
    """
    _allowed(by, "manage units")
    parent = _locked(parent_id) if parent_id is not None else None
    _refuse(rules.parent_problem(kind, parent.kind if parent else None))
    _refuse(rules.name_problem(name))
    polsek = _locked(polsek_id) if polsek_id is not None else None
    if polsek is not None and (kind != "chapter" or polsek.kind != "polsek"):
        raise Refused("polsek_wrong")
    if any(above is not None and above.dissolved_at for above in (parent, polsek)):
        raise Refused("unit_dissolved")
    row = Unit(
        kind=kind,
        name=rules.tidy_name(name),
        parent_id=parent_id,
        polsek_id=polsek_id,
        registration_number=registration_number,
        registration_expires=registration_expires,
        created_at=clock.now(),
    )
    if not added(row):
        raise Refused("unit_name_taken")
    audit.record("add_unit", actor=by, subject=("unit", row.id))
    return row


def dissolve(unit_id: int, by: int | None) -> None:
    """Dissolve a unit, an ormas with its chapters: memberships, appointments and invitations end at once. Idempotent.

    Its members become "tanpa satuan" and keep their certificates. Refused("unit_has_units") for a police unit under
    which others still are.
    """
    _allowed(by, "manage units")
    root = _locked(unit_id)
    below = select(Unit).where((Unit.parent_id == unit_id) | (Unit.polsek_id == unit_id), Unit.dissolved_at.is_(None))
    others = list(db.session.scalars(below.order_by(Unit.id).with_for_update()))
    if others and root.kind in rules.POLICE:
        raise Refused("unit_has_units")
    at, units = clock.now(), [root, *others]
    ids = [row.id for row in units]
    for row in units:
        if row.dissolved_at is None:
            row.dissolved_at = at
            audit.record("dissolve", actor=by, subject=("unit", row.id))
    member = select(Membership).where(Membership.unit_id.in_(ids), Membership.until.is_(None)).with_for_update()
    for membership in db.session.scalars(member):
        membership.until = max(at, membership.since)
    for invitation in db.session.scalars(select(Invitation).where(Invitation.unit_id.in_(ids))):
        invitation.closed_at = invitation.closed_at or at
    accounts.end_appointments_at(ids, by)


def appoint(person_id: int, role: Role, unit_id: int, by: int | None) -> Appointment:
    """accounts.appoint at a unit that exists and where this role may be held: Refused("unit_dissolved") or
    Refused("role_not_at_this_unit")."""
    unit = _locked(unit_id)
    if unit.dissolved_at:
        raise Refused("unit_dissolved")
    _refuse(rules.seat_problem(role, unit.kind))
    return accounts.appoint(person_id, role, unit_id, by)


def add_membership(person_id: int, unit_id: int) -> Membership:
    """Make somebody a member of an ormas or chapter from now on; a membership that is open already is given back."""
    unit = _locked(unit_id)
    _refuse(rules.member_unit_problem(unit.kind, unit.dissolved_at is not None))
    person = people.person(person_id)
    if person.erased_at:
        raise NotFound()
    row = _membership(person_id, unit_id)
    if row is None:
        row = Membership(person_id=person_id, unit_id=unit_id, since=clock.now())
        db.session.add(row)
        db.session.flush()
    return row


def end_membership(person_id: int, unit_id: int, by: int | None = None) -> None:
    """End somebody's membership of a unit now; without an open one nothing happens. by is for the audit."""
    _locked(unit_id)
    row = _membership(person_id, unit_id)
    if row is not None:
        row.until = max(clock.now(), row.since)
        audit.record("end_membership", actor=by, subject=("person", person_id))


def invite(unit_id: int, by: int, uses: int = rules.INVITATION_USES) -> Invitation:
    """A code with which that many people may join a unit within 30 days; by a coordinator of the unit or its ormas."""
    unit = _locked(unit_id)
    _refuse(rules.member_unit_problem(unit.kind, unit.dissolved_at is not None))
    _refuse(rules.uses_problem(uses))
    _coordinates(by, unit)
    at = clock.now()
    row = Invitation(
        unit_id=unit_id,
        code=vault.random_text(rules.CODE_ALPHABET, rules.INVITATION_LENGTH),
        by=by,
        created_at=at,
        expires_at=at + rules.INVITATION_LIFE,
        uses_left=uses,
    )
    db.session.add(row)
    audit.record("invite", actor=by, subject=("unit", unit_id))
    return row


def close_invitation(public_id: str, by: int) -> None:
    """Close an invitation, by a coordinator of its unit; NotFound for anybody else. Idempotent."""
    row = db.session.scalar(select(Invitation).where(Invitation.public_id == public_id))
    if row is None:
        raise NotFound()
    try:
        _coordinates(by, row.unit)
    except Refused:
        raise NotFound() from None
    if row.closed_at is None:
        row.closed_at = clock.now()
        audit.record("close_invitation", actor=by, subject=("unit", row.unit_id))


def join(
    invitation_code: str,
    name: str,
    secret: str,
    secret_kind: str,
    phone: str | None = None,
    key: str | None = None,
) -> Person:
    """A new person becomes a member of the unit that invites, which takes one use; Refused("invitation_wrong") else.

    key is the form's own random key: sent twice with the same secret, the same person comes back and no second use
    is taken. Refused too with the codes of accounts.create_person.
    """
    invitation = _invitation(invitation_code)
    again = _joined(key, secret)
    if again is not None:
        return again
    _usable(invitation)
    person = accounts.create_person(name, phone=phone, secret=secret, secret_kind=secret_kind, join_key=key)
    db.session.add(Membership(person_id=person.id, unit_id=invitation.unit_id, since=clock.now()))
    invitation.uses_left -= 1
    db.session.flush()
    return person


def accept(invitation_code: str, person_id: int) -> Membership:
    """Somebody who has an account joins the unit that invites; who belongs to it already takes no use."""
    invitation = _invitation(invitation_code)
    row = _membership(person_id, invitation.unit_id)
    if row is None:
        _usable(invitation)
        row = add_membership(person_id, invitation.unit_id)
        invitation.uses_left -= 1
    return row


def _refuse(problem: str | None) -> None:
    if problem:
        raise Refused(problem)


def _allowed(by: int | None, act: str) -> None:
    if by is not None and not role_table.may(people.appointed_roles(by), act):
        raise Refused("not_allowed")


def _coordinates(by: int, unit: Unit) -> None:
    """Refused("not_allowed") unless this person coordinates the unit or the ormas above it."""
    near = {unit.id, unit.parent_id}
    if not any(Role(a.role) in role_table.MAY["invite"] and a.unit_id in near for a in people.appointments_of(by)):
        raise Refused("not_allowed")


def _locked(unit_id: int) -> Unit:
    """The unit, read again under a row lock; NotFound if there is none."""
    found = select(Unit).where(Unit.id == unit_id).with_for_update()
    row = db.session.scalar(found.execution_options(populate_existing=True))
    if row is None:
        raise NotFound()
    return row


def _membership(person_id: int, unit_id: int) -> Membership | None:
    """The open membership, if there is one; the caller holds the unit's lock."""
    open_one = Membership.person_id == person_id, Membership.unit_id == unit_id, Membership.until.is_(None)
    return db.session.scalar(select(Membership).where(*open_one))


def _invitation(typed: str) -> Invitation:
    """The invitation of a typed code, under lock; Refused("invitation_wrong") for an unknown one."""
    found = select(Invitation).where(Invitation.code == rules.invitation_code(typed))
    row = db.session.scalar(found)
    if row is None:
        raise Refused("invitation_wrong")
    _locked(row.unit_id)
    db.session.refresh(row, with_for_update={"of": Invitation})
    return row


def _usable(row: Invitation) -> None:
    """Refused("invitation_wrong") for a closed, late or used-up invitation and for one of a dissolved unit alike."""
    usable = rules.invitation_open(row.expires_at, row.uses_left, row.closed_at, clock.now())
    if row.unit.dissolved_at or not usable:
        raise Refused("invitation_wrong")


def _joined(key: str | None, secret: str) -> Person | None:
    """Who joined with this form before; Refused("already_joined") if it comes again with another secret."""
    person = db.session.scalar(select(Person).where(Person.join_key == vault.index(key))) if key else None
    if person is not None and not vault.secret_fits(person.secret_hash, role_table.plain_secret(secret)):
        raise Refused("already_joined")
    return person
