"""The rules of an exam: how many items, what a pass is, how many tries, how long the pause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any


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
