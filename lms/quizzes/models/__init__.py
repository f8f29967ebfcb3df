"""Tables of items, attempts, answers and marks, and what became of an attempt. What a member did is only added."""

from lms.quizzes.models.answers import Answer, AnswerPrivate, Mark, MarkDoubt, Regrade, RegradedMark
from lms.quizzes.models.attempts import Attempt, AttemptEnd, AttemptResult, AttemptVoid, OpenAttempt, RoundGrant
from lms.quizzes.models.items import AcceptedAnswer, Item, ItemText, ItemVersion, ItemWriter, ModuleItem
from lms.quizzes.models.sittings import OralExam, Seat, Sitting, SittingAttempt
from lms.quizzes.models.tries import AttemptLine, history, line, lines, now_period

__all__ = [
    "AcceptedAnswer",
    "Answer",
    "AnswerPrivate",
    "Attempt",
    "AttemptEnd",
    "AttemptLine",
    "AttemptResult",
    "AttemptVoid",
    "Item",
    "ItemText",
    "ItemVersion",
    "ItemWriter",
    "Mark",
    "MarkDoubt",
    "ModuleItem",
    "OpenAttempt",
    "OralExam",
    "Regrade",
    "RegradedMark",
    "RoundGrant",
    "Seat",
    "Sitting",
    "SittingAttempt",
    "history",
    "line",
    "lines",
    "now_period",
]
