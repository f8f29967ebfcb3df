"""Drills on a real database: the sheet, the sign-off, who may assess whom, and who waits."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from lms import clock
from lms.accounts import actions as accounts
from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.audit.models import Audit
from lms.courses.models import ModuleVersion
from lms.db import db, transaction
from lms.organisations import actions as organisations
from lms.practice import actions, queries
from lms.practice.models import DrillVersion, Signoff, SignoffDraft
from lms.refusals import NotFound, Refused
from tests import make
from tests.actions import damage, ready

pytestmark = pytest.mark.usefixtures("app")

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)


def drill() -> DrillVersion:
    ready.module("tindakan", with_drill=True)
    return db.session.scalars(select(DrillVersion)).one()


def begin(assessor: Person, drill: DrillVersion, person: Person, observed_at: datetime | None = None) -> SignoffDraft:
    with transaction():
        return actions.begin(assessor.id, drill.public_id, person.public_id, observed_at or clock.now())


def sign(assessor: Person, draft: SignoffDraft, key: str = "key") -> Signoff:
    with transaction():
        return actions.sign(assessor.id, draft.public_id, key)


def tick_all(assessor: Person, draft: SignoffDraft, **ticks: bool) -> None:
    with transaction():
        for criterion in ready.CRITERIA:
            actions.tick(assessor.id, draft.public_id, criterion, ticks.get(criterion, True))


def test_a_drill_is_shown_with_its_facts_put_in() -> None:
    one = drill()
    found = queries.drill(one.public_id)
    assert found is not None
    assert found.text["criteria"]["telepon"]["text"] == "Telepon 110"
    assert found.rubric.critical == {"jarak", "telepon"}
    assert [each.public_id for each in queries.drills_current()] == [one.public_id]
    assert queries.drill("no such drill") is None


def test_a_drill_goes_from_sheet_to_sign_off() -> None:
    one, assessor, member = drill(), ready.person(role=Role.ASSESSOR), ready.person(unit=make.chapter())
    draft = begin(assessor, one, member)
    assert begin(assessor, one, member).id == draft.id
    assert [each.public_id for each in queries.open_sheets(assessor.id)[0]] == [draft.public_id]
    tick_all(assessor, draft, catat=False)
    assert queries.draft(draft.public_id, assessor.id).ticks["catat"] is False
    signed = sign(assessor, draft)
    assert (signed.passed, signed.late, signed.person_id) == (True, False, member.id)
    assert signed.person_unit_id is not None
    assert signed.assessor_unit_id != signed.person_unit_id
    assert queries.signed_off(member.id) == {signed.module_id: signed}
    assert queries.signed_by(assessor.id) == [signed]
    assert queries.open_sheets(assessor.id)[0] == []
    audited = select(Audit.actor_id).where(Audit.action == "sign_drill", Audit.subject_id == signed.id)
    assert db.session.scalars(audited).all() == [assessor.id]
    assert set(queries.violations().values()) == {0}


def test_the_same_key_signs_once() -> None:
    one, assessor, member = drill(), ready.person(role=Role.ASSESSOR), ready.person(unit=make.chapter())
    draft = begin(assessor, one, member)
    tick_all(assessor, draft)
    first = sign(assessor, draft)
    assert sign(assessor, draft).id == first.id
    with pytest.raises(NotFound), transaction():
        actions.sign(assessor.id, draft.public_id, "another key")
    second = begin(assessor, one, ready.person(unit=make.chapter()))
    tick_all(assessor, second)
    with pytest.raises(Refused, match="key_used"), transaction():
        actions.sign(assessor.id, second.public_id, "key")


@pytest.mark.parametrize("ticks", [{"jarak": False}, {"catat": False, "tenang": False}, {"menahan": True}])
def test_a_drill_that_is_not_passed_is_stored_and_does_not_count(ticks: dict[str, bool]) -> None:
    one, assessor, member = drill(), ready.person(role=Role.ASSESSOR), ready.person(unit=make.chapter())
    draft = begin(assessor, one, member)
    tick_all(assessor, draft)
    with transaction():
        for criterion, met in ticks.items():
            actions.tick(assessor.id, draft.public_id, criterion, met)
    assert sign(assessor, draft).passed is False
    assert queries.signed_off(member.id) == {}


def test_an_assessor_decides_on_each_criterion() -> None:
    one, assessor, member = drill(), ready.person(role=Role.ASSESSOR), ready.person(unit=make.chapter())
    draft = begin(assessor, one, member)
    with transaction():
        actions.tick(assessor.id, draft.public_id, "jarak", True)
    with pytest.raises(Refused, match="criteria_without_tick") as refused, transaction():
        actions.sign(assessor.id, draft.public_id, "key")
    assert refused.value.details["criteria"] == ["telepon", "catat", "tenang"]
    with pytest.raises(Refused, match="criterion_unknown"), transaction():
        actions.tick(assessor.id, draft.public_id, "berlari", True)


def test_a_sheet_is_its_assessors_own() -> None:
    one, assessor, other = drill(), ready.person(role=Role.ASSESSOR), ready.person(role=Role.ASSESSOR)
    draft = begin(assessor, one, ready.person(unit=make.chapter()))
    for act in (
        lambda: actions.tick(other.id, draft.public_id, "jarak", True),
        lambda: actions.sign(other.id, draft.public_id, "key"),
        lambda: queries.draft(draft.public_id, other.id),
    ):
        with pytest.raises(NotFound), transaction():
            act()
    with transaction():
        actions.drop(other.id, draft.public_id)
    assert queries.open_sheets(assessor.id)[0]
    with transaction():
        actions.drop(assessor.id, draft.public_id)
        actions.drop(assessor.id, draft.public_id)
    assert queries.open_sheets(assessor.id)[0] == []


def test_who_may_not_assess() -> None:
    one, ormas = drill(), make.ormas()
    member = ready.person(unit=make.chapter(ormas))
    near, trainer = ready.person(unit=make.chapter(ormas), role=Role.ASSESSOR), ready.person(role=Role.TRAINER)
    member_too = ready.person(role=Role.ASSESSOR)
    with transaction():
        organisations.add_membership(member_too.id, ormas.id)
    for assessor, code in ((near, "same_unit"), (member_too, "same_unit"), (trainer, "not_allowed")):
        with pytest.raises(Refused, match=code):
            begin(assessor, one, member)
    with pytest.raises(Refused, match="own_drill"):
        begin(member_too, one, member_too)
    with pytest.raises(NotFound), transaction():
        actions.begin(near.id, "no such drill", member.public_id, clock.now())


def test_an_appointment_that_ended_signs_nothing() -> None:
    one, assessor, (polda, _, _) = drill(), ready.person(), make.police()
    with transaction():
        appointment = accounts.appoint(assessor.id, Role.ASSESSOR, polda.id, by=None)
    draft = begin(assessor, one, ready.person(unit=make.chapter()))
    tick_all(assessor, draft)
    with transaction():
        accounts.end_appointment(appointment.public_id, by=None)
    with pytest.raises(Refused, match="not_allowed"):
        sign(assessor, draft)


def test_what_was_observed_offline_is_recorded_within_72_hours_and_marked() -> None:
    one, assessor, member = drill(), ready.person(role=Role.ASSESSOR), ready.person(unit=make.chapter())
    now = clock.now()
    with pytest.raises(Refused, match="observed_in_future"):
        begin(assessor, one, member, now + timedelta(minutes=1))
    with pytest.raises(Refused, match="observed_too_long_ago"):
        begin(assessor, one, member, now - timedelta(hours=73))
    draft = begin(assessor, one, member, now - timedelta(hours=71))
    tick_all(assessor, draft)
    with (
        time_machine.travel(now + timedelta(hours=2), tick=False),
        pytest.raises(Refused, match="observed_too_long_ago"),
    ):
        sign(assessor, draft)
    signed = sign(assessor, draft)
    assert (signed.late, signed.observed_at) == (True, now - timedelta(hours=71))
    assert signed.recorded_at >= now


def test_a_void_sign_off_does_not_count() -> None:
    one, assessor, member = drill(), ready.person(role=Role.ASSESSOR), ready.person(unit=make.chapter())
    signed = ready.sign_drill(assessor, member, one)
    for by, reason, code in (
        (member.id, "mistake", "own_drill"),
        (ready.person().id, "mistake", "not_allowed"),
        (assessor.id, "whim", "reason_unknown"),
    ):
        with pytest.raises(Refused, match=code), transaction():
            actions.void_signoff(signed.public_id, by, reason)
    assert queries.signed_off(member.id)
    with transaction():
        first = actions.void_signoff(signed.public_id, assessor.id, "mistake")
        assert actions.void_signoff(signed.public_id, assessor.id, "mistake") is first
    assert queries.signed_off(member.id) == {}


def test_who_waits_for_a_drill() -> None:
    one, assessor, ormas = drill(), ready.person(role=Role.ASSESSOR), make.ormas()
    with transaction():
        organisations.add_membership(assessor.id, ormas.id)
    version = db.session.get_one(ModuleVersion, one.module_version_id)
    unit, sibling = make.chapter(), make.chapter(ormas)
    waiting, failed, done, near, void, remarked, gone = (ready.person(unit=unit) for _ in range(7))
    with transaction():
        organisations.add_membership(near.id, sibling.id)
    for person in (waiting, done, near, gone, assessor):
        ready.pass_exam(person, version)
    ready.pass_exam(failed, version, passed=False)
    ready.sign_drill(ready.person(role=Role.ASSESSOR), done, one)
    voided, marked_down = ready.pass_exam(void, version), ready.pass_exam(remarked, version)
    with transaction():
        damage.void_attempt(voided, assessor)
        db.session.add(ready.result_of(marked_down, 2, passed=False))
        accounts.disable(gone.id, by=None)
    assert [row.person_id for row in queries.waiting(assessor.id, one.public_id)] == [waiting.id]
    also = ready.person(unit=unit)
    ready.pass_exam(also, version)
    assert [row.person_id for row in queries.waiting(assessor.id, one.public_id, size=1)] == [waiting.id]
    assert [row.person_id for row in queries.waiting(assessor.id, one.public_id, after=waiting.id)] == [also.id]
    with pytest.raises(NotFound):
        queries.waiting(assessor.id, "no such drill")


def test_the_database_refuses_what_the_rules_refuse() -> None:
    one, assessor, member = drill(), ready.person(role=Role.ASSESSOR), ready.person(unit=make.chapter())
    signed = ready.sign_drill(assessor, member, one)
    row = {c.key: getattr(signed, c.key) for c in Signoff.__table__.columns if c.key not in ("id", "public_id")}
    for change in (
        {"assessor_id": member.id},
        {"client_key": signed.client_key},
        {"client_key": "x", "observed_at": signed.recorded_at + timedelta(seconds=1)},
    ):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(insert(Signoff).values(**row | {"public_id": "other", "client_key": "y"} | change))
    with pytest.raises(DBAPIError, match="only grows"), transaction():
        db.session.execute(update(Signoff).values(passed=True))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("signoff_by_oneself", "UPDATE signoff SET assessor_id = person_id"),
        ("signoff_same_unit", "UPDATE signoff SET assessor_unit_id = person_unit_id"),
        ("signoff_not_entitled", "UPDATE appointment SET until = since WHERE role = 'assessor'"),
        ("signoff_verdict", "UPDATE signoff SET passed = (1 = 0)"),
    ],
)
def test_damage_is_counted(name: str, change: str) -> None:
    one, assessor, member = drill(), ready.person(role=Role.ASSESSOR), ready.person(unit=make.chapter())
    ready.sign_drill(assessor, member, one)
    assert set(queries.violations().values()) == {0}
    damage.do("signoff", text(change), checks=["ck_signoff_not_oneself"])
    assert queries.violations()[name] == 1


def test_a_sibling_chapter_is_the_same_unit() -> None:
    one, ormas = drill(), make.ormas()
    assessor, member = ready.person(role=Role.ASSESSOR), ready.person(unit=make.chapter(ormas))
    ready.sign_drill(assessor, member, one)
    sibling = make.chapter(ormas)
    damage.do("signoff", update(Signoff).values(assessor_unit_id=sibling.id))
    assert queries.violations()["signoff_same_unit"] == 1
