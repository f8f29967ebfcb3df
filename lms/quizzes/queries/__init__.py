"""What a member sees of an exam before and after hand-in, who has passed what, what waits for a marker, and whether
the invariants hold. Keys, reasons and the ids of options stay on the server until reasons_told lets them go.
"""

from lms.quizzes.queries.invariants import violations
from lms.quizzes.queries.marking import WaitingMark, waiting_mark, waiting_marks
from lms.quizzes.queries.paper import QuestionView, attempt, model_answer, owner, question, sheet
from lms.quizzes.queries.results import ResultView, ReviewItem, ReviewOption, result
from lms.quizzes.queries.standing import (
    ModuleStanding,
    Passed,
    attempts_of,
    next_try,
    passed_modules,
    passed_of_many,
    standings,
    standings_of_many,
)

__all__ = [
    "ModuleStanding",
    "Passed",
    "QuestionView",
    "ResultView",
    "ReviewItem",
    "ReviewOption",
    "WaitingMark",
    "attempt",
    "attempts_of",
    "model_answer",
    "next_try",
    "owner",
    "passed_modules",
    "passed_of_many",
    "question",
    "result",
    "sheet",
    "standings",
    "standings_of_many",
    "violations",
    "waiting_mark",
    "waiting_marks",
]
