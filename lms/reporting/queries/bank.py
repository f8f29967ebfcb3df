"""The exam items of a module version with keys and reasons, as trainers read them; members never see this."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from lms.courses import queries as courses
from lms.courses import rules as texts
from lms.courses.models import ModuleVersion
from lms.db import db
from lms.quizzes import rules
from lms.quizzes.models import Item, ItemText, ItemVersion, ModuleItem


@dataclass(frozen=True)
class Choice:
    """An option, a step or the left side of a pair; pair is its right side. is_right: to be chosen (of options)."""

    text: str
    is_right: bool
    pair: str
    reason: str


@dataclass(frozen=True)
class BankItem:
    """An item in the words of its version. answers: what is right where there are no choices (true, false: codes)."""

    place: int
    key: str
    kind: str
    critical: bool
    lesson: int
    clause: str
    difficulty: int
    situation: str
    question: str
    choices: tuple[Choice, ...]
    answers: tuple[str, ...]
    unit: str
    rubric: str
    reason: str


def bank(of: ModuleVersion) -> list[BankItem]:
    """Every item that a version draws its papers from, in the order of its file, facts put in. One query."""
    rows = db.session.execute(
        select(Item.key.label("name"), ItemVersion.kind, ItemVersion.critical, ItemVersion.key, ItemVersion.tags)
        .add_columns(ItemText.text)
        .join_from(ModuleItem, ItemVersion, ItemVersion.id == ModuleItem.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .join(ItemText, (ItemText.item_version_id == ItemVersion.id) & (ItemText.language == of.language))
        .where(ModuleItem.module_version_id == of.id)
        .order_by(ModuleItem.position, ItemVersion.id)
    )
    facts = courses.fact_values(of)
    return [
        _item(place, row.name, row.kind, row.critical, row.key, row.tags, texts.filled(row.text, facts))
        for place, row in enumerate(rows, 1)
    ]


def exercise(place: int, lesson: int, of: texts.Practice) -> BankItem:
    """An exercise of a lesson in the same shape, facts put in already. No query."""
    options = {identity: {"text": words, "reason": reason} for identity, words, reason in of.options}
    text = {
        "situation": of.situation,
        "question": of.question,
        "options": options,
        "targets": dict(of.targets),
        "reason": of.reason,
    }
    return _item(place, of.key, of.kind, False, of.answer, {"lesson": lesson}, text)


def _item(
    place: int,
    name: str,
    kind: str,
    critical: bool,
    key: Mapping[str, Any],
    tags: Mapping[str, Any],
    text: Mapping[str, Any],
) -> BankItem:
    return BankItem(
        place=place,
        key=name,
        kind=kind,
        critical=critical,
        lesson=int(tags["lesson"]),
        clause=tags.get("clause", ""),
        difficulty=int(tags.get("difficulty", 0)),
        situation=text.get("situation", ""),
        question=text["question"],
        choices=_choices(kind, key, text),
        answers=_answers(kind, key),
        unit=text.get("unit", ""),
        rubric=text.get("rubric", ""),
        reason=text.get("reason", ""),
    )


def _choices(kind: str, key: Mapping[str, Any], text: Mapping[str, Any]) -> tuple[Choice, ...]:
    """Options in the order of the file, steps in the right order, pairs as they belong together."""
    if kind not in ("single", "multiple", "ordering", "matching"):
        return ()
    right = key["right"]
    return tuple(
        Choice(
            text=text["options"][one]["text"],
            is_right=kind in ("single", "multiple") and rules.is_right(kind, key, one, None),
            pair=text["targets"][right[one]] if kind == "matching" else "",
            reason=text["options"][one].get("reason", ""),
        )
        for one in rules.option_ids(kind, key)
    )


def _answers(kind: str, key: Mapping[str, Any]) -> tuple[str, ...]:
    if kind == "true_false":
        return (key["right"],)
    if kind == "numeric":
        low, high = key["min"].replace(".", ","), key["max"].replace(".", ",")
        return (low if low == high else f"{low}–{high}",)
    return tuple(key["accepted"]) if kind == "short_text" else ()
