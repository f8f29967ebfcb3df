"""The columns of a table of items: their names, and what words in a cell mean.

A column has a name in Bahasa Indonesia, which is written, and others that are understood: the English one stays the
same for ever, the rest are what teachers call it. Letter case, spaces and signs in a heading do not count.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lms.quizzes.formats.model import MOST_ITEMS, Reason, Unreadable

# code of a column -> the name that is written, the English name, what else is understood
NAMES: dict[str, tuple[str, ...]] = {
    "key": ("kode", "key", "id", "id_soal", "kode_soal"),
    "kind": ("jenis", "kind", "tipe", "type", "jenis_soal"),
    "critical": ("kritis", "critical", "soal_kritis"),
    "lesson": ("pelajaran", "lesson"),
    "objective": ("tujuan", "objective"),
    "clause": ("butir_sop", "clause", "butir", "sop"),
    "difficulty": ("kesulitan", "difficulty", "tingkat_kesulitan"),
    "scenario": ("skenario", "scenario"),
    "situation": ("situasi", "situation"),
    "picture": ("gambar", "picture"),
    "picture_alt": ("teks_gambar", "picture_alt"),
    "question": ("pertanyaan", "question", "soal", "teks_soal", "butir_soal"),
    "ids": ("id_opsi", "option_ids"),
    "right": ("jawaban_benar", "right", "benar", "jawaban", "kunci", "kunci_jawaban", "answer"),
    "min": ("minimum", "min"),
    "max": ("maksimum", "max", "maks", "maximum"),
    "unit": ("satuan", "unit"),
    "rubric": ("rubrik", "rubric"),
    "reason": ("alasan", "reason", "pembahasan", "penjelasan"),
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Columns of which there is one for each letter, or one for each number.
_LETTERED = {
    "option": re.compile(r"(?:(?:opsi|option|pilihan|jawaban)_)?([a-z])"),
    "match": re.compile(r"(?:pasangan|match)_([a-z])"),
    "reason": re.compile(r"(?:alasan|reason|pembahasan|penjelasan)_([a-z])"),
}
_EXTRA = re.compile(r"(?:pengecoh|extra)_([1-9][0-9]?)")
_CODES = {name: code for code, names in NAMES.items() for name in names}
_FIRST_WORDS = {"option": "opsi", "match": "pasangan", "reason": "alasan", "extra": "pengecoh"}
NEEDED = ("kind", "question")  # the columns without which a table holds no items
SEARCHED = 20  # lines, for the headings: people write a title above them
MOST_COLUMNS = 300
MOST_LINES = 6 * MOST_ITEMS  # with something in them: a scenario has five, and there are remarks

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")

Cell = str | Reason  # the text of a cell, or why it has none that could be trusted


@dataclass(frozen=True)
class Line:
    """A line of a table: its number in the file from 1, its cells, and the places of those that a merged cell above
    fills."""

    number: int
    cells: Sequence[Cell]
    filled: frozenset[int] = field(default_factory=frozenset[int])

    def text(self, place: int) -> str:
        """What a cell says, without spaces around it; "" for one that is not there or is none to trust."""
        cell = self.cells[place] if place < len(self.cells) else ""
        return cell.strip() if isinstance(cell, str) else ""

    @property
    def width(self) -> int:
        """How many cells it has up to the last one with something in it; 0 for an empty line."""
        places = reversed(range(len(self.cells)))
        return next((one + 1 for one in places if isinstance(self.cells[one], Reason) or self.text(one)), 0)


@dataclass(frozen=True)
class Head:
    """The headings of a table: the line in which they stand, and the code of each column that is known by place."""

    line: Line
    columns: dict[int, str]

    def name(self, place: int) -> str:
        """What a column is called in the file; one without a heading by its number, "#5"."""
        return self.line.text(place)[:60] or f"#{place + 1}"


def code_of(heading: str) -> str | None:
    """The code of a column by its heading: "right", "option_a", "extra_1" ...; None for one that is not known."""
    name = re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_")
    if name in _CODES:
        return _CODES[name]
    for code, pattern in _LETTERED.items():
        if found := pattern.fullmatch(name):
            return f"{code}_{found[1]}"
    extra = _EXTRA.fullmatch(name)
    return f"extra_{extra[1]}" if extra else None


def heading(code: str) -> str:
    """The heading in Bahasa Indonesia that is written for a column."""
    if code in NAMES:
        return NAMES[code][0]
    word, _, which = code.rpartition("_")
    return f"{_FIRST_WORDS[word]}_{which}"


def known(lines: Sequence[Line]) -> int:
    """How many columns of a table are known: of the line of its first ones that looks most like headings."""
    return max((len(set(_columns(line).values())) for line in lines[:SEARCHED]), default=0)


def head_of(lines: Sequence[Line]) -> Head:
    """The headings: the first line that has all needed ones.

    Unreadable "columns_missing" (with the headings that are), "column_twice", "too_many_columns".
    """
    wide = next((line for line in lines if line.width > MOST_COLUMNS), None)
    if wide:
        raise Unreadable("too_many_columns", wide.number, most=MOST_COLUMNS)
    for line in lines[:SEARCHED]:
        columns = _columns(line)
        if set(NEEDED) <= set(columns.values()):
            for place, code in columns.items():
                if list(columns.values()).count(code) > 1:
                    raise Unreadable("column_twice", line.number, column=line.text(place)[:60])
            return Head(line, columns)
    likely = max(lines[:SEARCHED], key=lambda line: len(_columns(line)), default=Line(1, ()))
    missing = [heading(code) for code in NEEDED if code not in _columns(likely).values()]
    raise Unreadable("columns_missing", likely.number, columns=", ".join(missing))


def _columns(line: Line) -> dict[int, str]:
    found = {place: code_of(line.text(place)) for place in range(min(len(line.cells), MOST_COLUMNS))}
    return {place: code for place, code in found.items() if code}


def neutral(text: str) -> str:
    """The text as a cell that no spreadsheet runs as a formula: an apostrophe before one that begins like a formula
    (OWASP, CSV Injection), and before one that begins with an apostrophe which would be taken for ours."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(text: str) -> str:
    """The text of a cell that neutral made; others stay as they are."""
    return text[1:] if _NEUTRALISED.match(text) else text
