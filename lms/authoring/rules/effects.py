"""What publishing a version of a module does to those who learn and to those who are certified."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What happens to one person; a person can meet several."""

    NOTHING = "nothing"
    FINISHES_OLD = "finishes_old"  # an attempt under way goes on, on the version that it began with
    READS_AGAIN = "reads_again"  # lessons that they had read and that have changed
    TAKES_AGAIN = "takes_again"  # the exam that they had passed, by the date
    REFRESHER_DUE = "refresher_due"  # their certificate reads PERLU PENYEGARAN after the date without a new pass


@dataclass(frozen=True)
class Progress:
    """Where somebody stands at a module: whether they have read one of the changed lessons, have an attempt under way,
    have passed, and hold a certificate that rests on it."""

    read_changed: bool
    under_way: bool
    passed: bool
    certified: bool


def effect_on(change: str, progress: Progress) -> frozenset[Effect]:
    """What a change ("editorial", "acknowledge", "retest") does to somebody.

    Editorial: nobody reads or passes anything again. Acknowledge: changed lessons are read again, a pass stands.
    Retest: changed lessons are read again and whoever has passed passes again by the date; a certificate that rests on
    the old pass is not good for patrol after it. An attempt under way ends on the version that it began with.
    """
    effects = {Effect.FINISHES_OLD} if progress.under_way else set[Effect]()
    if change != "editorial" and progress.read_changed:
        effects.add(Effect.READS_AGAIN)
    if change == "retest" and progress.passed:
        effects.add(Effect.TAKES_AGAIN)
        if progress.certified:
            effects.add(Effect.REFRESHER_DUE)
    return frozenset(effects) or frozenset({Effect.NOTHING})


@dataclass(frozen=True)
class Summary:
    """How many people a change touches, by effect, among those who are learning (not passed) and who have passed."""

    learning: Mapping[Effect, int]
    passed: Mapping[Effect, int]
    certified: int


def summary(change: str, people: Mapping[Progress, int]) -> Summary:
    """The effects of a change on so many people of each progress."""
    learning: Counter[Effect] = Counter()
    passed: Counter[Effect] = Counter()
    for progress, count in people.items():
        for effect in effect_on(change, progress):
            (passed if progress.passed else learning)[effect] += count
    certified = sum(count for progress, count in people.items() if progress.certified)
    return Summary(dict(learning), dict(passed), certified)
