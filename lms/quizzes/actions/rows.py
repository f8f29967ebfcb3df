"""What the actions of this folder share: attempts found and locked, slots, and the tries that count."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms import clock
from lms.accounts.models import Person
from lms.courses.models import ModuleVersion
from lms.db import db
from lms.quizzes import rules
from lms.quizzes.models import Answer, Attempt, AttemptVoid, ItemVersion, OpenAttempt, history, line, lines, now_period
from lms.refusals import NotFound, Refused


def check_key(client_key: str) -> None:
    """Refused "client_key_wrong" unless a phone may mark a request with this key."""
    problem = rules.key_problem(client_key)
    if problem:
        raise Refused(problem)


def lock_person(person_id: int) -> None:
    """Lock somebody's row until the transaction ends; NotFound where there is none."""
    lock = select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)
    if db.session.scalar(lock) is None:
        raise NotFound


def attempt_where(*conditions: Any) -> Attempt | None:
    """The attempt that fulfils all conditions."""
    return db.session.scalar(select(Attempt).where(*conditions))


def own(person_id: int, public_id: str) -> Attempt:
    """Somebody's own attempt; NotFound for a missing one and for somebody else's."""
    attempt = attempt_where(Attempt.public_id == public_id, Attempt.person_id == person_id)
    if attempt is None:
        raise NotFound
    return attempt


def locked(public_id: str) -> Attempt:
    """Anybody's attempt, its row locked."""
    # NO KEY UPDATE: it excludes itself, but not the foreign keys of answers that are being stored.
    lock = select(Attempt).where(Attempt.public_id == public_id).with_for_update(key_share=True)
    attempt = db.session.scalar(lock)
    if attempt is None:
        raise NotFound
    return attempt


def lock_open(attempt_id: int) -> OpenAttempt | None:
    """The open_attempt row, locked: whoever waited for it while the attempt ended gets None."""
    return db.session.scalar(select(OpenAttempt).where(OpenAttempt.attempt_id == attempt_id).with_for_update())


def void_of(attempt_id: int) -> AttemptVoid | None:
    """The row that declares an attempt void."""
    return db.session.scalar(select(AttemptVoid).where(AttemptVoid.attempt_id == attempt_id))


def place(attempt: Attempt, slot: int) -> tuple[rules.Slot, ItemVersion]:
    """A slot of the paper and its item; NotFound for a number that is not on the paper."""
    if not 1 <= slot <= len(attempt.paper):
        raise NotFound
    on_paper = attempt.paper[slot - 1]
    item = db.session.get(ItemVersion, on_paper["item_version"])
    assert item is not None  # papers are made of stored versions, which are never deleted
    return on_paper, item


def value(answer: Answer, kind: str) -> dict[str, Any]:
    """The value of an answer; an erased text is empty."""
    if kind != "short_text":
        return answer.value
    return {"text": answer.private.text if answer.private else ""}


def exam(version: ModuleVersion) -> rules.ExamRules:
    """The exam rules of a module version."""
    return rules.exam_rules(version.manifest["module"]["exam"])


def period(module_id: int) -> int:
    """The period in which an attempt at a module starts now."""
    return int(db.session.scalar(select(now_period(module_id))) or 1)


def next_try(person_id: int, version: ModuleVersion, missing: int, paused_until: datetime | None) -> rules.Try:
    """Whether somebody may start an exam now; missing: lessons not read yet."""
    mine = (Attempt.person_id == person_id, Attempt.module_id == version.module_id)
    attempts = [line(row) for row in db.session.execute(lines().where(*mine))]
    past = history(attempts, missing, paused_until)
    return rules.next_try(past, exam(version), clock.now())
