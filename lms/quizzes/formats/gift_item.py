"""One item of a GIFT file while it is read: its title, the text around the braces, its answers, and what is noted.

Signs as https://docs.moodle.org/en/GIFT_format describes them. Every text is gone through once, from left to right, so
that a long line costs no more than its length.
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import nh3

from lms.quizzes.formats.model import MOST_OPTIONS, MOST_WORDS, Question, Reason, short
from lms.quizzes.formats.moodle_xml_text import reduced

MOST_MARKUP = 3 * MOST_WORDS  # characters of one item with its markup and escapes
MOST_ANSWERS = 200  # of one item, wrong ones that are left out included
SPECIAL = "\\~=#{}:"
GAP = "____"
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_TITLE_END = re.compile(r"\\.|::", re.DOTALL)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_GENERAL = re.compile(r"\\.|####", re.DOTALL)
_SIGN = re.compile(r"\\.|[=~]", re.DOTALL)
_FEEDBACK = re.compile(r"\\.|#", re.DOTALL)
_FORMAT = re.compile(r"\[(html|moodle|markdown|plain)\]")
_WEIGHT = re.compile(r"%(-?[0-9]{1,3}(?:\.[0-9]{0,10})?)%")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_FORMATS = {"html": "html", "moodle": "moodle_auto_format", "markdown": "markdown"}
_FURTHER = {
    "script", "style", "iframe", "object", "embed", "audio", "video", "source", "svg", "math", "canvas", "input",
    "button", "font", "label", "form",
}  # fmt: skip
_TAGS = "|".join(sorted(nh3.ALLOWED_TAGS | _FURTHER))
_NO_TAG = re.compile(rf"<(?!/?(?:{_TAGS})\b|!--)", re.IGNORECASE)
_TAG = re.compile(rf"</?(?:{_TAGS})\b|&(?:[a-z]{{2,8}}|#[0-9]{{1,6}}|#x[0-9a-f]{{1,5}});", re.IGNORECASE)


class Refusal(Exception):
    """An item that cannot become one of ours."""

    def __init__(self, code: str, **details: Any) -> None:
        """Refuse with a code of reasons.py."""
        super().__init__(code)
        self.code, self.details = code, details


@dataclass(frozen=True)
class Pieces:
    """An item taken apart, still with its escapes: answers is what stands between the braces, None without braces."""

    title: str
    before: str
    answers: str | None
    after: str


@dataclass(frozen=True)
class Answer:
    """An answer with its escapes: sign "=", "~" or "", the percent of the points that it earns, its feedback."""

    sign: str
    percent: Fraction
    text: str
    feedback: str


def pieces(text: str) -> Pieces:
    """The parts of an item. Refusal "item_too_long", "title_unclosed", "brace_unclosed", "brace_unopened",
    "braces_wrong"."""
    if len(text) > MOST_MARKUP:
        raise Refusal("item_too_long", most=MOST_WORDS)
    title = ""
    if text.startswith("::"):
        end = next((mark for mark in _TITLE_END.finditer(text, 2) if mark[0] == "::"), None)
        if end is None:
            raise Refusal("title_unclosed")
        title, text = text[2 : end.start()].strip(), text[end.end() :]
    braces = [mark for mark in _BRACE.finditer(text) if mark[0] in "{}"]
    if not braces:
        return Pieces(title, text, None, "")
    order = "".join(mark[0] for mark in braces)
    if order != "{}":
        raise Refusal({"{": "brace_unclosed", "}": "brace_unopened"}.get(order, "braces_wrong"))
    opened, closed = (mark.start() for mark in braces)
    return Pieces(title, text[:opened], text[opened + 1 : closed].strip(), text[closed + 1 :])


def without_general(raw: str) -> tuple[str, str]:
    """The answers, and the general feedback that follows them."""
    start = next((mark.start() for mark in _GENERAL.finditer(raw) if mark[0] == "####"), None)
    return (raw.strip(), "") if start is None else (raw[:start].strip(), raw[start + 4 :])


def signs(raw: str) -> set[str]:
    """Which of the signs = and ~ stand among answers."""
    return {mark[0] for mark in _SIGN.finditer(raw) if mark[0] in "=~"}


def parted(raw: str) -> list[tuple[str, str]]:
    """The answers in order as (sign, text); one without a sign stands alone.

    Refusal "answer_without_sign"; "too_many_options" for so many that no kind could keep them.
    """
    starts = [mark for mark in _SIGN.finditer(raw) if mark[0] in "=~"]
    if len(starts) > MOST_ANSWERS:
        raise Refusal("too_many_options", count=len(starts), most=max(MOST_OPTIONS.values()))
    if starts and raw[: starts[0].start()].strip():
        raise Refusal("answer_without_sign", text=short(raw[: starts[0].start()].strip(), 60))
    if not starts:
        return [("", raw.strip())] if raw.strip() else []
    ends = [mark.start() for mark in starts[1:]] + [len(raw)]
    return [(mark[0], raw[mark.end() : end].strip()) for mark, end in zip(starts, ends, strict=True)]


def answers(raw: str) -> list[Answer]:
    """The answers in order. = earns 100 percent and ~ none, unless a weight says otherwise.

    Refusal "answer_without_sign", "fraction_wrong" outside -100 to 100.
    """
    return [_answer(sign, text) for sign, text in parted(raw)]


def _answer(sign: str, raw: str) -> Answer:
    percent = Fraction(0 if sign == "~" else 100)
    if weight := _WEIGHT.match(raw):
        percent, raw = Fraction(weight[1]), raw[weight.end() :]
        if abs(percent) > 100:
            raise Refusal("fraction_wrong", fraction=weight[1])
    texts = feedbacks(raw)
    return Answer(sign, percent, texts[0].strip(), raw[len(texts[0]) + 1 :].strip())


def feedbacks(raw: str) -> list[str]:
    """A text parted at each #, which may not be escaped."""
    found, start = [], 0
    for mark in _FEEDBACK.finditer(raw):
        if mark[0] == "#":
            found.append(raw[start : mark.start()])
            start = mark.end()
    return [*found, raw[start:]]


def unescaped(raw: str) -> str:
    """The text that is meant: ``\\n`` is a line break, a backslash before a special sign makes it ordinary."""
    return _ESCAPED.sub(lambda found: _meant(found[1], found[0]), raw).strip()


def _meant(sign: str, whole: str) -> str:
    return "\n" if sign == "n" else sign if sign in SPECIAL else whole


def one_line(raw: str) -> str:
    """Lines of the file as one: where a text is short, breaking it is layout."""
    return " ".join(line.strip() for line in raw.split("\n")).strip()


@dataclass
class Item:
    """The reasons that were collected so far, and the format of the question, which is that of its other texts too."""

    noted: dict[tuple[str, str], Reason] = field(default_factory=dict[tuple[str, str], Reason])
    format: str = "moodle"

    @property
    def reasons(self) -> list[Reason]:
        """What was noted, in order."""
        return list(self.noted.values())

    def note(self, code: str, **details: Any) -> None:
        """Add a reason, once."""
        self.noted.setdefault((code, str(details)), Reason(code, details))

    def asked(self, found: Pieces) -> Question:
        """Question and situation: the last paragraph is the question, those before it are the situation.

        Answers within a sentence (Moodle's missing word) leave a gap there. A line break of the file stays one.
        """
        given = _FORMAT.match(before := found.before.lstrip())
        self.format = given[1] if given else "moodle"
        before = before[given.end() :] if given else before
        gap = "\\".join(["", *GAP]) if self.format == "markdown" else GAP
        whole = f"{before}{gap}{found.after}" if found.after.strip() else before
        *above, question = self._paragraphs(whole.strip(), self.format, "question") or [""]
        if not above and (blank := list(_BLANK_LINE.finditer(question))):
            above, question = [question[: blank[-1].start()].strip()], question[blank[-1].end() :].strip()
        if not question:
            self.note("question_missing")
        return {"question": question, **({"situation": "\n\n".join(above)} if above else {})}

    def words(self, raw: str, where: str = "option") -> str:
        """The text of an option or of feedback. A picture in it is noted; Refusal "picture_in_option" if an option is
        nothing else."""
        given = _FORMAT.match(raw)
        body = raw[given.end() :] if given else raw
        body = body if where == "general" else one_line(body)
        return "\n".join(self._paragraphs(body.strip(), given[1] if given else self.format, where))

    def _paragraphs(self, raw: str, text_format: str, where: str) -> list[str]:
        """The paragraphs of a text without markup; a text that has none stays whole."""
        text = unescaped(raw)
        if text_format == "plain" or (text_format == "moodle" and not _TAG.search(text)):
            return [text] if text else []
        found = reduced(text if text_format == "markdown" else _NO_TAG.sub("&lt;", text), _FORMATS[text_format])
        if found.lost:
            self.note("markup_removed", markup=", ".join(found.lost))
        if found.pictures and not found.paragraphs and where == "option":
            raise Refusal("picture_in_option")
        for one in found.pictures:
            self.note("picture_left_out", where=where, picture=short(one.source))
        return list(found.paragraphs)
