"""Migrations make exactly what the models say, up and down, with the triggers of the tables that only grow."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

from lms import schema
from lms.db import Base, append_only_tables, db, triggers_of


def _triggers() -> set[str]:
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[db.engine.dialect.name]
    with db.engine.connect() as connection:
        return {row[0] for row in connection.execute(text(asked))}


def _declared() -> set[str]:
    return {name for t in append_only_tables() for name in triggers_of(t.name, db.engine.dialect.name)}


def test_migrations_make_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert _triggers() == _declared()
    assert len(append_only_tables()) > 20


def test_down_to_nothing_and_up_again(app: Flask) -> None:
    schema.downgrade("base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    assert schema.current() is None
    schema.upgrade()
    assert schema.current() == schema.wanted()
    assert _triggers() == _declared()


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = 'x'", "DELETE FROM audit"])
def test_a_table_that_only_grows_refuses_change(app: Flask, statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO audit (at, action, outcome) VALUES (CURRENT_TIMESTAMP, 'sign_in', 'done')")
        )
    with pytest.raises(DatabaseError, match="only grows"), db.engine.begin() as connection:
        connection.execute(text(statement))


def test_sqlite_does_not_overwrite_silently(app: Flask) -> None:
    """INSERT OR REPLACE deletes without firing triggers unless recursive_triggers is on."""
    if db.engine.dialect.name != "sqlite":
        return
    insert = "INSERT {} INTO audit (id, at, action, outcome) VALUES (1, CURRENT_TIMESTAMP, 'sign_in', 'done')"
    with db.engine.begin() as connection:
        connection.execute(text(insert.format("")))
    with pytest.raises(DatabaseError, match="only grows"), db.engine.begin() as connection:
        connection.execute(text(insert.format("OR REPLACE")))


def test_sqlite_tables_are_the_models_to_the_last_constraint(app: Flask, tmp_path: Path) -> None:
    """Autogenerate does not compare CHECKs and partial indexes: compare what SQLite itself keeps of them."""
    if db.engine.dialect.name != "sqlite":
        return
    asked = text("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND name NOT LIKE '%alembic%'")
    straight = create_engine(f"sqlite:///{tmp_path / 'straight'}")
    Base.metadata.create_all(straight)
    with straight.connect() as ours, db.engine.connect() as migrated:
        wanted = {name: _parts(sql) for name, sql in ours.execute(asked)}
        assert {name: _parts(sql) for name, sql in migrated.execute(asked)} == wanted
    straight.dispose()


def _parts(sql: str | None) -> list[str]:
    """The columns and constraints of a definition in a fixed order: an added column stands behind the constraints."""
    head, _, rest = (sql or "").rstrip().removesuffix(")").partition("(")
    parts, depth = [""], 0
    for sign in rest:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [" ".join(head.split()), *sorted(" ".join(part.split()) for part in parts)]
