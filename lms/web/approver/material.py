"""Teaching material: what is published, reading it, and approving a version of a module or an SOP."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.courses import actions
from lms.courses import queries as courses
from lms.refusals import NotFound, Refused
from lms.web import guard, reading
from lms.web.acting import acting
from lms.web.approver import door
from lms.web.approver.forms import ApproveForm


@door.get("/materi/")
def materials() -> ResponseReturnValue:
    """Every module and SOP in its newest version, and whether that is approved."""
    versions = courses.current_versions()
    return render_template(
        "approver/materials.html",
        versions=versions,
        approvals=courses.approvals([one.id for one in versions]),
        sops=sorted(courses.sops().items()),
        sop_approvals=courses.sop_approvals(),
    )


@door.get("/materi/modul/<string:slug>")
def module(slug: str) -> ResponseReturnValue:
    """A module with everything that belongs to it."""
    return render_template("approver/module.html", **reading.module(reading.current(slug)))


@door.get("/materi/modul/<string:slug>/pelajaran/<int:number>")
def lesson(slug: str, number: int) -> ResponseReturnValue:
    """One lesson, with its exercises and their reasons."""
    return render_template("approver/lesson.html", **reading.lesson(slug, number))


@door.get("/gambar/<string:sha256>")
def picture(sha256: str) -> ResponseReturnValue:
    """A picture of a lesson."""
    return reading.picture(sha256)


@door.get("/materi/sop/<string:number>")
def sop(number: str) -> ResponseReturnValue:
    """An SOP with its clauses and card."""
    return render_template("approver/sop.html", **reading.sop(number))


@door.route("/materi/modul/<string:slug>/sahkan", methods=["GET", "POST"])
def approve_module(slug: str) -> ResponseReturnValue:
    """Ask, then approve this version of the module."""
    version = reading.current(slug)
    return _approve(
        {"title": version.title, "number": version.number, "back": url_for("approver.module", slug=slug)},
        ("module_version", version.id, version.sha256),
        lambda: actions.approve_version(version.id, guard.visitor().person_id),
    )


@door.route("/materi/sop/<string:number>/sahkan", methods=["GET", "POST"])
def approve_sop(number: str) -> ResponseReturnValue:
    """Ask, then approve this version of the SOP."""
    found = courses.sop(number)
    if found is None:
        raise NotFound
    return _approve(
        {"title": f"{number} {found.title}", "number": found.number, "back": url_for("approver.sop", number=number)},
        ("sop_version", found.id, found.sha256),
        lambda: actions.approve_sop(found.id, guard.visitor().person_id),
    )


def _approve(about: dict[str, Any], what: tuple[str, int, str], act: Callable[[], object]) -> ResponseReturnValue:
    """The question, and the approval once it is answered; refused where a newer version came between."""
    kind, identity, sha256 = what
    form = ApproveForm()
    if form.validate_on_submit():
        if form.sha256.data != sha256:
            form.refuse(Refused("version_changed"))
        else:
            with acting("approve_material", (kind, identity)):
                act()
            flash(_("%(title)s versi %(number)s disahkan.", title=about["title"], number=about["number"]))
            return redirect(url_for("approver.materials"))
    form.sha256.data = sha256
    return form.page("approver/approve.html", **about)
