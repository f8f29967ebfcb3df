"""Items in a CSV file (RFC 4180), as spreadsheets write and read it: comma, semicolon or tab between the cells."""

import csv
import io
from collections.abc import Mapping, Sequence

from lms.quizzes.formats.encoding import text_of
from lms.quizzes.formats.model import Parsed, Question, Unreadable
from lms.quizzes.formats.table_head import MOST_LINES, Line, known
from lms.quizzes.formats.table_rows import table
from lms.quizzes.formats.tables import parsed

# Excel writes the list separator of the country (";" in Indonesia), and tabs in its "Unicode text".
_SEPARATORS = (",", ";", "\t")


def read(content: bytes) -> Parsed:
    """The items of a CSV file; the sign between the cells is the one with which the most headings are known.

    Unreadable as encoding.text_of and tables.parsed, and "csv_broken" (a quote that is not closed or stands where none
    may, with the line at which its record begins).
    """
    text, notes = text_of(content)
    lines, broken = max((_lines(text, one) for one in _SEPARATORS), key=lambda found: known(found[0]))
    if broken:
        raise broken
    return parsed(lines, notes)


def _lines(text: str, separator: str) -> tuple[list[Line], Unreadable | None]:
    """The records, each with the line at which it begins; as far as they can be read, and why no farther.

    Empty ones are left out, and reading ends after the first that is too many.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[Line] = []
    begins = 1
    try:
        for cells in reader:
            if any(cells):
                lines.append(Line(begins, cells))
            if len(lines) > MOST_LINES:
                break
            begins = reader.line_num + 1
    except csv.Error as error:
        return lines, Unreadable("csv_broken", begins, why=str(error))
    return lines, None


def write(questions: Sequence[Question], _pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The items as CSV: comma, CRLF, UTF-8 with the byte order mark by which Excel knows it. Pictures stay behind: a
    table has only their names. ValueError as table_rows.table."""
    return written(table(questions))


def written(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows of cells as the bytes of a CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8-sig")
