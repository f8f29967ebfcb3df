"""Items written as Moodle XML: what Moodle can say in its own words, the difference in a comment."""

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Any
from urllib.parse import quote

from lms.quizzes import rules
from lms.quizzes.formats.model import Question
from lms.quizzes.formats.moodle_xml_comment import comment_text, difference
from lms.quizzes.formats.moodle_xml_entry import TAG, said_by, shared
from lms.quizzes.formats.moodle_xml_item import Refusal
from lms.quizzes.formats.moodle_xml_text import as_html

_TAGS = ("critical", "lesson", "objective", "clause", "difficulty")
_MOST_TAG = 50  # Moodle cuts a longer tag
_NO_XML = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
_Adding = Callable[[ET.Element, Question], None]


def document(questions: Sequence[Question], pictures: Mapping[str, bytes]) -> bytes:
    """The items as a file, see moodle_xml.write()."""
    quiz = ET.Element("quiz")
    for question in questions:
        quiz.extend(_elements(question, pictures))
    ET.indent(quiz)
    written = ET.tostring(quiz, "unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'.encode()


def _elements(question: Question, pictures: Mapping[str, bytes]) -> list[ET.Element]:
    if question["kind"] != "scenario":
        element, said = _element(question, pictures)
        return [_with_comment(element, {"item": difference(said, question)})]
    whole = {name: value for name, value in question.items() if name not in ("parts", "kind")}
    found = []
    for number, part in enumerate(question["parts"], start=1):
        alone = {**whole, **part, "key": f"{question.get('key', '')}-{number}"}
        element, said = _element(alone, pictures)
        scene = {"key": question.get("key", ""), "part": number, "parts": len(question["parts"])}
        if number == 1:
            scene["whole"] = difference(shared(scene["key"], said), whole)
            _add_unseen(element, whole.get("picture", ""), alone.get("picture", ""), pictures)
        found.append(_with_comment(element, {"scenario": scene, "item": difference(said, part)}))
    return found


def _add_unseen(element: ET.Element, name: str, shown: str, pictures: Mapping[str, bytes]) -> None:
    """The picture of a scenario whose first part shows another one."""
    text = element.find("questiontext")
    if name and name != shown and text is not None:
        _add_file(text, name, pictures)


def _with_comment(element: ET.Element, content: Mapping[str, Any]) -> ET.Element:
    content = {name: value for name, value in content.items() if value}
    if content:
        element.append(ET.Comment(comment_text(content)))
    return element


def _element(question: Question, pictures: Mapping[str, bytes]) -> tuple[ET.Element, Question]:
    """The question for Moodle, and what a reader understands of it without a comment."""
    try:
        element = _written(question, pictures, *_TYPES[question["kind"]])
        said, reasons = said_by(element)
        if any(reason.code == "feedback_left_out" for reason in reasons):  # reasons of pairs that are not lines
            _set(element.find("generalfeedback"), "")
            said, reasons = said_by(element)
    except Refusal:
        element = _written(question, pictures, "essay", _essay)
        said, reasons = said_by(element)
    return element, said


def _written(question: Question, pictures: Mapping[str, bytes], kind: str, add: _Adding) -> ET.Element:
    element = ET.Element("question", type=kind)
    key = question.get("key", "")
    _add_text(element, "name", key or "soal")
    text = _add_text(element, "questiontext", "", "html")
    paragraphs = as_html("\n\n".join(one for one in (question.get("situation"), question.get("question")) if one))
    if name := question.get("picture"):
        alt = escape(question.get("picture_alt", ""))
        paragraphs = f'<p><img src="@@PLUGINFILE@@/{quote(name)}" alt="{alt}"></p>{paragraphs}'
        _add_file(text, name, pictures)
    _set(text, paragraphs)
    _add_text(element, "generalfeedback", as_html(question["reason"]) if question.get("reason") else "", "html")
    _add(element, "defaultgrade", "1.0000000")
    _add(element, "penalty", "1.0000000" if kind == "truefalse" else "0.3333333")
    _add(element, "hidden", "0")
    _add(element, "idnumber", key)
    add(element, question)
    tags = [tag for name in _TAGS if name in question and len(tag := _tag(name, question[name])) <= _MOST_TAG]
    if tags:
        parent = _add(element, "tags")
        for tag in tags:
            _add_text(parent, "tag", tag)
    return element


def _tag(name: str, value: Any) -> str:
    return f"{TAG}{name}:{('yes' if value else 'no') if name == 'critical' else value}"


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    element.text = _NO_XML.sub("\ufffd", text)
    return element


def _add_text(parent: ET.Element, name: str, text: str, text_format: str = "", **attributes: str) -> ET.Element:
    """An element with a <text>, as Moodle has it nearly everywhere."""
    element = ET.SubElement(parent, name, {**attributes, **({"format": text_format} if text_format else {})})
    _add(element, "text", text)
    return element


def _set(element: ET.Element | None, text: str) -> None:
    inner = element.find("text") if element is not None else None
    if inner is not None:
        inner.text = _NO_XML.sub("\ufffd", text)


def _add_file(text: ET.Element, name: str, pictures: Mapping[str, bytes]) -> None:
    content = base64.b64encode(pictures[name]).decode("ascii")
    _add(text, "file", content, name=name, path="/", encoding="base64")


def _add_answer(element: ET.Element, percent: str, text: str, feedback: str = "", text_format: str = "") -> ET.Element:
    answer = _add_text(element, "answer", text, text_format or "moodle_auto_format", fraction=percent)
    _add_text(answer, "feedback", as_html(feedback) if feedback else "", "html")
    return answer


def _choice(element: ET.Element, question: Question) -> None:
    _add(element, "single", "true" if question["kind"] == "single" else "false")
    _add(element, "shuffleanswers", "true")
    _add(element, "answernumbering", "abc")
    right = sum(bool(one.get("correct")) for one in question["options"])
    share = f"{100 / max(right, 1):.5f}".rstrip("0").rstrip(".")
    wrong = "0" if question["kind"] == "single" else f"-{share}"  # Moodle then marks as lms.quizzes.rules.mark does
    for one in question["options"]:
        percent = share if one.get("correct") else wrong
        _add_answer(element, percent, as_html(one["text"]), one.get("reason", ""), "html")


def _true_false(element: ET.Element, question: Question) -> None:
    for answer in (True, False):
        _add_answer(element, "100" if question["answer"] is answer else "0", "true" if answer else "false")


def _matching(element: ET.Element, question: Question) -> None:
    """Moodle has one feedback for all pairs: a line for each."""
    lines = [f"{one['left']}: {one['reason']}" for one in question["pairs"] if one.get("reason")]
    _set(element.find("generalfeedback"), as_html("\n".join(lines)) if lines else "")
    _add(element, "shuffleanswers", "true")
    rights = [(as_html(one["left"]), one["right"]) for one in question["pairs"]]
    for left, right in (*rights, *(("", one) for one in question.get("extra", []))):
        _add_text(_add_text(element, "subquestion", left, "html"), "answer", right)


def _ordering(element: ET.Element, question: Question) -> None:
    for name, value in (("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("selectcount", "0")):
        _add(element, name, value)
    _add(element, "gradingtype", "ALL_OR_NOTHING")  # as lms.quizzes.rules.mark does
    _add(element, "showgrading", "SHOW")
    for place, step in enumerate(question["steps"], start=1):
        _add_text(element, "answer", as_html(step["text"]), "html", fraction=f"{place}.0000000")


def _numeric(element: ET.Element, question: Question) -> None:
    least, most = (rules.number(str(question[name])) for name in ("min", "max"))
    if least is None or most is None:
        raise Refusal("number_wrong", number="")
    answer = _add_answer(element, "100", _decimal((least + most) / 2))
    _add(answer, "tolerance", _decimal((most - least) / 2))
    if question.get("unit"):
        unit = _add(_add(element, "units"), "unit")
        _add(unit, "multiplier", "1")
        _add(unit, "unit_name", question["unit"])
    _add(element, "unitgradingtype", "0")
    _add(element, "showunits", "0" if question.get("unit") else "3")  # optional, or none


def _decimal(value: Fraction) -> str:
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"


def _short_text(element: ET.Element, question: Question) -> None:
    _add(element, "usecase", "0")
    for one in question["accepted"]:
        _add_answer(element, "100", one.replace("*", "\\*"))


def _essay(element: ET.Element, question: Question) -> None:
    """A person marks it; the key is for them."""
    for name, value in (("responseformat", "plain"), ("responserequired", "1"), ("responsefieldlines", "3")):
        _add(element, name, value)
    key = [str(question[name]) for name in ("min", "max", "unit") if question.get(name)]
    _add_text(element, "graderinfo", as_html(" – ".join(key[:2]) + "".join(f" {one}" for one in key[2:])), "html")


_TYPES: dict[str, tuple[str, _Adding]] = {
    "single": ("multichoice", _choice),
    "multiple": ("multichoice", _choice),
    "true_false": ("truefalse", _true_false),
    "matching": ("matching", _matching),
    "ordering": ("ordering", _ordering),
    "numeric": ("numerical", _numeric),
    "short_text": ("shortanswer", _short_text),
}
