"""What passes a drill, who may assess whom, and how late an observation may be recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from lms.accounts.rules import Role
from lms.organisations import rules as organisations

RULE_VERSION = 1
RECORD_WITHIN = timedelta(hours=72)
LATE_AFTER = timedelta(hours=1)
VOIDERS = frozenset({Role.ASSESSOR, Role.TRAINER})
VOID_REASONS = ("mistake", "wrong_person", "cheating")


@dataclass(frozen=True)
class Rubric:
    """The criteria of a drill, the critical ones among them, what fails at once, and what a pass asks of the points.

    of "all": the share is that of all criteria; "rest": of those that are not critical. group: most members at once.
    """

    criteria: Sequence[str]
    critical: frozenset[str]
    instant_fail: frozenset[str]
    of: str
    share: Fraction
    group: int = 1


def rubric(stored: Mapping[str, Any]) -> Rubric:
    """The rubric from its stored form (see models.DrillVersion)."""
    return Rubric(
        criteria=tuple(one["id"] for one in stored["criteria"]),
        critical=frozenset(one["id"] for one in stored["criteria"] if one["critical"]),
        instant_fail=frozenset(one["id"] for one in stored["instant_fail"]),
        of=stored["pass"]["of"],
        share=Fraction(stored["pass"]["share"]),
        group=stored.get("group", 1),
    )


def without_tick(rubric: Rubric, ticks: Mapping[str, bool]) -> list[str]:
    """The criteria on which the assessor has not decided yet, in their order; an unticked instant fail was not seen."""
    return [criterion for criterion in rubric.criteria if criterion not in ticks]


@dataclass(frozen=True)
class Verdict:
    """The outcome of a drill: met and asked as counts, critical criteria not met, instant fails seen."""

    met: int
    counted: int
    critical_missed: tuple[str, ...]
    instant_fails: tuple[str, ...]
    passed: bool


def verdict(rubric: Rubric, ticks: Mapping[str, bool]) -> Verdict:
    """Passed: every critical criterion met, no instant fail seen, and the pass share of the counted criteria.

    ValueError if a criterion has no tick: an assessor decides on each.
    """
    if missing := without_tick(rubric, ticks):
        raise ValueError(f"without a tick: {', '.join(missing)}")
    counted = [c for c in rubric.criteria if rubric.of == "all" or c not in rubric.critical]
    met = sum(ticks[c] for c in counted)
    critical_missed = tuple(c for c in rubric.criteria if c in rubric.critical and not ticks[c])
    fails = tuple(sorted(f for f in rubric.instant_fail if ticks.get(f)))
    enough = not counted or Fraction(met, len(counted)) >= rubric.share
    return Verdict(met, len(counted), critical_missed, fails, enough and not critical_missed and not fails)


def assessor_problem(
    assessor: int, member: int, assessor_units: frozenset[int], member_units: frozenset[int]
) -> str | None:
    """None if this assessor may judge this member: another person, of another unit; else the reason code."""
    if assessor == member:
        return "own_drill"
    if not assessor_units:
        return "assessor_without_unit"
    return None if organisations.of_other_unit(assessor_units, member_units) else "same_unit"


def group_problem(rubric: Rubric, members: Sequence[str]) -> str | None:
    """None if these members (public ids) may be observed at once: each once, no more than the drill allows; else the
    reason code."""
    if not members:
        return "group_empty"
    return "group_too_large" if len(set(members)) > rubric.group else None


def time_problem(observed_at: datetime, recorded_at: datetime) -> str | None:
    """None if a drill observed then may be recorded now: never ahead of time, within 72 h; else the reason code."""
    if observed_at > recorded_at:
        return "observed_in_future"
    return "observed_too_long_ago" if recorded_at - observed_at > RECORD_WITHIN else None


def recorded_late(observed_at: datetime, recorded_at: datetime) -> bool:
    """Whether a sign-off carries the mark "recorded later"."""
    return recorded_at - observed_at > LATE_AFTER
