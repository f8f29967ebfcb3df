"""The member's home, and joining a unit with a code; lessons, exams and the certificate have files of their own."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import clock
from lms.accounts.rules import exams_paused_until
from lms.documents import queries as documents
from lms.organisations import actions as organisations
from lms.refusals import Refused
from lms.web import guard
from lms.web.acting import acting
from lms.web.member import certificate, door, exams, lessons, messages, path
from lms.web.member.forms import JoinForm

__all__ = ["certificate", "exams", "lessons", "messages"]  # the other views of this door


@door.get("/")
def home() -> ResponseReturnValue:
    """What comes next, the way so far, and the certificate; the code form for somebody who belongs to no unit yet."""
    who = guard.visitor()
    paused = exams_paused_until(who.secret_reset_at)
    found, holding = path.stages(who.person_id, paused), documents.held(who.person_id)
    card = certificate.card(holding)
    if not who.member_units and not card and not any(one.module.done or one.standing.attempts for one in found):
        return JoinForm(formdata=None).page("member/home_empty.html", name=who.name)
    return render_template(
        "member/home.html",
        name=who.name,
        stages=found,
        way=path.way(found, holding),
        paused_until=paused if paused and paused > clock.now() else None,
        reset_at=who.secret_reset_at,
        card=card,
        unitless=not who.member_units,
        unread=who.unread,
    )


@door.route("/gabung", methods=["GET", "POST"])
def join() -> ResponseReturnValue:
    """Join a unit with an invitation code."""
    form = JoinForm()
    if form.validate_on_submit():
        try:
            with acting("accept_invitation"):
                organisations.accept(form.code.data, guard.visitor().person_id)
        except Refused as refusal:
            form.refuse(refusal, "code")
        else:
            flash(_("Anda sudah terdaftar dalam pelatihan."))
            return redirect(url_for("member.home"), 303)
    return form.page("member/join.html")
