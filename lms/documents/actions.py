"""Rendering certificates in a guarded process and keeping their PDFs."""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

import lms
from lms import clock
from lms.certification.models import Certificate, CertificateBasis, Programme
from lms.courses.models import ModuleVersion, Sop, SopVersion
from lms.db import db
from lms.documents import sheet as drawing
from lms.documents.models import Document
from lms.documents.rules import Sheet, Subject
from lms.documents.sheet import RenderFailed
from lms.settings import Settings
from lms.storage import actions as storage

__all__ = ["Press", "RenderFailed", "configure", "keep", "render"]

PDF = "application/pdf"
START_SECONDS = 20  # for Python and WeasyPrint to get ready on a slow machine, before the limits of a sheet count


class Press:
    """The guarded process in which sheets are drawn, one after the other: started when first needed and again after
    it has failed. It inherits no key and no address of a database."""

    def __init__(self, seconds: int, memory_mb: int, program: Sequence[str] = ("-m", "lms.documents.sheet")) -> None:
        """Limits of one sheet in seconds and of the process in megabytes; program: what Python runs (see serve)."""
        self._seconds = seconds
        self._command = [sys.executable, *program, str(seconds), str(memory_mb)]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def pdf(self, sheet: Sheet) -> bytes:
        """The sheet as a PDF. RenderFailed if it cannot be drawn or a limit ended the process."""
        with self._lock:
            process = self._process = self._process or self._started()
            deadline = threading.Timer(self._seconds + START_SECONDS, process.kill)
            deadline.start()
            try:
                return self._answer(process, drawing.packed(sheet))
            except (OSError, RenderFailed) as reason:
                self._end()
                raise RenderFailed(f"{sheet.number}: {reason}") from None
            finally:
                deadline.cancel()

    def close(self) -> None:
        """End the process, if it runs."""
        with self._lock:
            self._end()

    def _started(self) -> subprocess.Popen[bytes]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
        inherited["PYTHONPATH"] = str(Path(lms.__file__).resolve().parents[1])
        return subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=inherited)

    @staticmethod
    def _answer(process: subprocess.Popen[bytes], request: bytes) -> bytes:
        """What the process replies; RenderFailed for a failure or for less than it announced (it was ended)."""
        assert process.stdin
        assert process.stdout
        process.stdin.write(request)
        process.stdin.flush()
        kind, _, told = process.stdout.readline().decode().partition(" ")
        if kind != "pdf":
            raise RenderFailed(told.strip() or "the drawing process ended, perhaps at a limit")
        pdf = process.stdout.read(int(told))
        if len(pdf) != int(told):
            raise RenderFailed("the drawing process ended half way")
        return pdf

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


_settings: Settings | None = None
_press: Press | None = None


def configure(settings: Settings) -> None:
    """Use these settings for rendering: base address, demo plate, limits. Called once by create_app."""
    global _settings, _press
    if _press is not None:
        _press.close()
    _settings, _press = settings, Press(settings.render_seconds, settings.render_memory_mb)


def render(certificate_id: int) -> bytes | None:
    """The PDF of a certificate; None if it has a document already or is gone. Writes nothing.

    RenderFailed if it cannot be drawn within the limits; RuntimeError before configure.
    """
    if _settings is None or _press is None:
        raise RuntimeError("documents.configure was not called")
    if _document(certificate_id) is not None:
        return None
    sheet = _sheet(certificate_id, _settings)
    return None if sheet is None else _press.pdf(sheet)


def keep(certificate_id: int, pdf: bytes) -> Document | None:
    """Store the bytes and the row that names them, exactly once: whoever comes second gets the first one's row.

    None if the certificate was erased meanwhile: then nothing is stored.
    """
    held = select(Certificate).where(Certificate.id == certificate_id).with_for_update(of=Certificate)
    certificate = db.session.scalar(held)
    if certificate is None or certificate.private is None:
        return None
    document = _document(certificate_id)
    if document is None:
        document = Document(
            certificate_id=certificate_id,
            revision=1,
            template_sha256=drawing.design_sha256(),
            file_sha256=storage.store(pdf, PDF),
            rendered_at=clock.now(),
        )
        db.session.add(document)
        db.session.flush()
    return document


def _document(certificate_id: int) -> Document | None:
    return db.session.scalar(select(Document).where(Document.certificate_id == certificate_id))


def _sheet(certificate_id: int, settings: Settings) -> Sheet | None:
    """What the sheet of a certificate says, from the facts frozen at issue; None if it is gone or its name erased."""
    certificate = db.session.get(Certificate, certificate_id)
    if certificate is None or certificate.private is None:
        return None
    programme = db.session.get_one(Programme, certificate.programme_id)
    return Sheet(
        number=certificate.number,
        code=certificate.code,
        name=certificate.private.name_printed,
        programme=programme.title,
        level=certificate.level,
        issued_on=certificate.issued_on,
        valid_through=certificate.valid_through,
        subjects=_subjects(certificate_id),
        base_url=settings.base_url,
        sample=settings.demo,
    )


def _subjects(certificate_id: int) -> tuple[Subject, ...]:
    """The SOP versions of the modules whose exams the certificate rests on, in the order of their numbers."""
    basis = select(CertificateBasis.module_version_id).where(
        CertificateBasis.certificate_id == certificate_id, CertificateBasis.attempt_id.is_not(None)
    )
    taught: dict[str, int] = {}
    for manifest in db.session.scalars(select(ModuleVersion.manifest).where(ModuleVersion.id.in_(basis))):
        taught |= {number: manifest["sops"][number]["number"] for number in manifest["module"]["sop"]}
    rows = select(Sop.number, SopVersion.number, SopVersion.title).join_from(SopVersion, Sop).order_by(Sop.number)
    found = db.session.execute(rows.where(Sop.number.in_(taught))).all()
    return tuple(Subject(title, number, version) for number, version, title in found if taught[number] == version)
