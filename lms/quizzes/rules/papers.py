"""Which items of the bank make a paper, and in which order: only the seed decides, so a paper can be made again."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from lms.quizzes.rules.exams import ExamRules, Pool
from lms.quizzes.rules.kinds import Key, option_ids

T = TypeVar("T", int, str)


@dataclass(frozen=True)
class BankItem:
    """An item of the bank: id of its version, id of the item itself, and what a paper needs of it.

    The follow-ups of one scenario name it in their tags ("scenario") and stand in the bank in their order.
    """

    version: int
    item: int
    kind: str
    critical: bool
    key: Key
    tags: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Unit:
    """What is drawn as a whole: one item, or the follow-ups of a scenario."""

    items: tuple[BankItem, ...]

    @property
    def name(self) -> int:
        """The version of its first item, by which chance places it."""
        return self.items[0].version

    @property
    def critical(self) -> int:
        """How many critical items it brings."""
        return sum(one.critical for one in self.items)


def units(bank: Sequence[BankItem]) -> list[Unit]:
    """The bank as it is drawn from: single items, and scenarios with all their follow-ups."""
    whole: dict[object, list[BankItem]] = {}
    for one in bank:
        whole.setdefault(one.tags.get("scenario") or one.version, []).append(one)
    return [Unit(tuple(items)) for items in whole.values()]


def paper(
    seed: str,
    bank: Sequence[BankItem],
    rules: ExamRules,
    seen: frozenset[int],
    written: frozenset[int] = frozenset(),
) -> list[dict[str, Any]]:
    """The frozen slots of a paper; the same seed, bank and items always make the same paper.

    Items (ids) seen in the last attempt are drawn after all others; those that the member has written or reviewed are
    left out, with the whole scenario. ValueError if the bank is too small.
    """
    free = [unit for unit in units(bank) if not any(one.item in written for one in unit.items)]
    fresh = [unit for unit in free if not any(one.item in seen for one in unit.items)]
    known = [unit for unit in free if unit not in fresh]
    chosen = draw(_mixed(seed, "draw", fresh) + _mixed(seed, "draw", known), rules)
    return [_slot(seed, one, rules) for unit in _mixed(seed, "slots", chosen) for one in unit.items]


def _mixed(seed: str, purpose: str, given: Iterable[Unit]) -> list[Unit]:
    by_name = {unit.name: unit for unit in given}
    return [by_name[name] for name in shuffled(seed, purpose, list(by_name))]


def draw(order: Sequence[Unit], rules: ExamRules) -> list[Unit]:
    """The units of a paper from an order of the whole bank: exactly rules.draw items, of them at least rules.critical
    critical, and what each pool asks for.

    The first units of the order that a pool still lacks come in, critical ones first while these are lacking; then
    critical ones, then the order fills the rest. ValueError if the bank is too small for that.
    """
    chosen: list[Unit] = []
    for pool in rules.pools:
        _fill(chosen, order, rules, partial(_of_pool, pool), pool.count)
    _fill(chosen, order, rules, lambda unit: unit.critical, rules.critical)
    _fill(chosen, order, rules, lambda unit: len(unit.items), rules.draw)
    if sum(len(unit.items) for unit in chosen) != rules.draw or _critical(chosen) < rules.critical:
        raise ValueError("the bank is too small for this exam")
    if any(sum(_of_pool(pool, unit) for unit in chosen) < pool.count for pool in rules.pools):
        raise ValueError("the bank is too small for a pool of this exam")
    return chosen


def _fill(
    chosen: list[Unit], order: Sequence[Unit], rules: ExamRules, worth: Callable[[Unit], int], needed: int
) -> None:
    """Take units of the order that are worth something until it is enough, critical ones first while these lack."""
    lacks = _critical(chosen) < rules.critical
    for unit in sorted(order, key=lambda one: not one.critical) if lacks else order:
        if sum(map(worth, chosen)) >= needed:
            return
        room = rules.draw - sum(len(one.items) for one in chosen)
        if worth(unit) and unit not in chosen and len(unit.items) <= room:
            chosen.append(unit)


def _critical(chosen: Sequence[Unit]) -> int:
    return sum(unit.critical for unit in chosen)


def _of_pool(pool: Pool, unit: Unit) -> int:
    return sum(pool.takes(one.tags) for one in unit.items)


def shuffled(seed: str, purpose: str, ids: Sequence[T]) -> list[T]:
    """The ids in an order that only the seed (128 secret random bits) and the purpose decide: by SHA-256 of each."""
    return sorted(ids, key=lambda one: hashlib.sha256(f"{seed}/{purpose}/{one}".encode()).digest())


def _slot(seed: str, item: BankItem, rules: ExamRules) -> dict[str, Any]:
    """True and false keep their order; the steps of an ordering never stand in the right one, nor the right sides of
    a matching in that of their left sides, whether or not the exam shuffles."""
    own = option_ids(item.kind, item.key)
    keeps = item.kind == "true_false" or (not rules.shuffle and item.kind not in ("ordering", "matching"))
    order = own if keeps else shuffled(seed, f"options/{item.version}", own)
    if item.kind == "ordering" and order == own:
        order = [*order[1:], order[0]]
    targets = shuffled(seed, f"targets/{item.version}", item.key.get("targets", []))
    return {"item_version": item.version, "order": order} | ({"targets": targets} if targets else {})
