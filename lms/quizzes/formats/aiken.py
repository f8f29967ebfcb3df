"""Exam items in the Aiken format (https://docs.moodle.org/en/Aiken_format), read: choices with one right answer.

A question, then options that begin with A. or A) in the order of the alphabet, then ``ANSWER: B``; every one on a line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lms.quizzes.formats.encoding import text_of
from lms.quizzes.formats.model import (
    MOST_ITEMS,
    MOST_OPTIONS,
    MOST_WORDS,
    Entry,
    Parsed,
    Reason,
    Unreadable,
    distinct,
    option_ids,
    short,
    slug,
)

_OPTION = re.compile(r"([A-Z])[.)](?:\s+(.*))?")
_ANSWER = re.compile(r"ANSWER\s*:\s*(.*)", re.IGNORECASE)
_LETTER = re.compile(r"([A-Za-z])[.)]?")
_LEAST = 2  # options


@dataclass
class _Draft:
    """The lines of one item: line and words of its question, its options with their lines, and what is wrong."""

    line: int
    question: list[str] = field(default_factory=list[str])
    options: list[tuple[int, str, str]] = field(default_factory=list[tuple[int, str, str]])
    problems: list[Reason] = field(default_factory=list[Reason])
    answer: tuple[int, str] | None = None
    broken_off: bool = False  # a blank line was the last one

    def note(self, code: str, line: int, **details: object) -> None:
        """Add a problem with its line."""
        self.problems.append(Reason(code, {"line": line, **details}))


def read(content: bytes) -> Parsed:
    """The items of a file in order, each imported or refused with the line of each defect.

    Lines of a question that follow one another belong together; blank lines between its parts do not matter. Capital
    and small letters are the same in the answer. Unreadable: as text_of() says, and "too_many_items".
    """
    text, notes = text_of(content)
    entries: list[Entry] = []
    for draft in _drafts(text.split("\n")):
        if len(entries) == MOST_ITEMS:
            raise Unreadable("too_many_items", draft.line, most=MOST_ITEMS)
        entries.append(_entry(draft))
    keys = iter(distinct([str(one.question["key"]) for one in entries if one.question]))
    named = [Entry(one.name, one.line, {**one.question, "key": next(keys)}) if one.question else one for one in entries]
    return Parsed(tuple(named), {}, notes)


def _drafts(lines: list[str]) -> Iterator[_Draft]:
    """The items as they are written; an item ends with its answer, or where another question begins."""
    draft: _Draft | None = None
    for number, line in enumerate(lines, start=1):
        words = line.strip()
        if not words:
            if draft:
                draft.broken_off = True
            continue
        option, answer = _OPTION.fullmatch(words), _ANSWER.fullmatch(words)
        if draft and not option and not answer and _begins_anew(draft, lines, number):
            yield draft
            draft = None
        draft = draft or _Draft(number)
        draft.broken_off = False
        if answer:
            draft.answer = (number, answer[1].strip())
            yield draft
            draft = None
        elif option:
            draft.options.append((number, option[1], option[2] or ""))
        elif draft.options:
            draft.note("line_unexpected", number, text=short(words, 60))
        else:
            draft.question.append(words)
    if draft:
        yield draft


def _begins_anew(draft: _Draft, lines: list[str], number: int) -> bool:
    """Whether a line of text begins another item: after a blank line, or after options where A follows."""
    if draft.broken_off or not draft.options:
        return draft.broken_off
    following = _OPTION.fullmatch(lines[number].strip()) if number < len(lines) else None
    return following is not None and following[1] == "A"


def _entry(draft: _Draft) -> Entry:
    question = "\n".join(draft.question)
    name = short(draft.question[0] if draft.question else "", 80)
    right = _right(draft)
    problems = [*_problems(draft, question), *draft.problems]
    if problems:
        problems.sort(key=lambda reason: int(reason.details["line"]))
        return Entry(name, draft.line, None, tuple(problems))
    rows = zip(option_ids(len(draft.options)), draft.options, strict=True)
    options = [{"id": one, "text": text, **({"correct": True} if letter == right else {})}
               for one, (_line, letter, text) in rows]  # fmt: skip
    return Entry(name, draft.line, {"key": slug(question), "kind": "single", "question": question, "options": options})


def _right(draft: _Draft) -> str:
    """The letter of the right option; "" with a problem where there is none."""
    last = draft.options[-1][0] if draft.options else draft.line
    line, said = draft.answer or (last, "")
    letter = _LETTER.fullmatch(said)
    if not said:
        draft.note("answer_missing", line)
    elif not letter:
        draft.note("answer_unclear", line, answer=short(said, 60))
    elif letter[1].upper() not in [one for _line, one, _text in draft.options]:
        draft.note("answer_not_there", line, answer=letter[1].upper())
    else:
        return letter[1].upper()
    return ""


def _problems(draft: _Draft, question: str) -> Iterator[Reason]:
    """What is wrong with question and options."""
    count = len(draft.options)
    if not question:
        yield Reason("question_missing", {"line": draft.line})
    if count < _LEAST:
        yield Reason("too_few_options", {"line": draft.line, "count": count, "least": _LEAST})
    if count > (most := MOST_OPTIONS["single"]):
        yield Reason("too_many_options", {"line": draft.options[most][0], "count": count, "most": most})
    for place, (line, letter, _text) in enumerate(draft.options):
        if letter != chr(65 + place):
            yield Reason("option_out_of_order", {"line": line, "option": letter})
            break
    for line, letter, text in draft.options:
        if not text:
            yield Reason("option_empty", {"line": line, "option": letter})
    if len(question) + sum(len(text) for _line, _letter, text in draft.options) > MOST_WORDS:
        yield Reason("item_too_long", {"line": draft.line, "most": MOST_WORDS})
