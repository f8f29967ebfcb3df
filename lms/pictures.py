"""Whether a file is a picture that is safe to show: SVG that only draws, or a whole PNG, JPEG or WebP without EXIF."""

import io
import re
import struct
import xml.etree.ElementTree as ET

from PIL import Image

MEDIA_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
}
MOST_PIXELS = 20_000_000
_DRAWN = {
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "title",
    "desc",
}
_DRAWN |= {"defs", "marker", "clipPath", "linearGradient", "radialGradient", "stop"}  # no "use": it can multiply itself
_SVG = "{http://www.w3.org/2000/svg}"
# Warning: Pillow warns of broken EXIF data and of large pictures, and warnings can be set to be errors.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError, Warning)


def picture_problem(file: str, content: bytes) -> str | None:
    """None if the bytes are the picture that the file's ending says, safe to show; else the reason.

    A raster picture is decoded wholly, has at most 20 megapixels and no EXIF data (they can tell place and person).
    """
    return _problem(file, content, MOST_PIXELS, may_carry_exif=False)


def decoding_problem(file: str, content: bytes, most_pixels: int = MOST_PIXELS) -> str | None:
    """As picture_problem, but EXIF data are no problem: for a picture that is encoded anew before anybody sees it."""
    return _problem(file, content, most_pixels, may_carry_exif=True)


def _problem(file: str, content: bytes, most_pixels: int, *, may_carry_exif: bool) -> str | None:
    ending = file.rpartition(".")[2].lower()
    if ending == "svg":
        try:
            return svg_problem(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return "the SVG is not valid UTF-8"
    kind = MEDIA_TYPES[ending].removeprefix("image/").upper()
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            if picture.width * picture.height > most_pixels:
                return f"{picture.width} x {picture.height} pixels; at most {most_pixels} are allowed"
            picture.load()
            carries_exif = not may_carry_exif and picture.getexif()
            return "the picture carries EXIF data; save it without" if carries_exif else None
    except _BROKEN:
        return f"the file is not a whole {kind} picture"


def pixels(content: bytes) -> int:
    """How many pixels a raster picture has, as it says itself; 0 for anything else."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return picture.width * picture.height
    except _BROKEN:
        return 0


def svg_problem(source: str) -> str | None:
    """None if an SVG only draws; else why not: script, foreign content, event handler, style, outside reference."""
    if re.search(r"<!DOCTYPE|<!ENTITY", source, re.IGNORECASE) or "<?" in source.removeprefix("<?xml "):
        return "an SVG must not declare a document type, entities or instructions"
    try:
        root = ET.fromstring(source)  # noqa: S314 - entities, the danger of this parser, are refused above
    except (ET.ParseError, ValueError, RecursionError) as error:
        return f"not a well-formed SVG: {error}"
    if root.tag != f"{_SVG}svg":
        return "the file is not an SVG"
    for element in root.iter():
        name = str(element.tag).removeprefix(_SVG)
        if name not in _DRAWN:
            return f"the element {name.rpartition('}')[2]} is not allowed"
        for attribute, value in element.attrib.items():
            if reason := _attribute_problem(attribute.rpartition("}")[2].lower(), value.strip().lower()):
                return reason
    return None


def _attribute_problem(name: str, value: str) -> str | None:
    if name.startswith("on"):
        return f"the event handler {name} is not allowed"
    if name in ("style", "class", "base"):
        return f"the attribute {name} is not allowed"
    outside = name in ("href", "src") and not value.startswith("#")
    if outside or re.search(r"url\((?!\s*['\"]?#)|javascript:", value):
        return f"the attribute {name} refers to something outside the file"
    return None
