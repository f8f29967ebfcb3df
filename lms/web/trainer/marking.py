"""The marking desk: short texts that wait, the oldest first, one at a time, without saying whose they are."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import queries as people
from lms.accounts.rules import Role
from lms.courses import queries as courses
from lms.organisations import queries as organisations
from lms.quizzes import actions, queries
from lms.quizzes.queries import WaitingMark
from lms.refusals import NotFound
from lms.reporting import queries as reporting
from lms.web import guard, paging, roster
from lms.web.acting import acting
from lms.web.trainer import door
from lms.web.trainer.forms import MarkForm


@door.get("/penilaian")
def marking() -> ResponseReturnValue:
    """The next answer that waits, after those of an attempt that is left for later."""
    unit_ids = roster.units(Role.TRAINER)
    waiting = queries.waiting_marks(unit_ids, guard.visitor().person_id, paging.after(), size=1)
    return _page(MarkForm(formdata=None), waiting[0] if waiting else None, unit_ids)


def _page(form: MarkForm, one: WaitingMark | None, unit_ids: list[int]) -> ResponseReturnValue:
    return form.page(
        "trainer/marking.html",
        one=one,
        number=_number(one.attempt_public_id) if one else "",
        module=courses.version(one.module_version_id).title if one else "",
        skip_url=url_for("trainer.marking", setelah=paging.seal(one.attempt_id)) if one else "",
        left=reporting.waiting_answers(unit_ids, guard.visitor().person_id),
    )


def _number(attempt: str) -> str:
    """The member number of who wrote it; nothing where somebody signs in with a name, which would tell who it is."""
    owner = queries.owner(attempt)
    name = people.person(owner).sign_in_name if owner is not None else ""
    return name if name.isdigit() else ""


@door.route("/penilaian/<string:attempt>/<int:slot>", methods=["GET", "POST"])
def mark(attempt: str, slot: int) -> ResponseReturnValue:
    """Give the points; the same ones a second time change nothing. Then the next one follows."""
    unit_ids, form = roster.units(Role.TRAINER), MarkForm()
    owner = queries.owner(attempt)
    if owner is None or not organisations.lies_under(owner, unit_ids):
        raise NotFound()
    if form.validate_on_submit():
        with acting("mark_answer", ("person", owner)):
            actions.mark_answer(guard.visitor().person_id, attempt, slot, form.share())
        flash(_("Nilai tersimpan."))
        return redirect(url_for("trainer.marking"))
    return _page(form, queries.waiting_mark(unit_ids, guard.visitor().person_id, attempt, slot), unit_ids)
