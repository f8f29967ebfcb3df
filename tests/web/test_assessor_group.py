"""Up to eight members at once: who may be chosen, a tick for each on every criterion, one signature for all."""

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from lms import clock
from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.db import db, transaction
from lms.organisations import actions as organisations
from lms.practice import actions as practice
from lms.practice import queries as drills
from lms.practice.models import Signoff, SignoffDraft
from lms.refusals import NotFound, Refused
from tests import make
from tests.web import ground
from tests.web.ground import CRITERIA, SLUG, Ground

HOME = "/penilai/"
BEGIN = f"{HOME}mulai-kelompok/{SLUG}"


@pytest.fixture
def assessor(client: FlaskClient, here: Ground) -> FlaskClient:
    return make.signed_in(client, here.assessor)


@pytest.fixture
def three(here: Ground) -> list[Person]:
    """Three members who wait for the drill."""
    return [ground.member(here, name) for name in ("Ani Satu", "Budi Dua", "Cici Tiga")]


def begun(client: FlaskClient, members: list[Person]) -> str:
    """The address of a group that was just begun, without a step."""
    query = "&".join(f"pilih={one.public_id}" for one in members)
    page = client.get(f"{BEGIN}?{query}").text
    shown = page.split('type="datetime-local" value="')[1].split('"')[0]
    fields = MultiDict([("csrf_token", make.csrf_in(page)), ("observed_at", shown)])
    for one in members:
        fields.add("pilih", one.public_id)
    answer = client.post(BEGIN, data=fields)
    assert answer.status_code == 302, answer.text
    return answer.location.rsplit("/", 1)[0]


def sheets() -> dict[str, str]:
    """Name -> public id of every open sheet."""
    db.session.rollback()
    rows = db.session.query(SignoffDraft.public_id, Person.id).join(Person, Person.id == SignoffDraft.person_id)
    return {make_name(person): public_id for public_id, person in rows}


def make_name(person_id: int) -> str:
    """The name of a member."""
    return db.session.get_one(Person, person_id).private.name  # type: ignore[union-attr]  # nobody is erased here


def tick(client: FlaskClient, page: str, prefix: str, given: dict[str, str]) -> int:
    """The status after sending a line for each member."""
    fields = {f"{prefix}{sheets()[name]}": answer for name, answer in given.items()}
    return client.post(page, data={"csrf_token": make.token(client, page), **fields}).status_code


def test_a_group_is_observed_together_and_signed_at_once(assessor: FlaskClient, three: list[Person]) -> None:
    assert assessor.get(HOME).text.count('name="pilih"') == 3
    group = begun(assessor, three)
    everybody = dict.fromkeys(("Ani Satu", "Budi Dua", "Cici Tiga"), "ya")
    assert tick(assessor, f"{group}/1", "nilai-", everybody | {"Budi Dua": "tidak"}) == 302
    for n in (2, 3):
        assert tick(assessor, f"{group}/{n}", "nilai-", everybody) == 302
    unseen = dict.fromkeys(everybody, "tidak")
    assert tick(assessor, f"{group}/larangan", "memegang-", unseen | {"Cici Tiga": "ya"}) == 302
    page = assessor.get(f"{group}/tinjau").text
    assert page.count("Lulus praktik") == 1
    assert page.count("Belum lulus praktik") == 2
    assert "Tanda tangani 3 lembar" in page
    assert assessor.post(f"{group}/tanda-tangan", data={"csrf_token": make.csrf_in(page)}).status_code == 302
    db.session.rollback()
    verdicts = {make_name(one.person_id): one.passed for one in db.session.query(Signoff)}
    assert verdicts == {"Ani Satu": True, "Budi Dua": False, "Cici Tiga": False}
    assert sheets() == {}
    assert assessor.get(f"{group}/tinjau").status_code == 404


def test_a_member_without_a_tick_is_named_and_nothing_is_saved(assessor: FlaskClient, three: list[Person]) -> None:
    group = begun(assessor, three)
    page, all_sheets = f"{group}/1", sheets()
    answer = assessor.post(
        page, data={"csrf_token": make.token(assessor, page), f"nilai-{all_sheets['Ani Satu']}": "ya"}
    )
    assert answer.status_code == 422
    assert "Budi Dua: Pilih Terpenuhi atau Belum terpenuhi." in answer.text
    assert f'href="#nilai-{all_sheets["Budi Dua"]}"' in answer.text
    db.session.rollback()
    assert [one.ticks for one in db.session.query(SignoffDraft)] == [{}, {}, {}]
    assert assessor.get(f"{group}/tinjau").text.count("butir belum dinilai") >= 3
    assert assessor.post(f"{group}/tanda-tangan", data={"csrf_token": make.token(assessor, page)}).status_code == 422


def test_nobody_or_nine_at_once_are_refused_in_words(assessor: FlaskClient, here: Ground) -> None:
    nobody = assessor.get(BEGIN)
    assert nobody.status_code == 422
    assert "Centang dulu anggota yang dinilai bersama." in nobody.text
    nine = [ground.member(here, f"Anggota Ke{chr(97 + n)}") for n in range(9)]
    page = assessor.get(f"{BEGIN}?" + "&".join(f"pilih={one.public_id}" for one in nine))
    assert page.status_code == 422
    assert "Satu kelompok paling banyak 8 orang." in page.text
    drill = drills.drills_current()[0].public_id
    with pytest.raises(Refused, match="group_too_large"), transaction():
        practice.begin_group(here.assessor.id, drill, [one.public_id for one in nine], clock.now())
    with pytest.raises(Refused, match="group_empty"), transaction():
        practice.begin_group(here.assessor.id, drill, [], clock.now())


def test_those_whom_the_assessor_may_not_judge_do_not_come_in(
    assessor: FlaskClient, here: Ground, three: list[Person]
) -> None:
    home = make.chapter()
    near = ground.member(here, "Satu Satuan", unit=home)
    with transaction():
        organisations.add_membership(here.assessor.id, home.id)
    page = assessor.get(f"{BEGIN}?pilih={near.public_id}&pilih={three[0].public_id}").text
    assert "Satu Satuan" not in page
    assert "1 anggota dinilai bersama" in page
    members = [three[0].public_id, near.public_id]
    with pytest.raises(Refused, match="same_unit"), transaction():
        practice.begin_group(here.assessor.id, drills.drills_current()[0].public_id, members, clock.now())
    assert sheets() == {}, "all or none"


def test_a_group_is_its_assessors_own(client: FlaskClient, here: Ground, three: list[Person]) -> None:
    with transaction():
        drill = drills.drills_current()[0].public_id
        key = practice.begin_group(here.assessor.id, drill, [one.public_id for one in three], clock.now())
    other = make.staff(Role.ASSESSOR, here.polsek)
    assert make.signed_in(client, other).get(f"{HOME}kelompok/{key}/1").status_code == 404
    with pytest.raises(NotFound), transaction():
        practice.sign_group(other.id, key)


def test_a_sheet_that_was_begun_alone_joins_with_its_ticks(
    assessor: FlaskClient, here: Ground, three: list[Person]
) -> None:
    drill = drills.drills_current()[0].public_id
    with transaction():
        sheet = practice.begin(here.assessor.id, drill, three[0].public_id, clock.now()).public_id
        practice.tick(here.assessor.id, sheet, CRITERIA[0], True)
    group = begun(assessor, three)
    db.session.rollback()
    assert group.endswith(drills.open_sheets(here.assessor.id)[1][0].key)
    assert 'value="ya" checked' in assessor.get(f"{group}/1").text
    assert "Kelompok yang belum ditandatangani" in assessor.get(HOME).text
