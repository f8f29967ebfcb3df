"""The members' door: home, modules, lessons, exercises, SOPs, pictures, joining; who may come in, and at what cost."""

import hashlib

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.rules import Role
from lms.courses.models import LessonDone
from lms.db import db, transaction
from lms.organisations import actions as organisations
from tests import make
from tests.web import material
from tests.web.queries import counting

SLUG = "pelaporan"
LESSON = f"/belajar/modul/{SLUG}/pelajaran/1"


@pytest.fixture
def version(app: Flask) -> int:
    """The one module of these tests."""
    return material.module(SLUG)


@pytest.fixture
def member(client: FlaskClient, version: int) -> int:
    """A member of a chapter, signed in; the id of the person."""
    who = make.person("Siti Contoh", unit=make.chapter())
    make.signed_in(client, who)
    return who.id


def done(person_id: int) -> list[int]:
    """The numbers of the lessons that somebody has read."""
    db.session.rollback()
    return sorted(one.lesson_number for one in db.session.query(LessonDone).filter_by(person_id=person_id))


def test_signed_out_people_are_sent_to_sign_in(client: FlaskClient, version: int) -> None:
    answer = client.get(LESSON)
    assert answer.status_code == 302
    assert answer.location.startswith("/masuk")


def test_staff_who_never_belonged_to_a_unit_may_not_come_in(client: FlaskClient, version: int) -> None:
    who = make.staff(Role.OFFICER)
    make.signed_in(client, who)
    assert client.get("/belajar/").status_code in (302, 403)  # 302: the second factor first


def test_home_greets_by_name_and_resumes_at_the_first_lesson(client: FlaskClient, member: int) -> None:
    page = client.get("/belajar/").text
    assert "Halo, Siti Contoh" in page
    assert f'href="{LESSON}"' in page
    assert "Belum dimulai · 2 pelajaran" in page


def test_home_goes_on_where_the_member_stopped(client: FlaskClient, member: int, version: int) -> None:
    client.post(LESSON + "/selesai", data={"csrf_token": make.token(client, LESSON)})
    page = client.get("/belajar/").text
    assert f"/belajar/modul/{SLUG}/pelajaran/2" in page
    assert "Sedang dipelajari · 1 pelajaran lagi" in page
    material.read_all(member, version)
    assert f'href="/belajar/modul/{SLUG}/ujian"' in client.get("/belajar/").text


def test_a_locked_module_says_what_opens_it_and_is_no_link(client: FlaskClient, member: int, version: int) -> None:
    material.module("lanjutan", needs=(SLUG,))
    page = client.get("/belajar/modul/").text
    assert "Terkunci · terbuka setelah lulus Modul pelaporan" in page
    assert 'href="/belajar/modul/lanjutan/"' not in page
    material.passed(member, version)
    page = client.get("/belajar/modul/").text
    assert "Selesai · nilai 100" in page
    assert 'href="/belajar/modul/lanjutan/"' in page


def test_module_without_approval_says_so_and_lists_lessons_sop_and_exam(client: FlaskClient, member: int) -> None:
    page = client.get(f"/belajar/modul/{SLUG}/").text
    for words in ("Contoh. Belum disahkan.", "Pelajaran ke-1", "6 menit", "Baca SOP-01", "Melapor dengan benar"):
        assert words in page


def test_lesson_shows_everything_with_facts_filled_in(client: FlaskClient, member: int) -> None:
    page = client.get(LESSON).text
    for words in ("Pelajaran 1 dari 2", "<strong>asap</strong>", "Nomor 112 gratis.", "Telepon 112.", "Jangan menunggu",
                  "SOP-01/1.1", "Anggota menelepon 112.", "Rujukan: uji.", "1 November 2026", "Latihan 2"):  # fmt: skip
        assert words in page
    assert "{fakta" not in page


def test_finishing_a_lesson_twice_counts_once_and_leads_on(client: FlaskClient, member: int) -> None:
    for _ in range(2):
        answer = client.post(LESSON + "/selesai", data={"csrf_token": make.token(client, LESSON)})
        assert (answer.status_code, answer.location) == (303, f"/belajar/modul/{SLUG}/pelajaran/2")
    assert done(member) == [1]
    last = client.post(f"/belajar/modul/{SLUG}/pelajaran/2/selesai", data={"csrf_token": make.token(client, LESSON)})
    assert last.location == f"/belajar/modul/{SLUG}/"


def test_finishing_without_csrf_token_is_refused(client: FlaskClient, member: int) -> None:
    assert client.post(LESSON + "/selesai").status_code == 400
    assert done(member) == []


@pytest.mark.parametrize(
    "path",
    ["/belajar/modul/tidak-ada/", f"/belajar/modul/{SLUG}/pelajaran/3", LESSON + "/latihan/3",
     "/belajar/modul/tidak-ada/ujian", "/belajar/gambar/00", "/belajar/sop/SOP-99"],
)  # fmt: skip
def test_what_does_not_exist_is_404(client: FlaskClient, member: int, path: str) -> None:
    assert client.get(path).status_code == 404


def test_exercise_gives_the_reasons_at_once_and_keeps_nothing(client: FlaskClient, member: int) -> None:
    path, token = LESSON + "/latihan/1", make.token(client, LESSON + "/latihan/1")
    wrong = client.post(path, data={"csrf_token": token, "choice": "a"}).text
    for words in ("Jawaban Anda belum tepat.", "Lari tidak menolong.", "Bantuan segera datang.", "Coba lagi"):
        assert words in wrong
    right = client.post(path, data={"csrf_token": token, "choice": "b"}).text
    assert "Jawaban Anda benar." in right
    assert "Bantuan segera datang." in right
    assert "Lari tidak menolong." not in right
    assert done(member) == []


def test_exercise_without_a_choice_is_422_with_a_summary(client: FlaskClient, member: int) -> None:
    answer = client.post(LESSON + "/latihan/1", data={"csrf_token": make.token(client, LESSON)})
    assert answer.status_code == 422
    assert "Ada yang perlu diperbaiki" in answer.text
    assert 'href="#jawaban"' in answer.text


def test_exercise_rows_move_without_script(client: FlaskClient, member: int) -> None:
    path = LESSON + "/latihan/2"
    token = make.token(client, path)
    moved = client.post(path, data={"csrf_token": token, "order": ["a", "c", "b"], "turun": "c"})
    assert moved.status_code == 200
    places = [moved.text.index(f"Langkah {one}</span>") for one in "abc"]
    assert places == sorted(places)
    assert "Jawaban Anda benar." in client.post(path, data={"csrf_token": token, "order": ["a", "b", "c"]}).text


def test_picture_may_be_kept_for_ever_by_this_phone_only(client: FlaskClient, member: int) -> None:
    address = f"/belajar/gambar/{hashlib.sha256(material.PICTURE).hexdigest()}"
    assert address in client.get(LESSON).text
    answer = client.get(address)
    assert answer.data == material.PICTURE
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_sop_shows_clauses_with_facts(client: FlaskClient, member: int) -> None:
    page = client.get("/belajar/sop/SOP-01").text
    assert 'id="butir-1.1"' in page
    assert "Anggota menelepon 112." in page


def test_somebody_without_unit_joins_with_a_code(client: FlaskClient, version: int) -> None:
    who, unit = make.person("Tono Contoh"), make.chapter()
    coordinator = make.staff(Role.COORDINATOR, unit)
    with transaction():
        code = organisations.invite(unit.id, coordinator.id).code
    make.signed_in(client, who)
    page = client.get("/belajar/")
    assert "Anda belum terdaftar dalam pelatihan. Masukkan kode dari koordinator." in page.text
    token = make.csrf_in(page.text)
    for typed in ("", "SALAH"):
        refused = client.post("/belajar/gabung", data={"csrf_token": token, "code": typed})
        assert refused.status_code == 422
        assert f'value="{typed}"' in refused.text
        assert 'href="#code"' in refused.text
    joined = client.post("/belajar/gabung", data={"csrf_token": token, "code": code.lower()})
    assert (joined.status_code, joined.location) == (303, "/belajar/")
    assert "Tahap belajar Anda" in client.get("/belajar/").text


def test_without_any_module_home_says_so(client: FlaskClient, app: Flask) -> None:
    make.signed_in(client, make.person(unit=make.chapter()))
    assert "Belum ada modul" in client.get("/belajar/").text
    assert "Belum ada modul" in client.get("/belajar/modul/").text


@pytest.mark.parametrize(
    "path",
    ["/belajar/", "/belajar/modul/", f"/belajar/modul/{SLUG}/", LESSON, LESSON + "/latihan/1", "/belajar/sop/SOP-01",
     f"/belajar/modul/{SLUG}/ujian", "/belajar/sertifikat/", "/belajar/sertifikat/tujuan", "/belajar/gabung"],
)  # fmt: skip
def test_a_page_needs_at_most_six_queries_however_many_modules(
    client: FlaskClient, app: Flask, member: int, version: int, path: str
) -> None:
    material.passed(member, version)
    for slug in ("kedua", "ketiga", "keempat"):
        material.started(member, material.module(slug), key=slug)
    with counting(app) as seen:
        assert client.get(path).status_code == 200
    assert len(seen) <= 6, "\n".join(seen)


def test_every_page_says_that_nothing_costs_money(client: FlaskClient, member: int) -> None:
    for path in ("/belajar/", "/belajar/modul/", LESSON, LESSON + "/latihan/1", "/belajar/sertifikat/"):
        page = client.get(path).text
        assert "gratis" in page
        assert 'href="/aduan"' in page
