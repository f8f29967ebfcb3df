"""The pages open to all: the answer to a code, typed codes, home, help, complaints, language, what machines ask."""

import base64
import hashlib
import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from lms import clock, schema
from lms.app import create_app
from lms.certification import rules as certification
from lms.certification.models import Certificate
from lms.courses import actions as courses
from lms.db import db, transaction
from lms.web.onward import local, without_language
from tests import make
from tests.actions.test_documents import certified
from tests.conftest import Browser, settings
from tests.web.queries import counting

WORDS = {
    "valid": "BERLAKU",
    "suspended": "DITANGGUHKAN",
    "revoked": "DICABUT",
    "replaced": "DIGANTI",
    "withdrawn": "TIDAK BERLAKU LAGI",
    "expired": "KEDALUWARSA",
    "refresher_due": "PERLU PENYEGARAN",
}
STATUS = {"valid": "active", "expired": "active", "refresher_due": "active"}


@pytest.fixture
def code(app: Flask) -> str:
    """The code of a certificate that is valid for two years from yesterday."""
    with transaction():
        made = db.session.get_one(Certificate, certified("Siti Rahmawati"))
        lay(made, clock.today() - timedelta(days=1))
        return made.code


def lay(certificate: Certificate, issued: date) -> None:
    """Move a certificate so that it was issued on that day."""
    certificate.issued_on = issued
    certificate.refresher_due, certificate.valid_through = issued + timedelta(365), issued + timedelta(730)


def stand(code: str, standing: str) -> None:
    """Bring a certificate to a standing."""
    with transaction():
        row = db.session.execute(db.select(Certificate).filter_by(code=code)).scalar_one()
        row.status = STATUS.get(standing, standing)
        lay(row, clock.today() - timedelta({"expired": 731, "refresher_due": 365}.get(standing, 1)))


# --- /v/ --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("standing", WORDS)
def test_each_standing_says_its_word_and_no_other(client: FlaskClient, code: str, standing: str) -> None:
    stand(code, standing)
    page = client.get(f"/v/{code}")
    assert page.status_code == 200
    assert f">{WORDS[standing]}</h1>" in page.text
    assert [w for w in WORDS.values() if f">{w}<" in page.text] == [WORDS[standing]]
    assert client.get(f"/v/{code}.json").get_json()["standing"] == standing


def test_the_page_says_what_the_public_may_know_and_no_more(client: FlaskClient, code: str) -> None:
    page = client.get(f"/v/{code}").text
    for shown in ("S... R...", "Tingkat", "Diterbitkan", "Berlaku sampai", "Diperiksa lewat server hari ini pukul",
                  "tidak memperoleh wewenang kepolisian", "memungut uang", 'href="/aduan"', 'href="?bahasa=en"',
                  f'href="/petugas/periksa/{code}"'):  # fmt: skip
        assert shown in page
    for hidden in ("Siti", "Rahmawati", "JG-2026", "diajukan patroli", "<script"):
        assert hidden not in page


def test_expiring_is_still_green_with_a_second_line(client: FlaskClient, code: str) -> None:
    with transaction():
        row = db.session.execute(db.select(Certificate).filter_by(code=code)).scalar_one()
        row.valid_through = row.refresher_due = clock.today() + timedelta(30)
        row.refresher_due = clock.today() + timedelta(1)
    page = client.get(f"/v/{code}").text
    assert "scan-ok" in page
    assert "Segera berakhir" in page


@pytest.mark.parametrize(
    "way", [str.lower, lambda c: c.replace("0", "O").replace("1", "l"), lambda c: f"{c[:4]}-{c[4:]}"]
)
def test_a_code_is_read_as_people_write_it(client: FlaskClient, code: str, way: Any) -> None:
    with transaction():
        row = db.session.execute(db.select(Certificate).filter_by(code=code)).scalar_one()
        row.code = "0" + code[1:15] + "1"
        code = row.code
    page = client.get(f"/v/{way(code)}")
    assert page.status_code == 200
    assert client.get(f"/v/{way(code)}.json").get_json()["code"] == code


def test_json(client: FlaskClient, code: str) -> None:
    answer = client.get(f"/v/{code}.json")
    said = answer.get_json()
    assert set(said) == {"code", "standing", "level", "issued", "expires", "name_masked", "checked_at"}
    assert said["name_masked"] == "S... R..."
    assert said["checked_at"].endswith("+00:00")
    assert "Set-Cookie" not in answer.headers


UNKNOWN = [
    "AAAAAAAAAAAAAAAA",
    "zzz",
    "UUUUUUUUUUUUUUUU",
    "x" * 3000,
    "%00",
    "%F0%9F%98%80",
    "'; DROP TABLE x",
    "..",
    "{{7*7}}",
]


@pytest.mark.parametrize("language", ["", "?bahasa=en"])
def test_unknown_and_malformed_are_the_same_bytes(client: FlaskClient, code: str, language: str) -> None:
    answers = [client.get(f"/v/{typed}{language}") for typed in UNKNOWN]
    assert {a.status_code for a in answers} == {404}
    assert len({a.data for a in answers}) == 1
    kept = [{k: v for k, v in a.headers.items() if k not in ("Date", "X-RateLimit-Reset")} for a in answers]
    assert all(headers == kept[0] for headers in kept)
    if not language:
        assert "KODE TIDAK DITEMUKAN" in answers[0].text
    jsons = [client.get(f"/v/{typed}.json") for typed in UNKNOWN]
    assert {(a.status_code, json.dumps(a.get_json())) for a in jsons} == {(404, '{"standing": "unknown"}')}


def test_a_provisional_certificate_is_unknown(client: FlaskClient, code: str) -> None:
    with transaction():
        db.session.execute(text("UPDATE certificate SET status = 'provisional'"))
    assert client.get(f"/v/{code}").data == client.get("/v/zzz").data


def test_an_erased_holder_leaves_no_name(client: FlaskClient, code: str) -> None:
    with transaction():
        db.session.execute(text("DELETE FROM certificate_private"))
        db.session.execute(text("UPDATE certificate SET status = 'withdrawn'"))
    page = client.get(f"/v/{code}")
    assert page.status_code == 200
    assert "<h2>" not in page.text


def test_one_query_no_cookie_no_session(app: Flask, code: str) -> None:
    client = make.signed_in(app.test_client(), make.person(unit=make.chapter()))
    for path in (f"/v/{code}", f"/v/{code}.json"):
        with counting(app) as seen:
            answer = client.get(path)
        assert answer.status_code == 200
        assert len(seen) == 1, seen
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
    with counting(app) as seen:
        client.get("/v/zzz")
    assert seen == []


def test_headers_and_size_of_the_answer(client: FlaskClient, code: str) -> None:
    for path in (f"/v/{code}", "/v/zzz"):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert re.search(r"style-src 'sha256-[A-Za-z0-9+/=]{44}'", policy)
        assert "script-src 'none'" in policy
        assert "unsafe" not in policy
        assert "nonce" not in policy
        assert answer.headers["X-Robots-Tag"].startswith("noindex")
        assert answer.headers["Cache-Control"] == "no-store"
        assert len(answer.data) <= 14 * 1024
        assert not re.search(r'(src|href)="/static', answer.text)


def test_the_inlined_style_is_the_one_that_the_policy_allows(client: FlaskClient) -> None:
    answer = client.get("/v/zzz")
    style = answer.data.split(b"<style>")[1].split(b"</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


def test_checks_from_one_address_are_limited(database: str, tmp_path: Path) -> None:
    app = create_app(settings(tmp_path, database, rate_limits=True))
    app.test_client_class = Browser
    client = app.test_client()
    statuses = [client.get("/v/zzz").status_code for _ in range(242)]
    assert statuses == [404] * 240 + [429] * 2
    assert "Set-Cookie" not in client.get("/v/zzz").headers


@pytest.mark.parametrize(("proxies", "last"), [(0, 429), (1, 404)])
def test_behind_a_proxy_each_visitor_has_a_limit_of_their_own(
    database: str, tmp_path: Path, proxies: int, last: int
) -> None:
    app = create_app(settings(tmp_path, database, rate_limits=True, trusted_proxies=proxies))
    client = app.test_client()
    for _ in range(240):
        client.get("/v/x", headers={"X-Forwarded-For": "198.51.100.1"})
    assert client.get("/v/x", headers={"X-Forwarded-For": "198.51.100.2"}).status_code == last


# --- /periksa ---------------------------------------------------------------------------------------------------------


def typed(client: FlaskClient, code: str) -> Any:
    return client.post("/periksa", data={"csrf_token": make.token(client, "/periksa"), "code": code})


def test_a_typed_code_leads_to_its_page(client: FlaskClient, code: str) -> None:
    printed = certification.printed_code(code)
    assert typed(client, printed.lower().replace("-", " ")).location == f"/v/{code}"


def test_check_digits_are_tested_before_anything_is_asked(app: Flask, client: FlaskClient, code: str) -> None:
    token = make.token(client, "/periksa")
    right = certification.printed_code(code)
    swapped = right[1] + right[0] + right[2:]
    for wrong in (swapped, code, "x", right + "1"):
        with counting(app) as seen:
            answer = client.post("/periksa", data={"csrf_token": token, "code": wrong})
        assert answer.status_code == 422
        assert "Kode salah ketik. Periksa kembali." in answer.text
        assert f'value="{wrong}"' in answer.text
        assert seen == []


def test_an_empty_code_is_422(client: FlaskClient) -> None:
    answer = typed(client, "")
    assert answer.status_code == 422
    assert "Ketik kode yang ada di bawah QR." in answer.text


# --- pages of words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/bantuan", "/privasi", "/aduan", "/masuk", "/daftar", "/lupa", "/periksa"])
def test_open_pages_in_both_languages(client: FlaskClient, path: str) -> None:
    for language in ("id", "en"):
        page = client.get(f"{path}?bahasa={language}")
        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.text
        assert page.text.count("<h1") == 1
        assert "– Jaga</title>" in page.text


def test_home_says_that_it_is_free_and_gives_no_police_power(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "gratis" in page
    assert "tidak memperoleh wewenang kepolisian" in page
    for path in ("/masuk", "/daftar", "/periksa", "/aduan"):
        assert f'href="{path}"' in page


def test_complaint_ways_come_from_the_register_with_their_date(client: FlaskClient) -> None:
    assert "belum tersedia" in client.get("/aduan").text
    with transaction():
        courses.store_fact(
            key="propam-wa", value="0855-5555-4141", label="WhatsApp pengaduan Propam", area="Indonesia",
            confidence="M", source="uji", reviewed_on=date(2026, 1, 5), review_due=date(2026, 2, 5),
        )  # fmt: skip
    page = client.get("/aduan").text
    assert 'href="https://wa.me/6285555554141"' in page
    assert "0855-5555-4141" in page
    assert "Diperiksa 5 Januari 2026" in page
    assert "perlu diperiksa ulang" in page


def test_unknown_pages_are_404_with_a_way_out(client: FlaskClient) -> None:
    answer = client.get("/tidak-ada")
    assert answer.status_code == 404
    assert 'href="/"' in answer.text


# --- language and addresses on this host ------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["/", "/belajar/?a=1&b=/x", "/daftar?kode=ABC"])
def test_local_targets(target: str) -> None:
    assert local(target) == target


@pytest.mark.parametrize("target", [None, "", "//x", "///x", "/\\x", "x", "https://x", "/a\nb", "/a\x00", "/a\u2028b"])
def test_targets_that_are_not(target: str | None) -> None:
    assert local(target) is None


def test_the_language_in_an_address_is_taken_out() -> None:
    assert without_language("/masuk?bahasa=en&lanjut=/akun/&kosong=") == "/masuk?lanjut=%2Fakun%2F&kosong="
    assert without_language("/") == "/"


# --- machines ---------------------------------------------------------------------------------------------------------


def test_healthz(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.get_json()["status"] == "ok"
    assert set(answer.get_json()) == {"status", "version", "database", "migrations"}
    assert "Set-Cookie" not in answer.headers


def test_healthz_with_migrations_pending(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "wanted", lambda: "9999")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json()["status"] != "ok"


def test_healthz_with_the_database_away(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("SELECT 1", {}, Exception("away"))

    monkeypatch.setattr(schema, "current", away)
    assert client.get("/healthz").status_code == 503


def test_robots(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert "Disallow: /akun/" in answer.text
    assert "Disallow: /v/" not in answer.text
