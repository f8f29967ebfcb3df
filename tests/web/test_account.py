"""The account page: devices, password or PIN, recovery codes, language, who has looked."""

import re

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms import clock
from lms.accounts import actions as accounts
from lms.accounts import queries as people
from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.certification.models import Certificate
from lms.db import db, transaction
from lms.verification import actions as verification
from tests import make
from tests.actions.test_documents import certified
from tests.web.queries import counting

NEW = "kata sandi lain 77"


@pytest.fixture
def who(app: Flask) -> Person:
    """A member."""
    return make.person("Rahmat Contoh", unit=make.chapter())


@pytest.fixture
def here(client: FlaskClient, who: Person) -> FlaskClient:
    """That member's browser, signed in."""
    return make.signed_in(client, who)


def send(client: FlaskClient, path: str, page: str = "/akun/", **fields: str) -> TestResponse:
    return client.post(path, data={"csrf_token": make.token(client, page), **fields})


def live(who: Person) -> list[str]:
    """The public ids of somebody's live sessions, newest first."""
    db.session.rollback()
    return [s.public_id for s in people.sessions_of(who.id)]


def test_the_page_in_few_queries(app: Flask, here: FlaskClient, who: Person) -> None:
    with counting(app) as seen:
        page = here.get("/akun/")
    assert page.status_code == 200
    assert len(seen) <= 6, seen
    assert "Rahmat Contoh" in page.text
    assert who.sign_in_name in page.text
    assert "Perangkat ini" in page.text
    assert "Belum ada petugas yang membuka data Anda" in page.text
    assert "kode cadangan" not in page.text
    assert 'aria-current="page"' in page.text


def test_signed_out_is_sent_to_sign_in(client: FlaskClient) -> None:
    for path in ("/akun/", "/akun/kata-sandi", "/akun/kode-cadangan"):
        assert client.get(path).location == f"/masuk?lanjut={path}"
    assert client.post("/akun/perangkat/akhiri-lainnya").location == "/masuk"


def test_a_missing_token_is_400(here: FlaskClient) -> None:
    for path in ("/akun/kata-sandi", "/akun/perangkat/akhiri-lainnya", "/akun/bahasa", "/akun/perangkat/x/akhiri"):
        assert here.post(path).status_code == 400


# --- devices ----------------------------------------------------------------------------------------------------------


def test_one_other_device_is_signed_out_and_twice_is_the_same(app: Flask, here: FlaskClient, who: Person) -> None:
    other = make.signed_in(app.test_client(), who)
    lost = live(who)[0]
    for _ in range(2):
        assert send(here, f"/akun/perangkat/{lost}/akhiri").location == "/akun/"
    assert other.get("/akun/").status_code == 302
    assert here.get("/akun/").status_code == 200


def test_this_device_is_signed_out_too(here: FlaskClient, who: Person) -> None:
    assert send(here, f"/akun/perangkat/{live(who)[0]}/akhiri").location == "/"
    assert here.get("/akun/").status_code == 302


def test_all_other_devices(app: Flask, here: FlaskClient, who: Person) -> None:
    mine = live(who)
    others = [make.signed_in(app.test_client(), who) for _ in range(2)]
    assert "Keluarkan semua perangkat lain" in here.get("/akun/").text
    send(here, "/akun/perangkat/akhiri-lainnya")
    assert live(who) == mine
    assert {other.get("/akun/").status_code for other in others} == {302}


def test_somebody_elses_device_is_not_found(app: Flask, here: FlaskClient) -> None:
    other = make.person()
    make.signed_in(app.test_client(), other)
    public_id = live(other)[0]
    assert send(here, f"/akun/perangkat/{public_id}/akhiri").status_code == 404
    assert send(here, "/akun/perangkat/tidak-ada/akhiri").status_code == 404
    assert live(other) == [public_id]


# --- password or PIN --------------------------------------------------------------------------------------------------


def change(client: FlaskClient, **fields: str) -> TestResponse:
    given = {"present": make.PASSWORD, "kind": "password", "secret": NEW}
    return send(client, "/akun/kata-sandi", "/akun/kata-sandi", **given | fields)


def test_a_new_secret_keeps_this_device_only(app: Flask, here: FlaskClient, who: Person) -> None:
    mine = live(who)
    make.signed_in(app.test_client(), who)
    assert change(here).location == "/akun/"
    assert live(who) == mine
    with transaction():
        assert accounts.check_secret(who.sign_in_name, NEW).person_id == who.id


def test_a_member_may_take_a_pin(here: FlaskClient, who: Person) -> None:
    assert change(here, kind="pin", secret="274913").status_code == 302
    db.session.rollback()
    db.session.expire_all()
    assert people.person(who.id).secret_kind == "pin"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"present": "salah sekali"}, "Kata sandi atau PIN yang sekarang salah."),
        ({"present": ""}, "Isi kata sandi atau PIN yang sekarang."),
        ({"secret": "pendek"}, "Kata sandi paling pendek 10 huruf atau angka."),
        ({"kind": "pin", "secret": "123456"}, "PIN terlalu mudah ditebak."),
        ({"kind": "rahasia"}, "Ada yang perlu diperbaiki"),
    ],
)
def test_what_is_refused(here: FlaskClient, who: Person, fields: dict[str, str], words: str) -> None:
    answer = change(here, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    with transaction():
        assert accounts.check_secret(who.sign_in_name, make.PASSWORD).person_id == who.id


def test_guessing_the_present_secret_locks(here: FlaskClient) -> None:
    for _ in range(8):
        answer = change(here, present="salah sekali")
    assert "Coba lagi 15 menit lagi" in answer.text
    assert "Coba lagi 15 menit lagi" in change(here).text


# --- staff ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def officer(app: Flask) -> tuple[FlaskClient, Person, str]:
    """An officer's browser, the officer, and the secret of the second factor."""
    polsek = make.police()[2]
    who = make.staff(Role.OFFICER, polsek)
    client = app.test_client()
    client.post(
        "/masuk",
        data={"identifier": who.sign_in_name, "password": make.PASSWORD, "csrf_token": make.token(client, "/masuk")},
    )
    page = client.get("/faktor-kedua/pasang").text
    secret = page.split('data-rahasia="')[1].split('"')[0]
    code = pyotp.TOTP(secret).at(clock.now())
    client.post("/faktor-kedua/pasang", data={"code": code, "csrf_token": make.csrf_in(page)})
    return client, who, secret


def later(secret: str) -> str:
    """The code of the following time step."""
    return pyotp.TOTP(secret).at(int(clock.now().timestamp()) + 30)


def test_staff_have_no_pin(officer: tuple[FlaskClient, Person, str]) -> None:
    client, _, _ = officer
    assert 'value="pin"' not in client.get("/akun/kata-sandi").text
    answer = change(client, kind="pin", secret="274913")
    assert answer.status_code == 422
    assert change(client).location == "/akun/"


def test_fresh_recovery_codes_replace_the_old(officer: tuple[FlaskClient, Person, str]) -> None:
    client, who, secret = officer
    assert "Sisa kode cadangan: 10" in client.get("/akun/").text
    wrong = send(client, "/akun/kode-cadangan", "/akun/kode-cadangan", code="000000")
    assert wrong.status_code == 422
    page = send(client, "/akun/kode-cadangan", "/akun/kode-cadangan", code=later(secret))
    assert page.headers["Cache-Control"] == "no-store"
    codes = re.findall(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b", page.text)
    assert len(set(codes)) == 10
    with transaction():
        assert accounts.check_totp(who.id, codes[0])
    assert "Sisa kode cadangan: 9" in client.get("/akun/").text


def test_members_have_no_recovery_codes(here: FlaskClient) -> None:
    assert here.get("/akun/kode-cadangan").status_code == 404


def test_staff_see_their_doors(officer: tuple[FlaskClient, Person, str]) -> None:
    assert 'href="/petugas/"' in officer[0].get("/akun/").text


# --- language and looks -----------------------------------------------------------------------------------------------


def test_the_language_is_kept_for_pages_and_papers(here: FlaskClient, who: Person) -> None:
    assert send(here, "/akun/bahasa", language="en").location == "/akun/"
    assert '<html lang="en">' in here.get("/akun/").text
    db.session.rollback()
    db.session.expire_all()
    assert people.person(who.id).language == "en"
    send(here, "/akun/bahasa", language="xx")
    db.session.rollback()
    db.session.expire_all()
    assert people.person(who.id).language == "en"


def test_who_looked_is_shown_without_the_officer_and_without_complaints(
    here: FlaskClient, who: Person, officer: tuple[FlaskClient, Person, str]
) -> None:
    _, looking, _ = officer
    unit = people.appointments_of(looking.id)[0].unit_id
    with transaction():
        certificate = db.session.get_one(Certificate, certified())
        code = certificate.code
        owner = people.person(certificate.person_id)
        verification.look(looking.id, unit, code, "patrol")
        verification.look(looking.id, unit, code, "complaint")
    with transaction():
        issued = accounts.issue_reset_code(owner.id, None)
        accounts.use_reset_code(owner.sign_in_name, issued, make.PASSWORD, "password")
    page = make.signed_in(here, owner).get("/akun/").text
    assert "Polsek Uji" in page
    assert "Pemeriksaan sebelum patroli" in page
    assert "Menangani aduan" not in page
    assert "Sari Contoh" not in page
