"""Writing audit rows."""

from lms import clock
from lms.audit.models import Audit
from lms.db import db


def record(
    action: str,
    *,
    actor: int | None,
    subject: tuple[str, int] | None = None,
    purpose: str | None = None,
    outcome: str = "done",
) -> Audit:
    """Add one row in the transaction of the act; subject is (table, id), outcome "done" or the code of a refusal."""
    kind, identity = subject or (None, None)
    row = Audit(
        at=clock.now(),
        actor_id=actor,
        action=action,
        purpose=purpose,
        subject_kind=kind,
        subject_id=identity,
        outcome=outcome,
    )
    db.session.add(row)
    db.session.flush()
    return row
