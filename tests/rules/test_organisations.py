"""Which unit hangs where, who may be at it, and what "another unit" means."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.accounts.rules import Role
from lms.organisations import rules

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "parent", "problem"),
    [
        ("ormas", None, None),
        ("chapter", "ormas", None),
        ("polsek", "polres", None),
        ("chapter", None, "unit_parent_wrong"),
        ("chapter", "polsek", "unit_parent_wrong"),
        ("polsek", "polda", "unit_parent_wrong"),
        ("ormas", "ormas", "unit_parent_wrong"),
        ("club", None, "unit_kind_unknown"),
    ],
)
def test_parent(kind: str, parent: str | None, problem: str | None) -> None:
    assert rules.parent_problem(kind, parent) == problem


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Forum Warga 05 (Melati) & Co", None),
        ("  ", "unit_name_missing"),
        ("x" * 121, "unit_name_too_long"),
        ("Forum\x00Warga", "unit_name_with_signs"),
    ],
)
def test_unit_name(name: str, problem: str | None) -> None:
    assert rules.name_problem(name) == problem


@pytest.mark.parametrize(
    ("role", "kind", "problem"),
    [
        (Role.COORDINATOR, "ormas", None),
        (Role.COORDINATOR, "polsek", "role_not_at_this_unit"),
        (Role.OFFICER, "polsek", None),
        (Role.OFFICER, "chapter", "role_not_at_this_unit"),
        (Role.APPROVER, "ormas", "role_not_at_this_unit"),
        (Role.OVERSEER, "polda", None),
        (Role.TRAINER, "ormas", None),
        (Role.TRAINER, "polda", None),
    ],
)
def test_seat(role: Role, kind: str, problem: str | None) -> None:
    assert rules.seat_problem(role, kind) == problem


def test_members_belong_to_ormas_and_chapters_that_exist() -> None:
    assert rules.member_unit_problem("chapter", dissolved=False) is None
    assert rules.member_unit_problem("chapter", dissolved=True) == "unit_dissolved"
    assert rules.member_unit_problem("polsek", dissolved=False) == "unit_without_members"


def test_invitation_open_until_the_instant_it_expires() -> None:
    assert rules.invitation_open(AT, 1, None, AT - timedelta(microseconds=1))
    assert not rules.invitation_open(AT, 1, None, AT)
    assert not rules.invitation_open(AT, 0, None, AT - timedelta(days=1))
    assert not rules.invitation_open(AT, 1, AT, AT - timedelta(days=1))


@pytest.mark.parametrize(("uses", "right"), [(0, False), (1, True), (1000, True), (1001, False)])
def test_uses_of_an_invitation(uses: int, right: bool) -> None:
    assert (rules.uses_problem(uses) is None) is right


def test_member_is_who_ever_belonged_or_holds_no_appointment() -> None:
    staff = frozenset({Role.TRAINER})
    assert rules.roles(staff, ever_member=False) == staff
    assert rules.roles(staff, ever_member=True) == staff | {Role.MEMBER}
    assert rules.roles(frozenset(), ever_member=False) == {Role.MEMBER}


def test_two_chapters_of_one_ormas_are_not_another_unit() -> None:
    ormas, first, second, polsek = 1, 2, 3, 4
    assert not rules.of_other_unit(frozenset({first, ormas}), frozenset({second, ormas}))
    assert rules.of_other_unit(frozenset({polsek}), frozenset({second, ormas}))
