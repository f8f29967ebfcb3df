"""One handler for each kind of refusal: what happened, in the page's language, and one way out."""

import traceback

import structlog
from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from lms.db import Busy, Unavailable, db
from lms.refusals import Conflict, NotFound, Refused
from lms.web import words

log = structlog.get_logger()


def page(status: int, heading: str, text: str) -> ResponseReturnValue:
    """The error page with that status."""
    headers = {"Retry-After": "5"} if status == 503 else {}
    return render_template("errors/page.html", status=status, heading=heading, text=text), status, headers


def _said(status: int) -> tuple[str, str]:
    """Heading and text of a status."""
    return {
        400: (_("Permintaan tidak bisa dibaca"), _("Muat ulang halaman sebelumnya, lalu coba lagi.")),
        403: (_("Tidak ada akses"), _("Anda tidak punya akses ke halaman ini.")),
        404: (_("Halaman tidak ditemukan"), _("Periksa alamatnya, atau kembali ke Beranda.")),
        405: (_("Permintaan tidak bisa dibaca"), _("Kembali ke Beranda.")),
        413: (_("Kiriman terlalu besar"), _("Kurangi isinya, lalu kirim lagi.")),
        429: (_("Terlalu sering"), _("Tunggu sebentar, lalu coba lagi.")),
        503: (
            _("Ada gangguan pada sistem kami"),
            _('Jawaban bertanda "Tersimpan" tetap aman. Coba beberapa saat lagi.'),
        ),
    }.get(
        status,
        (
            _("Ada gangguan pada sistem kami"),
            _('Jawaban bertanda "Tersimpan" tetap aman. Coba beberapa saat lagi.'),
        ),
    )


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    return page(400, _("Formulir sudah kedaluwarsa"), _("Muat ulang halaman sebelumnya, lalu kirim lagi."))


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()
    if isinstance(error, SecurityError):  # a foreign Host header: no address of ours can be written into a page
        return "400", 400, {"Content-Type": "text/plain"}
    return page(status, *_said(status))


def _refused(refusal: Refused) -> ResponseReturnValue:
    if isinstance(refusal, NotFound):
        return page(404, *_said(404))
    status = 409 if isinstance(refusal, Conflict) else 422
    return page(status, _("Ini tidak bisa dilakukan"), words.refusal(refusal))


def _away(error: Unavailable | Busy) -> ResponseReturnValue:
    db.session.rollback()
    log.error("database away", path=request.path, error=type(error).__name__)
    return page(503, *_said(503))


def _broken(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    where = "".join(traceback.format_tb(error.__traceback__))  # not its words: they may hold what somebody typed
    log.error("unexpected", endpoint=request.endpoint, error=type(error).__name__, where=where)
    return page(500, *_said(500))


def init_app(app: Flask) -> None:
    """Connect the handlers."""
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Unavailable, _away)
    app.register_error_handler(Busy, _away)
    if not app.testing:
        app.register_error_handler(Exception, _broken)
