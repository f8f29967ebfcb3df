"""One member's sheet on the assessor's phone: a criterion a screen, what fails at once, review, signature."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.db import transaction
from lms.practice import actions, queries, rules
from lms.practice.queries import DraftView
from lms.refusals import NotFound, Refused
from lms.web import guard
from lms.web.acting import acting
from lms.web.assessor import door
from lms.web.assessor.forms import MET, PlainForm, TickForm

REVIEW = "tinjau"


def _draft(public_id: str) -> DraftView:
    return queries.draft(public_id, guard.visitor().person_id)


def next_step(draft: DraftView) -> str:
    """Where a sheet goes on: its first criterion without a tick, then what fails at once, then the review."""
    rubric = draft.drill.rubric
    if draft.missing:
        n = list(rubric.criteria).index(draft.missing[0]) + 1
        return url_for("assessor.criterion", public_id=draft.public_id, n=n)
    if any(one not in draft.ticks for one in rubric.instant_fail):
        return url_for("assessor.instant_fail", public_id=draft.public_id)
    return url_for("assessor.review", public_id=draft.public_id)


def _after(draft: DraftView, n: int) -> str:
    """The screen after criterion n."""
    if n < len(draft.drill.rubric.criteria):
        return url_for("assessor.criterion", public_id=draft.public_id, n=n + 1)
    return url_for("assessor.instant_fail" if draft.drill.rubric.instant_fail else "assessor.review",
                   public_id=draft.public_id)  # fmt: skip


@door.get("/lembar/<string:public_id>")
def go_on(public_id: str) -> ResponseReturnValue:
    """Go on with a sheet where it was left."""
    return redirect(next_step(_draft(public_id)))


@door.route("/lembar/<string:public_id>/<int:n>", methods=["GET", "POST"])
def criterion(public_id: str, n: int) -> ResponseReturnValue:
    """One criterion: either button saves and goes on, back to the review where the visitor came from there."""
    draft = _draft(public_id)
    criteria = draft.drill.stored["criteria"]
    if not 1 <= n <= len(criteria):
        raise NotFound()
    one, form = criteria[n - 1], TickForm(dari=request.args.get("dari"))
    if form.validate_on_submit():
        with transaction():
            actions.tick(guard.visitor().person_id, public_id, one["id"], MET[form.nilai.data])
        to_review = form.dari.data == REVIEW
        return redirect(url_for("assessor.review", public_id=public_id) if to_review else _after(draft, n))
    return form.page("assessor/criterion.html", draft=draft, n=n, total=len(criteria), one=one)


@door.route("/lembar/<string:public_id>/larangan", methods=["GET", "POST"])
def instant_fail(public_id: str) -> ResponseReturnValue:
    """What fails a drill at once: each line was seen or was not."""
    draft = _draft(public_id)
    lines = [one["id"] for one in draft.drill.stored["instant_fail"]]
    if not lines:
        raise NotFound()
    form, errors = PlainForm(), []
    chosen = {one: request.form.get(one) for one in lines}
    if form.validate_on_submit():
        errors = [(f"{one}-ya", _("Pilih Terlihat atau Tidak terlihat.")) for one in lines if chosen[one] not in MET]
        if not errors:
            with transaction():
                for one in lines:
                    actions.tick(guard.visitor().person_id, public_id, one, MET[str(chosen[one])])
            return redirect(url_for("assessor.review", public_id=public_id))
    else:
        chosen = {one: "ya" if draft.ticks[one] else "tidak" for one in lines if one in draft.ticks}
    page = render_template("assessor/instant_fail.html", draft=draft, lines=lines, chosen=chosen, form_errors=errors)
    return page, 422 if errors else 200


@door.get("/lembar/<string:public_id>/tinjau")
def review(public_id: str) -> ResponseReturnValue:
    """All ticks and the verdict that they make, before the signature."""
    return _review(_draft(public_id), PlainForm())


def _review(draft: DraftView, form: PlainForm) -> ResponseReturnValue:
    rubric = draft.drill.rubric
    verdict = None if draft.missing else rules.verdict(rubric, draft.ticks)
    return form.page("assessor/review.html", draft=draft, verdict=verdict, rubric=rubric)


@door.post("/lembar/<string:public_id>/tanda-tangan")
def sign(public_id: str) -> ResponseReturnValue:
    """Sign the sheet. Its own public id is the key: a second press, or another tab, ends at the same sign-off."""
    me = guard.visitor().person_id
    try:
        with acting("sign_drill"):
            to = actions.sign(me, public_id, public_id).public_id
    except NotFound:
        raise
    except Refused as refused:
        form = PlainForm()
        form.refuse(refused)
        return _review(_draft(public_id), form)
    return redirect(url_for("assessor.signed", public_id=to))


@door.route("/lembar/<string:public_id>/buang", methods=["GET", "POST"])
def drop(public_id: str) -> ResponseReturnValue:
    """Throw a sheet away, after asking."""
    draft, form = _draft(public_id), PlainForm()
    if form.validate_on_submit():
        with transaction():
            actions.drop(guard.visitor().person_id, public_id)
        flash(_("Lembar %(name)s dibuang.", name=draft.name))
        return redirect(url_for("assessor.home"))
    return form.page("assessor/drop.html", draft=draft)
