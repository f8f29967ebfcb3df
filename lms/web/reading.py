"""Published material as staff read it, whichever door they come by: a module with all its parts, a lesson, an SOP.

The templates are in templates/material; they find the addresses of the door that is open (url_for(".lesson", ...)).
"""

from typing import Any

from flask import url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from lms.courses import queries as courses
from lms.courses.models import ModuleVersion, SopVersion
from lms.courses.rules import filled
from lms.practice import queries as practice
from lms.quizzes import rules as exams
from lms.refusals import NotFound
from lms.reporting import queries as reporting

A_YEAR = 31_536_000


def current(slug: str) -> ModuleVersion:
    """The newest version of a module; NotFound without one."""
    version = courses.current(slug)
    if version is None:
        raise NotFound
    return version


def module(version: ModuleVersion) -> dict[str, Any]:
    """What material/_module.html shows: lessons, items with keys, drill, approval."""
    drills = [one for one in practice.drills_current() if one.module_version_id == version.id]
    return {
        "version": version,
        "meta": version.manifest["module"],
        "exam": exams.exam_rules(version.manifest["module"]["exam"]),
        "approval": courses.approvals([version.id]).get(version.id),
        "lessons": courses.outline([version.id])[version.id],
        "items": reporting.bank(version),
        "drill": drills[0] if drills else None,
    }


def lesson(slug: str, number: int) -> dict[str, Any]:
    """What material/_lesson.html shows: the lesson as members read it, and its exercises with their reasons."""
    found = courses.lesson(current(slug).id, number, picture_url)
    html = {name: Markup(getattr(found, name)) for name in ("scenario_html", "body_html")}  # noqa: S704 - from text.markdown
    facts = [Markup(one) for one in found.facts_html]  # noqa: S704 - from text.inline, which cleans it
    items = [reporting.exercise(place, number, one) for place, one in enumerate(found.practice, 1)]
    return {"lesson": found, "facts": facts, "items": items, **html}


def sop(number: str) -> dict[str, Any]:
    """What the pages of an SOP show: its newest version with facts put in, its card and its approval."""
    found: SopVersion | None = courses.sop(number)
    if found is None:
        raise NotFound
    values = {key: fact.value for key, fact in courses.facts().items()}
    return {
        "number": number,
        "sop": found,
        "clauses": [(one.number, filled(one.text, values)) for one in found.clauses],
        "card": filled(found.card, values) if found.card else None,
        "approval": courses.sop_approvals().get(found.id),
    }


def picture_url(sha256: str) -> str:
    """The address of a picture behind the door that is open."""
    return url_for(".picture", sha256=sha256)


def picture(sha256: str) -> Response:
    """A picture of a lesson; its address is its content, so a phone may keep it for ever."""
    found = courses.picture(sha256)
    if found is None:
        raise NotFound
    answer = Response(found.content, mimetype=found.media_type)
    answer.headers["Cache-Control"] = f"private, max-age={A_YEAR}, immutable"
    return answer
