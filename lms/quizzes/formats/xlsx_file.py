"""Items in an XLSX file, the workbook of Excel, LibreOffice and others."""

import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import python_calamine as calamine
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from lms.files import odd_characters
from lms.quizzes.formats.model import MOST_ITEMS, Parsed, Question, Reason, Unreadable
from lms.quizzes.formats.table_guide import CHOICES, EXPLAINED
from lms.quizzes.formats.table_head import Cell, Line, code_of, head_of
from lms.quizzes.formats.table_rows import table
from lms.quizzes.formats.tables import parsed
from lms.quizzes.formats.xlsx_cells import MOST_CELLS, Cells, Place, cells_of
from lms.quizzes.formats.xlsx_parts import GUIDE, OWN_SHEET, sheet_of

Value = int | float | str | bool | time | date | datetime | timedelta
Range = tuple[Place, Place]
_EXACT = 10**15  # Excel keeps 15 digits (its specifications and limits); of a longer number the rest is lost
# Two escapes (ECMA-376-1, 22.9.2.19) that share a sign: xlsxwriter takes care of the first only.
_ESCAPES = re.compile("_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
_NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)  # that of ZIP entries without one
_WIDTHS = {"situation": 45, "question": 45, "option": 30, "reason": 30, "rubric": 30, "key": 24, "kind": 22}


def read(content: bytes) -> Parsed:
    """The items of an XLSX file: of its sheet "Soal", or of the first one that is not hidden.

    A cell that holds no text to trust refuses its item: "formula", "cell_error" (#N/A ...), "cell_date" (Excel made a
    date of what was typed), "cell_format" (a number shown as percent, money ...), "number_too_long",
    "control_character". Cells merged downwards say the same in each line. Unreadable as xlsx_parts.sheet_of,
    xlsx_cells.cells_of and tables.parsed.
    """
    sheet = sheet_of(content)
    cells = cells_of(sheet)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(sheet.archive())) as book:
            found = book.get_sheet_by_index(0)
            rows, merged = found.to_python(skip_empty_area=False), found.merged_cell_ranges or []
    except calamine.CalamineError:
        raise Unreadable("xlsx_broken") from None
    lines = [
        Line(row + 1, [_cell(rows, (row, column), cells) for column in range(cells.columns)])
        for row in range(cells.rows)
    ]
    notes = [Reason("sheets_left_out", {"sheets": ", ".join(sheet.others)[:200]})] if sheet.others else []
    return parsed(_filled(lines, merged), notes)


def _cell(rows: Sequence[Sequence[Value]], place: Place, cells: Cells) -> Cell:
    """The text of a cell as Excel shows it, or why there is none.

    The rows end with the last value: a formula that nobody has worked out yet has none, but stands there all the same.
    """
    if place in cells.flaws:
        return Reason(cells.flaws[place])
    row, column = place
    value = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date | time | timedelta):
        return Reason("cell_date")
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        return Reason("control_character") if odd_characters(text) else text
    if place in cells.formatted:
        return Reason("cell_format")
    return _digits(value) if abs(value) < _EXACT else Reason("number_too_long")


def _digits(value: float) -> str:
    """112.0 as "112", 1.5 as "1,5"; the decimal sign of Bahasa Indonesia is the comma."""
    return f"{Decimal(f'{value:.15g}'):f}".replace(".", ",")


def _filled(lines: list[Line], merged: Sequence[Range]) -> list[Line]:
    """The lines with what is merged downwards in one column, below the headings, in each of its cells."""
    downwards = [(first, last) for first, last in merged if first[1] == last[1] and first[0] < last[0]]
    if sum(last[0] - first[0] for first, last in downwards) > MOST_CELLS:
        raise Unreadable("sheet_too_large", most=MOST_CELLS)
    head = head_of(lines).line.number - 1 if downwards else 0
    above: dict[int, dict[int, Cell]] = {}
    for (top, column), (bottom, _) in downwards:
        if head < top < len(lines) and column < len(lines[top].cells):
            for row in range(top + 1, min(bottom + 1, len(lines))):
                above.setdefault(row, {})[column] = lines[top].cells[column]
    return [_with(line, above.get(row, {})) for row, line in enumerate(lines)]


def _with(line: Line, above: Mapping[int, Cell]) -> Line:
    """A line with what merged cells above it say; one that is empty all the same stays so."""
    if not (line.width and above):
        return line
    return Line(line.number, [above.get(place, cell) for place, cell in enumerate(line.cells)], frozenset(above))


def write(questions: Sequence[Question], _pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The items as XLSX: a sheet with a line for each, and one that explains the columns. Pictures stay behind: a table
    has only their names. ValueError as table_rows.table, and for a text that is too long for a cell."""
    return written(table(questions))


def written(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows of cells, the first of them headings, as the bytes of an XLSX file; the same rows make the same bytes."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": _NO_DATE})
        _items(book, rows)
        guide = book.add_worksheet(GUIDE)
        guide.set_column(0, 0, 22)
        guide.set_column(1, 1, 110, book.add_format({"text_wrap": True, "valign": "top"}))
        _texts(guide, [("Kolom", "Isi"), *EXPLAINED], book.add_format({"bold": True}))
    return out.getvalue()


def _items(book: xlsxwriter.Workbook, rows: Sequence[Sequence[str]]) -> None:
    """The sheet with the items. All its cells are text, so that Excel makes no dates and numbers of what is typed."""
    sheet = book.add_worksheet(OWN_SHEET)
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    codes = [code_of(one) or "" for one in rows[0]]
    for column, code in enumerate(codes):
        sheet.set_column(column, column, _WIDTHS.get(code.partition("_")[0], 14), text)
        if code in CHOICES:
            rule = {"validate": "list", "source": list(CHOICES[code]), "error_type": "warning"}
            sheet.data_validation(1, column, 5 * MOST_ITEMS, column, rule)
    _texts(sheet, rows, book.add_format({"num_format": "@", "bold": True, "bg_color": "#E6EEF5", "border": 1}))
    sheet.freeze_panes(1, 2)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(5 * MOST_ITEMS, len(codes))}"})


def _texts(sheet: Worksheet, rows: Sequence[Sequence[str]], head: Format) -> None:
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            if spoiled := _ESCAPES.search(text):
                raise ValueError(f"a cell cannot hold {spoiled[0]}")
            if text and sheet.write_string(number, column, text, head if number == 0 else None):
                raise ValueError(f"{len(text)} characters are too many for a cell")
