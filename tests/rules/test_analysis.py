"""Item analysis against tables that were worked out by hand, at its edges, and within its bounds."""

from collections.abc import Sequence
from fractions import Fraction as F
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules import analysis
from lms.quizzes.rules.analysis import Answered, Response, Sign

SINGLE = {"right": "b", "options": ["a", "b", "c", "d"]}


def single(choices: str, right: str = "b", seconds: int | None = None) -> Answered:
    """A single item that somebody with each rest score from 1 up answered, lowest first; "-" no answer."""
    responses = [
        Response(F(one == right), frozenset() if one == "-" else frozenset(one), seconds, F(score))
        for score, one in enumerate(choices, 1)
    ]
    return Answered("single", list("abcd"), {**SINGLE, "right": right}, responses)


def codes(found: analysis.Analysis) -> list[str]:
    """The codes of the signs."""
    return [one.code for one in found.signs]


def one(item: Answered) -> analysis.Analysis:
    """The analysis of an exam of one item."""
    return analysis.analyses([item])[0]


# --- worked out by hand -----------------------------------------------------------------------------------------------

# x         points in the item                            mean 3/5
# y         points in the rest                            mean 2
# dx dy     Sxy = 4/5 + 2/5 + 3/5 + 0 + 6/5 = 3     Sxx = 3 * 4/25 + 2 * 9/25 = 6/5     Syy = 4 + 1 + 1 + 0 + 4 = 10
DICHOTOMOUS = [(1, 4), (1, 3), (0, 1), (1, 2), (0, 0)]
# mean x 1/2, mean y 1     Sxy = 1/2 * 1     Sxx = 1/4 + 1/4     Syy = 1 + 1
PARTIAL = [(F(1), 2), (F(1, 2), 0), (F(0), 1), (F(1, 2), 1)]
# mean x 1/3, mean y 2     Sxy = -1/3 - 2/3     Sxx = 1/9 + 1/9 + 4/9     Syy = 1 + 1
AGAINST = [(0, 3), (0, 2), (1, 1)]


@pytest.mark.parametrize(
    ("table", "across", "own", "rest"),
    [(DICHOTOMOUS, 3, F(6, 5), 10), (PARTIAL, F(1, 2), F(1, 2), 2), (AGAINST, -1, F(2, 3), 2)],
)
def test_discrimination_of_small_tables(table: list[tuple[Any, Any]], across: F, own: F, rest: F) -> None:
    found = analysis.discrimination([F(x) for x, _ in table], [F(y) for _, y in table])
    assert found == pytest.approx(across / sqrt(own * rest), abs=1e-12)


def test_discrimination_of_right_and_wrong_is_the_point_biserial_correlation() -> None:
    """(M1 - M0) / s * sqrt(p q): the right ones have 3 in the rest, the wrong ones 1/2; s squared is 2, p 3/5."""
    found = analysis.discrimination([F(x) for x, _ in DICHOTOMOUS], [F(y) for _, y in DICHOTOMOUS])
    assert found == pytest.approx((3 - 0.5) / sqrt(2) * sqrt(0.6 * 0.4), abs=1e-12)
    assert found == pytest.approx(0.866025403784, abs=1e-12)


# b at 4 6 8 9 11 12 14 15 16 17 18 20: sum 150; a at 1 2 3 7 13 19: sum 45; c at 5 10: sum 15; all: 210, mean 10.5
# Syy = (20^3 - 20) / 12 = 665     Sxx = 20 p (1 - p)     Sxy = sum - 10.5 n
# upper 5: b b b a b     lower 5: a a a b c
TWENTY = "aaabc" "babbc" "bbabb" "bbbab"  # fmt: skip


@pytest.mark.parametrize(
    ("option", "share", "upper", "lower", "link"),
    [
        ("a", F(6, 20), F(1, 5), F(3, 5), -18 / sqrt(4.2 * 665)),
        ("b", F(12, 20), F(4, 5), F(1, 5), 24 / sqrt(4.8 * 665)),
        ("c", F(2, 20), F(0), F(1, 5), -6 / sqrt(1.8 * 665)),
        ("d", F(0), F(0), F(0), None),
    ],
)
def test_how_the_options_of_twenty_attempts_were_used(
    option: str, share: F, upper: F, lower: F, link: float | None
) -> None:
    use = one(single(TWENTY)).options[option]
    assert (use.share, use.upper, use.lower) == (share, upper, lower)
    assert use.discrimination == (link if link is None else pytest.approx(link, abs=1e-12))


def test_an_item_of_twenty_attempts() -> None:
    found = one(single(TWENTY, seconds=30))
    assert (found.n, found.facility, found.seconds) == (20, F(3, 5), F(30))
    assert found.discrimination == pytest.approx(0.424796, abs=1e-6)
    assert found.signs == (Sign("never_chosen", ("d",)),)


def test_the_same_answers_with_a_wrong_key() -> None:
    found = one(single(TWENTY, right="a"))
    assert found.facility == F(3, 10)
    assert found.discrimination == pytest.approx(-18 / sqrt(4.2 * 665), abs=1e-12)
    assert found.signs == (
        Sign("suspected_wrong_key", ("b",)),
        Sign("never_chosen", ("d",)),
        Sign("weak"),
        Sign("negative"),
    )


# --- groups -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "places"), [(1, 1), (2, 1), (5, 1), (6, 2), (10, 3), (20, 5), (50, 14), (100, 27)])
def test_the_groups_have_27_per_cent(count: int, places: int) -> None:
    rests = [F(score) for score in range(count)]
    assert analysis.upper_weights(rests) == [F(0)] * (count - places) + [F(1)] * places
    assert analysis.lower_weights(rests) == [F(1)] * places + [F(0)] * (count - places)


def test_those_at_the_border_share_the_places_that_are_left() -> None:
    """Ten attempts, three places: 9 and 8 have one each, both of 7 half of the third; below the same with 4."""
    rests = [F(score) for score in (9, 8, 7, 7, 6, 5, 4, 4, 3, 1)]
    assert analysis.upper_weights(rests) == [1, 1, F(1, 2), F(1, 2), 0, 0, 0, 0, 0, 0]
    assert analysis.lower_weights(rests) == [0, 0, 0, 0, 0, 0, F(1, 2), F(1, 2), 1, 1]


def test_where_all_have_the_same_score_the_groups_are_everybody() -> None:
    item = single("ab" * 10)
    level = [Response(each.share, each.chosen, None, F(1)) for each in item.responses]
    found = one(Answered(item.kind, item.options, item.key, level))
    use = found.options["a"]
    assert (use.share, use.upper, use.lower, use.discrimination) == (F(1, 2), F(1, 2), F(1, 2), None)
    assert found.discrimination is None
    assert codes(found) == ["never_chosen"]


# --- signs ------------------------------------------------------------------------------------------------------------


def test_below_twenty_attempts_nothing_is_said() -> None:
    assert one(single("b" * 19)) == analysis.Analysis(19, signs=(Sign("too_few"),))
    assert one(single("")) == analysis.Analysis(0, signs=(Sign("too_few"),))
    assert one(single("b" * 20)).n == 20
    assert "too_few" not in codes(one(single("b" * 20)))


@pytest.mark.parametrize(
    ("wrong", "sign"), [(0, "too_easy"), (1, "too_easy"), (2, None), (15, None), (16, "too_hard"), (20, "too_hard")]
)
def test_too_easy_from_19_of_20_and_too_hard_from_4_of_20(wrong: int, sign: str | None) -> None:
    found = codes(one(single("a" * wrong + "b" * (20 - wrong))))
    assert [each for each in found if each.startswith("too")] == ([sign] if sign else [])


# Twenty attempts, right or wrong with a rest score of 0 or 1. With 10 right of 20 and 10 of 20 in the rest, r is
# (both - 5) / 5: both 5 gives 0, both 6 gives 0.2, both 4 gives -0.2. With 16 and 16 Sxy is both - 12.8, Sxx and Syy
# are 3.2: both 13 gives 0.0625. With 5 right and 4 in the rest Sxy is both - 1, Sxx 3.75, Syy 3.2: both 1 gives 0.
@pytest.mark.parametrize(
    ("right", "rest", "both", "signs"),
    [
        (10, 10, 5, ["weak"]),
        (10, 10, 6, []),
        (10, 10, 4, ["weak", "negative"]),
        (16, 16, 13, ["weak"]),
        (5, 4, 1, ["weak"]),
        (5, 4, 2, []),
    ],
)
def test_weak_below_a_tenth_and_negative_below_nought(right: int, rest: int, both: int, signs: list[str]) -> None:
    pairs = [(1, 1)] * both + [(1, 0)] * (right - both) + [(0, 1)] * (rest - both)
    pairs += [(0, 0)] * (20 - len(pairs))
    responses = [Response(F(x), frozenset(), None, F(y)) for x, y in pairs]
    assert codes(one(Answered("numeric", [], {"min": "1", "max": "2"}, responses))) == signs


@pytest.mark.parametrize(
    ("choices", "right", "suspected"),
    [
        ("a" * 11 + "b" * 9, "b", ["a"]),  # chosen more often, though by the weaker ones
        ("a" * 10 + "b" * 10, "b", []),
        ("b" * 11 + "a" * 9, "b", ["a"]),  # chosen less often, by the better ones
        ("b" * 8 + "a" * 4 + "b" * 8, "b", []),  # neither good nor bad: both correlate with 0
        ("a" * 4 + "b" * 16, "b", []),
        ("-" * 12 + "b" * 8, "b", []),
        ("c" * 7 + "d" * 7 + "b" * 6, "b", ["c", "d"]),
        ("a" * 20, "b", ["a"]),
        ("c" * 6 + "ab" * 6 + "bb", "b", []),  # those who are good choose a wrong one, too, but the right one no less
    ],
)
def test_when_the_key_is_suspected_to_be_wrong(choices: str, right: str, suspected: list[str]) -> None:
    signs = {each.code: list(each.options) for each in one(single(choices, right)).signs}
    assert signs.get("suspected_wrong_key", []) == suspected


def test_the_key_of_several_is_suspected_where_a_right_option_goes_against_and_a_wrong_one_with_the_score() -> None:
    """The better half chose a and d, the weaker a and c; the key says a and c."""
    chosen = [frozenset("ac")] * 10 + [frozenset("ad")] * 10
    responses = [Response(F(1, 2), each, None, F(score)) for score, each in enumerate(chosen)]
    item = Answered("multiple", list("abcd"), {"right": ["a", "c"], "options": list("abcd")}, responses)
    found = one(item)
    assert found.signs == (Sign("suspected_wrong_key", ("d",)), Sign("never_chosen", ("b",)))
    assert [found.options[each].share for each in "abcd"] == [F(1), F(0), F(1, 2), F(1, 2)]


def test_a_wrong_option_may_be_chosen_more_often_than_one_of_several_right_ones() -> None:
    """All chose a, the best four c as well, the weakest eight b."""
    chosen = [frozenset("a") | frozenset("b" * (score < 8) + "c" * (score >= 16)) for score in range(20)]
    responses = [Response(F(1, 2), each, None, F(score)) for score, each in enumerate(chosen)]
    found = one(Answered("multiple", list("abcd"), {"right": ["a", "c"]}, responses))
    assert [found.options[each].share for each in "abcd"] == [F(1), F(2, 5), F(1, 5), F(0)]
    assert found.signs == (Sign("never_chosen", ("d",)),)


def test_a_statement_has_the_options_true_and_false() -> None:
    responses = [
        Response(F(score > 5), frozenset(["true" if score > 5 else "false"]), None, F(score)) for score in range(20)
    ]
    found = one(Answered("true_false", ["true", "false"], {"right": "true"}, responses))
    assert [found.options[each].share for each in ("true", "false")] == [F(14, 20), F(6, 20)]
    assert codes(found) == []


@pytest.mark.parametrize("kind", ["matching", "ordering", "numeric", "short_text"])
def test_kinds_whose_answers_choose_no_options_have_no_shares(kind: str) -> None:
    responses = [Response(F(score, 20), frozenset(), None, F(score)) for score in range(20)]
    found = one(Answered(kind, ["a", "b"], {"right": {"a": "t1", "b": "t1"}}, responses))
    assert (found.options, found.signs, found.facility) == ({}, (), F(19, 40))
    assert found.discrimination == pytest.approx(1)


@pytest.mark.parametrize(
    ("seconds", "sign"), [(59, []), (60, ["slow"]), (16, []), (15, ["fast"]), (30, []), (None, [])]
)
def test_slow_is_twice_and_fast_half_the_median_of_the_exam(seconds: int | None, sign: list[str]) -> None:
    others = [single(TWENTY, seconds=30)] * 3
    found = analysis.analyses([single(TWENTY, seconds=seconds), *others])
    assert [each for each in codes(found[0]) if each in ("slow", "fast")] == sign
    assert not {"slow", "fast"} & set(codes(found[1]))


def test_times_count_from_twenty_on_and_the_median_of_two_is_between_them() -> None:
    def timed(known: int) -> Answered:
        item = single(TWENTY)
        times = [10] * (known // 2) + [11] * (known - known // 2) + [None] * (20 - known)
        timed = [
            Response(each.share, each.chosen, time, each.rest) for each, time in zip(item.responses, times, strict=True)
        ]
        return Answered(item.kind, item.options, item.key, timed)

    assert one(timed(20)).seconds == F(21, 2)
    assert one(timed(19)).seconds is None
    slow = analysis.analyses([timed(19), single(TWENTY, seconds=1), single(TWENTY, seconds=1)])[0]
    assert codes(slow) == ["never_chosen"]
    assert codes(one(single(TWENTY, seconds=0))) == ["never_chosen"]


# --- bounds -----------------------------------------------------------------------------------------------------------

shares = st.fractions(0, 1, max_denominator=6)
responses = st.builds(
    Response, shares, st.sampled_from(["", "a", "b", "c", "d"]).map(frozenset), st.none() | st.integers(0, 900), shares
)
several = st.builds(Response, shares, st.frozensets(st.sampled_from("abcd")), st.none(), shares)


def of(found: Sequence[Response], kind: str = "single") -> Answered:
    """An item with these answers."""
    key = {"right": "b" if kind == "single" else ["b", "d"], "options": list("abcd")}
    return Answered(kind, list("abcd"), key, found)


@given(found=st.lists(responses, min_size=1, max_size=40))
def test_shares_of_a_single_item_and_of_no_answer_are_one(found: list[Response]) -> None:
    uses = analysis.option_uses(of(found)).values()
    upper = analysis.upper_weights([each.rest for each in found])
    assert sum(each.share for each in uses) + F(sum(not each.chosen for each in found), len(found)) == 1
    without = sum(weight for weight, each in zip(upper, found, strict=True) if not each.chosen) / sum(upper)
    assert sum(each.upper for each in uses) + without == 1
    assert 0 <= analysis.facility(found) <= 1


@given(found=st.lists(several, min_size=1, max_size=40))
def test_all_is_within_its_bounds(found: list[Response]) -> None:
    for use in analysis.option_uses(of(found, "multiple")).values():
        assert all(0 <= each <= 1 for each in (use.share, use.upper, use.lower))
        assert use.discrimination is None or -1 <= use.discrimination <= 1


@given(values=st.lists(st.tuples(st.fractions(), st.fractions()), max_size=30))
def test_the_correlation_is_within_its_bounds_both_ways(values: list[tuple[F, F]]) -> None:
    x, y = [a for a, _ in values], [b for _, b in values]
    found = analysis.discrimination(x, y)
    assert (found is None) == (len(set(x)) < 2 or len(set(y)) < 2)
    assert found is None or -1 <= found <= 1
    assert analysis.discrimination(y, x) == found
    assert analysis.discrimination([-each for each in x], y) == (None if found is None else -found)
    assert analysis.discrimination([3 * each + 2 for each in x], y) == found


@given(values=st.lists(st.fractions(), min_size=2, max_size=20, unique=True))
def test_what_goes_exactly_together_correlates_with_one(values: list[F]) -> None:
    assert analysis.discrimination(values, [each / 7 - 5 for each in values]) == 1
    assert analysis.discrimination(values, [-each for each in values]) == -1


@given(rests=st.lists(shares, min_size=1, max_size=60))
def test_both_groups_have_as_many_places(rests: list[F]) -> None:
    upper, lower = analysis.upper_weights(rests), analysis.lower_weights(rests)
    assert sum(upper) == sum(lower) == max(1, (27 * len(rests) + 50) // 100)
    assert all(0 <= each <= 1 for each in upper + lower)
    border = min(score for score, weight in zip(rests, upper, strict=True) if weight)
    assert all(weight == 1 for score, weight in zip(rests, upper, strict=True) if score > border)


@given(found=st.lists(responses, max_size=40), order=st.randoms())
def test_the_order_of_the_answers_plays_no_part(found: list[Response], order: Any) -> None:
    mixed = order.sample(found, len(found))
    assert analysis.analyses([of(found)]) == analysis.analyses([of(mixed)])


@given(found=st.lists(responses, min_size=20, max_size=40))
def test_signs_are_of_what_was_found(found: list[Response]) -> None:
    result = one(of(found))
    signs = {each.code: each.options for each in result.signs}
    assert set(signs.get("never_chosen", ())) == {name for name, use in result.options.items() if use.share == 0}
    assert "b" not in signs.get("suspected_wrong_key", ())
    assert not {"too_easy", "too_hard"} <= signs.keys()
    assert ("negative" in signs) <= ("weak" in signs)
