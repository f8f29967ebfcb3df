"""What there is to learn, what somebody has read, and whether every frozen version is still what was published."""

from lms.courses.queries.invariants import violations
from lms.courses.queries.lessons import PictureUrl, lesson, picture, render
from lms.courses.queries.modules import (
    Approval,
    ModulePath,
    approvals,
    approved,
    current,
    current_versions,
    done,
    fact_values,
    needs,
    outline,
    path,
    progress,
    version,
)
from lms.courses.queries.register import clause, facts, overdue_facts, sop, sop_approvals, sops

__all__ = [
    "Approval",
    "ModulePath",
    "PictureUrl",
    "approvals",
    "approved",
    "clause",
    "current",
    "current_versions",
    "done",
    "fact_values",
    "facts",
    "lesson",
    "needs",
    "outline",
    "overdue_facts",
    "path",
    "picture",
    "progress",
    "render",
    "sop",
    "sop_approvals",
    "sops",
    "version",
    "violations",
]
