"""The whole curriculum at 360 px: each lesson within its budget, each exam passed, each card on one screen."""

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import PdfMargins, expect

from lms import clock
from lms.accounts import actions as accounts
from lms.accounts import queries as people
from lms.app import create_app
from lms.courses import queries as courses
from lms.db import db, transaction
from lms.organisations import actions as organisations
from lms.organisations import queries as units
from lms.settings import load
from tests.browser.conftest import PHONE, Phone, Phones, Server
from tests.browser.steps import pass_exam, press
from tests.browser.test_every_page import Weight

LESSON_BYTES = 150_000
MARGINS: PdfMargins = {"top": "10mm", "right": "10mm", "bottom": "10mm", "left": "10mm"}
A4_WIDTH = 718  # CSS pixels between margins of 10 mm
LEARNER, SECRET = "pelajar-penuh", "kata sandi uji 2026"


@pytest.fixture(scope="module")
def learner(server: Server) -> str:
    """Somebody new, in the chapter of anggota1."""
    with create_app(load(data_dir=server.data)).app_context():
        near = people.by_sign_in_name("anggota1")
        assert near is not None
        home = units.main_unit(near.id)
        assert home is not None
        with transaction():
            person = accounts.create_person("Pelajar Contoh", sign_in_name=LEARNER, secret=SECRET)
            organisations.add_membership(person.id, home.id)
        db.engine.dispose()
    server.people[LEARNER] = {"password": SECRET, "totp": ""}
    return LEARNER


@pytest.fixture(scope="module")
def modules(server: Server) -> dict[str, int]:
    """Slug of each module in the order of learning -> how many lessons it has."""
    with create_app(load(data_dir=server.data)).app_context():
        found = {one.module.slug: len(one.manifest["lessons"]) for one in courses.current_versions()}
        db.engine.dispose()
    return found


def test_a_member_finishes_all_eight_modules(
    phones: Phones, server: Server, learner: str, modules: dict[str, int]
) -> None:
    assert len(modules) == 8
    phone = phones.new().sign_in(learner)
    expect(phone.goto("/belajar/").locator("main")).to_contain_text("Mulai dari sini")
    for slug, count in modules.items():
        for number in range(1, count + 1):
            _read(phone, f"/belajar/modul/{slug}/pelajaran/{number}")
        pass_exam(phone, server, slug)
        expect(phone.goto(f"/belajar/modul/{slug}/").locator("main")).to_contain_text("lulus")
    page = phone.goto("/belajar/modul/")
    assert page.locator("ol.path > li.done").count() == 8


def _read(phone: Phone, path: str) -> None:
    """A lesson as a first visitor loads it: its weight, its pictures, no sideways scroll; then its exercises."""
    weight = Weight(phone)
    weight.session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    phone.page.goto(phone.server.base + path, wait_until="networkidle")
    assert weight.bytes <= LESSON_BYTES, f"{path}: {weight.bytes} bytes"
    weight.session.detach()
    broken = phone.page.eval_on_selector_all("main img", "all => all.filter(i => !i.naturalWidth || !i.alt).length")
    assert broken == 0, path
    wide = phone.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
    assert not wide, path
    assert phone.page.get_by_role("link", name="Latihan").count() == 3, path
    press(phone.page, "Sudah paham, lanjut")


@pytest.fixture(scope="module")
def sops(server: Server) -> list[str]:
    """The numbers of the SOPs."""
    with create_app(load(data_dir=server.data)).app_context():
        found = sorted(courses.sops())
        db.engine.dispose()
    return found


def test_a_pocket_card_is_one_phone_screen_and_half_a_sheet(phones: Phones, sops: list[str], tmp_path: Path) -> None:
    assert len(sops) == 8
    phone = phones.new().sign_in("anggota5")
    for number in sops:
        page = phone.goto(f"/belajar/sop/{number}/kartu")
        card, tabs = page.locator(".pocket").first.bounding_box(), page.locator("nav.tabs").bounding_box()
        assert card
        assert tabs
        assert card["y"] + card["height"] <= tabs["y"], f"{number} reaches below the screen"
        sheet = tmp_path / f"{number}.pdf"
        page.pdf(path=sheet, format="A4", margin=MARGINS)
        text = subprocess.run(["pdftotext", "-layout", sheet, "-"], capture_output=True, text=True, check=True).stdout
        assert text.count("\f") == 1, f"{number} prints on more than one sheet"
        title = page.locator(".pocket-head b").first.inner_text()
        assert text.count(title) == 2, f"{number}: two cards on a sheet"
        page.set_viewport_size({"width": A4_WIDTH, "height": 1000})
        page.emulate_media(media="print")
        spills = page.eval_on_selector_all(
            ".pocket", "all => all.filter(c => c.scrollHeight > c.clientHeight + 1).length"
        )
        page.emulate_media(media="null")
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        assert spills == 0, f"{number} does not fit half a sheet"


def test_an_approver_approves_an_sop_and_members_see_name_and_date(phones: Phones, sops: list[str]) -> None:
    page = phones.new().sign_in("pengesah1").goto(f"/pengesah/materi/sop/{sops[-1]}")
    press(page, "Sahkan versi")
    press(page, "Ya, sahkan")
    expect(page.locator("main")).to_contain_text("Disahkan oleh Hendra Saputra")
    shown = phones.new().sign_in("anggota5").goto(f"/belajar/sop/{sops[-1]}")
    expect(shown.locator("main")).to_contain_text(f"Disahkan oleh Hendra Saputra, {clock.today().day} ")
    expect(shown.locator("main")).not_to_contain_text("Contoh. Belum disahkan.")
