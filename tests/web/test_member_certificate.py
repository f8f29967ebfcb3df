"""The certificate through its holder's pages: what is missing, the goal, the QR, the PDF, and what ends it."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import clock
from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.certification import actions as certification
from lms.certification.models import Certificate, Goal
from lms.db import db, transaction
from lms.documents import actions as documents
from lms.documents import sheet
from tests import make
from tests.web import material
from tests.web.queries import counting

PAGE = "/belajar/sertifikat/"
LEVELS = {
    "programme": "jaga-jakarta",
    "title": "Jaga Jakarta",
    "levels": [
        {"level": 1, "title": "Tingkat 1", "modules": ["pelaporan"], "drills": [], "evidence": ["adult"],
         "validity_months": 24, "refresher_months": 24},
        {"level": 2, "title": "Tingkat 2", "modules": ["pelaporan", "koordinasi"], "drills": ["koordinasi"],
         "evidence": ["adult", "skck"], "validity_months": 24, "refresher_months": 12},
    ],
}  # fmt: skip


class House:
    """Two modules, a programme in force, and the people who decide."""

    def __init__(self) -> None:
        self.versions = [material.module("pelaporan"), material.module("koordinasi", needs=("pelaporan",))]
        self.steward = make.staff(Role.STEWARD)
        self.approver, self.second = make.staff(Role.APPROVER), make.staff(Role.APPROVER)
        self.officer = make.staff(Role.OFFICER)
        with transaction():
            proposal = certification.propose_programme(LEVELS, self.steward.id).public_id
        with transaction():
            certification.decide(proposal, self.approver.id, True)

    def certified(self, who: Person) -> str:
        """The code of a certificate of Tingkat 1."""
        material.passed(who.id, self.versions[0])
        with transaction():
            certification.tick_evidence(who.id, "adult", clock.today(), self.approver.id)
            return certification.certify(who.id, 1, self.approver.id, f"uji-{who.id}").code


@pytest.fixture
def house(app: Flask) -> House:
    """What a certificate rests on."""
    return House()


@pytest.fixture
def who(client: FlaskClient, house: House) -> Person:
    """A member, signed in."""
    made = make.person("Siti Contoh", unit=make.chapter())
    make.signed_in(client, made)
    return made


def stored_pdf(code: str, content: bytes = b"%PDF-1.7 uji" + b" " * 20_000) -> None:
    """The certificate has a document."""
    with transaction():
        found = db.session.query(Certificate).filter_by(code=code).one()
        documents.keep(found.id, content)


def test_checklist_tells_what_is_missing_with_links(client: FlaskClient, who: Person, house: House) -> None:
    page = client.get(PAGE).text
    assert "Apa yang masih kurang" in page
    assert "Tujuan Anda: Tingkat 1." in page
    assert 'href="/belajar/modul/pelaporan/">Ujian Modul pelaporan</a>' in page
    assert "Berusia 18 tahun atau lebih" in page
    material.passed(who.id, house.versions[0])
    page = client.get(PAGE).text
    assert 'href="/belajar/modul/pelaporan/"' not in page
    assert "Ujian dan praktik sudah selesai." in page
    with transaction():
        certification.tick_evidence(who.id, "adult", clock.today(), house.approver.id)
    assert "Semua syarat sudah terpenuhi." in client.get(PAGE).text


def test_a_missing_drill_is_told(client: FlaskClient, who: Person, house: House) -> None:
    with transaction():
        certification.choose_goal(who.id, 2)
        certification.tick_evidence(who.id, "skck", clock.today() - timedelta(days=300), house.approver.id)
    for version, key in zip(house.versions, ("a", "b"), strict=True):
        material.passed(who.id, version, key)
    page = client.get(PAGE).text
    assert "Praktik Modul koordinasi" in page
    assert "belum dinilai" in page
    assert "SKCK sudah lebih dari 6 bulan." in page


def test_the_goal_is_chosen_on_a_page_of_its_own(client: FlaskClient, who: Person) -> None:
    page = client.get(PAGE + "tujuan").text
    token = make.csrf_in(page)
    nothing = client.post(PAGE + "tujuan", data={"csrf_token": token})
    assert nothing.status_code == 422
    assert 'href="#level"' in nothing.text
    assert client.post(PAGE + "tujuan", data={"csrf_token": token, "level": "3"}).status_code == 422
    for _ in range(2):
        assert client.post(PAGE + "tujuan", data={"csrf_token": token, "level": "2"}).status_code == 303
    db.session.rollback()
    assert db.session.get_one(Goal, who.id).level == 2
    assert "Tujuan Anda: Tingkat 2." in client.get(PAGE).text


def test_the_certificate_shows_qr_words_dates_and_code(client: FlaskClient, who: Person, house: House) -> None:
    code = house.certified(who)
    page = client.get(PAGE).text
    for words in ("Tingkat 1", "Berlaku", "Tunjukkan QR ini kepada petugas.", "Siti Contoh", "JG-", "gratis",
                  "PDF sedang dibuat."):  # fmt: skip
        assert words in page
    drawn = page.split('class="qr-wide"><img src="')[1].split('"')[0]
    expected = sheet.qr_picture(f"http://127.0.0.1:8000/v/{code}")[0]
    assert unquote(drawn.replace("&#39;", "'").replace("&amp;", "&")) == unquote(expected)
    assert f"/v/{code}" in page
    assert "Tujuan Anda: Tingkat 2." in page  # what comes next
    assert "Berlaku sampai" in client.get("/belajar/").text


def test_the_pdf_is_the_holders_own(client: FlaskClient, app: Flask, who: Person, house: House) -> None:
    code = house.certified(who)
    path = f"{PAGE}{code}/unduh.pdf"
    assert client.get(path).location == PAGE
    stored_pdf(code)
    assert "Unduh PDF (20 KB)" in client.get(PAGE).text
    assert f'href="{path}"' in client.get(PAGE).text
    got = client.get(path)
    assert got.data.startswith(b"%PDF")
    assert got.mimetype == "application/pdf"
    assert got.headers["Content-Disposition"].startswith('attachment; filename="JG-')
    other = make.signed_in(app.test_client(), make.person("Lain Contoh", unit=make.chapter()))
    assert other.get(path).status_code == 404
    assert client.get(f"{PAGE}AAAAAAAAAAAAAAAA/unduh.pdf").status_code == 404
    assert app.test_client().get(path).status_code == 302


def test_suspended_and_revoked_say_why_and_promise_nothing(client: FlaskClient, who: Person, house: House) -> None:
    code = house.certified(who)
    with transaction():
        certification.suspend(code, house.officer.id, "investigation", "k1")
    page = client.get(PAGE).text
    for words in ("Ditangguhkan", "Sedang dalam pemeriksaan kepolisian", "belum boleh ikut patroli"):
        assert words in page
    with transaction():
        proposal = certification.propose("revoke", code, house.approver.id, "extortion").public_id
    with transaction():
        certification.decide(proposal, house.second.id, True)
    page = client.get(PAGE).text
    for words in ("Dicabut", "Terbukti memungut uang", "tercatat di akun Anda"):
        assert words in page
    assert "banding" not in page.casefold()
    assert 'class="qr-wide"' not in page
    assert "Dicabut" in client.get("/belajar/").text


def test_expiring_and_expired_certificates_say_so(
    client: FlaskClient, who: Person, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = house.certified(who)
    db.session.rollback()
    until = db.session.query(Certificate).filter_by(code=code).one().valid_through
    monkeypatch.setattr(clock, "today", lambda: until - timedelta(days=20))
    page = client.get(PAGE).text
    assert "Masa berlaku tinggal 20 hari. Perpanjang sekarang." in page
    assert "Segera berakhir" in client.get("/belajar/").text
    monkeypatch.setattr(clock, "today", lambda: until + timedelta(days=1))
    assert "Kedaluwarsa" in client.get(PAGE).text


@pytest.mark.parametrize("state", ["none", "valid", "suspended", "revoked"])
@pytest.mark.parametrize("path", [PAGE, "/belajar/"])
def test_certificate_and_home_need_at_most_six_queries(
    client: FlaskClient, app: Flask, who: Person, house: House, state: str, path: str
) -> None:
    if state != "none":
        code = house.certified(who)
        stored_pdf(code)
    if state in ("suspended", "revoked"):
        with transaction():
            certification.suspend(code, house.officer.id, "investigation", "k1")
    if state == "revoked":
        with transaction():
            proposal = certification.propose("revoke", code, house.approver.id, "extortion").public_id
        with transaction():
            certification.decide(proposal, house.second.id, True)
    with counting(app) as seen:
        assert client.get(path).status_code == 200
    assert len(seen) <= 6, "\n".join(seen)
