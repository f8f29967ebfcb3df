"""Tables of items, attempts, answers and marks, and what became of an attempt. What a member did is only added."""

from lms.quizzes.models.answers import Answer, AnswerPrivate, Mark
from lms.quizzes.models.attempts import Attempt, AttemptEnd, AttemptResult, AttemptVoid, OpenAttempt, RoundGrant
from lms.quizzes.models.items import Item, ItemText, ItemVersion, ModuleItem
from lms.quizzes.models.tries import AttemptLine, history, line, lines

__all__ = [
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
    "Mark",
    "ModuleItem",
    "OpenAttempt",
    "RoundGrant",
    "history",
    "line",
    "lines",
]
