"""Items written as GIFT: what Moodle can say in its own words, the difference in one comment line for each item."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lms.quizzes import rules
from lms.quizzes.formats.gift_blocks import blocks, labelled
from lms.quizzes.formats.gift_entry import ORDERED, TAG, TAGS, digest, own, said_by, shared
from lms.quizzes.formats.gift_item import SPECIAL, Refusal
from lms.quizzes.formats.gift_kinds import ARROW, decimal, reasons_as_lines
from lms.quizzes.formats.model import MOST_KEY, Question, slug
from lms.quizzes.formats.moodle_xml_comment import applied, difference

_MOST_TAG = 50  # Moodle cuts a longer tag
_ESCAPE = re.compile("[" + re.escape(SPECIAL) + "]")
_Lines = list[str]


def document(questions: Sequence[Question]) -> str:
    """The items as a file, see gift.write()."""
    return "\n".join(text for question in questions for text in _texts(question))


def _texts(question: Question) -> list[str]:
    """The blocks of an item, each with a line end: one, or one for each part of a scenario."""
    if question["kind"] != "scenario":
        body, said = _written(question)
        return [_with_note(body, said, {"item": difference(said, question)})]
    whole = {name: value for name, value in question.items() if name not in ("parts", "kind")}
    found = []
    read: Question = {}
    for number, part in enumerate(question["parts"], start=1):
        body, said = _written({**whole, **part, "key": f"{question.get('key', '')}-{number}"})
        scene: dict[str, Any] = {"key": question.get("key", ""), "part": number, "parts": len(question["parts"])}
        if number == 1:
            read = shared(scene["key"], said)
            scene["whole"] = difference(read, whole)
            read = applied(scene["whole"], read)
        content = {"item": difference(own(said, read), part), "scenario": scene}
        found.append(_with_note(body, said, content))
    return found


def _with_note(body: str, said: Question, content: Mapping[str, Any]) -> str:
    """A block with our own comment above its other lines, if there is anything to say.

    Moodle looks for labels in every comment, so that those within a text are hidden from it.
    """
    content = {name: value for name, value in content.items() if value}
    if not content:
        return body
    text = json.dumps({**content, "said": digest(said)}, ensure_ascii=False)
    for label in ("id:", "tag:"):
        text = text.replace(f"[{label}", f"\\u005b{label}")
    return f"// jaga {text}\n{body}"


def _written(question: Question) -> tuple[str, Question]:
    """A block without our own comment, and what a reader understands of it.

    What GIFT cannot say without loss is tried with fewer words, and at last as an essay, which a person marks.
    """
    for general, answers in ((True, _ANSWERS[question["kind"]]), (False, _ANSWERS[question["kind"]])):
        try:
            body = _block(question, answers(question), general)
            said, lost = said_by(next(blocks(body)))
        except Refusal:
            break
        if not lost and said.get("kind") == question["kind"]:
            return body, said
    body = _block(question, [], general=True)
    return body, said_by(next(blocks(body)))[0]


def _block(question: Question, answers: _Lines, general: bool) -> str:
    key = question.get("key", "")
    labels = [labelled("id", key)] if key and slug(key, MOST_KEY) == key else []
    labels += [labelled("tag", ORDERED)] if question["kind"] == "ordering" and answers else []
    labels += [tag for name in TAGS if (tag := _tag(name, question.get(name)))]
    asked = "\\n\\n".join(escaped(one) for one in (question.get("situation"), question.get("question")) if one)
    reason = reasons_as_lines(question["pairs"]) if question["kind"] == "matching" else question.get("reason", "")
    lines = [*answers, *([f"####{_formatted(reason)}"] if reason and general else [])]
    comment = [f"// {' '.join(labels)}"] if labels else []
    inner = "".join(f"\n\t{line}" for line in lines)
    return "\n".join([*comment, f"::{escaped(key or 'soal')}::[plain]{asked} {{{inner}\n}}\n"])


def _tag(name: str, value: Any) -> str:
    said = {True: "yes", False: "no"}.get(value, "") if name == "critical" else str(value or "")
    tag = f"{TAG}{name}:{said}"
    return labelled("tag", tag) if said and said.isprintable() and len(tag) <= _MOST_TAG else ""


def escaped(text: str) -> str:
    """A text with a backslash before each special sign, and its line breaks as ``\\n``."""
    return _ESCAPE.sub(lambda sign: "\\" + sign[0], text).replace("\n", "\\n")


def _formatted(text: str) -> str:
    """An escaped text; one that begins with a bracket says its format, lest the bracket be taken for one."""
    return f"[plain]{escaped(text)}" if text.startswith("[") else escaped(text)


def _weighted(sign: str, percent: str, text: str) -> str:
    """An answer; its weight is said where the text begins like a weight."""
    return f"{sign}%{percent}%{text}" if text.startswith("%") else f"{sign}{text}"


def _single(question: Question) -> _Lines:
    return [
        _weighted(*(("=", "100") if one.get("correct") else ("~", "0")), _formatted(one["text"])) + _feedback(one)
        for one in question["options"]
    ]


def _multiple(question: Question) -> _Lines:
    """With the weights by which Moodle marks as lms.quizzes.rules.mark does."""
    right = sum(bool(one.get("correct")) for one in question["options"])
    share = f"{100 / max(right, 1):.5f}".rstrip("0").rstrip(".")
    return [
        f"~%{'' if one.get('correct') else '-'}{share}%{_formatted(one['text'])}{_feedback(one)}"
        for one in question["options"]
    ]


def _feedback(option: Mapping[str, Any]) -> str:
    return f"#{_formatted(option['reason'])}" if option.get("reason") else ""


def _true_false(question: Question) -> _Lines:
    return ["TRUE" if question["answer"] else "FALSE"]


def _matching(question: Question) -> _Lines:
    """Refusal where a left side holds an arrow, which GIFT cannot escape."""
    pairs = [(one["left"], one["right"]) for one in question["pairs"]]
    if any(ARROW in left for left, _right in pairs):
        raise Refusal("pair_without_arrow", text="")
    return [f"={_formatted(left)} {ARROW} {escaped(right)}" for left, right in pairs] + [
        f"= {ARROW} {escaped(right)}" for right in question.get("extra", [])
    ]


def _ordering(question: Question) -> _Lines:
    """As a matching of the steps with their numbers."""
    steps = enumerate(question["steps"], start=1)
    return _matching({"pairs": [{"left": one["text"], "right": str(number)} for number, one in steps]})


def _numeric(question: Question) -> _Lines:
    """Refusal where an end is a fact, whose value only the register knows."""
    least, most = (rules.number(str(question.get(name))) for name in ("min", "max"))
    if least is None or most is None:
        raise Refusal("number_wrong", number="")
    return [f"#{decimal(least)}" if least == most else f"#{decimal(least)}..{decimal(most)}"]


def _short_text(question: Question) -> _Lines:
    """An asterisk stands for anything in Moodle, unless a backslash is before it."""
    return [_weighted("=", "100", escaped(one.replace("*", "\\*"))) for one in question["accepted"]]


_ANSWERS: dict[str, Callable[[Question], _Lines]] = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "numeric": _numeric,
    "short_text": _short_text,
}
