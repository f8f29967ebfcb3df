"""Doing to the database what its triggers and constraints refuse, so that the invariants have something to find."""

from typing import Any

from sqlalchemy import Executable, text

from lms import clock
from lms.accounts.models import Person
from lms.db import db, transaction, triggers_of
from lms.quizzes.models import Attempt, AttemptVoid


def do(table: str, *changes: Executable, checks: list[str] | None = None) -> None:
    """Change an append-only table: its triggers go, and the named CHECK constraints do not count."""
    postgres = db.engine.dialect.name == "postgresql"
    with transaction():
        for name in triggers_of(table, db.engine.dialect.name):
            db.session.execute(
                text(f'DROP TRIGGER IF EXISTS {name} ON "{table}"' if postgres else f"DROP TRIGGER IF EXISTS {name}")
            )
        if not postgres:
            db.session.execute(text("PRAGMA ignore_check_constraints = ON"))
        for name in checks or []:
            if postgres:
                db.session.execute(text(f'ALTER TABLE "{table}" DROP CONSTRAINT {name}'))
        for change in changes:
            db.session.execute(change)
        if not postgres:
            db.session.execute(text("PRAGMA ignore_check_constraints = OFF"))


def drop_index(name: str) -> None:
    """Take a unique index away."""
    with transaction():
        db.session.execute(text(f"DROP INDEX {name}"))


def void_attempt(attempt: Attempt, by: Person) -> None:
    """Declare an attempt void, inside the caller's transaction."""
    row: Any = AttemptVoid(attempt_id=attempt.id, by=by.id, reason="cheating", at=clock.now())
    db.session.add(row)
