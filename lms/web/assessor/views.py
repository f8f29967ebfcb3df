"""Assessors: who waits for a drill, beginning one, and what the assessor has signed."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import clock
from lms.accounts import queries as people
from lms.certification import queries as certification
from lms.practice import actions, queries
from lms.practice.queries import DrillView, Waiting
from lms.refusals import NotFound, Refused
from lms.web import guard, paging
from lms.web.acting import acting
from lms.web.assessor import door, group, sheet
from lms.web.assessor.forms import BeginForm

__all__ = ["group"]  # the other views of this door


@door.context_processor
def _nav() -> dict[str, Any]:
    here = request.endpoint
    links = ((_("Praktik"), "assessor.home"), (_("Penilaian saya"), "assessor.signed_list"))
    return {"door_nav": [{"text": text, "url": url_for(to), "current": to == here} for text, to in links]}


@door.get("/")
def home() -> ResponseReturnValue:
    """Who waits for a drill, by module, and the sheets that are open."""
    me, drills = guard.visitor().person_id, _drills()
    search = request.args.get("cari", "").strip()[:100]
    chosen, rows = _waiting(drills, search)
    drafts, groups = queries.open_sheets(me)
    return render_template(
        "assessor/home.html",
        drills=drills,
        chosen=chosen,
        search=search,
        rows=rows[: paging.PAGE],
        drafts=drafts,
        groups=groups,
        next_url=_next(chosen, search, rows),
    )


def _drills() -> list[DrillView]:
    """The drills of today, first those that a level asks for."""
    asked = {slug for level in certification.levels().values() for slug in level.drills}
    return sorted(queries.drills_current(), key=lambda one: one.slug not in asked)


def _next(chosen: DrillView | None, search: str, rows: list[Waiting]) -> str:
    if chosen is None or len(rows) <= paging.PAGE:
        return ""
    return url_for(
        "assessor.home", modul=chosen.slug, cari=search or None, setelah=paging.seal(rows[paging.PAGE - 1].person_id)
    )


def _waiting(drills: list[DrillView], search: str) -> tuple[DrillView | None, list[Waiting]]:
    """The module asked for, else the first for which somebody waits, else the first; with one page and one more."""
    asked, me = request.args.get("modul"), guard.visitor().person_id
    wanted = [_drill(asked, drills)] if asked else drills
    for one in wanted:
        if rows := queries.waiting(me, one.public_id, paging.after(), paging.PAGE + 1, search=search):
            return one, rows
    return next(iter(wanted), None), []


def _drill(slug: str, drills: list[DrillView]) -> DrillView:
    found = next((one for one in drills if one.slug == slug), None)
    if found is None:
        raise NotFound()
    return found


@door.route("/mulai/<string:slug>/<string:public_id>", methods=["GET", "POST"])
def begin(slug: str, public_id: str) -> ResponseReturnValue:
    """Setting and stations, then the sheet of one member who waits for this drill."""
    me, drill = guard.visitor().person_id, _drill(slug, queries.drills_current())
    found = queries.waiting(me, drill.public_id, only=public_id)
    if not found:
        raise NotFound()
    form = BeginForm(observed_at=clock.now().astimezone(clock.JAKARTA))
    if form.validate_on_submit():
        try:
            with acting("begin_drill", ("person", found[0].person_id)):
                draft = actions.begin(me, drill.public_id, public_id, form.moment())
                to = draft.public_id
        except Refused as refused:
            form.refuse(refused, "observed_at" if refused.code.startswith("observed") else None)
        else:
            return redirect(sheet.next_step(queries.draft(to, me)))
    return form.page("assessor/begin.html", drill=drill, member=found[0])


@door.get("/penilaian/")
def signed_list() -> ResponseReturnValue:
    """What the assessor has signed, the newest first."""
    rows = queries.signed_by(guard.visitor().person_id, paging.after(), paging.PAGE + 1)
    names = people.names_of({row.person_id for row in rows})
    titles = {one.module_id: one.module_title for one in queries.drills_current()}
    shown, last = rows[: paging.PAGE], rows[paging.PAGE - 1].id if rows[paging.PAGE :] else None
    more = url_for("assessor.signed_list", setelah=paging.seal(last)) if last else ""
    return render_template("assessor/signed_list.html", rows=shown, names=names, titles=titles, next_url=more)


@door.get("/penilaian/<string:public_id>")
def signed(public_id: str) -> ResponseReturnValue:
    """One sign-off of the assessor's own, with its verdict."""
    return render_template("assessor/signed.html", view=queries.signoff(public_id, guard.visitor().person_id))
