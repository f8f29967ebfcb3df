"""The kinds of question: what the key and the value of an answer look like, stored and on a page.

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

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

KINDS = ("single", "multiple", "true_false", "matching", "ordering", "numeric", "short_text")

Key = Mapping[str, Any]
Value = Mapping[str, Any]
Slot = Mapping[str, Any]  # {"item_version": id, "order": [option ids], "targets": [ids of a matching]}


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


def right_value(kind: str, key: Key) -> dict[str, Any]:
    """An answer, as stored, that earns all the points."""
    if kind == "numeric":
        return {"number": key["min"]}
    if kind == "short_text":
        return {"text": key["accepted"][0]}
    name = {"single": "choice", "true_false": "choice", "multiple": "choices", "matching": "pairs", "ordering": "order"}
    return {name[kind]: sorted(key["right"]) if kind == "multiple" else key["right"]}
