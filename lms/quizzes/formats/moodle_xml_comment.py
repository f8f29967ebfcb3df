"""What Moodle XML cannot say about an item: a comment <!-- jaga {json} --> that holds the difference, and no more.

The difference between what a reader of Moodle XML understands and the item itself is, for a dictionary,
{"set": {key: value}, "drop": [keys], "in": {key: difference}}, and for a list of the same length
{"each": [difference or null, ...]}. What stands in the XML is never repeated, so that editing the XML changes the item.
"""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

from lms.quizzes.formats.model import Question
from lms.quizzes.rules import KINDS

Difference = dict[str, Any]
_WHOLE: Difference = {"whole": True}  # never written: the value itself is
_COMMENT = re.compile(r"\s*jaga\s+(\{.*\})\s*", re.DOTALL)


class Misfit(Exception):
    """A comment that does not belong to what stands in the file."""


def difference(said: Mapping[str, Any], ours: Mapping[str, Any]) -> Difference:
    """What makes ours of said, {} where they are equal. Both hold what JSON can write."""
    inner = {key: _inside(said[key], ours[key]) for key in said.keys() & ours.keys()}
    parts = {
        "set": {key: value for key, value in ours.items() if inner.get(key, _WHOLE) is _WHOLE},
        "drop": sorted(said.keys() - ours.keys()),
        "in": {key: one for key, one in inner.items() if one and one is not _WHOLE},
    }
    return {name: part for name, part in parts.items() if part}


def _inside(said: Any, ours: Any) -> Difference:
    """The difference of two values of a dictionary; _WHOLE where only the whole new one will do."""
    if isinstance(said, dict) and isinstance(ours, dict):
        return difference(said, ours)
    as_long = isinstance(said, list) and isinstance(ours, list) and len(said) == len(ours)
    if as_long and all(isinstance(one, dict) for one in (*said, *ours)):
        rows = [difference(one, other) or None for one, other in zip(said, ours, strict=True)]
        return {"each": rows} if any(rows) else {}
    return {} if type(said) is type(ours) and said == ours else _WHOLE


def applied(change: Any, said: Any) -> Any:
    """The reverse of difference(); Misfit if the change is not one of said."""
    if change is None:
        return said
    if not isinstance(change, dict):
        raise Misfit
    if isinstance(said, dict) and change.keys() <= {"set", "drop", "in"}:
        new, gone, inner = change.get("set", {}), change.get("drop", []), change.get("in", {})
        fits = isinstance(new, dict) and isinstance(gone, list) and isinstance(inner, dict)
        if not fits or not all(isinstance(key, str) for key in gone) or not inner.keys() <= said.keys():
            raise Misfit
        kept = {key: value for key, value in said.items() if key not in gone}
        return kept | {key: applied(one, said[key]) for key, one in inner.items()} | new
    rows = change.get("each")
    if not isinstance(said, list) or change.keys() != {"each"} or not isinstance(rows, list) or len(rows) != len(said):
        raise Misfit
    return [applied(one, row) for one, row in zip(rows, said, strict=True)]


def comment_text(content: Mapping[str, Any]) -> str:
    """The text of the comment that holds content; two hyphens in a row, which XML forbids there, are escaped."""
    escaped = json.dumps(content).replace("--", "-\\u002d")
    return f" jaga {escaped} "


def commented(element: ET.Element) -> dict[str, Any] | None:
    """The content of the comment directly in a question; None if there is none. Misfit if it cannot be read."""
    for one in element:
        found = _COMMENT.fullmatch(one.text or "") if not isinstance(one.tag, str) else None
        if found:
            try:
                content = json.loads(found[1], parse_constant=_no_number)
            except (ValueError, RecursionError):
                raise Misfit from None
            return content if isinstance(content, dict) else None
    return None


def _no_number(_name: str) -> None:
    raise ValueError("not a number")


_TEXTS = {"key", "objective", "clause", "situation", "question", "picture", "picture_alt", "reason", "unit", "rubric"}
_NUMBERS: dict[str, tuple[type, ...]] = {"lesson": (int,), "difficulty": (int,)}
_NUMBERS |= {"critical": (bool,), "answer": (bool,), "min": (int, float, str), "max": (int, float, str)}
_ROWS = {"options": {"id", "text", "correct", "reason"}, "pairs": {"id", "left", "right", "reason"}}
_ROWS |= {"steps": {"id", "text"}}


def has_shape(question: Question) -> bool:
    """Whether every key and the type of every value are those of an item or of the whole of a scenario."""
    return all(_fits(key, value) for key, value in question.items())


def _fits(key: str, value: Any) -> bool:
    if key == "kind":
        return value in (*KINDS, "scenario")
    if key in _TEXTS:
        return isinstance(value, str)
    if key in _NUMBERS:
        return type(value) in _NUMBERS[key] and (isinstance(value, str) or abs(value) < 10**12)
    if key in ("accepted", "extra"):
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return key in _ROWS and isinstance(value, list) and all(_is_row(one, _ROWS[key]) for one in value)


def _is_row(row: Any, keys: set[str]) -> bool:
    if not isinstance(row, dict) or not keys - {"correct", "reason"} <= row.keys() <= keys:
        return False
    return all(type(value) is (bool if key == "correct" else str) for key, value in row.items())
