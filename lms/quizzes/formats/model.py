"""What reading a file gives, whichever its format; pure, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_BYTES = 4_000_000  # of a file of items, an archive included
MOST_ITEMS = 2_000  # in one file
MOST_WORDS = 20_000  # characters of one item

Question = dict[str, Any]


@dataclass(frozen=True)
class Reason:
    """Why an item was refused or changed: a code with its details. English for the command line is in reasons.py."""

    code: str
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Entry:
    """One item of a file: its name there, its line (or row) from 1, the question as it was understood, and why.

    question None: refused, reasons say why. Else reasons say what had to be changed; without reasons it came as it was.
    """

    name: str
    line: int
    question: Question | None
    reasons: tuple[Reason, ...] = ()

    @property
    def outcome(self) -> str:
        """ "imported", "changed" or "refused"."""
        if self.question is None:
            return "refused"
        return "changed" if self.reasons else "imported"


@dataclass(frozen=True)
class Parsed:
    """What a file holds: its items in order, its pictures (file name as in Question["picture"] -> bytes), and notes on
    the file as a whole, such as its encoding."""

    entries: tuple[Entry, ...]
    pictures: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    notes: tuple[Reason, ...] = ()


class Unreadable(Exception):
    """A file that is refused whole, with the reason and the line from 1."""

    def __init__(self, code: str, line: int = 1, **details: Any) -> None:
        """Refuse with a code of reasons.py."""
        super().__init__(code)
        self.reason, self.line = Reason(code, details), line


def refused(name: str, line: int, code: str, **details: Any) -> Entry:
    """An entry that is refused."""
    return Entry(name, line, None, (Reason(code, details),))


def slug(words: str, most: int = 60) -> str:
    """A key made of words: small letters a-z, digits and single hyphens; "soal" where nothing is left."""
    plain = "".join(one if one.isascii() and one.isalnum() else "-" for one in words.lower())
    return "-".join(part for part in plain.split("-") if part)[:most].strip("-") or "soal"


def distinct(keys: Sequence[str]) -> list[str]:
    """The keys with -2, -3 ... behind those that stood already; a key that stands once stays."""
    taken, seen = set(keys), dict[str, int]()
    found = []
    for key in keys:
        seen[key] = number = seen.get(key, 0) + 1
        while number > 1 and f"{key}-{number}" in taken:
            number += 1
        found.append(key if number == 1 else f"{key}-{number}")
        seen[key] = number
        taken.add(found[-1])
    return found
