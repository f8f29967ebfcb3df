"""Who is certified, by whom and on what; suspending, revoking by two, programmes, the desk."""

import contextlib
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from lms import clock
from lms.accounts import actions as accounts
from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.audit.models import Audit
from lms.certification import actions, queries, rules
from lms.certification.actions import deciding, recording
from lms.certification.models import (
    Certificate,
    CertificateBasis,
    CertificateEvent,
    Evidence,
    NumberCounter,
    ProgrammeVersion,
    Proposal,
)
from lms.certification.rules import Missing, Standing
from lms.db import db, transaction
from lms.ledger import queries as ledger
from lms.organisations import actions as organisations
from lms.practice import actions as practice
from lms.quizzes.models import Attempt
from lms.refusals import NotFound, Refused
from tests import make
from tests.actions import damage, ready
from tests.actions.ready import World

pytestmark = pytest.mark.usefixtures("app")

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.fixture
def world(app: object) -> World:
    return ready.world()


def refused(code: str, act: Callable[[], object]) -> Refused:
    """The refusal with that code that the act ends in; whatever it did is rolled back."""
    with pytest.raises(Refused) as caught, transaction():
        act()
    assert caught.value.code == code
    return caught.value


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def kinds(certificate: Certificate) -> list[str]:
    return [one.kind for one in queries.history(certificate.code)]


# Issuing


def test_a_certificate_rests_on_what_is_stored(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        person = world.ready()
        made = world.certify(person)
    assert (made.level, made.status, made.number) == (2, "active", "JG-2026-000001")
    assert (made.issued_on, made.valid_through, made.refresher_due) == (
        date(2026, 11, 23), date(2028, 11, 23), date(2027, 11, 23),
    )  # fmt: skip
    assert rules.normal_code(made.code) == made.code
    assert 0 <= made.status_index < 2**31
    basis = db.session.scalars(select(CertificateBasis).filter_by(certificate_id=made.id)).all()
    assert sorted((one.attempt_id is not None, one.signoff_id is not None) for one in basis) == [
        *[(False, False)] * 5, (False, True), *[(True, False)] * 3,
    ]  # fmt: skip
    assert {one.module_version_id for one in basis} == {*(version.id for version in world.versions), None}
    (issued,) = queries.history(made.code)
    assert (issued.kind, issued.seq, issued.actor_id) == ("issued", 1, world.approver.id)
    assert issued.recorded_at == issued.effective_at == NOON
    (leaf,) = ledger.leaves()
    assert made.private is not None
    assert json.loads(leaf.leaf) == {
        "kind": "issue",
        "index": made.status_index,
        "payload_hash": rules.payload_hash(made.private.salt, made.private.payload),
        "time": "2026-11-23T05:00:00.000000Z",
    }
    assert json.loads(made.private.payload) == {
        "code": made.code, "number": made.number, "level": 2, "name": "Siti Rahmawati",
        "issued": "2026-11-23", "expires": "2028-11-23",
    }  # fmt: skip
    assert b"Siti" not in leaf.leaf
    audited = select(Audit.actor_id).where(Audit.action == "certify", Audit.subject_id == made.id)
    assert db.session.scalars(audited).all() == [world.approver.id]
    assert set(queries.violations().values()) == {0}


def test_the_date_of_issue_is_that_of_jakarta(world: World) -> None:
    with time_machine.travel(datetime(2026, 12, 31, 17, 30, tzinfo=UTC), tick=False):
        made = world.certified(1)
    assert (made.issued_on, made.number) == (date(2027, 1, 1), "JG-2027-000001")


def test_numbers_run_without_gaps_and_start_anew_each_year(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        people = [world.ready(1) for _ in range(3)]
        world.certify(people[0], 1)
        with pytest.raises(ZeroDivisionError), transaction():
            actions.certify(people[1].id, 1, world.approver.id, "key").level / 0
        assert world.certify(people[1], 1).number == "JG-2026-000002"
    with time_machine.travel(NOON + timedelta(days=60), tick=False):
        assert world.certify(people[2], 1).number == "JG-2027-000001"
    assert set(queries.violations().values()) == {0}


def test_the_same_key_gives_the_same_certificate(world: World) -> None:
    person = world.ready()
    made = world.certify(person)
    assert world.certify(person).id == made.id
    assert (count(Certificate), ledger.verify().size) == (1, 1)
    refused("level_held", lambda: actions.certify(person.id, 2, world.approver.id, "another key"))


def test_the_same_key_for_somebody_else_is_another_certificate(world: World) -> None:
    first, second = world.ready(1), world.ready(1)
    assert world.certify(first, 1).person_id == first.id
    assert world.certify(second, 1).person_id == second.id


def test_a_higher_level_replaces_the_one_in_force(world: World) -> None:
    person = world.ready(2)
    first = world.certify(person, 1)
    second = world.certify(person, 2)
    assert (first.status, second.status, second.previous_id) == ("replaced", "active", first.id)
    assert (kinds(first), kinds(second)) == (["issued", "replaced"], ["issued"])
    assert [json.loads(leaf.leaf)["kind"] for leaf in ledger.leaves()] == ["issue", "replace", "issue"]
    refused("level_held", lambda: actions.certify(person.id, 1, world.approver.id, "lower"))
    assert set(queries.violations().values()) == {0}


def test_an_expired_certificate_is_renewed(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        person = world.ready()
        first = world.certify(person)
    with time_machine.travel(NOON + timedelta(days=732), tick=False):
        assert rules.standing(first.status, first.valid_through, first.refresher_due, clock.today()) == "expired"
        found = queries.checklist(person.id)
        assert (found.goal, [gap.kind for gap in found.gaps]) == (2, ["skck_old"])
        refused("skck_old", lambda: actions.certify(person.id, 2, world.approver.id, "again"))
        world.tick(person, "skck")
        second = world.certify(person, key="again")
        assert (first.status, second.previous_id, second.issued_on) == ("replaced", first.id, date(2028, 11, 24))
        assert set(queries.violations().values()) == {0}


def test_a_clock_that_was_set_back_back_dates_nothing(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        world.certified(1)
        other = world.ready(1)
    with time_machine.travel(NOON - timedelta(days=30), tick=False):
        made = world.certify(other, 1)
    assert made.issued_on == date(2026, 11, 23)
    assert queries.history(made.code)[0].effective_at == NOON
    assert (ledger.verify().ok, set(queries.violations().values())) == (True, {0})


# Refusals: by the rules, with the codes that the edge audits


def test_a_revoked_person_gets_no_second_certificate(world: World) -> None:
    made = world.certified()
    person = made.person_id
    world.revoke(made)
    refused("member_revoked", lambda: actions.certify(person, 2, world.approver.id, "second"))
    refused("member_revoked", lambda: actions.certify(person, 1, world.other_approver.id, "lower"))


def test_a_suspended_person_gets_no_certificate(world: World) -> None:
    person = world.ready(2)
    first = world.certify(person, 1)
    with transaction():
        actions.suspend(first.code, world.officer.id, "force", "key")
    refused("member_suspended", lambda: actions.certify(person.id, 2, world.approver.id, "higher"))


def test_nobody_is_certified_without_what_the_level_needs(world: World) -> None:
    person = world.member()

    def certify() -> Certificate:
        return actions.certify(person.id, 2, world.approver.id, "key")

    gaps = refused("exam_missing", certify).details["gaps"]
    assert isinstance(gaps, list)
    assert (gaps[0], len(gaps)) == (Missing("exam", "lapor"), 9)
    attempts = [ready.pass_exam(person, version) for version in world.versions]
    refused("drill_missing", certify)
    signed = ready.sign_drill(world.assessor, person, world.drill)
    refused("evidence_missing", certify)
    world.tick(person, *ready.EVIDENCE[:2], *ready.EVIDENCE[3:])
    refused("evidence_missing", certify)
    world.tick(person, "skck", dated=clock.today() - timedelta(days=200))
    refused("skck_old", certify)
    world.tick(person, "skck")
    with transaction():
        damage.void_attempt(attempts[0], world.approver)
    refused("exam_missing", certify)
    ready.pass_exam(person, world.versions[0])
    with transaction():
        practice.void_signoff(signed.public_id, world.assessor.id, "mistake")
    refused("drill_missing", certify)
    assert (count(Certificate), count(NumberCounter), ledger.verify().size) == (0, 0, 0)


def test_another_persons_exam_and_a_failed_one_do_not_count(world: World) -> None:
    person, other = world.ready(1), world.member()
    attempt = ready.pass_exam(other, world.versions[0])
    ready.pass_exam(other, world.versions[1], passed=False)
    world.tick(other, "adult", "code_of_conduct")
    refused("exam_missing", lambda: actions.certify(other.id, 1, world.approver.id, "key"))
    with transaction():
        db.session.add(ready.result_of(attempt, 2, passed=False))  # marked again: the newest result counts
    assert queries.facts(other.id).exams == frozenset()
    assert queries.facts(person.id).exams == {"lapor", "koordinasi"}


def test_who_may_not_issue(world: World) -> None:
    person = world.ready()
    assessor = world.assessor
    with transaction():
        accounts.appoint(assessor.id, Role.APPROVER, world.police[1].id, by=None)
        accounts.appoint(person.id, Role.APPROVER, world.police[1].id, by=None)
    near = ready.person(unit=world.police[2], role=Role.APPROVER)
    with transaction():
        organisations.add_membership(near.id, world.unit.id)
    refused("issuer_is_member", lambda: actions.certify(person.id, 2, person.id, "key"))
    refused("issuer_same_unit", lambda: actions.certify(person.id, 2, near.id, "key"))
    refused("issuer_same_unit", lambda: actions.certify(person.id, 2, world.approver.id, "key"))  # one Polres
    refused("issuer_is_assessor", lambda: actions.certify(person.id, 2, assessor.id, "key"))
    for nobody in (world.officer.id, world.steward.id, world.member().id):
        refused("not_allowed", partial(actions.certify, person.id, 2, nobody, "key"))


def test_a_member_who_approves_gets_no_certificate_from_themselves_whatever_is_missing(world: World) -> None:
    refused("issuer_is_member", lambda: actions.certify(world.approver.id, 2, world.approver.id, "key"))


def test_other_refusals(world: World) -> None:
    person, gone = world.ready(1), world.ready(1)
    refused("level_unknown", lambda: actions.certify(person.id, 3, world.approver.id, "key"))
    with transaction():
        accounts.disable(gone.id, by=None)
    refused("person_disabled", lambda: actions.certify(gone.id, 1, world.approver.id, "key"))
    with pytest.raises(NotFound), transaction():
        actions.certify(10**9, 1, world.approver.id, "key")


def test_without_a_programme_nobody_is_certified() -> None:
    approver, person = ready.person(role=Role.APPROVER), ready.person()
    refused("no_programme", lambda: actions.certify(person.id, 1, approver.id, "key"))
    assert queries.levels() == {}
    assert queries.desk([1]) == []
    assert queries.checklist(person.id).goal is None


# The same, by the database


def copy_of(certificate: Certificate, **changes: Any) -> dict[str, Any]:
    columns = [c.key for c in Certificate.__table__.columns if c.key != "id"]
    fresh = {"code": "0" * 16, "number": "JG-2026-999999", "status_index": 2**31 - 1, "previous_id": None}
    return {name: getattr(certificate, name) for name in columns} | fresh | changes


@pytest.mark.parametrize("status", ["active", "suspended", "revoked"])
def test_the_database_refuses_a_second_certificate_beside_one_in_force_or_revoked(world: World, status: str) -> None:
    made = world.certified()
    with transaction():
        db.session.execute(update(Certificate).values(status=status))
    for second in ("active", "suspended", "revoked"):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(insert(Certificate).values(**copy_of(made, status=second)))


@pytest.mark.parametrize(
    "change",
    [
        {"evidence_id": None},
        {"attempt_id": None},
        {"evidence_id": 10**9},
        {"attempt_id": 10**9},
        {"status": "lost"},
        {"status_index": -1},
        {"valid_through": date(2020, 1, 1)},
    ],
)
def test_the_database_refuses_a_certificate_without_evidence(world: World, change: dict[str, Any]) -> None:
    made = world.certified()
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(insert(Certificate).values(**copy_of(made, status="replaced") | change))


def test_the_database_refuses_an_issuer_who_is_the_member_and_other_peoples_evidence(world: World) -> None:
    made, other = world.certified(), world.certified()
    for change in (
        {"issuer_id": made.person_id},
        {"evidence_id": other.evidence_id},
        {"code": made.code},
        {"number": made.number},
        {"status_index": made.status_index},
    ):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(insert(Certificate).values(**copy_of(made, status="replaced") | change))
    other_signoff = select(CertificateBasis.signoff_id).where(
        CertificateBasis.certificate_id == other.id, CertificateBasis.signoff_id.is_not(None)
    )
    mine = {"certificate_id": made.id, "person_id": made.person_id}
    for wrong in (
        mine | {"evidence_id": other.evidence_id},
        mine | {"module_version_id": 1, "signoff_id": db.session.scalar(other_signoff)},
        mine | {"person_id": other.person_id, "evidence_id": other.evidence_id},
        mine | {"module_version_id": 1},
        mine | {"module_version_id": 1, "attempt_id": made.attempt_id, "evidence_id": made.evidence_id},
    ):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(insert(CertificateBasis).values(**wrong))


def test_the_database_refuses_what_is_back_dated_or_decided_alone(world: World) -> None:
    made = world.certified()
    event = {
        "certificate_id": made.id, "seq": 2, "kind": "revoked", "actor_id": world.approver.id,
        "recorded_at": clock.now(), "effective_at": clock.now() - timedelta(seconds=1), "idempotency_key": "x",
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(insert(CertificateEvent).values(**event))
    with transaction():
        proposal = actions.propose("revoke", made.code, world.approver.id, "extortion")
    for decider in (world.approver.id, None):
        decided = {"decided_by": decider, "decided_at": clock.now(), "accepted": True}
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(update(Proposal).where(Proposal.id == proposal.id).values(**decided))
    alone = {"proposed_by": world.steward.id, "approved_by": world.steward.id, "approved_at": clock.now()}
    version = {"programme_id": made.programme_id, "number": 9, "rules": {}, "sha256": "0" * 64}
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(insert(ProgrammeVersion).values(**version, **alone))


def test_what_happened_cannot_be_changed(world: World) -> None:
    world.certified()
    for model in (CertificateEvent, CertificateBasis, Evidence, ProgrammeVersion):
        with pytest.raises(DBAPIError, match="only grows"), transaction():
            db.session.execute(update(model).values(id=model.id + 1000))


# Evidence and goals


def test_ticks_of_evidence(world: World) -> None:
    person = world.member()
    with transaction():
        first = actions.tick_evidence(person.id, "skck", date(2026, 1, 5), world.approver.id)
        assert actions.tick_evidence(person.id, "skck", date(2026, 1, 5), world.other_approver.id).id == first.id
        actions.tick_evidence(person.id, "skck", date(2026, 3, 5), world.approver.id)
        last = actions.tick_evidence(person.id, "skck", date(2026, 2, 5), world.approver.id)
    assert queries.facts(person.id).evidence == {"skck": date(2026, 2, 5)}  # the newest tick corrects those before
    with transaction():
        actions.untick_evidence(last.id, world.approver.id)
        actions.untick_evidence(last.id, world.approver.id)
    assert queries.facts(person.id).evidence == {"skck": date(2026, 3, 5)}


def test_ticks_that_are_refused(world: World) -> None:
    person, today, approver = world.member(), clock.today(), world.approver.id
    with transaction():
        accounts.appoint(person.id, Role.APPROVER, world.police[0].id, by=None)
        tick = actions.tick_evidence(person.id, "adult", today, approver)
    refused("own_evidence", lambda: actions.tick_evidence(person.id, "identity", today, person.id))
    refused("own_evidence", lambda: actions.untick_evidence(tick.id, person.id))
    refused("evidence_unknown", lambda: actions.tick_evidence(person.id, "religion", today, approver))
    refused("dated_in_future", lambda: actions.tick_evidence(person.id, "adult", today + timedelta(days=1), approver))
    refused("not_allowed", lambda: actions.tick_evidence(person.id, "adult", today, world.officer.id))
    refused("not_allowed", lambda: actions.untick_evidence(tick.id, world.officer.id))
    with pytest.raises(NotFound), transaction():
        actions.untick_evidence(10**9, approver)


def test_a_tick_that_a_certificate_rests_on_stays(world: World) -> None:
    made = world.certified()
    refused("evidence_used", lambda: actions.untick_evidence(made.evidence_id, world.approver.id))
    world.revoke(made)
    with transaction():
        actions.untick_evidence(made.evidence_id, world.approver.id)
    assert set(queries.violations().values()) == {0}


def test_a_goal_is_chosen_and_changed(world: World) -> None:
    person = world.member()
    assert queries.checklist(person.id).goal == 1
    for level in (2, 1, 2):
        with transaction():
            actions.choose_goal(person.id, level)
        assert queries.checklist(person.id).goal == level
    refused("level_unknown", lambda: actions.choose_goal(person.id, 3))


# Suspending, revoking, reinstating


def test_an_officer_suspends_and_two_approvers_reinstate(world: World) -> None:
    made = world.certified()
    with transaction():
        actions.suspend(made.code.lower(), world.officer.id, "extortion", "key")
        assert actions.suspend(made.code, world.officer.id, "extortion", "key").id == made.id
    assert (made.status, kinds(made)) == ("suspended", ["issued", "suspended"])
    refused("status_forbids", lambda: actions.suspend(made.code, world.officer.id, "extortion", "again"))
    with transaction():
        proposal = actions.propose("reinstate", made.code, world.approver.id, "not_proven")
    with transaction():
        actions.decide(proposal.public_id, world.other_approver.id, True)
    assert (made.status, kinds(made)) == ("active", ["issued", "suspended", "reinstated"])
    assert [json.loads(leaf.leaf)["kind"] for leaf in ledger.leaves()] == ["issue", "suspend", "reinstate"]
    assert set(queries.violations().values()) == {0}


def test_who_may_not_suspend(world: World) -> None:
    made = world.certified()
    with transaction():
        organisations.add_membership(world.officer.id, world.unit.id)
        accounts.appoint(made.person_id, Role.OFFICER, world.police[2].id, by=None)
    refused("same_unit", lambda: actions.suspend(made.code, world.officer.id, "force", "key"))
    refused("own_certificate", lambda: actions.suspend(made.code, made.person_id, "force", "key"))
    refused("not_allowed", lambda: actions.suspend(made.code, world.steward.id, "force", "key"))
    refused("reason_unknown", lambda: actions.suspend(made.code, world.approver.id, "rival", "key"))
    with pytest.raises(NotFound), transaction():
        actions.suspend("0" * 16, world.approver.id, "force", "key")


@pytest.mark.parametrize("suspended", [True, False])
def test_a_revocation_takes_two_approvers(world: World, suspended: bool) -> None:
    made = world.certified()
    if suspended:
        with transaction():
            actions.suspend(made.code, world.approver.id, "force", "key")
    with transaction():
        proposal = actions.propose("revoke", made.code, world.approver.id, "extortion")
        assert actions.propose("revoke", made.code, world.approver.id, "extortion").id == proposal.id
    assert [row[0].id for row in queries.open_proposals()] == [proposal.id]
    refused("proposal_open", lambda: actions.propose("revoke", made.code, world.other_approver.id, "extortion"))
    refused("own_proposal", lambda: actions.decide(proposal.public_id, world.approver.id, True))
    assert made.status == ("suspended" if suspended else "active")
    for _ in range(2):
        with transaction():
            actions.decide(proposal.public_id, world.other_approver.id, True)
    assert (made.status, kinds(made)[-1]) == ("revoked", "revoked")
    last = queries.history(made.code)[-1]
    assert (last.actor_id, last.proposal_id, last.reason) == (world.other_approver.id, proposal.id, "extortion")
    refused("proposal_decided", lambda: actions.decide(proposal.public_id, world.other_approver.id, False))
    refused("status_forbids", lambda: actions.propose("reinstate", made.code, world.approver.id, "mistake"))
    assert (queries.open_proposals(), set(queries.violations().values())) == ([], {0})


def test_a_rejected_proposal_changes_nothing(world: World) -> None:
    made = world.certified()
    with transaction():
        proposal = actions.propose("revoke", made.code, world.approver.id, "lent")
    with transaction():
        actions.decide(proposal.public_id, world.other_approver.id, False)
    assert (made.status, kinds(made), proposal.accepted) == ("active", ["issued"], False)
    with transaction():
        assert actions.propose("revoke", made.code, world.approver.id, "lent").id != proposal.id


def test_who_may_not_propose_or_decide(world: World) -> None:
    made = world.certified()
    near = ready.person(unit=world.police[0], role=Role.APPROVER)
    with transaction():
        organisations.add_membership(near.id, world.unit.id)
        accounts.appoint(made.person_id, Role.APPROVER, make_polda(), by=None)
    refused("own_certificate", lambda: actions.propose("revoke", made.code, made.person_id, "lent"))
    refused("not_allowed", lambda: actions.propose("revoke", made.code, world.officer.id, "lent"))
    refused("reason_unknown", lambda: actions.propose("revoke", made.code, world.approver.id, "rival"))
    refused("proposal_unknown", lambda: actions.propose("erase", made.code, world.approver.id, "lent"))
    refused("status_forbids", lambda: actions.propose("reinstate", made.code, world.approver.id, "mistake"))
    with transaction():
        proposal = actions.propose("revoke", made.code, world.approver.id, "lent")
    refused("own_certificate", lambda: actions.decide(proposal.public_id, made.person_id, False))
    refused("same_unit", lambda: actions.decide(proposal.public_id, near.id, True))
    refused("not_allowed", lambda: actions.decide(proposal.public_id, world.officer.id, True))
    with pytest.raises(NotFound), transaction():
        actions.decide("no such proposal", world.approver.id, True)


def make_polda() -> int:
    return organisations.add_unit("polda", "Polda Uji Jauh").id


def test_a_proposal_lapses_after_fourteen_days(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        made = world.certified()
        with transaction():
            proposal = actions.propose("revoke", made.code, world.approver.id, "lent")
    with time_machine.travel(NOON + timedelta(days=14), tick=False):
        refused("proposal_lapsed", lambda: actions.decide(proposal.public_id, world.other_approver.id, True))
        assert queries.open_proposals() == []
        with transaction():
            second = actions.propose("revoke", made.code, world.other_approver.id, "lent")
        assert (proposal.accepted, proposal.decided_by) == (False, None)
        with transaction():
            actions.decide(second.public_id, world.approver.id, True)
    assert (made.status, set(queries.violations().values())) == ("revoked", {0})


def test_nobody_gets_a_higher_certificate_while_a_revocation_waits(world: World) -> None:
    """Else the proposal would stand against a certificate that was replaced, and nobody could accept it."""
    person = world.ready(2)
    first = world.certify(person, 1)
    with transaction():
        proposal = actions.propose("revoke", first.code, world.approver.id, "lent")
    refused("member_proposal", lambda: actions.certify(person.id, 2, world.approver.id, "higher"))
    assert queries.desk([world.unit.id]) == []
    with transaction():
        actions.decide(proposal.public_id, world.other_approver.id, False)
    assert world.certify(person, 2, key="higher").previous_id == first.id


def test_tingkat_3_asks_for_time_at_tingkat_2_and_one_module_of_two(world: World) -> None:
    higher = {
        **ready.PROGRAMME["levels"][1], "level": 3, "evidence": ["patrol_log", "interview"],
        "one_of": [["koordinasi", "tindakan"]], "holds": {"level": 2, "months": 6},
    }  # fmt: skip
    with transaction():
        proposal = actions.propose_programme(
            ready.PROGRAMME | {"levels": [*ready.PROGRAMME["levels"], higher]}, world.steward.id
        )
    with transaction():
        actions.decide(proposal.public_id, world.approver.id, True)
    with time_machine.travel(NOON - timedelta(days=150), tick=False):
        person = world.ready(2)
        second = world.certify(person, 2)
    for kind in ("patrol_log", "interview"):
        with transaction():
            actions.tick_evidence(person.id, kind, clock.today(), world.approver.id)
    refused("tenure_missing", lambda: actions.certify(person.id, 3, world.approver.id, "early"))
    assert queries.desk([world.unit.id]) == []
    with time_machine.travel(NOON + timedelta(days=40), tick=False):
        assert [row.checklist.goal for row in queries.desk([world.unit.id])] == [3]
        third = world.certify(person, 3, key="later")
    assert (third.level, third.previous_id, second.status) == (3, second.id, "replaced")
    assert queries.violations()["certificate_basis"] == 0


# Programmes


def test_a_programme_comes_into_force_when_an_approver_accepts_it(world: World) -> None:
    stricter = {"levels": [ready.PROGRAMME["levels"][1] | {"level": 1, "skck_months": 3}]}
    refused("not_allowed", lambda: actions.propose_programme(stricter, world.approver.id))
    refused("programme_malformed", lambda: actions.propose_programme({}, world.steward.id))
    refused("programme_unchanged", lambda: actions.propose_programme(ready.PROGRAMME, world.steward.id))
    unknown = {"levels": [ready.PROGRAMME["levels"][0] | {"modules": ["lapor", "menyelam"]}]}
    found = refused("programme_unknown_module", lambda: actions.propose_programme(unknown, world.steward.id))
    assert found.details["slugs"] == ["menyelam"]
    with transaction():
        proposal = actions.propose_programme(stricter, world.steward.id)
        assert actions.propose_programme(stricter, world.steward.id).id == proposal.id
    before = queries.programme()
    refused("not_allowed", lambda: actions.decide(proposal.public_id, world.steward.id, True))
    with transaction():
        accounts.appoint(world.steward.id, Role.APPROVER, world.police[0].id, by=None)
    refused("own_proposal", lambda: actions.decide(proposal.public_id, world.steward.id, True))
    with transaction():
        actions.decide(proposal.public_id, world.approver.id, True)
    now = queries.programme()
    assert before is not None
    assert now is not None
    assert (now.number, now.proposed_by, now.approved_by) == (before.number + 1, world.steward.id, world.approver.id)
    assert queries.levels()[1].skck_months == 3
    assert set(queries.violations().values()) == {0}


def test_certificates_keep_to_the_version_they_were_issued_under(world: World) -> None:
    world.certified(1)
    with transaction():
        harder = {"levels": [ready.PROGRAMME["levels"][1] | {"level": 1}]}
        proposal = actions.propose_programme(harder, world.steward.id)
    with transaction():
        actions.decide(proposal.public_id, world.approver.id, True)
    assert set(queries.violations().values()) == {0}


# Many at once


def together(app: Flask, acts: list[Callable[[], object]]) -> list[object]:
    """Run the acts at the same time, each in its own connection and transaction; a refusal is its result."""

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            try:
                with transaction():
                    return act()
            except Refused as refusal:
                return refusal.code
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_sixteen_posts_at_once_are_one_certificate(app: Flask, world: World) -> None:
    person, approver = world.ready().id, world.approver.id
    made = together(app, [lambda: actions.certify(person, 2, approver, "key").number] * 16)
    assert len(set(made)) == 1
    assert (count(Certificate), ledger.verify().size) == (1, 1)
    others = [partial(actions.certify, person, 2, approver, f"key {n}") for n in range(4)]
    assert together(app, [*others]) == ["level_held"] * 4


def test_people_certified_at_once_get_numbers_without_a_gap(app: Flask, world: World) -> None:
    people, approver = [world.ready(1).id for _ in range(8)], world.approver.id
    together(app, [partial(actions.certify, one, 1, approver, "key") for one in people])
    numbers = db.session.scalars(select(Certificate.number).order_by(Certificate.number))
    assert [number[-6:] for number in numbers] == [f"{n:06d}" for n in range(1, 9)]
    assert (ledger.verify().ok, ledger.verify().size, set(queries.violations().values())) == (True, 8, {0})


def test_opposite_acts_at_once_never_wait_in_a_circle(app: Flask, world: World) -> None:
    person = world.ready(2)
    first, approver, other = world.certify(person, 1), world.approver.id, world.other_approver.id
    code, person_id, officer = first.code, person.id, world.officer.id
    with transaction():
        proposal = actions.propose("revoke", code, approver, "lent").public_id
    acts: list[Callable[[], object]] = [
        lambda: actions.certify(person_id, 2, approver, "higher").status,
        lambda: actions.suspend(code, officer, "force", "key").status,
        lambda: actions.decide(proposal, other, True).accepted,
        lambda: actions.propose("revoke", code, other, "lent").kind,
    ]
    together(app, acts * 3)
    assert (ledger.verify().ok, set(queries.violations().values())) == (True, {0})
    found = queries.certificate(code)
    assert found is not None
    assert found.status in ("replaced", "revoked")


def test_deciding_and_proposing_take_their_locks_in_one_order(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each holds its first lock while the other begins: in two orders PostgreSQL would have to end one of them."""
    code, approver, other = world.certified(1).code, world.approver.id, world.other_approver.id
    with transaction():
        proposal = actions.propose("revoke", code, approver, "lent").public_id
    met = threading.Barrier(2)

    def both_begun(person_id: int, act: str) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            met.wait(1)
        recording.entitled(person_id, act)

    monkeypatch.setattr(deciding, "entitled", both_begun)
    acts: list[Callable[[], object]] = [
        lambda: actions.decide(proposal, other, False).accepted,
        lambda: actions.propose("revoke", code, other, "lent").kind,
    ]
    decided, proposed = together(app, acts)
    assert decided is False
    assert proposed in ("revoke", "proposal_open")


# The desk and lists


class Statements:
    """Counts what is sent to the database."""

    def __enter__(self) -> "Statements":
        self.sent: list[str] = []
        event.listen(db.engine, "before_cursor_execute", self._count)
        return self

    def _count(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            self.sent.append(statement)

    def __exit__(self, *_: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._count)


def test_the_desk_lists_those_who_lack_only_evidence(world: World) -> None:
    lacks_drill, elsewhere = world.member(), world.ready(1, unit=make.chapter())
    lacks_ticks, complete, one_short = world.member(), world.ready(2), world.member()
    for person in (lacks_drill, lacks_ticks, one_short):
        for version in world.versions[: 1 if person is one_short else 3]:
            ready.pass_exam(person, version)
    ready.sign_drill(world.assessor, lacks_ticks, world.drill)
    with transaction():
        for person in (lacks_drill, lacks_ticks):
            actions.choose_goal(person.id, 2)
    certified, revoked = world.ready(1), world.ready(1)
    world.certify(certified, 1)
    world.revoke(world.certify(revoked, 1))
    rows = queries.desk([world.unit.id])
    assert [row.person_id for row in rows] == [lacks_ticks.id, complete.id]
    assert [row.checklist.ready for row in rows] == [False, True]
    assert rows[0].checklist.level is not None
    assert {gap.which for gap in rows[0].checklist.gaps} == set(rows[0].checklist.level.evidence)
    assert (rows[1].name, rows[1].checklist.goal) == ("Siti Rahmawati", 2)
    assert elsewhere.id not in {row.person_id for row in rows}
    assert [row.person_id for row in queries.desk([world.unit.id], size=1)] == [lacks_ticks.id]
    assert [row.person_id for row in queries.desk([world.unit.id], after=lacks_ticks.id)] == [complete.id]


def test_the_desk_agrees_with_the_rules_for_everybody(world: World) -> None:
    """The goal and its exams are judged in SQL for the desk and in Python for the checklist: never differently."""
    with time_machine.travel(NOON - timedelta(days=800), tick=False):
        expired = world.ready(2)
        world.certify(expired, 2)
        wants_less = world.ready(2)
        world.certify(wants_less, 2)
        with transaction():
            actions.choose_goal(wants_less.id, 1)
    people = [expired, wants_less, world.ready(1), world.ready(2), world.member()]
    for level in (1, 2):
        person = world.ready(2)
        world.certify(person, level)
        people.append(person)
    with transaction():
        actions.choose_goal(people[3].id, 1)
    on_desk = {row.person_id for row in queries.desk([world.unit.id], size=500)}
    for person in people:
        found = queries.checklist(person.id)
        assert (person.id in on_desk) == (found.level is not None and rules.on_desk(found.gaps)), person.id
    assert len(on_desk) == 5


def test_a_desk_of_fifty_takes_as_many_queries_as_one_of_one(world: World) -> None:
    unit_id, counts = world.unit.id, []
    for _ in range(2):
        person_id = world.ready(2).id
        db.session.rollback()
        with Statements() as desk:
            queries.desk([unit_id])
        with Statements() as checklist:
            queries.checklist(person_id)
        counts.append((len(desk.sent), len(checklist.sent)))
    assert counts == [(3, 2), (3, 2)]


def test_lists_of_certificates(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        first, second, third = world.certified(1, "Ayu"), world.certified(2, "Budi"), world.certified(2, "Cici")
        world.revoke(second)
        with transaction():
            actions.suspend(third.code, world.officer.id, "force", "key")
        rows = queries.certificates_page()
        assert [(row.code, row.name, row.standing) for row in rows] == [
            (third.code, "Cici", "suspended"), (second.code, "Budi", "revoked"), (first.code, "Ayu", "valid"),
        ]  # fmt: skip
        assert [row.code for row in queries.certificates_page(after=rows[0].id, size=1)] == [second.code]
        assert queries.certificates_page(unit_ids=[make.chapter().id]) == []
        assert len(queries.certificates_page(unit_ids=[world.unit.id])) == 3
        listed = queries.for_cli(clock.now())
        assert [row["standing"] for row in listed] == ["valid", "revoked", "suspended"]
        assert list(listed[0]) == ["code", "number", "member", "level", "standing"]
        assert [row["code"] for row in queries.for_cli(clock.now(), listed[1]["member"])] == [second.code]
    for days, expected in (
        (0, Standing.VALID),
        (365, Standing.REFRESHER_DUE),
        (731, Standing.REFRESHER_DUE),
        (732, Standing.EXPIRED),
    ):
        with time_machine.travel(NOON + timedelta(days=days), tick=False):
            for standing in Standing:
                page = queries.certificates_page(standing=standing)
                assert {row.standing for row in page} <= {standing}
                assert (first.code in {row.code for row in page}) == (standing is expected)


def test_what_a_certificate_stood_at(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        made = world.certified()
    with time_machine.travel(NOON + timedelta(days=2), tick=False), transaction():
        actions.suspend(made.code, world.officer.id, "force", "key")
    for days, status, standing in (
        (-1, "provisional", "unknown"),
        (0, "active", "valid"),
        (1, "active", "valid"),
        (2, "suspended", "suspended"),
        (900, "suspended", "suspended"),
    ):
        found = queries.status_at(made.code, NOON + timedelta(days=days))
        assert (found.status, found.standing) == (status, standing)
    shown = queries.shown(made.code, NOON + timedelta(days=1))
    assert shown is not None
    assert (shown["standing"], [one["kind"] for one in shown["events"]]) == ("valid", ["issued"])
    assert queries.shown("0" * 16, NOON) is None
    with pytest.raises(NotFound):
        queries.history("zzz")
    assert queries.certificate("zzz") is None
    assert [one.id for one in queries.certificates_of(made.person_id)] == [made.id]


# Invariants: each finds its damage


LATER, BEFORE = "'2030-01-01 00:00:00.000000+00:00'", "'2020-01-01 00:00:00.000000+00:00'"

# What is done -> the invariant that counts it, the table, the change, and the CHECK that would refuse it.
DAMAGE: dict[str, tuple[str, str, str, str]] = {
    "drill gone": ("basis", "certificate_basis", "DELETE FROM certificate_basis WHERE signoff_id > 0", ""),
    "tick gone": ("basis", "certificate_basis", "DELETE FROM certificate_basis WHERE evidence_id > 0", ""),
    "failed": ("basis", "attempt_result", "UPDATE attempt_result SET passed = (1 = 0)", ""),
    "not own": ("basis", "attempt", "UPDATE attempt SET person_id = (SELECT min(id) FROM person)", ""),
    "graded later": ("basis", "attempt_result", f"UPDATE attempt_result SET at = {LATER}", ""),
    "drill failed": ("basis", "signoff", "UPDATE signoff SET passed = (1 = 0)", ""),
    "drill later": ("basis", "signoff", f"UPDATE signoff SET recorded_at = {LATER}", ""),
    "old skck": ("basis", "evidence", "UPDATE evidence SET dated = '2020-01-01' WHERE kind = 'skck'", ""),
    "seen by nobody": ("basis", "appointment", "UPDATE appointment SET role = 'trainer' WHERE role = 'approver'", ""),
    "higher level": ("basis", "certificate", "UPDATE certificate SET level = 3", ""),
    "to oneself": ("issuer", "certificate", "UPDATE certificate SET issuer_id = person_id", "issuer_not_member"),
    "to assess": ("issuer", "certificate", "UPDATE certificate SET issuer_id = (SELECT assessor_id FROM signoff)", ""),
    "by a trainer": ("issuer", "appointment", "UPDATE appointment SET role = 'trainer' WHERE role = 'approver'", ""),
    "number": ("number", "certificate", "UPDATE certificate SET number = 'JG-2026-000007'", ""),
    "counter": ("number", "number_counter", "UPDATE number_counter SET next = 5", ""),
    "cached status": ("status", "certificate", "UPDATE certificate SET status = 'revoked'", ""),
    "no event": ("status", "certificate_event", "DELETE FROM certificate_event", ""),
    "event number": ("status", "certificate_event", "UPDATE certificate_event SET seq = 2", ""),
    "event kind": ("status", "certificate_event", "UPDATE certificate_event SET kind = 'reinstated'", ""),
    "no successor": ("replaced", "certificate", "UPDATE certificate SET status = 'replaced'", ""),
    "back-dated": (
        "time", "certificate_event", f"UPDATE certificate_event SET effective_at = {BEFORE}", "not_back_dated",
    ),
    "no leaf": ("ledger", "ledger_leaf", "DELETE FROM ledger_leaf", ""),
    "leaf alone": ("ledger", "certificate_event", "DELETE FROM certificate_event", ""),
    "payload": ("ledger", "certificate_private", "UPDATE certificate_private SET payload = salt", ""),
    "other time": ("ledger", "certificate_event", f"UPDATE certificate_event SET recorded_at = {BEFORE}", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_counted(world: World, name: str) -> None:
    invariant, table, change, check = DAMAGE[name]
    with time_machine.travel(NOON, tick=False):
        world.certified()
    assert set(queries.violations().values()) == {0}
    damage.do(table, text(change), checks=[f"ck_{table}_{check}"] if check else [])
    assert queries.violations()[f"certificate_{invariant}"] == 1


def test_an_attempt_declared_void_under_an_active_certificate_is_counted_until_somebody_acts(world: World) -> None:
    made = world.certified()
    with transaction():
        damage.void_attempt(db.session.get_one(Attempt, made.attempt_id), world.approver)
    assert queries.violations()["certificate_basis"] == 1
    world.revoke(made)
    assert queries.violations()["certificate_basis"] == 0


def test_a_certificate_written_past_the_actions_is_counted(world: World) -> None:
    made = world.certified()
    damage.drop_index("uq_certificate_live")
    with transaction():
        db.session.execute(insert(Certificate).values(**copy_of(made)))
    found = queries.violations()
    broken = {name for name, count in found.items() if count}
    assert broken == {f"certificate_{one}" for one in ("basis", "live", "number", "status")}


def test_a_number_that_two_certificates_have_is_counted(world: World) -> None:
    first, second = world.certified(1), world.certified(1)
    unique = "uq_certificate_number"
    if db.engine.dialect.name == "postgresql":
        damage.do("certificate", text(f"ALTER TABLE certificate DROP CONSTRAINT {unique}"))
        damage.do("certificate", update(Certificate).where(Certificate.id == second.id).values(number=first.number))
        assert queries.violations()["certificate_unique"] == 1
    else:  # SQLite cannot drop the constraint: it keeps its word
        with pytest.raises(IntegrityError):
            damage.do("certificate", update(Certificate).where(Certificate.id == second.id).values(number=first.number))


def test_decisions_that_nobody_might_make_are_counted(world: World) -> None:
    made = world.certified()
    world.revoke(made)
    person = db.session.get_one(Person, made.person_id)
    damage.do("proposal", update(Proposal).where(Proposal.kind == "revoke").values(decided_by=person.id))
    found = queries.violations()
    assert (found["proposal_persons"], found["certificate_sanction"]) == (1, 1)
    damage.do("proposal", update(Proposal).values(decided_by=Proposal.by), checks=["ck_proposal_two_persons"])
    assert queries.violations()["proposal_persons"] == 2
    damage.do(
        "programme_version",
        update(ProgrammeVersion).values(approved_by=ProgrammeVersion.proposed_by),
        checks=["ck_programme_version_two_persons"],
    )
    assert queries.violations()["programme_persons"] == 1


def test_a_suspension_by_nobody_who_might_is_counted(world: World) -> None:
    made = world.certified()
    with transaction():
        actions.suspend(made.code, world.officer.id, "force", "key")
    assert queries.violations()["certificate_sanction"] == 0
    damage.do("appointment", text("UPDATE appointment SET until = since WHERE role = 'officer'"))
    assert queries.violations()["certificate_sanction"] == 1
