"""The assessors' door: who waits, the rubric one criterion a screen, signing once, and what is not theirs."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import clock
from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.audit.models import Audit
from lms.db import db, transaction
from lms.organisations import actions as organisations
from lms.practice.models import Signoff, SignoffDraft
from tests import make
from tests.web import ground
from tests.web.ground import SLUG, Ground, send
from tests.web.queries import counting

HOME = "/penilai/"


@pytest.fixture
def assessor(client: FlaskClient, here: Ground) -> FlaskClient:
    return make.signed_in(client, here.assessor)


@pytest.fixture
def waiting(here: Ground) -> Person:
    return ground.member(here)


def begin(who: Person) -> str:
    return f"{HOME}mulai/{SLUG}/{who.public_id}"


def begun(client: FlaskClient, who: Person) -> str:
    """The address of a sheet that was just begun, without the number of its first criterion."""
    page = client.get(begin(who)).text
    shown = page.split('type="datetime-local" value="')[1].split('"')[0]
    answer = send(client, begin(who), observed_at=shown)
    assert answer.status_code == 302
    assert answer.location.endswith("/1")
    return answer.location.removesuffix("/1")


def ticked(client: FlaskClient, sheet: str, first: str = "ya") -> None:
    """Every criterion, and nothing that fails at once."""
    for n in (1, 2, 3):
        assert send(client, f"{sheet}/{n}", nilai=first if n == 1 else "ya").status_code == 302
    assert send(client, f"{sheet}/larangan", memegang="tidak").location == f"{sheet}/tinjau"


def signoffs() -> list[Signoff]:
    db.session.rollback()
    return db.session.query(Signoff).all()


def test_who_waits_is_listed_and_found_by_name_or_number(assessor: FlaskClient, here: Ground, waiting: Person) -> None:
    other = ground.member(here, "Budi Lain")
    page = assessor.get(HOME).text
    assert "Siti Contoh" in page
    assert "Budi Lain" in page
    by_name = assessor.get(f"{HOME}?cari=SITI").text
    assert "Siti Contoh" in by_name
    assert "Budi Lain" not in by_name
    assert "Budi Lain" in assessor.get(f"{HOME}?cari={other.sign_in_name[:6]}").text
    assert "Tidak ada yang cocok" in assessor.get(f"{HOME}?cari=100%25").text


def test_those_of_the_assessors_own_unit_and_those_signed_off_do_not_wait(
    assessor: FlaskClient, here: Ground, waiting: Person
) -> None:
    ground.drilled(here, ground.member(here, "Sudah Lulus"))
    home = make.chapter()
    near = ground.member(here, "Satu Satuan", unit=home)
    with transaction():
        organisations.add_membership(here.assessor.id, home.id)
    page = assessor.get(HOME).text
    assert "Siti Contoh" in page
    assert "Sudah Lulus" not in page
    assert "Satu Satuan" not in page
    assert assessor.get(begin(near)).status_code == 404


def test_the_list_goes_on_on_the_next_page(
    assessor: FlaskClient, here: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.paging.PAGE", 1)
    ground.member(here, "Yang Pertama")
    ground.member(here, "Yang Kedua")
    page = assessor.get(HOME).text
    assert "Yang Kedua" not in page
    following = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "Yang Kedua" in assessor.get(following).text


def test_setting_and_stations_come_before_the_sheet(assessor: FlaskClient, waiting: Person) -> None:
    page = assessor.get(begin(waiting)).text
    assert "Satu pos, tanpa api." in page
    assert "Tetangga yang marah" in page
    assert clock.now().astimezone(clock.JAKARTA).strftime('value="%Y-%m-%dT%H:') in page
    db.session.rollback()
    assert db.session.query(SignoffDraft).count() == 0


def test_a_drill_from_the_screen_of_the_first_criterion_to_the_signature(
    assessor: FlaskClient, waiting: Person
) -> None:
    sheet = begun(assessor, waiting)
    page = assessor.get(f"{sheet}/1").text
    assert "Butir 1 dari 3" in page
    assert "Butir jarak" in page
    assert "Wajib" in page
    assert "Wajib" not in assessor.get(f"{sheet}/2").text
    ticked(assessor, sheet)
    review = assessor.get(f"{sheet}/tinjau").text
    assert "Lulus praktik" in review
    assert "2 dari 2 butir lain terpenuhi" in review
    done = send(assessor, f"{sheet}/tinjau", f"{sheet}/tanda-tangan")
    assert done.status_code == 302
    assert "Penilaian ditandatangani" in assessor.get(done.location).text
    assert [one.passed for one in signoffs()] == [True]
    assert "Siti Contoh" in assessor.get(f"{HOME}penilaian/").text


def test_signing_twice_ends_at_the_same_sign_off(assessor: FlaskClient, waiting: Person) -> None:
    sheet = begun(assessor, waiting)
    ticked(assessor, sheet)
    token = make.token(assessor, f"{sheet}/tinjau")
    first, second = (assessor.post(f"{sheet}/tanda-tangan", data={"csrf_token": token}) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first.location == second.location
    assert len(signoffs()) == 1


def test_a_critical_criterion_that_is_not_met_is_said_before_signing(assessor: FlaskClient, waiting: Person) -> None:
    sheet = begun(assessor, waiting)
    ticked(assessor, sheet, first="tidak")
    review = assessor.get(f"{sheet}/tinjau").text
    assert "Belum lulus praktik" in review
    assert "1 butir wajib belum terpenuhi" in review
    send(assessor, f"{sheet}/tinjau", f"{sheet}/tanda-tangan")
    assert [one.passed for one in signoffs()] == [False]
    assert "Siti Contoh" in assessor.get(HOME).text


def test_signing_before_every_criterion_is_decided_is_refused_and_audited(
    assessor: FlaskClient, waiting: Person
) -> None:
    sheet = begun(assessor, waiting)
    send(assessor, f"{sheet}/1", nilai="ya")
    answer = send(assessor, f"{sheet}/tinjau", f"{sheet}/tanda-tangan")
    assert answer.status_code == 422
    assert "Masih ada butir yang belum dinilai." in answer.text
    db.session.rollback()
    outcomes = [one.outcome for one in db.session.query(Audit).filter_by(action="sign_drill")]
    assert outcomes == ["criteria_without_tick"]


def test_a_criterion_changed_from_the_review_goes_back_to_it(assessor: FlaskClient, waiting: Person) -> None:
    sheet = begun(assessor, waiting)
    ticked(assessor, sheet)
    page = assessor.get(f"{sheet}/2?dari=tinjau").text
    assert 'name="dari" type="hidden" value="tinjau"' in page
    assert send(assessor, f"{sheet}/2", nilai="tidak", dari="tinjau").location == f"{sheet}/tinjau"
    assert "1 dari 2 butir lain terpenuhi" in assessor.get(f"{sheet}/tinjau").text


def test_missing_answers_are_422_and_what_was_chosen_stays(assessor: FlaskClient, waiting: Person) -> None:
    sheet = begun(assessor, waiting)
    nothing = send(assessor, f"{sheet}/1")
    assert nothing.status_code == 422
    assert "Pilih Terpenuhi atau Belum terpenuhi." in nothing.text
    late = send(assessor, f"{sheet}/larangan")
    assert late.status_code == 422
    assert 'href="#memegang-ya"' in late.text
    send(assessor, f"{sheet}/larangan", memegang="ya")
    assert 'value="ya" checked' in assessor.get(f"{sheet}/larangan").text


@pytest.mark.parametrize(("hours", "words"), [(-2, "Waktu pengamatan belum terjadi"), (80, "lebih dari 72 jam lalu")])
def test_a_time_ahead_or_too_long_ago_is_refused_at_the_field(
    assessor: FlaskClient, waiting: Person, hours: int, words: str
) -> None:
    typed = (clock.now() - timedelta(hours=hours)).astimezone(clock.JAKARTA).strftime("%Y-%m-%dT%H:%M")
    answer = send(assessor, begin(waiting), observed_at=typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert typed in answer.text


def test_a_time_that_cannot_be_read_is_said_in_words(assessor: FlaskClient, waiting: Person) -> None:
    answer = send(assessor, begin(waiting), observed_at="kemarin malam")
    assert answer.status_code == 422
    assert "Isi tanggal dan jam" in answer.text
    assert 'value="kemarin malam"' in answer.text
    assert "Isi waktu pengamatan." in send(assessor, begin(waiting), observed_at="").text


def test_a_drill_observed_earlier_is_marked_as_recorded_later(assessor: FlaskClient, waiting: Person) -> None:
    typed = (clock.now() - timedelta(hours=5)).astimezone(clock.JAKARTA).strftime("%Y-%m-%dT%H:%M")
    sheet = send(assessor, begin(waiting), observed_at=typed).location.removesuffix("/1")
    ticked(assessor, sheet)
    done = send(assessor, f"{sheet}/tinjau", f"{sheet}/tanda-tangan").location
    assert "Dicatat kemudian" in assessor.get(done).text


def test_an_open_sheet_is_on_the_first_page_and_goes_on_where_it_was_left(
    assessor: FlaskClient, waiting: Person
) -> None:
    sheet = begun(assessor, waiting)
    send(assessor, f"{sheet}/1", nilai="ya")
    page = assessor.get(HOME).text
    assert "1 dari 3 butir dinilai" in page
    assert assessor.get(sheet).location == f"{sheet}/2"


def test_a_dropped_sheet_is_gone_after_asking(assessor: FlaskClient, waiting: Person) -> None:
    sheet = begun(assessor, waiting)
    assert "Ya, buang" in assessor.get(f"{sheet}/buang").text
    assert send(assessor, f"{sheet}/buang").location == HOME
    assert assessor.get(sheet).status_code == 404


def test_sheets_and_sign_offs_of_another_assessor_are_not_found(
    app: Flask, assessor: FlaskClient, here: Ground, waiting: Person
) -> None:
    sheet = begun(assessor, waiting)
    signed = ground.drilled(here, ground.member(here, "Budi Lain"))
    other = make.signed_in(app.test_client(), make.staff(Role.ASSESSOR, here.polres))
    for path in ("", "/1", "/larangan", "/tinjau", "/buang"):
        assert other.get(sheet + path).status_code == 404, path
    token = make.token(other, HOME)
    for path in ("/1", "/larangan", "/tanda-tangan", "/buang"):
        assert other.post(sheet + path, data={"csrf_token": token, "nilai": "ya"}).status_code == 404, path
    assert other.get(f"{HOME}penilaian/{signed}").status_code == 404
    assert assessor.get(f"{HOME}penilaian/{signed}").status_code == 200


@pytest.mark.parametrize("path", ["4", "0", "99"])
def test_a_criterion_that_is_not_there_is_not_found(assessor: FlaskClient, waiting: Person, path: str) -> None:
    sheet = begun(assessor, waiting)
    assert assessor.get(f"{sheet}/{path}").status_code == 404


def test_only_assessors_come_in_and_a_form_needs_its_token(
    app: Flask, assessor: FlaskClient, here: Ground, waiting: Person
) -> None:
    assert app.test_client().get(HOME).location.startswith("/masuk")
    assert make.signed_in(app.test_client(), here.approver).get(HOME).status_code == 403
    assert assessor.post(begin(waiting)).status_code == 400


def test_the_list_costs_few_queries_however_many_wait(app: Flask, assessor: FlaskClient, here: Ground) -> None:
    ground.member(here)
    with counting(app) as one:
        assessor.get(HOME)
    for number in range(3):
        ground.member(here, f"Anggota {'ABC'[number]}")
    with counting(app) as four:
        assessor.get(HOME)
    assert len(one) == len(four) <= 10
