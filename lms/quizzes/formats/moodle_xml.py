"""Exam items in the XML format of Moodle (https://docs.moodle.org/en/Moodle_XML_format), read and written."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from lms.quizzes.formats.model import MOST_ITEMS, Entry, Parsed, Question, Reason, Unreadable, distinct
from lms.quizzes.formats.moodle_xml_entry import Found, found
from lms.quizzes.formats.moodle_xml_item import plain, short
from lms.quizzes.formats.moodle_xml_parse import each_question
from lms.quizzes.formats.moodle_xml_pictures import Album
from lms.quizzes.formats.moodle_xml_write import document

MOST_PARTS = 4  # of a scenario


def read(content: bytes) -> Parsed:
    """The items of a file in order, each imported, changed or refused with reasons.

    Categories are no items: one that had items is a note on the file ("category_left_out"). Unreadable: as
    each_question() does, and "too_many_items".
    """
    reading = _Reading()
    notes = each_question(content, reading.add)
    entries = _with_distinct_keys(_joined(reading.found))
    named = {name for entry in entries for name in _pictures(entry.question or {})}
    pictures = {name: one for name, one in reading.album.pictures.items() if name in named}
    return Parsed(entries, pictures, notes + reading.categories())


def write(questions: Sequence[Question], pictures: Mapping[str, bytes]) -> bytes:
    """The items as a file that Moodle imports, in UTF-8; read() gives them and their pictures back as they are.

    A scenario becomes one question for each part, each with situation and picture, because Moodle has no such thing;
    a numeric item whose ends are facts becomes an essay, because Moodle needs numbers. KeyError if a picture that an
    item names is not in pictures.
    """
    return document(questions, pictures)


class _Reading:
    """What has been read so far."""

    def __init__(self) -> None:
        self.album = Album()
        self.found: list[Found] = []
        self.category = ("", 1)
        self.counts: dict[tuple[str, int], int] = {}

    def add(self, line: int, element: ET.Element) -> None:
        """The next <question>."""
        if element.get("type", "").strip() == "category":
            self.category = (plain(element.find("category")), line)
            return
        if len(self.found) == MOST_ITEMS:
            raise Unreadable("too_many_items", line, most=MOST_ITEMS)
        self.counts[self.category] = self.counts.get(self.category, 0) + 1
        self.found.append(found(line, element, self.album))

    def categories(self) -> tuple[Reason, ...]:
        """A note on each category that had items."""
        return tuple(
            Reason("category_left_out", {"category": short(name), "line": line, "items": count})
            for (name, line), count in self.counts.items()
            if name
        )


def _joined(all_found: Sequence[Found]) -> list[Entry]:
    """The entries, the parts of a scenario as one."""
    entries = []
    at = 0
    while at < len(all_found):
        parts = _parts(all_found, at)
        entries.append(_scenario(parts) if parts else _alone(all_found[at]))
        at += len(parts) or 1
    return entries


def _parts(all_found: Sequence[Found], at: int) -> Sequence[Found]:
    """All parts of the scenario whose first part stands at this place; () if none does, or not all follow whole."""
    first = all_found[at].scene
    if first is None or not 1 <= first.parts <= MOST_PARTS:
        return ()
    following = all_found[at : at + first.parts]
    places = [(one.scene.key, one.scene.part, one.scene.parts) for one in following if one.scene]
    return following if places == [(first.key, number + 1, first.parts) for number in range(first.parts)] else ()


def _scenario(parts: Sequence[Found]) -> Entry:
    scene = parts[0].scene
    whole = scene.whole if scene else {}
    question = {**whole, "kind": "scenario", "parts": [one.entry.question for one in parts]}
    reasons: list[Reason] = []
    for reason in (reason for one in parts for reason in one.entry.reasons):
        reasons += [reason] if reason not in reasons else []
    return Entry(str(whole.get("key", parts[0].entry.name)), parts[0].entry.line, question, tuple(reasons))


def _alone(one: Found) -> Entry:
    """An entry; a part of a scenario that is not whole keeps what it says of the whole."""
    if one.scene is None or one.entry.question is None:
        return one.entry
    question = {**one.said, **one.entry.question}
    reasons = (*one.entry.reasons, Reason("scenario_incomplete", {"scenario": short(one.scene.key)}))
    return Entry(one.entry.name, one.entry.line, question, reasons)


def _pictures(question: Question) -> list[str]:
    """The pictures that a question and its parts name."""
    return [one["picture"] for one in (question, *question.get("parts", [])) if one.get("picture")]


def _with_distinct_keys(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    keys = iter(distinct([entry.question["key"] for entry in entries if entry.question and "key" in entry.question]))
    return tuple(
        Entry(entry.name, entry.line, {**entry.question, "key": next(keys)}, entry.reasons)
        if entry.question and "key" in entry.question
        else entry
        for entry in entries
    )
