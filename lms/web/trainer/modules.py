"""A module as trainers read it: lessons, exam items with key and reasons, drill. Nothing is changed here."""

from flask import render_template
from flask.typing import ResponseReturnValue

from lms.web import reading
from lms.web.trainer import door


@door.get("/modul/<string:slug>")
def module(slug: str) -> ResponseReturnValue:
    """A module with everything that belongs to it."""
    return render_template("trainer/module.html", **reading.module(reading.current(slug)))


@door.get("/modul/<string:slug>/pelajaran/<int:number>")
def lesson(slug: str, number: int) -> ResponseReturnValue:
    """One lesson, with its exercises and their reasons."""
    return render_template("trainer/lesson.html", **reading.lesson(slug, number))


@door.get("/gambar/<string:sha256>")
def picture(sha256: str) -> ResponseReturnValue:
    """A picture of a lesson."""
    return reading.picture(sha256)
