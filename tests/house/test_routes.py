"""The complete URL x role table: who gets in where. A new address without a row fails; so does a row without one."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from lms.accounts.rules import Role
from tests import make
from tests.house.routes import ANYBODY, DOORS, SIGNED_IN

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
FILLED = {"string": "x" * 22, "int": "1", "default": "x", "path": "x", "filename": "x", "slug": "x"}


def _rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def _address(rule: Rule) -> str:
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda m: FILLED[m[1] or "default"], rule.rule)


def test_every_address_has_a_row_and_every_row_an_address(app: Flask) -> None:
    listed = {endpoint for endpoints in DOORS.values() for endpoint in endpoints}
    assert {rule.endpoint for rule in _rules(app)} == listed


def test_addresses_are_kebab_case_with_typed_converters(app: Flask) -> None:
    for rule in _rules(app):
        assert re.fullmatch(r"(/([a-z0-9.-]+|<(string|int):\w+>(\.[a-z]+)?))*/?", rule.rule), rule.rule


@pytest.fixture
def visitors(app: Flask) -> dict[str, FlaskClient]:
    """Role -> a client signed in as somebody who holds that role and no other."""
    home = make.chapter()
    clients = {}
    for role in Role:
        who = make.person(unit=home) if role is Role.MEMBER else make.staff(role)
        clients[str(role)] = make.signed_in(app.test_client(), who)
    return clients


def test_the_table_is_what_the_doors_do(app: Flask, visitors: dict[str, FlaskClient]) -> None:
    """GET of every address by every role: 403 exactly where the table shuts the door, /masuk when signed out."""
    for rule in _rules(app):
        if "GET" not in (rule.methods or set()):
            continue
        allowed = next(who for who, endpoints in DOORS.items() if rule.endpoint in endpoints)
        path = _address(rule)
        out = app.test_client().get(path)
        sent_away = out.status_code == 302 and "/masuk" in out.headers["Location"]
        assert sent_away == (allowed != ANYBODY), path
        for role, client in visitors.items():
            shut = allowed not in (ANYBODY, SIGNED_IN, role)
            assert (client.get(path).status_code == 403) == shut, (path, role)


def test_nobody_posts_through_a_door_that_is_shut_to_them(app: Flask, visitors: dict[str, FlaskClient]) -> None:
    """The door's guard comes before everything else: 403 without a token, whatever is sent."""
    for rule in _rules(app):
        allowed = next(who for who, endpoints in DOORS.items() if rule.endpoint in endpoints)
        for method in (rule.methods or set()) & UNSAFE if allowed not in (ANYBODY, SIGNED_IN) else ():
            for role, client in visitors.items():
                refused = client.open(_address(rule), method=method).status_code == 403
                assert refused == (role != allowed), (method, rule.rule, role)


def test_every_unsafe_address_refuses_a_missing_csrf_token(app: Flask, visitors: dict[str, FlaskClient]) -> None:
    for rule in _rules(app):
        for method in (rule.methods or set()) & UNSAFE:
            allowed = next(who for who, endpoints in DOORS.items() if rule.endpoint in endpoints)
            client = visitors.get(allowed) or visitors["member"]
            assert client.open(_address(rule), method=method).status_code == 400, (method, rule.rule)


def test_signed_out_posts_go_to_the_sign_in(app: Flask) -> None:
    for rule in _rules(app):
        if "POST" not in (rule.methods or set()):
            continue
        allowed = next(who for who, endpoints in DOORS.items() if rule.endpoint in endpoints)
        if allowed != ANYBODY:
            answer = app.test_client().post(_address(rule))
            is_form = answer.status_code == 200 and 'name="password"' in answer.text
            assert is_form or "/masuk" in answer.headers.get("Location", ""), rule.rule
