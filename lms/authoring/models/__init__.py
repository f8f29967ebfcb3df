"""The format of course files (docs/course-format.md), where unknown keys, wrong types and missing keys are refused, and
the tables of the drafts that the workshop keeps in the same shapes."""

from lms.authoring.models.drafts import (
    DraftEdit,
    DraftPart,
    DraftReview,
    ReviewComment,
    VersionChange,
    WorkingDraft,
)
from lms.authoring.models.drills import Drill
from lms.authoring.models.folders import Fact, Lesson, Module, PictureEntry, Sop
from lms.authoring.models.programme import Programme
from lms.authoring.models.questions import QUESTION, SCENARIO, AnyQuestion, Scenario

__all__ = [
    "QUESTION",
    "SCENARIO",
    "AnyQuestion",
    "DraftEdit",
    "DraftPart",
    "DraftReview",
    "Drill",
    "Fact",
    "Lesson",
    "Module",
    "PictureEntry",
    "Programme",
    "ReviewComment",
    "Scenario",
    "Sop",
    "VersionChange",
    "WorkingDraft",
]
