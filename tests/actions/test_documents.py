"""The sheet as people get it: rasterised, decoded, read as text, and drawn under limits."""

import hashlib
import io
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from sqlalchemy import delete, func, select

from lms import clock
from lms.accounts.models import Person
from lms.certification.models import (
    Certificate,
    CertificateBasis,
    CertificatePrivate,
    Evidence,
    Programme,
    ProgrammeVersion,
)
from lms.certification.rules import printed_code
from lms.courses.models import Module, ModuleVersion, Sop, SopVersion
from lms.db import db, transaction
from lms.documents import actions, queries, sheet
from lms.documents.models import Document
from lms.documents.rules import Sheet, Subject
from lms.quizzes.models import Attempt
from lms.storage.models import StoredFile
from tests.conftest import settings

SHEET = Sheet(
    number="JG-2026-000417",
    code="7K3M9QX2VD4HT8WA",
    name="Siti Rahmawati",
    programme="Pelatihan SOP Jaga Jakarta",
    level=2,
    issued_on=date(2026, 11, 23),
    valid_through=date(2028, 11, 23),
    subjects=(
        Subject("Pelaporan kejadian", "SOP-01", 1),
        Subject("Koordinasi dengan kepolisian", "SOP-02", 1),
        Subject("Tindakan awal nonrepresif", "SOP-03", 2),
    ),
    base_url="https://jaga.example.id",
    sample=False,
)
NAMES = [
    "S",
    "Muhammad Fajar Kurniawan",
    "Raden Ayu Kusumawardhani Prawirohar",
    "Nur Aisyah Ramadhani Puspitasari Kusumaningtyas Wulandari Anggraini Maharani Setyowati Handayani Dewi"[:100],
    "Nguyễn Thị Ngọc Ánh Tuyết",
    "Přemysl Žďárský Ľubomír Šťovíček Łukasz",
    "Hŷ M̂a G̃uaraní",
    "Ḱṳḿĕĺǵ Ɓălṯăzǡr",
]


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """The sheet of Siti Rahmawati."""
    return sheet.draw(SHEET)


def text_of(pdf: bytes) -> str:
    """What pdftotext reads, words joined by single spaces."""
    read = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(read.stdout.decode().split())


def picture_of(pdf: bytes, dpi: int = 150) -> Image.Image:
    """The page as a grey picture, as a plain printer would make it."""
    drawn = subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", "-"], input=pdf, capture_output=True, check=True)
    return Image.open(io.BytesIO(drawn.stdout))


def decoded(picture: Image.Image) -> zxingcpp.Barcode:
    """The one QR of a picture."""
    (found,) = zxingcpp.read_barcodes(picture)
    return found


def ink(picture: Image.Image, box: tuple[float, float, float, float]) -> bool:
    """Whether anything is drawn in a box of millimetres (left, top, right, bottom)."""
    mm = picture.width / 297
    left, top, right, bottom = (int(edge * mm) for edge in box)
    return min(picture.crop((left, top, right, bottom)).tobytes()) < 200


class TestPage:
    """What is on the paper."""

    @pytest.mark.parametrize("dpi", [75, 150, 300])
    def test_the_qr_leads_to_the_certificates_own_page(self, pdf: bytes, dpi: int) -> None:
        found = decoded(picture_of(pdf, dpi))
        assert found.text == "https://jaga.example.id/v/7K3M9QX2VD4HT8WA"
        assert found.ec_level == "M"

    def test_the_qr_is_40_mm_wide_with_four_modules_of_quiet_zone(self, pdf: bytes) -> None:
        picture = picture_of(pdf, 300)
        at, mm = decoded(picture).position, picture.width / 297
        left, right = at.top_left.x / mm, at.top_right.x / mm
        top, bottom = at.top_left.y / mm, at.bottom_left.y / mm
        assert right - left == pytest.approx(40, abs=0.3)
        quiet = 4 * 40 / 29 - 0.3  # version 3 has 29 modules
        assert not ink(picture, (left - quiet, top - quiet, left - 0.3, bottom + quiet))
        assert not ink(picture, (right + 0.3, top - quiet, right + quiet, bottom + quiet))
        assert not ink(picture, (left, top - quiet, right, top - 0.3))
        assert not ink(picture, (left, bottom + 0.3, right, bottom + quiet))

    def test_the_words(self, pdf: bytes) -> None:
        text = text_of(pdf)
        for words in (
            "Sertifikat Pelatihan", "Siti Rahmawati", "JG-2026-000417", "Tingkat 2", "23 November 2026",
            "23 November 2028", printed_code(SHEET.code), "Pelatihan SOP Jaga Jakarta",
            "Pelaporan kejadian SOP-01 versi 1, Koordinasi dengan kepolisian SOP-02 versi 1, "
            "dan Tindakan awal nonrepresif SOP-03 versi 2.",
            "Sertifikat ini bukti pelatihan. Pemegang tidak memperoleh wewenang kepolisian: dilarang memeriksa, "
            "menggeledah, menangkap, atau menahan orang, memungut uang, membawa senjata, atau memakai kekerasan. "
            "Bukan izin patroli. Aduan: jaga.example.id/aduan. Status terbaru: pindai QR.",
            "Pelatihan dan sertifikat ini gratis. Laporkan jika ada yang meminta uang: jaga.example.id/aduan",
            "This certificate is proof of training. It gives its holder no police powers: the holder must not inspect, "
            "search, arrest or detain people, collect money, carry weapons or use violence. It is not a permit to "
            "patrol. Complaints: jaga.example.id/aduan. Latest status: scan the QR code.",
            "The training and this certificate are free of charge. Report anyone who asks for money: "
            "jaga.example.id/aduan",
            "ketik kode ini di jaga.example.id/periksa",
        ):  # fmt: skip
            assert words in text
        assert "CONTOH" not in text

    def test_a_sample_says_so(self) -> None:
        assert "CONTOH" in text_of(sheet.draw(replace(SHEET, sample=True)))

    @pytest.mark.parametrize("subjects", [SHEET.subjects[:1], SHEET.subjects[:2], SHEET.subjects * 2])
    def test_fewer_or_more_subjects(self, subjects: tuple[Subject, ...]) -> None:
        drawn = sheet.draw(replace(SHEET, subjects=subjects))
        assert text_of(drawn).count("versi") == len(subjects)
        assert text_of(drawn).count("dan Koordinasi") == (len(subjects) == 2)
        assert not ink(picture_of(drawn), (27, 100, 270, 103))  # air between the sentence and the strip

    @pytest.mark.parametrize(
        "name", [*NAMES, *("W" * n for n in (1, 24, 34, 60, 100)), "Ǆ" * 100, "Œ" * 50 + " " + "M" * 49]
    )
    def test_every_name_stays_between_the_borders_on_one_page(self, name: str) -> None:
        drawn = sheet.draw(replace(SHEET, name=name))
        assert name.replace(" ", "") in text_of(drawn).replace(" ", "")
        picture = picture_of(drawn)
        assert ink(picture, (27, 55, 270, 83))
        assert not ink(picture, (11.5, 55, 27, 83))
        assert not ink(picture, (270, 55, 285.5, 83))
        with pikepdf.open(io.BytesIO(drawn)) as opened:
            assert len(opened.pages) == 1

    def test_markup_in_a_name_is_text_and_fetches_nothing(self, tmp_path: Path) -> None:
        name = "<img src=http://127.0.0.1:9/x><b>Siti</b> {{ 7*7 }}"
        assert name.replace(" ", "") in text_of(sheet.draw(replace(SHEET, name=name))).replace(" ", "")


class TestFile:
    """What is in the file."""

    def test_one_a4_page_with_language_title_and_tags(self, pdf: bytes) -> None:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            (page,) = opened.pages
            assert [round(float(x) * 25.4 / 72) for x in page.MediaBox] == [0, 0, 297, 210]
            root = opened.Root
            assert root.Lang == "id"
            assert root.ViewerPreferences.DisplayDocTitle
            assert root.MarkInfo.Marked
            assert root.StructTreeRoot.K
            assert b"pdfuaid:part" in root.Metadata.read_bytes()
            assert opened.docinfo.Title == "Sertifikat Pelatihan JG-2026-000417"
            assert "/Annots" not in page

    def test_the_qr_has_words_for_those_who_cannot_see_it_and_english_is_marked(self, pdf: bytes) -> None:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            elements = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one]
            (figure,) = [one for one in elements if one.S == "/Figure"]
            assert "https://jaga.example.id/v/7K3M9QX2VD4HT8WA" in str(figure.Alt)
            (english,) = [one for one in elements if "/Lang" in one]
            assert english.Lang == "en"
            assert english.S == "/Art"

    def test_every_font_is_embedded(self, pdf: bytes) -> None:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            described = [
                one
                for one in opened.objects
                if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
            ]
            assert len(described) >= 2
            assert all("/FontFile2" in one or "/FontFile3" in one for one in described)
            assert all("Jakarta" in str(one.FontName) for one in described)

    def test_no_personal_data_in_the_metadata(self, pdf: bytes) -> None:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            assert set(opened.docinfo) <= {"/Title", "/Producer"}
            assert b"Siti" not in opened.Root.Metadata.read_bytes()
            assert "/AF" not in opened.Root

    def test_nothing_in_it_points_outside(self, pdf: bytes) -> None:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            unpacked = io.BytesIO()
            opened.save(unpacked, stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False)
        assert not re.search(rb"/URI|/JavaScript|/Launch|/EmbeddedFile|file:", unpacked.getvalue())

    def test_the_same_sheet_gives_the_same_bytes_and_stays_small(self, pdf: bytes) -> None:
        assert sheet.draw(SHEET) == pdf
        assert len(pdf) < 40_000


class TestFetching:
    """The drawing reads the design and nothing else."""

    @pytest.mark.parametrize(
        "address",
        [
            "http://127.0.0.1:9/a.png",
            "https://example.id/a.png",
            "ftp://127.0.0.1/a",
            "file:///etc/hostname",
            "../setup.cfg",
            "fonts/../../setup.cfg",
            "%2e%2e/setup.cfg",
        ],
    )
    def test_any_other_address_ends_the_drawing(self, address: str) -> None:
        with pytest.raises(BaseException, match="Error fetching"):
            sheet._press().pdf(f'<html lang="id"><title>x</title><img alt="x" src="{address}">')

    def test_a_file_of_the_design_is_read(self) -> None:
        assert sheet._press().pdf('<html lang="id"><title>x</title><img alt="x" src="mark.svg">').startswith(b"%PDF")


HOSTILE = """
import ctypes
from lms.documents import sheet
def work(given):
    if given.name == "endless":
        while True: pass
    if given.name == "asleep":
        ctypes.CDLL(None).sleep(60)
    if given.name == "greedy":
        return b"x" * (4 << 30)
    if given.name == "fetches":
        return sheet._press().pdf('<img alt="x" src="http://127.0.0.1:9/">')
    if given.name == "talks":
        print("to nobody")
    return sheet.draw(given)
sheet.serve(work)
"""


@pytest.fixture(scope="module")
def hostile() -> Iterator[actions.Press]:
    """A press whose work goes wrong for some names; 2 seconds for each sheet."""
    press = actions.Press(2, 1024, ("-c", HOSTILE))
    yield press
    press.close()


class TestLimits:
    """The guarded process: limits, failures, and going on afterwards."""

    @pytest.mark.parametrize("name", ["endless", "asleep", "greedy", "fetches"])
    def test_a_sheet_beyond_its_limits_fails_and_the_next_one_is_drawn(self, hostile: actions.Press, name: str) -> None:
        begun = time.monotonic()
        with pytest.raises(actions.RenderFailed, match=SHEET.number):
            hostile.pdf(replace(SHEET, name=name))
        assert time.monotonic() - begun < 2 + actions.START_SECONDS  # by the process's own limit, not the last resort
        assert hostile.pdf(SHEET) == sheet.draw(SHEET)

    def test_prints_do_not_get_into_the_file(self, hostile: actions.Press) -> None:
        assert "talks" in text_of(hostile.pdf(replace(SHEET, name="talks")))

    def test_a_process_that_was_killed_between_two_sheets_is_started_again(self) -> None:
        press = actions.Press(10, 1024)
        press.pdf(SHEET)
        assert press._process
        press._process.kill()
        press._process.wait()
        with pytest.raises(actions.RenderFailed):
            press.pdf(SHEET)
        assert press.pdf(SHEET).startswith(b"%PDF")
        press.close()

    def test_it_knows_no_secret(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LMS_SECRET_KEY", "of this installation")
        tell = "import os; from lms.documents import sheet; sheet.serve(lambda s: repr(sorted(os.environ)).encode())"
        press = actions.Press(10, 1024, ("-c", tell))
        told = press.pdf(SHEET)
        press.close()
        assert b"LMS_" not in told
        assert b"PATH" in told


@pytest.fixture
def documents(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The application with rendering set up for another base address, and its drawing process ended afterwards."""
    actions.configure(settings(tmp_path, "sqlite://", base_url="https://jaga.example.id", demo=False))
    yield app
    assert actions._press
    actions._press.close()


def certified(name: str = "Siti Rahmawati", n: int = 1) -> int:
    """A certificate that rests on the exams of both modules; returns its id. n tells certificates apart."""
    now, today = clock.now(), clock.today()
    member, issuer, other = (Person(sign_in_name=f"{who}{n}", created_at=now) for who in ("member", "issuer", "other"))
    programme = Programme(slug=f"p{n}", title="Pelatihan SOP Jaga Jakarta")
    added(member, issuer, other, programme)
    approved = {"rules": {}, "sha256": "0" * 64, "proposed_by": issuer.id, "approved_by": other.id, "approved_at": now}
    version = ProgrammeVersion(programme_id=programme.id, number=1, **approved)
    tick = Evidence(person_id=member.id, kind="identity", seen_by=other.id, dated=today, recorded_at=now)
    attempts = [attempt(member.id, module) for module in modules()]
    added(version, tick, *attempts)
    certificate = Certificate(
        code=f"7K3M9QX2VD4HT8W{n}",
        number=f"JG-2026-{n:06d}",
        status_index=n,
        person_id=member.id,
        programme_id=programme.id,
        programme_version_id=version.id,
        level=1,
        issuer_id=issuer.id,
        attempt_id=attempts[-1].id,
        evidence_id=tick.id,
        issued_on=date(2026, 11, 23),
        valid_through=date(2028, 11, 23),
        refresher_due=date(2027, 11, 23),
        status="active",
    )
    added(certificate)
    whose = {"certificate_id": certificate.id, "person_id": member.id}
    added(CertificatePrivate(certificate_id=certificate.id, name_printed=name, salt=b"s", payload=b"p"))
    added(*(CertificateBasis(**whose, attempt_id=one.id, module_version_id=one.module_version_id) for one in attempts))
    added(CertificateBasis(**whose, evidence_id=tick.id))
    return certificate.id


def added(*rows: Any) -> None:
    """Add rows and give them their ids."""
    db.session.add_all(rows)
    db.session.flush()


def attempt(person_id: int, version: ModuleVersion) -> Attempt:
    """A first attempt at the exam of a module version."""
    which = {"module_id": version.module_id, "module_version_id": version.id}
    paper: dict[str, Any] = {"paper": [], "rules": {}, "seed": "0" * 32, "start_key": f"start {version.id}"}
    return Attempt(person_id=person_id, **which, number=1, **paper, started_at=clock.now())


def modules() -> list[ModuleVersion]:
    """Two published modules, made once; the SOP of the second has a newer version than the one that was taught."""
    known = list(db.session.scalars(select(ModuleVersion)))
    if known:
        return known
    now, today = clock.now(), clock.today()
    for place, (title, versions) in enumerate({"Koordinasi": 1, "Pelaporan": 2}.items()):
        sop = Sop(number=f"SOP-0{2 - place}")
        module = Module(slug=f"m{place}", code=f"M{place}", position=place)
        added(sop, module)
        frozen = {"title": title, "sha256": "0" * 64}
        for number in range(1, versions + 1):
            added(SopVersion(sop_id=sop.id, number=number, effective=today, recorded_at=now, **frozen))
        manifest = {"module": {"sop": [sop.number]}, "sops": {sop.number: {"number": 1, "sha256": "0" * 64}}}
        added(ModuleVersion(module_id=module.id, number=1, manifest=manifest, published_at=now, **frozen))
    return modules()


def made(certificate_id: int) -> Document:
    """Render and keep, as the job does."""
    pdf = actions.render(certificate_id)
    assert pdf is not None
    with transaction():
        document = actions.keep(certificate_id, pdf)
        assert document is not None
    return document


def count(model: Any) -> int:
    """How many rows a table has."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


class TestKeeping:
    """From a certificate's rows to stored bytes, exactly once."""

    def test_a_due_certificate_gets_its_document(self, documents: Flask) -> None:
        with transaction():
            first, second = certified(), certified("Hŷ M̂a", n=2)
        assert queries.due(10) == [first, second]
        assert queries.due(1) == [first]
        assert queries.document_of(first) is None
        document = made(first)
        assert queries.due(10) == [second]
        found = queries.document_of(first)
        assert found is not None
        assert found[0].id == document.id
        assert found[1].media_type == "application/pdf"
        assert hashlib.sha256(found[1].content).hexdigest() == document.file_sha256
        assert document.template_sha256 == sheet.design_sha256()
        text = text_of(found[1].content)
        assert "Siti Rahmawati" in text
        assert "Pelaporan SOP-01 versi 1 dan Koordinasi SOP-02 versi 1." in text
        assert decoded(picture_of(found[1].content)).text == "https://jaga.example.id/v/7K3M9QX2VD4HT8W1"

    def test_the_second_to_keep_gets_the_first_ones_row(self, documents: Flask) -> None:
        with transaction():
            certificate_id = certified()
        document = made(certificate_id)
        assert actions.render(certificate_id) is None
        with transaction():
            again = actions.keep(certificate_id, b"%PDF of the slower worker")
            assert again is not None
            assert again.id == document.id
        assert (count(Document), count(StoredFile)) == (1, 1)

    def test_the_erased_get_none(self, documents: Flask) -> None:
        with transaction():
            certificate_id = certified()
        pdf = actions.render(certificate_id)
        assert pdf
        with transaction():
            db.session.execute(delete(CertificatePrivate))
        assert queries.due(10) == []
        assert actions.render(certificate_id) is None
        with transaction():
            assert actions.keep(certificate_id, pdf) is None
        assert (count(Document), count(StoredFile)) == (0, 0)

    def test_no_such_certificate(self, documents: Flask) -> None:
        assert actions.render(4711) is None
        with transaction():
            assert actions.keep(4711, b"%PDF") is None

    def test_a_failed_rendering_leaves_the_certificate_due(
        self, documents: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with transaction():
            certificate_id = certified("endless")
        press = actions.Press(2, 1024, ("-c", HOSTILE))
        monkeypatch.setattr(actions, "_press", press)
        with pytest.raises(actions.RenderFailed):
            actions.render(certificate_id)
        press.close()
        assert (count(Document), count(StoredFile)) == (0, 0)
        assert queries.due(10) == [certificate_id]

    def test_a_changed_or_missing_file_is_a_violation_until_erasure(self, documents: Flask) -> None:
        with transaction():
            certificate_id = certified()
        made(certificate_id)
        assert queries.violations() == {"document_file": 0}
        with transaction():
            file = db.session.scalars(select(StoredFile)).one()
            file.content = file.content + b" "
        assert queries.violations() == {"document_file": 1}
        with transaction():
            db.session.execute(delete(StoredFile))
        assert queries.violations() == {"document_file": 1}
        assert queries.document_of(certificate_id) is None
        with transaction():
            db.session.execute(delete(CertificatePrivate))
        assert queries.violations() == {"document_file": 0}
