"""Items as the lines of a table, so that reading them gives the same items again (tables.py)."""

from collections.abc import Sequence
from typing import Any

from lms.quizzes.formats import table_words as words
from lms.quizzes.formats.model import Question
from lms.quizzes.formats.table_head import LETTERS, heading, neutral
from lms.quizzes.formats.table_item import ARROW

_TAGS = ("key", "kind", "critical", "lesson", "objective", "clause", "difficulty", "scenario")
_TEXTS = ("situation", "picture", "picture_alt", "question")
_OPTION = ("option", "match", "reason")
_ORDER = (
    *_TAGS, *_TEXTS, *(f"{code}_{letter}" for letter in LETTERS for code in _OPTION), "ids", "right",
    *(f"extra_{number}" for number in range(1, 100)), "min", "max", "unit", "rubric", "reason",
)  # fmt: skip
# The columns that every table has, so that those who fill one in find them; others come where an item needs them.
USUAL = frozenset(
    {*_TAGS, *_TEXTS, *(f"{code}_{letter}" for letter in "abcdef" for code in ("option", "reason")), "right"}
    | {"extra_1", "extra_2", "min", "max", "unit", "rubric", "reason"}
) - {"picture_alt"}
_IN_ROW = {"id", "text", "left", "right", "reason", "correct"}


def table(questions: Sequence[Question]) -> list[list[str]]:
    """The headings and a line for each item and follow-up, every cell safe for a spreadsheet.

    ValueError for an item that holds something for which a table has no column.
    """
    lines = [line for question in questions for line in _lines(question)]
    used = USUAL.union(*(line.keys() for line in lines))
    if used - set(_ORDER):
        raise ValueError(f"a table has no column for {', '.join(sorted(used - set(_ORDER)))}")
    columns = [code for code in _ORDER if code in used]
    cells = [[neutral(line.get(code, "").strip()) for code in columns] for line in lines]
    return [[heading(code) for code in columns], *cells]


def _lines(question: Question) -> list[dict[str, str]]:
    if question["kind"] != "scenario":
        return [_line(question)]
    whole = {name: value for name, value in question.items() if name != "parts"}
    named = {"scenario": question["key"]}
    return [{**_line(whole), **named}, *({**_line(part), **named} for part in question["parts"])]


def _line(question: Question) -> dict[str, str]:
    """The cells of an item by column; those with nothing in them are missing."""
    line: dict[str, str] = {}
    for name, value in question.items():
        if name in ("options", "pairs", "steps"):
            line |= _rows(name, value)
        elif name == "accepted":
            line |= {f"option_{letter}": text for letter, text in zip(_letters(len(value)), value, strict=True)}
        elif name == "extra":
            line |= {f"extra_{number}": text for number, text in enumerate(value, 1)}
        elif name == "answer":
            line["right"] = "benar" if value else "salah"
        elif value is not None:
            line[name] = _text(name, value)
    return {code: text for code, text in line.items() if text}


def _text(name: str, value: Any) -> str:
    if name == "kind":
        return words.KINDS[value][0]
    if name in ("min", "max"):
        return words.amount_written(value)
    return ("ya" if value else "tidak") if isinstance(value, bool) else str(value)


def _rows(name: str, rows: Sequence[Question]) -> dict[str, str]:
    """The cells of options, pairs or steps: in the columns of their ids where these are letters in order, else in those
    of the first letters, with the ids in a column of their own."""
    if strange := set().union(*rows) - _IN_ROW:
        raise ValueError(f"a table has no column for {', '.join(sorted(strange))} of {name}")
    ids = [row["id"] for row in rows]
    as_letters = set(ids) <= set(LETTERS) and ids == sorted(set(ids))
    letters = ids if as_letters else _letters(len(ids))
    cells = {} if as_letters else {"ids": ";".join(ids)}
    for letter, row in zip(letters, rows, strict=True):
        cells |= _pair(letter, row) if name == "pairs" else {f"option_{letter}": row.get("text", "")}
        cells[f"reason_{letter}"] = row.get("reason", "")
    chosen = [letter.upper() for letter, row in zip(letters, rows, strict=True) if row.get("correct")]
    return cells | ({"right": ";".join(chosen)} if chosen else {})


def _pair(letter: str, row: Question) -> dict[str, str]:
    """Both sides in one cell, as people write them; in two where that could be misunderstood."""
    left, right = row.get("left", ""), row.get("right", "")
    if not (left and right) or ARROW in left:
        return {f"option_{letter}": left, f"match_{letter}": right}
    return {f"option_{letter}": f"{left} {ARROW} {right}"}


def _letters(count: int) -> Sequence[str]:
    if count > len(LETTERS):
        raise ValueError(f"a table has columns for {len(LETTERS)} options, not for {count}")
    return LETTERS[:count]
