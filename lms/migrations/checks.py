"""Changing a CHECK constraint of a table that has rows, triggers and references to it."""

from alembic import op
from sqlalchemy import text


def replace_check(table: str, name: str, old: str, new: str) -> None:
    """Put the condition new in the place of old in the constraint ck_<table>_<name>; every row must meet it already.

    PostgreSQL: drop and create. SQLite cannot, but documents that the text of a constraint may be edited in place
    (https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes"), which keeps the table's
    triggers and the references of others. ValueError if the table is not written with the old condition.
    """
    constraint = f"ck_{table}_{name}"
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.drop_constraint(constraint, table)
        op.create_check_constraint(op.f(constraint), table, new)
        return
    written = bind.scalar(
        text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table"), {"table": table}
    )
    before, after = (f"CONSTRAINT {constraint} CHECK ({condition})" for condition in (old, new))
    if not written or written.count(before) != 1:
        raise ValueError(f"{constraint} is not written as expected")
    version = bind.scalar(text("PRAGMA schema_version"))
    bind.execute(text("PRAGMA writable_schema = ON"))
    bind.execute(
        text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table"),
        {"sql": written.replace(before, after), "table": table},
    )
    bind.execute(text(f"PRAGMA schema_version = {int(version or 0) + 1}"))
    bind.execute(text("PRAGMA writable_schema = OFF"))
    if bind.scalar(text("PRAGMA integrity_check")) != "ok":
        raise ValueError(f"{table} does not meet {new}")
