"""The public answer to a code, and who has looked at whom."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select

from lms import clock
from lms.accounts.models import Person, PersonPrivate
from lms.audit.models import Audit
from lms.certification import rules as certification
from lms.certification.models import Certificate, CertificatePrivate
from lms.db import db
from lms.organisations.models import Unit
from lms.verification import rules
from lms.verification.models import Check
from lms.verification.rules import PublicFacts

# Built once: the public page is the most read, and it must stay one indexed read (performance.md).
_BY_CODE = (
    select(
        Certificate.status,
        Certificate.level,
        Certificate.issued_on,
        Certificate.valid_through,
        Certificate.refresher_due,
        CertificatePrivate.name_printed,
    )
    .outerjoin(CertificatePrivate, CertificatePrivate.certificate_id == Certificate.id)
    .where(Certificate.code == bindparam("code"), Certificate.status != "provisional")
)


@dataclass(frozen=True)
class OwnCheck:
    """A look by an officer at a certificate, as the officer sees it in the list of their own."""

    id: int
    at: datetime
    code: str
    level: int
    standing: str
    reason: str


@dataclass(frozen=True)
class CheckOfMe:
    """A look at a member's identity, as the member sees it: which unit, when and why; never which officer."""

    at: datetime
    unit: str
    reason: str


@dataclass(frozen=True)
class Lookups:
    """How often an officer has looked, for the overseer."""

    officer_id: int
    name: str
    unit: str
    count: int


@dataclass(frozen=True)
class AnyCheck:
    """A look by any officer, as the overseer sees it: the certificate by its number, never its holder."""

    id: int
    at: datetime
    officer: str
    unit: str
    reason: str
    standing: str
    number: str


def standing(code: str, at: datetime) -> PublicFacts | None:
    """What a code stands at at that time, in one indexed read; None for an unknown, provisional or malformed one."""
    wanted = certification.normal_code(code)
    if wanted is None:
        return None
    row = db.session.connection().execute(_BY_CODE, {"code": wanted}).first()
    if row is None:
        return None
    on = clock.jakarta_date(at)
    found = certification.standing(row.status, row.valid_through, row.refresher_due, on)
    return PublicFacts(
        standing=found,
        level=row.level,
        issued=row.issued_on,
        expires=row.valid_through,
        name_masked=rules.masked(row.name_printed or ""),
        expiring=certification.is_expiring(found, row.valid_through, on),
    )


def checks_by(officer_id: int, before: int | None = None, size: int = 50) -> list[OwnCheck]:
    """The looks of an officer, the newest first; before is the id that the last page ended with."""
    query = (
        select(Check.id, Check.at, Certificate.code, Certificate.level, Check.standing, Check.reason)
        .join(Certificate, Certificate.id == Check.certificate_id)
        .where(Check.officer_id == officer_id)
    )
    if before is not None:
        query = query.where(Check.id < before)
    return [OwnCheck(*row) for row in db.session.execute(query.order_by(Check.id.desc()).limit(size))]


def checks_of(person_id: int, size: int = 50) -> list[CheckOfMe]:
    """Who has looked at a member's identity, the newest first, without what rules.HIDDEN_FROM_MEMBER names."""
    query = (
        select(Check.at, Unit.name, Check.reason)
        .join(Certificate, Certificate.id == Check.certificate_id)
        .join(Unit, Unit.id == Check.unit_id)
        .where(Certificate.person_id == person_id, Check.reason.not_in(rules.HIDDEN_FROM_MEMBER))
    )
    return [CheckOfMe(*row) for row in db.session.execute(query.order_by(Check.id.desc()).limit(size))]


def lookups_by_officer(since: datetime) -> list[Lookups]:
    """How often each officer has looked since then, the busiest first."""
    count = func.count(Check.id)
    query = (
        select(Check.officer_id, func.coalesce(PersonPrivate.name, ""), func.min(Unit.name), count)
        .join(Person, Person.id == Check.officer_id)
        .outerjoin(PersonPrivate, PersonPrivate.person_id == Person.id)
        .join(Unit, Unit.id == Check.unit_id)
        .where(Check.at >= since)
        .group_by(Check.officer_id, PersonPrivate.name)
        .order_by(count.desc(), Check.officer_id)
    )
    return [Lookups(*row) for row in db.session.execute(query)]


def lookups_by_reason(since: datetime) -> dict[int, dict[str, int]]:
    """Officer id -> reason -> how often since then."""
    query = select(Check.officer_id, Check.reason, func.count()).where(Check.at >= since)
    found: dict[int, dict[str, int]] = {}
    for officer_id, reason, count in db.session.execute(query.group_by(Check.officer_id, Check.reason)):
        found.setdefault(officer_id, {})[reason] = count
    return found


def checks_page(before: int | None = None, size: int = 50, officer_id: int | None = None) -> list[AnyCheck]:
    """The looks of all officers or of one, the newest first; before is the id that the last page ended with."""
    name = func.coalesce(PersonPrivate.name, "")
    query = (
        select(Check.id, Check.at, name, Unit.name, Check.reason, Check.standing, Certificate.number)
        .join(Certificate, Certificate.id == Check.certificate_id)
        .join(Unit, Unit.id == Check.unit_id)
        .outerjoin(PersonPrivate, PersonPrivate.person_id == Check.officer_id)
    )
    if before is not None:
        query = query.where(Check.id < before)
    if officer_id is not None:
        query = query.where(Check.officer_id == officer_id)
    return [AnyCheck(*row) for row in db.session.execute(query.order_by(Check.id.desc()).limit(size))]


def looked(officer_id: int, since: datetime) -> int:
    """How many looks of an officer the audit holds after that time."""
    mine = Audit.actor_id == officer_id, Audit.action == rules.LOOK, Audit.at > since, Audit.outcome == "done"
    return db.session.scalar(select(func.count()).select_from(Audit).where(*mine)) or 0


def violations() -> dict[str, int]:
    """Invariant 11: checks whose audit row is about something else, and looks in the audit without a check."""
    right = and_(
        Audit.action == rules.LOOK,
        Audit.outcome == "done",
        Audit.actor_id == Check.officer_id,
        Audit.purpose == Check.reason,
        Audit.subject_kind == "certificate",
        Audit.subject_id == Check.certificate_id,
        Audit.at == Check.at,
    )
    pairs = select(func.count()).select_from(Check).outerjoin(Audit, and_(Audit.id == Check.audit_id, right))
    looks = select(func.count()).select_from(Audit).outerjoin(Check, Check.audit_id == Audit.id)
    return {
        "check_without_audit": db.session.scalar(pairs.where(Audit.id.is_(None))) or 0,
        "audit_without_check": db.session.scalar(
            looks.where(Audit.action == rules.LOOK, Audit.outcome == "done", Check.id.is_(None))
        )
        or 0,
    }
