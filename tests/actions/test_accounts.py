"""People, secrets, sessions, second factor and appointments against a real database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select, text, update

from lms import clock, vault
from lms.accounts import actions, queries, rules
from lms.accounts.models import Person, PersonPrivate, RecoveryCode, ResetCode, Session, SignInThrottle, Totp
from lms.accounts.rules import CheckedSecret, Role
from lms.audit.models import Audit
from lms.db import db, transaction
from lms.refusals import NotFound, Refused
from tests import make

pytestmark = pytest.mark.usefixtures("app")

MEMBER = frozenset({Role.MEMBER})
SECRET = "kuda laut biru"
PHONE = "0812 3456 7890"
NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)


def person(
    sign_in_name: str | None = None, phone: str | None = None, secret: str = SECRET, secret_kind: str = "password"
) -> Person:
    with transaction():
        return actions.create_person(
            "Siti Contoh", sign_in_name=sign_in_name, phone=phone, secret=secret, secret_kind=secret_kind
        )


def check(identifier: str, secret: str) -> CheckedSecret:
    with transaction():
        return actions.check_secret(identifier, secret)


def open_session(who: Person, roles: frozenset[Role] = MEMBER) -> str:
    with transaction():
        return actions.open_session(who.id, roles, second_factor=False)


def enrolled(who: Person) -> tuple[pyotp.TOTP, list[str]]:
    """The person's second factor, confirmed with the code of the step before, so that the present one is unused."""
    with transaction():
        totp = pyotp.TOTP(actions.begin_totp(who.id))
        return totp, actions.confirm_totp(who.id, totp.at(clock.now(), counter_offset=-1))


def totp_ok(who: Person, code: str) -> bool:
    with transaction():
        return actions.check_totp(who.id, code)


def live(who: Person) -> int:
    return len(queries.sessions_of(who.id))


# Creating


def test_a_person_without_a_name_to_sign_in_gets_a_member_number() -> None:
    who = person()
    assert len(who.sign_in_name) == 8
    assert who.sign_in_name.isdecimal()
    assert queries.by_sign_in_name(f" {who.sign_in_name} ") is who


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"sign_in_name": "x"}, "sign_in_name_wrong"),
        ({"sign_in_name": "081234567890"}, "sign_in_name_is_phone"),
        ({"phone": "021 555"}, "phone_wrong"),
        ({"secret": "pendek"}, "password_too_short"),
        ({"phone": PHONE, "secret": "081234567890"}, "secret_is_name"),
        ({"secret": "12345", "secret_kind": "pin"}, "pin_not_six_digits"),
    ],
)
def test_unusable_details_are_refused_and_leave_nothing(given: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        person(**given)
    assert refusal.value.code == code
    assert db.session.scalars(select(Person)).all() == []


def test_a_taken_name_or_phone_is_refused_by_the_constraint() -> None:
    """There is no look before the insert: the unique constraint itself answers, as it does in a race."""
    person(sign_in_name="Siti", phone=PHONE)
    with pytest.raises(Refused, match="sign_in_name_taken"):
        person(sign_in_name="SITI ")
    with pytest.raises(Refused, match="phone_taken"):
        person(phone="+6281234567890")
    assert len(db.session.scalars(select(Person)).all()) == 1


def test_a_member_number_that_is_taken_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter([5, 5, 6])
    monkeypatch.setattr("lms.accounts.actions.people.secrets.randbelow", lambda _: next(draws))
    assert [person().sign_in_name, person().sign_in_name] == ["10000005", "10000006"]


def test_phone_and_secret_are_never_stored_as_typed() -> None:
    who = person(phone=PHONE)
    row = db.session.execute(text("SELECT * FROM person_private JOIN person ON person.id = person_id")).one()
    assert not any(part in str(row) for part in ("81234567890", SECRET))
    assert who.secret_hash is not None
    assert who.secret_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert queries.phone_of(who.id) == "+6281234567890"
    assert queries.person(who.id).private is not None


# Signing in


@pytest.mark.parametrize("identifier", ["siti", " SITI ", "081234567890", "+62 812-3456-7890"])
def test_sign_in_by_name_or_phone(identifier: str) -> None:
    who = person(sign_in_name="siti", phone=PHONE)
    assert check(identifier, SECRET) == CheckedSecret(who.id, locked=False)


def test_sign_in_by_member_number_and_pin() -> None:
    who = person(secret="190283", secret_kind="pin")
    assert check(who.sign_in_name, "190283").person_id == who.id


def test_wrong_unknown_disabled_erased_and_secretless_look_alike_and_each_costs_a_hash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person(sign_in_name="siti")
    disabled, erased = person(sign_in_name="budi"), person(sign_in_name="dewi")
    with transaction():
        actions.create_person("Tanpa Sandi", sign_in_name="tanpa")
        actions.disable(disabled.id, by=None)
        db.session.execute(update(Person).where(Person.id == erased.id).values(erased_at=clock.now()))
    verified: list[str] = []
    vault._nobodys_hash()  # the stand-in is hashed once for each process, not at a sign-in
    real = vault._hasher.verify

    class Spy:
        def verify(self, stored: str, secret: bytes) -> bool:
            verified.append(stored)
            return real(stored, secret)

    monkeypatch.setattr(vault, "_hasher", Spy())
    typed = [("siti", "salah sekali"), ("nobody", SECRET), ("budi", SECRET), ("dewi", SECRET), ("tanpa", SECRET)]
    assert {check(*one) for one in typed} == {CheckedSecret(None, locked=False)}
    assert len(verified) == len(typed)
    assert all("m=19456,t=2,p=1" in stored for stored in verified)


@pytest.mark.parametrize("identifier", ["siti", "nobody-here", "0812\x003456", "\ud800", "x" * 5000])
def test_eight_failures_lock_known_and_unknown_alike(identifier: str) -> None:
    person(sign_in_name="siti")
    with time_machine.travel(NOON, tick=False) as traveller:
        answers = [check(identifier, "salah sekali") for _ in range(9)]
        assert [answer.locked for answer in answers] == [False] * 7 + [True] * 2
        assert check(identifier, SECRET) == CheckedSecret(None, locked=True)  # right, but locked
        traveller.shift(rules.LOCK)
        assert not check(identifier, SECRET).locked


def test_an_account_counts_once_whether_its_name_or_its_phone_is_typed() -> None:
    person(sign_in_name="siti", phone="0812 3456 7890")
    ways = ["siti", "SITI", "ｓｉｔｉ", " si ti ", "081234567890", "+62 812-3456-7890", "６２８１２３４５６７８９０"]
    ways.append("siti\u200b")
    answers = [check(way, "salah sekali") for way in ways]
    assert [answer.locked for answer in answers] == [False] * 7 + [True]
    assert [check(way, SECRET) for way in ("siti", "081234567890")] == [CheckedSecret(None, locked=True)] * 2


def test_a_lock_names_nobody_in_the_table() -> None:
    check("081234567890", "salah sekali")
    row = db.session.scalars(select(SignInThrottle)).one()
    assert row.key == SignInThrottle.key_of("sign-in", "+62 812 3456 7890")
    assert row.key not in (vault.token_hash("+6281234567890"), "+6281234567890")


def test_a_success_forgets_the_failures_before_it() -> None:
    person(sign_in_name="siti")
    for _ in range(3):
        for _ in range(7):
            check("siti", "salah sekali")
        assert check("siti", SECRET).person_id


def test_a_secret_weighed_before_a_lock_or_change_does_not_let_in() -> None:
    who = person(sign_in_name="siti")
    weighed = actions.weigh("siti", SECRET)
    with transaction():
        actions.set_secret(who.id, "rusa bawean 7", "password")
    with transaction():
        assert actions.check_weighed(weighed).person_id is None
    weighed = actions.weigh("siti", "rusa bawean 7")
    for _ in range(8):
        check("siti", "salah sekali")
    with transaction():
        assert actions.check_weighed(weighed) == CheckedSecret(None, locked=True)


def test_old_costs_are_renewed_at_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    who = person(sign_in_name="siti")
    with transaction():
        old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(SECRET)
        db.session.execute(update(Person).where(Person.id == who.id).values(secret_hash=old))
    assert check("siti", SECRET).person_id == who.id
    assert "m=19456,t=2,p=1" in str(queries.person(who.id).secret_hash)
    assert check("siti", SECRET).person_id == who.id


def test_sixteen_parallel_guesses_count_as_sixteen(app: Flask) -> None:
    """The first tries of an identifier race for its row; none may end in an error or go uncounted."""

    def guess(_: int) -> CheckedSecret:
        with app.app_context():
            try:
                return check("siti", "salah sekali")
            finally:
                db.session.remove()

    person(sign_in_name="siti")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(16)))
    assert [answer.locked for answer in answers].count(False) == 7
    assert check("siti", SECRET).locked


# Sessions


def test_only_the_hash_of_a_token_is_stored() -> None:
    token = open_session(person())
    row = db.session.scalars(select(Session)).one()
    assert len(token) >= 43
    assert row.token_hash == vault.token_hash(token) != token


def test_a_session_lasts_as_the_appointments_allow_whatever_the_caller_says() -> None:
    with time_machine.travel(NOON, tick=False):
        member, staff = person(), make.staff(Role.TRAINER)
        for who, lifetime in ((member, rules.MEMBER_SESSION), (staff, rules.STAFF_SESSION)):
            open_session(who)
            assert queries.sessions_of(who.id)[0].expires_at == NOON + lifetime


def test_the_second_factor_gives_a_new_token() -> None:
    who = person()
    old = open_session(who)
    session_id = queries.sessions_of(who.id)[0].id
    with transaction():
        new = actions.pass_second_factor(session_id)
    row = db.session.scalars(select(Session)).one()
    assert row.token_hash == vault.token_hash(new) != vault.token_hash(old)
    assert row.second_factor_at is not None


def test_an_ended_session_cannot_pass_the_second_factor() -> None:
    who = person()
    open_session(who)
    session_id = queries.sessions_of(who.id)[0].id
    with transaction():
        actions.revoke_session(session_id)
    with pytest.raises(NotFound), transaction():
        actions.pass_second_factor(session_id)


def test_somebody_elses_session_is_not_found() -> None:
    who, other = person(), person()
    open_session(who)
    row = queries.sessions_of(who.id)[0]
    with pytest.raises(NotFound):
        queries.session_of(other.id, row.public_id)
    with pytest.raises(NotFound), transaction():
        actions.revoke_session(row.id, other.id)
    with transaction():
        actions.revoke_session(queries.session_of(who.id, row.public_id).id, who.id)
    assert live(who) == 0


def test_a_new_secret_ends_the_other_sessions() -> None:
    who = person()
    open_session(who)
    kept = queries.sessions_of(who.id)[0].id
    open_session(who)
    with transaction():
        actions.set_secret(who.id, "rusa bawean 7", "password", keep_session=kept)
    assert [row.id for row in queries.sessions_of(who.id)] == [kept]


# Closing


def test_a_disabled_person_has_no_session_and_gets_none() -> None:
    who = person(sign_in_name="siti")
    open_session(who)
    with transaction():
        actions.disable(who.id, by=None)
        actions.disable(who.id, by=None)
    assert live(who) == 0
    assert check("siti", SECRET).person_id is None
    with pytest.raises(NotFound):
        open_session(who)
    with transaction():
        actions.enable(who.id, by=None)
    assert live(who) == 0
    assert check("siti", SECRET).person_id == who.id


def test_violations_sees_what_the_actions_prevent() -> None:
    disabled, erased, staff = person(phone=PHONE), person(), make.staff(Role.TRAINER)
    open_session(disabled)
    open_session(erased)
    assert queries.violations() == {"closed_account_session": 0, "erased_person_data": 0, "staff_pin": 0}
    with transaction():
        db.session.execute(update(Person).where(Person.id == disabled.id).values(disabled_at=clock.now()))
        db.session.execute(update(Person).where(Person.id == erased.id).values(erased_at=clock.now()))
        db.session.execute(update(Person).where(Person.id == staff.id).values(secret_kind="pin"))
        for of in (erased, staff):
            db.session.add(RecoveryCode(person_id=of.id, code_hash="x"))
            db.session.add(Totp(person_id=of.id, secret_enc="x"))
    assert queries.violations() == {"closed_account_session": 2, "erased_person_data": 3, "staff_pin": 1}


def test_a_steward_disables_others_only() -> None:
    steward, trainer, who = make.staff(Role.STEWARD), make.staff(Role.TRAINER), person()
    with pytest.raises(Refused, match="own_account"), transaction():
        actions.disable(steward.id, by=steward.id)
    with pytest.raises(Refused, match="not_allowed"), transaction():
        actions.disable(who.id, by=trainer.id)
    with transaction():
        actions.disable(who.id, by=steward.id)
    assert queries.person(who.id).disabled_at


# Reset codes


def issue(who: Person, by: int | None = None) -> str:
    with transaction():
        return actions.issue_reset_code(who.id, by)


def use(identifier: str, code: str, secret: str = "rusa bawean 7", kind: str = "password") -> CheckedSecret:
    with transaction():
        return actions.use_reset_code(identifier, code, secret, kind)


def test_a_reset_code_works_once_ends_sessions_and_pauses_exams() -> None:
    who = person(sign_in_name="siti")
    open_session(who)
    code = issue(who)
    with time_machine.travel(clock.now(), tick=False):
        assert use("siti", f" {code[:5].lower()}-{code[5:]} ").person_id == who.id
        assert rules.exams_paused_until(queries.person(who.id).secret_reset_at) == clock.now() + timedelta(hours=24)
    assert live(who) == 0
    assert check("siti", "rusa bawean 7").person_id == who.id
    assert check("siti", SECRET).person_id is None
    assert use("siti", code) == CheckedSecret(None, locked=False)


def test_late_replaced_foreign_wrong_and_unknown_look_alike() -> None:
    who, other = person(sign_in_name="siti"), person(sign_in_name="budi")
    first = issue(who)
    second = issue(who)
    answers = {use("siti", first), use("budi", second), use("siti", "AAAAABBBBB"), use("nobody", second)}
    with time_machine.travel(clock.now() + rules.RESET_CODE_LIFE, tick=False):
        answers.add(use("siti", second))
    assert answers == {CheckedSecret(None, locked=False)}
    assert check("budi", SECRET).person_id == other.id


@pytest.mark.parametrize("identifier", ["siti", "nobody"])
def test_guessing_reset_codes_locks_alike(identifier: str) -> None:
    code = issue(person(sign_in_name="siti"))
    assert [use(identifier, "AAAAABBBBB").locked for _ in range(8)] == [False] * 7 + [True]
    assert use(identifier, code) == CheckedSecret(None, locked=True)


def test_a_reset_lifts_the_lock_of_forgotten_secrets() -> None:
    who = person(sign_in_name="siti")
    for _ in range(8):
        check("siti", "salah sekali")
    assert use("siti", issue(who)).person_id == who.id
    assert check("siti", "rusa bawean 7").person_id == who.id


def test_an_unusable_new_secret_leaves_the_code_as_it_was() -> None:
    who = person(sign_in_name="siti", phone=PHONE)
    code = issue(who)
    for secret in ("pendek", "081234567890"):
        with pytest.raises(Refused):
            use("siti", code, secret)
    assert use("siti", code).person_id == who.id


def test_reset_codes_are_stored_as_a_blind_index_and_audited_without_them() -> None:
    who = person()
    code = issue(who)
    assert db.session.scalars(select(ResetCode)).one().code_hash == vault.index(code)
    rows = db.session.scalars(select(Audit).where(Audit.action == "issue_reset_code")).all()
    assert [(row.subject_kind, row.subject_id) for row in rows] == [("person", who.id)]


def test_who_may_issue_a_reset_code() -> None:
    member, trainer = person(), make.staff(Role.TRAINER)
    coordinator, steward = make.staff(Role.COORDINATOR, make.ormas()), make.staff(Role.STEWARD)
    assert issue(member, coordinator.id)
    assert issue(trainer, steward.id)
    for who, by, code in (
        (trainer, coordinator, "not_allowed"),
        (member, trainer, "not_allowed"),
        (steward, steward, "own_reset"),
    ):
        with pytest.raises(Refused, match=code):
            issue(who, by.id)


# Second factor


def test_a_code_of_the_second_factor_works_once() -> None:
    who = person()
    with time_machine.travel(NOON, tick=False) as traveller:
        totp, _ = enrolled(who)
        code = totp.at(NOON)
        assert totp_ok(who, f"{code[:3]} {code[3:]}")
        assert not totp_ok(who, code)
        assert not totp_ok(who, totp.at(NOON, counter_offset=-1))  # an older step, though within the drift
        assert totp_ok(who, totp.at(NOON, counter_offset=1))
        traveller.shift(120)
        assert totp_ok(who, totp.at(clock.now(), counter_offset=-1))
        assert not totp_ok(who, totp.at(clock.now(), counter_offset=2))


def test_the_code_that_confirmed_is_used() -> None:
    who = person()
    with time_machine.travel(NOON, tick=False), transaction():
        totp = pyotp.TOTP(actions.begin_totp(who.id))
        actions.confirm_totp(who.id, totp.at(NOON))
        assert not actions.check_totp(who.id, totp.at(NOON))


def test_setting_up_the_second_factor() -> None:
    who = person()
    with pytest.raises(Refused, match="totp_not_begun"), transaction():
        actions.confirm_totp(who.id, "123456")
    with transaction():
        first = actions.begin_totp(who.id)
        second = actions.begin_totp(who.id)
    assert first != second == queries.pending_totp(who.id)
    assert queries.has_totp(who.id)
    assert not queries.totp_confirmed(who.id)
    assert not totp_ok(who, pyotp.TOTP(second).at(clock.now()))  # not confirmed yet
    with pytest.raises(Refused, match="totp_wrong"), transaction():
        actions.confirm_totp(who.id, pyotp.TOTP(first).at(clock.now()))
    with transaction():
        assert len(set(actions.confirm_totp(who.id, pyotp.TOTP(second).at(clock.now())))) == 10
    assert queries.totp_confirmed(who.id)
    assert queries.pending_totp(who.id) is None
    with pytest.raises(Refused, match="totp_confirmed"), transaction():
        actions.begin_totp(who.id)
    assert second not in db.session.scalars(select(Totp)).one().secret_enc


def test_recovery_codes_work_once_each() -> None:
    who, other = person(), person()
    _, codes = enrolled(who)
    enrolled(other)
    assert not totp_ok(other, codes[0])
    assert totp_ok(who, codes[0].lower())
    assert not totp_ok(who, codes[0])
    assert totp_ok(who, codes[1])
    assert queries.recovery_codes_left(who.id) == 8
    assert not set(codes) & set(db.session.scalars(select(RecoveryCode.code_hash)))


@pytest.mark.parametrize("wrong", ["000000", "", "AAAAABBBBB", "１２３４５６", "0\x00", "\ud800"])
def test_guessing_the_second_factor_locks_it(wrong: str) -> None:
    who = person()
    with time_machine.travel(NOON, tick=False) as traveller:
        totp, codes = enrolled(who)
        assert not any(totp_ok(who, wrong) for _ in range(8))
        assert queries.second_factor_locked(who.id)
        assert not totp_ok(who, totp.at(NOON))
        assert not totp_ok(who, codes[0])
        traveller.shift(rules.LOCK)
        assert totp_ok(who, codes[0])


def test_a_lost_second_factor_is_taken_away_by_a_steward_only() -> None:
    steward, trainer, who = make.staff(Role.STEWARD), make.staff(Role.TRAINER), make.staff(Role.OFFICER)
    enrolled(who)
    open_session(who)
    for by, code in ((trainer, "not_allowed"), (who, "own_reset")):
        with pytest.raises(Refused, match=code), transaction():
            actions.remove_totp(who.id, by=by.id)
    with transaction():
        actions.remove_totp(who.id, by=steward.id)
    assert not queries.has_totp(who.id)
    assert (queries.recovery_codes_left(who.id), live(who)) == (0, 0)


# Appointments


def appoint(who: Person, role: Role = Role.TRAINER, unit_id: int | None = None, by: int | None = None) -> str:
    unit_id = unit_id or make.police()[0].id
    with transaction():
        return actions.appoint(who.id, role, unit_id, by=by).public_id


def test_an_appointment_ends_sessions_and_so_does_its_end() -> None:
    who = person()
    open_session(who)
    public_id = appoint(who)
    assert live(who) == 0
    assert queries.appointed_roles(who.id) == {Role.TRAINER}
    open_session(who, frozenset({Role.TRAINER}))
    for _ in range(2):
        with transaction():
            actions.end_appointment(public_id, by=None)
    assert live(who) == 0
    assert queries.appointments_of(who.id) == []
    assert [row.role for row in queries.appointments_of(who.id, ended=True)] == ["trainer"]


def test_the_same_appointment_twice_is_one() -> None:
    who, unit = person(), make.police()[0]
    first = appoint(who, unit_id=unit.id)
    open_session(who)
    assert appoint(who, unit_id=unit.id) == first
    assert live(who) == 1
    assert len(queries.appointments_at([unit.id])) == 1


def test_a_pin_ends_with_an_appointment_and_a_reset_code_sets_a_password() -> None:
    who = person(sign_in_name="siti", secret="190283", secret_kind="pin")
    appoint(who)
    assert check("siti", "190283").person_id is None
    assert not queries.has_secret(who.id)
    code = issue(who)
    with pytest.raises(Refused, match="pin_not_for_staff"):
        use("siti", code, "190283", "pin")
    assert use("siti", code).person_id == who.id
    assert check("siti", "rusa bawean 7").person_id == who.id


def test_staff_cannot_choose_a_pin_until_the_appointment_ends() -> None:
    who = person()
    public_id = appoint(who)
    with pytest.raises(Refused, match="pin_not_for_staff"), transaction():
        actions.set_secret(who.id, "190283", "pin")
    with transaction():
        actions.end_appointment(public_id, by=None)
        actions.set_secret(who.id, "190283", "pin")
    assert queries.person(who.id).secret_kind == "pin"


def test_a_password_stays_when_somebody_is_appointed() -> None:
    who = person(sign_in_name="siti")
    appoint(who)
    assert check("siti", SECRET).person_id == who.id


def test_who_may_appoint() -> None:
    steward, trainer, who = make.staff(Role.STEWARD), make.staff(Role.TRAINER), person()
    for by, target, code in ((trainer, who, "not_allowed"), (steward, steward, "own_appointment")):
        with pytest.raises(Refused, match=code):
            appoint(target, by=by.id)
    with pytest.raises(Refused, match="role_unknown"):
        appoint(who, Role.MEMBER)
    with transaction():
        actions.disable(who.id, by=None)
    with pytest.raises(Refused, match="person_disabled"):
        appoint(who, by=steward.id)
    with pytest.raises(NotFound), transaction():
        actions.end_appointment("nothing", by=None)


# Finding


def test_pages_of_people_by_id_and_search() -> None:
    people = [person(sign_in_name=f"anggota{n}") for n in range(5)]
    siti = person(phone=PHONE)
    assert queries.people_page(None, 2) == people[:2]
    assert queries.people_page(people[1].id, 10) == [*people[2:], siti]
    assert queries.people_page(None, 10, "ANGGOTA3") == [people[3]]
    assert queries.people_page(None, 10, "0812-3456-7890") == [siti]
    assert queries.people_page(None, 10, "siti con") == [*people, siti]
    assert queries.people_page(None, 10, "%\x00") == []


def test_nobody_is_not_found() -> None:
    assert queries.by_sign_in_name("nobody\x00") is None
    with pytest.raises(NotFound):
        queries.person(1)
    with pytest.raises(NotFound):
        queries.by_public_id("x")


def test_old_counts_and_sessions_are_tidied_away() -> None:
    who = person()
    open_session(who)
    check("nobody", "salah sekali")
    with transaction():
        assert actions.tidy() == 0
    with (
        time_machine.travel(clock.now() + rules.MEMBER_SESSION + rules.SESSION_KEPT + timedelta(days=1)),
        transaction(),
    ):
        assert actions.tidy() == 2


def test_a_seal_of_another_key_opens_nothing() -> None:
    assert vault.unseal(vault.seal("rahasia")) == "rahasia"
    assert vault.unseal_or_none("kosong") is None
    with pytest.raises(ValueError, match="another personal key"):
        vault.unseal(vault.seal("rahasia")[:-4] + "AAA=")


def test_erasure_leaves_a_name_empty() -> None:
    who = person()
    assert queries.name_of(who.id) == "Siti Contoh"
    with transaction():
        db.session.delete(db.session.get_one(PersonPrivate, who.id))
    assert queries.name_of(who.id) == ""
