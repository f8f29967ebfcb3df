"""What each level of a programme needs, and what is still missing for one person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any

from lms.certification.rules.states import EXPIRING_WITHIN, add_months

PROGRAMME = "jaga-jakarta"
LEVELS = (1, 2, 3)
LISTS = ("modules", "drills", "evidence")  # of a level
SANCTIONS = ("revoked", "suspended", "proposal")  # proposal: to revoke, not decided yet

EVIDENCE_KINDS = ("identity", "adult", "skck", "unit_letter", "code_of_conduct", "patrol_log", "interview")


@dataclass(frozen=True)
class Holds:
    """That somebody has held a certificate of at least this level for so many months without a gap."""

    level: int
    months: int


@dataclass(frozen=True)
class Level:
    """What one level of a programme version needs and how long its certificate is valid."""

    level: int
    modules: tuple[str, ...]  # slugs of modules whose exam must be passed
    drills: tuple[str, ...]  # slugs of modules whose drill must be signed off
    evidence: tuple[str, ...]
    validity_months: int
    refresher_months: int
    skck_months: int = 6
    one_of: tuple[tuple[str, ...], ...] = ()  # of each list one module: its exam passed and its drill signed off
    holds: Holds | None = None


def programme_problem(rules: Mapping[str, Any]) -> str | None:
    """None for the rules of a programme that certificates can rest on; else the reason code.

    Levels ascend; each needs an exam and a tick of evidence of a known kind, and a refresher that is due by its end.
    """
    try:
        numbers = [row["level"] for row in rules["levels"]]
        right = bool(numbers) and numbers == sorted(set(numbers)) and set(numbers) <= set(LEVELS)
        right = right and all(isinstance(row[name], list) for row in rules["levels"] for name in LISTS)
        right = right and all(isinstance(one, list) for row in rules["levels"] for one in row.get("one_of", []))
        for one in levels(rules).values():
            right = right and all(len(set(choice)) > 1 for choice in one.one_of)
            right = right and (one.holds is None or (0 < one.holds.level < one.level and one.holds.months > 0))
            right = right and bool(one.modules) and bool(one.evidence) and set(one.evidence) <= set(EVIDENCE_KINDS)
            right = right and 0 < one.refresher_months <= one.validity_months and one.skck_months > 0
    except (KeyError, TypeError):
        right = False
    return None if right else "programme_malformed"


def levels(rules: Mapping[str, Any]) -> dict[int, Level]:
    """The levels of a programme version from its stored rules: {"levels": [{level, modules, drills, ...}]}."""
    names = {one.name for one in fields(Level)}
    rows = [{name: value for name, value in row.items() if name in names} for row in rules["levels"]]
    return {row["level"]: Level(**row | _typed(row)) for row in rows}


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    held = row.get("holds")
    return {
        **{name: tuple(row[name]) for name in LISTS},
        "one_of": tuple(tuple(choice) for choice in row.get("one_of", [])),
        "holds": Holds(held["level"], held["months"]) if held else None,
    }


def modules_named(level: Level) -> set[str]:
    """Every module that a level names, also those of which one is chosen."""
    return {*level.modules, *level.drills, *(slug for choice in level.one_of for slug in choice)}


def chosen(level: Level, facts: "Facts") -> tuple[str, ...]:
    """Of each list of alternatives the first module whose exam and drill are done; nothing where none is."""
    done = facts.exams & facts.drills
    found = (next((slug for slug in choice if slug in done), None) for choice in level.one_of)
    return tuple(slug for slug in found if slug is not None)


@dataclass(frozen=True)
class Tenure:
    """One certificate of somebody: its level and the civil dates between which it was or is good."""

    level: int
    issued_on: date
    valid_through: date


@dataclass(frozen=True)
class Facts:
    """What is known of a person who could be certified.

    exams and drills are slugs of modules passed and signed off; evidence is kind -> civil date of the paper or check;
    live is the level of an active certificate, renewable whether that has 30 days or less left or has expired;
    blocked is one of SANCTIONS where that stands against them; held are the certificate in force and those that
    it replaced, the newest first.
    """

    exams: frozenset[str] = frozenset()
    drills: frozenset[str] = frozenset()
    evidence: Mapping[str, date] = field(default_factory=dict[str, date])
    live: int | None = None
    renewable: bool = False
    blocked: str | None = None
    held: tuple[Tenure, ...] = ()

    @property
    def lowest(self) -> int:
        """The lowest level that this person can still be certified for: that of a certificate to renew, or the next."""
        return 1 if self.live is None else self.live + (not self.renewable)


def with_certificate(facts: Facts, status: str, level: int, valid_through: date, on: date) -> Facts:
    """The facts with one more certificate taken in; revoked weighs more than suspended, what was replaced nothing."""
    if status == "active":
        return replace(facts, live=level, renewable=valid_through - on <= EXPIRING_WITHIN)
    return with_sanction(facts, status) if status in SANCTIONS else facts


def with_sanction(facts: Facts, sanction: str) -> Facts:
    """The facts with one more of SANCTIONS; the heaviest is kept."""
    heavier = facts.blocked is None or SANCTIONS.index(sanction) < SANCTIONS.index(facts.blocked)
    return replace(facts, blocked=sanction) if heavier else facts


def held_since(held: Sequence[Tenure], level: int) -> date | None:
    """Since when somebody has held at least this level without a gap; None if they do not hold it now."""
    since: date | None = None
    for one in held:
        if one.level < level or (since is not None and one.valid_through < since - timedelta(days=1)):
            break
        since = one.issued_on
    return since


@dataclass(frozen=True)
class Missing:
    """One thing that is still missing, and which: kind "blocked", "held", "tenure" (which: the level to hold longer),
    "exam", "drill", "one_of" (which: slugs with a bar between them), "evidence" or "skck_old"."""

    kind: str
    which: str


def missing(level: Level, facts: Facts, on: date) -> list[Missing]:
    """What still stands between a person and this level, in the order in which it is done; empty: ready.

    An SKCK counts for six calendar months from its date. Somebody revoked or suspended is refused whatever else they
    have; somebody who holds this level or a higher one needs none until 30 days before its end.
    """
    gaps: list[Missing] = []
    if facts.blocked:
        gaps.append(Missing("blocked", facts.blocked))
    if level.level < facts.lowest:
        gaps.append(Missing("held", str(facts.live)))
    if level.holds and not _held_long_enough(level.holds, facts.held, on):
        gaps.append(Missing("tenure", str(level.holds.level)))
    gaps += [Missing("exam", slug) for slug in level.modules if slug not in facts.exams]
    gaps += [Missing("drill", slug) for slug in level.drills if slug not in facts.drills]
    done = facts.exams & facts.drills
    gaps += [Missing("one_of", "|".join(choice)) for choice in level.one_of if not done & set(choice)]
    gaps += [Missing("evidence", kind) for kind in level.evidence if kind not in facts.evidence]
    skck = facts.evidence.get("skck")
    if "skck" in level.evidence and skck is not None and on > add_months(skck, level.skck_months):
        gaps.append(Missing("skck_old", skck.isoformat()))
    return gaps


def _held_long_enough(wanted: Holds, held: Sequence[Tenure], on: date) -> bool:
    since = held_since(held, wanted.level)
    return since is not None and on >= add_months(since, wanted.months)


def goal(all_levels: Iterable[int], chosen: int | None, facts: Facts) -> int | None:
    """The level that a person is working towards: the one chosen if they can still be certified for it, else the
    lowest for which they can; None when there is none."""
    open_levels = [number for number in sorted(all_levels) if number >= facts.lowest]
    return chosen if chosen in open_levels else next(iter(open_levels), None)


def aim(all_levels: Mapping[int, Level], chosen: int | None, facts: Facts) -> tuple[Level | None, bool]:
    """The level whose modules stand first on somebody's way, and whether they are still working towards it.

    The goal; but who holds a certificate and has chosen no higher goal is at rest: their own level, nothing urges on.
    """
    at_rest = facts.live is not None and not facts.renewable and (chosen is None or chosen < facts.lowest)
    number = facts.live if at_rest else goal(all_levels, chosen, facts)
    return all_levels.get(number or 0), not at_rest


def refusal(gap: Missing) -> str:
    """The code with which a certificate is refused because of a gap."""
    if gap.kind == "blocked":
        return f"member_{gap.which}"
    return {"held": "level_held", "skck_old": "skck_old"}.get(gap.kind, f"{gap.kind}_missing")


def on_desk(gaps: Sequence[Missing]) -> bool:
    """Whether somebody stands in the approver's queue: exams and drills are done, only evidence may be missing."""
    return all(gap.kind in ("evidence", "skck_old") for gap in gaps)
