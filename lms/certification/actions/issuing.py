"""Issuing a certificate: the only way in which one comes to be."""

import json
import secrets
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select, text

from lms import clock
from lms.accounts.models import Person
from lms.audit import actions as audit
from lms.certification import queries, rules
from lms.certification.actions.recording import (
    certificate_of_key,
    entitled,
    locked_certificate,
    locked_person,
    record,
)
from lms.certification.models import (
    Certificate,
    CertificateBasis,
    CertificatePrivate,
    NumberCounter,
    ProgrammeVersion,
)
from lms.certification.queries import Grounds
from lms.certification.rules import Level
from lms.db import db
from lms.ledger import actions as ledger
from lms.organisations import queries as organisations
from lms.refusals import Refused

Drawn = TypeVar("Drawn", str, int)


def certify(person_id: int, level: int, issuer_id: int, idempotency_key: str) -> Certificate:
    """Issue a certificate on what is stored about the person, replacing the one in force; the same key, the same one.

    NotFound without such a person. Refused "not_allowed", "person_disabled", "no_programme", "level_unknown",
    "member_revoked", "member_suspended", "member_proposal", "level_held", "tenure_missing", "exam_missing",
    "drill_missing", "one_of_missing", "evidence_missing", "skck_old"
    (the first gap; gaps has all), "issuer_is_member", "issuer_is_assessor", "issuer_same_unit".
    """
    person = locked_person(person_id)
    key = rules.event_key("certify", issuer_id, person_id, level, idempotency_key)
    if done := certificate_of_key(key):
        return done
    entitled(issuer_id, "issue")
    if person.disabled_at or person.private is None:
        raise Refused("person_disabled")
    version = queries.programme()
    if version is None:
        raise Refused("no_programme")
    needs = rules.levels(version.rules).get(level)
    if needs is None:
        raise Refused("level_unknown")
    previous = locked_certificate(Certificate.person_id == person_id, Certificate.status == "active")
    at = ledger.next_time()
    grounds = queries.grounds_of_many([person_id], clock.jakarta_date(at))[person_id]
    _may_issue(issuer_id, person_id, needs, grounds, clock.jakarta_date(at))
    if previous is not None:
        record(previous, "replaced", issuer_id, at, rules.event_key("replaced", issuer_id, previous.id))
    made = _new_certificate(person, needs, version, issuer_id, grounds, at, previous)
    record(made, "issued", issuer_id, at, key)
    audit.record("certify", actor=issuer_id, subject=("certificate", made.id))
    return made


def _may_issue(issuer_id: int, person_id: int, needs: Level, grounds: Grounds, on: date) -> None:
    """Refuse by the first gap, or because of who issues; somebody's own certificate before anything else."""
    drills = (*needs.drills, *rules.chosen(needs, grounds.facts))
    assessors = [grounds.drills[slug].by or 0 for slug in drills if slug in grounds.drills]
    units = organisations.units_of(issuer_id), organisations.units_of(person_id)
    problem = rules.issuer_problem(issuer_id, person_id, assessors, *units)
    if problem == "issuer_is_member":
        raise Refused(problem)
    if gaps := rules.missing(needs, grounds.facts, on):
        raise Refused(rules.refusal(gaps[0]), gaps=gaps)
    if problem:
        raise Refused(problem)


def _new_certificate(
    person: Person, needs: Level, version: ProgrammeVersion, issuer_id: int, grounds: Grounds, at: datetime,
    previous: Certificate | None,
) -> Certificate:  # fmt: skip
    """The row (not yet in force), its basis and its private part; number, code and index are taken under lock."""
    issued_on = clock.jakarta_date(at)
    chosen = rules.chosen(needs, grounds.facts)
    exams = [grounds.exams[slug] for slug in dict.fromkeys((*needs.modules, *chosen))]
    ticks = [grounds.ticks[kind] for kind in needs.evidence]
    made = Certificate(
        number=_next_number(issued_on.year),
        code=_unused(Certificate.code, lambda: rules.encode_code(secrets.randbits(80))),
        status_index=_unused(Certificate.status_index, lambda: secrets.randbelow(2**31)),
        person_id=person.id,
        programme_id=version.programme_id,
        programme_version_id=version.id,
        level=needs.level,
        issuer_id=issuer_id,
        attempt_id=max(proof.id for proof in exams),
        evidence_id=max(proof.id for proof in ticks),
        issued_on=issued_on,
        valid_through=rules.add_months(issued_on, needs.validity_months),
        refresher_due=rules.add_months(issued_on, needs.refresher_months),
        status="provisional",
        previous_id=previous.id if previous else None,
    )
    db.session.add(made)
    db.session.flush()
    basis = [{"module_version_id": one.module_version_id, "attempt_id": one.id} for one in exams]
    drills = [grounds.drills[slug] for slug in dict.fromkeys((*needs.drills, *chosen))]
    basis += [{"module_version_id": one.module_version_id, "signoff_id": one.id} for one in drills]
    basis += [{"evidence_id": one.id} for one in ticks]
    db.session.add_all(CertificateBasis(certificate_id=made.id, person_id=person.id, **one) for one in basis)
    assert person.private is not None
    made.private = CertificatePrivate(
        name_printed=person.private.name, salt=secrets.token_bytes(16), payload=_payload(made, person.private.name)
    )
    db.session.flush()
    return made


def _next_number(year: int) -> str:
    """The next number of a year. The counter's row stays locked until the end: what is rolled back leaves no gap."""
    first = text("INSERT INTO number_counter (year, next) VALUES (:year, 1) ON CONFLICT DO NOTHING")
    db.session.execute(first, {"year": year})
    query = select(NumberCounter).where(NumberCounter.year == year).with_for_update()
    counter = db.session.scalars(query.execution_options(populate_existing=True)).one()
    sequence, counter.next = counter.next, counter.next + 1
    return rules.certificate_number(year, sequence)


def _unused(column: Any, draw: Callable[[], Drawn]) -> Drawn:
    """A random value that no certificate has; nobody else issues meanwhile, because the ledger's head is locked."""
    while True:
        value = draw()
        if db.session.scalar(select(Certificate.id).where(column == value)) is None:
            return value


def _payload(made: Certificate, name: str) -> bytes:
    """What is printed and, later, signed: canonical JSON (sorted keys, no spaces, UTF-8)."""
    facts = {
        "code": made.code,
        "number": made.number,
        "level": made.level,
        "name": name,
        "issued": made.issued_on.isoformat(),
        "expires": made.valid_through.isoformat(),
    }
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
