"""The steward's door: people and their accounts, units, certificates, the programme, the course files, the audit."""

import ast
import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms import paths
from lms.accounts import actions as accounts
from lms.accounts import queries as people
from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.audit import actions as auditing
from lms.audit.models import Audit
from lms.certification import actions as certification
from lms.certification import queries as certified
from lms.certification import rules as certificates
from lms.courses import actions as courses
from lms.courses.models import ModuleVersion
from lms.db import db, transaction
from lms.organisations import actions as adding
from lms.organisations import queries as organisations
from lms.organisations.models import Unit
from lms.refusals import Refused
from lms.web import paging, words
from lms.web.steward import deeds
from tests import make
from tests.actions import ready
from tests.house import source
from tests.web import material
from tests.web.queries import counting

HOME = "/pengelola/"
COURSES = Path(__file__).parents[1] / "fixtures" / "courses"
PAGES = ["/pengelola/", "/pengelola/orang", "/pengelola/orang/baru", "/pengelola/satuan", "/pengelola/satuan/baru",
         "/pengelola/sertifikat", "/pengelola/program", "/pengelola/program/ajukan", "/pengelola/kursus",
         "/pengelola/audit", "/pengelola/audit.csv"]  # fmt: skip


LATE: dict[str, Any] = {
    "key": "lama",
    "value": "118",
    "label": "Nomor lama",
    "area": "Jakarta",
    "confidence": "L",
    "source": "Uji",
    "reviewed_on": date(2025, 1, 1),
    "review_due": date(2025, 6, 1),
}


@pytest.fixture
def steward(client: FlaskClient) -> Person:
    """A steward, signed in with the client."""
    who = make.staff(Role.STEWARD, name="Wulan Contoh")
    make.signed_in(client, who)
    return who


def send(client: FlaskClient, path: str, page: str = "", **fields: str) -> TestResponse:
    """Post with the token of a page (default: of the same address)."""
    return client.post(path, data={"csrf_token": make.token(client, page or path), **fields})


def refusal(code: str) -> str:
    """Why the rules refuse, in the words of the page."""
    with current_app.test_request_context():
        return words.refusal(Refused(code))


def again(person: Person) -> Person:
    """The person as it is stored now."""
    db.session.rollback()
    return people.person(person.id)


def at(person: Person, rest: str = "") -> str:
    return f"/pengelola/orang/{person.public_id}{rest}"


# --- the door ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_the_door_is_shut_for_others(client: FlaskClient, app: Flask, path: str) -> None:
    assert client.get(path).location.startswith("/masuk")
    make.signed_in(client, make.staff(Role.APPROVER))
    assert client.get(path).status_code == 403


def test_posts_without_a_token_are_refused(client: FlaskClient, steward: Person) -> None:
    other = make.person()
    for path in (at(other, "/tutup"), at(other, "/kode"), "/pengelola/orang/baru", "/pengelola/satuan/baru",
                 "/pengelola/program/ajukan", "/pengelola/kursus/muat-ulang"):  # fmt: skip
        assert client.post(path).status_code == 400
    assert again(other).disabled_at is None


@pytest.mark.parametrize(
    "path",
    ["/pengelola/orang/x", "/pengelola/orang/x/tutup", "/pengelola/satuan/x", "/pengelola/satuan/x/bubarkan",
     "/pengelola/sertifikat/0123456789ABCDEF", "/pengelola/audit?setelah=7", "/pengelola/orang?setelah=x"],
)  # fmt: skip
def test_what_does_not_exist_is_404(client: FlaskClient, steward: Person, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_page_without_any_data_says_what_to_do(client: FlaskClient, steward: Person) -> None:
    assert "Belum ada aturan program yang disahkan" in client.get(HOME).text
    assert "Belum ada ormas." in client.get("/pengelola/satuan").text
    assert "Belum ada sertifikat." in client.get("/pengelola/sertifikat").text
    assert "Belum ada modul yang terbit." in client.get("/pengelola/kursus").text


def test_home_counts_and_tells_what_waits(client: FlaskClient, steward: Person) -> None:
    world = ready.world()
    world.certified()
    with transaction():
        courses.store_fact(**LATE)
        proposal = {**ready.PROGRAMME, "title": "Lain"}
        certification.propose_programme(proposal, steward.id)
    page = client.get(HOME).text
    for said in ("Versi 1", "Nomor lama", "1 fakta sudah lewat batas tinjau", "Menunggu keputusan", "Wulan Contoh"):
        assert said in page
    assert re.search(r"Berlaku</th><td class=\"num\">1<", page)


def pages_of(world: ready.World) -> list[str]:
    certificate = world.certified()
    member = db.session.get_one(Person, certificate.person_id)
    units = [f"/pengelola/satuan/{unit.public_id}" for unit in (world.unit, world.police[0])]
    listed = [path for path in PAGES if path != "/pengelola/program/ajukan"]  # reads files: the modules here have none
    return [*listed, at(member), at(world.officer), *units, f"/pengelola/sertifikat/{certificate.code}"]


def test_pages_need_a_fixed_number_of_queries(client: FlaskClient, app: Flask, steward: Person) -> None:
    world = ready.world()
    paths_of_pages = pages_of(world)

    def cost() -> dict[str, int]:
        found = {}
        for path in paths_of_pages:
            with counting(app) as seen:
                assert client.get(path).status_code == 200, path
            found[path] = len(seen)
        return found

    before = cost()
    for n in range(6):
        world.certify(world.ready(name=f"Anggota {'ABCDEF'[n]}"), 2, key=f"k{n}")
        make.staff(Role.OFFICER, world.police[2])
        make.chapter(polsek=world.police[2])
    assert cost() == before
    assert max(before.values()) <= 12, before


# --- people -----------------------------------------------------------------------------------------------------------


def test_people_are_listed_in_pages_and_found(
    client: FlaskClient, steward: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.steward.people.PAGE", 2)
    names = ["Ana Satu", "Beni Dua", "Cici Tiga", "Dodi Empat"]
    made = [make.person(name) for name in names]
    seen: list[str] = []
    path: str | None = "/pengelola/orang"
    while path:
        page = client.get(path).text
        seen += re.findall(r'/pengelola/orang/[\w-]{22}">([^<]+)<', page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        path = more[1].replace("&amp;", "&") if more else None
    assert seen == ["Wulan Contoh", *names]
    assert "Cici Tiga" in client.get("/pengelola/orang?cari=cici").text
    found = client.get(f"/pengelola/orang?cari={made[1].sign_in_name}").text
    assert "Beni Dua" in found
    assert "Cici Tiga" not in found
    assert "Tidak ada orang yang cocok" in client.get("/pengelola/orang?cari=zzz").text


def new(client: FlaskClient, **changes: str) -> TestResponse:
    page = client.get("/pengelola/orang/baru").text
    unit = organisations.all_units()[0]
    fields = {"name": "Rina Kusuma", "sign_in_name": "rina.kusuma", "role": "officer", "unit": unit.public_id}
    fields |= {"key": material.hidden(page, "key"), "csrf_token": make.csrf_in(page)}
    return client.post("/pengelola/orang/baru", data=fields | changes)


def code_in(page: str) -> str:
    found: list[str] = re.findall(r"data-kode>([^<]+)<", page)
    return found[0]


def test_a_new_member_of_the_staff_gets_a_code_that_is_shown_once(client: FlaskClient, steward: Person) -> None:
    answer = new(client)
    assert answer.status_code == 200
    db.session.rollback()
    made = people.by_sign_in_name("rina.kusuma")
    assert made is not None
    assert [(one.role, one.by) for one in people.appointments_of(made.id)] == [("officer", steward.id)]
    code = code_in(answer.text)
    assert code not in client.get(at(made)).text
    assert "Belum ada kata sandi" in client.get(at(made)).text
    with transaction():
        assert accounts.use_reset_code("rina.kusuma", code, "kata sandi rina 2026", "password").person_id == made.id


def test_the_form_of_a_new_person_sent_twice_makes_one_and_the_last_code_works(
    client: FlaskClient, steward: Person
) -> None:
    first = new(client, key="k" * 20)
    second = new(client, key="k" * 20)
    assert (first.status_code, second.status_code) == (200, 200)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Person).where(Person.sign_in_name == "rina.kusuma")) == 1
    with transaction():
        assert accounts.use_reset_code(
            "rina.kusuma", code_in(second.text), "kata sandi rina 2026", "password"
        ).person_id


def test_missing_fields_are_told_and_what_was_typed_stays(client: FlaskClient, steward: Person) -> None:
    refused = new(client, name="", sign_in_name="0812 3456 7890", role="", unit="")
    assert refused.status_code == 422
    for said in ("Isi nama sesuai KTP.", refusal("sign_in_name_is_phone"), "Pilih salah satu peran.",
                 "Pilih satuan.", 'value="0812 3456 7890"', 'href="#unit"'):  # fmt: skip
        assert said in refused.text
    places = [refused.text.index(f'href="#{field}"') for field in ("name", "sign_in_name", "role", "unit")]
    assert places == sorted(places)
    taken = new(client, sign_in_name=again(steward).sign_in_name)
    assert taken.status_code == 422
    assert 'href="#sign_in_name"' in taken.text
    wrong = new(client, role="coordinator")
    assert 'href="#unit"' in wrong.text
    assert people.by_sign_in_name("rina.kusuma") is None


def test_appointing_and_ending(client: FlaskClient, steward: Person) -> None:
    who, unit = make.person("Budi Contoh", unit=make.chapter()), make.police()[2]
    page = at(who)
    missing = send(client, f"{page}/penunjukan", page, role="", unit="")
    assert missing.status_code == 422
    assert 'href="#role"' in missing.text
    done = send(client, f"{page}/penunjukan", page, role="officer", unit=unit.public_id)
    assert (done.status_code, done.location) == (302, page)
    send(client, f"{page}/penunjukan", page, role="officer", unit=unit.public_id)
    db.session.rollback()
    (seat,) = people.appointments_of(who.id)
    end = f"{page}/penunjukan/{seat.public_id}/akhiri"
    asked = client.get(end)
    assert "Akhiri penunjukan ini?" in asked.text
    assert unit.name in asked.text
    for _ in range(2):
        assert send(client, end).location == page
    db.session.rollback()
    assert people.appointments_of(who.id) == []
    assert "Penunjukan yang sudah berakhir (1)" in client.get(page).text
    other = make.person()
    assert client.get(at(other, f"/penunjukan/{seat.public_id}/akhiri")).status_code == 404


def test_closing_and_opening_an_account_asks_first(client: FlaskClient, app: Flask, steward: Person) -> None:
    who = make.person("Budi Contoh", unit=make.chapter())
    theirs = make.signed_in(app.test_client(), who)
    assert "Yang akan terjadi" in client.get(at(who, "/tutup")).text
    assert again(who).disabled_at is None
    assert send(client, at(who, "/tutup")).location == at(who)
    assert again(who).disabled_at is not None
    assert theirs.get("/belajar/").status_code == 302
    page = client.get(at(who)).text
    assert "Ditutup sejak" in page
    assert "/penunjukan" not in page
    refused = send(client, at(who, "/kode"))
    assert refused.status_code == 422
    assert refusal("person_disabled") in refused.text
    send(client, at(who, "/buka"))
    assert again(who).disabled_at is None


def test_a_reset_code_is_shown_once_and_works(client: FlaskClient, steward: Person) -> None:
    who = make.person("Budi Contoh", unit=make.chapter())
    assert "data-kode" not in client.get(at(who, "/kode")).text
    first, second = (code_in(send(client, at(who, "/kode")).text) for _ in range(2))
    with transaction():
        assert accounts.use_reset_code(who.sign_in_name, first, "kata sandi baru 2026", "password").person_id is None
    with transaction():
        assert accounts.use_reset_code(who.sign_in_name, second, "kata sandi baru 2026", "password").person_id == who.id


def test_a_lost_second_factor_is_removed(client: FlaskClient, app: Flask, steward: Person) -> None:
    who = make.staff(Role.OFFICER)
    make.signed_in(app.test_client(), who)
    assert "Ponsel hilang" in client.get(at(who)).text
    send(client, at(who, "/hapus-faktor-kedua"))
    db.session.rollback()
    assert not people.totp_confirmed(who.id)
    assert "Belum dipasang" in client.get(at(who)).text


@pytest.mark.parametrize(
    ("act", "code"), [("/tutup", "own_account"), ("/kode", "own_reset"), ("/hapus-faktor-kedua", "own_reset")]
)
def test_nobody_acts_on_oneself(client: FlaskClient, steward: Person, act: str, code: str) -> None:
    refused = send(client, at(steward, act))
    assert refused.status_code == 422
    assert refusal(code) in refused.text
    db.session.rollback()
    assert db.session.scalar(select(Audit.outcome).order_by(Audit.id.desc()).limit(1)) == code
    assert people.totp_confirmed(steward.id)


def test_nobody_appoints_oneself_or_ends_an_own_appointment(client: FlaskClient, steward: Person) -> None:
    page = at(steward)
    assert "Ini akun Anda sendiri." in client.get(page).text
    unit, (seat,) = make.police()[0], people.appointments_of(steward.id)
    token = make.token(client, "/pengelola/orang/baru")
    refused = client.post(f"{page}/penunjukan", data={"csrf_token": token, "role": "approver", "unit": unit.public_id})
    assert refused.status_code == 422
    assert refusal("own_appointment") in refused.text
    assert send(client, f"{page}/penunjukan/{seat.public_id}/akhiri").status_code == 422
    db.session.rollback()
    assert [one.id for one in people.appointments_of(steward.id)] == [seat.id]


# --- units ------------------------------------------------------------------------------------------------------------


def test_units_stand_as_trees_whatever_their_names(client: FlaskClient, steward: Person) -> None:
    with transaction():
        polda = adding.add_unit("polda", "Zeta Polda")
        polres = adding.add_unit("polres", "Mu Polres", parent_id=polda.id)
        polsek = adding.add_unit("polsek", "Alfa Polsek", parent_id=polres.id)
        ormas = adding.add_unit("ormas", "Zeta Ormas")
        adding.add_unit("chapter", "Alfa Ranting", parent_id=ormas.id, polsek_id=polsek.id)
    page = client.get("/pengelola/satuan").text
    shown = re.findall(r'<ul class="tree">|</ul>|(Zeta|Mu|Alfa) (Polda|Polres|Polsek|Ormas|Ranting)</a>', page)
    police, ormas_tree = "Zeta Polda/Mu Polres/Alfa Polsek", "Zeta Ormas/Alfa Ranting"
    names = [" ".join(one) for one in shown if one[0]]
    assert "/".join(names) == f"{police}/{ormas_tree}"
    assert page.count('<ul class="tree">') == 7  # two roots, five units with others below (two are the steward's)
    assert "Ranting · Alfa Polsek" in page


def test_adding_a_unit(client: FlaskClient, steward: Person) -> None:
    polsek, ormas = make.police()[2], make.ormas()
    path = "/pengelola/satuan/baru"
    fields = {"kind": "chapter", "name": "Ranting Baru", "parent": ormas.public_id, "polsek": polsek.public_id,
              "registration_number": "SKT-1", "registration_expires": "2028-01-31"}  # fmt: skip
    for wrong, field, said in (
        ({"kind": ""}, "kind", "unit_kind_unknown"),
        ({"name": " "}, "name", "unit_name_missing"),
        ({"name": ormas.name}, "name", "unit_name_taken"),
        ({"parent": ""}, "parent", "unit_parent_wrong"),
    ):
        refused = send(client, path, **(fields | wrong))
        assert refused.status_code == 422
        assert f'href="#{field}">{refusal(said)}' in refused.text
        assert 'value="SKT-1"' in refused.text
    assert "Isi tanggal" in send(client, path, **(fields | {"registration_expires": "besok"})).text
    done = send(client, path, **fields)
    assert done.status_code == 302
    page = client.get(done.location).text
    for shown in ("Ranting Baru", ormas.name, polsek.name, "SKT-1", "31 Januari 2028"):
        assert shown in page
    assert send(client, path, **fields).status_code == 422  # sent twice: one unit
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Unit).where(Unit.name == "Ranting Baru")) == 1


def test_dissolving_says_what_happens_and_ends_it(client: FlaskClient, steward: Person) -> None:
    ormas = make.ormas()
    ranting = make.chapter(ormas)
    member, coordinator = make.person("Siti Contoh", unit=ranting), make.staff(Role.COORDINATOR, ormas)
    path = f"/pengelola/satuan/{ormas.public_id}/bubarkan"
    page = client.get(path).text
    for said in ("1 ranting di bawahnya ikut bubar.", "1 anggota menjadi tanpa satuan.", "1 penunjukan berakhir"):
        assert said in page
    for _ in range(2):
        assert send(client, path).status_code == 302
    db.session.rollback()
    assert organisations.main_unit(member.id) is None
    assert people.appointments_of(coordinator.id) == []
    assert "Satuan ini bubar sejak" in client.get(f"/pengelola/satuan/{ranting.public_id}").text
    assert ormas.name not in client.get("/pengelola/satuan").text
    assert ormas.name in client.get("/pengelola/satuan?bubar=1").text


def test_a_police_unit_with_others_below_cannot_be_dissolved(client: FlaskClient, steward: Person) -> None:
    polres = make.police()[1]
    path = f"/pengelola/satuan/{polres.public_id}/bubarkan"
    page = client.get(path).text
    assert refusal("unit_has_units") in page
    assert "Ya, bubarkan" not in page
    assert send(client, path, HOME).status_code == 422
    db.session.rollback()
    assert organisations.unit(polres.public_id).dissolved_at is None


# --- certificates -----------------------------------------------------------------------------------------------------


def test_certificates_are_listed_filtered_and_found(client: FlaskClient, steward: Person) -> None:
    world = ready.world()
    valid, revoked = world.certified(name="Siti Contoh"), world.certify(world.ready(name="Tono Contoh"), 2, key="b")
    world.revoke(revoked)
    listed = client.get("/pengelola/sertifikat").text
    assert listed.index(revoked.number) < listed.index(valid.number)
    only = client.get("/pengelola/sertifikat?keadaan=revoked").text
    assert revoked.number in only
    assert valid.number not in only
    for typed in (valid.number.lower(), valid.code, certificates.printed_code(valid.code)):
        found = client.get("/pengelola/sertifikat", query_string={"cari": typed})
        assert found.location == f"/pengelola/sertifikat/{valid.code}"
    assert "Tidak ada sertifikat dengan nomor" in client.get("/pengelola/sertifikat?cari=JG-1").text
    page = client.get(f"/pengelola/sertifikat/{revoked.code}").text
    for said in ("Dicabut", "Terbukti memungut uang", "Tono Contoh", "Diterbitkan"):
        assert said in page
    assert "tangguhkan" not in page


# --- programme and courses --------------------------------------------------------------------------------------------


def test_a_programme_is_proposed_from_the_files_and_waits_for_an_approver(
    client: FlaskClient, steward: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "COURSES", COURSES / "valid")
    path = "/pengelola/program/ajukan"
    unknown = send(client, path)
    assert unknown.status_code == 422
    assert refusal("programme_unknown_module") in unknown.text
    send(client, "/pengelola/kursus/muat-ulang", "/pengelola/kursus")
    for _ in range(2):
        assert send(client, path).location == "/pengelola/program"
    db.session.rollback()
    ((waiting, _about, name),) = certified.open_proposals("programme")
    assert (waiting.by, name) == (steward.id, "Wulan Contoh")
    assert "Usulan yang menunggu pengesah" in client.get("/pengelola/program").text
    other = make.staff(Role.STEWARD)
    changed = {**(waiting.programme_rules or {}), "title": "Lain"}
    with transaction(), pytest.raises(Refused) as refused:
        certification.propose_programme(changed, other.id)
    assert refused.value.code == "programme_open"
    approver = make.staff(Role.APPROVER)
    with transaction():
        certification.decide(waiting.public_id, approver.id, True)
    shown = client.get("/pengelola/program").text
    assert "Yang berlaku: versi 1" in shown
    assert "sama dengan versi yang berlaku" in client.get(path).text
    assert refusal("programme_unchanged") in send(client, path, HOME).text


def test_loading_the_files_again_publishes_only_what_changed(
    client: FlaskClient, steward: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "COURSES", COURSES / "valid")
    load, page = "/pengelola/kursus/muat-ulang", "/pengelola/kursus"
    assert send(client, load, page).location == page
    assert "1 modul terbit dalam versi baru, 0 tidak berubah." in client.get(page).text
    send(client, load, page)
    assert "0 modul terbit dalam versi baru, 1 tidak berubah." in client.get(page).text
    db.session.rollback()
    (version,) = db.session.scalars(select(ModuleVersion))
    assert version.sha256[:12] in client.get(page).text
    published = select(Audit.actor_id).where(Audit.action == "publish")
    assert list(db.session.scalars(published)) == [steward.id]


def test_problems_in_the_files_are_listed_and_nothing_is_written(
    client: FlaskClient, steward: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "COURSES", COURSES / "malformed")
    refused = send(client, "/pengelola/kursus/muat-ulang", "/pengelola/kursus")
    assert refused.status_code == 422
    assert refusal("courses_malformed") in refused.text
    assert re.search(r'<th scope="row">rusak/[^<]+</th><td class="num" data-label="Baris">\d+<', refused.text)
    db.session.rollback()
    assert list(db.session.scalars(select(ModuleVersion))) == []
    assert send(client, "/pengelola/program/ajukan", HOME).status_code == 422


# --- the audit --------------------------------------------------------------------------------------------------------


def test_the_audit_says_who_did_what_in_pages(
    client: FlaskClient, steward: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 3)
    who, unit = make.person("Budi Contoh"), make.police()[2]
    send(client, at(who, "/penunjukan"), at(who), role="officer", unit=unit.public_id)
    send(client, at(steward, "/tutup"))
    page = client.get("/pengelola/audit").text
    for said in ("Menunjuk", "Petugas", "Wulan Contoh", "Menutup akun", "Orang", "Tidak diizinkan: Akun Anda sendiri"):
        assert said in page
    total, path = 0, "/pengelola/audit"
    while path:
        page = client.get(path).text
        total += page.count('<tr><th scope="row">')
        more = re.search(r'rel="next" href="([^"]+)"', page)
        path = more[1].replace("&amp;", "&") if more else ""
    db.session.rollback()
    assert total == db.session.scalar(select(func.count()).select_from(Audit))
    only = client.get("/pengelola/audit?tindakan=appoint").text
    assert only.count('<tr><th scope="row">') == 2  # the steward's own, by the command line, and this one
    assert "Belum ada catatan untuk tindakan ini." in client.get("/pengelola/audit?tindakan=certify").text


def test_the_audit_as_csv_is_itself_audited_and_carries_no_formula(client: FlaskClient, steward: Person) -> None:
    with transaction():
        auditing.record("void_attempt", actor=steward.id, purpose="=1+1")
    answer = client.get("/pengelola/audit.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert rows[0][:4] == ["Waktu", "Nama masuk", "Nama", "Tindakan"]
    assert rows[1][3] == "Mengunduh catatan audit"
    assert rows[2][2:5] == ["Wulan Contoh", "Membatalkan ujian", "'=1+1"]
    db.session.rollback()
    assert db.session.scalar(select(func.count()).where(Audit.action == "export_audit")) == 1


def test_every_act_that_is_audited_has_words() -> None:
    """Whatever the program records or tries under a literal name, and what it is about."""
    named, about = set(), set()
    for tree in source.files().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = ast.unparse(node.func)
                if called in {"audit.record", "acting", "actions.record"}:
                    named.add(node.args[0].value)
            if isinstance(node, ast.keyword) and node.arg == "subject" and isinstance(node.value, ast.Tuple):
                about.add(ast.literal_eval(node.value.elts[0]))
    assert named - set(deeds.ACTIONS) == set()
    assert about - set(deeds.SUBJECTS) == set()
