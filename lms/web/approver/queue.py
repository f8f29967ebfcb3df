"""The approver's queue: members of the area whose exams and drills are done, with what is still missing."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts import queries as people
from lms.certification import queries as certification
from lms.web.approver import area, door

PAGE = 50


@door.get("/")
def home() -> ResponseReturnValue:
    """The queue."""
    return page([])


def page(errors: list[tuple[str, str]]) -> ResponseReturnValue:
    """The page of the queue that is asked for; 422 with errors."""
    last = request.args.get("setelah")
    rows = certification.desk(area.units(), people.by_public_id(last).id if last else None, PAGE + 1)
    html = render_template(
        "approver/queue.html",
        rows=rows[:PAGE],
        titles=area.titles(),
        next_url=url_for("approver.home", setelah=rows[PAGE - 1].public_id) if rows[PAGE:] else "",
        form_errors=errors,
        levels=certification.levels(),
    )
    return html, 422 if errors else 200
