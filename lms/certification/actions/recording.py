"""What every act on a certificate shares: locks, entitlement, and the one place where an event is written.

Locks are taken in one order, so that nobody waits in a circle: person, certificate, proposal, ledger head, counter.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from lms.accounts import queries as accounts
from lms.accounts.models import Person
from lms.accounts.rules import may
from lms.certification import rules
from lms.certification.models import Certificate, CertificateEvent, Proposal
from lms.db import db
from lms.ledger import actions as ledger
from lms.ledger.rules import NO_HASH
from lms.organisations import queries as organisations
from lms.organisations import rules as distance
from lms.refusals import NotFound, Refused


def locked_person(person_id: int) -> Person:
    """The person under lock; NotFound if there is none any more."""
    query = select(Person).where(Person.id == person_id, Person.erased_at.is_(None))
    query = query.with_for_update(of=Person, key_share=True).execution_options(populate_existing=True)
    person = db.session.scalar(query)
    if person is None:
        raise NotFound()
    return person


def locked_certificate(*conditions: ColumnElement[bool]) -> Certificate | None:
    """The certificate that meets the conditions, under lock."""
    query = select(Certificate).where(*conditions).with_for_update(of=Certificate, key_share=True)
    return db.session.scalar(query.execution_options(populate_existing=True))


def locked_by_code(code: str) -> Certificate:
    """The certificate of a code, under lock; NotFound for an unknown one."""
    found = locked_certificate(Certificate.code == (rules.normal_code(code) or ""), Certificate.status != "provisional")
    if found is None:
        raise NotFound()
    return found


def entitled(person_id: int, act: str) -> None:
    """Refused("not_allowed") unless somebody holds a role that may do the act (accounts.rules.MAY)."""
    if not may(accounts.appointed_roles(person_id), act):
        raise Refused("not_allowed")


def same_unit(one: int, other: int) -> bool:
    """Whether two people have a unit in common."""
    return not distance.of_other_unit(organisations.units_of(one), organisations.units_of(other))


def certificate_of_key(key: str) -> Certificate | None:
    """The certificate that an event with this idempotency key is about."""
    return db.session.scalar(
        select(Certificate)
        .join(CertificateEvent, CertificateEvent.certificate_id == Certificate.id)
        .where(CertificateEvent.idempotency_key == key)
    )


def record(
    certificate: Certificate,
    event: str,
    actor_id: int,
    at: datetime,
    key: str,
    reason: str | None = None,
    proposal: Proposal | None = None,
) -> CertificateEvent:
    """Write an event of a locked certificate, its leaf in the ledger, and the status that follows.

    It takes effect when it is recorded. Refused("status_forbids", status=...) by rules.NEXT.
    """
    before = None if certificate.status == "provisional" else certificate.status
    try:
        certificate.status = rules.after(before, event)
    except ValueError:
        raise Refused("status_forbids", status=certificate.status) from None
    count = select(func.count()).where(CertificateEvent.certificate_id == certificate.id)
    leaf = ledger.append(rules.LEAF_OF[event], certificate.status_index, _payload_hash(certificate), at)
    row = CertificateEvent(
        certificate_id=certificate.id,
        seq=(db.session.scalar(count) or 0) + 1,
        kind=event,
        actor_id=actor_id,
        proposal_id=proposal.id if proposal else None,
        reason=reason,
        recorded_at=leaf.recorded_at,
        effective_at=leaf.recorded_at,
        idempotency_key=key,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _payload_hash(certificate: Certificate) -> str:
    """The salted hash of what was printed; zeros once erasure has emptied that."""
    private = certificate.private
    return rules.payload_hash(private.salt, private.payload) if private else NO_HASH
