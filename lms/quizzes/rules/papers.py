"""Which items of the bank make a paper, and in which order: only the seed decides, so a paper can be made again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from lms.quizzes.rules.exams import ExamRules
from lms.quizzes.rules.kinds import Key, option_ids

T = TypeVar("T", int, str)


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
