"""The rules of an exam: how many items and of which sorts, what a pass is, how many tries, how long the pause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

# What somebody may read after hand-in. "pass": topics and the reasons of missed critical items; every reason after a
# pass. "topics": the topics only, whatever the result. "result": passed or not and the points.
FEEDBACK = ("pass", "topics", "result")
SORTS = ("lesson", "objective", "difficulty", "clause")  # the tags that a pool can ask for


@dataclass(frozen=True)
class Pool:
    """So many items of a paper have one of the values of every tag that is named; the values are those of item tags."""

    count: int
    tags: Mapping[str, tuple[Any, ...]]

    def takes(self, tags: Mapping[str, Any]) -> bool:
        """Whether an item with these tags belongs to it."""
        return all(tags.get(name) in values for name, values in self.tags.items())


@dataclass(frozen=True)
class ExamRules:
    """The rules of an exam, frozen into each attempt; pass_share is exact.

    pools: what the paper must hold, the rest is drawn from the whole bank. shuffle: options stand in another order on
    each paper. supervised: it is sat under a supervisor who shows a room code.
    """

    draw: int = 10
    critical: int = 3
    pass_share: Fraction = Fraction(4, 5)
    attempts: int = 3
    pause: timedelta = timedelta(hours=24)
    rounds: int = 2
    time_limit: timedelta | None = None
    pools: tuple[Pool, ...] = ()
    shuffle: bool = True
    feedback: str = "pass"
    supervised: bool = False

    def as_json(self) -> dict[str, Any]:
        """The rules as stored: the pass share as "4/5", times in minutes; what is as usual is left out."""
        usual = {
            "draw": self.draw,
            "critical": self.critical,
            "pass": f"{self.pass_share.numerator}/{self.pass_share.denominator}",
            "attempts": self.attempts,
            "pause_minutes": int(self.pause.total_seconds() // 60),
            "rounds": self.rounds,
            "limit_minutes": None if self.time_limit is None else int(self.time_limit.total_seconds() // 60),
        }
        pools = [{"count": one.count, **{tag: list(values) for tag, values in one.tags.items()}} for one in self.pools]
        more = {"pools": pools, "shuffle": self.shuffle, "feedback": self.feedback, "supervised": self.supervised}
        return usual | {name: value for name, value in more.items() if value != PLAIN[name]}


PLAIN: Mapping[str, Any] = {"pools": [], "shuffle": True, "feedback": "pass", "supervised": False}


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
        pools=tuple(map(_pool, stored.get("pools", ()))),
        shuffle=stored.get("shuffle", True),
        feedback=stored.get("feedback", "pass"),
        supervised=stored.get("supervised", False),
    )


def _pool(stored: Mapping[str, Any]) -> Pool:
    return Pool(stored["count"], {tag: tuple(stored[tag]) for tag in SORTS if stored.get(tag)})
