"""Starting an exam: may this person, and on which paper."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms import clock
from lms.courses.models import ModuleVersion
from lms.db import db
from lms.quizzes import rules
from lms.quizzes.actions import rows
from lms.quizzes.models import Attempt, ItemVersion, ItemWriter, ModuleItem, OpenAttempt
from lms.refusals import NotFound, Refused


def start(
    person_id: int, module_version_id: int, start_key: str, *, lessons_missing: int, paused_until: datetime | None
) -> Attempt:
    """Draw and freeze a paper. The same start_key, or an attempt under way in the module, gives that attempt.

    Refused with the gate of rules.next_try (details opens_at, left), "bank_too_small", "client_key_wrong", or
    "client_key_reused" for a key that started an exam of another module.
    """
    rows.check_key(start_key)
    version = db.session.get(ModuleVersion, module_version_id)
    if version is None:
        raise NotFound
    rows.lock_person(person_id)
    again = rows.attempt_where(Attempt.person_id == person_id, Attempt.start_key == start_key)
    again = again or rows.attempt_where(
        Attempt.id.in_(select(OpenAttempt.attempt_id).where(OpenAttempt.person_id == person_id)),
        Attempt.module_id == version.module_id,
    )
    if again:
        if again.module_id != version.module_id:
            raise Refused("client_key_reused")
        return again
    found = rows.next_try(person_id, version, lessons_missing, paused_until)
    if found.gate is not rules.Gate.OPEN:
        raise Refused(found.gate.value, opens_at=found.opens_at, left=found.left)
    return _freeze(person_id, version, start_key)


def _freeze(person_id: int, version: ModuleVersion, start_key: str) -> Attempt:
    """Store a new attempt with its paper; items of the last attempt in this module are drawn last."""
    exam, seed, now = rows.exam(version), secrets.token_hex(16), clock.now()
    period = rows.period(version.module_id)
    last = db.session.scalar(_of(person_id, version.module_id).limit(1))
    known = [slot["item_version"] for slot in last.paper] if last else []
    seen = db.session.scalars(select(ItemVersion.item_id).where(ItemVersion.id.in_(known)))
    try:
        paper = rules.paper(seed, bank(version.id), exam, frozenset(seen), _written(person_id))
    except ValueError:
        raise Refused("bank_too_small") from None
    attempt = Attempt(
        person_id=person_id,
        module_id=version.module_id,
        module_version_id=version.id,
        period=period,
        number=last.number + 1 if last and last.period == period else 1,
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


def _written(person_id: int) -> frozenset[int]:
    """The items that somebody has written or reviewed."""
    return frozenset(db.session.scalars(select(ItemWriter.item_id).where(ItemWriter.person_id == person_id)))


def bank(module_version_id: int) -> list[rules.BankItem]:
    """The items that papers of a version are drawn from, in their order."""
    columns = (ItemVersion.id, ItemVersion.item_id, ItemVersion.kind, ItemVersion.critical, ItemVersion.key)
    found = db.session.execute(
        select(*columns, ItemVersion.tags)
        .join(ModuleItem, ModuleItem.item_version_id == ItemVersion.id)
        .where(ModuleItem.module_version_id == module_version_id)
        .order_by(ModuleItem.position, ItemVersion.id)
    )
    return [rules.BankItem(*row) for row in found]


def _of(person_id: int, module_id: int) -> Any:
    """Somebody's attempts at a module, the last one first."""
    mine = (Attempt.person_id == person_id, Attempt.module_id == module_id)
    return select(Attempt).where(*mine).order_by(Attempt.period.desc(), Attempt.number.desc())
