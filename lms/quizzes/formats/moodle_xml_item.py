"""One question of a Moodle XML file while it is read: its texts, and what is noted about it on the way."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.quizzes.formats import moodle_xml_pictures as pictures
from lms.quizzes.formats import moodle_xml_text as texts
from lms.quizzes.formats.model import MOST_WORDS, Reason

MOST_PARTS = 100  # answers or pairs of one item, right and wrong ones
MOST_MARKUP = 3 * MOST_WORDS  # characters of one item with its markup: text processors write much of it
_DATA = re.compile(r"data:[a-z0-9/+.;=-]{0,60};base64,[A-Za-z0-9+/=%\s]*")  # a picture within the address of an <img>
_DECIMAL = re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})(e[+-]?\d{1,2})?", re.IGNORECASE)


class Refusal(Exception):
    """An item that cannot become one of ours."""

    def __init__(self, code: str, **details: Any) -> None:
        """Refuse with a code of reasons.py."""
        super().__init__(code)
        self.code, self.details = code, details


@dataclass
class Item:
    """A <question>, the pictures of its file, and the reasons collected so far."""

    element: ET.Element
    album: pictures.Album
    noted: dict[tuple[str, str], Reason] = field(default_factory=dict[tuple[str, str], Reason])
    files: dict[str, ET.Element] = field(default_factory=dict[str, ET.Element])  # of the question's text, by path
    unseen: set[str] = field(default_factory=set[str])  # those of them that it does not show
    markup: int = 0

    @property
    def type(self) -> str:
        """The type of question as Moodle names it."""
        return self.element.get("type", "").strip()

    def note(self, code: str, **details: Any) -> None:
        """Add a reason, once."""
        self.noted.setdefault((code, repr(details)), Reason(code, details))

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What was noted, in order."""
        return tuple(self.noted.values())

    def all(self, name: str) -> list[ET.Element]:
        """The parts of this name. Refusal "too_many_options" of more than any item has, before each is looked at."""
        found = self.element.findall(name)
        if len(found) > MOST_PARTS:
            raise Refusal("too_many_options", count=len(found), most=MOST_PARTS)
        return found

    def plain(self, *path: str) -> str:
        """The text below the question, or below its part, that is no markup; "" where there is none."""
        found = self.element.find("/".join(path))
        return plain(found)

    def reduced(self, element: ET.Element | None) -> texts.Reduced:
        """A text of the question or one of its parts; visible markup that is lost is noted. Refusal "item_too_long"."""
        if element is None:
            return texts.Reduced(())
        source = _markup(element)
        if not source.strip():
            return texts.Reduced(())
        general = self.element.find("questiontext")
        usual = "html" if general is None else general.get("format", "html")
        text_format = element.get("format", usual).strip()
        self.markup += len(source) * (1 if text_format != "markdown" else 3)  # Markdown is hardly longer than its text
        if self.markup > MOST_MARKUP:
            raise Refusal("item_too_long", most=MOST_WORDS)
        found = texts.reduced(source, text_format)
        if found.lost:
            self.note("markup_removed", markup=", ".join(found.lost))
        return found

    def words(self, element: ET.Element | None, where: str) -> str:
        """A text that can have no picture here, "option" or "feedback", as lines.

        A picture in it is noted. Refusal "picture_in_option" where an option is nothing but a picture.
        """
        found = self.reduced(element)
        if found.pictures and not found.paragraphs and where == "option":
            raise Refusal("picture_in_option")
        for one in found.pictures:
            self.note("picture_left_out", where=where, picture=short(one.source))
        return "\n".join(found.paragraphs)


def plain(element: ET.Element | None) -> str:
    """The text of an element that holds <text>, or of one that is old and holds the text itself."""
    if element is None:
        return ""
    inner = element.find("text")
    return ((element if inner is None else inner).text or "").strip()


def _markup(element: ET.Element) -> str:
    """The text with its markup, also where the file has it as elements instead of characters."""
    inner = element.find("text")
    if inner is None:
        return element.text or ""
    parts = [ET.tostring(one, "unicode") if isinstance(one.tag, str) else one.tail or "" for one in inner]
    return _DATA.sub("data:", (inner.text or "") + "".join(parts))


def short(text: str, most: int = 200) -> str:
    """A text for the details of a reason."""
    return text if len(text) <= most else text[: most - 1] + "…"


def number(text: str) -> Fraction | None:
    """A number as Moodle writes it, exactly; None if it is not one. The decimal sign may be a comma."""
    text = text.strip().replace(",", ".")
    return Fraction(Decimal(text)) if _DECIMAL.fullmatch(text) else None


def is_on(text: str) -> bool:
    """What Moodle takes for yes."""
    return text.strip().lower() not in ("", "0", "false")
