"""Approvers read and approve teaching material; members see by whom and when, and the mark until then."""

import pytest
from flask.testing import FlaskClient

from lms import clock
from lms.courses import actions as storing
from lms.courses import queries as courses
from lms.db import db, transaction
from tests import make
from tests.web import ground, material
from tests.web.ground import SLUG, Ground, send

MATERIALS = "/pengesah/materi/"
MODULE, SOP = f"{MATERIALS}modul/{SLUG}", f"{MATERIALS}sop/SOP-01"
MARK = "Contoh. Belum disahkan."


@pytest.fixture
def approver(client: FlaskClient, here: Ground) -> FlaskClient:
    return make.signed_in(client, here.approver)


def test_everything_can_be_read_before_it_is_approved(approver: FlaskClient) -> None:
    page = approver.get(MATERIALS).text
    assert page.count(f"{MARK}</span>") == 2
    read = approver.get(MODULE).text
    assert "Sahkan versi 1" in read
    assert "Praktik uji" in read
    assert "(benar)" in read, "the items with their keys"
    assert "Latihan 1" in approver.get(f"{MODULE}/pelajaran/1").text
    sop = approver.get(SOP).text
    assert "Anggota menelepon 112." in sop
    assert "112: darurat" in sop, "the card with its facts"
    for missing in (
        f"{MATERIALS}modul/lain",
        f"{MATERIALS}sop/SOP-99",
        f"{MODULE}/pelajaran/9",
        f"{MATERIALS}sop/SOP-99/sahkan",
    ):
        assert approver.get(missing).status_code == 404


def test_approving_shows_name_and_date_to_members(approver: FlaskClient, here: Ground) -> None:
    who = ground.member(here)
    for page in (MODULE, SOP):
        shown = approver.get(f"{page}/sahkan")
        assert "Nama Anda dan tanggal hari ini tampil" in shown.text
        sha256 = shown.text.split('name="sha256"')[1].split('value="')[1].split('"')[0]
        assert send(approver, f"{page}/sahkan", sha256=sha256).status_code == 302
    assert f"{MARK}</span>" not in approver.get(MATERIALS).text
    approver.get("/akun/")
    reader = make.signed_in(approver.application.test_client(), who)
    for page in (f"/belajar/modul/{SLUG}/", "/belajar/sop/SOP-01", "/belajar/sop/"):
        text = reader.get(page).text
        assert "Disahkan oleh Hendra Pengesah, " in text
        assert MARK not in text
    assert MARK not in reader.get(f"/belajar/modul/{SLUG}/pelajaran/1").text
    assert MARK not in reader.get("/belajar/sop/SOP-01/kartu").text


def test_a_version_that_came_between_is_not_approved_by_mistake(approver: FlaskClient, here: Ground) -> None:
    sha256 = courses.version(here.version).sha256
    newer = material.module(SLUG)
    answer = send(approver, f"{MODULE}/sahkan", sha256="0" * 64)
    assert answer.status_code == 422
    assert "Versi yang lebih baru sudah terbit." in answer.text
    db.session.rollback()
    assert courses.approvals([here.version, newer]) == {}
    assert sha256


def test_the_card_is_for_members_and_has_no_page_without_an_sop(client: FlaskClient, here: Ground) -> None:
    who = ground.member(here)
    make.signed_in(client, who)
    page = client.get("/belajar/sop/SOP-01/kartu").text
    assert "Telepon 112." in page
    assert "Bukan wewenang kepolisian. Bukan izin patroli." in page
    assert MARK in page
    assert client.get("/belajar/sop/SOP-99/kartu").status_code == 404
    with transaction():
        storing.store_sop("SOP-02", 1, "Tanpa kartu", clock.today(), [("1.1", "Anggota mencatat.")])
    assert client.get("/belajar/sop/SOP-02").status_code == 200
    assert client.get("/belajar/sop/SOP-02/kartu").status_code == 404
