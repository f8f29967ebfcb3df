"""Reading drills, sheets and sign-offs."""

from lms.practice.queries.drills import DrillView, drill, drills_current
from lms.practice.queries.invariants import violations
from lms.practice.queries.sheets import (
    DraftView,
    GroupView,
    SignoffView,
    draft,
    group,
    open_sheets,
    signed_by,
    signed_off,
    signoff,
)
from lms.practice.queries.waiting import Waiting, waiting

__all__ = [
    "DraftView",
    "DrillView",
    "GroupView",
    "SignoffView",
    "Waiting",
    "draft",
    "drill",
    "drills_current",
    "group",
    "open_sheets",
    "signed_by",
    "signed_off",
    "signoff",
    "violations",
    "waiting",
]
