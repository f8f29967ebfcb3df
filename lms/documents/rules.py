"""What a certificate's sheet says: its facts, dates in words, the link in its QR, and the name in a size that fits."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

# --- the sheet --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Subject:
    """An SOP in the version that the holder was trained in."""

    title: str
    number: str  # "SOP-01"
    version: int


@dataclass(frozen=True)
class Sheet:
    """Everything that the sheet shows; no photo, unit, NIK or signature. sample: a plate CONTOH (demo)."""

    number: str
    code: str  # 16 characters, as in the link
    name: str
    programme: str
    level: int
    issued_on: date
    valid_through: date
    subjects: tuple[Subject, ...]
    base_url: str
    sample: bool


MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
          "Desember")  # fmt: skip


def in_words(day: date) -> str:
    """A civil date as people read it: 23 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def link(base_url: str, code: str) -> str:
    """What the QR leads to."""
    return f"{base_url.rstrip('/')}/v/{code}"


def typed_address(base_url: str, path: str) -> str:
    """An address as printed for typing: without the scheme, which nobody types."""
    return f"{base_url.rstrip('/')}{path}".split("://", 1)[-1]


# --- the name ---------------------------------------------------------------------------------------------------------

ROOM = 680.0  # points for one line: 240 of the sheet's 297 mm; kerning only ever makes a name narrower
ONE_LINE = (44, 40, 36, 33, 30)
TWO_LINES = (30, 27, 25, 22, 20, 18, 16, 14, 12, 11, 10)


@dataclass(frozen=True)
class Fitted:
    """A name in one or two lines and the size in points at which each line fits."""

    size: int
    lines: tuple[str, ...]


def fitted(name: str, width: Callable[[str], float]) -> Fitted:
    """The name as large as it fits; width(text) is the text's width at one point.

    One line down to 30 pt; then two, broken at the space that leaves them most equal; a word too long even for that is
    broken inside, never between a letter and its combining marks. ValueError where nothing fits: 100 letters of 1.36 em
    would, and no letter of our fonts is wider than 1.32.
    """
    for size in ONE_LINE:
        if width(name) * size <= ROOM:
            return Fitted(size, (name,))
    for pairs in (_at_spaces(name), _anywhere(name)):
        narrowest = min(pairs, key=lambda lines: max(map(width, lines)), default=None)
        for size in TWO_LINES:
            if narrowest and max(map(width, narrowest)) * size <= ROOM:
                return Fitted(size, narrowest)
    raise ValueError("the name fits in no size")


def _at_spaces(name: str) -> list[tuple[str, str]]:
    words = name.split(" ")
    return [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]


def _anywhere(name: str) -> list[tuple[str, str]]:
    starts = [i for i, c in enumerate(name) if i and not unicodedata.category(c).startswith("M")]
    return [(name[:i].rstrip(), name[i:].lstrip()) for i in starts]
