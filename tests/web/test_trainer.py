"""The trainer's door: modules with keys, members and their attempts, another round, void attempts, the marking desk."""

import csv
import hashlib
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import clock
from lms.accounts import actions as accounts
from lms.accounts.models import Person, PersonPrivate
from lms.accounts.rules import Role
from lms.audit.models import Audit
from lms.courses import actions as courses
from lms.courses.models import ModuleVersion
from lms.db import db, transaction
from lms.organisations import actions as organisations
from lms.organisations.models import Unit
from lms.quizzes import actions as quizzes
from lms.quizzes import queries as exams
from lms.quizzes.models import Attempt, AttemptVoid, Mark, RoundGrant
from lms.web import roster
from tests import make
from tests.web import material
from tests.web.queries import counting

SLUG = "pelaporan"
SHORT = ("single", "single", "single", "short_text")


@pytest.fixture
def unit(app: Flask) -> Unit:
    """The unit at which the trainer is appointed."""
    return make.chapter()


@pytest.fixture
def version(app: Flask) -> int:
    """A module whose exam has three critical questions and a short text."""
    return material.module(SLUG, SHORT)


@pytest.fixture
def trainer(client: FlaskClient, unit: Unit) -> Person:
    """The trainer, signed in."""
    made = make.staff(Role.TRAINER, unit, "Rina Contoh")
    make.signed_in(client, made)
    return made


@pytest.fixture
def member(unit: Unit) -> Person:
    """A member under the trainer's unit."""
    return make.person("Siti Rahasia", unit=unit)


def members(count: int, unit: Unit, name: str = "Budi Contoh") -> list[str]:
    """Many members who have no password yet: their numbers."""
    with transaction():
        made = [accounts.create_person(f"{name} {chr(97 + n % 26)}") for n in range(count)]
        for one in made:
            organisations.add_membership(one.id, unit.id)
        return [one.sign_in_name for one in made]


def tried(person_id: int, version_id: int, key: str, wrong: bool = False, text: str | None = None) -> Attempt:
    """An attempt that was handed in; text is the words of its short text, else the accepted ones."""
    attempt = material.started(person_id, version_id, key)
    slot = material.slot_of(attempt, "short_text")
    material.answer_all(attempt, tuple(n for n in range(1, 5) if n != slot) if wrong else ())
    with transaction():
        if text is not None:
            quizzes.save_answer(person_id, attempt.public_id, slot, {"text": text}, "teks", 1)
        quizzes.hand_in(person_id, attempt.public_id)
    return exams.attempt(attempt.public_id, person_id)


def used_up(monkeypatch: pytest.MonkeyPatch, person_id: int, version_id: int) -> None:
    """Six attempts in two rounds, none passed."""
    now = clock.now
    for n in range(6):
        with monkeypatch.context() as then:
            then.setattr(clock, "now", lambda n=n: now() - timedelta(days=12 - 2 * n))
            tried(person_id, version_id, f"coba-{n}", wrong=True)


def stored(of: Any) -> list[Any]:
    """All rows of a table, read afresh."""
    db.session.rollback()
    return list(db.session.scalars(select(of)))


def post(client: FlaskClient, path: str, token_from: str = "/pelatih/", **data: str) -> Any:
    """Send a form with the token of a page."""
    return client.post(path, data={"csrf_token": make.token(client, token_from), **data})


def test_home_counts_modules_and_what_waits(
    client: FlaskClient, trainer: Person, unit: Unit, version: int, member: Person
) -> None:
    assert "Tidak ada jawaban yang menunggu nilai." in client.get("/pelatih/").text
    tried(member.id, version, "lulus")
    tried(make.person("Adi Contoh", unit=unit).id, version, "salah", wrong=True)
    tried(make.person("Eka Contoh", unit=unit).id, version, "tunggu", text="entah")
    tried(make.person("Orang Lain", unit=make.chapter()).id, version, "lain", text="entah")
    page = client.get("/pelatih/").text
    cells = [cell.split(">")[-1] for cell in page.split("<tbody>")[1].split("</tbody>")[0].split("</td>")[:-1]]
    assert cells == ["2", "1", "2", "50%"]
    assert "1 jawaban menunggu nilai" in page
    assert "lewat tanggal periksa ulang" not in page


def test_home_names_facts_whose_review_is_overdue(client: FlaskClient, trainer: Person) -> None:
    with transaction():
        courses.store_fact(key="lama", value="119", label="Nomor ambulans", area="Jakarta", confidence="H",
                           source="Uji", reviewed_on=date(2025, 1, 1), review_due=date(2026, 1, 1))  # fmt: skip
    page = client.get("/pelatih/").text
    assert "lewat tanggal periksa ulang" in page
    assert "Nomor ambulans" in page


def test_home_without_modules_says_so(client: FlaskClient, trainer: Person) -> None:
    assert "Belum ada modul" in client.get("/pelatih/").text


def test_module_shows_keys_reasons_and_version(client: FlaskClient, trainer: Person) -> None:
    made = material.module("lengkap", material.WITH_TEXT)
    page = client.get("/pelatih/modul/lengkap").text
    db.session.rollback()
    for words in ("Contoh. Belum disahkan.", db.session.get_one(ModuleVersion, made).sha256, "Kritis", "(benar)",
                  "ALASAN 1 r", "100–120", "jangan disentuh", "Sasaran t1",
                  "Modul ini tidak punya praktik."):  # fmt: skip
        assert words in page
    assert page.count("(benar)") == 4 + 2
    assert client.get("/pelatih/modul/tidak-ada").status_code == 404


def test_lesson_shows_exercises_with_their_key_and_pictures(client: FlaskClient, trainer: Person, version: int) -> None:
    page = client.get(f"/pelatih/modul/{SLUG}/pelajaran/1").text
    for words in ("Telepon 112.", "Bantuan segera datang.", "Lari tidak menolong.", "(benar)", "Langkah a"):
        assert words in page
    address = f"/pelatih/gambar/{hashlib.sha256(material.PICTURE).hexdigest()}"
    assert address in page
    assert client.get(address).data == material.PICTURE
    assert client.get("/pelatih/gambar/00").status_code == 404
    assert client.get(f"/pelatih/modul/{SLUG}/pelajaran/9").status_code == 404


def numbers(page: str) -> list[str]:
    """The member numbers that a page lists."""
    return [part.split("<")[0] for part in page.split('data-label="Nomor anggota">')[1:]]


def follow(client: FlaskClient, path: str) -> list[str]:
    """The member numbers of all pages of a list, one after another."""
    found, pages = [], 0
    while path:
        page = client.get(path).text
        found += numbers(page)
        pages += 1
        path = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&") if 'rel="next"' in page else ""
    assert pages > 1
    return found


def test_pages_of_members_cover_everybody_once(client: FlaskClient, trainer: Person, unit: Unit) -> None:
    made = members(120, unit)
    members(3, make.chapter(), "Orang Lain")
    assert sorted(follow(client, "/pelatih/anggota")) == sorted(made)
    assert sorted(follow(client, "/pelatih/anggota?cari=budi")) == sorted(made)
    assert client.get("/pelatih/anggota?setelah=palsu").status_code == 404


def test_members_are_found_by_name_and_number(client: FlaskClient, trainer: Person, unit: Unit, member: Person) -> None:
    members(2, unit)
    for search in ("rahas", member.sign_in_name[:6], "  SITI "):
        assert numbers(client.get("/pelatih/anggota", query_string={"cari": search}).text) == [member.sign_in_name]
    assert "Tidak ada anggota dengan nama atau nomor itu" in client.get("/pelatih/anggota?cari=%25").text


def test_without_members_the_list_says_so(client: FlaskClient, trainer: Person) -> None:
    assert "Belum ada anggota." in client.get("/pelatih/anggota").text


@pytest.mark.parametrize("path", ["/pelatih/", "/pelatih/anggota", "/pelatih/anggota.csv", "/pelatih/penilaian"])
def test_queries_do_not_grow_with_members(
    client: FlaskClient, app: Flask, trainer: Person, unit: Unit, version: int, path: str
) -> None:
    counts = []
    for more in (3, 57):
        members(more, unit)
        tried(make.person("Eka Contoh", unit=unit).id, version, "tunggu", text="entah")
        with counting(app) as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 13


def test_file_has_the_whole_scope_without_formulas(
    client: FlaskClient,
    trainer: Person,
    unit: Unit,
    version: int,
    member: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(roster, "CHUNK", 20)
    made, formula = members(58, unit), make.person("- Tono", unit=unit)
    members(1, make.chapter(), "Orang Lain")
    with transaction():
        db.session.get_one(PersonPrivate, member.id).name = '=HYPERLINK("x")'
    tried(member.id, version, "lulus")
    answer = client.get("/pelatih/anggota.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'attachment; filename="anggota-' in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in answer.data
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["Nomor anggota", "Nama", "Satuan", "Modul pelaporan"]
    assert sorted(row[0] for row in rows[1:]) == sorted([*made, member.sign_in_name, formula.sign_in_name])
    by_number = {row[0]: row[1:] for row in rows[1:]}
    assert by_number[member.sign_in_name] == ['\'=HYPERLINK("x")', unit.name, "Lulus, nilai 100"]
    assert by_number[formula.sign_in_name] == ["'- Tono", unit.name, "Belum mulai"]
    exports = [row for row in stored(Audit) if row.action == "export_members"]
    assert [(row.actor_id, row.subject_kind, row.subject_id) for row in exports] == [(trainer.id, "unit", unit.id)]


def test_member_page_shows_every_attempt(client: FlaskClient, trainer: Person, version: int, member: Person) -> None:
    address = f"/pelatih/anggota/{member.public_id}"
    assert "Belum pernah ikut ujian modul ini." in client.get(address).text
    tried(member.id, version, "salah", wrong=True)
    page = client.get(address).text
    for words in ("Siti Rahasia", "Ke-1", "Belum lulus, nilai 25", 'Soal kritis yang salah">3', "2 dari 2 pelajaran"):
        assert words in page
    assert "Buka putaran lagi" not in page


def test_another_round_once_all_are_used_up(
    client: FlaskClient, trainer: Person, version: int, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/pelatih/anggota/{member.public_id}"
    post(client, f"{address}/putaran/{SLUG}")
    assert stored(RoundGrant) == []
    used_up(monkeypatch, member.id, version)
    page = client.get(address).text
    assert "Buka putaran lagi" in page
    assert "Kesempatan habis" in client.get("/pelatih/anggota").text
    for _ in range(2):
        assert post(client, f"{address}/putaran/{SLUG}").location == address
    assert [(row.person_id, row.by) for row in stored(RoundGrant)] == [(member.id, trainer.id)]
    assert "Buka putaran lagi" not in client.get(address).text
    assert post(client, f"{address}/putaran/tidak-ada").status_code == 404


def test_void_needs_a_reason_and_a_confirmation(
    client: FlaskClient, trainer: Person, version: int, member: Person
) -> None:
    attempt, other = tried(member.id, version, "salah", wrong=True), make.person("Eka", unit=make.chapter())
    home = f"/pelatih/anggota/{member.public_id}"
    address = f"{home}/ujian/{attempt.public_id}/batal"
    missing = post(client, address)
    assert missing.status_code == 422
    assert "Pilih salah satu alasan." in missing.text
    asked = post(client, address, reason="disturbed")
    assert "Nyatakan ujian ini batal?" in asked.text
    assert "Terganggu saat ujian" in asked.text
    assert stored(AttemptVoid) == []
    for _ in range(2):
        key = material.hidden(asked.text, "key")
        assert post(client, address, reason="disturbed", key=key, sure="ya").location == home
    assert [(row.by, row.reason) for row in stored(AttemptVoid)] == [(trainer.id, "disturbed")]
    assert "Dinyatakan batal" in client.get(home).text
    foreign = tried(other.id, version, "lain", wrong=True)
    assert client.get(f"{home}/ujian/{foreign.public_id}/batal").status_code == 404


def test_a_trainer_does_not_touch_own_attempts(client: FlaskClient, trainer: Person, unit: Unit, version: int) -> None:
    with transaction():
        organisations.add_membership(trainer.id, unit.id)
    attempt = tried(trainer.id, version, "sendiri", text="entah")
    home, slot = f"/pelatih/anggota/{trainer.public_id}", material.slot_of(attempt, "short_text")
    assert "Ini data Anda sendiri." in client.get(home).text
    assert "Nyatakan batal" not in client.get(home).text
    path = f"{home}/ujian/{attempt.public_id}/batal"
    assert post(client, path, reason="disturbed", key="k", sure="ya").status_code == 422
    assert "Tidak ada jawaban yang menunggu nilai." in client.get("/pelatih/penilaian").text
    assert client.get(f"/pelatih/penilaian/{attempt.public_id}/{slot}").status_code == 404
    assert post(client, f"/pelatih/penilaian/{attempt.public_id}/{slot}", points="1").status_code == 422
    assert stored(AttemptVoid) == []
    assert [row for row in stored(Mark) if row.marker_id] == []


@pytest.fixture
def waiting(unit: Unit, version: int, member: Person) -> list[tuple[Attempt, str]]:
    """Two answers that wait, the oldest first, with the addresses at which they are marked."""
    found = []
    for who, text in ((member, "menunggu di pos"), (make.person("Eka Rahasia", unit=unit), "memotret saja")):
        attempt = tried(who.id, version, "tunggu", text=text)
        found.append((attempt, f"/pelatih/penilaian/{attempt.public_id}/{material.slot_of(attempt, 'short_text')}"))
    return found


def test_marking_is_blind_and_the_next_one_follows(
    client: FlaskClient, trainer: Person, member: Person, waiting: list[tuple[Attempt, str]]
) -> None:
    page = client.get("/pelatih/penilaian").text
    for words in ("menunggu di pos", "jangan disentuh", member.sign_in_name, "2 jawaban menunggu", "Simpan nilai"):
        assert words in page
    assert "Rahasia" not in page
    for _ in range(2):
        assert post(client, waiting[0][1], points="1").location == "/pelatih/penilaian"
    page = client.get("/pelatih/penilaian").text
    assert "memotret saja" in page
    assert "menunggu di pos" not in page
    post(client, waiting[1][1], points="1/2")
    assert "Tidak ada jawaban yang menunggu nilai." in client.get("/pelatih/penilaian").text
    marks = [(row.numerator, row.denominator) for row in stored(Mark) if row.marker_id == trainer.id]
    assert marks == [(1, 1), (1, 2)]
    assert [exams.attempt(one.public_id, one.person_id).results[0].passed for one, _ in waiting] == [True, True]


def test_an_answer_may_be_left_for_later(
    client: FlaskClient, trainer: Person, waiting: list[tuple[Attempt, str]]
) -> None:
    page = client.get("/pelatih/penilaian").text
    for words in ("memotret saja", "Jawaban yang dilewati masih menunggu."):
        page = client.get(page.split('<a class="btn btn-3" href="')[1].split('"')[0]).text
        assert words in page


def test_points_have_to_be_chosen(client: FlaskClient, trainer: Person, waiting: list[tuple[Attempt, str]]) -> None:
    for points in ({}, {"points": "3/4"}):
        answer = post(client, waiting[0][1], **points)
        assert answer.status_code == 422
        assert "Ada yang perlu diperbaiki" in answer.text
        assert "menunggu di pos" in answer.text


def test_somebody_elses_mark_stands(client: FlaskClient, trainer: Person, waiting: list[tuple[Attempt, str]]) -> None:
    post(client, waiting[0][1], points="1")
    answer = post(client, waiting[0][1], points="0")
    assert answer.status_code == 409
    assert "Nilai yang pertama tetap berlaku." in answer.text


def test_foreign_members_are_not_found(client: FlaskClient, trainer: Person, version: int) -> None:
    other = make.person("Orang Lain", unit=make.chapter())
    attempt = tried(other.id, version, "tunggu", text="entah")
    home = f"/pelatih/anggota/{other.public_id}"
    mark = f"/pelatih/penilaian/{attempt.public_id}/{material.slot_of(attempt, 'short_text')}"
    for path in (home, f"{home}/ujian/{attempt.public_id}/batal", mark, "/pelatih/anggota/tidak-ada"):
        assert client.get(path).status_code == 404
    for path in (f"{home}/putaran/{SLUG}", f"{home}/ujian/{attempt.public_id}/batal", mark):
        assert post(client, path, points="1", reason="disturbed").status_code == 404
    assert "entah" not in client.get("/pelatih/penilaian").text


def test_the_door_is_guarded(
    app: Flask, client: FlaskClient, trainer: Person, member: Person, waiting: list[tuple[Attempt, str]]
) -> None:
    stranger: Callable[[], FlaskClient] = app.test_client
    signed_in = make.signed_in(stranger(), member)
    for path in ("/pelatih/", "/pelatih/anggota", "/pelatih/anggota.csv", "/pelatih/penilaian", waiting[0][1]):
        assert signed_in.get(path).status_code == 403
        assert "/masuk" in stranger().get(path).headers["Location"]
    assert client.post(waiting[0][1], data={"points": "1"}).status_code == 400
    assert [row for row in stored(Mark) if row.marker_id] == []
