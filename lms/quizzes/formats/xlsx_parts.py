"""The parts of an XLSX file that hold its table of items (ECMA-376, Office Open XML), out of an untrusted archive.

What reads the cells never sees the archive that came: it gets a new one with these parts and nothing else, so the two
cannot understand the same bytes differently.
"""

import io
import posixpath
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from lms import archives
from lms.quizzes.formats.model import MOST_BYTES, Unreadable

LIMITS = archives.Limits(files=300, file_bytes=8_000_000, all_bytes=16_000_000)
OWN_SHEET = "Soal"  # the sheet that is read if there is one of that name; else the first that is not hidden
GUIDE = "Petunjuk"  # the sheet with the explanations of write() and template()
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2: XLS, and XLSX behind a password ([MS-OFFCRYPTO] 2.3.1)
_ROOT = "http://schemas.openxmlformats.org/"
_MAIN, _OFFICE, _PACKAGE = (
    f"{_ROOT}spreadsheetml/2006/main",
    f"{_ROOT}officeDocument/2006/relationships",
    f"{_ROOT}package/2006/relationships",
)


@dataclass(frozen=True)
class Sheet:
    """The sheet with the items, the texts and cell formats that it refers to, and the names of other visible sheets."""

    cells: bytes
    texts: bytes | None
    formats: bytes | None
    others: tuple[str, ...]

    def archive(self) -> bytes:
        """A workbook of this sheet alone, named "sheet"."""
        parts = {
            "_rels/.rels": _relationships(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="sheet" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relationships(("worksheet", "worksheets/sheet1.xml")),
            "xl/worksheets/sheet1.xml": self.cells,
            "xl/sharedStrings.xml": self.texts,
            "xl/styles.xml": self.formats,
        }
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in parts.items():
                if content is not None:
                    archive.writestr(name, content)
        return out.getvalue()


def _relationships(*targets: tuple[str, str]) -> str:
    rows = (
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{"".join(rows)}</Relationships>'


class Target(Protocol):
    """What is told of the elements of a part, one after the other."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def data(self, text: str) -> None: ...


def told(part: bytes, target: Target) -> None:
    """Tell what a part holds, without keeping it. Unreadable "xlsx_broken", "xml_forbidden" (a document type).

    It has to be UTF-8, whatever it declares: the reader of the cells takes every part for that, while a parser that
    also knows UTF-16 could be shown other cells by the same bytes.
    """
    parser = DefusedXMLParser(target=target, encoding="utf-8", forbid_dtd=True)
    try:
        text = part.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("xlsx_broken") from None
    if "\0" in text:
        raise Unreadable("xlsx_broken")
    try:
        parser.feed(text.encode())
        parser.close()
    except DefusedXmlException:
        raise Unreadable("xml_forbidden") from None
    except ET.ParseError:
        raise Unreadable("xlsx_broken") from None


def local(tag: str) -> str:
    """The name of an element without its namespace: there are two sets of them (transitional and strict)."""
    return tag.rpartition("}")[2]


class _Attributes:
    """Collects the attributes of the elements of one name, without their namespaces."""

    def __init__(self, name: str) -> None:
        self.name, self.found = name, list[dict[str, str]]()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == self.name:
            self.found.append({local(key): value for key, value in attributes.items()})

    def end(self, tag: str) -> None:
        """Nothing more is to be known."""

    def data(self, text: str) -> None:
        """Nothing more is to be known."""

    def close(self) -> None:
        """Nothing is left to give back."""


def _attributes(part: bytes, name: str) -> list[dict[str, str]]:
    target = _Attributes(name)
    told(part, target)
    return target.found


def sheet_of(content: bytes) -> Sheet:
    """The sheet with the items of an XLSX file.

    Unreadable "too_large", "xls_or_locked" (an XLS file, or one with a password), "not_xlsx", "archive_refused" (with
    why, see archives.Unsafe), "xlsx_broken", "xml_forbidden", "no_sheet".
    """
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large", bytes=len(content), most=MOST_BYTES)
    if content.startswith(_OLE):
        raise Unreadable("xls_or_locked")
    try:
        parts = archives.unpacked(content, LIMITS)
    except archives.Unsafe as refused:
        if refused.code == "not_a_zip":
            raise Unreadable("not_xlsx") from None
        raise Unreadable("archive_refused", why=refused.code, name=refused.name) from None
    book = next(iter(_targets(parts, "", "officeDocument").values()), "")
    if book not in parts:
        raise Unreadable("not_xlsx")
    return _sheet(parts, book)


def _sheet(parts: Mapping[str, bytes], book: str) -> Sheet:
    worksheets = _targets(parts, book, "worksheet")
    seen = [
        (one.get("name", ""), worksheets[one["id"]])
        for one in _attributes(parts[book], "sheet")
        if one.get("id") in worksheets and one.get("state", "visible") == "visible"
    ]
    order = sorted(seen, key=lambda one: (one[0].strip().casefold() != OWN_SHEET.casefold(), one[0] == GUIDE))
    if not order or order[0][1] not in parts:
        raise Unreadable("no_sheet")
    chosen = order[0]
    beside = {kind: next(iter(_targets(parts, book, kind).values()), "") for kind in ("sharedStrings", "styles")}
    return Sheet(
        parts[chosen[1]],
        parts.get(beside["sharedStrings"]),
        parts.get(beside["styles"]),
        tuple(name for name, _ in seen if name not in (chosen[0], GUIDE)),
    )


def _targets(parts: Mapping[str, bytes], source: str, kind: str) -> dict[str, str]:
    """Id -> name of the parts to which a part ("" the package) refers as being of a kind (ECMA-376-2, 6.5)."""
    folder, name = posixpath.split(source)
    relationships = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"), b"")
    found = _attributes(relationships, "Relationship") if relationships else []
    return {
        one["Id"]: posixpath.normpath(posixpath.join("/", folder, one["Target"])).lstrip("/")
        for one in found
        if one.get("Type", "").rpartition("/")[2] == kind and "Id" in one and "Target" in one
    }
