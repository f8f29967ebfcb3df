"""One <question> of a Moodle XML file as an item: what all types have in common, and what the comment adds."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lms.courses.rules import strings
from lms.files import odd_characters
from lms.quizzes.formats import moodle_xml_comment as comments
from lms.quizzes.formats import moodle_xml_pictures as pictures
from lms.quizzes.formats.model import MOST_WORDS, Entry, Question, Reason, refused, slug
from lms.quizzes.formats.moodle_xml_item import Item, Refusal, number, plain, short
from lms.quizzes.formats.moodle_xml_kinds import MOST, TYPES

TAG = "jaga:"  # "jaga:lesson:3": what tags say of an item, so that it comes back from a Moodle, too
_NO_PENALTIES = (Fraction(0), Fraction(1, 10), Fraction(1, 3), Fraction(1))  # what Moodle itself puts in
_KNOWN = {
    "name", "questiontext", "generalfeedback", "defaultgrade", "penalty", "hidden", "idnumber", "tags", "coursetags",
    "correctfeedback", "partiallycorrectfeedback", "incorrectfeedback", "shownumcorrect", "hint", "answer", "single",
    "shuffleanswers", "answernumbering", "showstandardinstruction", "usecase", "units", "unitgradingtype",
    "unitpenalty", "showunits", "unitsleft", "subquestion", "layouttype", "selecttype", "selectcount", "gradingtype",
    "showgrading", "numberingstyle", "responseformat", "responserequired", "responsefieldlines", "minwordlimit",
    "maxwordlimit", "attachments", "attachmentsrequired", "maxbytes", "filetypeslist", "graderinfo", "responsetemplate",
}  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """Which part of which scenario an item is, from 1, and what the scenario says for all of them."""

    key: str
    part: int
    parts: int
    whole: Question = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Found:
    """A question read: its entry, what the XML says without the comment, and its place in a scenario."""

    entry: Entry
    said: Question = field(default_factory=dict[str, Any])
    scene: Scene | None = None


def found(line: int, element: ET.Element, album: pictures.Album) -> Found:
    """What a <question> is as an item; its pictures go into the album."""
    item = Item(element, album)
    name = plain(element.find("name")) or plain(element.find("idnumber"))
    try:
        said = _said(item)
        question, scene = _with_comment(item, said)
        if "kind" not in question:
            raise Refusal("type_not_supported", type=item.type)
        _check(question)
        _check(scene.whole if scene else {})
    except Refusal as refusal:
        return Found(refused(name, line, refusal.code, **refusal.details))
    return Found(Entry(name, line, question, item.reasons), said, scene)


def said_by(element: ET.Element) -> tuple[Question, tuple[Reason, ...]]:
    """What a question says without its comment, "kind" missing for an essay, and what is lost of it. Refusal."""
    item = Item(element, pictures.Album())
    return _said(item), item.reasons


def _said(item: Item) -> Question:
    if item.type not in TYPES:
        raise Refusal("type_not_supported", type=short(item.type, 60))
    return {**_common(item), **TYPES[item.type](item)}


def _with_comment(item: Item, said: Question) -> tuple[Question, Scene | None]:
    """The question with what its comment says besides, and its place in a scenario."""
    question, scene = said, None
    try:
        content = comments.commented(item.element) or {}
        question = comments.applied(content.get("item", {}), said)
        if not comments.has_shape(question) or question.get("kind") == "scenario":
            raise comments.Misfit
        scene = _scene(content["scenario"], item, said) if "scenario" in content else None
    except comments.Misfit:
        item.note("comment_left_out")
        question, scene = said, None
    if question.get("picture", "") not in ("", *item.album.pictures):
        item.note("picture_missing", picture=short(question["picture"]))
        question = {key: value for key, value in question.items() if key not in ("picture", "picture_alt")}
    if item.unseen:
        item.note("file_left_out", files=short(", ".join(sorted(item.unseen))))
    return question, scene


def _scene(content: Any, item: Item, said: Question) -> Scene:
    if not isinstance(content, dict) or not {"key", "part", "parts"} <= content.keys():
        raise comments.Misfit
    key, numbers = content["key"], (content["part"], content["parts"])
    if not isinstance(key, str) or not all(type(one) is int for one in numbers):
        raise comments.Misfit
    whole = comments.applied(content.get("whole", {}), shared(key, said))
    if not comments.has_shape(whole):
        raise comments.Misfit
    name = whole.get("picture")
    if name and name != said.get("picture"):
        taken = _taken(item, name)
        kept = {one: value for one, value in whole.items() if one not in ("picture", "picture_alt")}
        whole = {**whole, "picture": taken} if taken else kept
    return Scene(key, *numbers, whole)


def shared(key: str, said: Question) -> Question:
    """What the first part of a scenario says of the whole, whose key this is."""
    names = ("critical", "lesson", "objective", "clause", "difficulty", "situation", "picture", "picture_alt")
    return {"key": key, **{name: said[name] for name in names if name in said}}


def _taken(item: Item, path: str) -> str | None:
    """The name of a picture of the question's text in the album; None, with a reason, where it cannot be taken."""
    file = item.files.get(path)
    item.unseen.discard(path)
    if file is None:
        item.note("picture_missing", picture=short(path))
        return None
    try:
        return item.album.take(path.rpartition("/")[2], pictures.content_of(file))
    except pictures.Unfit as problem:
        item.note("picture_refused", picture=short(path), why=str(problem))
        return None


def _common(item: Item) -> Question:
    parts = [one for one in item.element if isinstance(one.tag, str) and one.tag not in _KNOWN]
    strange = dict.fromkeys(one.tag for one in parts if "".join(one.itertext()).strip())
    if strange:
        item.note("element_left_out", elements=short(", ".join(strange)))
    name, idnumber = plain(item.element.find("name")), plain(item.element.find("idnumber"))
    key = slug(idnumber, 80) if idnumber else slug(name)
    if idnumber and key != idnumber:
        item.note("key_changed", key=short(idnumber))
    if item.plain("hidden") not in ("", "0"):
        item.note("hidden_in_moodle")
    if (grade := item.plain("defaultgrade")) and number(grade) != 1:
        item.note("weight_left_out", weight=short(grade, 20))
    penalty = number(item.plain("penalty") or "0")
    if penalty is None or min(abs(penalty - usual) for usual in _NO_PENALTIES) > Fraction(1, 200):
        item.note("penalty_left_out")
    if any(item.words(hint, "feedback") for hint in item.element.findall("hint")):
        item.note("hints_left_out")
    return {"key": key, **_tags(item), **_asked(item)}


def _tags(item: Item) -> Question:
    given = [plain(one) for one in (*item.element.findall("tags/tag"), *item.element.findall("coursetags/tag"))]
    ours: Question = {}
    others = []
    for tag in given:
        name, _, value = tag.removeprefix(TAG).partition(":")
        said = _tag_value(name, value) if tag.startswith(TAG) else None
        if said is None:
            others.append(tag)
        else:
            ours[name] = said
    if others:
        item.note("tags_left_out", tags=short(", ".join(others)))
    return ours


def _tag_value(name: str, value: str) -> int | bool | str | None:
    if name in ("lesson", "difficulty"):
        return int(value) if re.fullmatch(r"[0-9]{1,4}", value) else None
    if name == "critical":
        return {"yes": True, "no": False}.get(value)
    return value if name in ("objective", "clause") and value else None


def _asked(item: Item) -> Question:
    """Situation, question and picture: the last paragraph is the question, what stands before it the situation."""
    element = item.element.find("questiontext")
    text = item.reduced(element)
    if not text.paragraphs:
        item.note("question_missing")
    asked: Question = {"question": text.paragraphs[-1] if text.paragraphs else ""}
    if len(text.paragraphs) > 1:
        asked["situation"] = "\n\n".join(text.paragraphs[:-1])
    item.files = pictures.files(element) if element is not None else {}
    item.unseen = set(item.files)
    shown = {pictures.embedded(one.source) or one.source: one.alt for one in text.pictures}
    for path, alt in shown.items():
        if "picture" in asked or path not in item.files:
            item.unseen.discard(path)
            item.note("picture_left_out", where="question", picture=short(path))
        elif name := _taken(item, path):
            asked["picture"] = name
            if alt:
                asked["picture_alt"] = alt
            else:
                item.note("picture_without_alt", picture=name)
    return asked


def _check(question: Question) -> None:
    """Refusal of what could become valid only by losing something, or cannot be stored at all."""
    for name in ("options", "pairs", "steps", "accepted"):
        count, most = len(question.get(name, [])), MOST.get(question.get("kind", ""), 0)
        if count > most > 0:
            raise Refusal("too_many_options", count=count, most=most)
    texts = list(strings(question))
    if sum(map(len, texts)) > MOST_WORDS:
        raise Refusal("item_too_long", most=MOST_WORDS)
    if any(odd_characters(text) for text in texts):
        raise Refusal("control_character")
