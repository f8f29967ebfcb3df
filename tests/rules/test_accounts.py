"""Who may do what, and what names, phones, passwords and PINs must be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts import rules
from lms.accounts.rules import Role, Throttle

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_role_table_names_staff_roles_only() -> None:
    assert all(roles and Role.MEMBER not in roles for roles in rules.MAY.values())


def test_an_act_that_the_table_does_not_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        rules.may(frozenset(Role), "fly")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MEMBER])
def test_every_role_but_member_needs_a_second_factor_and_a_short_session(role: Role) -> None:
    assert rules.needs_second_factor(frozenset({Role.MEMBER, role}))
    assert rules.session_lifetime(frozenset({role})) == timedelta(hours=12)
    assert rules.is_idle(frozenset({role}), AT, AT + timedelta(minutes=15, seconds=1))
    assert not rules.is_idle(frozenset({role}), AT, AT + timedelta(minutes=15))


def test_a_member_needs_neither() -> None:
    assert not rules.needs_second_factor(frozenset({Role.MEMBER}))
    assert rules.session_lifetime(frozenset({Role.MEMBER})) == timedelta(days=30)
    assert not rules.is_idle(frozenset({Role.MEMBER}), AT, AT + timedelta(days=29))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0812 3456 7890", "+6281234567890"),
        ("+62 812-3456-7890", "+6281234567890"),
        ("６２８１２３４５６７８９０", "+6281234567890"),
        ("021 5551234", None),
        ("12345678", None),
        ("08123", None),
        ("0812٣٤٥٦٧٨٩٠", None),  # NFKC leaves other scripts' digits: they would make a second index of one phone
    ],
)
def test_phone_number(typed: str, number: str | None) -> None:
    assert rules.phone_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("anggota1", None),
        (" Anggota.1 ", None),
        ("12345678", None),
        ("ab", "sign_in_name_wrong"),
        ("a" * 61, "sign_in_name_wrong"),
        ("budi santoso!", "sign_in_name_wrong"),
        ("081234567890", "sign_in_name_is_phone"),
        ("62812-3456.7890", "sign_in_name_is_phone"),
    ],
)
def test_sign_in_name(typed: str, problem: str | None) -> None:
    assert rules.sign_in_name_problem(typed) == problem


@given(st.text(max_size=80))
def test_a_sign_in_name_is_stable_and_never_a_phone(typed: str) -> None:
    name = rules.sign_in_name(typed)
    assert "\x00" not in name
    if rules.sign_in_name_problem(typed) is None:
        assert rules.sign_in_name(name) == name
        assert rules.phone_number(name) is None


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("Suparman", None),
        ("Ni Luh Ayu Pertiwi", None),
        ("Ma'ruf D’Souza-Łoś, S.H.", None),
        ("", "name_missing"),
        ("x" * 101, "name_too_long"),
        ("...", "name_without_letters"),
        ("Budi <b>", "name_with_signs"),
        ("Budi\x00", "name_with_signs"),
        ("Иван", "name_not_latin"),
    ],
)
def test_name(typed: str, problem: str | None) -> None:
    assert rules.name_problem(typed) == problem


@pytest.mark.parametrize(
    ("secret", "kind", "problem"),
    [
        ("kuda laut biru", "password", None),
        ("jaga-demo-2026", "password", None),
        ("pendek", "password", "password_too_short"),
        ("x" * 129, "password", "password_too_long"),
        ("aaaaaaaaaaab", "password", "password_too_simple"),
        ("Password123", "password", "password_too_simple"),
        ("budi.santoso", "password", "secret_is_name"),
        ("190283", "pin", None),
        ("19028", "pin", "pin_not_six_digits"),
        ("١٩٠٢٨٣", "pin", "pin_not_six_digits"),
        ("111111", "pin", "pin_too_simple"),
        ("234567", "pin", "pin_too_simple"),
        ("987654", "pin", "pin_too_simple"),
        ("190283", "face", "secret_kind_unknown"),
    ],
)
def test_secret(secret: str, kind: str, problem: str | None) -> None:
    assert rules.secret_problem(secret, kind, ("Budi.Santoso",)) == problem


def test_a_phone_in_any_spelling_is_no_password() -> None:
    about = rules.about("Budi", "12345678", "+6281234567890")
    for typed in ("+6281234567890", "6281234567890", "081234567890"):
        assert rules.secret_problem(typed, "password", about) == "secret_is_name"


def test_one_letter_typed_on_two_keyboards_is_one_secret() -> None:
    assert rules.plain_secret("caf\u00e9 di pojok") == rules.plain_secret("cafe\u0301 di pojok")


def test_a_pin_is_for_members_only() -> None:
    assert rules.pin_problem("pin", has_appointment=False) is None
    assert rules.pin_problem("pin", has_appointment=True) == "pin_not_for_staff"
    assert rules.pin_problem("password", has_appointment=True) is None


@pytest.mark.parametrize(
    ("own", "staff", "role", "problem"),
    [
        (False, False, Role.COORDINATOR, None),
        (False, True, Role.COORDINATOR, "not_allowed"),
        (False, True, Role.STEWARD, None),
        (True, True, Role.STEWARD, "own_reset"),
        (False, False, Role.APPROVER, "not_allowed"),
    ],
)
def test_who_hands_out_a_reset_code(own: bool, staff: bool, role: Role, problem: str | None) -> None:
    assert rules.reset_problem(own, staff, frozenset({role})) == problem


def test_eight_failures_within_the_window_lock_for_fifteen_minutes() -> None:
    throttle = None
    for n in range(8):
        assert not rules.is_locked(throttle, AT)
        throttle = rules.after_failure(throttle, AT + timedelta(seconds=n))
    assert rules.is_locked(throttle, AT + timedelta(minutes=14))
    assert not rules.is_locked(throttle, AT + timedelta(minutes=16))


def test_failures_outside_the_window_do_not_add_up() -> None:
    throttle = rules.after_failure(Throttle(7, AT, None), AT + timedelta(minutes=15))
    assert throttle == Throttle(1, AT + timedelta(minutes=15), None)


def test_typed_codes_forgive_spaces_dashes_and_small_letters() -> None:
    assert rules.typed_code(" abcd-efgh jk\x00 ") == "ABCDEFGHJK"


def test_exams_pause_for_a_day_after_a_reset() -> None:
    assert rules.exams_paused_until(None) is None
    assert rules.exams_paused_until(AT) == AT + timedelta(hours=24)
