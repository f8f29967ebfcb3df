"""The classes of a trainer."""

from flask import render_template
from flask.typing import ResponseReturnValue

from lms.classes import queries
from lms.web import guard
from lms.web.trainer import door


@door.get("/kelas/")
def classes() -> ResponseReturnValue:
    """The classes that are not closed."""
    return render_template("trainer/classes.html", classes=queries.classes_of(guard.visitor().person_id))
