"""Modules, lessons, exercises and SOPs, as a member reads them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from lms.accounts.rules import exams_paused_until
from lms.courses import actions as learning
from lms.courses import queries as courses
from lms.courses.models import ModuleVersion
from lms.courses.rules import LessonView
from lms.db import transaction
from lms.documents import queries as documents
from lms.refusals import NotFound, Refused
from lms.web import guard, reading, words
from lms.web.member import door, forms, path
from lms.web.member.asked import exercise, feedback, problem


@door.get("/modul/")
def modules() -> ResponseReturnValue:
    """Every module with its state."""
    who = guard.visitor()
    found = path.stages(who.person_id, exams_paused_until(who.secret_reset_at))
    way = path.way(found, documents.held(who.person_id))
    return render_template("member/modules.html", stages=found, way=way)


@door.get("/modul/<string:slug>/")
def module(slug: str) -> ResponseReturnValue:
    """A module: its lessons, its SOP, its exam."""
    who = guard.visitor()
    found = path.stage(slug, path.stages(who.person_id, exams_paused_until(who.secret_reset_at)))
    version = found.module.version
    return render_template(
        "member/module.html",
        stage=found,
        meta=version.manifest["module"],
        approval=courses.approvals([version.id]).get(version.id),
    )


def _lesson(slug: str, number: int) -> tuple[ModuleVersion, LessonView]:
    """A lesson with what this visitor has done; three queries."""
    version = reading.current(slug)
    return version, courses.lesson(version.id, number, reading.picture_url, guard.visitor().person_id)


@door.get("/modul/<string:slug>/pelajaran/<int:number>")
def lesson(slug: str, number: int) -> ResponseReturnValue:
    """One lesson."""
    _, found = _lesson(slug, number)
    html = {name: Markup(getattr(found, name)) for name in ("scenario_html", "body_html")}  # noqa: S704 - from text.markdown
    facts = [Markup(one) for one in found.facts_html]  # noqa: S704 - from text.inline, which cleans it
    return render_template("member/lesson.html", lesson=found, facts=facts, **html)


@door.post("/modul/<string:slug>/pelajaran/<int:number>/selesai")
def finish_lesson(slug: str, number: int) -> ResponseReturnValue:
    """ "Sudah paham, lanjut": the lesson is done; on to the next one, or to the exam after the last."""
    version = reading.current(slug)
    with transaction():
        learning.finish_lesson(guard.visitor().person_id, version.id, number)
    if number < len(version.manifest["lessons"]):
        return redirect(url_for("member.lesson", slug=slug, number=number + 1), 303)
    flash(_("Semua pelajaran modul ini sudah Anda baca."))
    return redirect(url_for("member.module", slug=slug), 303)


@door.route("/modul/<string:slug>/pelajaran/<int:number>/latihan/<int:k>", methods=["GET", "POST"])
def practice(slug: str, number: int, k: int) -> ResponseReturnValue:
    """One exercise, answered at once; nothing is stored."""
    _, found = _lesson(slug, number)
    if not 1 <= k <= len(found.practice):
        raise NotFound
    one = found.practice[k - 1]
    value = forms.given(one.kind, request.form)
    if forms.moves(request.form):
        value = {"order": forms.moved(request.form)}
    answered = request.method == "POST" and not forms.moves(request.form)
    wrong = problem(one, value) if answered else None
    said = feedback(one, value) if answered and wrong is None else None
    errors = [("jawaban", words.refusal(Refused(wrong)))] if wrong else []
    shown = {"lesson": found, "k": k, "q": exercise(one), "given": value, "feedback": said, "form_errors": errors}
    return render_template("member/practice.html", **shown), 422 if errors else 200


@door.get("/gambar/<string:sha256>")
def picture(sha256: str) -> ResponseReturnValue:
    """A picture of a lesson."""
    return reading.picture(sha256)


@door.get("/sop/")
def sops() -> ResponseReturnValue:
    """Every SOP with its card."""
    return render_template("member/sops.html", sops=sorted(courses.sops().items()), approvals=courses.sop_approvals())


@door.get("/sop/<string:number>")
def sop(number: str) -> ResponseReturnValue:
    """The newest version of an SOP with its clauses."""
    return render_template("member/sop.html", **reading.sop(number))


@door.get("/sop/<string:number>/kartu")
def card(number: str) -> ResponseReturnValue:
    """The pocket card of an SOP: one phone screen; printed, two on a sheet."""
    shown = reading.sop(number)
    if shown["card"] is None:
        raise NotFound
    return render_template("member/card.html", **shown)
