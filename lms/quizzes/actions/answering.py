"""Saving the answers of an exam that is under way, so that no request sent twice or too late loses one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms import clock
from lms.db import db
from lms.quizzes import rules
from lms.quizzes.actions import rows
from lms.quizzes.models import Answer, AnswerPrivate, Attempt
from lms.refusals import Conflict, Refused


@dataclass(frozen=True)
class Saved:
    """The server's reply to an answer: its sequence number, when, the value as the page sends it, and whether late."""

    seq: int
    at: datetime
    value: dict[str, Any]
    late: bool


def save_answer(
    person_id: int, attempt_public_id: str, slot: int, value: object, client_key: str, base_seq: int
) -> Saved:
    """Add an answer to a slot (from 1); value is shaped as in rules, with the places of the paper as ids.

    The same client_key and value, or the value that stands already, gets the reply that was given. Another value on
    top of an older one than the last (base_seq), or under a key that was used, raises Conflict("answer_conflict",
    theirs=, yours=, seq=). Refused: "attempt_ended", "client_key_wrong", "client_key_reused", rules.value_problem.
    """
    rows.check_key(client_key)
    attempt = rows.own(person_id, attempt_public_id)
    place, item = rows.place(attempt, slot)
    given = rules.as_stored(item.kind, place, value if isinstance(value, Mapping) else {})
    under_way = rows.lock_open(attempt.id)
    stored = _answers(attempt.id, slot, client_key)
    used = next((one for one in stored if one.client_key == client_key), None)
    if used and used.slot == slot and rules.is_same(item.kind, rows.value(used, item.kind), given):
        return _reply(used, item.kind, place)
    if under_way is None:
        raise Refused("attempt_ended")
    problem = rules.value_problem(item.kind, item.key, given)
    if problem:
        raise Refused(problem)
    if used and used.slot != slot:
        raise Refused("client_key_reused")
    last = max(stored, key=lambda one: one.seq, default=None)
    if last and rules.is_same(item.kind, rows.value(last, item.kind), given):
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
        base_seq=min(max(base_seq, 0), seq - 1),  # nobody can have seen a later one
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
    return Saved(answer.seq, answer.at, rules.as_shown(kind, place, rows.value(answer, kind)), answer.late)
