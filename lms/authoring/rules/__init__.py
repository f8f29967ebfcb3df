"""What a draft of a module is, whether it may be published, and what publishing does."""

from lms.authoring.rules.drafts import (
    PRACTICE_KINDS,
    WORDS,
    Draft,
    DrillDraft,
    Read,
    between_modules,
    numbering_problem,
    problems,
    unused_clauses,
)
from lms.authoring.rules.stored import (
    mended,
    parts,
    stored_drill,
    stored_exam,
    stored_question,
)
from lms.authoring.rules.workshop import (
    CHANGES,
    DRAFT_KINDS,
    DRAFT_STATES,
    PART_KINDS,
    REVIEW_STEPS,
)

__all__ = [
    "CHANGES",
    "DRAFT_KINDS",
    "DRAFT_STATES",
    "PART_KINDS",
    "PRACTICE_KINDS",
    "REVIEW_STEPS",
    "WORDS",
    "Draft",
    "DrillDraft",
    "Read",
    "between_modules",
    "mended",
    "numbering_problem",
    "parts",
    "problems",
    "stored_drill",
    "stored_exam",
    "stored_question",
    "unused_clauses",
]
