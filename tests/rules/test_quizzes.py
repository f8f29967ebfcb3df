"""Marking, papers, outcomes and the gate to the next try."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lms.quizzes import rules
from lms.quizzes.rules import BankItem, ExamRules, Gate, History, SlotMark, next_try

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
IDS = list("abcdef")


@st.composite
def keyed(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A kind and a key of that kind."""
    kind = draw(st.sampled_from(rules.KINDS))
    options = IDS[: draw(st.integers(3, 6))]
    if kind == "single":
        return kind, {"right": draw(st.sampled_from(options)), "options": options}
    if kind == "multiple":
        right = draw(st.lists(st.sampled_from(options), min_size=1, unique=True))
        return kind, {"right": right, "options": options}
    if kind == "true_false":
        return kind, {"right": draw(st.sampled_from(["true", "false"]))}
    if kind == "matching":
        targets = ["t1", "t2", "t3", "t4"]
        return kind, {"right": {one: draw(st.sampled_from(targets)) for one in options}, "targets": targets}
    if kind == "ordering":
        return kind, {"right": options}
    if kind == "numeric":
        low = draw(st.integers(-500, 500))
        return kind, {"min": str(low), "max": str(low + draw(st.integers(0, 50)))}
    return kind, {"accepted": ["Jangan disentuh", "lapor 112"]}


def frozen(kind: str, key: dict[str, Any], seed: str = "00") -> dict[str, Any]:
    """The slot of a one-item paper."""
    item = BankItem(1, 1, kind, False, key)
    return rules.paper(seed, [item], ExamRules(draw=1, critical=0), frozenset())[0]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["1", "2", "3", "true"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=8,
)
FIELDS = ("choice", "choices", "pairs", "order", "number", "text")


# --- marking ----------------------------------------------------------------------------------------------------------


@given(keyed())
def test_the_right_value_earns_all_points_and_no_answer_none(item: tuple[str, dict[str, Any]]) -> None:
    kind, key = item
    right = rules.right_value(kind, key)
    assert rules.value_problem(kind, key, right) is None
    assert rules.mark(kind, key, right) == 1
    assert rules.mark(kind, key, None) == 0


@settings(suppress_health_check=[HealthCheck.too_slow])  # recursive data is slow to make on a loaded machine
@given(keyed(), st.dictionaries(st.sampled_from(FIELDS), anything), st.text("0123456789abcdef", min_size=4))
def test_whatever_a_page_sends_is_refused_or_marked_from_0_to_1(
    item: tuple[str, dict[str, Any]], sent: dict[str, Any], seed: str
) -> None:
    kind, key = item
    slot = frozen(kind, key, seed)
    stored = rules.as_stored(kind, slot, sent)
    json.dumps(stored).encode()
    if rules.value_problem(kind, key, stored) is None:
        share = rules.mark(kind, key, stored)
        assert share is None if kind == "short_text" and share is None else 0 <= (share or 0) <= 1
        assert rules.as_stored(kind, slot, rules.as_shown(kind, slot, stored)) == stored


@given(keyed(), st.text("0123456789abcdef", min_size=4))
def test_values_travel_through_places_and_back(item: tuple[str, dict[str, Any]], seed: str) -> None:
    kind, key = item
    slot, right = frozen(kind, key, seed), rules.right_value(kind, key)
    shown = rules.as_shown(kind, slot, right)
    assert rules.is_same(kind, rules.as_stored(kind, slot, shown), right)
    if kind not in ("numeric", "short_text", "true_false"):
        assert all(one.isdigit() for one in leaves(shown)), "a page sees places, never ids"


def leaves(value: object) -> list[str]:
    """Every text in a shown value, the left sides of pairs included, the name of its field not."""
    if isinstance(value, dict):
        names = [] if value.keys() & set(FIELDS) else list(value)
        return names + [one for inner in value.values() for one in leaves(inner)]
    return [one for inner in value for one in leaves(inner)] if isinstance(value, list) else [str(value)]


@given(st.data())
def test_multiple_gives_partial_credit_and_takes_it_back_for_wrong_ones(data: st.DataObject) -> None:
    right = data.draw(st.lists(st.sampled_from(IDS), min_size=1, unique=True))
    chosen = data.draw(st.lists(st.sampled_from(IDS), unique=True))
    share = rules.mark("multiple", {"right": right, "options": IDS}, {"choices": chosen})
    hits, misses = len(set(chosen) & set(right)), len(set(chosen) - set(right))
    assert share == max(0, Fraction(hits - misses, len(right)))
    assert (share == 1) == (set(chosen) == set(right))


def test_choosing_every_option_is_no_way_to_full_points() -> None:
    key = {"right": ["a", "b"], "options": ["a", "b", "c", "d"]}
    assert rules.mark("multiple", key, {"choices": ["a", "b", "c", "d"]}) == 0
    assert rules.mark("multiple", key, {"choices": ["a", "b", "c"]}) == Fraction(1, 2)


@given(st.permutations(IDS[:4]))
def test_ordering_is_the_whole_order_or_nothing(order: list[str]) -> None:
    assert rules.mark("ordering", {"right": IDS[:4]}, {"order": order}) == (order == IDS[:4])


def test_matching_is_the_share_of_right_pairs() -> None:
    key = {"right": {"a": "x", "b": "y", "c": "x"}, "targets": ["x", "y"]}
    assert rules.mark("matching", key, {"pairs": {"a": "x", "b": "x", "c": "y"}}) == Fraction(1, 3)


@pytest.mark.parametrize(
    ("typed", "share"), [("100", 1), ("120", 1), ("110,5", 1), (" 110.5 ", 1), ("99,999999", 0), ("120,000001", 0)]
)
def test_a_number_is_compared_exactly_with_both_ends_included(typed: str, share: int) -> None:
    assert rules.mark("numeric", {"min": "100", "max": "120"}, {"number": typed}) == share


@pytest.mark.parametrize("typed", ["", "seratus", "1e3", "1/2", "nan", "1,2,3", "٣", "9" * 20, "--1"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert rules.value_problem("numeric", {"min": "1", "max": "2"}, {"number": typed}) == "number_wrong"


@pytest.mark.parametrize("words", ["jangan disentuh", "JANGAN  disentuh!", "Jangan—disentuh.", "jángan disentuh"])
def test_an_accepted_text_counts_whatever_its_letters_and_stops(words: str) -> None:
    assert rules.mark("short_text", {"accepted": ["Jangan disentuh."]}, {"text": words}) == 1


def test_any_other_text_waits_for_a_person() -> None:
    assert rules.mark("short_text", {"accepted": ["lapor"]}, {"text": "menelepon"}) is None


def test_text_is_stored_without_characters_that_a_database_refuses() -> None:
    slot: rules.Slot = {"order": []}
    assert rules.as_stored("short_text", slot, {"text": " a\x00b\ud800\r\nc "}) == {"text": "ab\nc"}


@pytest.mark.parametrize("key", ["", "x" * 65, "a b", None, 7, "é"])
def test_client_keys_are_short_and_plain(key: object) -> None:
    assert rules.key_problem(key) == "client_key_wrong"


# --- the outcome ------------------------------------------------------------------------------------------------------


def marks(*shares: Fraction | int | None, critical: int = 0) -> list[SlotMark]:
    """Marks of a paper, the first so many critical."""
    return [SlotMark(None if one is None else Fraction(one), number < critical) for number, one in enumerate(shares)]


def test_exactly_80_percent_passes() -> None:
    found = rules.outcome(marks(*[1] * 8, 0, 0, critical=3), ExamRules())
    assert found == rules.Outcome(Fraction(4, 5), 0, True)


def test_a_hair_below_80_percent_does_not_pass_and_never_reads_as_80() -> None:
    found = rules.outcome(marks(*[1] * 7, Fraction(999, 1000), 0, 0), ExamRules())
    assert found is not None
    assert not found.passed
    assert rules.points(found.share) == 79


@given(st.lists(st.fractions(0, 1, max_denominator=12), min_size=1, max_size=12))
def test_a_pass_is_the_exact_comparison_of_fractions(shares: list[Fraction]) -> None:
    found = rules.outcome(marks(*shares), ExamRules())
    assert found is not None
    assert found.passed == (5 * sum(shares) >= 4 * len(shares))
    assert (rules.points(found.share) >= 80) == found.passed


def test_one_wrong_critical_item_fails_whatever_the_score() -> None:
    found = rules.outcome(marks(Fraction(1, 2), *[1] * 9, critical=3), ExamRules())
    assert found == rules.Outcome(Fraction(19, 20), 1, False)


def test_there_is_no_outcome_while_a_slot_waits() -> None:
    assert rules.outcome(marks(1, None, 1), ExamRules()) is None


# --- the paper --------------------------------------------------------------------------------------------------------


def bank(size: int, critical: int) -> list[BankItem]:
    """Ordering items, the first so many critical; item ids 1000 above the version ids."""
    return [BankItem(n, n + 1000, "ordering", n < critical, {"right": IDS[:4]}) for n in range(size)]


@given(st.integers(3, 10), st.integers(0, 10), st.text("0123456789abcdef", min_size=32, max_size=32), st.data())
def test_a_paper_has_ten_different_items_three_of_them_critical(
    critical: int, more: int, seed: str, data: st.DataObject
) -> None:
    items = bank(10 + more, critical)
    seen = data.draw(st.frozensets(st.sampled_from([one.item for one in items])))
    paper = rules.paper(seed, items, ExamRules(), seen)
    drawn = [slot["item_version"] for slot in paper]
    assert len(set(drawn)) == len(drawn) == 10
    assert sum(one < critical for one in drawn) >= 3
    assert all(slot["order"] != IDS[:4] and sorted(slot["order"]) == IDS[:4] for slot in paper)
    assert rules.paper(seed, items, ExamRules(), seen) == paper


def test_seen_items_come_only_when_the_others_are_used_up() -> None:
    items, seen = bank(16, 6), frozenset(range(1000, 1003)) | frozenset(range(1010, 1013))
    for number in range(50):
        drawn = {slot["item_version"] + 1000 for slot in rules.paper(f"{number:032x}", items, ExamRules(), seen)}
        assert not drawn & seen


def test_items_and_places_are_drawn_evenly() -> None:
    drawn: Counter[int] = Counter()
    first: Counter[int] = Counter()
    for number in range(2000):
        paper = rules.paper(f"{number:032x}", bank(15, 15), ExamRules(), frozenset())
        drawn.update(slot["item_version"] for slot in paper)
        first[paper[0]["item_version"]] += 1
    assert all(abs(drawn[n] - 1333) < 110 for n in range(15))  # 5 standard deviations
    assert all(abs(first[n] - 133) < 56 for n in range(15))


def test_matching_shuffles_both_sides_and_true_false_neither() -> None:
    key = {"right": {"a": "x", "b": "y", "c": "z"}, "targets": ["x", "y", "z"]}
    slots = [frozen("matching", key, f"{number:032x}") for number in range(60)]
    assert len({tuple(slot["order"]) for slot in slots}) == 6
    assert len({tuple(slot["targets"]) for slot in slots}) == 6
    assert frozen("true_false", {"right": "true"})["order"] == ["true", "false"]


@pytest.mark.parametrize(
    ("size", "critical", "exam"),
    [(9, 9, ExamRules()), (20, 2, ExamRules()), (20, 20, ExamRules(draw=2, critical=3))],
)
def test_a_bank_that_is_too_small_makes_no_paper(size: int, critical: int, exam: ExamRules) -> None:
    with pytest.raises(ValueError, match="too small"):
        rules.paper("00", bank(size, critical), exam, frozenset())


@given(
    st.builds(
        ExamRules,
        draw=st.integers(1, 50),
        pass_share=st.fractions(0, 1),
        pause=st.integers(0, 10_000).map(lambda n: timedelta(minutes=n)),
        time_limit=st.none() | st.integers(1, 500).map(lambda n: timedelta(minutes=n)),
    )
)
def test_exam_rules_survive_being_stored(exam: ExamRules) -> None:
    assert rules.exam_rules(json.loads(json.dumps(exam.as_json()))) == exam


# --- the next try -----------------------------------------------------------------------------------------------------


def failed(count: int, last: datetime = AT) -> list[tuple[datetime, bool | None]]:
    """So many attempts that did not pass, the last one ended then."""
    return [(last - timedelta(hours=count - n), False) for n in range(1, count + 1)]


@pytest.mark.parametrize(
    ("history", "gate", "left"),
    [
        (History([]), Gate.OPEN, 3),
        (History(failed(1)), Gate.OPEN, 2),
        (History(failed(2)), Gate.OPEN, 1),
        (History(failed(3)), Gate.PAUSE, 3),
        (History(failed(3, AT - timedelta(hours=24))), Gate.OPEN, 3),
        (History(failed(3, AT - timedelta(hours=24) + timedelta(seconds=1))), Gate.PAUSE, 3),
        (History(failed(5, AT - timedelta(days=2))), Gate.OPEN, 1),
        (History(failed(6, AT - timedelta(days=9))), Gate.SEE_TRAINER, 0),
        (History(failed(6, AT - timedelta(days=9)), extra_rounds=1), Gate.OPEN, 3),
        (History(failed(9, AT - timedelta(days=9)), extra_rounds=1), Gate.SEE_TRAINER, 0),
        (History([(AT, None)]), Gate.WAITS_FOR_MARK, 2),
        (History([(AT, False), (AT, True)]), Gate.PASSED, 0),
        (History(failed(2), under_way=True), Gate.UNDER_WAY, 1),
        (History([], lessons_missing=1), Gate.LESSONS_MISSING, 3),
        (History([], paused_until=AT + timedelta(hours=1)), Gate.RESET_PAUSE, 3),
        (History([], paused_until=AT), Gate.OPEN, 3),
    ],
)
def test_three_tries_then_a_day_two_rounds_then_the_trainer(history: History, gate: Gate, left: int) -> None:
    found = next_try(history, ExamRules(), AT)
    assert (found.gate, found.left) == (gate, left)
    assert (found.opens_at is not None) == (gate in (Gate.PAUSE, Gate.RESET_PAUSE))


@given(st.integers(0, 20), st.integers(0, 2), st.integers(0, 60))
def test_nobody_ever_gets_more_tries_than_the_rounds_hold(used: int, extra: int, hours: int) -> None:
    found = next_try(History(failed(used), extra_rounds=extra), ExamRules(), AT + timedelta(hours=hours))
    assume(found.gate is Gate.OPEN)
    assert used < 3 * (2 + extra)
    assert 1 <= found.left <= 3


# --- what may be told -------------------------------------------------------------------------------------------------


@given(keyed(), st.data())
def test_before_a_pass_no_reason_of_a_right_option_is_told(
    item: tuple[str, dict[str, Any]], data: st.DataObject
) -> None:
    kind, key = item
    assume(kind in ("single", "multiple"))
    chosen = data.draw(st.lists(st.sampled_from(key["options"]), min_size=1, unique=True))
    value = {"choice": chosen[0]} if kind == "single" else {"choices": chosen}
    told = rules.reasons_told(kind, key, value, passed=False)
    assert not any(rules.is_right(kind, key, one, value) for one in told)
    assert told <= set(chosen)
    assert rules.reasons_told(kind, key, value, passed=True) == set(key["options"])


def test_an_item_without_an_answer_tells_nothing_before_a_pass() -> None:
    assert not rules.reason_told("true_false", None, passed=False)
    assert rules.reason_told("true_false", {"choice": "true"}, passed=False)
    assert not rules.reason_told("matching", {"pairs": {}}, passed=False)


def test_late_is_later_than_the_deadline_and_30_seconds() -> None:
    assert not rules.is_late(AT + timedelta(seconds=30), AT)
    assert rules.is_late(AT + timedelta(seconds=31), AT)
    assert not rules.is_late(AT, None)
