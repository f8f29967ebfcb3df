"""What the public, an officer and the member may see after a scan, and how often an officer may look."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low

from lms.certification.rules import Standing

CHECK_REASONS = ("patrol", "post", "handover", "complaint", "other_duty")
HIDDEN_FROM_MEMBER = ("complaint",)  # a member is not told of a look because of a complaint
LOOK = "look"  # the action of the audit rows that are counted
LOOKUPS_AN_HOUR = 60
LOOKUP_WINDOW = timedelta(hours=1)
OUTLIER_AT_LEAST = 10
OUTLIER_TIMES = 3


def masked(name: str) -> str:
    """The first letter of each word, then three dots: no word's length shows. Words without a letter are left out."""
    first = (next((sign for sign in word if sign.isalpha()), "") for word in unicodedata.normalize("NFC", name).split())
    return " ".join(f"{letter}..." for letter in first if letter)


@dataclass(frozen=True)
class PatrolAnswer:
    """The second question on its own line: may this person be proposed for patrol; if not, the reason code."""

    may: bool
    because: str | None


def patrol_answer(found: Standing, level: int) -> PatrolAnswer:
    """Only a valid certificate of Tingkat 2 or higher may be proposed for patrol; a valid Tingkat 1 is not."""
    if found is not Standing.VALID:
        return PatrolAnswer(False, str(found))
    return PatrolAnswer(True, None) if level >= 2 else PatrolAnswer(False, "level_1")


def may_look(lookups_in_last_hour: int) -> bool:
    """Sixty ad hoc look-ups an hour for each officer, counted from audit rows."""
    return lookups_in_last_hour < LOOKUPS_AN_HOUR


def outliers(counts: Mapping[int, int]) -> frozenset[int]:
    """Officers whose look-ups stand out: ten or more, and over three times the median of all who looked."""
    usual = median_low(counts.values()) if counts else 0
    return frozenset(who for who, n in counts.items() if n >= OUTLIER_AT_LEAST and n > OUTLIER_TIMES * usual)


@dataclass(frozen=True)
class PublicFacts:
    """What anybody may read behind a code. No unit, photo, contact, score, reason or place."""

    standing: Standing
    level: int
    issued: date
    expires: date
    name_masked: str
    expiring: bool
