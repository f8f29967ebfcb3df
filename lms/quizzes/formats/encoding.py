"""The text of a file in UTF-8 (with or without BOM), UTF-16 or Windows-1252."""

import codecs
import re

from lms.files import odd_characters
from lms.quizzes.formats.model import MOST_BYTES, Reason, Unreadable

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# A well-formed character of more than one byte: a file that has some of these and is no UTF-8 is broken UTF-8.
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def text_of(content: bytes) -> tuple[str, tuple[Reason, ...]]:
    """The text with line ends made LF, and notes where the encoding had to be guessed.

    Unreadable "too_large", "empty_file", "broken_utf8" (with its line), "broken_utf16", "unknown_encoding",
    "control_character" (with its line).
    """
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large", bytes=len(content), most=MOST_BYTES)
    text, notes = _decoded(content)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Unreadable("empty_file")
    for number, line in enumerate(text.split("\n"), start=1):
        if odd_characters(line):
            raise Unreadable("control_character", number)
    return text, notes


def _decoded(content: bytes) -> tuple[str, tuple[Reason, ...]]:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            try:
                return content[len(bom) :].decode(encoding), ()
            except UnicodeDecodeError as error:
                if encoding == "utf-8":
                    raise Unreadable("broken_utf8", _line(content, error.start)) from None
                raise Unreadable("broken_utf16") from None
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        if _MULTIBYTE.search(content):
            raise Unreadable("broken_utf8", _line(content, error.start)) from None
    try:
        return content.decode("cp1252"), (Reason("read_as_windows_1252"),)
    except UnicodeDecodeError:
        raise Unreadable("unknown_encoding") from None


def _line(content: bytes, at: int) -> int:
    return content.count(b"\n", 0, at) + 1
