"""What people do in the browser, step by step, found by the words on the screen."""

import io
import re
import subprocess
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from lms import clock
from lms.accounts import queries as people
from lms.app import create_app
from lms.db import db
from lms.quizzes import queries as papers
from lms.quizzes.models import Attempt
from lms.settings import load
from tests.browser.conftest import Phone, Server


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press a button or follow a link by the words on it."""
    page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.click()


def learn(phone: Phone, slug: str) -> None:
    """Read every lesson of a module: open it, go on until the exam is open."""
    page = phone.goto(f"/belajar/modul/{slug}/pelajaran/1")
    while "/pelajaran/" in page.url:
        press(page, re.compile("Sudah (paham|selesai), lanjut"))


def right_values(server: Server, public_id: str) -> list[tuple[str, dict[str, Any]]]:
    """Kind and right answer of each slot, read from the server's own database: no page tells them."""
    with create_app(load(data_dir=server.data)).app_context():
        attempt = db.session.query(Attempt).filter_by(public_id=public_id).one()
        values = [papers.model_answer(attempt, slot) for slot in range(1, len(attempt.paper) + 1)]
        kinds = [papers.question(attempt, slot).kind for slot in range(1, len(attempt.paper) + 1)]
        db.engine.dispose()
        return list(zip(kinds, values, strict=True))


def give(page: Page, kind: str, value: dict[str, Any]) -> None:
    """Fill in an answer as a thumb would, by the kind of question."""
    if kind in ("single", "true_false"):
        page.check(f"[name=choice][value='{value['choice']}']")
    elif kind == "multiple":
        for place in value["choices"]:
            page.check(f"[name=choices][value='{place}']")
    elif kind == "matching":
        for place, target in value["pairs"].items():
            page.select_option(f"[name='pair-{place}']", target)
    elif kind == "ordering":
        put_in_order(page, value["order"])
    else:
        page.fill("[name=number], [name=text]", value.get("number", value.get("text", "")))


def put_in_order(page: Page, wanted: list[str]) -> None:
    """Press the up arrows until the rows stand as wanted: with script they move in place, without it by a reload."""
    for place, identity in enumerate(wanted):
        while _order(page).index(identity) > place:
            before = _order(page)
            page.click(f"button[name=naik][value='{identity}']")
            expect(page.locator("input[name=order]").nth(before.index(identity) - 1)).to_have_value(identity)


def _order(page: Page) -> list[str]:
    return [row.input_value() for row in page.locator("input[name=order]").all()]


def pass_exam(phone: Phone, server: Server, slug: str) -> None:
    """Start the exam of a module, give the right answer to every question, hand in."""
    page = phone.goto(f"/belajar/modul/{slug}/ujian")
    press(page, "Mulai ujian")
    expect(page.locator("body")).to_contain_text("Soal 1 dari")
    values = right_values(server, page.url.split("/ujian/")[1].split("/")[0])
    for number, (kind, value) in enumerate(values, 1):
        expect(page.locator("body")).to_contain_text(f"Soal {number} dari {len(values)}")
        give(page, kind, value)
        page.locator("main").get_by_role("button", name="Simpan dan lanjut").click()
    expect(page.locator("h1")).to_have_text("Tinjau jawaban")
    press(page, "Kirim jawaban")
    expect(page.locator("main")).to_contain_text("lulus")
    expect(page.locator("main")).not_to_contain_text("Belum lulus")


def give_evidence(phone: Phone, server: Server, name: str) -> None:
    """An approver ticks every piece of evidence of a member whose exams are done."""
    with create_app(load(data_dir=server.data)).app_context():
        person = people.by_sign_in_name(name)
        assert person is not None
        public_id = person.public_id
        db.engine.dispose()
    page = phone.goto(f"/pengesah/anggota/{public_id}")
    while page.get_by_role("button", name=re.compile("Sudah saya periksa")).count():
        form = page.locator("form", has=page.get_by_role("button", name=re.compile("Sudah saya periksa"))).first
        for day in form.locator("input[type=date]").all():
            day.fill(clock.today().isoformat())
        form.get_by_role("button").click()


def sign_off(phone: Phone, name: str, slug: str = "tindakan-awal-nonrepresif") -> None:
    """Find a member who waits for the drill, tick every criterion, see no instant fail, sign."""
    page = phone.goto(f"/penilai/?modul={slug}")
    page.fill("[name=cari]", name)
    press(page, "Cari")
    page.get_by_role("link", name=name).click()
    press(page, "Mulai menilai")
    _tick_everything(page)
    for line in page.get_by_label("Tidak terlihat").all():
        line.check()
    press(page, "Simpan dan tinjau")
    press(page, "Tanda tangani")
    expect(page.locator("h1")).to_have_text("Penilaian ditandatangani")


def _tick_everything(page: Page) -> None:
    """One criterion a screen, until the list of what must not happen."""
    while page.locator("h1").inner_text() != "Yang tidak boleh terjadi":
        here = page.url
        page.get_by_role("button", name="Terpenuhi", exact=True).click()
        page.wait_for_url(lambda url, here=here: url != here)  # type: ignore[misc]  # a lambda with a default


def issue(phone: Phone, name: str) -> None:
    """Find a member in the queue, issue, confirm."""
    page = phone.goto("/pengesah/")
    page.get_by_role("link", name=name).click()
    press(page, "Terbitkan Tingkat")
    press(page, "Ya, terbitkan")
    expect(page.locator("main")).to_contain_text("JG-")
    expect(page.locator("main")).to_contain_text("Riwayat")


def download(phone: Phone, into: Path) -> Path:
    """The PDF of one's certificate; the worker makes it within seconds of the issue."""
    page = phone.goto("/belajar/sertifikat/")
    for _ in range(60):
        if page.get_by_role("link", name=re.compile("Unduh PDF")).count():
            break
        page.wait_for_timeout(500)
        page.reload()
    assert page.get_by_role("link", name=re.compile("Unduh PDF")).count(), page.inner_text("main")
    with page.expect_download() as started:
        page.get_by_role("link", name=re.compile("Unduh PDF")).click()
    file = into / "sertifikat.pdf"
    started.value.save_as(file)
    return file


def address_in(pdf: Path) -> str:
    """What a decoder reads from the QR on the page, printed at 150 dpi in grey."""
    picture = subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", pdf], capture_output=True, check=True).stdout
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    assert len(found) == 1
    return str(found[0].text)


def says(phone: Phone, address: str, word: str) -> None:
    """The page behind the QR, opened signed out, says this word and no other of its kind."""
    page = phone.page
    page.goto(address)
    expect(page.locator("h1")).to_have_text(word)
