"""The state machine of a certificate, its standing on a day, and the dates of its life."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

EVENTS = ("issued", "suspended", "reinstated", "revoked", "replaced", "withdrawn", "erased")
STATUSES = ("provisional", "active", "suspended", "revoked", "replaced", "withdrawn")
PROPOSAL_KINDS = ("revoke", "reinstate", "programme")
CASE_DECISIONS = ("keep", "retest")  # of a case after a regrade; to revoke is proposed as ever
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
