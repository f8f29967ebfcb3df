"""The approver's queue: members of the area whose exams and drills are done, with what is still missing."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from lms.certification import queries as certification
from lms.web import paging
from lms.web.approver import area, door


@door.get("/")
def home() -> ResponseReturnValue:
    """The queue."""
    return page([])


def page(errors: list[tuple[str, str]]) -> ResponseReturnValue:
    """The page of the queue that is asked for; 422 with errors."""
    rows = certification.desk(area.units(), paging.after(), paging.PAGE + 1)
    last = rows[paging.PAGE - 1].person_id if rows[paging.PAGE :] else None
    html = render_template(
        "approver/queue.html",
        rows=rows[: paging.PAGE],
        titles=area.titles(),
        next_url=url_for("approver.home", setelah=paging.seal(last)) if last else "",
        form_errors=errors,
        levels=certification.levels(),
    )
    return html, 422 if errors else 200
