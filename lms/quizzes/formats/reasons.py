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
}


def english(reason: Reason) -> str:
    """A reason in words; one that has none as its code."""
    said = ENGLISH.get(reason.code)
    return said.format(**reason.details) if said else reason.code
