"""Signing in and out, the second factor, joining, resetting, and what happens to a form that arrived signed out."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

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
from lms.app import create_app
from lms.db import db, transaction
from lms.organisations import actions as organisations
from lms.organisations import queries as units
from lms.web import resume
from tests import make
from tests.conftest import Browser, settings

WRONG = "Nomor atau kata sandi salah. Coba lagi."
LOCKED = "Coba lagi 15 menit lagi"


def send(client: FlaskClient, path: str, page: str | None = None, **fields: str) -> TestResponse:
    """Post a form with the token of a page (default: of the same address)."""
    token = make.csrf_in(page) if page else make.token(client, path)
    return client.post(path, data={"csrf_token": token, **fields})


def sign_in(client: FlaskClient, identifier: str, password: str = make.PASSWORD, **fields: str) -> TestResponse:
    return send(client, "/masuk", identifier=identifier, password=password, **fields)


def hidden(html: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)
    assert found
    return found[1]


def member() -> Person:
    return make.person(unit=make.chapter())


# --- the secret -------------------------------------------------------------------------------------------------------


def test_a_member_signs_in_and_goes_on_to_the_page_asked_for(client: FlaskClient) -> None:
    who = member()
    away = client.get("/akun/")
    assert away.status_code == 302
    assert away.location == "/masuk?lanjut=/akun/"
    page = client.get(away.location).text
    assert hidden(page, "lanjut") == "/akun/"
    answer = send(client, "/masuk", page, identifier=who.sign_in_name, password=make.PASSWORD, lanjut="/akun/")
    assert answer.location == "/akun/"
    assert client.get("/akun/").status_code == 200


def test_home_leads_a_member_to_their_door(client: FlaskClient) -> None:
    answer = make.signed_in(client, member()).get("/")
    assert answer.location == "/belajar/"


def test_spaces_and_case_of_the_sign_in_name_do_not_matter(client: FlaskClient) -> None:
    make.person(sign_in_name="rahmat.uji")
    assert sign_in(client, " Rahmat.UJI ").status_code == 302


def test_a_phone_number_signs_in(client: FlaskClient) -> None:
    with transaction():
        accounts.create_person("Ujang Contoh", phone="0812 3456 7890", secret=make.PASSWORD)
    assert sign_in(client, "+62 812-3456-7890").status_code == 302


def test_wrong_and_unknown_look_the_same(app: Flask) -> None:
    who = member()
    pages = []
    for name in (who.sign_in_name, "99999999"):
        answer = sign_in(app.test_client(), name, "salah sekali 1")
        assert answer.status_code == 422
        assert WRONG in answer.text
        assert "Ada kesalahan:" in answer.text
        assert f'value="{name}"' in answer.text
        assert "salah sekali 1" not in answer.text
        pages.append(re.sub(r'name="csrf_token"[^>]*>', "", answer.text).replace(name, "NAME"))
    assert pages[0] == pages[1]


def test_a_disabled_account_looks_unknown(client: FlaskClient) -> None:
    who = member()
    with transaction():
        accounts.disable(who.id, None)
    answer = sign_in(client, who.sign_in_name)
    assert answer.status_code == 422
    assert WRONG in answer.text


@pytest.mark.parametrize("known", [True, False])
def test_eight_wrong_ones_lock_known_and_unknown_alike(client: FlaskClient, known: bool) -> None:
    name = member().sign_in_name if known else "88888888"
    answers = [sign_in(client, name, "salah sekali 1") for _ in range(8)]
    assert [a.status_code for a in answers] == [422] * 7 + [429]
    right = sign_in(client, name)
    assert right.status_code == 429
    assert LOCKED in right.text


def test_missing_fields_are_422_and_keep_what_was_typed(client: FlaskClient) -> None:
    answer = sign_in(client, "12345678", "")
    assert answer.status_code == 422
    assert answer.text.count("Isi kata sandi atau PIN.") == 2, "in the summary and at the field"
    assert 'value="12345678"' in answer.text
    assert 'href="#password"' in answer.text


def test_a_missing_token_is_400(client: FlaskClient) -> None:
    assert client.post("/masuk", data={"identifier": "x", "password": "y"}).status_code == 400


def test_the_session_id_is_new_and_the_one_before_is_ended(client: FlaskClient) -> None:
    who = member()
    make.signed_in(client, who)
    db.session.rollback()
    before = people.sessions_of(who.id)[0].public_id
    sign_in(client, who.sign_in_name)
    db.session.rollback()
    assert [s.public_id for s in people.sessions_of(who.id)] != [before]
    assert len(people.sessions_of(who.id)) == 1


def test_a_revoked_session_is_sent_to_sign_in(client: FlaskClient) -> None:
    who = member()
    make.signed_in(client, who)
    assert client.get("/akun/").status_code == 200
    with transaction():
        accounts.revoke_all(who.id)
    answer = client.get("/akun/")
    assert answer.status_code == 302
    assert answer.location.startswith("/masuk")


def test_signing_out_ends_the_session_on_the_server(client: FlaskClient) -> None:
    who = member()
    make.signed_in(client, who)
    kept = client.get_cookie("jaga")
    assert kept
    answer = send(client, "/keluar", client.get("/akun/").text)
    assert answer.location == "/"
    assert "Anda sudah keluar" in client.get("/").text
    client.set_cookie("jaga", kept.value)
    assert client.get("/akun/").status_code == 302
    db.session.rollback()
    assert people.sessions_of(who.id) == []


@pytest.mark.parametrize(
    "target",
    ["//evil.example/", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
     "javascript:alert(1)", "evil.example", "/ /evil.example", "", "/" + "x" * 3000],
)  # fmt: skip
def test_no_way_out_of_this_host(client: FlaskClient, target: str) -> None:
    who = member()
    answer = sign_in(client, who.sign_in_name, lanjut=target)
    assert answer.location == "/"


# --- the second factor ------------------------------------------------------------------------------------------------


def enrolled(client: FlaskClient, who: Person) -> tuple[str, str]:
    """Set up the second factor through the pages: its secret, and the page with the recovery codes."""
    answer = sign_in(client, who.sign_in_name)
    assert answer.location == "/masuk/kode"
    assert client.get("/masuk/kode").location == "/faktor-kedua/pasang"
    page = client.get("/faktor-kedua/pasang")
    assert page.headers["Cache-Control"] == "no-store"
    secret = page.text.split('data-rahasia="')[1].split('"')[0]
    done = send(client, "/faktor-kedua/pasang", page.text, code=pyotp.TOTP(secret).at(clock.now()))
    assert done.status_code == 200
    return secret, done.text


def next_code(secret: str) -> str:
    """A code that was not used yet: the one of the following time step."""
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30))


def test_staff_set_up_the_second_factor_and_get_recovery_codes(app: Flask, client: FlaskClient) -> None:
    who = make.staff(Role.OFFICER)
    assert client.get("/petugas/").status_code == 302
    secret, page = enrolled(client, who)
    codes = re.findall(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b", page)
    assert len(set(codes)) == 10
    assert "data:image/svg+xml" not in page
    assert send(client, "/bahasa", page, bahasa="id", next="/bantuan").location == "/bantuan"
    assert client.get("/faktor-kedua/pasang").location == "/"

    other = app.test_client()
    sign_in(other, who.sign_in_name)
    assert other.get("/faktor-kedua/pasang").location.startswith("/masuk/kode")
    assert 'name="code"' in other.get("/masuk/kode").text
    assert send(other, "/masuk/kode", code=next_code(secret)).location == "/"
    assert other.get("/akun/").status_code == 200

    third = app.test_client()
    sign_in(third, who.sign_in_name)
    recovered = send(third, "/masuk/kode", third.get("/masuk/kode?cadangan=1").text, code=codes[0].lower())
    assert recovered.status_code == 302
    fourth = app.test_client()
    sign_in(fourth, who.sign_in_name)
    assert send(fourth, "/masuk/kode", code=codes[0]).status_code == 422


def test_the_qr_needs_no_request_and_get_writes_nothing(client: FlaskClient) -> None:
    who = make.staff(Role.TRAINER)
    sign_in(client, who.sign_in_name)
    pages = [client.get("/faktor-kedua/pasang").text for _ in range(2)]
    assert 'src="data:image/svg+xml' in pages[0]
    assert len({page.split('data-rahasia="')[1].split('"')[0] for page in pages}) == 1


def test_a_wrong_code_at_set_up_keeps_the_same_secret(client: FlaskClient) -> None:
    who = make.staff(Role.TRAINER)
    sign_in(client, who.sign_in_name)
    page = client.get("/faktor-kedua/pasang").text
    again = send(client, "/faktor-kedua/pasang", page, code="000000")
    assert again.status_code == 422
    assert page.split('data-rahasia="')[1][:32] == again.text.split('data-rahasia="')[1][:32]


def test_without_the_second_factor_no_door_opens(client: FlaskClient) -> None:
    who = make.staff(Role.STEWARD)
    sign_in(client, who.sign_in_name)
    for path in ("/pengelola/", "/akun/"):
        assert client.get(path).location == f"/masuk/kode?lanjut={path}"
    assert client.get("/").location == "/masuk/kode"


def test_wrong_codes_lock_the_second_factor(app: Flask, client: FlaskClient) -> None:
    who = make.staff(Role.OFFICER)
    secret, _ = enrolled(client, who)
    other = app.test_client()
    sign_in(other, who.sign_in_name)
    statuses = [send(other, "/masuk/kode", code="000000").status_code for _ in range(8)]
    assert statuses == [422] * 7 + [429]
    assert send(other, "/masuk/kode", code=next_code(secret)).status_code == 429


def test_the_page_asked_for_survives_the_second_factor(app: Flask, client: FlaskClient) -> None:
    who = make.staff(Role.OFFICER)
    secret, _ = enrolled(client, who)
    other = app.test_client()
    first = sign_in(other, who.sign_in_name, lanjut="/akun/")
    assert first.location == "/masuk/kode?lanjut=/akun/"
    page = other.get(first.location).text
    assert send(other, "/masuk/kode", page, code=next_code(secret), lanjut=hidden(page, "lanjut")).location == "/akun/"


def test_two_doors_are_listed_in_words(client: FlaskClient) -> None:
    polda, _, _ = make.police()
    who = make.staff(Role.OFFICER, polda)
    with transaction():
        accounts.appoint(who.id, Role.APPROVER, polda.id, by=None)
    page = make.signed_in(client, who).get("/")
    assert page.status_code == 200
    assert 'href="/petugas/"' in page.text
    assert 'href="/pengesah/"' in page.text


@pytest.fixture
def time_passes() -> Iterator[Callable[[str], None]]:
    """Move the clock of the program; it is put back after the test."""
    yield clock.set_test_clock
    clock.set_test_clock("+0s")


def test_staff_left_alone_for_16_minutes_are_signed_out_and_members_are_not(
    app: Flask, client: FlaskClient, time_passes: Callable[[str], None]
) -> None:
    officer, other = make.signed_in(client, make.staff(Role.OFFICER)), make.signed_in(app.test_client(), member())
    assert officer.get("/akun/").status_code == 200
    time_passes("+14m")
    assert officer.get("/akun/").status_code == 200
    time_passes("+28m")
    assert officer.get("/akun/").status_code == 200
    time_passes("+44m")
    assert officer.get("/akun/").location == "/masuk?lanjut=/akun/"
    assert other.get("/akun/").status_code == 200


def test_a_password_given_long_ago_does_not_lead_to_the_second_factor(
    client: FlaskClient, time_passes: Callable[[str], None]
) -> None:
    sign_in(client, make.staff(Role.OFFICER).sign_in_name)
    assert client.get("/faktor-kedua/pasang").status_code == 200
    time_passes("+16m")
    assert client.get("/faktor-kedua/pasang").location == "/"
    assert client.get("/").status_code == 200


# --- a form that arrived signed out -----------------------------------------------------------------------------------


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """A resumable form that notes who sent what."""
    seen: list[tuple[int, str]] = []

    def act(person_id: int, _args: object, form: resume.Form) -> str:
        seen.append((person_id, dict(form.items())["jawaban"]))
        return "terkirim"

    monkeypatch.setitem(resume._resumable, "account.end_others", (act, lambda _args: int(OWNER[0])))
    return seen


OWNER: list[int] = []


def test_a_sealed_form_survives_wrong_passwords_and_is_sent_once_signed_in(
    client: FlaskClient, answered: list[tuple[int, str]]
) -> None:
    who = member()
    OWNER[:] = [who.id]
    page = client.post("/akun/perangkat/akhiri-lainnya", data={"jawaban": "b", "csrf_token": "lama"})
    assert "Jawaban Anda disimpan. Masuk lagi untuk mengirimnya." in page.text
    for _ in range(2):
        sealed = hidden(page.text, "continuation")
        page = send(client, "/masuk", page.text, identifier=who.sign_in_name, password="salah", continuation=sealed)
        assert page.status_code == 422
        assert "Jawaban Anda disimpan" in page.text
    sealed = hidden(page.text, "continuation")
    done = send(client, "/masuk", page.text, identifier=who.sign_in_name, password=make.PASSWORD, continuation=sealed)
    assert done.text == "terkirim"
    assert answered == [(who.id, "b")]


def test_a_sealed_form_survives_the_second_factor(
    app: Flask, client: FlaskClient, answered: list[tuple[int, str]]
) -> None:
    who = make.staff(Role.TRAINER)
    OWNER[:] = [who.id]
    secret, _ = enrolled(client, who)
    other = app.test_client()
    page = other.post("/akun/perangkat/akhiri-lainnya", data={"jawaban": "c"}).text
    page = sign_in(other, who.sign_in_name, continuation=hidden(page, "continuation")).text
    done = send(other, "/masuk/kode", page, code=next_code(secret), continuation=hidden(page, "continuation"))
    assert done.text == "terkirim"
    assert answered == [(who.id, "c")]


def test_somebody_else_does_not_send_it(client: FlaskClient, answered: list[tuple[int, str]]) -> None:
    OWNER[:] = [member().id]
    page = client.post("/akun/perangkat/akhiri-lainnya", data={"jawaban": "b"}).text
    done = sign_in(client, member().sign_in_name, continuation=hidden(page, "continuation"))
    assert done.location == "/"
    assert answered == []


@pytest.mark.parametrize("sealed", ["", "rusak", "gAAAAA"])
def test_a_broken_seal_does_no_harm(client: FlaskClient, sealed: str) -> None:
    assert sign_in(client, member().sign_in_name, continuation=sealed).location == "/"


# --- joining ----------------------------------------------------------------------------------------------------------


def invitation() -> str:
    unit = make.chapter()
    coordinator = make.staff(Role.COORDINATOR, unit)
    with transaction():
        return organisations.invite(unit.id, coordinator.id).code


def step(client: FlaskClient, page: str, **fields: str) -> TestResponse:
    """Post one step of joining with what its page carries."""
    return send(client, "/daftar", page, langkah=hidden(page, "langkah"), keadaan=hidden(page, "keadaan"), **fields)


def to_the_secret(client: FlaskClient, code: str, name: str = "Dewi Contoh", phone: str = "") -> str:
    page = step(client, client.get("/daftar").text, code=code)
    return step(client, page.text, name=name, phone=phone).text


def test_joining_in_three_steps_shows_the_number_and_signs_in(client: FlaskClient) -> None:
    code = invitation()
    first = client.get(f"/daftar?kode={code}").text
    assert f'value="{code}"' in first
    second = step(client, first, code=f"{code[:4]}-{code[4:]}".lower())
    assert "Anda akan bergabung dengan Ranting Uji" in second.text
    third = step(client, second.text, name="Dewi Contoh", phone="0812 9999 0000")
    done = step(client, third.text, kind="pin", secret="274913")
    assert done.location == "/daftar/selesai"
    page = client.get("/daftar/selesai").text
    number = re.search(r'class="card center big num">(\d{8})<', page)
    assert number
    who = people.by_sign_in_name(number[1])
    assert who
    assert who.secret_kind == "pin"
    assert people.phone_of(who.id) == "+6281299990000"
    assert units.main_unit(who.id) is not None
    assert client.get("/").location == "/belajar/"


def test_a_name_never_stands_in_the_page_unsealed_or_in_an_address(client: FlaskClient) -> None:
    page = to_the_secret(client, invitation(), "Dewi Contoh")
    assert "Dewi" not in page


def test_the_form_sent_twice_makes_one_member(client: FlaskClient) -> None:
    page = to_the_secret(client, invitation())
    before = client.get_cookie("jaga")
    assert before
    first = step(client, page, kind="password", secret="kata sandi dewi 1")
    number = hidden_number(client)
    client.set_cookie("jaga", before.value)
    second = step(client, page, kind="password", secret="kata sandi dewi 1")
    assert first.location == second.location == "/daftar/selesai"
    assert hidden_number(client) == number


def test_the_form_sent_again_with_another_secret_does_not_sign_in(client: FlaskClient) -> None:
    page = to_the_secret(client, invitation())
    before = client.get_cookie("jaga")
    assert before
    step(client, page, kind="password", secret="kata sandi dewi 1")
    client.set_cookie("jaga", before.value)
    assert step(client, page, kind="password", secret="tebakan orang lain").status_code == 422
    assert client.get("/akun/").status_code == 302


def hidden_number(client: FlaskClient) -> str:
    found = re.search(r'big num">(\d{8})<', client.get("/daftar/selesai").text)
    assert found
    return found[1]


@pytest.mark.parametrize("code", ["", "SALAH", "ABCDEFGH"])
def test_a_wrong_invitation_is_422(client: FlaskClient, code: str) -> None:
    answer = step(client, client.get("/daftar").text, code=code)
    assert answer.status_code == 422
    assert "Langkah 1 dari 3" in answer.text


def test_what_was_typed_is_kept_at_each_step(client: FlaskClient) -> None:
    page = step(client, client.get("/daftar").text, code=invitation()).text
    wrong = step(client, page, name="Dewi 123", phone="021 555")
    assert wrong.status_code == 422
    assert 'value="Dewi 123"' in wrong.text
    assert 'value="021 555"' in wrong.text
    assert "Nomor ponsel tidak dikenali" in wrong.text
    third = step(client, wrong.text, name="Dewi Contoh", phone="").text
    weak = step(client, third, kind="pin", secret="111111")
    assert weak.status_code == 422
    assert "PIN terlalu mudah ditebak" in weak.text
    assert "111111" not in weak.text
    back = step(client, weak.text, kembali="1")
    assert 'value="Dewi Contoh"' in back.text


def test_a_taken_phone_leads_back_to_its_step(client: FlaskClient) -> None:
    with transaction():
        accounts.create_person("Ujang Contoh", phone="081234567890", secret=make.PASSWORD)
    page = to_the_secret(client, invitation(), phone="0812-3456-7890")
    answer = step(client, page, kind="password", secret="kata sandi dewi 1")
    assert answer.status_code == 422
    assert "Nomor ponsel ini sudah dipakai akun lain." in answer.text
    assert 'value="Dewi Contoh"' in answer.text


@pytest.mark.parametrize("given", [{}, {"langkah": "sandi"}, {"langkah": "nama", "keadaan": "rusak"}])
def test_joining_cannot_be_begun_in_the_middle(client: FlaskClient, given: dict[str, str]) -> None:
    assert send(client, "/daftar", **given).location == "/daftar"


def test_the_last_step_alone_with_the_first_state_begins_again(client: FlaskClient) -> None:
    page = client.get("/daftar").text
    answer = send(
        client, "/daftar", page, langkah="sandi", keadaan=hidden(page, "keadaan"), kind="pin", secret="274913"
    )
    assert answer.location == "/daftar"


# --- reset ------------------------------------------------------------------------------------------------------------


def test_a_reset_code_sets_a_new_secret_and_ends_sessions(app: Flask, client: FlaskClient) -> None:
    who = member()
    make.signed_in(client, who)
    with transaction():
        code = accounts.issue_reset_code(who.id, None)
    other = app.test_client()
    fields = {"identifier": who.sign_in_name, "code": code.lower(), "kind": "pin", "secret": "274913"}
    assert send(other, "/lupa", **fields).location == "/masuk"
    assert client.get("/akun/").status_code == 302
    assert sign_in(other, who.sign_in_name, "274913").status_code == 302
    assert send(app.test_client(), "/lupa", **fields).status_code == 422


def test_reset_answers_known_and_unknown_alike(app: Flask) -> None:
    who = member()
    pages = []
    for name in (who.sign_in_name, "99999999"):
        answer = send(
            app.test_client(), "/lupa", identifier=name, code="ABCDE23456", kind="password", secret="kata sandi baru 9"
        )
        assert answer.status_code == 422
        pages.append(re.sub(r'name="csrf_token"[^>]*>', "", answer.text).replace(name, "NAME"))
    assert pages[0] == pages[1]
    assert "Nomor atau kode salah" in pages[0]


def test_reset_refuses_a_weak_secret_and_keeps_the_code(client: FlaskClient) -> None:
    answer = send(client, "/lupa", identifier="12345678", code="ABCDE23456", kind="password", secret="pendek")
    assert answer.status_code == 422
    assert "paling pendek 10" in answer.text
    assert 'value="ABCDE23456"' in answer.text


# --- cookies, hosts, bodies -------------------------------------------------------------------------------------------


def test_cookies_under_https(database: str, tmp_path: Path) -> None:
    app = create_app(settings(tmp_path, database, base_url="https://jaga.example"))
    app.test_client_class = Browser
    answer = app.test_client().get("/masuk", base_url="https://jaga.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-jaga=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    with app.app_context():
        db.engine.dispose()


def test_the_language_cookie_is_marked_too(client: FlaskClient) -> None:
    answer = send(client, "/bahasa", client.get("/masuk").text, bahasa="en", next="/masuk?bahasa=id&lanjut=/akun/")
    assert answer.location == "/masuk?lanjut=%2Fakun%2F"
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert 'lang="en"' in client.get("/masuk").text
    assert send(client, "/bahasa", client.get("/masuk").text, bahasa="xx", next="//evil.example").location == "/"


def test_a_foreign_host_is_refused(client: FlaskClient) -> None:
    for path in ("/masuk", "/v/0000000000000000", "/"):
        assert client.get(path, headers={"Host": "evil.example"}).status_code == 400


def test_an_oversized_body_is_413(client: FlaskClient) -> None:
    token = make.token(client, "/masuk")
    answer = client.post("/masuk", data={"csrf_token": token, "identifier": "x" * 1_100_000, "password": "y"})
    assert answer.status_code == 413


def test_too_many_posts_from_one_address_are_429(database: str, tmp_path: Path) -> None:
    app = create_app(settings(tmp_path, database, rate_limits=True))
    app.test_client_class = Browser
    client = app.test_client()
    token = make.token(client, "/masuk")
    statuses = [client.post("/masuk", data={"csrf_token": token}).status_code for _ in range(62)]
    assert statuses[:60] == [422] * 60
    assert statuses[60:] == [429] * 2
    assert client.get("/masuk").status_code == 200
    with app.app_context():
        db.engine.dispose()
