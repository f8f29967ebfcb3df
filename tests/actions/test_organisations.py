"""Units, memberships, invitations and the visitor against a real database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, func, select, update

from lms import clock
from lms.accounts import actions as accounts
from lms.accounts import queries as people
from lms.accounts import rules as account_rules
from lms.accounts.models import Person, Session
from lms.accounts.rules import Role
from lms.db import db, transaction
from lms.organisations import actions, queries, rules
from lms.organisations.models import Invitation, Membership, Unit
from lms.refusals import NotFound, Refused
from tests import make

pytestmark = pytest.mark.usefixtures("app")

SECRET = "kuda laut biru"
NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The SELECT statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip("( ").upper().startswith("SELECT"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def signed_in(who: Person, second_factor: bool = False) -> str:
    with transaction():
        return accounts.open_session(who.id, queries.roles_of(who.id), second_factor)


def invited(unit: Unit, uses: int = 100) -> tuple[Invitation, Person]:
    coordinator = make.staff(Role.COORDINATOR, unit)
    with transaction():
        return actions.invite(unit.id, coordinator.id, uses), coordinator


def join(code: str, **given: str) -> Person:
    with transaction():
        return actions.join(code, "Siti Contoh", given.get("secret", SECRET), "password", key=given.get("key"))


def ended(who: Person, unit: Unit) -> None:
    with transaction():
        actions.end_membership(who.id, unit.id)


# Units


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        ("chapter", "Tanpa Induk", "unit_parent_wrong"),
        ("club", "Klub", "unit_kind_unknown"),
        ("ormas", " ", "unit_name_missing"),
    ],
)
def test_a_unit_without_a_place_or_name_is_refused(kind: str, name: str, code: str) -> None:
    with pytest.raises(Refused, match=code), transaction():
        actions.add_unit(kind, name)


def test_only_a_chapter_names_a_polsek_and_only_a_polsek() -> None:
    ormas, (_, polres, polsek) = make.ormas(), make.police()
    with pytest.raises(Refused, match="polsek_wrong"), transaction():
        actions.add_unit("ormas", "Ormas Lain", polsek_id=polsek.id)
    with pytest.raises(Refused, match="polsek_wrong"), transaction():
        actions.add_unit("chapter", "Ranting", parent_id=ormas.id, polsek_id=polres.id)


def test_a_taken_name_is_refused_by_the_constraint() -> None:
    make.ormas("Forum Warga")
    with pytest.raises(Refused, match="unit_name_taken"):
        make.ormas(" Forum  Warga ")
    assert [unit.name for unit in queries.all_units()] == ["Forum Warga"]


def test_only_a_steward_manages_units() -> None:
    trainer, steward, unit = make.staff(Role.TRAINER), make.staff(Role.STEWARD), make.ormas()
    with pytest.raises(Refused, match="not_allowed"), transaction():
        actions.add_unit("ormas", "Ormas Lain", by=trainer.id)
    with pytest.raises(Refused, match="not_allowed"), transaction():
        actions.dissolve(unit.id, by=trainer.id)
    with transaction():
        assert actions.add_unit("ormas", "Ormas Lain", by=steward.id).public_id


def test_scope_of_every_kind_of_unit() -> None:
    polda, polres, polsek = make.police()
    ormas, elsewhere = make.ormas(), make.ormas()
    first, second, other = make.chapter(ormas, polsek), make.chapter(ormas), make.chapter(elsewhere, polsek)
    assert queries.scope(ormas.id) == [ormas.id, first.id, second.id]
    assert queries.scope(first.id) == [first.id]
    for police in (polsek, polres, polda):
        assert queries.scope(police.id) == [first.id, other.id]
    assert queries.scope(0) == []


def test_a_dissolved_ormas_takes_everything_with_it() -> None:
    ormas = make.ormas()
    chapter = make.chapter(ormas)
    invitation, coordinator = invited(chapter)
    who = make.person(unit=chapter)
    token = signed_in(coordinator)
    with transaction():
        actions.dissolve(ormas.id, by=None)
    with transaction():
        actions.dissolve(ormas.id, by=None)
    assert queries.visitor(token, clock.now()) is None  # the coordinator is out at once
    assert people.appointments_of(coordinator.id) == []
    assert queries.main_unit(who.id) is None
    assert queries.roles_of(who.id) == {Role.MEMBER}
    assert queries.all_units() == []
    assert queries.all_units(dissolved=True)
    assert queries.violations() == {"dissolved_unit_in_use": 0, "member_of_police_unit": 0}
    for late in (
        lambda: actions.add_membership(who.id, chapter.id),
        lambda: actions.appoint(who.id, Role.TRAINER, chapter.id, by=None),
        lambda: actions.add_unit("chapter", "Ranting Baru", parent_id=ormas.id),
        lambda: actions.invite(chapter.id, coordinator.id),
    ):
        with pytest.raises(Refused, match="unit_dissolved"), transaction():
            late()
    with pytest.raises(Refused, match="invitation_wrong"):
        join(invitation.code)


def test_a_police_unit_with_units_below_stays() -> None:
    _, polres, polsek = make.police()
    make.chapter(polsek=polsek)
    for unit in (polres, polsek):
        with pytest.raises(Refused, match="unit_has_units"), transaction():
            actions.dissolve(unit.id, by=None)


def test_violations_sees_what_the_actions_prevent() -> None:
    unit = make.ormas()
    invited(unit)
    make.person(unit=unit)
    polsek = make.police()[2]
    with transaction():
        db.session.execute(update(Unit).where(Unit.id == unit.id).values(dissolved_at=clock.now()))
        db.session.add(Membership(person_id=make_member_id(), unit_id=polsek.id, since=clock.now()))
    assert queries.violations() == {"dissolved_unit_in_use": 3, "member_of_police_unit": 1}


def make_member_id() -> int:
    return accounts.create_person("Rahmat Contoh").id


def test_a_role_is_held_where_it_belongs() -> None:
    who, polsek = make.person(), make.police()[2]
    with pytest.raises(Refused, match="role_not_at_this_unit"), transaction():
        actions.appoint(who.id, Role.COORDINATOR, polsek.id, by=None)
    with transaction():
        assert actions.appoint(who.id, Role.OFFICER, polsek.id, by=None).role == "officer"


# Memberships


def test_a_membership_that_is_open_is_given_back() -> None:
    unit, who = make.ormas(), make.person()
    with transaction():
        assert actions.add_membership(who.id, unit.id) is actions.add_membership(who.id, unit.id)


def test_a_membership_that_ended_can_begin_again_and_history_stays() -> None:
    unit = make.ormas()
    who = make.person(unit=unit)
    ended(who, unit)
    ended(who, unit)
    with transaction():
        actions.add_membership(who.id, unit.id)
    assert [row.until is None for row in queries.memberships_of(who.id)] == [False, True]


def test_nobody_is_a_member_of_a_police_unit_or_of_none() -> None:
    who, polsek = make.person(), make.police()[2]
    with pytest.raises(Refused, match="unit_without_members"), transaction():
        actions.add_membership(who.id, polsek.id)
    for person_id, unit_id in ((who.id, 0), (0, make.ormas().id)):
        with pytest.raises(NotFound), transaction():
            actions.add_membership(person_id, unit_id)


def test_units_of_somebody_with_the_ormas_above() -> None:
    ormas, polsek = make.ormas(), make.police()[2]
    chapter = make.chapter(ormas)
    who, other = make.person(unit=chapter), make.person()
    with transaction():
        accounts.appoint(who.id, Role.OFFICER, polsek.id, by=None)
    assert queries.units_of(who.id) == {ormas.id, chapter.id, polsek.id}
    assert queries.units_of_many([who.id, other.id])[other.id] == frozenset()
    assert queries.main_unit(who.id) is chapter
    ended(who, chapter)
    assert queries.units_of(who.id) == {polsek.id}
    assert queries.main_unit(who.id) is polsek
    with transaction():
        accounts.end_appointment(people.appointments_of(who.id)[0].public_id, by=None)
    assert queries.units_of(who.id) == frozenset()
    assert queries.main_unit(who.id) is None


def test_pages_of_members_name_each_once() -> None:
    ormas = make.ormas()
    first, second = make.chapter(ormas), make.chapter(ormas)
    members = [make.person(unit=first) for _ in range(3)]
    with transaction():
        actions.add_membership(members[0].id, second.id)
        accounts.disable(members[2].id, by=None)
    ended(members[1], first)
    make.person(unit=make.ormas())
    ids = queries.scope(ormas.id)
    page = queries.members_page(ids, None, 10)
    assert [(row.person_id, row.unit_name, row.disabled) for row in page] == [
        (members[0].id, first.name, False),
        (members[2].id, first.name, True),
    ]
    assert [row.person_id for row in queries.members_page(ids, members[0].id, 10)] == [members[2].id]
    assert len(queries.members_page(ids, None, 1)) == 1
    assert queries.members_page([], None, 10) == []
    assert queries.lies_under(members[0].id, [second.id])
    assert not queries.lies_under(members[1].id, ids)


# Invitations


def test_joining_takes_one_use_and_makes_a_member() -> None:
    unit = make.chapter()
    invitation, _ = invited(unit, uses=2)
    who = join(f"{invitation.code[:4].lower()}-{invitation.code[4:]}")
    assert queries.main_unit(who.id) is unit
    assert queries.roles_of(who.id) == {Role.MEMBER}
    with transaction():
        assert accounts.check_secret(who.sign_in_name, SECRET).person_id == who.id
    join(invitation.code)
    assert queries.invitation(invitation.code) is None
    with pytest.raises(Refused, match="invitation_wrong"):
        join(invitation.code)


def test_unknown_late_and_closed_invitations_look_alike() -> None:
    unit = make.ormas()
    closed, coordinator = invited(unit)
    with transaction():
        open_one = actions.invite(unit.id, coordinator.id)
        actions.close_invitation(closed.public_id, coordinator.id)
        actions.close_invitation(closed.public_id, coordinator.id)
    assert queries.invitations_of([unit.id]) == [open_one]
    for code in (closed.code, "ABCDEFGH", "", "\x00"):
        assert queries.invitation(code) is None
        with pytest.raises(Refused, match="invitation_wrong"):
            join(code)
    with time_machine.travel(clock.now() + rules.INVITATION_LIFE, tick=False):
        assert queries.invitation(open_one.code) is None
        with pytest.raises(Refused, match="invitation_wrong"):
            join(open_one.code)


def test_a_refused_join_takes_no_use() -> None:
    invitation, _ = invited(make.ormas(), uses=1)
    with pytest.raises(Refused, match="password_too_short"):
        join(invitation.code, secret="pendek")
    assert queries.invitation(invitation.code) is invitation


def test_a_form_sent_twice_joins_once() -> None:
    invitation, _ = invited(make.ormas(), uses=1)
    assert join(invitation.code, key="form-1") is join(invitation.code, key="form-1")
    with pytest.raises(Refused, match="already_joined"):
        join(invitation.code, key="form-1", secret="rusa bawean 7")
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 1


@pytest.mark.parametrize("key", ["form-1", None])
def test_a_double_click_and_a_rush_for_the_last_uses(app: Flask, key: str | None) -> None:
    """With the form's key eight posts are one person; without, eight people share three uses."""
    invitation, _ = invited(make.ormas(), uses=3)
    code = invitation.code

    def post(_: int) -> int | str:
        with app.app_context():
            try:
                with transaction():
                    return actions.join(code, "Siti Contoh", SECRET, "password", key=key).id
            except Refused as refusal:
                return refusal.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(post, range(8)))
    if key:
        assert len(set(answers)) == 1
    else:
        assert answers.count("invitation_wrong") == 5
    db.session.rollback()
    assert db.session.scalar(select(Invitation.uses_left)) == (2 if key else 0)


def test_somebody_with_an_account_joins_a_second_unit() -> None:
    first, second = make.ormas(), make.ormas()
    invitation, _ = invited(second, uses=1)
    who = make.person(unit=first)
    with transaction():
        row = actions.accept(invitation.code, who.id)
        assert actions.accept(invitation.code, who.id) is row
    assert queries.units_of(who.id) == {first.id, second.id}
    with pytest.raises(Refused, match="invitation_wrong"), transaction():
        actions.accept(invitation.code, make_member_id())


def test_only_the_units_coordinator_invites() -> None:
    ormas, elsewhere = make.ormas(), make.ormas()
    chapter = make.chapter(ormas)
    invitation, coordinator = invited(chapter)
    above, foreign, trainer = (
        make.staff(Role.COORDINATOR, ormas),
        make.staff(Role.COORDINATOR, elsewhere),
        make.staff(Role.TRAINER, chapter),
    )
    assert queries.coordinator_scope(above.id) == [ormas.id, chapter.id]
    assert queries.coordinator_scope(trainer.id) == []
    with transaction():
        assert actions.invite(chapter.id, above.id).uses_left == rules.INVITATION_USES
    for by in (foreign, trainer):
        with pytest.raises(Refused, match="not_allowed"), transaction():
            actions.invite(chapter.id, by.id)
        with pytest.raises(NotFound), transaction():
            actions.close_invitation(invitation.public_id, by.id)
    with pytest.raises(Refused, match="not_allowed"), transaction():
        actions.invite(ormas.id, coordinator.id)
    with pytest.raises(Refused, match="invitation_uses_wrong"), transaction():
        actions.invite(chapter.id, coordinator.id, uses=0)
    with pytest.raises(NotFound), transaction():
        actions.close_invitation("nothing", coordinator.id)


# The visitor


def test_a_visitor_is_read_in_two_queries() -> None:
    unit, polda = make.chapter(), make.police()[0]
    who = make.person("Siti Contoh", unit=unit)
    with transaction():
        accounts.appoint(who.id, Role.TRAINER, polda.id, by=None)
        accounts.appoint(who.id, Role.ASSESSOR, polda.id, by=None)
    token = signed_in(who, second_factor=True)
    with counted() as sent:
        visitor = queries.visitor(token, clock.now())
    assert len(sent) == 2
    assert visitor is not None
    assert (visitor.person_id, visitor.name, visitor.language) == (who.id, "Siti Contoh", "id")
    assert visitor.roles == {Role.MEMBER, Role.TRAINER, Role.ASSESSOR}
    assert visitor.appointments == ((Role.TRAINER, polda.id), (Role.ASSESSOR, polda.id))
    assert visitor.member_units == (unit.id,)
    assert visitor.second_factor is True
    assert visitor.created_at.tzinfo is not None


def test_an_ended_membership_still_makes_a_member() -> None:
    unit = make.ormas()
    who = make.person(unit=unit)
    ended(who, unit)
    with transaction():
        accounts.appoint(who.id, Role.TRAINER, unit.id, by=None)
    visitor = queries.visitor(signed_in(who), clock.now())
    assert visitor is not None
    assert visitor.roles == {Role.MEMBER, Role.TRAINER}
    assert visitor.member_units == ()
    assert visitor.second_factor is False


def test_staff_who_never_belonged_are_no_members() -> None:
    assert queries.roles_of(make.staff(Role.OFFICER).id) == {Role.OFFICER}
    assert queries.roles_of(make.person().id) == {Role.MEMBER}


def test_who_holds_a_role() -> None:
    steward, gone = make.staff(Role.STEWARD), make.staff(Role.STEWARD)
    with transaction():
        accounts.disable(gone.id, by=None)
    assert queries.holders(Role.STEWARD) == [steward.id]


def test_no_token_opens_an_ended_session() -> None:
    with time_machine.travel(NOON, tick=False):
        who = make.person()
        token = signed_in(who)
        assert queries.visitor(token, NOON + account_rules.MEMBER_SESSION - timedelta(seconds=1))
        assert queries.visitor(token, NOON + account_rules.MEMBER_SESSION) is None
        with transaction():
            accounts.revoke_all(who.id)
        assert queries.visitor(token, NOON) is None
    for unknown in ("", "x", "\x00", "\ud800"):
        assert queries.visitor(unknown, NOON) is None


@pytest.mark.parametrize("column", ["disabled_at", "erased_at"])
def test_no_token_opens_a_closed_account_even_if_a_session_was_left(column: str) -> None:
    who = make.person()
    token = signed_in(who)
    with transaction():
        db.session.execute(update(Person).where(Person.id == who.id).values({column: clock.now()}))
    assert db.session.scalar(select(Session.revoked_at)) is None
    assert queries.visitor(token, clock.now()) is None


def test_addresses_of_nothing_are_not_found() -> None:
    unit = make.ormas("Forum Warga")
    assert queries.unit(unit.public_id) is queries.unit_by_id(unit.id) is queries.unit_by_name(" Forum Warga")
    with pytest.raises(NotFound):
        queries.unit("nothing")
    with pytest.raises(NotFound):
        queries.unit_by_id(0)
