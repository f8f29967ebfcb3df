"""Police approvers: what all their pages share. The pages are in the other files of this folder."""

from datetime import date, datetime
from typing import Any

from babel.dates import format_timedelta
from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from lms import clock
from lms.accounts.rules import exams_paused_until
from lms.web import language, words
from lms.web.approver import certificates, door, issuing, material, member, proposals, queue

__all__ = ["certificates", "issuing", "material", "member", "proposals", "queue"]

PAGES = {
    "home": {"home", "issue_many", "member", "tick", "untick", "correct_name", "issue"},
    "certificates": {"certificates", "certificate", "suspend", "propose"},
    "proposals": {"proposals", "proposal", "decide"},
    "materials": {"materials", "module", "lesson", "sop", "approve_module", "approve_sop"},
}


@door.context_processor
def _shared() -> dict[str, Any]:
    here = (request.endpoint or "").removeprefix("approver.")
    texts = {
        "home": _("Antrean"),
        "certificates": pgettext("plural", "Sertifikat"),
        "proposals": pgettext("plural", "Usulan"),
        "materials": _("Materi"),
    }
    nav = [{"text": texts[to], "url": url_for(f"approver.{to}"), "current": here in PAGES[to]} for to in PAGES]
    return {"door_nav": nav, "kinds": words.EVIDENCE, "gap": words.gap, "age": _age, "was_reset": _was_reset}


def _age(day: date) -> str:
    """How old a paper is, in words: 3 bulan."""
    return format_timedelta(clock.today() - day, granularity="day", locale=language.current())


def _was_reset(at: datetime | None) -> bool:
    """Whether a password was reset so lately that exams are paused."""
    until = exams_paused_until(at)
    return until is not None and clock.now() < until
