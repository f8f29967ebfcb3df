"""A GIFT file cut into blocks: what stands between blank lines, its comments and the category above it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

CATEGORY = "$CATEGORY:"
_NOTE = re.compile(r"jaga\s+(\{.*)")
_LABEL = re.compile(r"\\\]|\[(id|tag):|\]")


@dataclass(frozen=True)
class Block:
    """An item as it stands in the file: the line of its first words, its lines without indentation, the texts of its
    comment lines, and its category, "" outside of any."""

    line: int
    text: str
    comments: tuple[str, ...]
    category: str

    @property
    def note(self) -> str:
        """Our own details, a JSON text that write() put into a comment; "" if there are none."""
        return next((found[1] for one in self.comments if (found := _NOTE.match(one))), "")

    def labels(self) -> tuple[str, list[str]]:
        """The id ("" if there is none) and the tags that its comments name as ``[id:x]`` and ``[tag:x]``."""
        named = [one for comment in self.comments if not _NOTE.match(comment) for one in _labels(comment)]
        return next((value for kind, value in named if kind == "id"), ""), [v for kind, v in named if kind == "tag"]


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a file in order; one that holds only comments is none.

    A comment is a line that begins with two slashes, and belongs to the item in whose block it stands.
    """
    category = ""
    lines: list[str] = []
    comments: list[str] = []
    first = 0
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        words = line.strip()
        if words.startswith("//"):
            comments.append(words[2:].strip())
            continue
        is_category = words.startswith(CATEGORY)
        if words and not is_category:
            first = first if lines else number
            lines.append(words)
            continue
        if lines:
            yield Block(first, "\n".join(lines), tuple(comments), category)
        lines, comments = [], []
        category = words.removeprefix(CATEGORY).strip() if is_category else category


def _labels(comment: str) -> Iterator[tuple[str, str]]:
    """The labels of one comment as (kind, value), in one pass; ``\\]`` is a bracket within a value."""
    kind, start = "", 0
    for mark in _LABEL.finditer(comment):
        if mark[0] == "]" and kind:
            yield kind, comment[start : mark.start()].replace("\\]", "]").strip()
            kind = ""
        elif mark[1] and not kind:
            kind, start = mark[1], mark.end()


def labelled(kind: str, value: str) -> str:
    """A label as it stands in a comment."""
    return f"[{kind}:{value.replace(']', chr(92) + ']')}]"
