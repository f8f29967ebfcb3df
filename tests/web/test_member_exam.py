"""Exams through the pages: start, every kind of question, two devices, a lost sign-in, hand-in, result."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import clock
from lms.accounts.models import Person
from lms.db import db, transaction
from lms.quizzes import actions as answering
from lms.quizzes import queries as quizzes
from lms.quizzes.models import Attempt
from tests import make
from tests.web import material
from tests.web.material import answers, at, saved
from tests.web.queries import counting

SLUG = "pelaporan"
EXAM = f"/belajar/modul/{SLUG}/ujian"


@pytest.fixture
def version(app: Flask) -> int:
    """A module whose exam has every kind but short text."""
    return material.module(SLUG)


@pytest.fixture
def who(client: FlaskClient, version: int) -> Person:
    """A member, signed in."""
    made = make.person("Siti Contoh", unit=make.chapter())
    make.signed_in(client, made)
    return made


@pytest.fixture
def attempt(who: Person, version: int) -> Attempt:
    """The member's attempt under way."""
    return material.started(who.id, version)


def hand_in(client: FlaskClient, of: Attempt) -> Any:
    """Press the button on the review page (or the same address once more)."""
    token = make.token(client, "/belajar/")
    return client.post(f"/belajar/ujian/{of.public_id}/kirim", data={"csrf_token": token})


def test_the_rules_are_told_and_lessons_come_first(client: FlaskClient, who: Person, version: int) -> None:
    page = client.get(EXAM).text
    assert "10 soal. Anda lulus jika nilai minimal 80 dan semua soal kritis benar. Anda punya 3 kesempatan." in page
    assert "Ujian terbuka setelah semua pelajaran selesai." in page
    assert "Mulai ujian" not in page
    refused = client.post(EXAM, data={"csrf_token": make.csrf_in(page), "start_key": "k"})
    assert refused.status_code == 422
    assert "Ada yang perlu diperbaiki" in refused.text
    material.read_all(who.id, version)
    assert "Mulai ujian" in client.get(EXAM).text


def test_starting_twice_gives_one_attempt(client: FlaskClient, who: Person, version: int) -> None:
    material.read_all(who.id, version)
    page = client.get(EXAM).text
    fields = {"csrf_token": make.csrf_in(page), "start_key": material.hidden(page, "start_key")}
    first, second = client.post(EXAM, data=fields), client.post(EXAM, data=fields)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert "Lanjutkan ujian" in client.get(EXAM).text
    assert len(quizzes.attempts_of(who.id)) == 1


def test_a_module_that_needs_another_cannot_be_started(client: FlaskClient, who: Person, version: int) -> None:
    material.read_all(who.id, material.module("lanjutan", needs=(SLUG,)))
    page = client.get("/belajar/modul/lanjutan/ujian").text
    assert "Terbuka setelah Anda lulus modul ini:" in page
    refused = client.post("/belajar/modul/lanjutan/ujian", data={"csrf_token": make.csrf_in(page), "start_key": "k"})
    assert refused.status_code == 422
    assert "Modul pelaporan" in refused.text


def test_after_a_reset_the_exam_waits_a_day_and_home_says_why(client: FlaskClient, who: Person, version: int) -> None:
    material.read_all(who.id, version)
    with transaction():
        db.session.get_one(Person, who.id).secret_reset_at = clock.now() - timedelta(hours=1)
    assert "Kata sandi Anda diatur ulang" in client.get("/belajar/").text
    page = client.get(EXAM).text
    assert "Ujian dibuka lagi mulai" in page
    assert "Mulai ujian" not in page


@pytest.mark.parametrize("kind", sorted(set(material.WITH_TEXT)))
def test_every_kind_is_answered_without_script(client: FlaskClient, who: Person, kind: str) -> None:
    of = material.started(who.id, material.module("semua", kinds=material.WITH_TEXT), key="semua")
    slot = material.slot_of(of, kind)
    value = material.right(of, slot)
    sent = material.send(client, at(of, slot), value)
    assert sent.status_code == 303
    assert saved(of, slot) == value
    page = client.get(at(of, slot)).text
    assert "tersimpan" in page
    assert len(page.encode()) < 12_000
    for secret in ("ALASAN", '"r1"', '"s1"', '"t1"', "jangan disentuh" if kind != "short_text" else "ALASAN"):
        assert secret not in page


def test_a_question_page_has_its_parts(client: FlaskClient, who: Person, attempt: Attempt) -> None:
    page = client.get(at(attempt, 4)).text
    for words in ("Soal 4 dari 10", "Simpan dan keluar", "Situasi", "<legend><h1>", "Simpan dan lanjut", "js/exam.js"):
        assert words in page
    with_rows = client.get(at(attempt, material.slot_of(attempt, "ordering"))).text
    assert "js/order.js" in with_rows


def test_nothing_chosen_is_422_and_typed_words_stay(client: FlaskClient, who: Person, attempt: Attempt) -> None:
    empty = material.send(client, at(attempt, material.slot_of(attempt, "single")), {})
    assert empty.status_code == 422
    assert "Pilih atau isi jawaban dulu." in empty.text
    typed = material.send(client, at(attempt, material.slot_of(attempt, "numeric")), {"number": "banyak"})
    assert typed.status_code == 422
    assert 'value="banyak"' in typed.text
    assert "Ada kesalahan:" in typed.text
    assert answers(attempt) == []


def test_half_of_the_pairs_is_422_and_what_was_chosen_stays(client: FlaskClient, who: Person, attempt: Attempt) -> None:
    slot = material.slot_of(attempt, "matching")
    sent = material.send(client, at(attempt, slot), {"pairs": {"1": "2", "2": "", "3": ""}})
    assert sent.status_code == 422
    assert sent.text.count(" selected>") == 1


def test_arrows_move_a_row_and_save_nothing(client: FlaskClient, who: Person, attempt: Attempt) -> None:
    slot = material.slot_of(attempt, "ordering")
    moved = material.send(client, at(attempt, slot), {"order": ["1", "2", "3", "4"]}, naik="3")
    assert moved.status_code == 200
    rows = [one.split('"')[0] for one in moved.text.split('name="order" value="')[1:]]
    assert rows == ["1", "3", "2", "4"]
    assert answers(attempt) == []
    top = material.send(client, at(attempt, slot), {"order": rows}, naik="1")
    assert [one.split('"')[0] for one in top.text.split('name="order" value="')[1:]] == rows


def test_the_same_post_twice_is_one_answer(client: FlaskClient, who: Person, attempt: Attempt) -> None:
    page = client.get(at(attempt, 1)).text
    fields = {name: material.hidden(page, name) for name in ("csrf_token", "client_key", "base_seq")}
    fields |= material.form_of(material.right(attempt, 1))
    first, second = (client.post(at(attempt, 1), data=fields) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location == at(attempt, 2)
    assert [one.seq for one in answers(attempt)] == [1]


def test_leaving_saves_what_was_chosen(client: FlaskClient, who: Person, attempt: Attempt) -> None:
    left = material.send(client, at(attempt, 1), material.right(attempt, 1), keluar="1")
    assert (left.status_code, left.location) == (303, "/belajar/")
    assert len(answers(attempt)) == 1
    assert material.send(client, at(attempt, 2), {}, keluar="1").location == "/belajar/"
    assert len(answers(attempt)) == 1


def test_two_devices_choose_between_their_answers(client: FlaskClient, who: Person, attempt: Attempt) -> None:
    slot = material.slot_of(attempt, "single")
    old = client.get(at(attempt, slot)).text
    material.send(client, at(attempt, slot), material.wrong(attempt, slot))
    fields = {name: material.hidden(old, name) for name in ("csrf_token", "client_key", "base_seq")}
    clash = client.post(at(attempt, slot), data=fields | material.form_of(material.right(attempt, slot)))
    assert clash.status_code == 409
    assert "Pakai jawaban di perangkat ini" in clash.text
    assert "Pakai jawaban yang tersimpan" in clash.text
    assert len(answers(attempt)) == 1
    again = {name: material.hidden(clash.text, name) for name in ("csrf_token", "client_key", "base_seq", "choice")}
    assert client.post(at(attempt, slot), data=again).status_code == 303
    assert saved(attempt, slot) == material.right(attempt, slot)


def test_review_flags_what_is_missing_and_leads_back(client: FlaskClient, who: Person, attempt: Attempt) -> None:
    material.send(client, at(attempt, 1), material.right(attempt, 1))
    page = client.get(f"/belajar/ujian/{attempt.public_id}/tinjau").text
    assert "1 dari 10 soal dijawab" in page
    assert page.count("Belum dijawab") == 9
    assert "Setelah dikirim, jawaban tidak bisa diubah." in page
    again = material.send(client, at(attempt, 1) + "?tinjau=1", material.wrong(attempt, 1), tinjau="1")
    assert again.location == f"/belajar/ujian/{attempt.public_id}/tinjau"


def test_handing_in_twice_leads_to_the_same_result(client: FlaskClient, who: Person, attempt: Attempt) -> None:
    material.answer_all(attempt)
    first, second = hand_in(client, attempt), hand_in(client, attempt)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    page = client.get(first.location).text
    assert "Anda lulus" in page
    assert "Nilai Anda 100. Nilai lulus 80." in page
    assert "ALASAN" not in page  # each question has a page of its own with its reasons
    pages = [client.get(f"{first.location}/{slot}") for slot in range(1, len(attempt.paper) + 1)]
    assert all("ALASAN" in one.text for one in pages)
    assert client.get(f"{first.location}/99").status_code == 404
    late = client.post(
        at(attempt, 1), data={"csrf_token": make.token(client, "/belajar/"), "choice": "1", "client_key": "x"}
    )
    assert late.status_code == 422
    assert client.get(at(attempt, 1)).location == first.location


def test_not_passed_tells_topics_and_the_missed_critical_reason_only(
    client: FlaskClient, who: Person, attempt: Attempt
) -> None:
    missed = next(s for s in range(1, 11) if quizzes.question(attempt, s).critical)
    material.answer_all(attempt, wrong_slots=(missed,))
    page = client.get(hand_in(client, attempt).location).text
    assert "Belum lulus" in page
    assert "Nilai Anda 90. Nilai lulus 80." in page
    assert "Pelajari lagi Pelajaran" in page
    assert "Soal kritis yang belum benar" in page
    assert "gagal" not in page.casefold()
    assert "Coba lagi" in page
    assert "Sisa 2 dari 3 kesempatan." in client.get(EXAM).text


def test_a_short_text_waits_for_a_trainer(client: FlaskClient, who: Person) -> None:
    of = material.started(who.id, material.module("teks", kinds=material.WITH_TEXT), key="teks")
    material.answer_all(of, wrong_slots=(material.slot_of(of, "short_text"),))
    page = client.get(hand_in(client, of).location).text
    assert "Menunggu penilaian pelatih" in page
    assert "Nilai Anda" not in page
    assert "Menunggu penilaian pelatih" in client.get("/belajar/").text + client.get("/belajar/modul/teks/ujian").text


def test_after_three_tries_the_date_of_the_next_is_told(client: FlaskClient, who: Person, version: int) -> None:
    for key in ("satu", "dua", "tiga"):
        of = material.started(who.id, version, key)
        with transaction():
            answering.hand_in(who.id, of.public_id)
    page = client.get(EXAM).text
    assert "Anda bisa mencoba lagi mulai" in page
    assert "WIB" in page
    assert "Coba lagi</button>" not in page


def test_somebody_elses_exam_does_not_exist(client: FlaskClient, who: Person, version: int) -> None:
    other = material.started(make.person("Lain Contoh", unit=make.chapter()).id, version)
    token = make.token(client, "/belajar/")
    for path in ("soal/1", "tinjau", "hasil"):
        assert client.get(f"/belajar/ujian/{other.public_id}/{path}").status_code == 404
    for path in ("soal/1", "kirim"):
        sent = client.post(f"/belajar/ujian/{other.public_id}/{path}", data={"csrf_token": token, "choice": "1"})
        assert sent.status_code == 404
    assert client.get(at(other, 1)).text == client.get("/belajar/ujian/tidak-ada/soal/1").text


def test_without_csrf_token_nothing_is_saved(client: FlaskClient, who: Person, attempt: Attempt) -> None:
    value = material.form_of(material.right(attempt, 1))
    assert client.post(at(attempt, 1), data=value | {"client_key": "k", "base_seq": "0"}).status_code == 400
    assert client.post(f"/belajar/ujian/{attempt.public_id}/kirim").status_code == 400
    assert answers(attempt) == []


@pytest.mark.parametrize("end", ["under way", "passed", "not passed"])
def test_pages_of_an_exam_need_at_most_six_queries(
    client: FlaskClient, app: Flask, who: Person, attempt: Attempt, end: str
) -> None:
    paths = [at(attempt, 4), f"/belajar/ujian/{attempt.public_id}/tinjau"]
    if end != "under way":
        material.answer_all(attempt, wrong_slots=() if end == "passed" else (1, 2, 3, 4))
        hand_in(client, attempt)
        paths = [f"/belajar/ujian/{attempt.public_id}/hasil", EXAM]
    for path in paths:
        with counting(app) as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= 6, "\n".join(seen)
