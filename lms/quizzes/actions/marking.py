"""The end of an attempt, the marks of its answers by the rules or by a person, and the result."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy import select

from lms import clock
from lms.audit import actions as audit
from lms.db import db
from lms.quizzes import rules
from lms.quizzes.actions import rows
from lms.quizzes.models import Answer, Attempt, AttemptEnd, AttemptResult, ItemVersion, Mark, OpenAttempt
from lms.refusals import Conflict, Refused


def hand_in(person_id: int, attempt_public_id: str) -> AttemptEnd:
    """End an attempt and mark it; a second hand-in gives the same end. Refused "attempt_void" for a void one."""
    attempt = rows.own(person_id, attempt_public_id)
    under_way = rows.lock_open(attempt.id)
    if under_way is not None:
        return _end(attempt, under_way, clock.now())
    end = db.session.scalar(select(AttemptEnd).where(AttemptEnd.attempt_id == attempt.id))
    if end is None:
        raise Refused("attempt_void")
    return end


def close_timed_out(at: datetime) -> int:
    """End every attempt whose deadline and grace are over; the number of attempts ended."""
    due = select(Attempt).join(OpenAttempt, OpenAttempt.attempt_id == Attempt.id)
    ended = 0
    for attempt in db.session.scalars(due.where(Attempt.deadline < at - rules.GRACE)).all():
        under_way = rows.lock_open(attempt.id)
        if under_way is not None:
            _end(attempt, under_way, at)
            ended += 1
    return ended


def _end(attempt: Attempt, under_way: OpenAttempt, at: datetime) -> AttemptEnd:
    """Store the end, no earlier than the last answer whatever the clock did, and the marks that the rules can give."""
    answers = db.session.scalars(select(Answer).where(Answer.attempt_id == attempt.id).order_by(Answer.seq)).all()
    at = max([at, *(one.at for one in answers)])
    end = AttemptEnd(
        attempt_id=attempt.id, kind="timed_out" if rules.is_late(at, attempt.deadline) else "handed_in", at=at
    )
    db.session.add(end)
    counting = {one.slot: one for one in answers if not one.late}
    items = _items(attempt)
    for number, place in enumerate(attempt.paper, 1):
        item, answer = items[place["item_version"]], counting.get(number)
        share = rules.mark(item.kind, item.key, rows.value(answer, item.kind) if answer else None)
        if share is not None:
            _add_mark(attempt.id, number, share, None, at)
    db.session.delete(under_way)
    db.session.flush()
    _grade(attempt, at)
    return end


def _add_mark(attempt_id: int, slot: int, share: Fraction, marker_id: int | None, at: datetime) -> Mark:
    mark = Mark(
        attempt_id=attempt_id,
        slot=slot,
        seq=1,
        numerator=share.numerator,
        denominator=share.denominator,
        marker_id=marker_id,
        rule_version=rules.RULE_VERSION,
        at=at,
    )
    db.session.add(mark)
    return mark


def _grade(attempt: Attempt, at: datetime) -> None:
    """Store the result once every slot has a mark."""
    marks = db.session.scalars(select(Mark).where(Mark.attempt_id == attempt.id).order_by(Mark.seq))
    shares = {one.slot: Fraction(one.numerator, one.denominator) for one in marks}
    items = _items(attempt)
    slots = [
        rules.SlotMark(shares.get(number), items[place["item_version"]].critical)
        for number, place in enumerate(attempt.paper, 1)
    ]
    outcome = rules.outcome(slots, rules.exam_rules(attempt.rules))
    if outcome is None:
        return
    db.session.add(
        AttemptResult(
            attempt_id=attempt.id,
            person_id=attempt.person_id,
            module_id=attempt.module_id,
            module_version_id=attempt.module_version_id,
            seq=1,
            numerator=outcome.share.numerator,
            denominator=outcome.share.denominator,
            critical_missed=outcome.critical_missed,
            passed=outcome.passed,
            rule_version=rules.RULE_VERSION,
            at=at,
        )
    )
    db.session.flush()


def _items(attempt: Attempt) -> dict[int, ItemVersion]:
    on_paper = [slot["item_version"] for slot in attempt.paper]
    return {one.id: one for one in db.session.scalars(select(ItemVersion).where(ItemVersion.id.in_(on_paper)))}


def mark_answer(marker_id: int, attempt_public_id: str, slot: int, share: Fraction) -> Mark:
    """A person marks a short text that the rules could not; the last missing mark makes the result.

    The same share again gives the mark that stands, another one Conflict("mark_conflict", theirs=, yours=). Refused:
    "own_attempt", "attempt_under_way", "attempt_void", "not_for_marking" (the rules marked it), "share_wrong".
    """
    attempt = rows.locked(attempt_public_id)
    if not 0 <= share <= 1 or share.denominator > 100:
        raise Refused("share_wrong")
    if attempt.person_id == marker_id:
        raise Refused("own_attempt")
    rows.place(attempt, slot)
    if rows.void_of(attempt.id):
        raise Refused("attempt_void")
    if db.session.scalar(select(AttemptEnd.id).where(AttemptEnd.attempt_id == attempt.id)) is None:
        raise Refused("attempt_under_way")
    given = db.session.scalar(select(Mark).where(Mark.attempt_id == attempt.id, Mark.slot == slot))
    if given is not None:
        standing = Fraction(given.numerator, given.denominator)
        if given.marker_id is None:
            raise Refused("not_for_marking")
        if standing != share:
            raise Conflict("mark_conflict", theirs=standing, yours=share)
        return given
    mark = _add_mark(attempt.id, slot, share, marker_id, clock.now())
    db.session.flush()
    _grade(attempt, mark.at)
    audit.record("mark_answer", actor=marker_id, subject=("attempt", attempt.id))
    return mark
