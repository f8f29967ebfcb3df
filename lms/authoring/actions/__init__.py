"""Publishing drafts as frozen, hashed versions across courses, quizzes and practice, and writing them out again."""

from lms.authoring.actions.drafts import (
    SavedPart,
    add_part,
    begin,
    begin_module,
    drop,
    move_part,
    remove_part,
    save_part,
)
from lms.authoring.actions.exporting import export, exported
from lms.authoring.actions.loading import Loaded, load, load_all
from lms.authoring.actions.publishing import publish
from lms.authoring.actions.review import add_comment, answer_comment, approve, problems_of, return_, send, take_back

__all__ = [
    "Loaded",
    "SavedPart",
    "add_comment",
    "add_part",
    "answer_comment",
    "approve",
    "begin",
    "begin_module",
    "drop",
    "export",
    "exported",
    "load",
    "load_all",
    "move_part",
    "problems_of",
    "publish",
    "remove_part",
    "return_",
    "save_part",
    "send",
    "take_back",
]
