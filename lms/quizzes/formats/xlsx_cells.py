"""What the cells of a sheet hold besides their values, and whether it is safe to read them.

Every cell is looked at before the reader of XLSX sees the file: that one makes a whole grid up to the last cell and a
copy of a text for every cell that refers to it, so a file of a kilobyte could ask for all the memory there is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lms.quizzes.formats.model import Unreadable
from lms.quizzes.formats.xlsx_parts import LIMITS, Sheet, local, told

MOST_CELLS = 1_000_000  # of the grid up to the last cell with something in it
MOST_CHARACTERS = LIMITS.all_bytes  # of all cells together

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
# What shows a number as it is: general, text, a number with or without decimals (ECMA-376-1, 18.8.30).
_PLAIN_IDS = frozenset(range(5)) | {49}
_PLAIN_CODES = re.compile(r"(general|standard|@|[#,]*0(\.[0#]+)?)(;.*)?", re.IGNORECASE)

Place = tuple[int, int]  # row and column, from 0


@dataclass
class Cells:
    """Flaws: place -> "formula", "cell_error"; places of numbers that are shown as something else (percent, money);
    rows and columns of the grid."""

    flaws: dict[Place, str] = field(default_factory=dict[Place, str])
    formatted: set[Place] = field(default_factory=set[Place])
    rows: int = 0
    columns: int = 0


def cells_of(sheet: Sheet) -> Cells:
    """The cells of a sheet. Unreadable "xlsx_broken", "xml_forbidden", "sheet_too_large"."""
    lengths, formats = _Lengths(), _Formats()
    if sheet.texts:
        told(sheet.texts, lengths)
    if sheet.formats:
        told(sheet.formats, formats)
    reader = _Reader(lengths.found, formats.plain())
    told(sheet.cells, reader)
    return reader.cells


class _Lengths:
    """The characters of each shared text."""

    def __init__(self) -> None:
        self.found: list[int] = []

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        if local(tag) == "si":
            self.found.append(0)

    def end(self, tag: str) -> None:
        """A text ends with the next one."""

    def data(self, text: str) -> None:
        if self.found:
            self.found[-1] += len(text)

    def close(self) -> None:
        """Nothing is left to give back."""


class _Formats:
    """The number format of each cell format."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.used: list[str] = []
        self.within = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = local(tag)
        if name == "numFmt":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self.within = True
        elif name == "xf" and self.within:
            self.used.append(attributes.get("numFmtId", "0"))

    def end(self, tag: str) -> None:
        self.within = self.within and local(tag) != "cellXfs"

    def data(self, text: str) -> None:
        """Formats have no text."""

    def close(self) -> None:
        """Nothing is left to give back."""

    def plain(self) -> Mapping[str, bool]:
        """Place of a cell format, as a cell names it -> whether it shows a number as it is."""
        return {str(place): self._is_plain(number) for place, number in enumerate(self.used)}

    def _is_plain(self, number: str) -> bool:
        if number in self.codes:
            return bool(_PLAIN_CODES.fullmatch(self.codes[number].strip()))
        return number.isdecimal() and int(number[:5]) in _PLAIN_IDS


class _Reader:
    """The cells of a sheet, row by row."""

    def __init__(self, lengths: list[int], plain: Mapping[str, bool]) -> None:
        self.lengths, self.plain = lengths, plain
        self.cells = Cells()
        self.row: int | None = None
        self.place: Place | None = None
        self.cell: Mapping[str, str] = {}
        self.within = ""
        self.index = ""
        self.characters = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = local(tag)
        if name == "row":
            self.row = _number(attributes.get("r", ""))
        elif name == "c":
            self.place, self.cell, self.index = _place(attributes.get("r", ""), self.row), attributes, ""
            kind = attributes.get("t", "n")
            if kind == "e":
                self.cells.flaws[self.place] = "cell_error"
            if kind == "n" and not self.plain.get(attributes.get("s", "0"), True):
                self.cells.formatted.add(self.place)
        elif self.place:
            self.within = name
            self._fill(self.place)
            if name == "f":
                self.cells.flaws[self.place] = "formula"

    def _fill(self, place: Place) -> None:
        """Count a cell with something in it."""
        self.cells.rows = max(self.cells.rows, place[0] + 1)
        self.cells.columns = max(self.cells.columns, place[1] + 1)
        if self.cells.rows * self.cells.columns > MOST_CELLS:
            raise Unreadable("sheet_too_large", most=MOST_CELLS)

    def data(self, text: str) -> None:
        if self.place and self.within == "v" and self.cell.get("t") == "s":
            self.index += text
        elif self.place:
            self.characters += len(text)

    def end(self, tag: str) -> None:
        if local(tag) == "c" and self.place:
            if self.index:
                self.characters += self._length(self.index)
            if self.characters > MOST_CHARACTERS:
                raise Unreadable("sheet_too_large", most=MOST_CELLS)
            self.place = None
        elif local(tag) == "row":
            self.row = None
        self.within = ""

    def _length(self, index: str) -> int:
        number = _number(index, least=0)
        if number >= len(self.lengths):
            raise Unreadable("xlsx_broken")
        return self.lengths[number]

    def close(self) -> None:
        """Nothing is left to give back."""


def _number(text: str, least: int = 1) -> int:
    if not re.fullmatch("[0-9]{1,7}", text) or int(text) < least:
        raise Unreadable("xlsx_broken")
    return int(text)


def _place(reference: str, row: int | None) -> Place:
    """The place of a cell from its name, "C7"; every cell has one, and it is of the row in which the cell stands."""
    found = _REFERENCE.fullmatch(reference)
    if not found or int(found[2]) != row:
        raise Unreadable("xlsx_broken")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return row - 1, column - 1
