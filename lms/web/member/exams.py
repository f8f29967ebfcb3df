"""An exam, from its rules to its result. An answer or a hand-in that arrives signed out is done after sign-in."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import clock
from lms.accounts.rules import exams_paused_until
from lms.db import transaction
from lms.quizzes import actions as answering
from lms.quizzes import queries as quizzes
from lms.quizzes import rules
from lms.quizzes.models import Attempt
from lms.refusals import Conflict, Refused
from lms.web import guard, language, resume, words
from lms.web.acting import acting
from lms.web.member import door, forms, path
from lms.web.member.asked import Asked
from lms.web.member.forms import Fields


def new_key() -> str:
    """A key that makes a post, sent twice, count once."""
    return secrets.token_urlsafe(12)


def _stage(slug: str) -> path.Stage:
    who = guard.visitor()
    return path.stage(slug, path.stages(who.person_id, exams_paused_until(who.secret_reset_at)))


def _own(public_id: str) -> Attempt:
    return quizzes.attempt(public_id, guard.visitor().person_id)


@door.get("/modul/<slug>/ujian")
def exam(slug: str) -> ResponseReturnValue:
    """The rules of an exam in words, and whether it may be started."""
    return render_template("member/exam.html", stage=_stage(slug), start_key=new_key())


@door.post("/modul/<slug>/ujian")
def start(slug: str) -> ResponseReturnValue:
    """Start an exam, or go on with the one under way."""
    who, key = guard.visitor(), request.form.get("start_key", "")
    try:
        with acting("start_exam"):
            stage = _stage(slug)
            if stage.needs and stage.standing.under_way is None:
                raise Refused("needs_modules", titles=", ".join(one.title for one in stage.needs))
            version, paused = stage.module.version.id, exams_paused_until(who.secret_reset_at)
            attempt = answering.start(
                who.person_id, version, key, lessons_missing=len(stage.missing), paused_until=paused
            ).public_id
    except Refused as refusal:
        return _refused_start(slug, refusal)
    return redirect(url_for("member.question", public_id=attempt, slot=_first_open(attempt)), 303)


def _refused_start(slug: str, refusal: Refused) -> ResponseReturnValue:
    """The page of the exam, which says from now on why it is closed; the refusal once more on top."""
    errors = [("isi", words.refusal(refusal))]
    return render_template("member/exam.html", stage=_stage(slug), start_key=new_key(), form_errors=errors), 422


def _first_open(public_id: str) -> int:
    """The first slot without an answer; the last one where all are answered."""
    sheet = quizzes.sheet(_own(public_id))
    return next((slot for slot, answered in sheet if not answered), sheet[-1][0])


# --- a question -------------------------------------------------------------------------------------------------------


@door.get("/ujian/<public_id>/soal/<int:slot>")
def question(public_id: str, slot: int) -> ResponseReturnValue:
    """One question of an exam under way."""
    attempt = _own(public_id)
    if attempt.end or attempt.void:
        return redirect(url_for("member.result", public_id=public_id))
    return _page(attempt, quizzes.question(attempt, slot, language.current()), "tinjau" in request.args)


@door.post("/ujian/<public_id>/soal/<int:slot>")
def answer(public_id: str, slot: int) -> ResponseReturnValue:
    """Save an answer and go on, or move a row of an ordering."""
    return save(guard.visitor().person_id, {"public_id": public_id, "slot": slot}, request.form)


def save(person_id: int, args: dict[str, Any], form: Fields) -> ResponseReturnValue:
    """Save the answer in a form: the view, and what is done after sign-in with a form that arrived signed out."""
    public_id, slot = args["public_id"], args["slot"]
    attempt = quizzes.attempt(public_id, person_id)
    asked = quizzes.question(attempt, slot, language.current())
    if forms.moves(form):
        return _page(attempt, asked, "tinjau" in form, value={"order": forms.moved(form)}, form=form)
    value = forms.given(asked.kind, form)
    if "keluar" in form and forms.is_empty(value):
        return redirect(url_for("member.home"), 303)
    base_seq = form.get("base_seq", 0, type=int)
    try:
        with transaction():
            saved = answering.save_answer(person_id, public_id, slot, value, form.get("client_key", ""), base_seq)
    except Conflict as conflict:
        return _conflict(public_id, asked, conflict)
    except Refused as refusal:
        return _refused_answer(public_id, slot, value, form, refusal)
    flash(_("Soal %(slot)s tersimpan %(hour)s", slot=slot, hour=language.hour(saved.at)))
    return redirect(_onward(public_id, slot, len(asked.sheet), form), 303)
