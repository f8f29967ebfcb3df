"""The coordinator's door: who stands where, members, reset codes, the end of a membership, invitations."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import clock
from lms.accounts import actions as accounts
from lms.accounts.models import Person, ResetCode
from lms.accounts.rules import Role
from lms.audit.models import Audit
from lms.certification import actions as certification
from lms.certification import rules
from lms.db import db, transaction
from lms.organisations import actions as organisations
from lms.organisations.models import Invitation, Membership, Unit
from lms.reporting import queries as reporting
from tests import make
from tests.actions import ready
from tests.actions.ready import World
from tests.web import material
from tests.web.queries import counting

SLUG = "pelaporan"


@pytest.fixture
def unit(app: Flask) -> Unit:
    """The unit at which the coordinator is appointed."""
    return make.chapter()


@pytest.fixture
def coordinator(client: FlaskClient, unit: Unit) -> Person:
    """The coordinator, signed in."""
    made = make.staff(Role.COORDINATOR, unit, "Slamet Contoh")
    make.signed_in(client, made)
    return made


@pytest.fixture
def member(unit: Unit) -> Person:
    """A member of the coordinator's unit."""
    return make.person("Siti Contoh", unit=unit)


@pytest.fixture
def address(member: Person) -> str:
    """The page of the member."""
    return f"/koordinator/anggota/{member.public_id}"


def members(count: int, unit: Unit) -> list[str]:
    """Many members who have no password yet: their numbers."""
    with transaction():
        made = [accounts.create_person(f"Budi {chr(97 + n % 26)}") for n in range(count)]
        for one in made:
            organisations.add_membership(one.id, unit.id)
        return [one.sign_in_name for one in made]


def stored(of: Any) -> list[Any]:
    """All rows of a table, read afresh."""
    db.session.rollback()
    return list(db.session.scalars(select(of)))


def post(client: FlaskClient, path: str, **data: str) -> Any:
    """Send a form with the token of the first page."""
    return client.post(path, data={"csrf_token": make.token(client, "/koordinator/"), **data})


def suspended(world: World) -> None:
    """A member whose certificate is suspended."""
    code = world.certified().code
    with transaction():
        certification.suspend(code, world.officer.id, "force", "key-s")


def test_standings_count_every_member_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    world = ready.world()
    for _ in range(3):
        world.certified()
    suspended(world)
    world.revoke(world.certified())
    world.certified(level=1)
    world.member()
    ready.pass_exam(world.member(), world.versions[0])
    ready.pass_exam(make.person("Orang Lain", unit=make.chapter()), world.versions[0])

    def counts() -> dict[str, int]:
        db.session.rollback()
        return {name: count for name, count in reporting.standings([world.unit.id]).items() if count}

    others = {"suspended": 1, "revoked": 1, "learning": 1, "not_begun": 1}
    assert counts() == {"valid": 4, **others}
    issued = clock.today()
    for day, standing in (
        (rules.add_months(issued, 12), "refresher_due"),
        (rules.add_months(issued, 24), "refresher_due"),
        (rules.add_months(issued, 24) + timedelta(days=1), "expired"),
    ):
        monkeypatch.setattr(clock, "today", lambda day=day: day)
        assert counts() == {standing: 4, **others}
    monkeypatch.undo()


def test_a_certificate_that_ends_within_30_days_is_expiring(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    world = ready.world(
        {**ready.PROGRAMME, "levels": [{**one, "refresher_months": 24} for one in ready.PROGRAMME["levels"]]}
    )
    end = world.certified().valid_through
    for left, standing in ((31, "valid"), (30, "expiring"), (1, "expiring")):
        monkeypatch.setattr(clock, "today", lambda left=left: end - timedelta(days=left))
        db.session.rollback()
        assert reporting.standings([world.unit.id])[standing] == 1
        person = db.session.scalars(select(Membership.person_id).where(Membership.unit_id == world.unit.id)).one()
        held = reporting.progress([person], [])[person].certificate
        assert held is not None
        assert held.standing == standing
    monkeypatch.undo()


def test_home_says_who_stands_where(client: FlaskClient, app: Flask) -> None:
    world = ready.world()
    make.signed_in(client, make.staff(Role.COORDINATOR, world.unit))
    assert "Belum ada anggota di satuan Anda." in client.get("/koordinator/").text
    world.certified()
    suspended(world)
    world.member()
    page = client.get("/koordinator/").text
    assert "3 anggota di satuan Anda." in page
    rows = page.split("Keadaan sertifikat anggota")[1].split("</tbody>")[0].split("</tr>")[:-1]
    said = {row.split('scope="row">')[1].split("<")[0]: row.split('class="num">')[1].split("<")[0] for row in rows}
    assert {word for word, count in said.items() if count == "1"} == {
        "Berlaku",
        "Ditangguhkan",
        "Belum mulai belajar",
    }
    assert 'class="ok"' in rows[0]


def test_list_shows_certificate_and_progress(client: FlaskClient, app: Flask) -> None:
    world = ready.world()
    make.signed_in(client, make.staff(Role.COORDINATOR, world.unit))
    holder = world.certify(world.ready())
    page = client.get("/koordinator/anggota").text
    for words in ("Berlaku", "Tingkat 2", "Lulus · praktik lulus"):
        assert words in page
    assert "nilai" not in page
    with transaction():
        certification.suspend(holder.code, world.officer.id, "force", "key-s")
    page = client.get("/koordinator/anggota").text
    assert "Ditangguhkan" in page
    assert "kekerasan" not in page


def numbers(page: str) -> list[str]:
    """The member numbers that a page lists."""
    return [part.split("<")[0] for part in page.split('data-label="Nomor anggota">')[1:]]


def test_pages_of_members_cover_everybody_once(client: FlaskClient, coordinator: Person, unit: Unit) -> None:
    made, found = members(103, unit), []
    members(2, make.chapter())
    path = "/koordinator/anggota"
    while path:
        page = client.get(path).text
        found += numbers(page)
        path = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&") if 'rel="next"' in page else ""
    assert sorted(found) == sorted(made)


@pytest.mark.parametrize("path", ["/koordinator/", "/koordinator/anggota", "/koordinator/anggota.csv"])
def test_queries_do_not_grow_with_members(
    client: FlaskClient, app: Flask, coordinator: Person, unit: Unit, path: str
) -> None:
    version, counts = material.module(SLUG), []
    for more in (2, 57):
        members(more, unit)
        material.passed(make.person("Eka Contoh", unit=unit).id, version)
        with counting(app) as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 13


def test_file_has_certificates_and_is_audited(client: FlaskClient, app: Flask) -> None:
    world = ready.world()
    coordinator = make.staff(Role.COORDINATOR, world.unit)
    make.signed_in(client, coordinator)
    holder, new = world.ready(name="- Tono"), world.member("Adi Contoh")
    certificate = world.certify(holder)
    answer = client.get("/koordinator/anggota.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert rows[0][-4:] == ["Sertifikat", "Tingkat", "Berlaku sampai", "Kemajuan terakhir"]
    by_number = {row[0]: row[1:] for row in rows[1:]}
    done = ["Lulus", "Lulus", "Lulus; praktik lulus"]
    held = ["Berlaku", "2", certificate.valid_through.isoformat(), clock.today().isoformat()]
    assert by_number[holder.sign_in_name] == ["'- Tono", world.unit.name, *done, *held]
    assert by_number[new.sign_in_name] == ["Adi Contoh", world.unit.name, *["Belum mulai"] * 3, "Belum ada", "", "", ""]
    assert [row.actor_id for row in stored(Audit) if row.action == "export_members"] == [coordinator.id]


def test_member_page_says_what_is_missing(client: FlaskClient, app: Flask) -> None:
    world = ready.world()
    make.signed_in(client, make.staff(Role.COORDINATOR, world.unit))
    person = world.member("Siti Contoh")
    ready.pass_exam(person, world.versions[0])
    page = client.get(f"/koordinator/anggota/{person.public_id}").text
    for words in ("Siti Contoh", "Tujuan: Tingkat 1", "Ujian belum lulus: Koordinasi", "Kode etik belum ditandatangani",
                  "Buat kode atur ulang", world.unit.name):  # fmt: skip
        assert words in page
    assert "Ujian belum lulus: Lapor" not in page


def test_reset_code_is_shown_once_and_works(
    client: FlaskClient, app: Flask, coordinator: Person, member: Person, address: str
) -> None:
    assert "Buat kode" in client.get(f"{address}/atur-ulang").text
    assert stored(ResetCode) == []
    answer = post(client, f"{address}/atur-ulang")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Berlaku 3 hari. Ujian berhenti 24 jam setelah dipakai." in answer.text
    shown = answer.text.split('class="card center big num">')[1].split("<")[0]
    page = client.get(address).text
    assert shown not in page
    assert "oleh Slamet Contoh" in page
    assert "belum dipakai" in page
    with transaction():
        assert accounts.use_reset_code(member.sign_in_name, shown, "sandi baru 2026", "password").person_id == member.id
    assert "belum dipakai" not in client.get(address).text
    phone = app.test_client()
    token = make.token(phone, "/masuk")
    phone.post("/masuk", data={"identifier": member.sign_in_name, "password": "sandi baru 2026", "csrf_token": token})
    assert "Kata sandi Anda diatur ulang" in phone.get("/belajar/").text


def test_a_second_press_leaves_one_usable_code(client: FlaskClient, coordinator: Person, address: str) -> None:
    post(client, f"{address}/atur-ulang")
    post(client, f"{address}/atur-ulang")
    assert [row.expires_at > clock.now() for row in stored(ResetCode)] == [False, True]


def test_staff_and_oneself_are_not_reset_by_a_coordinator(
    client: FlaskClient, coordinator: Person, unit: Unit, member: Person, address: str
) -> None:
    with transaction():
        accounts.appoint(member.id, Role.TRAINER, unit.id, by=None)
        organisations.add_membership(coordinator.id, unit.id)
    own = f"/koordinator/anggota/{coordinator.public_id}"
    page = client.get(address).text
    assert "Hanya pengelola yang dapat mengatur ulang sandinya." in page
    assert "/atur-ulang" not in page
    for home in (address, own):
        assert post(client, f"{home}/atur-ulang").status_code == 422
    assert stored(ResetCode) == []
    assert {row.outcome for row in stored(Audit) if row.action == "issue_reset_code"} == {"not_allowed", "own_reset"}


def test_membership_ends_after_a_confirmation(
    client: FlaskClient, coordinator: Person, unit: Unit, member: Person, address: str
) -> None:
    path = f"{address}/satuan/{unit.public_id}/keluarkan"
    assert path in client.get(address).text
    assert "Akhiri keanggotaan ini?" in client.get(path).text
    for _ in range(2):
        answer = post(client, path)
        assert (answer.status_code, answer.location) == (302, "/koordinator/anggota")
    rows = [row for row in stored(Membership) if row.person_id == member.id]
    assert [row.until is not None for row in rows] == [True]
    assert client.get(address).status_code == 404
    ended = [row for row in stored(Audit) if row.action == "end_membership"]
    assert [row.actor_id for row in ended] == [coordinator.id]


def test_invitation_is_made_once_and_leads_to_joining(client: FlaskClient, coordinator: Person, unit: Unit) -> None:
    assert "Belum ada undangan yang berlaku." in client.get("/koordinator/undangan").text
    assert 'value="100"' in client.get("/koordinator/undangan/baru").text
    places = {post(client, "/koordinator/undangan/baru", unit=unit.public_id, uses="30").location for _ in range(2)}
    (made,) = stored(Invitation)
    assert places == {f"/koordinator/undangan/{made.public_id}"}
    assert (made.unit_id, made.by, made.uses_left) == (unit.id, coordinator.id, 30)
    page = client.get(places.pop()).text
    link = f"/daftar?kode={made.code}"
    for words in (f"{made.code[:4]} {made.code[4:]}", f"http://127.0.0.1:8000{link}", "data:image/svg+xml", "30 orang"):
        assert words in page
    assert made.code in client.get(link).text
    assert f"{made.code[:4]} {made.code[4:]}" in client.get("/koordinator/undangan").text


@pytest.mark.parametrize("typed", ["", "dua", "0", "1001"])
def test_invitation_needs_a_number(client: FlaskClient, coordinator: Person, unit: Unit, typed: str) -> None:
    answer = post(client, "/koordinator/undangan/baru", unit=unit.public_id, uses=typed)
    assert answer.status_code == 422
    assert 'href="#uses"' in answer.text
    assert f'value="{typed}"' in answer.text
    assert stored(Invitation) == []


def test_coordinator_of_an_ormas_invites_into_its_chapters(client: FlaskClient, app: Flask) -> None:
    parent = make.ormas()
    chapter, other = make.chapter(parent), make.chapter()
    make.signed_in(client, make.staff(Role.COORDINATOR, parent))
    page = client.get("/koordinator/undangan/baru").text
    assert chapter.name in page
    assert other.name not in page
    assert post(client, "/koordinator/undangan/baru", unit=chapter.public_id, uses="5").status_code == 302
    assert post(client, "/koordinator/undangan/baru", unit=other.public_id, uses="5").status_code == 404
    assert [row.unit_id for row in stored(Invitation)] == [chapter.id]


def test_invitation_closes_after_a_confirmation(client: FlaskClient, coordinator: Person, unit: Unit) -> None:
    path = post(client, "/koordinator/undangan/baru", unit=unit.public_id, uses="5").location
    assert "Tutup undangan ini?" in client.get(f"{path}/tutup").text
    for _ in range(2):
        assert post(client, f"{path}/tutup").location == "/koordinator/undangan"
    assert [row.closed_at is not None for row in stored(Invitation)] == [True]
    assert client.get(path).status_code == 404


def test_what_belongs_to_another_unit_is_not_found(
    client: FlaskClient, coordinator: Person, unit: Unit, member: Person
) -> None:
    foreign = make.chapter()
    other, chief = make.person("Orang Lain", unit=foreign), make.staff(Role.COORDINATOR, foreign)
    with transaction():
        invitation = organisations.invite(foreign.id, chief.id).public_id
    home, code = f"/koordinator/anggota/{other.public_id}", f"/koordinator/undangan/{invitation}"
    for path in (
        home,
        f"{home}/atur-ulang",
        f"{home}/satuan/{foreign.public_id}/keluarkan",
        f"{home}/satuan/{unit.public_id}/keluarkan",
        f"/koordinator/anggota/{member.public_id}/satuan/{foreign.public_id}/keluarkan",
        code,
        f"{code}/tutup",
    ):
        assert client.get(path).status_code == 404
        if path not in (home, code):
            assert post(client, path).status_code == 404
    assert stored(ResetCode) == []
    assert [row.closed_at for row in stored(Invitation)] == [None]


def test_the_door_is_guarded(
    app: Flask, client: FlaskClient, coordinator: Person, member: Person, address: str
) -> None:
    signed_in = make.signed_in(app.test_client(), member)
    for path in ("/koordinator/", "/koordinator/anggota", "/koordinator/anggota.csv", "/koordinator/undangan", address):
        assert signed_in.get(path).status_code == 403
        assert "/masuk" in app.test_client().get(path).headers["Location"]
    assert client.post(f"{address}/atur-ulang").status_code == 400
    assert stored(ResetCode) == []


def test_a_dissolved_unit_shuts_the_door_at_once(client: FlaskClient, coordinator: Person, unit: Unit) -> None:
    assert client.get("/koordinator/").status_code == 200
    with transaction():
        organisations.dissolve(unit.id, by=None)
    assert client.get("/koordinator/").status_code in (302, 403)
    assert client.get("/koordinator/anggota").status_code in (302, 403)
