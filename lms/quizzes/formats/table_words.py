"""What the words, letters and numbers in the cells of a table mean."""

import re

from lms.courses.rules import FACT
from lms.quizzes import rules as quizzes

# kind -> the word that is written, the English one, what else is understood
KINDS: dict[str, tuple[str, ...]] = {
    "single": ("pilihan ganda", "single", "pg", "pilih satu", "multiple choice"),
    "multiple": ("pilihan ganda kompleks", "multiple", "pgk", "pilih semua yang benar", "pilih beberapa"),
    "true_false": ("benar salah", "true false", "bs", "b s", "benar atau salah"),
    "matching": ("menjodohkan", "matching", "jodohkan"),
    "ordering": ("mengurutkan", "ordering", "urutkan", "urutan"),
    "numeric": ("angka", "numeric", "numerik", "bilangan"),
    "short_text": ("isian singkat", "short text", "isian", "jawaban singkat", "short answer"),
    "scenario": ("skenario", "scenario"),
}
_KINDS = {word: kind for kind, words in KINDS.items() for word in words}
_YES = {"ya", "y", "yes", "benar", "betul", "b", "true", "1"}
_NO = {"tidak", "no", "n", "salah", "s", "false", "0"}  # "t" would be true in English and tidak in Bahasa Indonesia
_DIFFICULTY = {
    "1": 1,
    "mudah": 1,
    "easy": 1,
    "2": 2,
    "sedang": 2,
    "medium": 2,
    "3": 3,
    "sulit": 3,
    "sukar": 3,
    "hard": 3,
}


def kind_of(text: str) -> str | None:
    """The kind of an item; None for a word that names none."""
    return _KINDS.get(" ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split()))


def yes_or_no(text: str) -> bool | None:
    """Yes or right True, no or wrong False, else None."""
    word = text.strip(" .").lower()
    return True if word in _YES else False if word in _NO else None


def difficulty(text: str) -> int | None:
    """1, 2 or 3, as a number or in words; else None."""
    return _DIFFICULTY.get(text.lower())


def lesson(text: str) -> int | None:
    """The number of a lesson, 1 to 1000; else None."""
    found = re.fullmatch(r"0*([1-9][0-9]{0,3})", text)
    return int(found[1]) if found and int(found[1]) <= 1000 else None


def letters(text: str) -> list[str] | None:
    """The letters of right options, "A" or "A; C", small and each once; None if anything else stands there."""
    found = [one.strip(" .()").lower() for one in re.split(r"[;,/&\s]+|\bdan\b", text) if one.strip(" .()")]
    if not all(re.fullmatch("[a-z]", one) for one in found):
        return None
    return list(dict.fromkeys(found))


def is_ambiguous(text: str) -> bool:
    """Whether a number is another one to an Indonesian reader: 1.500 is read as a thousand and a half thousand."""
    return bool(re.fullmatch(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+", text))


def amount(text: str) -> int | str | None:
    """A number as an item keeps it, or a fact: whole ones as int, others with a point; None if it is neither."""
    if FACT.fullmatch(text):
        return text
    if quizzes.number(text) is None:
        return None
    plain = text.replace(",", ".")
    return int(plain) if re.fullmatch(r"0|-?[1-9][0-9]*", plain) else plain


def amount_written(value: int | float | str) -> str:
    """A number or a fact as it stands in a cell: with a comma, as amount reads it and Indonesians write it."""
    return value if isinstance(value, str) and FACT.fullmatch(value) else str(value).replace(".", ",")
