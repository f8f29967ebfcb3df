"""What the answers of a GIFT item become: the part of an item of ours that its kind alone has.

The kind is told from the answers, as https://docs.moodle.org/en/GIFT_format does: nothing is an essay, # a number,
~ a choice (of several right ones where no = stands), -> a matching, T or F a statement to judge, else a short text.
"""

import re
from decimal import Decimal
from fractions import Fraction

from lms.quizzes import rules
from lms.quizzes.formats.gift_item import (
    Answer,
    Item,
    Refusal,
    answers,
    feedbacks,
    one_line,
    parted,
    signs,
    unescaped,
    without_general,
)
from lms.quizzes.formats.model import Question, option_ids, short

ARROW = "->"
Row = dict[str, str | bool]
_NEAR = Fraction(1, 10)  # of a percent: thirds are written with five digits
_TRUTH = {"t": True, "true": True, "f": False, "false": False}
_DECIMAL = re.compile(r"[+-]?([0-9]{1,15}(\.[0-9]{0,15})?|\.[0-9]{1,15})(e[+-]?[0-9]{1,2})?", re.IGNORECASE)


def answered(item: Item, raw: str, *, ordered: bool = False) -> Question:
    """The kind and the key of an item from what stands between its braces; an essay has no kind.

    ordered: a matching whose right sides are 1 to n is an ordering. GIFT has none, so that write() says it in a tag.
    """
    inner, general = without_general(raw)
    told = [text] if (text := item.words(general, "general")) else []
    sign = signs(inner)
    if not inner:
        return _one_reason(item, told)
    if inner.startswith("#"):
        return _numeric(item, answers(inner[1:]), told)
    if "~" in sign:
        return _choice(item, answers(inner), told)
    if "=" in sign and ARROW in inner:
        return _matching(item, parted(inner), told, ordered)
    first, *feedback = feedbacks(inner)
    if first.strip().lower() in _TRUTH:
        return _true_false(item, _TRUTH[first.strip().lower()], feedback, told)
    return _short_text(item, answers(inner), told)


def _left_out(item: Item, feedback: list[str]) -> None:
    if feedback:
        item.note("feedback_left_out", text=short("; ".join(dict.fromkeys(feedback))))


def _one_reason(item: Item, feedback: list[str]) -> Question:
    """The first text as the reason of the item; others that say something else are noted."""
    texts = list(dict.fromkeys(one for one in feedback if one))
    _left_out(item, texts[1:])
    return {"reason": texts[0]} if texts else {}


def _feedback(item: Item, given: list[Answer]) -> list[str]:
    """The feedback of all answers, that of the right ones first."""
    return [item.words(one.feedback, "feedback") for one in sorted(given, key=lambda one: one.percent < 100)]


def _choice(item: Item, given: list[Answer], general: list[str]) -> Question:
    texts = [item.words(one.text) for one in given]
    if empty := texts.count(""):
        item.note("empty_option_left_out", count=empty)
    kept = [(text, one) for text, one in zip(texts, given, strict=True) if text]
    single = any(one.sign == "=" for one in given)
    percents = [one.percent for _text, one in kept]
    right = _right_of_single(item, percents) if single else _right_of_multiple(item, percents)
    options: list[Row] = []
    for identity, (text, one) in zip(option_ids(len(kept)), kept, strict=True):
        reason = item.words(one.feedback, "feedback")
        correct: Row = {"correct": True} if one.percent >= right else {}
        options.append({"id": identity, "text": text, **correct, **({"reason": reason} if reason else {})})
    chosen = [option for option in options if "correct" in option]
    if general and len(chosen) == 1 and "reason" not in chosen[0]:
        chosen[0]["reason"] = general.pop(0)
    _left_out(item, general)
    return {"kind": "single" if single else "multiple", "options": options}


def _right_of_single(item: Item, percents: list[Fraction]) -> Fraction:
    """The least percent of a right answer."""
    right = [one for one in percents if one >= 100 - _NEAR]
    if len(right) != 1:
        raise Refusal("several_right_answers" if right else "no_right_answer")
    _note_shares(item, percents)
    return right[0]


def _right_of_multiple(item: Item, percents: list[Fraction]) -> Fraction:
    """The least percent of a right answer; weights that lms.quizzes.rules.mark does not give are noted."""
    right = [one for one in percents if one > 0]
    if not right:
        raise Refusal("no_right_answer")
    share = Fraction(100, len(right))
    if any(abs(one - share) > _NEAR for one in right):
        item.note("weight_changed", weights=short(", ".join(f"{float(one):g}%" for one in right)))
    wrong = [one for one in percents if one <= 0]
    if any(wrong) and any(abs(one + share) > _NEAR for one in wrong):
        item.note("penalty_left_out")
    return min(right)


def _note_shares(item: Item, percents: list[Fraction]) -> None:
    """What answers that are not right earn in Moodle and cannot earn here."""
    if any(0 < one < 100 - _NEAR for one in percents):
        item.note("partial_credit_left_out")
    if any(one < 0 for one in percents):
        item.note("penalty_left_out")


def _true_false(item: Item, answer: bool, feedback: list[str], general: list[str]) -> Question:
    """Of the two texts of feedback the first is for a wrong response and the second for the right one."""
    wrong, right = ([item.words(one, "feedback") for one in feedback[:2]] + ["", ""])[:2]
    more = item.words("#".join(feedback[2:]), "feedback")
    return {"kind": "true_false", "answer": answer, **_one_reason(item, [*general, right, wrong, more])}


def _short_text(item: Item, given: list[Answer], general: list[str]) -> Question:
    """An asterisk stands for anything in Moodle, unless a backslash is before it."""
    right = [unescaped(one_line(one.text)) for one in given if one.percent >= 100 - _NEAR]
    _note_shares(item, [one.percent for one in given])
    accepted = [one.replace("\\*", "*") for one in right if one and "*" not in one.replace("\\*", "")]
    if len(accepted) < len(right):
        item.note("wildcard_left_out")
    accepted = list(dict.fromkeys(accepted))
    if not accepted:
        raise Refusal("no_right_answer")
    reason = _one_reason(item, [*general, *_feedback(item, given)])
    return {"kind": "short_text", "accepted": accepted, **reason}


def _matching(item: Item, given: list[tuple[str, str]], general: list[str], ordered: bool) -> Question:
    """A right side without a left one is an extra. Moodle knows neither weights nor feedback here: % and # are text."""
    pairs: list[Row] = []
    extra: list[str] = []
    for _sign, text in given:
        left, arrow, right = text.partition(ARROW)
        if not arrow:
            raise Refusal("pair_without_arrow", text=short(unescaped(left), 60))
        left, right = item.words(left.strip()), unescaped(one_line(right))
        if left and not right:
            item.note("pair_without_right_side", left=short(left))
        if left:
            pairs.append({"left": left, "right": right})
        elif right:
            extra.append(right)
    if not pairs:
        raise Refusal("no_right_answer")
    if ordered and (steps := _in_order(pairs)):
        return {"kind": "ordering", "steps": steps, **_one_reason(item, general)}
    _left_out(item, _reasons_of_pairs(pairs, general))
    pairs = [{"id": identity, **pair} for identity, pair in zip(option_ids(len(pairs)), pairs, strict=True)]
    rights = {pair["right"] for pair in pairs}
    surplus = [text for text in dict.fromkeys(extra) if text not in rights]
    return {"kind": "matching", "pairs": pairs, **({"extra": surplus} if surplus else {})}


def _in_order(pairs: list[Row]) -> list[Row]:
    """The left sides as steps in the order of the numbers on the right; [] if these are not 1 to n."""
    places = {str(pair["right"]): str(pair["left"]) for pair in pairs}
    numbers = [str(number) for number in range(1, len(pairs) + 1)]
    if set(places) != set(numbers):
        return []
    return [{"id": one, "text": places[n]} for one, n in zip(option_ids(len(pairs)), numbers, strict=True)]


def reasons_as_lines(pairs: list[Question]) -> str:
    """The reasons of pairs as general feedback, a line ``left: reason`` for each that has one."""
    return "\n".join(f"{one['left']}: {one['reason']}" for one in pairs if one.get("reason"))


def _reasons_of_pairs(pairs: list[Row], general: list[str]) -> list[str]:
    """Give each pair its line of the general feedback, if every line is one; the feedback that is left over."""
    lines = general[0].split("\n") if general else []
    if len(lines) > len(pairs):  # not worth comparing each with each
        return general
    heads = {f"{pair['left']}: ": pair for pair in pairs}
    found = [(head, line) for line in lines for head in heads if line.startswith(head) and line != head]
    if len({head for head, _line in found}) != len(lines) or len(found) != len(lines):
        return general
    for head, line in found:
        heads[head]["reason"] = line.removeprefix(head)
    return general[1:]


def _numeric(item: Item, given: list[Answer], general: list[str]) -> Question:
    """Of several ranges that are wholly right one must hold all others, else Refusal "several_right_answers"."""
    right = [one for one in given if one.percent >= 100 - _NEAR]
    _note_shares(item, [one.percent for one in given])
    ranges = [_range(unescaped(one.text)) for one in right]
    if not ranges:
        raise Refusal("no_right_answer")
    least, most = min(low for low, _high in ranges), max(high for _low, high in ranges)
    if (least, most) not in ranges:
        raise Refusal("several_right_answers")
    reason = _one_reason(item, [*general, *_feedback(item, given)])
    return {"kind": "numeric", "min": _kept(least), "max": _kept(most), **reason}


def _range(text: str) -> tuple[Fraction, Fraction]:
    """Both ends of ``low..high``, ``middle:tolerance`` or a number alone."""
    middle, colon, tolerance = text.partition(":")
    low, dots, high = text.partition("..")
    if dots:
        ends = _number(low), _number(high)
    else:
        around = _number(tolerance) if colon else Fraction(0)
        ends = _number(middle) - around, _number(middle) + around
    if ends[0] > ends[1]:
        raise Refusal("number_wrong", number=short(text, 60))
    return ends


def _number(text: str) -> Fraction:
    text = text.strip().replace(",", ".")
    if not _DECIMAL.fullmatch(text):
        raise Refusal("number_wrong", number=short(text, 60))
    return Fraction(Decimal(text))


def _kept(value: Fraction) -> int | float | str:
    """The number as it stands in questions.yaml; a text where a float would not be exact.

    Refusal "number_wrong" if lms.quizzes.rules.number does not read it: up to twelve digits and six decimals.
    """
    text = decimal(value)
    if rules.number(text) != value:
        raise Refusal("number_wrong", number=short(text, 60))
    if value.denominator == 1:
        return int(value)
    return float(value) if rules.number(str(float(value))) == value else text


def decimal(value: Fraction) -> str:
    """A number in decimals."""
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
