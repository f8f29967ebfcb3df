"""People who are ready to be certified: modules, passed exams and drills as rows, the rest through the actions."""

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import time_machine
from sqlalchemy import select

from lms import clock
from lms.accounts import actions as accounts
from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.certification import actions as certification
from lms.certification.models import Certificate
from lms.courses.models import Module, ModuleVersion
from lms.db import db, transaction
from lms.organisations import actions as organisations
from lms.organisations.models import Unit
from lms.practice import actions as practice
from lms.practice.models import DrillText, DrillVersion, Signoff
from lms.quizzes.models import Attempt, AttemptResult
from tests import make

_number = itertools.count(1)
SLUGS = ("lapor", "koordinasi", "tindakan")
CRITERIA = ("jarak", "telepon", "catat", "tenang")
EVIDENCE = ("identity", "adult", "skck", "unit_letter", "code_of_conduct")
PROGRAMME: dict[str, Any] = {
    "programme": "jaga-jakarta",
    "title": "Jaga Jakarta",
    "levels": [
        {"level": 1, "modules": ["lapor", "koordinasi"], "drills": [], "evidence": ["adult", "code_of_conduct"],
         "validity_months": 24, "refresher_months": 12},
        {"level": 2, "modules": list(SLUGS), "drills": ["tindakan"], "evidence": list(EVIDENCE),
         "validity_months": 24, "refresher_months": 12, "skck_months": 6},
    ],
}  # fmt: skip


# Long before every test's clock, so that who is appointed now may act at any time that a test travels to.
EARLIER = datetime(2024, 1, 1, tzinfo=UTC)


def person(name: str = "Sari Contoh", unit: Unit | None = None, role: Role | None = None) -> Person:
    """Somebody without a password (hashing is slow), a member of the unit or appointed there; an own Polda if none."""
    if role is not None and unit is None:
        unit = make.police()[0]
    with transaction():
        made = accounts.create_person(name)
        if role is not None and unit is not None:
            accounts.appoint(made.id, role, unit.id, by=None)
        elif unit is not None:
            organisations.add_membership(made.id, unit.id)
    return made


def module(slug: str, position: int = 1, with_drill: bool = False) -> ModuleVersion:
    """A module with one version, and a drill of four criteria (two of them critical) where asked for."""
    with transaction():
        one = Module(slug=slug, code=slug[:10], position=position)
        db.session.add(one)
        db.session.flush()
        version = ModuleVersion(
            module_id=one.id,
            number=1,
            title=slug.title(),
            manifest={"facts": {"nomor-polri": {"value": "110"}}},
            sha256="0" * 64,
            published_at=clock.now(),
        )
        db.session.add(version)
        db.session.flush()
        if with_drill:
            _drill(version)
    return version


def _drill(version: ModuleVersion) -> None:
    rubric = {
        "minutes": 8,
        "stations": [{"id": "s1", "minutes": 8}],
        "criteria": [
            {"id": one, "station": "s1", "critical": n < 2, "clause": "SOP-01/1.1"} for n, one in enumerate(CRITERIA)
        ],
        "instant_fail": [{"id": "menahan", "clause": "SOP-01/1.5"}],
        "pass": {"of": "all", "share": "3/4"},
    }
    drill = DrillVersion(module_version_id=version.id, rubric=rubric, sha256="0" * 64)
    db.session.add(drill)
    db.session.flush()
    text = {"title": "Praktik", "criteria": {"telepon": {"text": "Telepon {fakta:nomor-polri}"}}}
    db.session.add(DrillText(drill_version_id=drill.id, language="id", text=text, sha256="0" * 64))


def pass_exam(person: Person, version: ModuleVersion, passed: bool = True) -> Attempt:
    """An attempt that was handed in and marked."""
    with transaction():
        at, number = clock.now(), next(_number)
        attempt = Attempt(
            person_id=person.id,
            module_id=version.module_id,
            module_version_id=version.id,
            number=number,
            paper=[],
            rules={},
            seed="0" * 32,
            started_at=at,
            start_key=f"key-{number}",
        )
        db.session.add(attempt)
        db.session.flush()
        db.session.add(result_of(attempt, 1, passed))
    return attempt


def result_of(attempt: Attempt, seq: int, passed: bool) -> AttemptResult:
    """A result of an attempt, not yet stored."""
    return AttemptResult(
        attempt_id=attempt.id,
        person_id=attempt.person_id,
        module_id=attempt.module_id,
        module_version_id=attempt.module_version_id,
        seq=seq,
        numerator=9 if passed else 1,
        denominator=10,
        critical_missed=0,
        passed=passed,
        rule_version=1,
        at=clock.now(),
    )


def sign_drill(assessor: Person, person: Person, drill: DrillVersion, key: str = "", **ticks: bool) -> Signoff:
    """A drill observed and signed; every criterion met but those that are given otherwise."""
    with transaction():
        draft = practice.begin(assessor.id, drill.public_id, person.public_id, clock.now())
        for criterion in CRITERIA:
            practice.tick(assessor.id, draft.public_id, criterion, ticks.get(criterion, True))
        return practice.sign(assessor.id, draft.public_id, key or f"key-{next(_number)}")


@dataclass
class World:
    """Who and what a certificate needs: units, staff of other units, three modules, the programme in force."""

    unit: Unit
    police: tuple[Unit, Unit, Unit]
    approver: Person
    other_approver: Person
    assessor: Person
    officer: Person
    steward: Person
    versions: list[ModuleVersion]
    drill: DrillVersion

    def member(self, name: str = "Siti Rahmawati", unit: Unit | None = None) -> Person:
        """A member who has done nothing yet."""
        return person(name, unit or self.unit)

    def tick(self, person: Person, *kinds: str, dated: date | None = None) -> None:
        """Ticks of evidence by the approver."""
        with transaction():
            for kind in kinds:
                certification.tick_evidence(
                    person.id, kind, dated or clock.today() - timedelta(days=3), self.approver.id
                )

    def ready(self, level: int = 2, name: str = "Siti Rahmawati", unit: Unit | None = None) -> Person:
        """A member who has everything that the level needs."""
        who = self.member(name, unit)
        for version in self.versions[: 2 if level == 1 else 3]:
            pass_exam(who, version)
        if level == 2:
            sign_drill(self.assessor, who, self.drill)
        with transaction():
            certification.choose_goal(who.id, level)
        self.tick(who, *(EVIDENCE if level == 2 else ("adult", "code_of_conduct")))
        return who

    def certify(self, person: Person, level: int = 2, key: str = "key", issuer: Person | None = None) -> Certificate:
        """A certificate from the approver."""
        with transaction():
            return certification.certify(person.id, level, (issuer or self.approver).id, key)

    def certified(self, level: int = 2, name: str = "Siti Rahmawati") -> Certificate:
        """The certificate of somebody new."""
        return self.certify(self.ready(level, name), level)

    def revoke(self, certificate: Certificate) -> None:
        """Revoke by two approvers."""
        with transaction():
            proposal = certification.propose("revoke", certificate.code, self.approver.id, "extortion")
        with transaction():
            certification.decide(proposal.public_id, self.other_approver.id, True)


def world(programme: dict[str, Any] = PROGRAMME) -> World:
    """Units, staff, modules and the programme in force, all of them since EARLIER."""
    with time_machine.travel(EARLIER):
        return _world(programme)


def _world(programme: dict[str, Any]) -> World:
    police = make.police()
    versions = [module(slug, n, with_drill=slug == "tindakan") for n, slug in enumerate(SLUGS, 1)]
    made = World(
        unit=make.chapter(polsek=police[2]),
        police=police,
        approver=person(unit=police[1], role=Role.APPROVER),
        other_approver=person(unit=police[0], role=Role.APPROVER),
        assessor=person(unit=police[1], role=Role.ASSESSOR),
        officer=person(unit=police[2], role=Role.OFFICER),
        steward=person(unit=police[0], role=Role.STEWARD),
        versions=versions,
        drill=db.session.scalars(select(DrillVersion)).one(),
    )
    with transaction():
        proposal = certification.propose_programme(programme, made.steward.id)
    with transaction():
        certification.decide(proposal.public_id, made.approver.id, True)
    return made
