"""What a question of each type of Moodle becomes: the part of an item that its kind alone has.

Types, elements and attributes as https://docs.moodle.org/en/Moodle_XML_format describes them; ordering as Moodle's own
type of that name exports it.
"""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lms.quizzes.formats.model import Question
from lms.quizzes.formats.moodle_xml_item import Item, Refusal, is_on, number, plain, short

Row = dict[str, str | bool]
MOST = {"single": 4, "multiple": 6, "matching": 5, "ordering": 6, "short_text": 10}  # docs/course-format.md
_NEAR = Fraction(1, 10)  # of a percent: Moodle writes thirds with five digits
# What Moodle puts in when the writer of a question says nothing, in English and in Bahasa Indonesia.
_USUAL = {
    "your answer is correct", "your answer is partially correct", "your answer is incorrect",
    "jawaban anda benar", "jawaban anda sebagian benar", "jawaban anda benar sebagian", "jawaban anda salah",
}  # fmt: skip


@dataclass(frozen=True)
class _Answer:
    text: str
    percent: Fraction
    feedback: str
    element: ET.Element


def _answers(item: Item, *, formatted: bool = False) -> list[_Answer]:
    found = []
    for element in item.all("answer"):
        percent = number(element.get("fraction", "0"))
        if percent is None:
            raise Refusal("fraction_wrong", fraction=short(element.get("fraction", "")))
        text = item.words(element, "option") if formatted else plain(element)
        found.append(_Answer(text, percent, item.words(element.find("feedback"), "feedback"), element))
    return found


def ids(count: int) -> list[str]:
    """The ids of so many options: a to z, then a1, b1 ..."""
    return [chr(97 + place % 26) + (str(place // 26) if place >= 26 else "") for place in range(count)]


def _general(item: Item) -> list[str]:
    """The feedback on the whole question, that on every answer first; what Moodle itself puts in is no feedback."""
    names = ("generalfeedback", "correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
    found = [item.words(item.element.find(name), "feedback") for name in names]
    return [text for text in found if text and text.casefold().strip(" .!") not in _USUAL]


def _left_out(item: Item, feedback: list[str]) -> None:
    if feedback:
        item.note("feedback_left_out", text=short("; ".join(dict.fromkeys(feedback))))


def _one_reason(item: Item, feedback: list[str]) -> Question:
    """The first text as the reason of the item; others that say something else are noted."""
    distinct = list(dict.fromkeys(text for text in feedback if text))
    _left_out(item, distinct[1:])
    return {"reason": distinct[0]} if distinct else {}


def _choice(item: Item) -> Question:
    given = _answers(item, formatted=True)
    answers = [one for one in given if one.text]
    if len(answers) < len(given):
        item.note("empty_option_left_out", count=len(given) - len(answers))
    single = is_on(item.plain("single")) if item.element.find("single") is not None else True
    right = _right_of_single(item, answers) if single else _right_of_multiple(item, answers)
    shuffled = item.element.find("shuffleanswers")
    if shuffled is not None and not is_on(plain(shuffled)):
        item.note("order_left_out")
    options: list[Row] = []
    for identity, one in zip(ids(len(answers)), answers, strict=True):
        reason: Row = {"reason": one.feedback} if one.feedback else {}
        options.append({"id": identity, "text": one.text, "correct": one in right, **reason})
    feedback = _general(item)
    silent = [option for option in options if option["correct"] and "reason" not in option]
    if feedback and len(right) == 1 and silent:
        silent[0]["reason"] = feedback.pop(0)
    _left_out(item, feedback)
    return {"kind": "single" if single else "multiple", "options": options}


def _right_of_single(item: Item, answers: list[_Answer]) -> list[_Answer]:
    right = [one for one in answers if one.percent >= 100 - _NEAR]
    if len(right) != 1:
        raise Refusal("several_right_answers" if right else "no_right_answer")
    _note_shares(item, [one for one in answers if one not in right])
    return right


def _note_shares(item: Item, others: list[_Answer]) -> None:
    """What answers that are not right earn in Moodle and cannot earn here."""
    if any(one.percent > 0 for one in others):
        item.note("partial_credit_left_out")
    if any(one.percent < 0 for one in others):
        item.note("penalty_left_out")


def _right_of_multiple(item: Item, answers: list[_Answer]) -> list[_Answer]:
    right = [one for one in answers if one.percent > 0]
    wrong = [one for one in answers if one.percent <= 0]
    if not right:
        raise Refusal("no_right_answer")
    share = Fraction(100, len(right))
    if any(abs(one.percent - share) > _NEAR for one in right):
        item.note("partial_credit_left_out")
    as_here = all(abs(one.percent + share) <= _NEAR for one in wrong)  # what lms.quizzes.rules.mark takes off, too
    if any(one.percent < 0 for one in wrong) and not as_here:
        item.note("penalty_left_out")
    return right


def _true_false(item: Item) -> Question:
    answers = _answers(item)
    named = {one.text.lower(): one for one in answers}
    if not named.keys() >= {"true", "false"} and len(answers) == 2:
        named = {"true": answers[0], "false": answers[1]}  # old exports say it in the language of the site
    right = [name for name in ("true", "false") if name in named and named[name].percent >= 100 - _NEAR]
    if len(right) != 1:
        raise Refusal("several_right_answers" if right else "no_right_answer")
    others = [one for one in answers if one is not named[right[0]]]
    _note_shares(item, others)
    feedback = [*_general(item), named[right[0]].feedback, *(one.feedback for one in others)]
    return {"kind": "true_false", "answer": right == ["true"], **_one_reason(item, feedback)}


def _short_text(item: Item) -> Question:
    answers = _answers(item)
    right = [one for one in answers if one.percent >= 100 - _NEAR]
    _note_shares(item, [one for one in answers if one not in right])
    accepted = [one.text for one in right if one.text and "*" not in one.text.replace("\\*", "")]
    if len(accepted) < len(right):
        item.note("wildcard_left_out")
    if not accepted:
        raise Refusal("no_right_answer")
    if is_on(item.plain("usecase")):
        item.note("letter_case_left_out")
    feedback = [*_general(item), *(one.feedback for one in right), *(one.feedback for one in answers)]
    texts = list(dict.fromkeys(one.replace("\\*", "*") for one in accepted))
    return {"kind": "short_text", "accepted": texts, **_one_reason(item, feedback)}


def _numeric(item: Item) -> Question:
    answers = _answers(item)
    right = [one for one in answers if one.percent >= 100 - _NEAR]
    _note_shares(item, [one for one in answers if one not in right])
    ranges = list(dict.fromkeys(_range(one) for one in right))
    if len(ranges) != 1:
        raise Refusal("several_right_answers" if ranges else "no_right_answer")
    feedback = [*_general(item), *(one.feedback for one in right), *(one.feedback for one in answers)]
    least, most = (_decimal(one) for one in ranges[0])
    return {"kind": "numeric", "min": least, "max": most, **_unit(item), **_one_reason(item, feedback)}


def _range(answer: _Answer) -> tuple[Fraction, Fraction]:
    middle, tolerance = number(answer.text), number(plain(answer.element.find("tolerance")) or "0")
    if middle is None or tolerance is None or tolerance < 0:
        raise Refusal("number_wrong", number=short(answer.text))
    return middle - tolerance, middle + tolerance


def _decimal(value: Fraction) -> int | str:
    """As lms.quizzes.rules.number reads it: up to twelve digits before the point and six behind it."""
    if (value * 10**6).denominator != 1 or abs(value) >= 10**12:
        raise Refusal("number_wrong", number=str(float(value)))
    if value.denominator == 1:
        return int(value)
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"


def _unit(item: Item) -> Question:
    units = [
        (plain(one.find("unit_name")), number(plain(one.find("multiplier")) or "1")) for one in item.all("units/unit")
    ]
    kept = next((name for name, times in units if name and times == 1), "")
    others = [name for name, _times in units if name and name != kept]
    if others:
        item.note("units_left_out", units=short(", ".join(others)))
    if is_on(item.plain("unitgradingtype")):
        item.note("unit_penalty_left_out")
    return {"unit": kept} if kept else {}


def _matching(item: Item) -> Question:
    pairs: list[Row] = []
    extra: list[str] = []
    for element in item.all("subquestion"):
        left, answer = item.words(element, "option"), element.find("answer")
        dragged = answer is not None and item.type == "ddmatch"  # only there the right side has a format
        right = item.words(answer, "option") if dragged else plain(answer)
        if left and not right:
            item.note("pair_without_right_side", left=short(left))
        if left:
            pairs.append({"left": left, "right": right})
        elif right:
            extra.append(right)
    if not pairs:
        raise Refusal("no_right_answer")
    feedback = _reasons_of_pairs(pairs, _general(item))
    _left_out(item, feedback)
    pairs = [{"id": identity, **pair} for identity, pair in zip(ids(len(pairs)), pairs, strict=True)]
    surplus = [text for text in dict.fromkeys(extra) if text not in {pair["right"] for pair in pairs}]
    return {"kind": "matching", "pairs": pairs, **({"extra": surplus} if surplus else {})}


def _reasons_of_pairs(pairs: list[Row], feedback: list[str]) -> list[str]:
    """Give each pair the line "left side: reason" of the feedback, if every line is one; the feedback that is left."""
    lines = feedback[0].split("\n") if feedback else []
    if not 0 < len(lines) <= len(pairs) <= MOST["matching"]:
        return feedback
    heads = {f"{pair['left']}: ": pair for pair in pairs}
    found = [(head, line) for line in lines for head in heads if line.startswith(head)]
    if len(found) != len(lines) or len({head for head, _line in found}) != len(found):
        return feedback
    for head, line in found:
        heads[head]["reason"] = line.removeprefix(head)
    return feedback[1:]


def _ordering(item: Item) -> Question:
    """In the order of the file: Moodle writes it in the right order, and numbers it anew when it reads it."""
    found = [text for one in item.all("answer") if (text := item.words(one, "option"))]
    if not found:
        raise Refusal("no_right_answer")
    if item.plain("selecttype").upper() in ("RANDOM", "CONTIGUOUS", "1", "2"):
        item.note("subset_left_out")
    steps = [{"id": identity, "text": text} for identity, text in zip(ids(len(found)), found, strict=True)]
    return {"kind": "ordering", "steps": steps, **_one_reason(item, _general(item))}


def _essay(item: Item) -> Question:
    """No kind of ours, unless the comment of write() says which: what else Moodle XML cannot say is an essay there."""
    return _one_reason(item, _general(item))


TYPES: dict[str, Callable[[Item], Question]] = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "shortanswer": _short_text,
    "numerical": _numeric,
    "matching": _matching,
    "match": _matching,
    "ddmatch": _matching,
    "ordering": _ordering,
    "essay": _essay,
}
