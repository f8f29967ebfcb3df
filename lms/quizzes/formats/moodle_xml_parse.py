"""The questions of a Moodle XML file one after the other with their lines, whatever is hidden in the file."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from lms.quizzes.formats.encoding import text_of
from lms.quizzes.formats.model import Reason, Unreadable
from lms.quizzes.formats.moodle_xml_item import short

DEEPEST = 20  # Moodle itself needs seven levels
_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
# Latin-1 is read as Windows-1252, which has it whole, as browsers do (WHATWG Encoding, 4.2).
_WESTERN = {"windows-1252", "cp1252", "iso-8859-1", "latin1", "us-ascii"}
_SIXTEEN = {b"<\0": b"\xff\xfe", b"\0<": b"\xfe\xff"}  # UTF-16 without BOM (XML 1.0, F.1) -> the BOM that it lacks


def each_question(content: bytes, found: Callable[[int, ET.Element], None]) -> tuple[Reason, ...]:
    """Call found(line, <question> with its comments) for each question of the file; what there is to say of the file.

    Only one question is in memory at a time. Unreadable: as text_of does, and "xml_forbidden" (a document type, an
    entity, with the line), "xml_broken" (not well-formed, with the line and why), "xml_too_deep", "not_moodle_xml".
    """
    text, notes = _text(content)
    target = _Questions(found)
    parser = DefusedXMLParser(target=target, encoding="utf-8", forbid_dtd=True)
    target.line = lambda: int(parser.parser.CurrentLineNumber)
    try:
        parser.feed(text.encode("utf-8"))
        parser.close()
    except DefusedXmlException:
        raise Unreadable("xml_forbidden", target.line()) from None
    except ET.ParseError as error:
        raise Unreadable("xml_broken", error.position[0], why=str(error).partition(":")[0]) from None
    return notes + target.strangers()


def _text(content: bytes) -> tuple[str, tuple[Reason, ...]]:
    """The text whatever its declaration says, and a note where the declaration is wrong."""
    content = _SIXTEEN.get(content[:2], b"") + content
    declared = _DECLARED.match(content.removeprefix(b"\xef\xbb\xbf"))
    named = declared[1].decode("ascii").lower() if declared else "utf-8"
    if named in _WESTERN and not _is_utf8(content):
        try:
            content = content.decode("cp1252").encode("utf-8")
        except UnicodeDecodeError:
            raise Unreadable("unknown_encoding") from None
        return text_of(content)
    text, notes = text_of(content)
    if named not in ("utf-8", "utf8") and not content.isascii():
        notes = (*notes, Reason("declaration_wrong", {"declared": named}))
    return text, notes


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class _Questions:
    """What the parser tells: keeps the tree of one question until it is complete."""

    def __init__(self, found: Callable[[int, ET.Element], None]) -> None:
        self.found = found
        self.line: Callable[[], int] = lambda: 1
        self.depth = self.first = 0
        self.builder: ET.TreeBuilder | None = None
        self.elements: dict[str, None] = {}  # that are no questions, in order
        self.text_line = 0  # of the first text between the questions

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable("xml_too_deep", self.line(), most=DEEPEST)
        if self.depth == 1 and tag != "quiz":
            raise Unreadable("not_moodle_xml", self.line(), element=tag[:60])
        if self.depth == 2 and tag == "question":
            self.first, self.builder = self.line(), ET.TreeBuilder(insert_comments=True)
        elif self.depth == 2:
            self.elements[tag[:60]] = None
        if self.builder:
            self.builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        self.depth -= 1
        if self.builder:
            self.builder.end(tag)
            if self.depth == 1:
                element, self.builder = self.builder.close(), None
                self.found(self.first, element)

    def data(self, text: str) -> None:
        if self.builder:
            self.builder.data(text)
        elif self.depth == 1 and text.strip():
            self.text_line = self.text_line or self.line()

    def comment(self, text: str) -> None:
        if self.builder:
            self.builder.comment(text)

    def strangers(self) -> tuple[Reason, ...]:
        """Notes on what is no question."""
        named = ", ".join(self.elements)
        elements = (Reason("element_left_out", {"elements": short(named)}),) if named else ()
        return elements + ((Reason("text_left_out", {"line": self.text_line}),) if self.text_line else ())

    def close(self) -> None:
        """Nothing is left to give back."""
