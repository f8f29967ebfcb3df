"""A question as exams and exercises show it, whatever its kind, and what an exercise answers at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lms.courses.rules import Practice
from lms.quizzes import rules as quizzes
from lms.quizzes.queries import QuestionView


@dataclass(frozen=True)
class Asked:
    """Kind, words, and options and targets as (id that the page sends, words)."""

    kind: str
    situation: str
    question: str
    options: Sequence[tuple[str, str]]
    targets: Sequence[tuple[str, str]]
    unit: str = ""
    slot: int = 0
    critical: bool = False

    def in_order(self, order: Sequence[str] | None) -> list[tuple[str, str]]:
        """The rows of an ordering as they stand now; an order that is not one of these rows is ignored."""
        names = dict(self.options)
        fits = order is not None and sorted(order) == sorted(names)
        return [(one, names[one]) for one in order or ()] if fits else list(self.options)


@dataclass(frozen=True)
class Feedback:
    """What an exercise says: right or not, why, and the answer with its reasons."""

    right: bool
    answer: dict[str, Any]
    chosen_reasons: Sequence[str]
    right_reasons: Sequence[str]


def exercise(practice: Practice) -> Asked:
    """An exercise of a lesson."""
    options = [(identity, words) for identity, words, _ in practice.options]
    return Asked(practice.kind, practice.situation, practice.question, options, practice.targets)


def exam_question(found: QuestionView) -> Asked:
    """A slot of an exam."""
    return Asked(
        found.kind,
        found.situation,
        found.question,
        found.options,
        found.targets,
        found.unit,
        found.slot,
        found.critical,
    )


def problem(practice: Practice, value: dict[str, Any]) -> str | None:
    """None if a value answers the exercise; else the reason code."""
    return quizzes.value_problem(practice.kind, practice.answer, value)


def feedback(practice: Practice, value: dict[str, Any]) -> Feedback:
    """The reasons of what was chosen and of what is right; nothing of it is stored."""
    answer = quizzes.right_value(practice.kind, practice.answer)
    reasons = {identity: reason for identity, _, reason in practice.options}
    whole = [practice.reason] if practice.reason else []
    right = quizzes.mark(practice.kind, practice.answer, value) == 1
    chosen, wanted = _concerned(practice, value, answer), _concerned(practice, answer, value)
    return Feedback(
        right=right,
        answer=answer,
        chosen_reasons=[reasons[one] for one in chosen if reasons.get(one)] + (whole if right else []),
        right_reasons=[reasons[one] for one in wanted if reasons.get(one)] + whole,
    )


def _concerned(practice: Practice, value: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """The options whose reasons belong to a value; of a matching, the pairs in which the two values differ."""
    if practice.kind == "single":
        return [value["choice"]]
    if practice.kind == "multiple":
        return list(value["choices"])
    if practice.kind == "matching":
        if value == other:
            return list(value["pairs"])
        return [left for left, target in value["pairs"].items() if other["pairs"].get(left) != target]
    return []
