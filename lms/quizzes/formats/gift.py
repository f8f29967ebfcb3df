"""Exam items in the GIFT format of Moodle (https://docs.moodle.org/en/GIFT_format), read and written."""

from collections.abc import Mapping, Sequence

from lms.quizzes.formats.encoding import text_of
from lms.quizzes.formats.gift_blocks import blocks
from lms.quizzes.formats.gift_entry import Found, Scene, check, found, own, shared
from lms.quizzes.formats.gift_item import Refusal
from lms.quizzes.formats.gift_write import document
from lms.quizzes.formats.model import (
    MOST_ITEMS,
    Entry,
    Parsed,
    Question,
    Reason,
    Unreadable,
    distinct,
    refused,
    short,
)
from lms.quizzes.formats.moodle_xml_comment import Misfit, applied, has_shape


def read(content: bytes) -> Parsed:
    """The items of a file in order, each imported, changed or refused with reasons.

    The line of an entry is that of its first words, comments aside. Essays and descriptions are no items of an exam.
    Pictures cannot be in such a file: an item that write() gave a picture keeps its name. Unreadable: as text_of()
    says, and "too_many_items".
    """
    text, notes = text_of(content)
    all_found: list[Found] = []
    for block in blocks(text):
        if len(all_found) == MOST_ITEMS:
            raise Unreadable("too_many_items", block.line, most=MOST_ITEMS)
        all_found.append(found(block))
    return Parsed(_with_distinct_keys(_joined(all_found)), {}, notes)


def write(questions: Sequence[Question], _pictures: Mapping[str, bytes]) -> bytes:
    """The items as a file that Moodle imports, in UTF-8; read() gives them back as they are.

    Pictures are named, not enclosed: GIFT is one text. A scenario becomes one question for each part, each with the
    situation; an ordering becomes a matching of steps and numbers; an item that GIFT cannot say (a number that is a
    fact) becomes an essay.
    """
    return document(questions).encode()


def _joined(all_found: Sequence[Found]) -> list[Entry]:
    """The entries, the parts of a scenario as one."""
    entries: list[Entry] = []
    at = 0
    while at < len(all_found):
        scene = all_found[at].scene
        following = all_found[at : at + scene.parts] if scene and scene.part == 1 else []
        whole = _scenario(scene, following) if scene and following else None
        entries.append(whole or _alone(all_found[at]))
        at += len(following) if whole else 1
    return entries


def _scenario(scene: Scene, parts: Sequence[Found]) -> Entry | None:
    """The scenario whose first part stands first; None if not all its parts follow in order, or do not fit."""
    places = enumerate((one.scene for one in parts), start=1)
    if len(parts) < scene.parts or not all(one and one.place == (scene.key, at, scene.parts) for at, one in places):
        return None
    first = parts[0].entry
    try:
        whole = applied(scene.whole, shared(scene.key, parts[0].said))
        asked = [applied(one.change, own(one.said, whole)) for one in parts]
        if not all(has_shape(one) for one in (whole, *asked)):
            return None
        question = {**whole, "kind": "scenario", "parts": asked}
        check(question)
    except Misfit:
        return None
    except Refusal as refusal:
        return refused(scene.key or first.name, first.line, refusal.code, **refusal.details)
    reasons = {(one.code, str(one.details)): one for part in parts for one in part.entry.reasons}
    return Entry(scene.key or first.name, first.line, question, tuple(reasons.values()))


def _alone(one: Found) -> Entry:
    """An entry; a part whose scenario is not whole becomes an item of its own."""
    if one.scene is None:
        return one.entry
    reasons = (*one.entry.reasons, Reason("scenario_incomplete", {"scenario": short(one.scene.key)}))
    return Entry(one.entry.name, one.entry.line, one.entry.question, reasons)


def _with_distinct_keys(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    keys = iter(distinct([one.question["key"] for one in entries if one.question and "key" in one.question]))
    return tuple(
        Entry(one.name, one.line, {**one.question, "key": next(keys)}, one.reasons)
        if one.question and "key" in one.question
        else one
        for one in entries
    )
