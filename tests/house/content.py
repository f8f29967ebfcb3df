"""What the proof-reading reads: every text of courses/ as a reader sees it, its sentences, words and abbreviations."""

import os
import re
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from markdown_it import MarkdownIt

from lms.authoring.queries import read_folder
from lms.authoring.rules import Draft, Read
from lms.courses.rules import LessonDraft, Question, fill
from tests.house import source

COURSES = source.ROOT / "courses"
WORD_LIST = source.ROOT / "tests/house/words.txt"

# Names of sites in the references are no words: everything up to the next space counts as the address.
_ADDRESS = re.compile(r"\b[\w-]+(?:\.[\w-]+)*\.(?:app|biz|co|com|fi|gov|id|info|net|org)\b(?:\.\w+)*(?:/[\w./?=-]*)?")
_WORD = re.compile(r"(?<!\w)[^\W\d_]{2,}(?:-[^\W\d_]+)*(?!\w)")  # single letters are labels, not words
_END = re.compile(r"(?<=[.!?])\s+|(?<=[.!?][”’)])\s+")
_ABBREVIATION = re.compile(r"\b[A-Z][A-Z0-9]*[A-Z]\b")
_SUFFIXES = ("nya", "lah", "kah")


@dataclass(frozen=True)
class Text:
    """A text with its file below courses/ and its place in it, such as ``m1-01-asap/options/a/reason``."""

    file: str
    place: str
    words: str

    @property
    def part(self) -> str:
        """What kind of text it is: the last name of its place that is not a number."""
        return [name for name in self.place.split("/") if not name[0].isdigit()][-1]

    def __str__(self) -> str:
        return f"{self.file} {self.place}: {self.words}"


@cache
def read(folder: Path) -> Read:
    """Everything in a courses folder."""
    found = read_folder(folder)
    assert found.problems == ()
    return found


@cache
def modules(folder: Path) -> dict[str, tuple[Text, ...]]:
    """The texts of each module, and of each SOP, in the order in which they are read."""
    found = {draft.slug: tuple(_shown(folder, _module(draft))) for draft in read(folder).drafts}
    for sop in read(folder).sops.values():
        texts = {"title": sop.title, "clauses": dict(sop.clauses), "card": dict(sop.card)}
        found[sop.number] = tuple(_shown(folder, _texts(sop.place.file, "", texts)))
    return found


@cache
def texts(folder: Path) -> tuple[Text, ...]:
    """Every text: of modules and SOPs, labels and areas of facts, titles of the programme, words in pictures."""
    of_facts = [
        Text("facts.yaml", f"{key}/{part}", fact.content[part])
        for key, fact in read(folder).facts.items()
        for part in ("label", "area")
    ]
    programme = read(folder).programme or {}
    titles = [Text("programme.yaml", "title", one["title"]) for one in (programme, *programme["levels"])]
    return (*(one for each in modules(folder).values() for one in each), *of_facts, *titles, *_pictures(folder))


def items(folder: Path) -> dict[str, list[Question]]:
    """The banks: the items of each module."""
    return {draft.slug: list(draft.items) for draft in read(folder).drafts}


def lessons(folder: Path) -> list[LessonDraft]:
    """The lessons of all modules."""
    return [lesson for draft in read(folder).drafts for lesson in draft.lessons]


def shown(folder: Path, words: str) -> str:
    """A text with the values of its facts."""
    return fill(words, {key: fact.value for key, fact in read(folder).facts.items()})


def none(found: Sequence[str]) -> None:
    """Nothing was found; else all of it is told, a line each."""
    assert not found, "\n" + "\n".join(found)


def _shown(folder: Path, given: Iterator[Text]) -> Iterator[Text]:
    for one in given:
        if one.words:
            yield Text(one.file, one.place, shown(folder, one.words))


def _module(draft: Draft) -> Iterator[Text]:
    meta = {name: draft.meta[name] for name in ("title", "summary")}
    meta["objectives"] = [one["text"] for one in draft.meta["objectives"]]
    yield from _texts(draft.place.file, "", meta)
    for lesson in draft.lessons:
        file = lesson.place.file
        yield from _texts(file, "", {name: lesson.text[name] for name in ("title", "scenario", "facts")})
        yield from _body(file, lesson.text["body"])
        yield from _texts(file, "", {name: lesson.text[name] for name in ("do", "dont")})
        yield from (one for each in lesson.practice for one in _question(each))
        yield from _texts(file, "", {"sources": lesson.text["sources"]})
    yield from (one for each in draft.items for one in _question(each))
    if draft.drill:
        yield from _texts(draft.drill.place.file, "", draft.drill.text)


def _question(one: Question) -> Iterator[Text]:
    order = ("situation", "question", "options", "targets", "unit", "rubric", "reason")
    yield from _texts(one.place.file, one.key, {name: one.text[name] for name in order})
    yield from _texts(one.place.file, one.key, {"accepted": one.answer.get("accepted", [])})


def _texts(file: str, place: str, value: Any) -> Iterator[Text]:
    if isinstance(value, str):
        yield Text(file, place, value)
    elif isinstance(value, Mapping | Sequence):
        for step, one in value.items() if isinstance(value, Mapping) else enumerate(value, start=1):
            yield from _texts(file, f"{place}/{step}".strip("/"), one)


def _body(file: str, markdown: str) -> Iterator[Text]:
    """The paragraphs, list items and headings of a lesson without signs, and the alternative texts of its pictures."""
    part = "body"
    for token in MarkdownIt("commonmark").parse(markdown):
        if token.type == "heading_open":
            part = "heading"
        elif token.children:
            shown = (
                " " if one.type.endswith("break") else one.content for one in token.children if one.type != "image"
            )
            yield Text(file, part, "".join(shown))
            yield from (Text(file, "picture", one.content) for one in token.children if one.type == "image")
            part = "body"


def _pictures(folder: Path) -> Iterator[Text]:
    for draft in read(folder).drafts:
        for picture in draft.pictures:
            if picture.media_type == "image/svg+xml":
                for words in ElementTree.fromstring(picture.content).itertext():
                    if words.strip():
                        yield Text(f"{draft.slug}/media/{picture.file}", "picture", words.strip())


def sentences(words: str) -> list[str]:
    """The sentences of a text; what is said in quotation marks counts as sentences too."""
    return [one for one in _END.split(words) if one]


def outside_speech(words: str) -> str:
    """A text without what it quotes."""
    return re.sub(r"“[^”]*”", "“”", words)


def unexplained(given: Sequence[Text], everyday: Collection[str]) -> Iterator[str]:
    """Abbreviations whose first use has no parentheses, ``HT (radio)`` or ``radio (HT)``, each with that text."""
    seen = set(everyday)
    for text in given:
        for found in _ABBREVIATION.finditer(text.words):
            if found[0] not in seen:
                seen.add(found[0])
                after = text.words[found.end() :]
                # RT/RW (...) explains both; between them may stand a number: SAPA 129 (...)
                if not re.match(r"(?:/[A-Z]+| \d+)* \(", after) and not re.match(r"(?:/[A-Z]+)*\)", after):
                    yield f"{found[0]} in {text}"


def words(text: str) -> set[str]:
    """The words of a text as they are written, without addresses of sites."""
    return set(_WORD.findall(_ADDRESS.sub(" ", text)))


def forms(word: str) -> list[str]:
    """The ways in which a word may stand in a word list: itself, small, and without -nya, -lah, -kah."""
    ending = next((end for end in _SUFFIXES if word.endswith(end) and len(word) > len(end) + 2), "")
    stems = [word, word.removesuffix(ending)]
    return list(dict.fromkeys([*stems, *(one.lower() for one in stems)]))


def unknown(given: Collection[str]) -> set[str]:
    """The words that the Indonesian dictionary of hunspell does not know; nobody's own dictionary is asked."""
    done = subprocess.run(
        ["hunspell", "-d", "id_ID", "-i", "UTF-8", "-l"],
        input="".join(f"{one}\n" for one in sorted(given)),
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())
