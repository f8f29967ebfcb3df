"""The public answer to a code, and an officer's look with its record."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, event, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from lms import clock
from lms.accounts.rules import Role
from lms.audit import actions as audit
from lms.audit.models import Audit
from lms.certification import actions as certification
from lms.certification.models import Certificate, CertificatePrivate
from lms.certification.rules import Standing
from lms.db import db, transaction
from lms.refusals import NotFound, Refused
from lms.verification import actions, queries
from lms.verification.models import Check
from lms.verification.rules import PatrolAnswer, PublicFacts
from tests.actions import damage, ready
from tests.actions.ready import World

pytestmark = pytest.mark.usefixtures("app")

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def world(app: object) -> World:
    return ready.world()


def look(world: World, certificate: Certificate, reason: str = "patrol") -> actions.Seen:
    with transaction():
        return actions.look(world.officer.id, world.police[2].id, certificate.code, reason)


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as caught, transaction():
        act()
    assert caught.value.code == code


# The public answer


def test_what_the_public_reads(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        made = world.certified()
    facts = queries.standing(made.code, NOON)
    assert facts == PublicFacts(Standing.VALID, 2, date(2026, 11, 23), date(2028, 11, 23), "S... R...", expiring=False)


def test_the_answer_follows_status_and_calendar(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        made = world.certified()
    code = made.code

    def at(moment: datetime) -> tuple[str, bool]:
        found = queries.standing(code, moment)
        assert found is not None
        return str(found.standing), found.expiring

    last_second = datetime(2028, 11, 23, 16, 59, 59, tzinfo=UTC)  # 23.59.59 WIB
    assert at(NOON + 364 * DAY) == ("valid", False)
    assert at(NOON + 365 * DAY) == ("refresher_due", False)
    assert at(last_second) == ("refresher_due", False)
    assert at(last_second + timedelta(seconds=1)) == ("expired", False)
    with transaction():
        certification.suspend(code, world.officer.id, "force", "key")
    assert at(NOON) == at(last_second + DAY) == ("suspended", False)
    world.revoke(made)
    assert at(NOON) == at(last_second + DAY) == ("revoked", False)


def test_a_certificate_near_its_end_is_still_valid(world: World) -> None:
    short = {"levels": [ready.PROGRAMME["levels"][0] | {"validity_months": 12}]}
    with time_machine.travel(NOON, tick=False):
        with transaction():
            proposal = certification.propose_programme(short, world.steward.id)
        with transaction():
            certification.decide(proposal.public_id, world.approver.id, True)
        made = world.certified(1)
    found = [queries.standing(made.code, NOON + days * DAY) for days in (334, 335)]
    assert [(one.standing, one.expiring) for one in found if one] == [("valid", False), ("valid", True)]


@pytest.mark.parametrize("code", ["", "zzz", "AAAAAAAAAAAAAAAA", "A" * 17, "é" * 16, "' OR 1=1 --", "0" * 15 + "\0"])
def test_unknown_and_malformed_codes_have_no_answer(world: World, code: str) -> None:
    world.certified(1)
    assert queries.standing(code, clock.now()) is None


def test_a_provisional_certificate_is_unknown(world: World) -> None:
    made = world.certified(1)
    with transaction():
        db.session.execute(update(Certificate).values(status="provisional"))
    assert queries.standing(made.code, clock.now()) is None
    with pytest.raises(NotFound):
        look(world, made)


def test_an_erased_name_is_empty(world: World) -> None:
    made = world.certified(1)
    with transaction():
        db.session.execute(delete(CertificatePrivate))
    facts = queries.standing(made.code, clock.now())
    assert facts is not None
    assert facts.name_masked == ""
    db.session.expire_all()
    assert look(world, made).name == ""


def test_the_answer_is_one_indexed_read(world: World) -> None:
    code, sent = world.certified(1).code, []
    db.session.rollback()

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    queries.standing(code, clock.now())
    queries.standing("zzz", clock.now())
    event.remove(db.engine, "before_cursor_execute", count)
    (read,) = [one for one in sent if not one.startswith("BEGIN")]
    if db.engine.dialect.name == "sqlite":
        plan = db.session.execute(text(f"EXPLAIN QUERY PLAN {read.replace('?', ':code')}"), {"code": code}).all()
        assert len(plan) == 2
        assert all("SEARCH" in row.detail for row in plan)


# An officer's look


def test_a_look_shows_the_name_and_leaves_an_audit_row_and_a_check(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        made = world.certified()
        seen = look(world, made)
    assert (seen.name, seen.level, seen.standing, seen.patrol) == (
        "Siti Rahmawati", 2, Standing.VALID, PatrolAnswer(True, None),
    )  # fmt: skip
    assert (seen.code, seen.number, seen.issued, seen.expires, seen.at) == (
        made.code, made.number, made.issued_on, made.valid_through, NOON,
    )  # fmt: skip
    check = db.session.get_one(Check, seen.check_id)
    row = db.session.get_one(Audit, check.audit_id)
    assert (row.actor_id, row.action, row.purpose, row.subject_id) == (world.officer.id, "look", "patrol", made.id)
    assert (check.standing, check.unit_id, check.reason) == ("valid", world.police[2].id, "patrol")
    assert set(queries.violations().values()) == {0}


def test_the_second_answer(world: World) -> None:
    level_1, suspended = world.certified(1), world.certified(2)
    with transaction():
        certification.suspend(suspended.code, world.officer.id, "force", "key")
    assert look(world, level_1).patrol == PatrolAnswer(False, "level_1")
    assert look(world, suspended).patrol == PatrolAnswer(False, "suspended")


def test_a_look_that_is_rolled_back_shows_nothing_and_leaves_nothing(world: World) -> None:
    made = world.certified(1)
    with pytest.raises(ZeroDivisionError), transaction():
        actions.look(world.officer.id, world.police[2].id, made.code, "patrol").level / 0
    assert db.session.scalar(select(func.count()).select_from(Check)) == 0
    assert queries.looked(world.officer.id, clock.now() - DAY) == 0


def test_looks_that_are_refused(world: World) -> None:
    made, unit = world.certified(1), world.police[2].id
    refused("reason_unknown", lambda: actions.look(world.officer.id, unit, made.code, "curious"))
    refused("not_allowed", lambda: actions.look(world.officer.id, world.police[1].id, made.code, "patrol"))
    refused("not_allowed", lambda: actions.look(world.approver.id, world.police[1].id, made.code, "patrol"))
    refused("not_found", lambda: actions.look(world.officer.id, unit, "0" * 16, "patrol"))
    refused("not_found", lambda: actions.look(world.officer.id, unit, "zzz", "patrol"))


def test_sixty_looks_an_hour_counted_from_the_audit(world: World) -> None:
    made = world.certified(1)
    other = ready.person(unit=world.police[2], role=Role.OFFICER)
    start = clock.now() + DAY
    with time_machine.travel(start, tick=False):
        for _ in range(59):
            look(world, made)
        with transaction():  # refusals that the edge audited are no looks
            audit.record("look", actor=world.officer.id, outcome="not_found")
        look(world, made)
        refused("too_many_lookups", lambda: look_again(world, made))
        with transaction():
            assert actions.look(other.id, world.police[2].id, made.code, "patrol")
    with time_machine.travel(start + timedelta(hours=1) - timedelta(seconds=1), tick=False):
        refused("too_many_lookups", lambda: look_again(world, made))
    with time_machine.travel(start + timedelta(hours=1), tick=False):
        look(world, made)
    found = queries.lookups_by_officer(start)
    assert [(one.officer_id, one.count) for one in found] == [(world.officer.id, 61), (other.id, 1)]
    assert queries.lookups_by_officer(start + timedelta(minutes=1))[0].count == 1


def look_again(world: World, certificate: Certificate) -> actions.Seen:
    return actions.look(world.officer.id, world.police[2].id, certificate.code, "patrol")


def test_the_officer_sees_own_checks_and_the_member_who_looked_and_why(world: World) -> None:
    mine, other = world.certified(1), world.certified(1)
    for certificate, reason in ((mine, "patrol"), (mine, "complaint"), (other, "post"), (mine, "handover")):
        look(world, certificate, reason)
    rows = queries.checks_by(world.officer.id)
    assert [(row.code, row.reason) for row in rows] == [
        (mine.code, "handover"), (other.code, "post"), (mine.code, "complaint"), (mine.code, "patrol"),
    ]  # fmt: skip
    assert [row.reason for row in queries.checks_by(world.officer.id, before=rows[1].id, size=1)] == ["complaint"]
    assert queries.checks_by(world.approver.id) == []
    seen = queries.checks_of(mine.person_id)
    assert [(row.unit, row.reason) for row in seen] == [
        (world.police[2].name, "handover"), (world.police[2].name, "patrol"),
    ]  # fmt: skip
    assert not hasattr(seen[0], "officer_id")


def test_a_check_without_its_own_audit_row_is_refused(world: World) -> None:
    look(world, world.certified(1))
    check = db.session.scalars(select(Check)).one()
    columns = [c.key for c in Check.__table__.columns if c.key != "id"]
    row = {name: getattr(check, name) for name in columns}
    for change in ({}, {"audit_id": 10**9}, {"audit_id": None}, {"reason": "curious"}):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(insert(Check).values(**row | change))
    for change_of in (update(Check).values(reason="post"), delete(Check)):
        with pytest.raises(DBAPIError, match="only grows"), transaction():
            db.session.execute(change_of)


@pytest.mark.parametrize(
    ("name", "table", "change"),
    [
        ("check_without_audit", "audit", "UPDATE audit SET action = 'nothing' WHERE action = 'look'"),
        ("check_without_audit", "audit", "UPDATE audit SET actor_id = 1 WHERE action = 'look'"),
        ("check_without_audit", "check", "UPDATE \"check\" SET reason = 'post'"),
        ("check_without_audit", "check", "UPDATE \"check\" SET at = '2020-01-01 00:00:00.000000+00:00'"),
        ("audit_without_check", "check", 'DELETE FROM "check"'),
    ],
)
def test_damage_is_counted(world: World, name: str, table: str, change: str) -> None:
    look(world, world.certified(1))
    assert set(queries.violations().values()) == {0}
    damage.do(table, text(change))
    assert queries.violations()[name] == 1
