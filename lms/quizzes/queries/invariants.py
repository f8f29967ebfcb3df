"""Whether what is stored of attempts still holds together: invariants 6, 7 and 8 of reliability.md."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import joinedload, selectinload

from lms.db import db
from lms.quizzes import rules
from lms.quizzes.models import Attempt, ItemVersion, Mark, ModuleItem, OpenAttempt, lines
from lms.quizzes.queries import rows

BATCH = 200
FAULTS = ("attempt_number", "open_attempt", "score", "answer_counted_late", "answer_sequence", "attempt_version")


def violations() -> dict[str, int]:
    """Attempts (attempt_number: exams of a person) that break an invariant, by its name.

    attempt_number: without gaps and within the rounds. open_attempt: under way, ended or void, and nothing of both.
    score: marks and result equal a fresh marking. answer_counted_late: stored after the end, or late and not said to
    be. answer_sequence: each slot's run from 1. attempt_version: module and items of a version published before.
    """
    found = Counter(dict.fromkeys(FAULTS, 0))
    found["attempt_number"] = _wrong_numbers()
    pairs = db.session.execute(select(ModuleItem.module_version_id, ModuleItem.item_version_id))
    of_version = {(version, item) for version, item in pairs}
    after = 0
    while batch := _batch(after):
        ids = [one.id for one in batch]
        under_way = {one.attempt_id: one for one in db.session.scalars(_open(ids))}
        answers, marks = rows.stored(ids), rows.marks(ids)
        on_paper = {place["item_version"] for one in batch for place in one.paper}
        items = {one.id: one for one in db.session.scalars(select(ItemVersion).where(ItemVersion.id.in_(on_paper)))}
        for one in batch:
            found["open_attempt"] += not _is_in_one_state(one, under_way.get(one.id))
            found["score"] += not _is_marked_right(one, items, answers[one.id], marks[one.id])
            found["answer_counted_late"] += any(_counts_wrongly(one, answer) for answer in answers[one.id])
            found["answer_sequence"] += not _runs_without_gaps(answers[one.id])
            found["attempt_version"] += not _is_of_published_version(one, of_version)
        after = ids[-1]
    return dict(found)


def _batch(after: int) -> Sequence[Attempt]:
    parts = (Attempt.end, Attempt.void, Attempt.results)
    some = select(Attempt.id).where(Attempt.id > after).order_by(Attempt.id).limit(BATCH)
    wanted = select(Attempt).where(Attempt.id.in_(some)).options(*(joinedload(part) for part in parts))
    wanted = wanted.options(selectinload(Attempt.module_version)).execution_options(populate_existing=True)
    return db.session.scalars(wanted.order_by(Attempt.id)).unique().all()


def _open(attempt_ids: Collection[int]) -> Select[OpenAttempt]:
    return select(OpenAttempt).where(OpenAttempt.attempt_id.in_(attempt_ids))


def _wrong_numbers() -> int:
    """Exams (person, module, period) whose attempts have gaps in their numbers or are more than the rounds allow."""
    exams: dict[tuple[int, int, int], list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in db.session.execute(lines().add_columns(Attempt.rules)):
        exams[row.person_id, row.module_id, row.period].append(row)
    wrong = 0
    for tries in exams.values():
        exam = rules.exam_rules(tries[-1].rules)
        allowed = exam.attempts * (exam.rounds + tries[-1].extra_rounds)
        gaps = [one.number for one in tries] != list(range(1, len(tries) + 1))
        wrong += gaps or sum(not one.voided for one in tries) > allowed
    return wrong


def _is_in_one_state(of: Attempt, under_way: OpenAttempt | None) -> bool:
    if under_way is None:
        return of.end is not None or of.void is not None
    same = (under_way.person_id, under_way.module_id) == (of.person_id, of.module_id)
    return same and of.end is None and of.void is None


def _is_marked_right(
    of: Attempt, items: Mapping[int, ItemVersion], answers: Sequence[rows.Stored], marks: Mapping[int, Mark]
) -> bool:
    """Whether marks and result are what marking the counted answers again gives; before the end there are none."""
    if of.end is None:
        return not marks and not of.results
    counted = {one.slot: one for one in answers if not one.late}
    shares = []
    for slot, place in enumerate(of.paper, 1):
        item, mark, answer = items[place["item_version"]], marks.get(slot), counted.get(slot)
        shares.append(rules.SlotMark(rows.share(mark) if mark else None, item.critical))
        is_erased = item.kind == "short_text" and answer is not None and answer.words is None
        if is_erased or (mark is not None and mark.rule_version != rules.RULE_VERSION):
            continue  # nothing to mark again, or marked by rules that are no longer these
        fresh = rules.mark(item.kind, item.key, rows.value(answer, item.kind) if answer else None)
        by_rules = mark is not None and mark.marker_id is None
        if fresh != (rows.share(mark) if mark is not None and by_rules else None):
            return False
    fresh_outcome = rules.outcome(shares, rules.exam_rules(of.rules))
    last = of.results[-1] if of.results else None
    if last is None or fresh_outcome is None:
        return last is None and fresh_outcome is None
    stored = rules.Outcome(Fraction(last.numerator, last.denominator), last.critical_missed, last.passed)
    return stored == fresh_outcome


def _counts_wrongly(of: Attempt, answer: rows.Stored) -> bool:
    at: datetime = answer.at
    is_after_end = of.end is not None and at > of.end.at
    return is_after_end or bool(answer.late) is not rules.is_late(at, of.deadline)


def _runs_without_gaps(answers: Sequence[rows.Stored]) -> bool:
    by_slot: dict[int, list[int]] = defaultdict(list)
    for one in answers:
        by_slot[one.slot].append(one.seq)
    return all(seqs == list(range(1, len(seqs) + 1)) for seqs in by_slot.values())


def _is_of_published_version(of: Attempt, of_version: set[tuple[int, int]]) -> bool:
    version = of.module_version
    on_paper = {(of.module_version_id, place["item_version"]) for place in of.paper}
    return version.module_id == of.module_id and version.published_at <= of.started_at and on_paper <= of_version
