"""A module as trainers read it: lessons, exam items with key and reasons, drill. Nothing is changed here."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.wrappers import Response

from lms.courses import queries as courses
from lms.courses.models import ModuleVersion
from lms.practice import queries as practice
from lms.quizzes import rules as exams
from lms.refusals import NotFound
from lms.reporting import queries as reporting
from lms.web.trainer import door

A_YEAR = 31_536_000


def _current(slug: str) -> ModuleVersion:
    version = courses.current(slug)
    if version is None:
        raise NotFound()
    return version


@door.get("/modul/<string:slug>")
def module(slug: str) -> ResponseReturnValue:
    """A module with everything that belongs to it."""
    version = _current(slug)
    drills = [one for one in practice.drills_current() if one.module_version_id == version.id]
    return render_template(
        "trainer/module.html",
        version=version,
        meta=version.manifest["module"],
        exam=exams.exam_rules(version.manifest["module"]["exam"]),
        approved=version.id in courses.approved([version.id]),
        lessons=courses.outline([version.id])[version.id],
        items=reporting.bank(version),
        drill=drills[0] if drills else None,
    )


@door.get("/modul/<string:slug>/pelajaran/<int:number>")
def lesson(slug: str, number: int) -> ResponseReturnValue:
    """One lesson, with its exercises and their reasons."""
    found = courses.lesson(_current(slug).id, number, _picture_url)
    html = {name: Markup(getattr(found, name)) for name in ("scenario_html", "body_html")}  # noqa: S704 - from text.markdown
    facts = [Markup(one) for one in found.facts_html]  # noqa: S704 - from text.inline, which cleans it
    items = [reporting.exercise(place, number, one) for place, one in enumerate(found.practice, 1)]
    return render_template("trainer/lesson.html", lesson=found, facts=facts, items=items, **html)


def _picture_url(sha256: str) -> str:
    return url_for("trainer.picture", sha256=sha256)


@door.get("/gambar/<string:sha256>")
def picture(sha256: str) -> ResponseReturnValue:
    """A picture of a lesson; its address is its content."""
    found = courses.picture(sha256)
    if found is None:
        raise NotFound()
    answer = Response(found.content, mimetype=found.media_type)
    answer.headers["Cache-Control"] = f"private, max-age={A_YEAR}, immutable"
    return answer
