"""Whether what is stored still holds together: invariants 1 to 5 as far as certificates go (reliability.md)."""

import json
from collections.abc import Iterator
from itertools import groupby, zip_longest
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from lms.accounts.models import Appointment
from lms.certification import rules
from lms.certification.models import (
    BARRING,
    Certificate,
    CertificateBasis,
    CertificateEvent,
    CertificatePrivate,
    Evidence,
    EvidenceVoid,
    NumberCounter,
    ProgrammeVersion,
    Proposal,
)
from lms.courses.models import Module
from lms.db import db
from lms.ledger import queries as ledger
from lms.ledger.rules import Leaf, leaf_bytes
from lms.practice.models import Signoff, SignoffVoid
from lms.quizzes.models import Attempt, AttemptResult, AttemptVoid

ISSUED = aliased(CertificateEvent)
STREAM = {"yield_per": 1000}


def violations() -> dict[str, int]:
    """How often each promise about certificates is broken; see the functions below for what each means."""
    return {
        "certificate_basis": _without_basis(),
        "certificate_issuer": _issued_wrongly(),
        "certificate_sanction": _sanctioned_alone(),
        "proposal_persons": _decided_wrongly(),
        "programme_persons": _count(select(ProgrammeVersion.id).filter_by(proposed_by=ProgrammeVersion.approved_by)),
        "certificate_live": _several_live(),
        "certificate_unique": sum(map(_repeated, (Certificate.code, Certificate.number, Certificate.status_index))),
        "certificate_number": _years_with_gaps(),
        "certificate_status": _misfolded(),
        "certificate_replaced": _replaced_by_nothing(),
        "certificate_time": _back_dated(),
        "certificate_ledger": _not_in_ledger(),
    }


def _count(rows: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _held(person: Any, role: str, at: Any) -> ColumnElement[bool]:
    """That somebody held a role at the time in a column."""
    until = or_(Appointment.until.is_(None), Appointment.until > at)
    return exists().where(Appointment.person_id == person, Appointment.role == role, Appointment.since <= at, until)


def _without_basis() -> int:
    """Invariant 1: certificates that lack a valid proof of something that their programme version required."""
    needs = {version.id: rules.levels(version.rules) for version in db.session.scalars(select(ProgrammeVersion))}
    rows = db.session.execute(_valid_proofs().execution_options(**STREAM))
    met = 0
    for _, group in groupby(rows, key=attrgetter("certificate_id")):
        proofs = list(group)
        first = proofs[0]
        level = needs[first.programme_version_id].get(first.level)
        met += level is not None and _rests_on(
            level, {(proof.what, proof.name) for proof in proofs if not _is_old_skck(proof, level)}
        )
    return _count(select(Certificate.id).where(Certificate.status != "provisional")) - met


def _rests_on(level: rules.Level, proofs: set[tuple[str, str]]) -> bool:
    chosen = all(any({("exam", slug), ("drill", slug)} <= proofs for slug in choice) for choice in level.one_of)
    return chosen and _required(level) <= proofs


def _required(level: rules.Level) -> set[tuple[str, str]]:
    listed = {"exam": level.modules, "drill": level.drills, "tick": level.evidence}
    return {(what, name) for what, names in listed.items() for name in names}


def _is_old_skck(proof: Any, level: rules.Level) -> bool:
    return bool(proof.name == "skck" and proof.issued_on > rules.add_months(proof.dated, level.skck_months))


def _valid_proofs() -> Select[Any]:
    """The basis rows that were the member's own, passed, by people entitled, recorded before the issue and not void
    then; of an active certificate, not void now."""
    proofs = union_all(_valid_exams(), _valid_drills(), _valid_ticks()).subquery()
    return select(proofs).order_by(proofs.c.certificate_id)


def _basis(what: str, name: Any, dated: Any, row: Any, link: Any) -> Select[Any]:
    """Certificates with their issue and the member's own rows that they name as their basis."""
    c, facts = Certificate, (literal(what).label("what"), name.label("name"), dated.label("dated"))
    found = select(c.id.label("certificate_id"), c.level, c.programme_version_id, c.issued_on, *facts)
    found = found.join(CertificateBasis, CertificateBasis.certificate_id == c.id).join(row, row.id == link)
    issued = and_(ISSUED.certificate_id == c.id, ISSUED.kind == "issued")
    return found.join(ISSUED, issued).where(row.person_id == c.person_id)


def _not_void(void: Any, column: Any, row: Any) -> ColumnElement[bool]:
    counts = or_(void.at <= ISSUED.recorded_at, Certificate.status == "active")
    return ~exists().where(column == row, counts)


def _valid_exams() -> Select[Any]:
    result, later = aliased(AttemptResult), aliased(AttemptResult)
    newer = and_(later.attempt_id == result.attempt_id, later.seq > result.seq, later.at <= ISSUED.recorded_at)
    found = _basis("exam", Module.slug, cast(null(), Date), Attempt, CertificateBasis.attempt_id)
    found = found.join(Module, Module.id == Attempt.module_id).join(result, result.attempt_id == Attempt.id)
    return found.where(
        result.passed,
        result.at <= ISSUED.recorded_at,
        ~exists().where(newer),
        Attempt.module_version_id == CertificateBasis.module_version_id,
        _not_void(AttemptVoid, AttemptVoid.attempt_id, Attempt.id),
    )


def _valid_drills() -> Select[Any]:
    found = _basis("drill", Module.slug, cast(null(), Date), Signoff, CertificateBasis.signoff_id)
    return found.join(Module, Module.id == Signoff.module_id).where(
        Signoff.passed,
        Signoff.recorded_at <= ISSUED.recorded_at,
        Signoff.assessor_id.not_in((Certificate.person_id, Certificate.issuer_id)),
        Signoff.module_version_id == CertificateBasis.module_version_id,
        _held(Signoff.assessor_id, "assessor", Signoff.recorded_at),
        _not_void(SignoffVoid, SignoffVoid.signoff_id, Signoff.id),
    )


def _valid_ticks() -> Select[Any]:
    return _basis("tick", Evidence.kind, Evidence.dated, Evidence, CertificateBasis.evidence_id).where(
        Evidence.recorded_at <= ISSUED.recorded_at,
        Evidence.seen_by != Certificate.person_id,
        _held(Evidence.seen_by, "approver", Evidence.recorded_at),
        _not_void(EvidenceVoid, EvidenceVoid.evidence_id, Evidence.id),
    )


def _issued_wrongly() -> int:
    """Invariant 2: the issuer is the member or an assessor of the basis, or was no approver at the time."""
    assessed = exists().where(
        CertificateBasis.certificate_id == Certificate.id,
        Signoff.id == CertificateBasis.signoff_id,
        Signoff.assessor_id == Certificate.issuer_id,
    )
    wrong = or_(
        Certificate.issuer_id == Certificate.person_id,
        assessed,
        ISSUED.actor_id.is_distinct_from(Certificate.issuer_id),
        ~_held(Certificate.issuer_id, "approver", ISSUED.recorded_at),
    )
    rows = select(Certificate.id).join(ISSUED, ISSUED.certificate_id == Certificate.id)
    return _count(rows.where(ISSUED.kind == "issued", wrong))


def _sanctioned_alone() -> int:
    """Invariant 2: revocations and reinstatements without an accepted proposal about the same certificate, and
    suspensions by nobody who might."""
    event = CertificateEvent
    kind = {done: proposed for proposed, done in rules.EVENT_OF.items()}
    proposed = exists().where(
        Proposal.id == event.proposal_id,
        Proposal.certificate_id == event.certificate_id,
        Proposal.kind == case(kind, value=event.kind),
        Proposal.accepted.is_(True),
        Proposal.decided_by == event.actor_id,
    )
    alone = select(event.id).where(event.kind.in_(kind), ~proposed)
    entitled = or_(*(_held(event.actor_id, role, event.recorded_at) for role in ("officer", "approver")))
    return _count(alone) + _count(select(event.id).where(event.kind == "suspended", ~entitled))


def _decided_wrongly() -> int:
    """Invariant 2: proposals decided by who made them, by the member, or by nobody who might."""
    member = select(Certificate.person_id).where(Certificate.id == Proposal.certificate_id).scalar_subquery()
    wrong = or_(
        Proposal.decided_by == Proposal.by,
        Proposal.decided_by == member,
        Proposal.by == member,
        ~_held(Proposal.decided_by, "approver", Proposal.decided_at),
    )
    return _count(select(Proposal.id).where(Proposal.decided_by.is_not(None), wrong))


def _several_live() -> int:
    """Invariant 3: members with more than one certificate of a programme that is in force, suspended or revoked."""
    rows = select(Certificate.person_id).where(Certificate.status.in_(BARRING))
    return _count(rows.group_by(Certificate.person_id, Certificate.programme_id).having(func.count() > 1))


def _repeated(column: Any) -> int:
    """Invariant 3: values that more than one certificate has."""
    return _count(select(column).group_by(column).having(func.count() > 1))


def _years_with_gaps() -> int:
    """Invariant 3: years whose numbers do not run from 1 to what the counter has reached."""
    year = func.substr(Certificate.number, 4, 4)
    rows = db.session.execute(select(year, func.count(), func.max(Certificate.number)).group_by(year))
    reached = {int(one): count for one, count, last in rows if last == rules.certificate_number(int(one), count)}
    counters = {row.year: row.next - 1 for row in db.session.scalars(select(NumberCounter)) if row.next > 1}
    used = {int(one) for one in db.session.scalars(select(year).distinct())}
    return sum(reached.get(one) != counters.get(one) or one not in reached for one in used | counters.keys())


def _misfolded() -> int:
    """Invariant 4: certificates whose events are not numbered from 1, not allowed in their order, or make another
    status than the cached one."""
    event = CertificateEvent
    query = select(Certificate.id, Certificate.status, event.seq, event.kind)
    query = query.outerjoin(event, event.certificate_id == Certificate.id).order_by(Certificate.id, event.seq)
    rows = db.session.execute(query.execution_options(**STREAM))
    return sum(not _folds(list(group)) for _, group in groupby(rows, key=attrgetter("id")))


def _folds(rows: list[Any]) -> bool:
    try:
        status = rules.fold(row.kind for row in rows)
    except ValueError:
        return False
    return status == rows[0].status and [row.seq for row in rows] == list(range(1, len(rows) + 1))


def _replaced_by_nothing() -> int:
    """Invariant 4: replaced certificates that no other names as its previous one, and such that name one in force."""
    newer = aliased(Certificate)
    alone = Certificate.status == "replaced", ~exists().where(newer.previous_id == Certificate.id)
    standing = select(newer.id).join(Certificate, Certificate.id == newer.previous_id)
    wrong = or_(Certificate.status != "replaced", Certificate.person_id != newer.person_id)
    return _count(select(Certificate.id).where(*alone)) + _count(standing.where(wrong))


def _back_dated() -> int:
    """Invariant 5: events that took effect before they were recorded, or were recorded before an earlier one."""
    event, earlier = CertificateEvent, aliased(CertificateEvent)
    before = exists().where(
        earlier.certificate_id == event.certificate_id,
        earlier.seq < event.seq,
        earlier.recorded_at > event.recorded_at,
    )
    return _count(select(event.id).where(or_(event.effective_at < event.recorded_at, before)))


def _not_in_ledger() -> int:
    """Invariant 5: events that are not the ledger's next leaf about a certificate, and leaves without an event.

    Both were written under the lock of the ledger's head, so they come in one order.
    """
    event = CertificateEvent
    query = (
        select(event.kind, event.recorded_at, Certificate.status_index, CertificatePrivate.salt)
        .add_columns(CertificatePrivate.payload)
        .join(Certificate, Certificate.id == event.certificate_id)
        .outerjoin(CertificatePrivate, CertificatePrivate.certificate_id == Certificate.id)
    )
    events = db.session.execute(query.order_by(event.id).execution_options(**STREAM))
    return sum(not _is_leaf_of(row, leaf) for row, leaf in zip_longest(events, _leaves_about_certificates()))


def _leaves_about_certificates() -> Iterator[Leaf]:
    kinds = tuple(f'"kind":"{kind}"'.encode() for kind in rules.LEAF_OF.values())
    return (leaf for leaf in ledger.leaves() if any(kind in leaf.leaf for kind in kinds))


def _is_leaf_of(row: Any, leaf: Leaf | None) -> bool:
    if row is None or leaf is None:
        return False
    try:
        # Without salt and payload (erased) the hash cannot be made again, and the leaf's own has to do.
        stored = rules.payload_hash(row.salt, row.payload) if row.salt else json.loads(leaf.leaf)["payload_hash"]
        return leaf.leaf == leaf_bytes(rules.LEAF_OF[row.kind], row.status_index, stored, row.recorded_at)
    except (ValueError, KeyError, TypeError):
        return False
