"""The colours of static/css/app.css keep their WCAG 2.2 contrast: text 4.5 to 1, edges of controls and icons 3 to 1."""

import re

import pytest

from lms import paths

TEXT = 4.5
CONTROL = 3.0
# (ink, ground, least ratio); the pairs of the design brief, then those that the stylesheet adds
PAIRS = [
    ("arang", "kapur", TEXT),
    ("arang", "putih", TEXT),
    ("abu", "kapur", TEXT),
    ("abu", "putih", TEXT),
    ("garis", "kapur", CONTROL),
    ("garis", "putih", CONTROL),
    ("nila", "kapur", TEXT),
    ("nila", "putih", TEXT),
    ("putih", "nila", TEXT),
    ("putih", "nila-tua", TEXT),
    ("nila", "nila-muda", TEXT),
    ("putih", "daun", TEXT),
    ("daun", "daun-muda", TEXT),
    ("kunyit", "kunyit-muda", TEXT),
    ("arang", "kunyit-isi", TEXT),
    ("putih", "bata", TEXT),
    ("bata", "bata-muda", TEXT),
    ("putih", "bata-tua", TEXT),
    ("putih", "batu", TEXT),
    ("batu", "batu-muda", TEXT),
    ("bata", "kapur", TEXT),
    ("bata", "putih", TEXT),
    ("nila-terang", "nila", TEXT),
    ("nila-tua", "putih", TEXT),
    ("arang", "nila-muda", TEXT),
    ("arang", "kunyit-muda", TEXT),
    ("arang", "bata-muda", TEXT),
    ("arang", "batu-muda", TEXT),
    ("abu", "batu-muda", TEXT),
    ("kunyit", "putih", TEXT),
]
Colour = tuple[int, int, int]


def tokens(file: str) -> dict[str, Colour]:
    """The colours named in the :root rule of a stylesheet."""
    root = re.search(r":root\{(.*?)\}", (paths.STATIC / "css" / file).read_text(), re.DOTALL)
    assert root
    found = re.findall(r"--([a-z-]+):#([0-9A-Fa-f]{6})\b", root[1])
    return {name: (int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16)) for name, code in found}


def luminance(colour: Colour) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [c / 255 for c in colour]
    red, green, blue = (c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4) for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_pair_keeps_its_contrast(ink: str, ground: str, least: float) -> None:
    colours = tokens("app.css")
    assert contrast(colours[ink], colours[ground]) >= least


def test_text_on_the_pattern_of_the_hero() -> None:
    colours = tokens("app.css")
    red, green, blue = (round(c + (255 - c) * 0.09) for c in colours["nila"])
    assert contrast(colours["nila-terang"], (red, green, blue)) >= TEXT


def test_the_check_page_uses_the_same_colours() -> None:
    colours = tokens("app.css")
    same = tokens("check.css")
    assert same
    assert {name: colours[name] for name in same} == same
