"""The database: our declarative Base, the column types of every table, and transaction(), the only place that commits.

SQLite runs in WAL mode with synchronous FULL, and a writing transaction begins IMMEDIATE: one that reads first and
writes later would fail at once with "database is locked" after another's commit, whatever the timeout.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, ForeignKey, Integer, MetaData, String, Table, event, types
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.exc import OperationalError as Unavailable
from sqlalchemy.exc import TimeoutError as Busy
from sqlalchemy.orm import DeclarativeBase, mapped_column

__all__ = [
    "Base",
    "BigId",
    "Busy",
    "Id",
    "Moment",
    "PublicId",
    "Unavailable",
    "added",
    "db",
    "ref",
    "table",
    "transaction",
]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(types.TypeDecorator[datetime]):
    """An instant, always aware and in UTC (SQLite gives naive datetimes back)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse naive datetimes: a missing time zone is a wrong expiry later."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give the instant back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")

Id = Annotated[int, mapped_column(BigId, primary_key=True)]
PublicId = Annotated[str, mapped_column(String(22), unique=True, default=lambda: secrets.token_urlsafe(16))]


def ref(target: str, **options: Any) -> Any:
    """A foreign-key column to ``table.column``; tables of upper capabilities are named, never imported."""
    return mapped_column(BigId, ForeignKey(target), **options)


class Base(DeclarativeBase):
    """What every table inherits: naming of constraints and the mapping of Python types to column types."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Moment, dict[str, Any]: JSON, list[Any]: JSON}
    __table_args__: Any = {"sqlite_autoincrement": True}


def table(*constraints: Any, append_only: bool = False) -> Any:
    """Table arguments: constraints, ids that are never used again, and whether rows may only ever be added."""
    return (*constraints, {"sqlite_autoincrement": True, "info": {"append_only": append_only}})


db = SQLAlchemy(metadata=Base.metadata)


def append_only_tables() -> list[Table]:
    """The tables whose rows may only be added, as the models declare them."""
    return [t for t in Base.metadata.sorted_tables if t.info.get("append_only")]


def triggers_of(name: str, dialect: str) -> dict[str, str]:
    """Trigger name -> DDL that makes a table refuse UPDATE and DELETE (PostgreSQL: TRUNCATE too)."""
    if dialect == "sqlite":
        return {
            f"{name}_no_{verb.lower()}": f'CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON "{name}" '
            f"BEGIN SELECT RAISE(ABORT, '{name} only grows'); END"
            for verb in ("UPDATE", "DELETE")
        }
    return {
        f"{name}_no_change": f'CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE ON "{name}" '
        "FOR EACH ROW EXECUTE FUNCTION lms_only_grows()",
        f"{name}_no_truncate": f'CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON "{name}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION lms_only_grows()",
    }


POSTGRES_REFUSAL = """CREATE OR REPLACE FUNCTION lms_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$"""


@contextmanager
def transaction() -> Iterator[None]:
    """Begin a writing transaction, commit it at the end, roll back on any exception. Called by the edges only.

    It ends the read transaction of the request first, so that everything the action decides on is read again under
    the write lock. RuntimeError if one is open already: an edge opens exactly one.
    """
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("a transaction is open already: only the edge opens one")
    session.rollback()
    session.info["writing"] = True
    try:
        session.connection(execution_options={"writing": True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False


def added(row: Base) -> bool:
    """Insert the row unless a constraint refuses it (somebody was first): then False, with only this insert undone."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    return True


def init_app(app: Flask) -> None:
    """Connect the application to its database and prepare the connections of SQLite."""
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine)


def prepare_sqlite(engine: Engine) -> None:
    """Set the pragmas on each connection and take over BEGIN from the driver."""
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "begin", _begin)


def _pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "recursive_triggers=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
