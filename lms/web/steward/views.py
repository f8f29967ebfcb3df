"""Stewards: what all their pages share, and the first one. The others are in people, account, units, certificates,
programme and trail."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import pgettext

from lms import clock
from lms.accounts import queries as accounts
from lms.certification import queries as certification
from lms.courses import queries as courses
from lms.reporting import queries as reporting
from lms.web import words
from lms.web.steward import account, certificates, door, people, programme, trail, units

__all__ = ["account", "certificates", "people", "programme", "trail", "units"]

PAGES = {
    "home": {"home"},
    "people": {"people", "new_person", "person", "appoint", "end_appointment", "reset", "disable", "enable",
               "remove_totp"},
    "units": {"units", "new_unit", "unit", "dissolve"},
    "certificates": {"certificates", "certificate"},
    "programme": {"programme", "propose_programme"},
    "courses": {"courses", "load_courses"},
    "audit": {"audit"},
}  # fmt: skip


@door.context_processor
def _shared() -> dict[str, Any]:
    here = (request.endpoint or "").removeprefix("steward.")
    texts = {"home": _("Ringkasan"), "people": pgettext("plural", "Orang"), "units": pgettext("plural", "Satuan"),
             "certificates": pgettext("plural", "Sertifikat"), "programme": _("Program"), "courses": _("Kursus"),
             "audit": _("Audit")}  # fmt: skip
    nav = [{"text": texts[to], "url": url_for(f"steward.{to}"), "current": here in PAGES[to]} for to in PAGES]
    return {"door_nav": nav, "roles": words.ROLES, "unit_kinds": words.UNIT_KINDS, "evidence": words.EVIDENCE}


@door.get("/")
def home() -> ResponseReturnValue:
    """Counts, what is overdue, the programme in force and what waits for an approver."""
    version = certification.programme()
    return render_template(
        "steward/home.html",
        people=reporting.headcount(),
        units=reporting.units_by_kind(),
        standings=certification.standing_counts(),
        overdue=courses.overdue_facts(clock.today()),
        version=version,
        approver=accounts.name_of(version.approved_by) if version else "",
        proposals=certification.open_proposals("programme"),
    )
