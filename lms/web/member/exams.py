"""An exam, from its rules to its result. An answer or a hand-in that arrives signed out is done after sign-in."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.rules import exams_paused_until
from lms.db import transaction
from lms.quizzes import actions as answering
from lms.quizzes import queries as quizzes
from lms.quizzes import rules
from lms.quizzes.models import Attempt
from lms.quizzes.queries import QuestionView
from lms.refusals import Conflict, NotFound, Refused
from lms.web import guard, language, resume, words
from lms.web.acting import acting
from lms.web.member import door, forms, path
from lms.web.member.asked import exam_question
from lms.web.member.forms import Fields

CORRECTED = ("answer_missing", "number_wrong")


def new_key() -> str:
    """A key that makes a post, sent twice, count once."""
    return secrets.token_urlsafe(12)


def _stage(slug: str) -> path.Stage:
    who = guard.visitor()
    return path.stage(slug, path.stages(who.person_id, exams_paused_until(who.secret_reset_at)))


def _own(public_id: str) -> Attempt:
    return quizzes.attempt(public_id, guard.visitor().person_id)


@door.route("/modul/<string:slug>/ujian", methods=["GET", "POST"])
def exam(slug: str) -> ResponseReturnValue:
    """The rules of an exam in words, and whether it is open; a post starts it, or goes on with the one under way."""
    if request.method != "POST":  # HEAD comes here too, and must start nothing
        return render_template("member/exam.html", stage=_stage(slug), start_key=new_key())
    try:
        with acting("start_exam"):
            attempt = _start(slug, request.form.get("start_key", ""))
    except Refused as refusal:
        errors = [("isi", words.refusal(refusal))]
        page = render_template("member/exam.html", stage=_stage(slug), start_key=new_key(), form_errors=errors)
        return page, 422
    sheet = quizzes.sheet(_own(attempt))
    slot = next((number for number, answered in sheet if not answered), sheet[-1][0])
    return redirect(url_for("member.question", public_id=attempt, slot=slot), 303)


def _start(slug: str, key: str) -> str:
    """The public id of the attempt; Refused "needs_modules" while another module has to be passed first."""
    who, stage = guard.visitor(), _stage(slug)
    if stage.needs and stage.standing.under_way is None:
        raise Refused("needs_modules", titles=", ".join(one.title for one in stage.needs))
    return answering.start(
        who.person_id,
        stage.module.version.id,
        key,
        lessons_missing=len(stage.missing),
        paused_until=exams_paused_until(who.secret_reset_at),
    ).public_id


# --- a question -------------------------------------------------------------------------------------------------------


@door.route("/ujian/<string:public_id>/soal/<int:slot>", methods=["GET", "POST"])
def question(public_id: str, slot: int) -> ResponseReturnValue:
    """One question of an exam under way; a post saves the answer, or moves a row of an ordering."""
    if request.method == "POST":
        return save(guard.visitor().person_id, {"public_id": public_id, "slot": slot}, request.form)
    attempt = _own(public_id)
    if attempt.end or attempt.void:
        return redirect(url_for("member.result", public_id=public_id))
    found = quizzes.question(attempt, slot, language.current())
    return _page(attempt, found, found.saved or {}, request.args)


def save(person_id: int, args: dict[str, Any], form: Fields) -> ResponseReturnValue:
    """Save the answer in a form: what the view does, and what is done after sign-in with one that came signed out."""
    public_id, slot = args["public_id"], args["slot"]
    attempt = quizzes.attempt(public_id, person_id)
    found = quizzes.question(attempt, slot, language.current())
    value = forms.given(found.kind, form)
    if forms.moves(form) and not attempt.end:
        return _page(attempt, found, {"order": forms.moved(form)}, form)
    if "keluar" in form and forms.is_empty(value):
        return redirect(url_for("member.home"), 303)
    try:
        with transaction():
            saved = answering.save_answer(
                person_id, public_id, slot, value, form.get("client_key", ""), form.get("base_seq", 0, type=int)
            )
    except Conflict as conflict:
        return _conflict(attempt, found, conflict.details, form)
    except Refused as refusal:
        if refusal.code not in CORRECTED:
            raise
        return _page(attempt, found, value, form, [("jawaban", words.refusal(refusal))]), 422
    flash(_("Soal %(slot)s tersimpan %(hour)s", slot=slot, hour=language.hour(saved.at)))
    return redirect(_onward(public_id, found, form), 303)


def _onward(public_id: str, found: QuestionView, form: Fields) -> str:
    """Where to go after an answer: out, back to the review, to the next question, or to the review after the last."""
    if "keluar" in form:
        return url_for("member.home")
    if "tinjau" in form or found.slot == len(found.sheet):
        return url_for("member.review", public_id=public_id)
    return url_for("member.question", public_id=public_id, slot=found.slot + 1)


def _page(
    attempt: Attempt, found: QuestionView, value: dict[str, Any], sent: Fields, errors: Sequence[tuple[str, str]] = ()
) -> str:
    """The page of a question with what is chosen so far; keys that were sent are kept: nothing is done twice."""
    return render_template(
        "member/question.html",
        q=exam_question(found),
        public_id=attempt.public_id,
        module=attempt.module_version.title,
        total=len(found.sheet),
        pass_mark=rules.points(rules.exam_rules(attempt.rules).pass_share),
        given=value,
        saved_at=found.saved_at,
        client_key=sent.get("client_key") or new_key(),
        base_seq=sent.get("base_seq") or found.seq,
        from_review="tinjau" in sent,
        form_errors=errors,
    )


def _conflict(attempt: Attempt, found: QuestionView, details: dict[str, Any], form: Fields) -> ResponseReturnValue:
    """Two devices saved different answers: both, and the choice between them."""
    page = render_template(
        "member/conflict.html",
        q=exam_question(found),
        public_id=attempt.public_id,
        fields=forms.fields(details["yours"]) + [(name, "1") for name in ("tinjau", "keluar") if name in form],
        client_key=new_key(),
        onward=_onward(attempt.public_id, found, form),
        **details,
    )
    return page, 409


# --- the end ----------------------------------------------------------------------------------------------------------


@door.get("/ujian/<string:public_id>/tinjau")
def review(public_id: str) -> ResponseReturnValue:
    """Which questions are answered, and the button that hands in."""
    attempt = _own(public_id)
    if attempt.end or attempt.void:
        return redirect(url_for("member.result", public_id=public_id))
    return render_template("member/review.html", attempt=attempt, sheet=quizzes.sheet(attempt))


@door.post("/ujian/<string:public_id>/kirim")
def hand_in(public_id: str) -> ResponseReturnValue:
    """Hand in; once more leads to the same result."""
    return finish(guard.visitor().person_id, {"public_id": public_id}, request.form)


def finish(person_id: int, args: dict[str, Any], _form: Fields) -> ResponseReturnValue:
    """Hand in: what the view does, and what is done after sign-in with a hand-in that came signed out."""
    try:
        with transaction():
            answering.hand_in(person_id, args["public_id"])
    except Refused as refusal:
        if refusal.code != "attempt_void":
            raise
    return redirect(url_for("member.result", public_id=args["public_id"]), 303)


@door.get("/ujian/<string:public_id>/hasil")
def result(public_id: str) -> ResponseReturnValue:
    """Passed or not, the points, what to read again, and as many reasons as may be told."""
    attempt = _own(public_id)
    if not (attempt.end or attempt.void):
        return redirect(url_for("member.review", public_id=public_id))
    found = quizzes.result(attempt, language.current())
    return render_template("member/result.html", attempt=attempt, module=attempt.module_version, result=found)


@door.get("/ujian/<string:public_id>/hasil/<int:slot>")
def result_item(public_id: str, slot: int) -> ResponseReturnValue:
    """One question of an exam that was passed, with its answer and reasons."""
    attempt = _own(public_id)
    if not (attempt.end or attempt.void):
        return redirect(url_for("member.review", public_id=public_id))
    found = quizzes.result(attempt, language.current())
    one = next((item for item in found.items if found.passed and item.slot == slot), None)
    if one is None:
        raise NotFound
    return render_template("member/result_item.html", attempt=attempt, module=attempt.module_version, one=one)


def _owner(args: dict[str, Any]) -> int | None:
    return quizzes.owner(args["public_id"])


resume.register("member.question", save, _owner)
resume.register("member.hand_in", finish, _owner)
