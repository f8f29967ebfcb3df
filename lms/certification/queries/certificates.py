"""Certificates with their history, and the proposals that wait."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from lms import clock
from lms.accounts.models import Person, PersonPrivate
from lms.certification import rules
from lms.certification.models import Certificate, CertificateEvent, CertificatePrivate, Proposal
from lms.certification.queries.readiness import members_of, name_or_empty
from lms.certification.rules import Standing
from lms.db import db
from lms.refusals import NotFound


@dataclass(frozen=True)
class CertificateRow:
    """A certificate in a list; name is that on the certificate, empty after erasure."""

    id: int
    code: str
    number: str
    member: str
    name: str
    person_id: int
    person_public_id: str
    level: int
    issued_on: date
    valid_through: date
    standing: Standing


@dataclass(frozen=True)
class StandingAt:
    """What a certificate stood at, and the events that made it so."""

    certificate: Certificate
    at: datetime
    status: str
    standing: Standing
    events: Sequence[CertificateEvent]


@dataclass(frozen=True)
class Suspension:
    """That a certificate was suspended: when, why and by whom; standing is that of today. Never whose it is."""

    at: datetime
    number: str
    level: int
    reason: str
    by: str
    standing: Standing


def certificate(code: str) -> Certificate | None:
    """The certificate of a code as in the link; None for an unknown or malformed one."""
    return db.session.scalar(select(Certificate).where(Certificate.code == (rules.normal_code(code) or "")))


def by_number(number: str) -> Certificate | None:
    """The certificate of a number as printed, however it was typed; None for an unknown one."""
    wanted = "".join(number.split()).upper()
    return db.session.scalar(select(Certificate).where(Certificate.number == wanted))


def certificates_of(person_id: int) -> list[Certificate]:
    """All certificates of a person, the newest first; status says which one counts."""
    return list(db.session.scalars(select(Certificate).filter_by(person_id=person_id).order_by(Certificate.id.desc())))


def history(code: str) -> list[CertificateEvent]:
    """What happened to a certificate, in order; NotFound without one."""
    found = certificate(code)
    if found is None:
        raise NotFound()
    query = select(CertificateEvent).where(CertificateEvent.certificate_id == found.id)
    return list(db.session.scalars(query.order_by(CertificateEvent.seq)))


def status_at(code: str, at: datetime) -> StandingAt:
    """What a certificate stood at then, from the events that had taken effect; NotFound without one.

    Before its issue, its status is "provisional" and its standing unknown.
    """
    events = [event for event in history(code) if event.effective_at <= at]
    found = db.session.get_one(Certificate, events[0].certificate_id) if events else certificate(code)
    assert found is not None
    status = rules.fold(event.kind for event in events) or "provisional"
    standing = rules.standing(status, found.valid_through, found.refresher_due, clock.jakarta_date(at))
    return StandingAt(found, at, status, standing, events)


def certificates_page(
    after: int | None = None,
    size: int = 50,
    standing: Standing | None = None,
    unit_ids: Collection[int] | None = None,
) -> list[CertificateRow]:
    """Certificates, the newest first; after is the id that the last page ended with. One query.

    Narrowed to a standing today and to members of these units.
    """
    on, c = clock.today(), Certificate
    query = (
        select(c.id, c.code, c.number, c.person_id, c.level, c.issued_on, c.valid_through, c.status, c.refresher_due)
        .add_columns(Person.sign_in_name.label("member"), Person.public_id.label("person_public_id"))
        .add_columns(name_or_empty(CertificatePrivate.name_printed))
        .join(Person, Person.id == c.person_id)
        .outerjoin(CertificatePrivate, CertificatePrivate.certificate_id == c.id)
        .where(c.status != "provisional")
    )
    if after is not None:
        query = query.where(c.id < after)
    if standing is not None:
        query = query.where(_stands_at(standing, on))
    if unit_ids is not None:
        query = query.where(members_of(unit_ids))
    rows = db.session.execute(query.order_by(c.id.desc()).limit(size))
    return [_row(dict(row._mapping), on) for row in rows]


def standing_counts(unit_ids: Collection[int] | None = None) -> dict[Standing, int]:
    """Standing today -> number of certificates, of all or of members of these units. One query."""
    on, c = clock.today(), Certificate
    expired, due = (c.valid_through < on).label("expired"), (c.refresher_due <= on).label("due")
    query = select(c.status, expired, due, func.count().label("count")).where(c.status != "provisional")
    if unit_ids is not None:
        query = query.join(Person, Person.id == c.person_id).where(members_of(unit_ids))
    found: dict[Standing, int] = {}
    for row in db.session.execute(query.group_by(c.status, expired, due)):
        valid_through = on - timedelta(days=1) if row.expired else on
        refresher_due = on if row.due else on + timedelta(days=1)
        stands = rules.standing(row.status, valid_through, refresher_due, on)
        found[stands] = found.get(stands, 0) + row._mapping["count"]
    return found


def suspensions(since: datetime, size: int = 100) -> list[Suspension]:
    """The suspensions since then, the newest first."""
    on, c, event = clock.today(), Certificate, CertificateEvent
    query = (
        select(event.recorded_at, c.number, c.level, event.reason, name_or_empty(PersonPrivate.name))
        .add_columns(c.status, c.valid_through, c.refresher_due)
        .join(c, c.id == event.certificate_id)
        .outerjoin(PersonPrivate, PersonPrivate.person_id == event.actor_id)
        .where(event.kind == "suspended", event.recorded_at >= since)
        .order_by(event.recorded_at.desc(), event.id.desc())
        .limit(size)
    )
    return [
        Suspension(at, number, level, reason or "", by, rules.standing(status, through, due, on))
        for at, number, level, reason, by, status, through, due in db.session.execute(query)
    ]


def _row(found: dict[str, Any], on: date) -> CertificateRow:
    status, refresher_due = found.pop("status"), found.pop("refresher_due")
    return CertificateRow(**found, standing=rules.standing(status, found["valid_through"], refresher_due, on))


def _stands_at(wanted: Standing, on: date) -> ColumnElement[bool]:
    """rules.standing as a condition."""
    c = Certificate
    by_date = {
        Standing.VALID: and_(c.valid_through >= on, c.refresher_due > on),
        Standing.REFRESHER_DUE: and_(c.valid_through >= on, c.refresher_due <= on),
        Standing.EXPIRED: c.valid_through < on,
    }
    return and_(c.status == "active", by_date[wanted]) if wanted in by_date else c.status == wanted


def for_cli(at: datetime, member: str | None = None) -> list[dict[str, Any]]:
    """Code, number, member's sign-in name, level and standing at that time of each certificate, the oldest first."""
    c = Certificate
    query = select(c.code, c.number, Person.sign_in_name, c.level, c.status, c.valid_through, c.refresher_due)
    query = query.join(Person, Person.id == c.person_id).where(c.status != "provisional")
    if member is not None:
        query = query.where(Person.sign_in_name == member)
    on = clock.jakarta_date(at)
    return [
        {
            "code": row.code,
            "number": row.number,
            "member": row.sign_in_name,
            "level": row.level,
            "standing": str(rules.standing(row.status, row.valid_through, row.refresher_due, on)),
        }
        for row in db.session.execute(query.order_by(c.id))
    ]


def shown(code: str, at: datetime) -> dict[str, Any] | None:
    """What `lms certificates show` says: the standing then, with the events that made it; None without such a code."""
    found = certificate(code)
    if found is None or found.status == "provisional":
        return None
    then = status_at(code, at)
    return {
        "code": found.code,
        "number": found.number,
        "member": db.session.scalar(select(Person.sign_in_name).where(Person.id == found.person_id)),
        "level": found.level,
        "at": at.isoformat(),
        "standing": str(then.standing),
        "status": then.status,
        "issued": found.issued_on.isoformat(),
        "expires": found.valid_through.isoformat(),
        "refresher_due": found.refresher_due.isoformat(),
        "events": [
            {"seq": event.seq, "kind": event.kind, "at": event.effective_at.isoformat(), "reason": event.reason}
            for event in then.events
        ],
    }


def proposal(public_id: str) -> Proposal:
    """The proposal that an address names; NotFound without one."""
    found = db.session.scalar(select(Proposal).where(Proposal.public_id == public_id))
    if found is None:
        raise NotFound()
    return found


def open_proposals(kind: str | None = None) -> list[tuple[Proposal, Certificate | None, str]]:
    """Proposals that wait for a second person, the oldest first: with the certificate and the name of who made it."""
    query = (
        select(Proposal, Certificate, name_or_empty(PersonPrivate.name))
        .outerjoin(Certificate, Certificate.id == Proposal.certificate_id)
        .outerjoin(PersonPrivate, PersonPrivate.person_id == Proposal.by)
        .where(Proposal.decided_at.is_(None), Proposal.deadline > clock.now())
        .where(Proposal.kind.in_([kind] if kind else rules.PROPOSAL_KINDS))
    )
    return [(made, about, name) for made, about, name in db.session.execute(query.order_by(Proposal.id))]
