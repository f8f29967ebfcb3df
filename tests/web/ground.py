"""A programme with two levels, one module with a drill, and the people around it: what the staff doors stand on."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms import clock
from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.certification import actions as certification
from lms.db import db, transaction
from lms.organisations.models import Unit
from lms.practice import actions as practice
from lms.practice import queries as drills
from lms.practice.models import DrillText, DrillVersion
from tests import make
from tests.web import material

SLUG = "tindakan"
EVIDENCE = ("identity", "adult", "skck", "unit_letter", "code_of_conduct")
CRITERIA = ("jarak", "dengar", "pilihan")
RUBRIC: dict[str, Any] = {
    "minutes": 8,
    "group": 8,
    "stations": [{"id": "s1", "minutes": 8}],
    "criteria": [{"id": one, "station": "s1", "critical": one == "jarak", "clause": "SOP-01/1.1"} for one in CRITERIA],
    "instant_fail": [{"id": "memegang", "clause": "SOP-01/1.1"}],
    "pass": {"of": "rest", "share": "1/2"},
}
WORDS: dict[str, Any] = {
    "title": "Praktik uji",
    "setting": "Satu pos, tanpa api.",
    "stations": {"s1": {"title": "Tetangga yang marah", "brief": "Pemeran berteriak."}},
    "criteria": {one: {"text": f"Butir {one}", "look_for": f"Yang diamati {one}"} for one in CRITERIA},
    "instant_fail": {"memegang": {"text": "Peserta memegang orang"}},
}
RULES: dict[str, Any] = {
    "title": "Jaga Jakarta",
    "levels": [
        {"level": 1, "modules": [SLUG], "drills": [], "evidence": ["adult", "code_of_conduct"],
         "validity_months": 24, "refresher_months": 12},
        {"level": 2, "modules": [SLUG], "drills": [SLUG], "evidence": list(EVIDENCE),
         "validity_months": 24, "refresher_months": 12, "skck_months": 6},
    ],
}  # fmt: skip


@dataclass
class Ground:
    """Units and people of the area of one Polres, a steward, an assessor and two approvers; ids, as sessions differ."""

    polres: Unit
    polsek: Unit
    chapter: Unit
    version: int
    steward: Person
    approver: Person
    second: Person
    assessor: Person


def laid() -> Ground:
    """The module, its drill, the people, and the programme in force."""
    polda, polres, polsek = make.police()
    version = material.module(SLUG)
    with transaction():
        drill = DrillVersion(module_version_id=version, rubric=RUBRIC, sha256="")
        db.session.add(drill)
        db.session.flush()
        db.session.add(DrillText(drill_version_id=drill.id, language="id", text=WORDS, sha256=""))
    ground = Ground(
        polres,
        polsek,
        make.chapter(polsek=polsek),
        version,
        make.staff(Role.STEWARD, polda, "Wulan Pengelola"),
        make.staff(Role.APPROVER, polres, "Hendra Pengesah"),
        make.staff(Role.APPROVER, polda, "Dewi Pengesah"),
        make.staff(Role.ASSESSOR, polres, "Tono Penilai"),
    )
    with transaction():
        proposal = certification.propose_programme(RULES, ground.steward.id).public_id
    with transaction():
        certification.decide(proposal, ground.approver.id, True)
    return ground


def member(ground: Ground, name: str = "Siti Contoh", level: int = 2, unit: Unit | None = None) -> Person:
    """A member of the area (or another unit) who has passed the exam and aims at a level."""
    who = make.person(name, unit=unit or ground.chapter)
    with transaction():
        certification.choose_goal(who.id, level)
    material.passed(who.id, ground.version, f"ujian-{who.id}")
    return who


def drilled(ground: Ground, who: Person) -> str:
    """The public id of a passed sign-off."""
    drill = drills.drills_current()[0]
    with transaction():
        sheet = practice.begin(ground.assessor.id, drill.public_id, who.public_id, clock.now()).public_id
    with transaction():
        for one in CRITERIA:
            practice.tick(ground.assessor.id, sheet, one, True)
        practice.tick(ground.assessor.id, sheet, "memegang", False)
        return practice.sign(ground.assessor.id, sheet, sheet).public_id


def seen(ground: Ground, who: Person, kinds: tuple[str, ...] = EVIDENCE, dated: date | None = None) -> None:
    """Ticks of evidence; papers are 30 days old unless a date is given."""
    for kind in kinds:
        is_paper = kind in ("skck", "unit_letter")
        with transaction():
            day = (dated or clock.today() - timedelta(days=30)) if is_paper else clock.today()
            certification.tick_evidence(who.id, kind, day, ground.approver.id)


def ready(ground: Ground, name: str = "Siti Contoh", level: int = 2) -> Person:
    """A member who lacks nothing."""
    who = member(ground, name, level)
    if level == 2:
        drilled(ground, who)
    seen(ground, who)
    return who


def certified(ground: Ground, name: str = "Siti Contoh", level: int = 2) -> str:
    """The code of a member's certificate."""
    who = ready(ground, name, level)
    with transaction():
        return certification.certify(who.id, level, ground.approver.id, "uji").code


def send(client: FlaskClient, page: str, to: str | None = None, **fields: Any) -> TestResponse:
    """Post a form with the token of the page at an address, to that address or another."""
    return client.post(to or page, data={"csrf_token": make.token(client, page), **fields})
