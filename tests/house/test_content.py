"""The course content is proof-read: spelling, sentences, words that are not ours, abbreviations, guessable keys.

How the texts are read is in content.py; what is wrong is named with its file and place.
"""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from lms.courses.rules import Question
from tests.house import content
from tests.house.content import COURSES, Text

SENTENCE_WORDS, PARAGRAPH_SENTENCES = 22, 5
# Read step by step by an assessor who prepares a drill, not by a member on a phone.
DRILL_SENTENCES = {"setting": 8, "brief": 8}
# A list of sources has no sentences; what members may type as an answer is not our wording.
NO_PROSE = {"sources", "accepted"}

FORBIDDEN = {
    "mengamankan": r"\b(?:meng|di)?amankan",
    "menindak": r"\b(?:menindak|ditindak|penindakan)\b",
    "menertibkan": r"\b(?:menertibkan|ditertibkan|penertiban)",
    "meringkus": r"ringkus",
    "menggerebek": r"g(?:e)?rebek",
    "sweeping": r"\bsweeping",
    "gagal": r"gagal",
    "pengamanan lingkungan": r"pengamanan lingkungan",
    "evaluasi akhir": r"evaluasi akhir",
    "&": r"&",
}
OUTSIDE_SPEECH = {"pelaku": r"\bpelaku"}
IN_TITLES = {"Polisi": r"\bpolisi\b"}
# (word, the text around it, why it may stand there)
ALLOWED = [
    (
        "sweeping",
        "Sweeping, menutup jalan, dan menutup usaha orang juga dilarang",
        "the lesson says that it is forbidden",
    ),
    ("sweeping", "tidak melakukan sweeping", "the clause forbids it"),
]

EVERYDAY = {
    "JAKI": "the name of the city's application; lesson 1 of reporting says what it is",
    "SMP": "the school that everybody has been to",
    "KOREKSI": "no abbreviation: the mark of a corrected report, written large",
    "CNN": "the name of a publisher in the sources",
    "IDN": "the name of a publisher in the sources",
    "LIVES": "the name of a guide in the sources",
}

LONGEST_KEY_SHARE, ONE_LETTER_SHARE, ABSOLUTES_APART = 0.30, 0.40, 0.15
ABSOLUTES = re.compile(
    r"\b(?:selalu|tidak pernah|semua|seluruh(?:nya)?|setiap|pasti|siapa pun|apa pun|sama sekali|mustahil)\b", re.I
)
ALL_RIGHT = re.compile(
    r"\b(?:semua(?:nya)? (?:\w+ )?benar|benar semua|semua (?:jawaban|pilihan) |(?:di )?atas benar)", re.I
)
MEMORISED = re.compile(r"\bpasal\b|\b(?:UU|undang-undang)(?: nomor| no\.)? \d|kentongan", re.I)


class Option(NamedTuple):
    """An option as it is shown."""

    letter: str
    words: str
    right: bool


@pytest.fixture(scope="module")
def texts() -> tuple[Text, ...]:
    """Every text of courses/."""
    return content.texts(COURSES)


def _none(found: list[str]) -> None:
    """Nothing was found; else all of it is told, a line each."""
    assert not found, "\n" + "\n".join(found)


def _in_list() -> list[str]:
    return content.WORD_LIST.read_text().splitlines()


def _spelling(texts: tuple[Text, ...], listed: set[str]) -> tuple[list[str], set[str]]:
    """The misspelt words with their texts, and the listed words that the texts need."""
    assert shutil.which("hunspell"), "hunspell and hunspell-id are needed: run script/setup test"
    written = {word for text in texts for word in content.words(text.words)}
    unknown = content.unknown({form for word in written for form in content.forms(word)})
    foreign = {word for word in written if all(form in unknown for form in content.forms(word))}
    needed = {word: next((form for form in content.forms(word) if form in listed), None) for word in foreign}
    wrong = {word for word, form in needed.items() if form is None}
    found = [f"{word}: {text}" for text in texts for word in sorted(content.words(text.words) & wrong)]
    return found, {form for form in needed.values() if form}


def test_every_word_is_known_or_listed(texts: tuple[Text, ...]) -> None:
    _none(_spelling(texts, set(_in_list()))[0])


def test_the_word_list_is_sorted_and_holds_only_what_is_needed(texts: tuple[Text, ...]) -> None:
    listed = _in_list()
    assert listed == sorted(set(listed), key=lambda word: (word.lower(), word))
    known = set(listed) - content.unknown(listed)
    assert known == set(), "hunspell knows these"
    assert set(listed) - _spelling(texts, set(listed))[1] == set(), "no text uses these"


def test_no_sentence_is_long(texts: tuple[Text, ...]) -> None:
    prose = [text for text in texts if text.part not in NO_PROSE]
    long = [
        f"{text.file} {text.place}: {sentence}"
        for text in prose
        for sentence in content.sentences(text.words)
        if sum(any(sign.isalnum() for sign in word) for word in sentence.split()) > SENTENCE_WORDS
    ]
    _none(long)


def test_no_paragraph_is_long(texts: tuple[Text, ...]) -> None:
    long = [
        str(text)
        for text in texts
        if text.part not in NO_PROSE
        and len(content.sentences(text.words)) > DRILL_SENTENCES.get(text.part, PARAGRAPH_SENTENCES)
    ]
    _none(long)


def _forbidden(texts: tuple[Text, ...]) -> Iterator[tuple[str, Text]]:
    for text in texts:
        judged = [(FORBIDDEN, text.words), (OUTSIDE_SPEECH, content.outside_speech(text.words))]
        if text.part in ("title", "heading"):
            judged.append((IN_TITLES, text.words))
        for patterns, words in judged:
            yield from ((word, text) for word, pattern in patterns.items() if re.search(pattern, words, re.I))


def test_words_that_are_not_ours_stand_nowhere(texts: tuple[Text, ...]) -> None:
    found = list(_forbidden(texts))
    open_ones = [
        f"{word} in {text}"
        for word, text in found
        if not any(word == allowed and place in text.words for allowed, place, _ in ALLOWED)
    ]
    _none(open_ones)
    unneeded = [one for one in ALLOWED if not any(word == one[0] and one[1] in text.words for word, text in found)]
    assert unneeded == []


def test_abbreviations_are_explained_at_first_use() -> None:
    modules = content.modules(COURSES)
    _none([one for each in modules.values() for one in content.unexplained(each, EVERYDAY)])
    plain = {one.split()[0] for each in modules.values() for one in content.unexplained(each, ())}
    assert set(EVERYDAY) - plain == set(), "these are explained, or stand nowhere"


def _banks() -> dict[str, list[Question]]:
    banks = content.items(COURSES)
    return {**banks, "all": [item for bank in banks.values() for item in bank]}


def _options(item: Question) -> list[Option]:
    right = item.answer["right"]
    keys = [right] if isinstance(right, str) else right
    shown = {letter: content.shown(COURSES, one["text"]) for letter, one in item.text["options"].items()}
    return [Option(letter, words, letter in keys) for letter, words in shown.items()]


def _chosen(bank: list[Question], *kinds: str) -> list[list[Option]]:
    return [_options(item) for item in bank if item.kind in kinds]


def _share(found: int, of: int) -> float:
    return found / of if of else 0.0


@pytest.mark.parametrize("name", _banks())
def test_the_longest_option_is_seldom_the_key(name: str) -> None:
    """A key that is as long as the longest distractor counts as longest."""
    asked = _chosen(_banks()[name], "single", "multiple")
    longest = [
        options
        for options in asked
        if max(len(one.words) for one in options if one.right) >= max(len(one.words) for one in options)
    ]
    assert _share(len(longest), len(asked)) <= LONGEST_KEY_SHARE


@pytest.mark.parametrize("name", _banks())
def test_keys_stand_at_every_place(name: str) -> None:
    bank = _banks()[name]
    places = Counter(place for options in _chosen(bank, "single") for place, one in enumerate(options) if one.right)
    assert {place: n for place, n in places.items() if n > ONE_LETTER_SHARE * places.total()} == {}
    assert {item.answer["right"] for item in bank if item.kind == "true_false"} == {"true", "false"}


@pytest.mark.parametrize("name", _banks())
def test_absolute_words_do_not_give_distractors_away(name: str) -> None:
    options = [one for each in _chosen(_banks()[name], "single", "multiple") for one in each]
    shares = {}
    for right in (True, False):
        judged = [one for one in options if one.right is right]
        shares[right] = _share(sum(bool(ABSOLUTES.search(one.words)) for one in judged), len(judged))
    assert abs(shares[False] - shares[True]) <= ABSOLUTES_APART


def test_no_option_speaks_of_the_others_and_no_item_asks_for_what_is_learnt_by_heart() -> None:
    bank = _banks()["all"]
    every = [(item, one.words) for item in bank if "options" in item.answer for one in _options(item)]
    _none([f"{item.key}: {words}" for item, words in every if ALL_RIGHT.search(words)])
    asked = [*every, *((item, item.text["question"]) for item in bank)]
    asked += [(item, words) for item in bank for words in item.answer.get("accepted", ())]
    _none([f"{item.key}: {words}" for item, words in asked if MEMORISED.search(words)])


def test_every_item_has_a_situation_or_something_to_judge() -> None:
    """Statements are judged (true_false), and what is matched are the situations themselves."""
    bare = [item.key for item in _banks()["all"] if not item.text["situation"]
            and item.kind not in ("true_false", "matching")]  # fmt: skip
    _none(bare)


def test_every_option_has_its_reason_and_every_lesson_its_scenario() -> None:
    """The reader refuses empty ones already (content.read); this holds if the format is ever relaxed."""
    lessons = content.lessons(COURSES)
    questions = [*_banks()["all"], *(one for lesson in lessons for one in lesson.practice)]
    without = [
        f"{item.place.file} {item.key}"
        for item in questions
        if not (
            all(one["reason"].strip() for one in item.text["options"].values())
            if item.kind in ("single", "multiple", "matching")
            else item.text["reason"].strip()
        )
    ]
    _none(without)
    _none([lesson.place.file for lesson in lessons if not lesson.text["scenario"].strip()])
