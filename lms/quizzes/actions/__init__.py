"""Starting an exam, saving answers, handing in, marking; and what a trainer may do about an attempt.

Concurrency: the person's row is the lock for starting and for more rounds, the open_attempt row for everything that
happens to an attempt under way, the attempt's row for marks. On SQLite the writing transaction is the lock.
"""

from lms.quizzes.actions.answering import Saved, save_answer
from lms.quizzes.actions.bank import note_writers
from lms.quizzes.actions.marking import close_timed_out, hand_in, mark_answer
from lms.quizzes.actions.rounds import grant_round, void
from lms.quizzes.actions.starting import start

__all__ = [
    "Saved",
    "close_timed_out",
    "grant_round",
    "hand_in",
    "mark_answer",
    "note_writers",
    "save_answer",
    "start",
    "void",
]
