"""One line of a table as an item: what all kinds have in common, and what each kind has of its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lms.courses.rules import strings
from lms.quizzes.formats import table_words as words
from lms.quizzes.formats.model import MOST_WORDS, Question, Reason
from lms.quizzes.formats.table_head import LETTERS, Head, Line, plain

MOST = {"single": 4, "multiple": 6, "matching": 5, "ordering": 6, "short_text": 10, "scenario": 4}
ARROW = "=>"  # between the two sides of a pair
# docs/course-format.md
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CLAUSE = re.compile(r"SOP-\d{2,4}/\d{1,3}(\.\d{1,3}){1,2}", re.ASCII)
_PICTURE = re.compile(r"[a-z0-9][a-z0-9._-]*\.(svg|png|jpg|jpeg|webp)")


class Refusal(Exception):
    """An item that cannot become one of ours."""

    def __init__(self, code: str, **details: Any) -> None:
        """Refuse with a code of reasons.py."""
        super().__init__(code)
        self.reason = Reason(code, details)


@dataclass
class Item:
    """A line of a table while it is read: its texts by column and what the file calls these columns, why some texts
    cannot be trusted, and what is noted."""

    line: int
    texts: dict[str, str] = field(default_factory=dict[str, str])
    names: dict[str, str] = field(default_factory=dict[str, str])
    flaws: list[Reason] = field(default_factory=list[Reason])
    reasons: list[Reason] = field(default_factory=list[Reason])
    taken: set[str] = field(default_factory=set[str])

    def take(self, code: str) -> str:
        """The text of a column, "" where there is none; what nobody takes is noted by the end."""
        self.taken.add(code)
        return self.texts.get(code, "")

    def note(self, code: str, **details: Any) -> None:
        """Add a reason."""
        self.reasons.append(Reason(code, details))

    def leave_out(self, code: str) -> None:
        """Note that what stands in a column could not be understood and is left for the trainer to say."""
        self.note("value_left_out", column=self.names[code], value=self.texts[code][:100])


def found(head: Head, line: Line) -> Item:
    """A line by the columns of the table; what stands in unknown columns and in merged cells is noted."""
    item = Item(line.number)
    for place, cell in enumerate(line.cells):
        code = head.columns.get(place)
        if code and isinstance(cell, Reason):
            item.flaws.append(Reason(cell.code, {**cell.details, "column": head.name(place)}))
        elif code and (text := line.text(place)):
            item.texts[code], item.names[code] = plain(text), head.name(place)
        if not code and (isinstance(cell, Reason) or line.text(place)):
            item.note("column_unknown", column=head.name(place))
        if code and place in line.filled and line.text(place):
            item.note("merged_cells", column=head.name(place))
    return item


def question(item: Item, *, part: bool = False) -> Question:
    """The question of a line, without its key; a part of a scenario has none, so one that is given is noted.

    Refusal: the flaws of a cell ("formula", "cell_date" ...), "kind_missing", "kind_unknown", "right_unknown",
    "several_right_answers", "too_many_options", "number_wrong", "number_ambiguous", "item_too_long".
    """
    if item.flaws:
        raise Refusal(item.flaws[0].code, **item.flaws[0].details)
    named = item.take("kind")
    kind = words.kind_of(named)
    if kind is None or (part and kind == "scenario"):
        raise Refusal("kind_unknown", kind=named[:60]) if named else Refusal("kind_missing")
    item.taken |= {"scenario"} if part else {"scenario", "key"}
    content = {"kind": kind, **common(item), **({} if kind == "scenario" else _asked(item, kind))}
    for code in item.texts:
        if code not in item.taken:
            item.note("column_not_of_kind", column=item.names[code])
    if sum(map(len, strings(content))) > MOST_WORDS:
        raise Refusal("item_too_long", most=MOST_WORDS)
    return content


def _asked(item: Item, kind: str) -> Question:
    asked = {"question": text} if (text := item.take("question")) else {}
    return {**asked, **_OF_KIND[kind](item, kind)}


def common(item: Item) -> Question:
    """What every kind can have: tags, situation and picture; what could not be understood is left out with a note."""
    read: dict[str, Callable[[str], Any]] = {
        "critical": words.yes_or_no,
        "lesson": words.lesson,
        "objective": lambda text: text if NAME.fullmatch(text) and len(text) <= 60 else None,
        "clause": lambda text: text if _CLAUSE.fullmatch(text) else None,
        "difficulty": words.difficulty,
        "situation": lambda text: text,
        "picture": lambda text: text if _PICTURE.fullmatch(text) and len(text) <= 80 else None,
        "picture_alt": lambda text: text,
    }
    content: Question = {}
    for code, meaning in read.items():
        text = item.take(code)
        value = meaning(text) if text else None
        if value is not None:
            content[code] = value
        elif text:
            item.leave_out(code)
    return content


def _rows(item: Item, kind: str, *beside: str) -> list[tuple[str, str, str]]:
    """Letter, id and text of each option; one counts if it, or a column beside it ("reason", "match"), is filled."""
    filled = {one: [item.take(f"{code}_{one}") for code in ("option", *beside)] for one in LETTERS}
    given = [letter for letter, texts in filled.items() if any(texts)]
    if len(given) > MOST[kind]:
        raise Refusal("too_many_options", count=len(given), most=MOST[kind])
    return [
        (letter, identity, item.texts.get(f"option_{letter}", ""))
        for letter, identity in zip(given, _ids(item, given), strict=True)
    ]


def _ids(item: Item, given: list[str]) -> list[str]:
    """The ids of the options: their letters, unless the file says others."""
    text = item.take("ids")
    ids = [one.strip() for one in text.split(";")] if text else given
    fit = all(NAME.fullmatch(one) and len(one) <= 60 for one in ids) and len(set(ids)) == len(ids) == len(given)
    if not fit:
        item.leave_out("ids")
    return ids if fit else given


def _with(**texts: str) -> Question:
    return {name: text for name, text in texts.items() if text}


def _choice(item: Item, kind: str) -> Question:
    given = item.take("right")
    right = words.letters(given)
    rows = _rows(item, kind, "reason")
    if right is None or set(right) - {letter for letter, _, _ in rows}:
        raise Refusal("right_unknown", right=given[:60])
    if kind == "single" and len(right) > 1:
        raise Refusal("several_right_answers")
    general = _general(item, right)
    return {
        "options": [
            {
                "id": identity,
                **_with(text=text),
                "correct": letter in right,
                **_with(reason=item.texts.get(f"reason_{letter}", "") or (general if letter in right else "")),
            }
            for letter, identity, text in rows
        ]
    }


def _general(item: Item, right: list[str]) -> str:
    """The reason of the whole item, where it can be that of the right options because they have none."""
    if "reason" not in item.texts or not right or any(f"reason_{one}" in item.texts for one in right):
        return ""
    item.note("reason_moved", column=item.names["reason"])
    return item.take("reason")


def _true_false(item: Item, _kind: str) -> Question:
    text = item.take("right")
    answer = words.yes_or_no(text)
    if text and answer is None:
        raise Refusal("right_unknown", right=text[:60])
    return {**({} if answer is None else {"answer": answer}), **_with(reason=item.take("reason"))}


def _matching(item: Item, kind: str) -> Question:
    pairs = []
    for letter, identity, text in _rows(item, kind, "match", "reason"):
        left, right = text, item.texts.get(f"match_{letter}", "")
        if not right:
            left, _, right = (side.strip() for side in text.partition(ARROW))
        if not (left and right):
            item.note("pair_without_a_side", pair=f"{left} {ARROW} {right}".strip()[:100])
        reason = item.texts.get(f"reason_{letter}", "")
        pairs.append({"id": identity, **_with(left=left, right=right, reason=reason)})
    extra = [text for number in range(1, 100) if (text := item.take(f"extra_{number}"))]
    return {"pairs": pairs, **({"extra": extra} if extra else {})}


def _ordering(item: Item, kind: str) -> Question:
    steps = [{"id": identity, "text": text} for _, identity, text in _rows(item, kind)]
    return {"steps": steps, **_with(reason=item.take("reason"))}


def _numeric(item: Item, _kind: str) -> Question:
    given = {"min": item.take("min"), "max": item.take("max")}
    if not any(given.values()):
        given = dict.fromkeys(given, item.take("right"))
    content: Question = {}
    for end, text in given.items():
        if words.is_ambiguous(text):
            raise Refusal("number_ambiguous", number=text[:60])
        value = words.amount(text) if text else None
        if text and value is None:
            raise Refusal("number_wrong", number=text[:60])
        if value is not None:
            content[end] = value
    return {**content, **_with(unit=item.take("unit"), reason=item.take("reason"))}


def _short_text(item: Item, kind: str) -> Question:
    only = item.take("right")
    accepted = [only] * bool(only) + [text for letter in LETTERS if (text := item.take(f"option_{letter}"))]
    if len(accepted) > MOST[kind]:
        raise Refusal("too_many_options", count=len(accepted), most=MOST[kind])
    return {"accepted": accepted, **_with(rubric=item.take("rubric"), reason=item.take("reason"))}


_OF_KIND: dict[str, Callable[[Item, str], Question]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "numeric": _numeric,
    "short_text": _short_text,
}
