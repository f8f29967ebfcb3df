"""How a door acts: in one transaction, and with a row in the audit where the rules refuse what somebody tried."""

from collections.abc import Iterator
from contextlib import contextmanager

from lms.audit import actions as audit
from lms.db import transaction
from lms.refusals import Refused
from lms.web import guard


@contextmanager
def acting(action: str, subject: tuple[str, int] | None = None) -> Iterator[None]:
    """A transaction for an act that counts; a refusal is rolled back, audited on its own and raised again."""
    try:
        with transaction():
            yield
    except Refused as refusal:
        actor = guard.visitor().person_id
        with transaction():
            audit.record(action, actor=actor, subject=subject, outcome=refusal.code[:40])
        raise
