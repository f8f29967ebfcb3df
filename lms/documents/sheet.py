"""Draws a certificate's sheet with WeasyPrint, in a process of its own under limits.

This is one file more than a capability usually has: the guarded process imports this and the rules, nothing else of the
program, so that it starts quickly, fits its memory limit and holds no database connection; and whoever imports this
without drawing does not load WeasyPrint (half a second, 60 MB).
"""

import atexit
import hashlib
import json
import math
import os
import resource
import signal
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms import paths
from lms.certification.rules import printed_code
from lms.documents import rules
from lms.documents.rules import Sheet

NAME_MM = 26  # height of the name's place, and of a line of one point in it (1.2 of the font size)
NAME_LEADING = 1.2 * 25.4 / 72
QR_MM = 40  # the symbol; its quiet zone comes on top
QUIET = 4  # modules of quiet zone on each side (ISO/IEC 18004)
QR_MASK = 3  # any mask is valid; trying all eight costs 3 ms


class RenderFailed(Exception):
    """A sheet could not be drawn, or not within the limits; nothing was kept, and the next sweep tries again."""


# --- the design -------------------------------------------------------------------------------------------------------


@cache
def design_sha256() -> str:
    """SHA-256 in hex over the names and bytes of every file that the sheet is drawn from."""
    whole = hashlib.sha256()
    for file in sorted(paths.CERTIFICATES.rglob("*")):
        if file.suffix in {".html", ".css", ".svg", ".ttf"}:
            content = file.read_bytes()
            whole.update(f"{file.relative_to(paths.CERTIFICATES)} {len(content)}\n".encode() + content)
    return whole.hexdigest()


@cache
def _advances(font: str) -> dict[str, float]:
    """The width of each character of one of our fonts, in em."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # fontTools carries no types

    with TTFont(paths.CERTIFICATES / "fonts" / f"{font}.ttf", lazy=True) as opened:
        em, metrics = opened["head"].unitsPerEm, opened["hmtx"].metrics
        return {chr(code): metrics[glyph][0] / em for code, glyph in opened.getBestCmap().items()}


def name_font(name: str) -> str:
    """The font of a name: Plus Jakarta Sans where it has every letter, else Noto Sans for the whole name.

    Noto Sans also places combining marks that have no letter of their own. One name is never set in two fonts.
    """
    own = _advances("PlusJakartaSans-Bold")
    plain = all(c in own and not unicodedata.category(c).startswith("M") for c in name)
    return "jakarta" if plain else "noto"


def fitted(name: str) -> rules.Fitted:
    """The name in lines and the size at which they fit, measured in the font that it is going to be set in."""
    advances = _advances("PlusJakartaSans-Bold" if name_font(name) == "jakarta" else "NotoSans-Bold")
    return rules.fitted(name, lambda text: sum(advances.get(c, 1.3) for c in text))


def qr_picture(link: str, code_length: int = 16) -> tuple[str, float]:
    """The QR of a link as an SVG data address, and its printed width in mm with the quiet zone.

    Level M; the code is a segment of its own, because its capitals and digits fit the smaller alphanumeric mode. One
    filled path, so that no viewer shows seams between modules.
    """
    segments: Any = [link[:-code_length], link[-code_length:]]  # documented by segno, missing in its types
    qr = segno.make_qr(segments, error="m", boost_error=False, mask=QR_MASK)
    modules = len(qr.matrix)
    path = "".join(_row(y, row) for y, row in enumerate(qr.matrix, QUIET))
    side = modules + 2 * QUIET
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}" height="{side}">'
           f'<path fill="#000" d="{path}"/></svg>')  # fmt: skip
    return f"data:image/svg+xml,{quote(svg)}", QR_MM * side / modules


def _row(y: int, row: bytearray) -> str:
    """The dark runs of a row as rectangles of a path."""
    path, x = "", 0
    while (start := row.find(1, x)) >= 0:
        end = row.find(0, start)
        x = end if end >= 0 else len(row)
        path += f"M{start + QUIET} {y}h{x - start}v1h{start - x}z"
    return path


# --- the page ---------------------------------------------------------------------------------------------------------


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(paths.CERTIFICATES), autoescape=True, undefined=StrictUndefined)


def page(sheet: Sheet) -> str:
    """The sheet as HTML; every value is escaped."""
    link = rules.link(sheet.base_url, sheet.code)
    picture, side = qr_picture(link, len(sheet.code))
    name = fitted(sheet.name)
    return (
        _templates()
        .get_template("certificate.html")
        .render(
            sheet=sheet,
            name=name,
            name_font=name_font(sheet.name),
            name_top=round((NAME_MM - name.size * len(name.lines) * NAME_LEADING) / 2, 2),
            issued=rules.in_words(sheet.issued_on),
            valid_through=rules.in_words(sheet.valid_through),
            qr=picture,
            qr_mm=round(side, 3),
            link=link,
            complaints=rules.typed_address(sheet.base_url, "/aduan"),
            check=rules.typed_address(sheet.base_url, "/periksa"),
            code=printed_code(sheet.code),
        )
    )


class _Press:
    """WeasyPrint made ready once: fonts and style sheet are parsed once and used for every sheet of the process."""

    def __init__(self) -> None:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration

        self.html = weasyprint.HTML
        self.fetcher = packaged_only()
        self.fonts = FontConfiguration()
        self.css = weasyprint.CSS(
            filename=paths.CERTIFICATES / "certificate.css", url_fetcher=self.fetcher, font_config=self.fonts
        )

    def pdf(self, html: str) -> bytes:
        """One page, tagged for screen readers (PDF/UA-1), fonts embedded as subsets; nothing else from outside."""
        base = paths.CERTIFICATES.as_uri() + "/"
        drawn = self.html(string=html, base_url=base, url_fetcher=self.fetcher).render(
            font_config=self.fonts, stylesheets=[self.css], pdf_variant="pdf/ua-1"
        )
        if len(drawn.pages) != 1:
            raise RenderFailed(f"{len(drawn.pages)} pages instead of one")
        return bytes(drawn.write_pdf(finisher=_mark_english, pdf_variant="pdf/ua-1"))


def _mark_english(_document: object, pdf: Any) -> None:
    """Give the sheet's one article its language, so that a screen reader speaks it as English; WeasyPrint does not."""
    for element in pdf.objects:
        if isinstance(element, dict) and element.get("S") == "/Art":
            element["Lang"] = "(en)"  # parentheses make a string in PDF


@cache
def _press() -> _Press:
    atexit.register(_press.cache_clear)  # WeasyPrint's fonts complain if they outlive its module
    return _Press()


def packaged_only() -> Any:
    """A fetcher that reads data: addresses and files of the certificates folder; anything else ends the drawing."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class PackagedOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint carries no types
        """No network, no other file, whatever a sheet may name."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            """The packaged file or the decoded data; ValueError for everything else, which is fatal."""
            if not url.startswith("file:"):
                return super().fetch(url, headers)
            file = Path(unquote(urlsplit(url).path)).resolve()
            if not file.is_relative_to(paths.CERTIFICATES.resolve()):
                raise ValueError("not a file of the certificate's design")
            return URLFetcherResponse(url, file.read_bytes())

    return PackagedOnly(allowed_protocols=("data",), fail_on_errors=True)


def draw(sheet: Sheet) -> bytes:
    """The sheet as a PDF of one page. The same sheet gives the same bytes."""
    return _press().pdf(page(sheet))


# --- the guarded process ----------------------------------------------------------------------------------------------


def packed(sheet: Sheet) -> bytes:
    """A sheet as one line of JSON."""
    return json.dumps(asdict(sheet), default=str).encode() + b"\n"


def unpacked(line: bytes) -> Sheet:
    """The sheet of a line that packed made."""
    given = json.loads(line)
    for key in ("issued_on", "valid_through"):
        given[key] = date.fromisoformat(given[key])
    given["subjects"] = tuple(rules.Subject(**subject) for subject in given["subjects"])
    return Sheet(**given)


def serve(work: Callable[[Sheet], bytes] = draw) -> None:
    """Answer sheets on standard input with their PDFs on standard output until the input ends, as it does when the
    parent has gone, however it went.

    A request is a line of packed; the answer is a line "pdf LENGTH" and the bytes, or "failed REASON" and nothing.
    Arguments of the program: seconds for each sheet, megabytes for the process. Whatever prints meanwhile goes to
    standard error.
    """
    seconds, memory_mb = (int(argument) for argument in sys.argv[1:])
    _set_up(memory_mb)
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)
        _press()  # once, before the time of the first sheet starts
        for line in sys.stdin.buffer:
            try:
                pdf = _limited(work, unpacked(line), seconds)
                answer = f"pdf {len(pdf)}\n".encode() + pdf
            except BaseException as error:  # WeasyPrint's refusal of an address is no Exception
                answer = f"failed {type(error).__name__}\n".encode()
            out.write(answer)
            out.flush()


def _set_up(memory_mb: int) -> None:
    """Bounded memory, no core files, deaf to the Ctrl-C of the terminal: the parent decides when to end."""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_AS, memory_mb * 1024 * 1024)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _lower(limit: int, value: int) -> None:
    hard = resource.getrlimit(limit)[1]
    resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _limited(work: Callable[[Sheet], bytes], sheet: Sheet, seconds: int) -> bytes:
    """The work within so many seconds of CPU and of wall clock; the kernel ends the process at either."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime) + seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return work(sheet)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    serve()
