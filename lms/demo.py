"""Demo people and certificates, made through the same actions as everybody's. All names and units are invented.

Only where LMS_DEMO is set, which settings refuse on an address that is not loopback. Each person is one transaction, so
an interrupted set-up goes on where it stopped.
"""

from collections.abc import Callable
from datetime import timedelta

import pyotp
from sqlalchemy import select

from lms import clock, paths, vault
from lms.accounts import actions as accounts
from lms.accounts import queries as people
from lms.accounts.models import Person, Totp
from lms.accounts.rules import Role
from lms.authoring import queries as reading
from lms.certification import actions as certification
from lms.certification import queries as certified
from lms.certification.models import Proposal
from lms.certification.rules import Level
from lms.courses import actions as courses
from lms.courses import queries as modules
from lms.courses.models import ModuleVersion
from lms.db import db, transaction
from lms.organisations import actions as organisations
from lms.organisations.models import Unit
from lms.practice import actions as practice
from lms.practice import queries as drills
from lms.quizzes import actions as quizzes
from lms.quizzes import queries as papers

PASSWORD = "jaga-demo-2026"  # noqa: S105 - known to everybody, demo mode on loopback only

# name -> (kind, parent, Polsek of a chapter)
UNITS: dict[str, tuple[str, str | None, str | None]] = {
    "Polda Contoh": ("polda", None, None),
    "Polres Contoh Barat": ("polres", "Polda Contoh", None),
    "Polres Contoh Timur": ("polres", "Polda Contoh", None),
    "Polsek Contoh Satu": ("polsek", "Polres Contoh Barat", None),
    "Polsek Contoh Dua": ("polsek", "Polres Contoh Barat", None),
    "Ormas Contoh Melati": ("ormas", None, None),
    "Ormas Contoh Kenanga": ("ormas", None, None),
    "Melati Ranting Satu": ("chapter", "Ormas Contoh Melati", "Polsek Contoh Satu"),
    "Melati Ranting Dua": ("chapter", "Ormas Contoh Melati", "Polsek Contoh Dua"),
    "Kenanga Ranting Satu": ("chapter", "Ormas Contoh Kenanga", "Polsek Contoh Satu"),
    "Kenanga Ranting Dua": ("chapter", "Ormas Contoh Kenanga", "Polsek Contoh Dua"),
}

STAFF: dict[str, tuple[str, Role, str]] = {
    "pengelola1": ("Wulan Prameswari", Role.STEWARD, "Polda Contoh"),
    "pengelola2": ("Bagas Nugraha", Role.STEWARD, "Polda Contoh"),
    "pengawas1": ("Retno Widyastuti", Role.OVERSEER, "Polda Contoh"),
    "pengesah1": ("Hendra Saputra", Role.APPROVER, "Polres Contoh Barat"),
    "pengesah2": ("Dewi Lestariningsih", Role.APPROVER, "Polres Contoh Barat"),
    "petugas1": ("Yusuf Hidayat", Role.OFFICER, "Polsek Contoh Satu"),
    "petugas2": ("Maria Simanjuntak", Role.OFFICER, "Polsek Contoh Dua"),
    "pelatih1": ("Rina Kusumawardani", Role.TRAINER, "Polda Contoh"),
    "pelatih2": ("Agus Setiawan", Role.TRAINER, "Polda Contoh"),
    "penilai1": ("Tono Wibisono", Role.ASSESSOR, "Polres Contoh Barat"),
    "penilai2": ("Lina Marpaung", Role.ASSESSOR, "Polres Contoh Timur"),
    "koordinator1": ("Slamet Riyadi", Role.COORDINATOR, "Ormas Contoh Melati"),
    "koordinator2": ("Fitri Handayani", Role.COORDINATOR, "Ormas Contoh Kenanga"),
}

MEMBERS = (
    "Siti Rahmawati", "Budi Santoso", "Ahmad Fauzi", "Ni Luh Ayu Pertiwi", "Yohanes Tambunan", "Suparman",
    "Dian Anggraini", "Rizky Ramadhan", "Maya Kartika", "Joko Susilo", "Fransiska Wenda", "Arif Rahman Hakim",
    "Nur Aini", "Ketut Wirawan", "Lestari", "Daniel Hutapea", "Ratna Sari Dewi", "Imam Maulana", "Vera Oktaviani",
    "Andi Baso", "Sri Mulyati", "Hasan Basri", "Theresia Sinaga", "Wahyu Nugroho", "Putri Ayuningtyas",
    "Eko Prasetyo", "Zainal Abidin", "Melati Kusuma", "Gunawan", "Rudi Hartono Contoh",
)  # fmt: skip

CHAPTERS = tuple(name for name, (kind, _, _) in UNITS.items() if kind == "chapter")
FIRST_RESPONSE = "tindakan-awal-nonrepresif"
ALL_EVIDENCE = ("identity", "adult", "skck", "unit_letter", "code_of_conduct")


def make(say: Callable[[str], None]) -> None:
    """Make whatever of the demo is not there yet; say() is told of each step."""
    units = _units()
    for sign_in_name, (name, role, unit) in STAFF.items():
        _staff(sign_in_name, name, role, units[unit])
    _programme()
    for number, name in enumerate(MEMBERS, 1):
        if _member(number, name, units[CHAPTERS[number % len(CHAPTERS)]]) and number % 5 == 0:
            say(f"{number} of {len(MEMBERS)} members")
    _suspend_and_revoke()


def _units() -> dict[str, Unit]:
    with transaction():
        made = {unit.name: unit for unit in db.session.scalars(select(Unit))}
        for name, (kind, parent, polsek) in UNITS.items():
            if name not in made:
                made[name] = organisations.add_unit(
                    kind, name, made[parent].id if parent else None, made[polsek].id if polsek else None
                )
    return made


def _staff(sign_in_name: str, name: str, role: Role, unit: Unit) -> None:
    with transaction():
        if people.by_sign_in_name(sign_in_name):
            return
        person = accounts.create_person(name, sign_in_name=sign_in_name, secret=PASSWORD)
        organisations.appoint(person.id, role, unit.id, by=None)
        secret = accounts.begin_totp(person.id)
        # The step before: the code shown at the start of the demo has not been used.
        accounts.confirm_totp(person.id, pyotp.TOTP(secret).at(clock.now(), counter_offset=-1))


def _id(sign_in_name: str) -> int:
    person = people.by_sign_in_name(sign_in_name)
    if person is None:
        raise LookupError(sign_in_name)
    return person.id


def _programme() -> None:
    """The steward proposes the programme of courses/programme.yaml, an approver brings it into force; where another one
    is in force, as a new version of it."""
    rules = reading.read_folder(paths.COURSES, modules.needs()).programme
    if rules is None:
        raise LookupError("courses/programme.yaml")
    current = certified.programme()
    if current is not None and current.rules == rules:
        return
    with transaction():
        proposal = certification.propose_programme(rules, _id("pengelola1"))
    with transaction():
        certification.decide(proposal.public_id, _id("pengesah1"), True)


def _member(number: int, name: str, unit: Unit) -> bool:
    """One member with everything that contract.md says of them; False if they are there already."""
    sign_in_name = f"anggota{number}"
    with transaction():
        if people.by_sign_in_name(sign_in_name):
            return False
        person = accounts.create_person(name, sign_in_name=sign_in_name, secret=PASSWORD)
        organisations.add_membership(person.id, unit.id)
        versions = modules.current_versions()
        if number == 2:
            _learn(person, versions[0])
            _read(person, versions[1], 3)
        if number >= 3:
            level = certified.levels()[1 if number == 4 else 2]
            for version in versions:
                if version.module.slug in level.modules:
                    _learn(person, version)
            certification.choose_goal(person.id, level.level)
            _certify(person, level, number)
    return True


def _certify(person: Person, level: Level, number: int) -> None:
    """Drills, evidence and issue; anggota3 lacks the drill of the first response and so the certificate."""
    approver = _id("pengesah1" if number % 2 else "pengesah2")
    for kind in ALL_EVIDENCE:
        dated = clock.today() - timedelta(days=30) if kind in ("skck", "unit_letter") else clock.today()
        certification.tick_evidence(person.id, kind, dated, approver)
    lacks = {FIRST_RESPONSE} if number == 3 else set[str]()
    for slug in level.drills:
        if slug not in lacks:
            _drill(person, _id("penilai1" if number % 2 else "penilai2"), slug)
    if not lacks:
        certification.certify(person.id, level.level, approver, f"demo-{person.sign_in_name}-{level.level}")


def _read(person: Person, version: ModuleVersion, lessons: int | None = None) -> None:
    for lesson in version.lessons[:lessons]:
        courses.finish_lesson(person.id, version.id, lesson.number)


def _learn(person: Person, version: ModuleVersion) -> None:
    """Read every lesson, take the exam and answer every question rightly."""
    _read(person, version)
    key = f"demo-{person.sign_in_name}-{version.id}"
    attempt = quizzes.start(person.id, version.id, key, lessons_missing=0, paused_until=None)
    for slot in range(1, len(attempt.paper) + 1):
        right = papers.model_answer(attempt, slot)
        quizzes.save_answer(person.id, attempt.public_id, slot, right, f"{key}-{slot}", 0)
    quizzes.hand_in(person.id, attempt.public_id)


def _drill(person: Person, assessor: int, slug: str) -> None:
    """The assessor ticks every criterion of the drill of a module and signs."""
    drill = next(d for d in drills.drills_current() if d.slug == slug)
    draft = practice.begin(assessor, drill.public_id, person.public_id, clock.now())
    for criterion in drill.rubric.criteria:
        practice.tick(assessor, draft.public_id, criterion, True)
    for fail in drill.rubric.instant_fail:
        practice.tick(assessor, draft.public_id, fail, False)
    practice.sign(assessor, draft.public_id, f"demo-{person.sign_in_name}-{slug}"[:64])


def _suspend_and_revoke() -> None:
    """anggota29 is suspended by an officer, anggota30 revoked by two approvers."""
    suspended, revoked = (certified.certificates_of(_id(f"anggota{number}"))[0] for number in (29, 30))
    if suspended.status == "active":
        with transaction():
            certification.suspend(suspended.code, _id("petugas1"), "investigation", "demo-suspend-29")
    if revoked.status == "active":
        with transaction():
            open_one = db.session.scalar(
                select(Proposal).where(Proposal.certificate_id == revoked.id, Proposal.decided_at.is_(None))
            )
            proposal = open_one or certification.propose("revoke", revoked.code, _id("pengesah1"), "extortion")
        with transaction():
            certification.decide(proposal.public_id, _id("pengesah2"), True)


def secrets() -> dict[str, dict[str, str | None]]:
    """Sign-in name -> password and TOTP secret of the demo people."""
    rows = db.session.execute(
        select(Person.sign_in_name, Totp.secret_enc).outerjoin(Totp, Totp.person_id == Person.id).order_by(Person.id)
    )
    known = {*STAFF, *(f"anggota{n}" for n in range(1, len(MEMBERS) + 1))}
    return {
        name: {"password": PASSWORD, "totp": vault.unseal(sealed) if sealed else None}
        for name, sealed in rows
        if name in known
    }


def print_sign_ins(say: Callable[[str], None]) -> None:
    """The demo sign-ins, with the current second factor of those who need one."""
    say(f"demo sign-ins, password {PASSWORD}: anggota1 .. anggota{len(MEMBERS)} (members)")
    for name, row in secrets().items():
        if row["totp"]:
            say(f"  {name:13} TOTP secret {row['totp']}, code now {pyotp.TOTP(row['totp']).at(clock.now())}")
