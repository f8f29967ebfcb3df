"""How an answer is marked, what a pass is, how many tries there are and how long to wait between rounds.

Keys and values are language-neutral dictionaries, by kind:

============  ===============================================  ==========================================
kind          key                                              value of an answer
============  ===============================================  ==========================================
single        {"right": id, "options": [ids]}                  {"choice": id}
multiple      {"right": [ids], "options": [ids]}               {"choices": [ids]}
true_false    {"right": "true" | "false"}                      {"choice": "true" | "false"}
matching      {"right": {left id: target id}, "targets": []}   {"pairs": {left id: target id}}
ordering      {"right": [ids in order]}                        {"order": [ids]}
numeric       {"min": "100", "max": "120"}                     {"number": "110"}
short_text    {"accepted": [texts]}                            {"text": words}
============  ===============================================  ==========================================

A page never sees these ids: those of an ordering, written in the right order, would give the key away. It gets the
places that the paper's frozen order gives them, "1" to "n" (as_shown, as_stored); "true" and "false" stay.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

RULE_VERSION = 1
PERIOD = 1  # tries are counted within a period; so far everybody has one
VOID_REASONS = ("stand_in", "fault_of_system", "disturbed", "item_wrong")
KINDS = ("single", "multiple", "true_false", "matching", "ordering", "numeric", "short_text")
GRACE = timedelta(seconds=30)

T = TypeVar("T", int, str)
Key = Mapping[str, Any]
Value = Mapping[str, Any]
Slot = Mapping[str, Any]  # {"item_version": id, "order": [option ids], "targets": [ids of a matching]}


@dataclass(frozen=True)
class ExamRules:
    """The rules of an exam, frozen into each attempt; pass_share is exact."""

    draw: int = 10
    critical: int = 3
    pass_share: Fraction = Fraction(4, 5)
    attempts: int = 3
    pause: timedelta = timedelta(hours=24)
    rounds: int = 2
    time_limit: timedelta | None = None

    def as_json(self) -> dict[str, Any]:
        """The rules as stored: the pass share as "4/5", times in minutes."""
        return {
            "draw": self.draw,
            "critical": self.critical,
            "pass": f"{self.pass_share.numerator}/{self.pass_share.denominator}",
            "attempts": self.attempts,
            "pause_minutes": int(self.pause.total_seconds() // 60),
            "rounds": self.rounds,
            "limit_minutes": None if self.time_limit is None else int(self.time_limit.total_seconds() // 60),
        }


def exam_rules(stored: Mapping[str, Any]) -> ExamRules:
    """The rules from their stored form."""
    limit = stored.get("limit_minutes")
    return ExamRules(
        draw=stored["draw"],
        critical=stored["critical"],
        pass_share=Fraction(stored["pass"]),
        attempts=stored["attempts"],
        pause=timedelta(minutes=stored["pause_minutes"]),
        rounds=stored["rounds"],
        time_limit=None if limit is None else timedelta(minutes=limit),
    )


def option_ids(kind: str, key: Key) -> list[str]:
    """The ids whose order is shuffled on a paper: options, steps, or the left side of a matching."""
    if kind == "true_false":
        return ["true", "false"]
    if kind == "ordering":
        return list(key["right"])
    if kind == "matching":
        return list(key["right"])
    return list(key.get("options", []))


def value_problem(kind: str, key: Key, value: Value) -> str | None:
    """None if a value with ids has the shape of an answer of this kind; else a code (nothing chosen is a problem)."""
    checks: dict[str, Callable[[], bool]] = {
        "single": lambda: _word(value.get("choice")) in key["options"],
        "true_false": lambda: value.get("choice") in ("true", "false"),
        "multiple": lambda: _is_subset(_list(value.get("choices")), key["options"]),
        "matching": lambda: _is_pairing(value.get("pairs"), key),
        "ordering": lambda: sorted(map(str, _list(value.get("order")))) == sorted(key["right"]),
        "numeric": lambda: number(_word(value.get("number"))) is not None,
        "short_text": lambda: 0 < len(_word(value.get("text")).strip()) <= 1000,
    }
    return None if checks[kind]() else ("number_wrong" if kind == "numeric" else "answer_missing")


def _is_subset(chosen: list[Any], options: Sequence[str]) -> bool:
    return bool(chosen) and all(one in options for one in chosen) and len(set(chosen)) == len(chosen)


def _is_pairing(pairs: object, key: Key) -> bool:
    return (
        isinstance(pairs, Mapping)
        and pairs.keys() == key["right"].keys()
        and all(target in key["targets"] for target in pairs.values())
    )


def number(typed: str) -> Fraction | None:
    """A typed number, with comma or point as the decimal sign, exactly; None if it is not one."""
    text = typed.strip().replace(",", ".")
    return Fraction(text) if re.fullmatch(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?", text) else None


def as_stored(kind: str, slot: Slot, given: Mapping[str, Any]) -> dict[str, Any]:
    """The value to store for one that a page sent, whatever it sent: what is unknown becomes "" for value_problem.

    Choices are sorted, so that equal answers are equal values.
    """
    own, target = _ids(slot["order"]), _ids(slot.get("targets", []))
    if kind == "true_false":
        return {"choice": _word(given.get("choice"))}
    if kind == "single":
        return {"choice": own.get(_word(given.get("choice")), "")}
    if kind == "multiple":
        return {"choices": sorted(own.get(_word(one), "") for one in _list(given.get("choices")))}
    if kind == "matching":
        pairs = given.get("pairs")
        pairs = pairs if isinstance(pairs, Mapping) else {}
        return {"pairs": {own.get(_word(left), ""): target.get(_word(right), "") for left, right in pairs.items()}}
    if kind == "ordering":
        return {"order": [own.get(_word(one), "") for one in _list(given.get("order"))]}
    if kind == "numeric":
        return {"number": _word(given.get("number")).strip()[:30]}
    text = _word(given.get("text"))
    return {"text": "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C").strip()}


def as_shown(kind: str, slot: Slot, value: Value) -> dict[str, Any]:
    """A stored value as a page may see it: places instead of ids. The reverse of as_stored."""
    own = {identity: place for place, identity in _ids(slot["order"]).items()}
    target = {identity: place for place, identity in _ids(slot.get("targets", [])).items()}
    if kind == "single":
        return {"choice": own[value["choice"]]}
    if kind == "multiple":
        return {"choices": sorted((own[one] for one in value["choices"]), key=int)}
    if kind == "matching":
        return {"pairs": {own[left]: target[right] for left, right in value["pairs"].items()}}
    if kind == "ordering":
        return {"order": [own[one] for one in value["order"]]}
    return dict(value)


def _ids(order: Sequence[str]) -> dict[str, str]:
    return {str(place): identity for place, identity in enumerate(order, 1)}


def _word(given: object) -> str:
    return given if isinstance(given, str) else ""


def _list(given: object) -> list[Any]:
    return given if isinstance(given, list) else []


def is_same(kind: str, one: Value, other: Value) -> bool:
    """Whether two stored values are the same answer: 1,5 is 1.5."""
    return one == other or (kind == "numeric" and number(one["number"]) == number(other["number"]))


def key_problem(client_key: object) -> str | None:
    """None if a key with which a phone marks a request is 1-64 letters, digits, - or _; else the reason code."""
    fits = isinstance(client_key, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", client_key)
    return None if fits else "client_key_wrong"


def right_value(kind: str, key: Key) -> dict[str, Any]:
    """An answer, as stored, that earns all the points."""
    if kind == "numeric":
        return {"number": key["min"]}
    if kind == "short_text":
        return {"text": key["accepted"][0]}
    name = {"single": "choice", "true_false": "choice", "multiple": "choices", "matching": "pairs", "ordering": "order"}
    return {name[kind]: sorted(key["right"]) if kind == "multiple" else key["right"]}


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


@dataclass(frozen=True)
class BankItem:
    """An item of the bank: id of its version, id of the item itself, and what a paper needs of it."""

    version: int
    item: int
    kind: str
    critical: bool
    key: Key


def paper(seed: str, bank: Sequence[BankItem], rules: ExamRules, seen: frozenset[int]) -> list[dict[str, Any]]:
    """The frozen slots of a paper; the same seed, bank and seen items always make the same paper.

    Items (ids) seen in the last attempt are drawn after all others. ValueError if the bank is too small.
    """
    fresh = shuffled(seed, "draw", [one.version for one in bank if one.item not in seen])
    known = shuffled(seed, "draw", [one.version for one in bank if one.item in seen])
    by_version = {one.version: one for one in bank}
    chosen = draw([(one.version, one.critical) for one in bank], rules, fresh + known)
    return [_slot(seed, by_version[version]) for version in shuffled(seed, "slots", chosen)]


def draw(items: Sequence[tuple[int, bool]], rules: ExamRules, order: Sequence[int]) -> list[int]:
    """The item versions of a paper, from (id, critical) and an order of the ids.

    The first critical ones of the order fill the critical places, then the order fills the rest. ValueError if the
    bank is too small.
    """
    critical = {identity for identity, is_critical in items if is_critical}
    must = [one for one in order if one in critical][: rules.critical]
    rest = [one for one in order if one not in must][: max(0, rules.draw - len(must))]
    if len(must) < rules.critical or len(must) + len(rest) != rules.draw:
        raise ValueError("the bank is too small for this exam")
    return must + rest


def shuffled(seed: str, purpose: str, ids: Sequence[T]) -> list[T]:
    """The ids in an order that only the seed (128 secret random bits) and the purpose decide: by SHA-256 of each."""
    return sorted(ids, key=lambda one: hashlib.sha256(f"{seed}/{purpose}/{one}".encode()).digest())


def _slot(seed: str, item: BankItem) -> dict[str, Any]:
    """True and false keep their order; the steps of an ordering never stand in the right one."""
    own = option_ids(item.kind, item.key)
    order = own if item.kind == "true_false" else shuffled(seed, f"options/{item.version}", own)
    if item.kind == "ordering" and order == own:
        order = [*order[1:], order[0]]
    targets = shuffled(seed, f"targets/{item.version}", item.key.get("targets", []))
    return {"item_version": item.version, "order": order} | ({"targets": targets} if targets else {})


class Gate(StrEnum):
    """Whether somebody may start an attempt now, and why not."""

    OPEN = "open"
    UNDER_WAY = "under_way"
    PASSED = "passed"
    LESSONS_MISSING = "lessons_missing"
    WAITS_FOR_MARK = "waits_for_mark"
    PAUSE = "pause"
    SEE_TRAINER = "see_trainer"
    RESET_PAUSE = "reset_pause"


@dataclass(frozen=True)
class History:
    """What decides on another try. Ended attempts are those not void, in order: their end and passed (None: waits)."""

    ended: Sequence[tuple[datetime, bool | None]]
    under_way: bool = False
    lessons_missing: int = 0
    extra_rounds: int = 0
    paused_until: datetime | None = None


@dataclass(frozen=True)
class Try:
    """The answer to "may I start now": the gate, tries left in this round, and from when if it is a matter of time."""

    gate: Gate
    left: int
    opens_at: datetime | None = None


def next_try(history: History, rules: ExamRules, at: datetime) -> Try:
    """Three attempts a round, 24 h between rounds, two rounds, then only after the trainer opened another one.

    An attempt that was interrupted is under way and goes on; it is not used up.
    """
    used = len(history.ended)
    in_round = used % rules.attempts
    left = rules.attempts - in_round
    if history.under_way:
        return Try(Gate.UNDER_WAY, left)
    if any(passed for _, passed in history.ended):
        return Try(Gate.PASSED, 0)
    if any(passed is None for _, passed in history.ended):
        return Try(Gate.WAITS_FOR_MARK, left)
    if used >= rules.attempts * (rules.rounds + history.extra_rounds):
        return Try(Gate.SEE_TRAINER, 0)
    if history.lessons_missing:
        return Try(Gate.LESSONS_MISSING, left)
    if history.paused_until and at < history.paused_until:
        return Try(Gate.RESET_PAUSE, left, history.paused_until)
    if used and in_round == 0:
        opens = history.ended[-1][0] + rules.pause
        if at < opens:
            return Try(Gate.PAUSE, rules.attempts, opens)
    return Try(Gate.OPEN, left)


def is_late(at: datetime, deadline: datetime | None) -> bool:
    """Whether an answer comes later than the deadline and 30 s of grace; late ones are kept but not marked."""
    return deadline is not None and at > deadline + GRACE
