"""Kinds of units, where each may hang, and the rule of distance between people who judge and people who are judged."""

from datetime import datetime, timedelta

from lms.accounts import rules as accounts
from lms.accounts.rules import Role

UNIT_KINDS = ("ormas", "chapter", "polda", "polres", "polsek")

PARENT_OF = {"ormas": None, "chapter": "ormas", "polda": None, "polres": "polda", "polsek": "polres"}

INVITATION_LIFE = timedelta(days=30)
INVITATION_USES = 100
INVITATION_LENGTH = 8
CODE_ALPHABET = accounts.CODE_ALPHABET
NAME_MAXIMUM = 120

HOLDS_MEMBERS = frozenset({"ormas", "chapter"})
POLICE = frozenset({"polda", "polres", "polsek"})

# Where an appointment may be held; a role that is not named here may be held at any unit.
SEAT_OF = {
    Role.COORDINATOR: HOLDS_MEMBERS,
    Role.OFFICER: POLICE,
    Role.APPROVER: POLICE,
    Role.OVERSEER: POLICE,
}


def parent_problem(kind: str, parent_kind: str | None) -> str | None:
    """None if a unit of this kind may hang below a parent of that kind; else the reason code."""
    if kind not in PARENT_OF:
        return "unit_kind_unknown"
    return None if PARENT_OF[kind] == parent_kind else "unit_parent_wrong"


def tidy_name(typed: str) -> str:
    """A unit's name as stored: NFC, single spaces."""
    return accounts.tidy_name(typed)


def name_problem(typed: str) -> str | None:
    """None for a unit's name of 1 to 120 printable characters; else the reason code."""
    name = tidy_name(typed)
    if not name:
        return "unit_name_missing"
    if len(name) > NAME_MAXIMUM:
        return "unit_name_too_long"
    return None if name.isprintable() else "unit_name_with_signs"


def seat_problem(role: Role, kind: str) -> str | None:
    """None if this role may be held at a unit of this kind; else the reason code."""
    return None if kind in SEAT_OF.get(role, frozenset(UNIT_KINDS)) else "role_not_at_this_unit"


def member_unit_problem(kind: str, dissolved: bool) -> str | None:
    """None if people may belong to this unit: an ormas or chapter that exists; else the reason code."""
    if dissolved:
        return "unit_dissolved"
    return None if kind in HOLDS_MEMBERS else "unit_without_members"


def uses_problem(uses: int) -> str | None:
    """None if an invitation may be for that many people: 1 to 1000; else the reason code."""
    return None if 1 <= uses <= 1000 else "invitation_uses_wrong"


def invitation_open(expires_at: datetime, uses_left: int, closed_at: datetime | None, at: datetime) -> bool:
    """Whether an invitation can still be used."""
    return closed_at is None and uses_left > 0 and at < expires_at


def invitation_code(typed: str) -> str:
    """A typed invitation code in the form in which it is kept: capitals, without spaces and dashes."""
    return accounts.typed_code(typed)


def roles(appointed: frozenset[Role], ever_member: bool) -> frozenset[Role]:
    """What somebody comes as: their appointments, and member if they ever belonged to a unit or hold no appointment.

    Somebody whose ormas was dissolved is "tanpa satuan" and stays a member; a certificate outlives a membership.
    """
    return appointed | {Role.MEMBER} if ever_member or not appointed else appointed


def of_other_unit(judge: frozenset[int], judged: frozenset[int]) -> bool:
    """Whether two people have no unit in common; each set holds the units somebody belongs to or is appointed at,
    with the ormas above a chapter (two chapters of one ormas are not "another unit")."""
    return not judge & judged
