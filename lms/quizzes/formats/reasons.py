"""The reasons of the formats in English, for the command line; the pages have their own words (lms/web/words.py)."""

from lms.quizzes.formats.model import Reason

ENGLISH: dict[str, str] = {
    "too_large": "the file has {bytes} bytes; at most {most} are allowed",
    "empty_file": "there is nothing in the file",
    "broken_utf8": "the file is broken UTF-8",
    "broken_utf16": "the file is broken UTF-16",
    "unknown_encoding": "the encoding of the file is none of UTF-8, UTF-16 and Windows-1252",
    "control_character": "a control character stands in the text",
    "read_as_windows_1252": "the file was read as Windows-1252",
    "too_many_items": "the file has more than {most} items",
    "no_items": "the table has no items below its headings",
    "columns_missing": "the table has no column {columns}",
    "column_twice": "the column {column} stands twice",
    "too_many_columns": "the table has more than {most} columns",
    "lines_above_headings": "lines above the headings were left out: {count}",
    "remarks_left_out": "remarks that begin with # were left out: {count}",
    "csv_broken": "the file is not well-formed CSV: {why}",
    "not_xlsx": "the file is no XLSX",
    "xls_or_locked": "the file is an XLS, or an XLSX with a password; save it as XLSX without one",
    "archive_refused": "the archive was refused ({why}): {name}",
    "xlsx_broken": "the file is a damaged XLSX",
    "xml_forbidden": "the file declares a document type or an entity",
    "no_sheet": "the workbook has no sheet that can be seen",
    "sheet_too_large": "the sheet has more than {most} cells, or too much text",
    "sheets_left_out": "other sheets were left out: {sheets}",
    "line": "line {line}:",
    "column_unknown": "the column {column} is not known and was left out",
    "column_not_of_kind": "items of this kind have no {column}; it was left out",
    "value_left_out": "{column} cannot be {value}; it was left out",
    "merged_cells": "{column} is merged with the cells above and was taken from there",
    "reason_moved": "what stands in {column} became the reason of the right options",
    "key_changed": "the key {key} was changed so that it can be a key and stands once",
    "kind_missing": "the item does not say of which kind it is",
    "kind_unknown": "there are no items of the kind {kind}",
    "right_unknown": "the right answer {right} is none of the options",
    "several_right_answers": "several answers are right, and only one can be",
    "too_many_options": "the item has {count} options, pairs, steps or answers; at most {most} are possible",
    "too_many_parts": "the scenario has {count} questions; at most {most} are possible",
    "scenario_twice": "two lines say what the whole scenario says",
    "scenario_without_line": "the scenario has no line of its own; it was made from what its questions share",
    "pair_without_a_side": "a pair has only one side: {pair}",
    "number_wrong": "a number cannot be kept: {number}",
    "number_ambiguous": "{number} may be two different numbers; write thousands without a point, decimals with a comma",
    "item_too_long": "the item is longer than {most} characters",
    "formula": "{column} holds a formula",
    "cell_error": "{column} holds an error, such as #N/A",
    "cell_date": "{column} holds a date; what was typed cannot be known any more",
    "cell_format": "{column} shows a number as something else, such as percent; make the cell text",
    "number_too_long": "{column} holds a number of which Excel keeps only the first 15 digits",
}


def english(reason: Reason) -> str:
    """A reason in words; one that has none as its code."""
    said = ENGLISH.get(reason.code)
    return said.format(**reason.details) if said else reason.code
