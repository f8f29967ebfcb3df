"""What passes a drill, who may assess whom, and how late an observation may be recorded."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.practice import rules

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
STORED = {
    "criteria": [{"id": one, "critical": one in "ab"} for one in "abcdefghij"],
    "instant_fail": [{"id": "hold"}],
    "pass": {"of": "all", "share": "4/5"},
}
RUBRIC = rules.rubric(STORED)
REST = rules.rubric(STORED | {"pass": {"of": "rest", "share": "3/4"}})
ALL_MET = dict.fromkeys("abcdefghij", True)


def but(*missed: str, **more: bool) -> dict[str, bool]:
    return ALL_MET | dict.fromkeys(missed, False) | more


def test_a_rubric_is_read_from_its_stored_form() -> None:
    assert rules.Rubric(tuple("abcdefghij"), frozenset("ab"), frozenset({"hold"}), "all", Fraction(4, 5)) == RUBRIC


@pytest.mark.parametrize(
    ("rubric", "ticks", "passed"),
    [
        (RUBRIC, ALL_MET, True),
        (RUBRIC, but("c", "d"), True),  # exactly 8 of 10
        (RUBRIC, but("c", "d", "e"), False),
        (RUBRIC, but("a"), False),  # 9 of 10, but a critical one
        (RUBRIC, but(hold=True), False),
        (RUBRIC, but(hold=False), True),
        (REST, but("c", "d"), True),  # exactly 6 of the 8 that are not critical
        (REST, but("c", "d", "e"), False),
        (REST, but("b"), False),
    ],
)
def test_what_passes(rubric: rules.Rubric, ticks: dict[str, bool], passed: bool) -> None:
    assert rules.verdict(rubric, ticks).passed is passed


def test_a_verdict_says_why() -> None:
    found = rules.verdict(RUBRIC, but("b", "c", hold=True))
    assert found == rules.Verdict(8, 10, ("b",), ("hold",), False)
    assert rules.verdict(REST, but("b", "c")).counted == 8


def test_a_rubric_of_critical_criteria_alone_passes_when_all_are_met() -> None:
    only = rules.Rubric(("a",), frozenset("a"), frozenset(), "rest", Fraction(3, 4))
    assert rules.verdict(only, {"a": True}).passed
    assert not rules.verdict(only, {"a": False}).passed


def test_every_criterion_needs_a_tick_and_an_instant_fail_does_not() -> None:
    ticks = dict.fromkeys("abcdefghi", True)
    assert rules.without_tick(RUBRIC, ticks) == ["j"]
    with pytest.raises(ValueError, match="j"):
        rules.verdict(RUBRIC, ticks)
    assert rules.without_tick(RUBRIC, ALL_MET) == []


@given(st.dictionaries(st.sampled_from("abcdefghij"), st.booleans()), st.booleans())
def test_no_pass_with_a_critical_miss_or_an_instant_fail(ticks: dict[str, bool], hold: bool) -> None:
    found = rules.verdict(RUBRIC, ALL_MET | ticks | {"hold": hold})
    missed = [one for one, met in ticks.items() if not met]
    assert found.passed == (not hold and not {"a", "b"} & set(missed) and len(missed) <= 2)


def test_who_may_assess_whom() -> None:
    mine, theirs = frozenset({1, 2}), frozenset({3})
    assert rules.assessor_problem(7, 8, mine, theirs) is None
    assert rules.assessor_problem(7, 8, mine, frozenset()) is None  # the member's ormas is dissolved
    assert rules.assessor_problem(7, 7, mine, mine) == "own_drill"
    assert rules.assessor_problem(7, 8, mine, frozenset({2, 3})) == "same_unit"
    assert rules.assessor_problem(7, 8, frozenset(), theirs) == "assessor_without_unit"


def test_how_late_an_observation_may_be_recorded() -> None:
    assert rules.time_problem(NOON, NOON) is None
    assert rules.time_problem(NOON, NOON + timedelta(hours=72)) is None
    assert rules.time_problem(NOON, NOON + timedelta(hours=72, seconds=1)) == "observed_too_long_ago"
    assert rules.time_problem(NOON + timedelta(seconds=1), NOON) == "observed_in_future"
    assert not rules.recorded_late(NOON, NOON + timedelta(hours=1))
    assert rules.recorded_late(NOON, NOON + timedelta(hours=1, seconds=1))
