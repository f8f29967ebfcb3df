"""The level that a member works towards, and the ticks of evidence."""

from datetime import date

from sqlalchemy import select

from lms import clock
from lms.audit import actions as audit
from lms.certification import queries, rules
from lms.certification.actions.recording import entitled, locked_person
from lms.certification.models import Certificate, CertificateBasis, Evidence, EvidenceVoid, Goal
from lms.db import db
from lms.refusals import NotFound, Refused


def choose_goal(person_id: int, level: int) -> Goal:
    """Set the level that somebody works towards; Refused("level_unknown")."""
    locked_person(person_id)
    if level not in queries.levels():
        raise Refused("level_unknown")
    goal = db.session.get(Goal, person_id) or Goal(person_id=person_id)
    goal.level, goal.chosen_at = level, clock.now()
    db.session.add(goal)
    db.session.flush()
    return goal


def tick_evidence(person_id: int, kind: str, dated: date, by: int) -> Evidence:
    """Record that an approver has seen a piece of evidence of that date; the same again gives the tick that stands.

    Refused "not_allowed", "own_evidence", "evidence_unknown", "dated_in_future".
    """
    locked_person(person_id)
    entitled(by, "tick evidence")
    if by == person_id:
        raise Refused("own_evidence")
    if kind not in rules.EVIDENCE_KINDS:
        raise Refused("evidence_unknown")
    if dated > clock.today():
        raise Refused("dated_in_future")
    newest = queries.grounds_of_many([person_id])[person_id].ticks.get(kind)
    if newest is not None and newest.dated == dated:
        return db.session.get_one(Evidence, newest.id)
    row = Evidence(person_id=person_id, kind=kind, seen_by=by, dated=dated, recorded_at=clock.now())
    db.session.add(row)
    db.session.flush()
    audit.record("tick_evidence", actor=by, subject=("evidence", row.id), purpose=kind)
    return row


def untick_evidence(evidence_id: int, by: int) -> None:
    """Take a tick back; nothing happens if it was taken back already.

    Refused "not_allowed", "own_evidence", and "evidence_used" while a certificate in force rests on it.
    """
    tick = db.session.get(Evidence, evidence_id)
    if tick is None:
        raise NotFound()
    locked_person(tick.person_id)
    entitled(by, "tick evidence")
    if by == tick.person_id:
        raise Refused("own_evidence")
    if db.session.scalar(select(EvidenceVoid.id).where(EvidenceVoid.evidence_id == evidence_id)):
        return
    resting = select(CertificateBasis.id).join(Certificate, Certificate.id == CertificateBasis.certificate_id)
    in_force = Certificate.status.in_(("active", "suspended"))
    if db.session.scalar(resting.where(CertificateBasis.evidence_id == evidence_id, in_force).limit(1)):
        raise Refused("evidence_used")
    db.session.add(EvidenceVoid(evidence_id=evidence_id, by=by, at=clock.now()))
    audit.record("untick_evidence", actor=by, subject=("evidence", evidence_id), purpose=tick.kind)
