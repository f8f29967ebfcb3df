"""The members of a trainer: the list and its file, one of them with every attempt, another round, a void attempt."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.rules import Role
from lms.courses import queries as courses
from lms.courses.models import ModuleVersion
from lms.organisations import queries as organisations
from lms.practice import queries as practice
from lms.quizzes import actions as quizzes
from lms.quizzes import queries as exams
from lms.quizzes.models import AttemptLine
from lms.quizzes.queries import ModuleStanding
from lms.refusals import NotFound, Refused
from lms.reporting import queries as reporting
from lms.reporting.queries import ModuleState
from lms.web import guard, roster
from lms.web.acting import acting
from lms.web.reasons import ReasonForm, new_key
from lms.web.roster import Member
from lms.web.trainer import door


class Stage(NamedTuple):
    """A member at one module: the state, and every attempt in order."""

    version: ModuleVersion
    state: ModuleState
    attempts: Sequence[AttemptLine]


def _member(public_id: str) -> Member:
    return roster.member(Role.TRAINER, public_id)


@door.get("/anggota")
def members() -> ResponseReturnValue:
    """The members under the trainer's units, fifty a page, all or those who are looked for."""
    return render_template("trainer/members.html", **roster.page(Role.TRAINER, "trainer.members"))


@door.get("/anggota.csv")
def members_file() -> ResponseReturnValue:
    """All of them as a file."""
    return roster.export(Role.TRAINER, full=False)


@door.get("/anggota/<string:public_id>")
def member(public_id: str) -> ResponseReturnValue:
    """One member with every attempt at every module."""
    found = _member(public_id)
    return render_template(
        "trainer/member.html",
        member=found,
        unit=organisations.main_unit(found.person.id),
        stages=_stages(found.person.id),
        is_self=found.person.id == guard.visitor().person_id,
    )


def _stages(person_id: int) -> list[Stage]:
    versions, tried = courses.current_versions(), exams.standings(person_id)
    done = courses.progress([person_id], [one.id for one in versions])
    drills = practice.signed_off(person_id)
    found = []
    for one in versions:
        standing = tried.get(one.module_id, ModuleStanding())
        state = reporting.state(one, standing, done.get((person_id, one.id), 0), one.module_id in drills)
        found.append(Stage(one, state, standing.attempts))
    return found


@door.post("/anggota/<string:public_id>/putaran/<string:slug>")
def open_round(public_id: str, slug: str) -> ResponseReturnValue:
    """Open one more round of attempts; where it is open already, a second press changes nothing."""
    found, version = _member(public_id), courses.current(slug)
    if version is None:
        raise NotFound()
    try:
        with acting("grant_round", ("person", found.person.id)):
            quizzes.grant_round(found.person.id, version.module_id, guard.visitor().person_id)
    except Refused as refused:
        if refused.code != "round_not_needed":
            raise
        flash(_("Anggota ini masih punya kesempatan untuk modul ini."))
    else:
        flash(_("Putaran baru sudah dibuka. Beri tahu anggota."))
    return redirect(url_for("trainer.member", public_id=public_id))


@door.route("/anggota/<string:public_id>/ujian/<string:attempt>/batal", methods=["GET", "POST"])
def void(public_id: str, attempt: str) -> ResponseReturnValue:
    """A reason, then a confirm page, then the attempt counts as never taken."""
    found, form = _member(public_id), ReasonForm("void")
    one = next((line for line in exams.attempts_of(found.person.id) if line.public_id == attempt), None)
    if one is None:
        raise NotFound()
    if one.voided:
        return redirect(url_for("trainer.member", public_id=public_id))
    title = courses.version(one.module_version_id).title
    if form.validate_on_submit():
        if not form.confirmed:
            return form.page("trainer/void_sure.html", member=found, one=one, title=title, new_key=new_key())
        with acting("void_attempt", ("attempt", one.attempt_id)):
            quizzes.void(attempt, guard.visitor().person_id, form.reason.data)
        flash(_("Ujian dinyatakan batal."))
        return redirect(url_for("trainer.member", public_id=public_id))
    return form.page("trainer/void.html", member=found, one=one, title=title)
