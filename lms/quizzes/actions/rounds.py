"""What a trainer may do about attempts: open one more round, declare one void."""

from sqlalchemy import select

from lms import clock
from lms.audit import actions as audit
from lms.courses.models import ModuleVersion
from lms.db import db
from lms.quizzes import rules
from lms.quizzes.actions import rows
from lms.quizzes.models import AttemptVoid, RoundGrant
from lms.refusals import NotFound, Refused


def grant_round(person_id: int, module_id: int, by: int) -> RoundGrant:
    """Open one more round for somebody who has used up all of them; Refused "round_not_needed", "own_attempt"."""
    if person_id == by:
        raise Refused("own_attempt")
    rows.lock_person(person_id)
    newest = select(ModuleVersion).where(ModuleVersion.module_id == module_id).order_by(ModuleVersion.number.desc())
    version = db.session.scalar(newest.limit(1))
    if version is None:
        raise NotFound
    if rows.next_try(person_id, version, 0, None).gate is not rules.Gate.SEE_TRAINER:
        raise Refused("round_not_needed")
    grant = RoundGrant(person_id=person_id, module_id=module_id, period=rows.period(module_id), by=by, at=clock.now())
    db.session.add(grant)
    db.session.flush()
    audit.record("grant_round", actor=by, subject=("round_grant", grant.id))
    return grant


def void(attempt_public_id: str, by: int, reason: str) -> AttemptVoid:
    """Declare an attempt void, also one under way: it counts as never taken. Void already: the row that stands.

    Refused: "own_attempt", "reason_unknown" (not in rules.VOID_REASONS).
    """
    attempt = rows.locked(attempt_public_id)
    if attempt.person_id == by:
        raise Refused("own_attempt")
    if reason not in rules.VOID_REASONS:
        raise Refused("reason_unknown")
    under_way = rows.lock_open(attempt.id)
    row = rows.void_of(attempt.id)
    if row is not None:
        return row
    row = AttemptVoid(attempt_id=attempt.id, by=by, reason=reason, at=clock.now())
    db.session.add(row)
    if under_way is not None:
        db.session.delete(under_way)
    db.session.flush()
    audit.record("void_attempt", actor=by, subject=("attempt", attempt.id), purpose=reason)
    return row
