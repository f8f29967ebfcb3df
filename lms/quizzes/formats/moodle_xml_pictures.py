"""The pictures that a Moodle XML file carries: found by the address in the text, named safely, checked."""

import base64
import binascii
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from urllib.parse import unquote

from lms.pictures import MEDIA_TYPES, MOST_PIXELS, decoding_problem, pixels

ALL_PIXELS = 10 * MOST_PIXELS  # of all pictures of a file: a few bytes can say 20 megapixels
_EMBEDDED = "@@PLUGINFILE@@/"
_NAME_LENGTH = 80
_SAFE = re.compile(r"[a-z0-9][a-z0-9._-]*")


class Unfit(Exception):
    """A picture that cannot be taken, with the reason in words."""


@dataclass
class Album:
    """The pictures of a file so far: name -> bytes."""

    pictures: dict[str, bytes] = field(default_factory=dict[str, bytes])
    pixels_left: int = ALL_PIXELS

    def take(self, name: str, content: bytes) -> str:
        """Keep a picture; the name that it gets: the same for the same bytes, else one that no other has. Unfit."""
        safe = safe_name(name)
        for one in _names(safe):
            if one not in self.pictures:
                break
            if self.pictures[one] == content:
                return one
        size = pixels(content)
        if self.pixels_left < size <= MOST_PIXELS:
            raise Unfit(f"the pictures of the file have more than {ALL_PIXELS} pixels together")
        self.pixels_left -= size if size <= MOST_PIXELS else 0  # a larger one is not decoded
        problem = decoding_problem(safe, content)
        if problem:
            raise Unfit(problem)
        self.pictures[one] = content
        return one


def _names(safe: str) -> Iterator[str]:
    stem, _, ending = safe.rpartition(".")
    return chain([safe], (f"{stem[: _NAME_LENGTH - 12]}-{number}.{ending}" for number in count(2)))


def safe_name(name: str) -> str:
    """A name as questions.yaml allows it (small letters, digits, dot, hyphen, underscore; at most 80); a name that is
    so stays. Unfit where the ending is not one of SVG, PNG, JPEG and WebP."""
    stem, _, ending = name.rpartition(".")
    if ending.lower() not in MEDIA_TYPES:
        raise Unfit("only SVG, PNG, JPEG and WebP are pictures here")
    if len(name) <= _NAME_LENGTH and _SAFE.fullmatch(name):
        return name
    plain = re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("._-")
    return f"{plain[: _NAME_LENGTH - len(ending) - 1] or 'gambar'}.{ending.lower()}"


def files(element: ET.Element) -> dict[str, ET.Element]:
    """Path and name -> <file> of a text of Moodle."""
    return {_path(one.get("path", "/") + "/" + one.get("name", "")): one for one in element.findall("file")}


def embedded(source: str) -> str | None:
    """Path and name of the file that the address of an <img> means; None if it lies outside the text."""
    if not source.startswith(_EMBEDDED):
        return None
    return _path(unquote(source.removeprefix(_EMBEDDED).partition("?")[0]))


def content_of(file: ET.Element) -> bytes:
    """The bytes of a <file>. Unfit if they are not written in base64."""
    try:
        if file.get("encoding", "base64") != "base64":
            raise Unfit("its encoding is not base64")
        return base64.b64decode("".join((file.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise Unfit("it is not whole base64") from None


def _path(path: str) -> str:
    return "/".join(part for part in path.split("/") if part)
