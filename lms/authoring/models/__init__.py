"""The format of course files (docs/course-format.md): unknown keys, wrong types and missing keys are refused."""

from lms.authoring.models.drills import Drill
from lms.authoring.models.folders import Fact, Lesson, Module, PictureEntry, Sop
from lms.authoring.models.programme import Programme
from lms.authoring.models.questions import QUESTION, AnyQuestion

__all__ = ["QUESTION", "AnyQuestion", "Drill", "Fact", "Lesson", "Module", "PictureEntry", "Programme", "Sop"]
