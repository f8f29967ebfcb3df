"""Who may issue, suspend and decide: never about oneself, never within one's own unit, never alone."""

from collections.abc import Iterable


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
