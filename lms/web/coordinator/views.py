"""The coordinator's first page, and what all pages of the door share; the others are in members and invitations."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import pgettext

from lms.accounts.rules import Role
from lms.courses import queries as courses
from lms.reporting import queries as reporting
from lms.web import roster
from lms.web.coordinator import door, invitations, members

__all__ = ["invitations", "members"]

PAGES = {
    "home": {"home"},
    "members": {"members", "member", "reset", "end_membership"},
    "invitations": {"invitations", "invite", "invitation", "close_invitation"},
}


@door.context_processor
def _shared() -> dict[str, Any]:
    here = (request.endpoint or "").removeprefix("coordinator.")
    texts = {"home": _("Ringkasan"), "members": pgettext("plural", "Anggota"), "invitations": _("Undangan")}
    nav = [{"text": texts[to], "url": url_for(f"coordinator.{to}"), "current": here in PAGES[to]} for to in PAGES]
    return {"door_nav": nav, "said": roster.said}


@door.get("/")
def home() -> ResponseReturnValue:
    """Who stands where, and how far the members are at each module."""
    unit_ids, versions = roster.units(Role.COORDINATOR), courses.current_versions()
    return render_template(
        "coordinator/home.html",
        standings=reporting.standings(unit_ids),
        counts=reporting.module_counts(unit_ids, versions),
    )
