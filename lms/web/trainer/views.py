"""The trainer's first page, and what all pages of the door share; the others are in modules, members and marking."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import pgettext

from lms import clock
from lms.accounts.rules import Role
from lms.courses import queries as courses
from lms.reporting import queries as reporting
from lms.web import guard, roster
from lms.web.trainer import door, marking, members, modules

__all__ = ["marking", "members", "modules"]

PAGES = {
    "home": {"home", "module", "lesson"},
    "members": {"members", "member", "open_round", "void"},
    "marking": {"marking", "mark"},
}


@door.context_processor
def _shared() -> dict[str, Any]:
    here = (request.endpoint or "").removeprefix("trainer.")
    texts = {"home": pgettext("plural", "Modul"), "members": pgettext("plural", "Anggota"), "marking": _("Penilaian")}
    nav = [{"text": texts[to], "url": url_for(f"trainer.{to}"), "current": here in PAGES[to]} for to in PAGES]
    return {"door_nav": nav, "said": roster.said}


@door.get("/")
def home() -> ResponseReturnValue:
    """The modules with how far the members are, what waits for a mark, and facts whose review is overdue."""
    unit_ids, versions = roster.units(Role.TRAINER), courses.current_versions()
    return render_template(
        "trainer/home.html",
        counts=reporting.module_counts(unit_ids, versions),
        waiting=reporting.waiting_answers(unit_ids, guard.visitor().person_id),
        overdue=courses.overdue_facts(clock.today()),
    )
