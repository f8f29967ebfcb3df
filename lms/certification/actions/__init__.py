"""Everything that changes who is certified. Each act writes its event, ledger leaf and audit row at once.

Who acts is judged here as well as at the door: Refused("not_allowed") without the role that accounts.rules.MAY wants.
"""

from lms.certification.actions.deciding import decide, propose, propose_programme, suspend
from lms.certification.actions.evidence import choose_goal, tick_evidence, untick_evidence
from lms.certification.actions.issuing import certify

__all__ = [
    "certify",
    "choose_goal",
    "decide",
    "propose",
    "propose_programme",
    "suspend",
    "tick_evidence",
    "untick_evidence",
]
