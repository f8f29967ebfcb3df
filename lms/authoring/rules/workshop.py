"""The workshop: what a draft and a review can be, and what publishing a version does to people."""

DRAFT_KINDS = ("module", "sop", "facts")
DRAFT_STATES = ("open", "in_review", "published", "dropped")
PART_KINDS = ("module", "lesson", "item", "drill", "picture", "sop", "fact")
REVIEW_STEPS = ("sent", "taken_back", "returned", "approved")
CHANGES = ("editorial", "acknowledge", "retest")
