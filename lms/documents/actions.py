"""Rendering certificates in a guarded process and keeping their PDFs."""

import atexit
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

__all__ = ["Press", "RenderFailed", "configure", "keep", "render", "sheet_of"]

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
            except (OSError, RenderFailed):
                self._end()
                raise RenderFailed(f"certificate {sheet.number} could not be drawn") from None
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
        assert process.stdin and process.stdout
        process.stdin.write(request)
        process.stdin.flush()
        kind, _, length = process.stdout.readline().partition(b" ")
        if kind != b"pdf":
            raise RenderFailed
        pdf = process.stdout.read(int(length))
        if len(pdf) != int(length):
            raise RenderFailed
        return pdf

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


class _Setting:
    """What the whole process uses, given once by configure."""

    settings: Settings | None = None
    press: Press | None = None


def configure(settings: Settings) -> None:
    """Use these settings for rendering: base address, demo plate, limits."""
    if _Setting.press is not None:
        _Setting.press.close()
    _Setting.settings, _Setting.press = settings, Press(settings.render_seconds, settings.render_memory_mb)
