"""A table leaves as CSV: readable by spreadsheets, without formulas, and back again as it was."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lms.reporting import rules

CELLS = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@pytest.mark.parametrize("typed", ["=1+1", "+62812", "-Budi", "@SUM(A1)", "\tx", "\r=x"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(typed: str) -> None:
    assert rules.csv_cell(typed) == f"'{typed}"


@pytest.mark.parametrize(
    ("value", "cell"),
    [("Siti", "Siti"), ("", ""), (None, ""), (12, "12"), (date(2026, 11, 23), "2026-11-23"), ("a=b", "a=b")],
)
def test_everything_else_stays(value: object, cell: str) -> None:
    assert rules.csv_cell(value) == cell


def test_the_table_is_rfc_4180_with_a_byte_order_mark() -> None:
    table = rules.csv_table(["Nama", "=Satuan"], [['Siti "Ti", S.', "baris\nkedua"], ["-Budi", None]])
    assert table == '\ufeffNama,\'=Satuan\r\n"Siti ""Ti"", S.","baris\nkedua"\r\n\'-Budi,\r\n'
    assert table.encode().startswith(b"\xef\xbb\xbf")


@given(some.lists(some.lists(CELLS, min_size=2, max_size=2), max_size=5))
def test_what_is_read_back_is_what_went_out_and_no_cell_is_a_formula(rows: list[list[str]]) -> None:
    table = rules.csv_table(["a", "b"], rows)
    read = list(csv.reader(io.StringIO(table.removeprefix("\ufeff"), newline="")))
    assert read[1:] == [[rules.csv_cell(cell) for cell in row] for row in rows]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in read for cell in row)
