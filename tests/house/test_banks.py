"""The banks of exam items: large enough, of every kind, tied to situations, and no use to somebody who only guesses."""

import re
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import pytest

from lms.authoring.rules import Draft
from lms.courses.rules import Question
from tests.house import content
from tests.house.content import COURSES

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
    content.none([f"{item.key}: {words}" for item, words in every if ALL_RIGHT.search(words)])
    asked = [*every, *((item, item.text["question"]) for item in bank)]
    asked += [(item, words) for item in bank for words in item.answer.get("accepted", ())]
    content.none([f"{item.key}: {words}" for item, words in asked if MEMORISED.search(words)])


def test_every_item_has_a_situation_or_something_to_judge() -> None:
    """Statements are judged (true_false), and what is matched are the situations themselves."""
    bare = [item.key for item in _banks()["all"] if not item.text["situation"]
            and item.kind not in ("true_false", "matching")]  # fmt: skip
    content.none(bare)


# --- large enough -----------------------------------------------------------------------------------------------------

# By the first letter of a module's code: core modules and electives.
LEAST = {"items": {"M": 36, "E": 18}, "critical": {"M": 10, "E": 6}, "kinds": {"M": 7, "E": 5}}


@pytest.mark.parametrize("draft", content.read(COURSES).drafts, ids=lambda draft: draft.meta["code"])
def test_a_bank_holds_three_papers_and_enough_kinds(draft: Draft) -> None:
    sort = draft.meta["code"][0]
    assert len(draft.items) >= LEAST["items"][sort]
    assert len(draft.items) >= 3 * draft.meta["exam"]["draw"]
    assert sum(item.critical for item in draft.items) >= LEAST["critical"][sort]
    assert len({item.kind for item in draft.items}) >= LEAST["kinds"][sort]
    assert {item.lesson for item in draft.items} == {lesson.number for lesson in draft.lessons}, "every lesson is asked"
    assert {item.objective for item in draft.items} == {one["id"] for one in draft.meta["objectives"]}


# --- not to be guessed ------------------------------------------------------------------------------------------------

_STOP = frozenset(
    ("yang", "di", "ke", "dari", "dan", "untuk", "pada", "dengan", "atau", "itu", "ini", "anda", "saya", "ia", "akan")
)
_HELP = re.compile(r"\b(?:telepon|menelepon|petugas|polisi|110|112)\b", re.I)
_NO = re.compile(r"\b(?:menolak|tidak|jangan|tanpa)\b", re.I)
GUESSED_AT_MOST = {"all": 0.40}  # by one blind rule, of items with three or four options; a single bank may have more
GUESSED_IN_A_BANK = 0.50


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in re.findall(r"\w+", text)) - _STOP


class Asked(NamedTuple):
    """An item with one right option, and the words of its situation and question."""

    stem: frozenset[str]
    options: list[Option]

    def shared(self, one: Option) -> int:
        """How many words an option has in common with the other options."""
        return sum(len(_words(one.words) & _words(other.words)) for other in self.options if other is not one)


# What somebody who has read nothing may go by: the option that has most of it is chosen, by lot among equals.
BLIND_RULES: dict[str, Callable[[Asked, Option], int]] = {
    "the longest": lambda _item, one: len(one.words),
    "the shortest": lambda _item, one: -len(one.words),
    "most words of the question": lambda item, one: len(_words(one.words) & item.stem),
    "fewest words of the question": lambda item, one: -len(_words(one.words) & item.stem),
    "most commas": lambda _item, one: one.words.count(","),
    "most like the others": lambda item, one: item.shared(one),
    "least like the others": lambda item, one: -item.shared(one),
    "the one that calls for help": lambda _item, one: bool(_HELP.search(one.words)),
    "the one that does not act": lambda _item, one: bool(_NO.search(one.words)),
}


def _guessed(item: Asked, rule: Callable[[Asked, Option], int]) -> float:
    best = max(rule(item, one) for one in item.options)
    chosen = [one for one in item.options if rule(item, one) == best]
    return sum(one.right for one in chosen) / len(chosen)


@pytest.mark.parametrize("rule", BLIND_RULES)
@pytest.mark.parametrize("name", _banks())
def test_a_blind_rule_does_not_find_the_key(name: str, rule: str) -> None:
    singles = [item for item in _banks()[name] if item.kind == "single"]
    asked = [
        Asked(_words(content.shown(COURSES, f"{item.text['situation']} {item.text['question']}")), _options(item))
        for item in singles
    ]
    found = sum(_guessed(item, BLIND_RULES[rule]) for item in asked) / len(asked)
    assert found <= GUESSED_AT_MOST.get(name, GUESSED_IN_A_BANK), f"{rule} finds the key in {found:.0%}"


# --- situations, not sentences of the lesson --------------------------------------------------------------------------

REPEATED_WORDS = 7


def _runs(text: str) -> set[tuple[str, ...]]:
    words = [word.lower() for word in re.findall(r"[\w{}:-]+", text)]
    return {tuple(words[i : i + REPEATED_WORDS]) for i in range(len(words) - REPEATED_WORDS + 1)}


@pytest.mark.parametrize("draft", content.read(COURSES).drafts, ids=lambda draft: draft.meta["code"])
def test_no_item_repeats_a_sentence_of_its_lessons(draft: Draft) -> None:
    known: set[tuple[str, ...]] = set()
    for lesson in draft.lessons:
        lists = (one for name in ("facts", "do", "dont") for one in lesson.text[name])
        known |= {run for text in (*lists, *lesson.text["body"].split("\n")) for run in _runs(text)}
    repeated = [
        f"{item.key}: {' '.join(run)}"
        for item in draft.items
        for text in (item.text["question"], item.text["situation"], *(o["text"] for o in item.text["options"].values()))
        for run in sorted(_runs(text) & known)
    ]
    content.none(repeated)
