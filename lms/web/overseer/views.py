"""The overseer: how the programme goes, who looked at whom, suspensions, and who holds which appointment. Read only."""

from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import clock
from lms.accounts import queries as people
from lms.certification import queries as certification
from lms.courses import queries as courses
from lms.reporting import queries as reporting
from lms.verification import queries, rules
from lms.web import paging, words
from lms.web.overseer import door

LOOKUPS = timedelta(days=7)
SUSPENSIONS = timedelta(days=30)
MOST = 50
PAGES = ("home", "appointments", "checks")


@door.context_processor
def _shared() -> dict[str, Any]:
    texts = {"home": _("Ringkasan"), "appointments": _("Penunjukan"), "checks": _("Pemeriksaan")}
    here = request.endpoint
    nav = [{"text": texts[to], "url": url_for(f"overseer.{to}"), "current": here == f"overseer.{to}"} for to in PAGES]
    return {"door_nav": nav, "roles": words.ROLES, "reasons": words.CHECK_REASONS}


@door.get("/")
def home() -> ResponseReturnValue:
    """Statistics of the programme, look-ups of the last week with what stands out, suspensions of the last month."""
    since = clock.now() - LOOKUPS
    lookups = queries.lookups_by_officer(since)
    passed = reporting.modules_passed()
    return render_template(
        "overseer/home.html",
        people=reporting.headcount(),
        modules=[(one.title, passed.get(one.module_id, 0)) for one in courses.current_versions()],
        standings=certification.standing_counts(),
        lookups=lookups[:MOST],
        total=sum(one.count for one in lookups),
        outliers=rules.outliers({one.officer_id: one.count for one in lookups}),
        by_reason=queries.lookups_by_reason(since),
        officers=people.people_of([one.officer_id for one in lookups[:MOST]]),
        suspensions=certification.suspensions(clock.now() - SUSPENSIONS),
        suspension_reasons=words.REASONS["suspend"],
    )


@door.get("/pengangkatan")
def appointments() -> ResponseReturnValue:
    """The appointments in force, the oldest first."""
    rows = reporting.seats(paging.after(), paging.PAGE + 1)
    shown = rows[: paging.PAGE]
    more = rows[paging.PAGE :]
    next_url = url_for("overseer.appointments", setelah=paging.seal(shown[-1].id)) if more else ""
    return render_template("overseer/appointments.html", rows=shown, next_url=next_url)


@door.get("/pemeriksaan")
def checks() -> ResponseReturnValue:
    """Single look-ups of all officers or of one, the newest first; certificates by number, without their holders."""
    chosen = request.args.get("petugas")
    officer = people.by_public_id(chosen) if chosen else None
    rows = queries.checks_page(paging.after(), paging.PAGE + 1, officer.id if officer else None)
    shown = rows[: paging.PAGE]
    more = rows[paging.PAGE :]
    next_url = url_for("overseer.checks", petugas=chosen, setelah=paging.seal(shown[-1].id)) if more else ""
    return render_template("overseer/checks.html", rows=shown, chosen=chosen, next_url=next_url)
