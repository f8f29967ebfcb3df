"""What an answer earns, when an attempt is passed, and which reasons may be told after hand-in."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lms.quizzes.rules.exams import ExamRules
from lms.quizzes.rules.kinds import Key, Value, number, option_ids

RULE_VERSION = 1


def mark(kind: str, key: Key, value: Value | None) -> Fraction | None:
    """The share of the points that an answer earns, 0 to 1; None when a person has to decide (short text).

    No answer earns 0. Multiple: right ones chosen less wrong ones chosen, over the number of right ones, never below 0.
    Matching: share of right pairs. Ordering: the whole order or nothing, because one step out of place can hurt.
    """
    if value is None:
        return Fraction(0)
    if kind in ("single", "true_false"):
        return Fraction(value.get("choice") == key["right"])
    if kind == "multiple":
        return _multiple(set(key["right"]), set(value.get("choices", [])))
    if kind == "matching":
        pairs = value.get("pairs", {})
        return Fraction(sum(pairs.get(left) == target for left, target in key["right"].items()), len(key["right"]))
    if kind == "ordering":
        return Fraction(value.get("order") == key["right"])
    if kind == "numeric":
        given = number(value.get("number", ""))
        return Fraction(given is not None and Fraction(key["min"]) <= given <= Fraction(key["max"]))
    return Fraction(1) if is_accepted(value.get("text", ""), key["accepted"]) else None


def _multiple(right: set[str], chosen: set[str]) -> Fraction:
    return max(Fraction(0), Fraction(len(chosen & right) - len(chosen - right), len(right)))


def is_accepted(text: str, accepted: Sequence[str]) -> bool:
    """Whether a short text equals an accepted one, letter case, accents, punctuation and spaces aside."""
    return _plain(text) in {_plain(one) for one in accepted}


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.sub(r"[^\w\s]", " ", "".join(c for c in letters if not unicodedata.combining(c))).split())


@dataclass(frozen=True)
class SlotMark:
    """The points of one slot of a paper; share None while a person still has to mark it."""

    share: Fraction | None
    critical: bool


@dataclass(frozen=True)
class Outcome:
    """The outcome of an attempt: share of the points, critical items that were not wholly right, passed or not."""

    share: Fraction
    critical_missed: int
    passed: bool


def points(share: Fraction) -> int:
    """A share as points out of 100, rounded down: what is below the pass mark never reads as the pass mark."""
    return share.numerator * 100 // share.denominator


def outcome(marks: Sequence[SlotMark], rules: ExamRules) -> Outcome | None:
    """Passed: at least the pass share, compared as exact fractions, and every critical item wholly right.

    None while any slot waits for its mark.
    """
    if any(m.share is None for m in marks):
        return None
    share = sum((m.share for m in marks if m.share is not None), Fraction(0)) / len(marks)
    missed = sum(m.critical and m.share != 1 for m in marks)
    return Outcome(share, missed, share >= rules.pass_share and missed == 0)


def reasons_told(kind: str, key: Key, value: Value | None, passed: bool) -> frozenset[str]:
    """The option ids whose reasons somebody may read after hand-in.

    After a pass all. Before, asked for a missed critical item only: those of the wrong options that were chosen,
    because the reason of a right one, or of a pair, would give the key away.
    """
    if passed:
        return frozenset(option_ids(kind, key))
    if value is None or kind not in ("single", "multiple"):
        return frozenset()
    chosen, right = value.get("choices", [value.get("choice")]), key["right"]
    return frozenset(chosen) - frozenset([right] if kind == "single" else right)


def is_right(kind: str, key: Key, option: str, value: Value | None) -> bool:
    """Whether an option is a right one to choose; of a matching or ordering: whether it was answered rightly."""
    if kind == "matching":
        return value is not None and bool(value["pairs"].get(option) == key["right"][option])
    if kind == "ordering":
        return value is not None and bool(value["order"].index(option) == key["right"].index(option))
    return option == key["right"] if isinstance(key["right"], str) else option in key["right"]


def reason_told(kind: str, value: Value | None, passed: bool) -> bool:
    """Whether the reason of the whole item may be read: after a pass, or of a missed critical one that was answered.

    Single, multiple and matching items have their reasons at the options, so theirs waits for the pass.
    """
    return passed or (value is not None and kind not in ("single", "multiple", "matching"))
