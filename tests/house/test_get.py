"""Every GET leaves the data unchanged, audit aside: row counts and contents before and after."""

import hashlib

from flask import Flask
from sqlalchemy import text

from lms.accounts.rules import Role
from lms.db import Base, db
from tests import make
from tests.house.test_routes import _address, _rules

AUDITED = {"audit", "check"}


def _fingerprint() -> dict[str, str]:
    """Table -> hash of all its rows."""
    found = {}
    with db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in AUDITED:
                rows = sorted(map(repr, connection.execute(text(f'SELECT * FROM "{table.name}"'))))
                found[table.name] = hashlib.sha256("".join(rows).encode()).hexdigest()
    return found


def test_get_changes_nothing(app: Flask) -> None:
    home = make.chapter()
    clients = [make.signed_in(app.test_client(), make.person(unit=home))]
    clients += [make.signed_in(app.test_client(), make.staff(role)) for role in Role if role is not Role.MEMBER]
    before = _fingerprint()
    for rule in _rules(app):
        if "GET" in (rule.methods or set()):
            for client in clients:
                client.get(_address(rule))
    assert _fingerprint() == before
