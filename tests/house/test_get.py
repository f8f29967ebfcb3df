"""Every GET leaves the data unchanged, audit aside: rows and contents before and after a walk through all doors."""

import hashlib
import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from lms import clock
from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.certification import actions as certification
from lms.db import Base, db, transaction
from lms.organisations import actions as organisations
from lms.organisations.models import Unit
from lms.practice import actions as practice
from lms.practice import queries as drills
from tests import make
from tests.house.test_routes import _address, _rules
from tests.web import ground, material

AUDITED = {"audit", "check"}
# Answered with a refusal or on to another page here; tests/web looks at these one by one.
UNSEEN = {
    "approver.issue_many",  # asks who was chosen
    "assessor.begin_group",  # asks who was chosen
    "assessor.go_on",  # always on to a page of the sheet
    "assessor.group",
    "member.download",  # no worker, no PDF
    "officer.suspend",  # after a check with a reason
    "public.enrol",  # half signed in only
    "public.second_factor",
    "steward.enable",  # of a closed account
    "trainer.mark",  # of a written answer
}


def _fingerprint() -> dict[str, str]:
    """Table -> hash of all its rows."""
    found = {}
    with db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in AUDITED:
                rows = sorted(map(repr, connection.execute(text(f'SELECT * FROM "{table.name}"'))))
                found[table.name] = hashlib.sha256("".join(rows).encode()).hexdigest()
    return found


@dataclass
class Visit:
    """Somebody of each role (the member twice: with an exam under way, and certified), and where walks begin."""

    people: list[Person]
    starts: list[str]


@pytest.fixture
def visit(app: Flask) -> Visit:
    """A module, an exam under way, a drill sheet, certificates, an invitation, an open proposal and who belongs to
    them."""
    here = ground.laid()
    holder, _ready, waits = (
        ground.ready(here),
        ground.ready(here, "Rina Siap"),
        ground.member(here, "Tuti Tanpa Praktik"),
    )
    coordinator = make.staff(Role.COORDINATOR, db.session.get_one(Unit, here.chapter.parent_id))
    busy = make.person("Budi Mulai", unit=here.chapter)
    busy_too = ground.member(here, "Wati Kelompok")
    attempt = material.started(busy.id, here.version).public_id
    drill = drills.drills_current()[0].public_id
    with transaction():
        code = certification.certify(holder.id, 2, here.approver.id, "key").code
    with transaction():
        sheet = practice.begin(here.assessor.id, drill, waits.public_id, clock.now()).public_id
        group = practice.begin_group(here.assessor.id, drill, [busy_too.public_id], clock.now())
        certification.propose_programme(ground.RULES | {"title": "Jaga"}, here.steward.id)
        invitation = organisations.invite(here.chapter.id, coordinator.id).code
    staff = [make.staff(role, here.polsek) for role in (Role.OFFICER, Role.TRAINER, Role.OVERSEER)]
    people = [busy, holder, here.steward, here.approver, here.assessor, coordinator, *staff]
    asked = [f"/v/{code}", f"/v/{code}.json", f"/petugas/periksa/{code}", f"/daftar/{invitation}"]
    steps = [f"/penilai/lembar/{sheet}/{step}" for step in ("1", "larangan", "tinjau", "buang")]
    steps += [f"/penilai/kelompok/{group}/{step}" for step in ("1", "larangan", "tinjau")]
    return Visit(people, ["/", "/akun/", *asked, *steps, f"/belajar/ujian/{attempt}/soal/1"])


def _walk(app: Flask, client: FlaskClient, starts: list[str]) -> set[str]:
    """The endpoints that answer 200 on the way from the starts along every link and picture, queries left out."""
    routes = app.url_map.bind("127.0.0.1")
    waiting, seen, found = list(starts), set[str](), set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith("/static/") or not routes.test(path, "GET"):
            continue
        seen.add(path)
        with client.get(path) as answer:
            if answer.status_code == 200:
                found.add(routes.match(path, "GET")[0])
                page = answer.get_data(as_text=True)
                linked: list[str] = (
                    re.findall(r'(?:href|src)="(/[^"#?]*)', page) if answer.mimetype == "text/html" else []
                )
                waiting += linked
    return found


def test_get_changes_nothing(app: Flask, visit: Visit) -> None:
    """Every address is asked by everybody, and all but a few are seen with something real behind them."""
    clients = [app.test_client(), *(make.signed_in(app.test_client(), who) for who in visit.people)]
    before = _fingerprint()
    with_get = [rule for rule in _rules(app) if "GET" in (rule.methods or set())]
    starts = visit.starts + [_address(rule) for rule in with_get]
    found = set[str]().union(*(_walk(app, client, starts) for client in clients))
    assert _fingerprint() == before
    assert {rule.endpoint for rule in with_get} - found == UNSEEN
