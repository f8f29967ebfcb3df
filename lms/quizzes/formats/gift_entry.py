"""One block of a GIFT file as an item: its key, tags, question and answers, and what our own comment adds.

A comment ``// jaga {json}`` holds "item": the difference between what GIFT says and the item
(moodle_xml_comment.difference), "said": a hash of what GIFT said when it was written, and "scenario": which part of
which scenario this is. Moodle drops comments but keeps id and tags, so that what these can say stands there.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

from lms.courses.rules import strings
from lms.files import odd_characters
from lms.quizzes.formats.gift_blocks import Block
from lms.quizzes.formats.gift_item import MOST_MARKUP, Item, Pieces, Refusal, pieces, unescaped
from lms.quizzes.formats.gift_kinds import answered
from lms.quizzes.formats.model import MOST_KEY, MOST_OPTIONS, MOST_WORDS, Entry, Question, Reason, refused, short, slug
from lms.quizzes.formats.moodle_xml_comment import Misfit, applied, has_shape

TAG = "jaga:"  # "jaga:lesson:3": what tags say of an item, so that it comes back from a Moodle, too
ORDERED = f"{TAG}kind:ordering"
TAGS = ("critical", "lesson", "objective", "clause", "difficulty")
SHARED = (*TAGS, "situation")  # what the parts of a scenario say when they say nothing else
_MOST_NAME = 80  # characters of the name in a report


@dataclass(frozen=True)
class Scene:
    """Which part of which scenario an item is, from 1; whole is the difference to what its first part shares."""

    key: str
    part: int
    parts: int
    whole: Any = field(default_factory=dict[str, Any])

    @property
    def place(self) -> tuple[str, int, int]:
        """All but the whole."""
        return self.key, self.part, self.parts


@dataclass(frozen=True)
class Found:
    """A block read: its entry; for a part of a scenario also what GIFT says, the change to it, and its place."""

    entry: Entry
    said: Question = field(default_factory=dict[str, Any])
    change: Any = field(default_factory=dict[str, Any])
    scene: Scene | None = None


def found(block: Block) -> Found:
    """What a block is as an item; a part of a scenario as an item of its own."""
    name, item = block.text.split("\n")[0], Item()
    try:
        parts = pieces(block.text)
        named = unescaped(parts.title) or block.labels()[0]
        name = named or name
        note = _note(item, block.note)
        said = _said(item, block, parts)
        name = named or said["question"].split("\n")[0]
        question, scene = _with_note(item, said, note)
        if "kind" not in question:
            raise Refusal("essay")
        check(question)
    except Refusal as refusal:
        return Found(refused(short(name, _MOST_NAME), block.line, refusal.code, **refusal.details))
    if block.category:
        item.note("item_category_left_out", name=short(unescaped(block.category)))
    entry = Entry(short(name, _MOST_NAME), block.line, question, tuple(item.reasons))
    return Found(entry, said, note.get("item", {}) if scene else {}, scene)


def said_by(block: Block) -> tuple[Question, list[Reason]]:
    """What a block says without its comment, "kind" missing for an essay, and what is lost of it. Refusal."""
    item = Item()
    return _said(item, block, pieces(block.text)), item.reasons


def _said(item: Item, block: Block, parts: Pieces) -> Question:
    if parts.answers is None:
        raise Refusal("description")
    asked = item.asked(parts)
    labels = _labels(item, block, parts.title, asked["question"])
    return {**labels, **asked, **answered(item, parts.answers, ordered=ORDERED in block.labels()[1])}


def _labels(item: Item, block: Block, title: str, question: str) -> Question:
    """The key and what tags say: the id, else the title, else the first words of the question make the key."""
    identity, tags = block.labels()
    key = slug(identity, MOST_KEY) if identity else slug(unescaped(title) or question)
    if identity and key != identity:
        item.note("key_changed", key=short(identity))
    ours: Question = {}
    others = []
    for tag in tags:
        name, _, value = tag.removeprefix(TAG).partition(":")
        meant = _tag_value(name, value) if tag.startswith(TAG) else None
        if meant is None and tag != ORDERED:
            others.append(tag)
        elif meant is not None:
            ours[name] = meant
    if others:
        item.note("tags_left_out", tags=short(", ".join(others)))
    return {"key": key, **ours}


def _tag_value(name: str, value: str) -> int | bool | str | None:
    if name in ("lesson", "difficulty"):
        return int(value) if re.fullmatch(r"[0-9]{1,4}", value) else None
    if name == "critical":
        return {"yes": True, "no": False}.get(value)
    return value if name in ("objective", "clause") and value else None


def digest(said: Question) -> str:
    """A short hash of what GIFT says of an item: after an edit in another program it is another one."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:8]


def _note(item: Item, text: str) -> dict[str, Any]:
    """The content of our own comment; {} if there is none, or none that can be read."""
    if not text:
        return {}
    try:
        content = json.loads(text, parse_constant=_no_number) if len(text) <= MOST_MARKUP else None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        item.note("comment_left_out")
        return {}
    return content


def _no_number(_name: str) -> None:
    raise ValueError("not a number")


def _with_note(item: Item, said: Question, note: dict[str, Any]) -> tuple[Question, Scene | None]:
    """The question with what our comment says besides, and its place in a scenario.

    Where other words stand now than when the comment was written, that is noted: its details go by places.
    """
    if "said" in note and note["said"] != digest(said):
        item.note("edited_elsewhere")
    try:
        question = applied(note.get("item", {}), said)
        if not has_shape(question) or question.get("kind") == "scenario":
            raise Misfit
        return question, _scene(note["scenario"]) if "scenario" in note else None
    except Misfit:
        item.note("comment_left_out")
        return said, None


def _scene(content: Any) -> Scene:
    if not isinstance(content, dict) or not {"key", "part", "parts"} <= content.keys() <= {
        "key",
        "part",
        "parts",
        "whole",
    }:
        raise Misfit
    key, part, parts = content["key"], content["part"], content["parts"]
    if not isinstance(key, str) or type(part) is not int or type(parts) is not int or not 1 <= part <= parts:
        raise Misfit
    return Scene(key, part, parts, content.get("whole", {}))


def shared(key: str, said: Question) -> Question:
    """What the first part of a scenario says of the whole."""
    return {"key": key, **{name: said[name] for name in SHARED if name in said}}


def own(said: Question, whole: Question) -> Question:
    """What a part says that its scenario does not."""
    return {
        name: value
        for name, value in said.items()
        if name != "key" and (name not in SHARED or name not in whole or value != whole[name])
    }


def check(question: Question) -> None:
    """Refusal of what could become valid only by losing something, or cannot be stored at all."""
    for name in ("options", "pairs", "steps", "accepted"):
        count, most = len(question.get(name, [])), MOST_OPTIONS.get(question.get("kind", ""), 0)
        if count > most > 0:
            raise Refusal("too_many_options", count=count, most=most)
    texts = list(strings(question))
    if sum(map(len, texts)) > MOST_WORDS:
        raise Refusal("item_too_long", most=MOST_WORDS)
    if any(odd_characters(text) for text in texts):
        raise Refusal("control_character")
