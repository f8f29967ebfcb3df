"""Files that are damaged by chance, the same in each run, for the tests of the formats."""

import random
from collections.abc import Iterator, Sequence

from lms.quizzes.formats.model import Entry
from lms.quizzes.formats.reasons import ENGLISH, english


def damaged(files: Sequence[bytes], count: int, garbage: Sequence[bytes]) -> Iterator[bytes]:
    """So many files, each made of one of the given ones by one to four mutations of bytes or lines."""
    chance = random.Random(20261125)
    for _ in range(count):
        content = bytearray(chance.choice(files))
        for _ in range(chance.randint(1, 4)):
            _mutate(content, chance, garbage)
        yield bytes(content)


def _mutate(content: bytearray, chance: random.Random, garbage: Sequence[bytes]) -> None:
    start = chance.randrange(len(content) + 1)
    end = min(len(content), start + chance.choice([1, 1, 3, 40, 400]))
    kind = chance.choice(["delete", "duplicate", "swap", "lines", "insert", "noise", "truncate"])
    if kind == "delete":
        del content[start:end]
    elif kind == "duplicate":
        content[end:end] = content[start:end]
    elif kind == "swap" and len(content) > 1:
        one, other = chance.randrange(len(content)), chance.randrange(len(content))
        content[one], content[other] = content[other], content[one]
    elif kind == "lines":
        lines = bytes(content).split(b"\n")
        chance.shuffle(lines)
        content[:] = b"\n".join(lines)
    elif kind == "insert":
        content[start:start] = chance.choice(garbage)
    elif kind == "noise":
        content[start:start] = chance.randbytes(chance.randint(1, 6))
    elif kind == "truncate":
        del content[len(content) - len(content) // 4 :]


def problem(entries: Sequence[Entry], lines: int) -> str | None:
    """None if each entry has a line of the file, an outcome that its reasons explain, and English for each."""
    for entry in entries:
        if not 1 <= entry.line <= lines:
            return f"{entry.name}: line {entry.line} of {lines}"
        if (entry.outcome == "imported") == bool(entry.reasons):
            return f"{entry.name}: {entry.outcome} with {len(entry.reasons)} reasons"
        for reason in entry.reasons:
            if reason.code not in ENGLISH or not english(reason):
                return f"{entry.name}: no English for {reason.code}"
    return None
