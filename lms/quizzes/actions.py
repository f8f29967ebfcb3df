"""Starting an exam, saving answers, handing in, marking; and what a trainer may do about an attempt.

Concurrency: the person's row is the lock for starting and for more rounds, the open_attempt row for everything that
happens to an attempt under way, the attempt's row for marks. On SQLite the writing transaction is the lock.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from lms import clock
from lms.accounts.models import Person
from lms.audit import actions as audit
from lms.courses.models import ModuleVersion
from lms.db import db
from lms.quizzes import rules
from lms.quizzes.models import (
    Answer,
    AnswerPrivate,
    Attempt,
    AttemptEnd,
    AttemptResult,
    AttemptVoid,
    ItemVersion,
    Mark,
    ModuleItem,
    OpenAttempt,
    RoundGrant,
    history,
    line,
    lines,
)
from lms.refusals import Conflict, NotFound, Refused


@dataclass(frozen=True)
class Saved:
    """The server's reply to an answer: its sequence number, when, the value as the page sends it, and whether late."""

    seq: int
    at: datetime
    value: dict[str, Any]
    late: bool


# --- starting ---------------------------------------------------------------------------------------------------------


def start(
    person_id: int, module_version_id: int, start_key: str, *, lessons_missing: int, paused_until: datetime | None
) -> Attempt:
    """Draw and freeze a paper. The same start_key, or an attempt under way in the module, gives that attempt.

    Refused with the gate of rules.next_try (details opens_at, left), "bank_too_small", "client_key_wrong", or
    "client_key_reused" for a key that started an exam of another module.
    """
    _check_key(start_key)
    version = db.session.get(ModuleVersion, module_version_id)
    if version is None:
        raise NotFound
    _lock_person(person_id)
    again = _attempt_where(Attempt.person_id == person_id, Attempt.start_key == start_key)
    again = again or _attempt_where(
        Attempt.id.in_(select(OpenAttempt.attempt_id).where(OpenAttempt.person_id == person_id)),
        Attempt.module_id == version.module_id,
    )
    if again:
        if again.module_id != version.module_id:
            raise Refused("client_key_reused")
        return again
    found = _next_try(person_id, version, lessons_missing, paused_until)
    if found.gate is not rules.Gate.OPEN:
        raise Refused(found.gate.value, opens_at=found.opens_at, left=found.left)
    return _freeze(person_id, version, start_key)


def _freeze(person_id: int, version: ModuleVersion, start_key: str) -> Attempt:
    """Store a new attempt with its paper; items of the last attempt in this module are drawn last."""
    exam, seed, now = _exam(version), secrets.token_hex(16), clock.now()
    last = db.session.scalar(_of(person_id, version.module_id).order_by(Attempt.number.desc()).limit(1))
    known = [slot["item_version"] for slot in last.paper] if last else []
    seen = db.session.scalars(select(ItemVersion.item_id).where(ItemVersion.id.in_(known)))
    try:
        paper = rules.paper(seed, _bank(version.id), exam, frozenset(seen))
    except ValueError:
        raise Refused("bank_too_small") from None
    attempt = Attempt(
        person_id=person_id,
        module_id=version.module_id,
        module_version_id=version.id,
        period=rules.PERIOD,
        number=last.number + 1 if last else 1,
        paper=paper,
        rules=exam.as_json(),
        seed=seed,
        started_at=now,
        deadline=None if exam.time_limit is None else now + exam.time_limit,
        start_key=start_key,
    )
    db.session.add(attempt)
    db.session.flush()
    db.session.add(OpenAttempt(person_id=person_id, module_id=version.module_id, attempt_id=attempt.id))
    db.session.flush()
    return attempt


def _bank(module_version_id: int) -> list[rules.BankItem]:
    columns = (ItemVersion.id, ItemVersion.item_id, ItemVersion.kind, ItemVersion.critical, ItemVersion.key)
    found = db.session.execute(
        select(*columns)
        .join(ModuleItem, ModuleItem.item_version_id == ItemVersion.id)
        .where(ModuleItem.module_version_id == module_version_id)
        .order_by(ModuleItem.position, ItemVersion.id)
    )
    return [rules.BankItem(*row) for row in found]


def _next_try(person_id: int, version: ModuleVersion, missing: int, paused_until: datetime | None) -> rules.Try:
    mine = (Attempt.person_id == person_id, Attempt.module_id == version.module_id, Attempt.period == rules.PERIOD)
    attempts = [line(row) for row in db.session.execute(lines().where(*mine))]
    past = history(attempts, missing, paused_until)
    return rules.next_try(past, _exam(version), clock.now())


def _exam(version: ModuleVersion) -> rules.ExamRules:
    return rules.exam_rules(version.manifest["module"]["exam"])


# --- answering --------------------------------------------------------------------------------------------------------


def save_answer(
    person_id: int, attempt_public_id: str, slot: int, value: object, client_key: str, base_seq: int
) -> Saved:
    """Add an answer to a slot (from 1); value is shaped as in rules, with the places of the paper as ids.

    The same client_key and value, or the value that stands already, gets the reply that was given. Another value on
    top of an older one than the last (base_seq), or under a key that was used, raises Conflict("answer_conflict",
    theirs=, yours=, seq=). Refused: "attempt_ended", "client_key_wrong", "client_key_reused", rules.value_problem.
    """
    _check_key(client_key)
    attempt = _own(person_id, attempt_public_id)
    place, item = _place(attempt, slot)
    given = rules.as_stored(item.kind, place, value if isinstance(value, Mapping) else {})
    under_way = _lock_open(attempt.id)
    stored = _answers(attempt.id, slot, client_key)
    used = next((one for one in stored if one.client_key == client_key), None)
    if used and used.slot == slot and rules.is_same(item.kind, _value(used, item.kind), given):
        return _reply(used, item.kind, place)
    if under_way is None:
        raise Refused("attempt_ended")
    problem = rules.value_problem(item.kind, item.key, given)
    if problem:
        raise Refused(problem)
    if used and used.slot != slot:
        raise Refused("client_key_reused")
    last = max(stored, key=lambda one: one.seq, default=None)
    if last and rules.is_same(item.kind, _value(last, item.kind), given):
        return _reply(last, item.kind, place)
    if last and (used or base_seq < last.seq):
        yours = rules.as_shown(item.kind, place, given)
        raise Conflict("answer_conflict", theirs=_reply(last, item.kind, place).value, yours=yours, seq=last.seq)
    answer = _add_answer(attempt, slot, item.kind, given, client_key, base_seq, last.seq + 1 if last else 1)
    return _reply(answer, item.kind, place)


def _add_answer(
    attempt: Attempt, slot: int, kind: str, value: dict[str, Any], client_key: str, base_seq: int, seq: int
) -> Answer:
    """Store an answer; words that somebody wrote go to answer_private."""
    at, is_words = clock.now(), kind == "short_text"
    answer = Answer(
        attempt_id=attempt.id,
        slot=slot,
        seq=seq,
        base_seq=base_seq,
        value={} if is_words else value,
        client_key=client_key,
        late=rules.is_late(at, attempt.deadline),
        at=at,
        private=AnswerPrivate(text=value["text"]) if is_words else None,
    )
    db.session.add(answer)
    db.session.flush()
    return answer


def _answers(attempt_id: int, slot: int, client_key: str) -> list[Answer]:
    """The answers to a slot, and the one with this client key, whichever slot it was for."""
    wanted = (Answer.slot == slot) | (Answer.client_key == client_key)
    return list(db.session.scalars(select(Answer).where(Answer.attempt_id == attempt_id, wanted)))


def _reply(answer: Answer, kind: str, place: rules.Slot) -> Saved:
    return Saved(answer.seq, answer.at, rules.as_shown(kind, place, _value(answer, kind)), answer.late)


def _value(answer: Answer, kind: str) -> dict[str, Any]:
    """The value of an answer; an erased text is empty."""
    if kind != "short_text":
        return answer.value
    return {"text": answer.private.text if answer.private else ""}


# --- the end and the marks --------------------------------------------------------------------------------------------


def hand_in(person_id: int, attempt_public_id: str) -> AttemptEnd:
    """End an attempt and mark it; a second hand-in gives the same end. Refused "attempt_void" for a void one."""
    attempt = _own(person_id, attempt_public_id)
    under_way = _lock_open(attempt.id)
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
        under_way = _lock_open(attempt.id)
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
        share = rules.mark(item.kind, item.key, _value(answer, item.kind) if answer else None)
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


def mark_answer(marker_id: int, attempt_public_id: str, slot: int, share: Fraction) -> Mark:
    """A person marks a short text that the rules could not; the last missing mark makes the result.

    The same share again gives the mark that stands, another one Conflict("mark_conflict", theirs=, yours=). Refused:
    "own_attempt", "attempt_under_way", "attempt_void", "not_for_marking" (the rules marked it), "share_wrong".
    """
    attempt = _locked(attempt_public_id)
    if not 0 <= share <= 1 or share.denominator > 100:
        raise Refused("share_wrong")
    if attempt.person_id == marker_id:
        raise Refused("own_attempt")
    _place(attempt, slot)
    if _void_of(attempt.id):
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


# --- the trainer ------------------------------------------------------------------------------------------------------


def grant_round(person_id: int, module_id: int, by: int) -> RoundGrant:
    """Open one more round for somebody who has used up all of them; Refused "round_not_needed", "own_attempt"."""
    if person_id == by:
        raise Refused("own_attempt")
    _lock_person(person_id)
    newest = select(ModuleVersion).where(ModuleVersion.module_id == module_id).order_by(ModuleVersion.number.desc())
    version = db.session.scalar(newest.limit(1))
    if version is None:
        raise NotFound
    if _next_try(person_id, version, 0, None).gate is not rules.Gate.SEE_TRAINER:
        raise Refused("round_not_needed")
    grant = RoundGrant(person_id=person_id, module_id=module_id, period=rules.PERIOD, by=by, at=clock.now())
    db.session.add(grant)
    db.session.flush()
    audit.record("grant_round", actor=by, subject=("round_grant", grant.id))
    return grant


def void(attempt_public_id: str, by: int, reason: str) -> AttemptVoid:
    """Declare an attempt void, also one under way: it counts as never taken. Void already: the row that stands.

    Refused: "own_attempt", "reason_unknown" (not in rules.VOID_REASONS).
    """
    attempt = _locked(attempt_public_id)
    if attempt.person_id == by:
        raise Refused("own_attempt")
    if reason not in rules.VOID_REASONS:
        raise Refused("reason_unknown")
    under_way = _lock_open(attempt.id)
    row = _void_of(attempt.id)
    if row is not None:
        return row
    row = AttemptVoid(attempt_id=attempt.id, by=by, reason=reason, at=clock.now())
    db.session.add(row)
    if under_way is not None:
        db.session.delete(under_way)
    db.session.flush()
    audit.record("void_attempt", actor=by, subject=("attempt", attempt.id), purpose=reason)
    return row


# --- rows and locks ---------------------------------------------------------------------------------------------------


def _check_key(client_key: str) -> None:
    problem = rules.key_problem(client_key)
    if problem:
        raise Refused(problem)


def _of(person_id: int, module_id: int) -> Any:
    mine = (Attempt.person_id == person_id, Attempt.module_id == module_id, Attempt.period == rules.PERIOD)
    return select(Attempt).where(*mine)


def _attempt_where(*conditions: Any) -> Attempt | None:
    return db.session.scalar(select(Attempt).where(*conditions))


def _own(person_id: int, public_id: str) -> Attempt:
    """Somebody's own attempt; NotFound for a missing one and for somebody else's."""
    attempt = _attempt_where(Attempt.public_id == public_id, Attempt.person_id == person_id)
    if attempt is None:
        raise NotFound
    return attempt


def _locked(public_id: str) -> Attempt:
    """Anybody's attempt, its row locked."""
    # NO KEY UPDATE: it excludes itself, but not the foreign keys of answers that are being stored.
    lock = select(Attempt).where(Attempt.public_id == public_id).with_for_update(key_share=True)
    attempt = db.session.scalar(lock)
    if attempt is None:
        raise NotFound
    return attempt


def _lock_open(attempt_id: int) -> OpenAttempt | None:
    """The open_attempt row, locked: whoever waited for it while the attempt ended gets None."""
    return db.session.scalar(select(OpenAttempt).where(OpenAttempt.attempt_id == attempt_id).with_for_update())


def _lock_person(person_id: int) -> None:
    lock = select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)
    if db.session.scalar(lock) is None:
        raise NotFound


def _void_of(attempt_id: int) -> AttemptVoid | None:
    return db.session.scalar(select(AttemptVoid).where(AttemptVoid.attempt_id == attempt_id))


def _place(attempt: Attempt, slot: int) -> tuple[rules.Slot, ItemVersion]:
    """A slot of the paper and its item; NotFound for a number that is not on the paper."""
    if not 1 <= slot <= len(attempt.paper):
        raise NotFound
    place = attempt.paper[slot - 1]
    item = db.session.get(ItemVersion, place["item_version"])
    assert item is not None  # papers are made of stored versions, which are never deleted
    return place, item


def _items(attempt: Attempt) -> dict[int, ItemVersion]:
    on_paper = [slot["item_version"] for slot in attempt.paper]
    return {one.id: one for one in db.session.scalars(select(ItemVersion).where(ItemVersion.id.in_(on_paper)))}
