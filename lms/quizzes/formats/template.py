"""An empty table of items to download and fill in, with an example of each kind."""

from lms.quizzes.formats import csv_file, xlsx_file
from lms.quizzes.formats.table_guide import EXAMPLES, EXPLAINED
from lms.quizzes.formats.table_rows import table


def template(form: str) -> bytes:
    """The file for "csv" or "xlsx": headings, what each column holds (CSV: as remarks, XLSX: on a second sheet), and an
    example of each kind, which comes in as an item unless it is deleted. KeyError for another format."""
    headings, *examples = table(EXAMPLES)
    remarks = [[f"# {column}: {text}"] for column, text in EXPLAINED]
    files = {
        "csv": lambda: csv_file.written([headings, *remarks, *examples]),
        "xlsx": lambda: xlsx_file.written([headings, *examples]),
    }
    return files[form]()
