"""What certification needs, number and code, dates, and the state machine of a certificate."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

PROGRAMME = "jaga-jakarta"
LEVELS = (1, 2, 3)
LISTS = ("modules", "drills", "evidence")  # of a level

EVIDENCE_KINDS = ("identity", "adult", "skck", "unit_letter", "code_of_conduct")
EVENTS = ("issued", "suspended", "reinstated", "revoked", "replaced", "withdrawn", "erased")
STATUSES = ("provisional", "active", "suspended", "revoked", "replaced", "withdrawn")
PROPOSAL_KINDS = ("revoke", "reinstate", "programme")
PROPOSAL_LIFE = timedelta(days=14)

# Reason codes that people choose from, by act; the words are in the templates.
REASONS: Mapping[str, Sequence[str]] = {
    "suspend": ("force", "extortion", "impersonation", "hate", "intoxicated", "investigation", "identity", "unit"),
    "revoke": ("detaining", "weapon", "extortion", "lent", "spread_data", "political", "while_suspended", "false_data",
               "cheating"),
    "reinstate": ("not_proven", "mistake", "resolved"),
}  # fmt: skip

EXPIRING_WITHIN = timedelta(days=30)  # and so long before its end a certificate can be renewed

# event -> kind of its leaf in the ledger
LEAF_OF = {"issued": "issue", "suspended": "suspend", "reinstated": "reinstate", "revoked": "revoke",
           "replaced": "replace", "withdrawn": "withdraw", "erased": "erase"}  # fmt: skip
EVENT_OF = {"revoke": "revoked", "reinstate": "reinstated"}  # what an accepted proposal does

# (status, event) -> status. What is not here is refused.
NEXT: Mapping[tuple[str | None, str], str] = {
    (None, "issued"): "active",
    ("active", "suspended"): "suspended",
    ("suspended", "reinstated"): "active",
    ("active", "revoked"): "revoked",
    ("suspended", "revoked"): "revoked",
    ("active", "replaced"): "replaced",
    ("active", "withdrawn"): "withdrawn",
    ("suspended", "withdrawn"): "withdrawn",
    ("withdrawn", "erased"): "withdrawn",
    ("revoked", "erased"): "revoked",
    ("replaced", "erased"): "replaced",
}


def after(status: str | None, event: str) -> str:
    """The status after an event; ValueError if the event is not allowed in this status."""
    try:
        return NEXT[status, event]
    except KeyError:
        raise ValueError(f"{event} is not possible when {status or 'not issued'}") from None


def fold(events: Iterable[str]) -> str | None:
    """The status that a list of events makes; ValueError at the first that is not allowed."""
    status: str | None = None
    for event in events:
        status = after(status, event)
    return status


class Standing(StrEnum):
    """What a certificate stands at: status and dates at the time asked (contract.md)."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REFRESHER_DUE = "refresher_due"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


def standing(status: str, valid_through: date, refresher_due: date, on: date) -> Standing:
    """The standing on a civil date in Jakarta: what was done to it first, then expiry, then the refresher.

    valid_through is inclusive: expired from 00.00 WIB of the next day. A refresher is due from its date on.
    """
    if status != "active":
        return Standing.UNKNOWN if status == "provisional" else Standing(status)
    if on > valid_through:
        return Standing.EXPIRED
    return Standing.REFRESHER_DUE if on >= refresher_due else Standing.VALID


def is_expiring(found: Standing, valid_through: date, on: date) -> bool:
    """Whether a valid certificate has 30 days or less left."""
    return found is Standing.VALID and valid_through - on <= EXPIRING_WITHIN


def add_months(day: date, months: int) -> date:
    """A civil date so many calendar months later; where the month is shorter, its last day (29 February -> 28)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)  # month from 0
    last = date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)
    return date(year, month + 1, min(day.day, last.day))


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


def programme_problem(rules: Mapping[str, Any]) -> str | None:
    """None for the rules of a programme that certificates can rest on; else the reason code.

    Levels ascend; each needs an exam and a tick of evidence of a known kind, and a refresher that is due by its end.
    """
    try:
        numbers = [row["level"] for row in rules["levels"]]
        right = bool(numbers) and numbers == sorted(set(numbers)) and set(numbers) <= set(LEVELS)
        right = right and all(isinstance(row[name], list) for row in rules["levels"] for name in LISTS)
        for one in levels(rules).values():
            right = right and bool(one.modules) and bool(one.evidence) and set(one.evidence) <= set(EVIDENCE_KINDS)
            right = right and 0 < one.refresher_months <= one.validity_months and one.skck_months > 0
    except (KeyError, TypeError):
        right = False
    return None if right else "programme_malformed"


def levels(rules: Mapping[str, Any]) -> dict[int, Level]:
    """The levels of a programme version from its stored rules: {"levels": [{level, modules, drills, ...}]}."""
    names = {one.name for one in fields(Level)}
    rows = [{name: value for name, value in row.items() if name in names} for row in rules["levels"]]
    return {row["level"]: Level(**row | {name: tuple(row[name]) for name in LISTS}) for row in rows}


@dataclass(frozen=True)
class Facts:
    """What is known of a person who could be certified.

    exams and drills are slugs of modules passed and signed off; evidence is kind -> civil date of the paper or check;
    live is the level of an active certificate, renewable whether that has 30 days or less left or has expired;
    blocked is "suspended" or "revoked" where that stands against them.
    """

    exams: frozenset[str] = frozenset()
    drills: frozenset[str] = frozenset()
    evidence: Mapping[str, date] = field(default_factory=dict[str, date])
    live: int | None = None
    renewable: bool = False
    blocked: str | None = None

    @property
    def lowest(self) -> int:
        """The lowest level that this person can still be certified for: that of a certificate to renew, or the next."""
        return 1 if self.live is None else self.live + (not self.renewable)


def with_certificate(facts: Facts, status: str, level: int, valid_through: date, on: date) -> Facts:
    """The facts with one more certificate taken in; revoked weighs more than suspended, what was replaced nothing."""
    if status == "active":
        return replace(facts, live=level, renewable=valid_through - on <= EXPIRING_WITHIN)
    if status == "revoked" or (status == "suspended" and facts.blocked is None):
        return replace(facts, blocked=status)
    return facts


@dataclass(frozen=True)
class Missing:
    """One thing that is still missing: kind "blocked", "held", "exam", "drill", "evidence" or "skck_old", and which."""

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
    gaps += [Missing("exam", slug) for slug in level.modules if slug not in facts.exams]
    gaps += [Missing("drill", slug) for slug in level.drills if slug not in facts.drills]
    gaps += [Missing("evidence", kind) for kind in level.evidence if kind not in facts.evidence]
    skck = facts.evidence.get("skck")
    if "skck" in level.evidence and skck is not None and on > add_months(skck, level.skck_months):
        gaps.append(Missing("skck_old", skck.isoformat()))
    return gaps


def goal(all_levels: Iterable[int], chosen: int | None, facts: Facts) -> int | None:
    """The level that a person is working towards: the one chosen if they can still be certified for it, else the
    lowest for which they can; None when there is none."""
    open_levels = [number for number in sorted(all_levels) if number >= facts.lowest]
    return chosen if chosen in open_levels else next(iter(open_levels), None)


def refusal(gap: Missing) -> str:
    """The code with which a certificate is refused because of a gap."""
    if gap.kind == "blocked":
        return f"member_{gap.which}"
    return {"held": "level_held", "skck_old": "skck_old"}.get(gap.kind, f"{gap.kind}_missing")


def on_desk(gaps: Sequence[Missing]) -> bool:
    """Whether somebody stands in the approver's queue: exams and drills are done, only evidence may be missing."""
    return all(gap.kind in ("evidence", "skck_old") for gap in gaps)


def issuer_problem(
    issuer: int, member: int, assessors: Iterable[int], issuer_units: frozenset[int], member_units: frozenset[int]
) -> str | None:
    """None if this approver may issue to this member: another person than the member and every assessor, of another
    unit than the member; else the reason code."""
    if issuer == member:
        return "issuer_is_member"
    if issuer in assessors:
        return "issuer_is_assessor"
    return "issuer_same_unit" if issuer_units & member_units else None


def outsider_problem(actor: int, member: int | None, same_unit: bool) -> str | None:
    """None if somebody may suspend or decide: it is not about them, nor about their unit; else the reason code."""
    if actor == member:
        return "own_certificate"
    return "same_unit" if same_unit else None


def decider_problem(decider: int, proposer: int, member: int | None, same_unit: bool) -> str | None:
    """None if this approver may decide a proposal: an outsider, and not the one who made it; else the reason code."""
    return "own_proposal" if decider == proposer else outsider_problem(decider, member, same_unit)


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32
_READ_AS = str.maketrans("OIL", "011")


def certificate_number(year: int, sequence: int) -> str:
    """``JG-YYYY-NNNNNN``; sequence counts from 1 in each year without gaps."""
    return f"JG-{year:04d}-{sequence:06d}"


def encode_code(bits: int) -> str:
    """80 bits as 16 Crockford base32 characters."""
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(75, -5, -5))


def code_number(code: str) -> int:
    """The 80-bit number of a code of 16 characters of the alphabet."""
    value = 0
    for character in code:
        value = value * 32 + ALPHABET.index(character)
    return value


def check_digits(code: str) -> str:
    """Two check digits, 98 - (N * 100 mod 97), of the code's number N (ISO/IEC 7064 MOD 97-10)."""
    return f"{98 - code_number(code) * 100 % 97:02d}"


def normal_code(typed: str) -> str | None:
    """A code as in the link, without check digits: case, spaces and dashes aside, O is 0, I and L are 1; else None."""
    code = _squeezed(typed)
    return code if len(code) == 16 and set(code) <= set(ALPHABET) else None


def typed_code(typed: str) -> str | None:
    """A code typed with its two check digits (18 characters), if they are right; else None. No database is asked."""
    squeezed = _squeezed(typed)
    code = normal_code(squeezed[:16])
    return code if code and len(squeezed) == 18 and squeezed[16:] == check_digits(code) else None


def _squeezed(typed: str) -> str:
    signs = "".join(c for c in typed if not c.isspace() and c not in "-–—")
    return signs.upper().translate(_READ_AS) if signs.isascii() else ""  # upper() makes two letters of some others


def printed_code(code: str) -> str:
    """The code as printed for typing: groups of four, then the check digits."""
    return "-".join([*(code[i : i + 4] for i in range(0, 16, 4)), check_digits(code)])


def payload_hash(salt: bytes, payload: bytes) -> str:
    """SHA-256 in hex of salt and payload: without the salt (erased with the person) it tells nothing."""
    return hashlib.sha256(salt + payload).hexdigest()


def event_key(act: str, actor: int, *about: object) -> str:
    """The idempotency key of an event: a hash of the act, who does it, to what, and the key that the form carried."""
    return hashlib.sha256("\n".join(str(one) for one in (act, actor, *about)).encode()).hexdigest()
