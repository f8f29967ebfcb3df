"""Whether somebody may start an attempt now, what makes one void, when an answer is late, which requests are known."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lms.quizzes.rules.exams import ExamRules

VOID_REASONS = ("stand_in", "fault_of_system", "disturbed", "item_wrong", "not_seen", "unsupervised")
GRACE = timedelta(seconds=30)


class Gate(StrEnum):
    """Whether somebody may start an attempt now, and why not."""

    OPEN = "open"
    UNDER_WAY = "under_way"
    PASSED = "passed"
    LESSONS_MISSING = "lessons_missing"
    WAITS_FOR_MARK = "waits_for_mark"
    WAITS_FOR_SUPERVISOR = "waits_for_supervisor"
    PAUSE = "pause"
    SEE_TRAINER = "see_trainer"
    RESET_PAUSE = "reset_pause"


@dataclass(frozen=True)
class History:
    """What decides on another try. Ended attempts are those not void, in order: their end and passed (None: waits).

    unseen: one of them is a pass that waits for the supervisor of its sitting.
    """

    ended: Sequence[tuple[datetime, bool | None]]
    under_way: bool = False
    lessons_missing: int = 0
    extra_rounds: int = 0
    paused_until: datetime | None = None
    unseen: bool = False


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
        return Try(Gate.WAITS_FOR_SUPERVISOR if history.unseen else Gate.WAITS_FOR_MARK, left)
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


def key_problem(client_key: object) -> str | None:
    """None if a key with which a phone marks a request is 1-64 letters, digits, - or _; else the reason code."""
    fits = isinstance(client_key, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", client_key)
    return None if fits else "client_key_wrong"
