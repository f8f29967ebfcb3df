"""What the answers of many say about an item: classical item analysis, exact but for the correlation.

Sources: L. Crocker and J. Algina, Introduction to Classical and Modern Test Theory (1986), chapter 14; T. L. Kelley,
The selection of upper and lower groups for the validation of test items, Journal of Educational Psychology 30 (1939);
for items with partial credit the documentation of Moodle, Quiz statistics calculations (docs.moodle.org/dev).
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median

from lms.quizzes.rules.kinds import Key

LEAST = 20  # attempts; what fewer say is chance, and close to naming people
GROUP = Fraction(27, 100)  # of the attempts in the upper and in the lower group (Kelley)
TOO_EASY, TOO_HARD = Fraction(95, 100), Fraction(20, 100)
WEAK = 0.10  # lower than the 0.20 below which Ebel and Frisbie (Essentials of Educational Measurement, 1991) reject
SLOW, FAST = Fraction(2), Fraction(1, 2)  # of the median of the exam; ours, nobody has a rule for it

_CHOSEN = ("single", "multiple", "true_false")  # the kinds whose answers are options that were chosen


@dataclass(frozen=True)
class Response:
    """One answer to an item: the share of its points (0 to 1), the ids of the options that were chosen (none: no
    answer), the seconds it took if they are known, and the score of the rest of the attempt, without this item."""

    share: Fraction
    chosen: frozenset[str]
    seconds: int | None
    rest: Fraction


@dataclass(frozen=True)
class Answered:
    """An item with all that was answered to it; options and key as in kinds.py."""

    kind: str
    options: Sequence[str]
    key: Key
    responses: Sequence[Response]

    @property
    def right(self) -> frozenset[str]:
        """The ids of the right options; none where an answer does not choose options."""
        right = self.key["right"] if self.kind in _CHOSEN else ()
        return frozenset([right] if isinstance(right, str) else right)


@dataclass(frozen=True)
class OptionUse:
    """How many chose an option, as shares of all, of the upper and of the lower group; and the correlation of choosing
    it with the rest score."""

    share: Fraction
    upper: Fraction
    lower: Fraction
    discrimination: float | None


@dataclass(frozen=True)
class Sign:
    """Something that a trainer should look at: a code, and the options that it is about."""

    code: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """What the answers say about an item; below LEAST answers nothing but how many there are."""

    n: int
    facility: Fraction | None = None
    discrimination: float | None = None
    options: Mapping[str, OptionUse] = field(default_factory=dict[str, OptionUse])
    seconds: Fraction | None = None
    signs: tuple[Sign, ...] = ()


def facility(responses: Sequence[Response]) -> Fraction:
    """The mean share of the points, p = sum(x) / n: 0 nobody earns any, 1 everybody all (Moodle's
    facility index). ZeroDivisionError without responses."""
    return sum((one.share for one in responses), Fraction(0)) / len(responses)


def discrimination(values: Sequence[Fraction], rests: Sequence[Fraction]) -> float | None:
    """How what somebody earns in an item goes with what the same person earns in the rest, -1 to 1.

    The product-moment correlation r = S_xy / sqrt(S_xx S_yy) of the item with the rest score, where S_xy = sum((x -
    mean x) (y - mean y)); with x of 0 and 1 it is the point-biserial one. The item is left out of the score, else it
    would correlate with itself (Moodle's discrimination index is 100 r). None where either
    does not vary. The sums are exact, and so is r squared; a float only holds its root.
    """
    x, y = _deviations(values), _deviations(rests)
    across, both = _product(x, y), _product(x, x) * _product(y, y)
    return math.copysign(math.sqrt(across * across / both), across) if both else None


def _deviations(values: Sequence[Fraction]) -> list[Fraction]:
    mean = sum(values, Fraction(0)) / len(values) if values else Fraction(0)
    return [one - mean for one in values]


def _product(one: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0))


def upper_weights(rests: Sequence[Fraction]) -> list[Fraction]:
    """How far each attempt belongs to the upper group, 0 to 1: the group has 27 % of them, rounded to whole ones (half
    up, at least one). Attempts with the score at the border share the places that are left, so order plays no part.
    """
    left = max(1, math.floor(GROUP * len(rests) + Fraction(1, 2)))
    weights: dict[Fraction, Fraction] = {}
    for score, count in sorted(Counter(rests).items(), reverse=True):
        weights[score] = Fraction(min(left, count), count)
        left = max(0, left - count)
    return [weights[one] for one in rests]


def lower_weights(rests: Sequence[Fraction]) -> list[Fraction]:
    """How far each attempt belongs to the lower group, as upper_weights."""
    return upper_weights([-one for one in rests])


def option_uses(item: Answered) -> dict[str, OptionUse]:
    """How each option was used, by its id; empty for a kind whose answers choose no options, and without responses."""
    if item.kind not in _CHOSEN or not item.responses:
        return {}
    rests = [one.rest for one in item.responses]
    everybody, upper, lower = [Fraction(1)] * len(rests), upper_weights(rests), lower_weights(rests)
    uses = {}
    for option in item.options:
        took = [Fraction(option in one.chosen) for one in item.responses]
        of_all, of_upper, of_lower = (_product(took, group) / sum(group) for group in (everybody, upper, lower))
        uses[option] = OptionUse(of_all, of_upper, of_lower, discrimination(took, rests))
    return uses


def analyses(items: Sequence[Answered]) -> list[Analysis]:
    """The analysis of each item of an exam, in their order; times are compared with the median of all their answers."""
    usual = _median([response for item in items for response in item.responses])
    return [_analysis(item, usual) for item in items]


def _median(responses: Sequence[Response]) -> Fraction | None:
    """The median of the seconds that are known; None below LEAST."""
    known = [Fraction(one.seconds) for one in responses if one.seconds is not None]
    return median(known) if len(known) >= LEAST else None


def _analysis(item: Answered, usual: Fraction | None) -> Analysis:
    count = len(item.responses)
    if count < LEAST:
        return Analysis(count, signs=(Sign("too_few"),))
    easy = facility(item.responses)
    link = discrimination([one.share for one in item.responses], [one.rest for one in item.responses])
    uses = option_uses(item)
    seconds = _median(item.responses)
    signs = (*_of_key(item.right, uses), *_of_score(easy, link), *_of_time(seconds, usual))
    return Analysis(count, easy, link, uses, seconds, signs)


def _of_key(right: frozenset[str], uses: Mapping[str, OptionUse]) -> list[Sign]:
    """A wrong option is suspected to be right where more chose it than any right one; or where those who are good
    choose it, and a right one those who are not."""
    keyed = [use for option, use in uses.items() if option in right]
    most = max((use.share for use in keyed), default=Fraction(1))
    against = any((use.discrimination or 0) < 0 for use in keyed)
    suspected = [
        option
        for option, use in uses.items()
        if option not in right and (use.share > most or (against and (use.discrimination or 0) > 0))
    ]
    unused = [option for option, use in uses.items() if not use.share]
    found = {"suspected_wrong_key": suspected, "never_chosen": unused}
    return [Sign(code, tuple(options)) for code, options in found.items() if options]


def _of_score(easy: Fraction, link: float | None) -> list[Sign]:
    found = {
        "too_easy": easy >= TOO_EASY,
        "too_hard": easy <= TOO_HARD,
        "weak": link is not None and link < WEAK,
        "negative": link is not None and link < 0,
    }
    return [Sign(code) for code, holds in found.items() if holds]


def _of_time(seconds: Fraction | None, usual: Fraction | None) -> list[Sign]:
    if seconds is None or not usual:
        return []
    found = {"slow": seconds >= SLOW * usual, "fast": seconds <= FAST * usual}
    return [Sign(code) for code, holds in found.items() if holds]
