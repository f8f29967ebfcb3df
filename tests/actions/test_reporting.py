"""What `lms check` asks of the whole database, and that it finds what the database itself no longer holds to."""

import sqlite3
from contextlib import closing

from flask import Flask
from sqlalchemy import text, update

from lms.db import db, transaction
from lms.reporting import queries
from lms.storage import actions as storage
from lms.storage.models import StoredFile


def broken() -> dict[str, int]:
    """The invariants that do not hold."""
    return {name: count for name, count in queries.invariants().items() if count}


def raw(*statements: str) -> None:
    """Change the database as its owner can: on SQLite without foreign keys and with the schema open to writing."""
    if db.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(db.engine.url.database or "")) as connection, connection:
            connection.execute("PRAGMA writable_schema = ON")
            for statement in statements:
                connection.execute(statement)
    else:
        with transaction():
            for statement in statements:
                db.session.execute(text(statement))


def test_a_fresh_database_breaks_nothing(app: Flask) -> None:
    assert broken() == {}


def test_bytes_that_are_no_longer_what_was_stored_are_counted(app: Flask) -> None:
    with transaction():
        storage.store(b"satu", "text/plain")
        storage.store(b"dua", "text/plain")
    assert broken() == {}
    with transaction():
        db.session.execute(update(StoredFile).where(StoredFile.content == b"dua").values(content=b"tiga"))
    assert broken() == {"stored_file_sha256": 1}


def test_a_row_that_points_at_nothing_is_counted(app: Flask) -> None:
    """SQLite finds the row; PostgreSQL keeps every constraint but one that was never validated."""
    on_sqlite = "INSERT INTO recovery_code (person_id, code_hash) VALUES (4711, 'x')"
    on_postgres = "ALTER TABLE recovery_code ADD CONSTRAINT later CHECK (person_id > 0) NOT VALID"
    raw(on_sqlite if db.engine.dialect.name == "sqlite" else on_postgres)
    assert broken() == {"foreign_keys": 1}


def test_an_index_that_no_longer_fits_its_table_is_counted(app: Flask) -> None:
    """SQLite compares every row with its indexes; PostgreSQL says which indexes it does not trust."""
    insert = "INSERT INTO module (slug, code, position) VALUES ('satu', 'M1', 1)"
    if db.engine.dialect.name == "sqlite":
        definition = "UPDATE sqlite_master SET sql = replace(sql, 'slug', 'code') WHERE name = 'ix_of_a_test'"
        raw("CREATE INDEX ix_of_a_test ON module (slug)", insert, definition)
    else:
        raw(insert, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'pk_module'::regclass")
    assert broken().keys() == {"database_integrity"}
