"""The overseer's door: statistics, look-ups with what stands out, suspensions, appointments. It changes nothing."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.certification import actions as certification
from lms.certification.models import Certificate
from lms.db import transaction
from lms.verification import actions as verification
from lms.verification import rules
from lms.web import paging
from tests import make
from tests.actions import ready
from tests.web.queries import counting

PAGES = ["/pengawas/", "/pengawas/pengangkatan", "/pengawas/pemeriksaan"]


@pytest.fixture
def overseer(client: FlaskClient) -> Person:
    """An overseer, signed in with the client."""
    who = make.staff(Role.OVERSEER, name="Retno Contoh")
    make.signed_in(client, who)
    return who


def look(officer: Person, unit_id: int, certificate: Certificate, times: int = 1, reason: str = "patrol") -> None:
    """That many look-ups."""
    for _ in range(times):
        with transaction():
            verification.look(officer.id, unit_id, certificate.code, reason)


@pytest.mark.parametrize("path", PAGES)
def test_the_door_is_shut_for_others(client: FlaskClient, app: Flask, path: str) -> None:
    assert client.get(path).location.startswith("/masuk")
    make.signed_in(client, make.staff(Role.STEWARD))
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_there_is_nothing_to_send(client: FlaskClient, overseer: Person, path: str) -> None:
    page = client.get(path).text
    assert set(re.findall(r'<form method="post" action="([^"]+)"', page)) == {"/bahasa", "/keluar"}
    assert client.post(path, data={"csrf_token": make.csrf_in(page)}).status_code == 405


def test_empty_pages_say_so(client: FlaskClient, overseer: Person) -> None:
    page = client.get("/pengawas/").text
    for said in ("Belum ada modul yang terbit.", "Belum ada sertifikat.", "Belum ada petugas yang membuka identitas",
                 "Tidak ada penangguhan dalam 30 hari ini."):  # fmt: skip
        assert said in page
    assert "Belum ada pemeriksaan." in client.get("/pengawas/pemeriksaan").text


def test_statistics_and_suspensions_name_no_holder(client: FlaskClient, overseer: Person) -> None:
    world = ready.world()
    certificate = world.certified(name="Siti Rahasia")
    with transaction():
        certification.suspend(certificate.code, world.officer.id, "extortion", "key")
    look(world.officer, world.police[2].id, certificate)
    page = client.get("/pengawas/").text
    assert re.search(r"Tindakan</th><td class=\"num\">1<", page)
    assert re.search(r"Ditangguhkan</th><td class=\"num\">1<", page)
    for said in (certificate.number, "Aduan tentang pungutan uang", world.police[2].name):
        assert said in page
    for path in PAGES:
        assert "Siti Rahasia" not in client.get(path).text


def test_look_ups_that_stand_out_come_first(client: FlaskClient, overseer: Person) -> None:
    world = ready.world()
    certificate, polsek = world.certified(), world.police[2]
    busy = make.staff(Role.OFFICER, polsek, "Banyak Contoh")
    quiet = [make.staff(Role.OFFICER, polsek, f"Tenang {'ABC'[n]}") for n in range(3)]
    for officer in quiet:
        look(officer, polsek.id, certificate, 2)
    look(busy, polsek.id, certificate, 9, "post")
    look(busy, polsek.id, certificate, 2, "complaint")
    page = client.get("/pengawas/").text
    assert page.index("Banyak Contoh") < page.index("Tenang A")
    row = page.split("Menurut alasan")[1].split("</tr>")[1]
    for said in ("Banyak Contoh", "Menonjol", "Pemeriksaan di pos atau di lapangan", "Menangani aduan"):
        assert said in row
    assert page.count("Menonjol") == 1
    single = client.get(f"/pengawas/pemeriksaan?petugas={busy.public_id}").text
    assert single.count(certificate.number) == 11
    assert "Tenang A" not in single


def test_what_stands_out_is_ten_and_three_times_the_usual() -> None:
    assert rules.outliers({}) == frozenset()
    assert rules.outliers({1: 60}) == frozenset()
    assert rules.outliers({1: 9, 2: 1, 3: 1}) == frozenset()
    assert rules.outliers({1: 10, 2: 3, 3: 3}) == {1}
    assert rules.outliers({1: 12, 2: 4, 3: 4}) == frozenset()


def through(client: FlaskClient, path: str | None) -> list[str]:
    """The heads of all rows, page after page."""
    heads: list[str] = []
    while path:
        page = client.get(path).text
        heads += re.findall(r'<tr><th scope="row"[^>]*>([^<]+)<', page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        path = more[1].replace("&amp;", "&") if more else None
    return heads


def test_appointments_in_force_in_pages(client: FlaskClient, overseer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    names = [f"Petugas {'ABCD'[n]}" for n in range(4)]
    for name in names:
        make.staff(Role.OFFICER, name=name)
    assert through(client, "/pengawas/pengangkatan") == ["Retno Contoh", *names]
    assert client.get("/pengawas/pengangkatan?setelah=2").status_code == 404


def test_single_look_ups_in_pages(client: FlaskClient, overseer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    world = ready.world()
    look(world.officer, world.police[2].id, world.certified(), 5)
    monkeypatch.setattr(paging, "PAGE", 2)
    assert len(through(client, f"/pengawas/pemeriksaan?petugas={world.officer.public_id}")) == 5
    assert client.get("/pengawas/pemeriksaan?petugas=x").status_code == 404


def test_pages_need_a_fixed_number_of_queries(client: FlaskClient, app: Flask, overseer: Person) -> None:
    world = ready.world()

    def cost() -> list[int]:
        found = []
        for path in PAGES:
            with counting(app) as seen:
                assert client.get(path).status_code == 200
            found.append(len(seen))
        return found

    def more(n: int) -> None:
        certificate = world.certify(world.ready(name=f"Anggota {'ABCDEF'[n]}"), 2, key=f"k{n}")
        officer = make.staff(Role.OFFICER, world.police[2])
        look(officer, world.police[2].id, certificate, n + 1)
        with transaction():
            certification.suspend(certificate.code, world.officer.id, "force", f"s{n}")

    more(0)
    before = cost()
    for n in range(1, 5):
        more(n)
    assert cost() == before
    assert max(before) <= 10
