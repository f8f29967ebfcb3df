"""An officer's look at the identity behind a certificate."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.models import Person
from lms.accounts.rules import MAY
from lms.audit import actions as audit
from lms.certification import queries as certification
from lms.certification import rules as certificates
from lms.certification.models import Certificate
from lms.certification.rules import Standing
from lms.db import db
from lms.refusals import NotFound, Refused
from lms.verification import queries, rules
from lms.verification.models import Check
from lms.verification.rules import PatrolAnswer


@dataclass(frozen=True)
class Seen:
    """What an officer sees after a look: the name as printed (empty after erasure), facts, and the second answer."""

    check_id: int
    at: datetime
    code: str
    number: str
    name: str
    level: int
    issued: date
    expires: date
    standing: Standing
    expiring: bool
    patrol: PatrolAnswer


def look(officer_id: int, unit_id: int, code: str, reason: str) -> Seen:
    """Show an officer of that unit who is behind a code, for a reason; audited and recorded in the same transaction.

    Refused "reason_unknown", "not_allowed" (no officer there now), "too_many_lookups" (60 in an hour, counted from the
    audit); NotFound for an unknown code.
    """
    if reason not in rules.CHECK_REASONS:
        raise Refused("reason_unknown")
    # The officer's row is held, so that looks at the same time are counted one after the other.
    db.session.execute(select(Person.id).where(Person.id == officer_id).with_for_update(key_share=True))
    held = {one.unit_id for one in accounts.appointments_of(officer_id) if one.role in MAY["see an identity"]}
    if unit_id not in held:
        raise Refused("not_allowed")
    at = clock.now()
    if not rules.may_look(queries.looked(officer_id, at - rules.LOOKUP_WINDOW)):
        raise Refused("too_many_lookups")
    found = certification.certificate(code)
    if found is None or found.status == "provisional":
        raise NotFound()
    return _seen(found, officer_id, unit_id, reason, clock.jakarta_date(at))


def _seen(found: Certificate, officer_id: int, unit_id: int, reason: str, on: date) -> Seen:
    """Write the audit row and the check, and only then give what is seen."""
    standing = certificates.standing(found.status, found.valid_through, found.refresher_due, on)
    row = audit.record(rules.LOOK, actor=officer_id, subject=("certificate", found.id), purpose=reason)
    check = Check(
        at=row.at,
        officer_id=officer_id,
        unit_id=unit_id,
        certificate_id=found.id,
        reason=reason,
        standing=str(standing),
        audit_id=row.id,
    )
    db.session.add(check)
    db.session.flush()
    return Seen(
        check_id=check.id,
        at=row.at,
        code=found.code,
        number=found.number,
        name=found.private.name_printed if found.private else "",
        level=found.level,
        issued=found.issued_on,
        expires=found.valid_through,
        standing=standing,
        expiring=certificates.is_expiring(standing, found.valid_through, on),
        patrol=rules.patrol_answer(standing, found.level),
    )
