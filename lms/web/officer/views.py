"""Police officers: checking a certificate by its code, never by a name, and suspending it."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import clock
from lms.accounts.rules import Role
from lms.certification import actions as certification
from lms.certification import rules as certificates
from lms.certification.rules import Standing
from lms.refusals import Refused
from lms.verification import actions, queries, rules
from lms.verification.rules import PublicFacts
from lms.web import errors, guard, paging, words
from lms.web.acting import acting
from lms.web.officer import door
from lms.web.officer.forms import CodeForm, LookForm
from lms.web.reasons import ReasonForm, new_key

LATEST = 5
CAN_BE_SUSPENDED = (Standing.VALID, Standing.REFRESHER_DUE)


@door.context_processor
def _shared() -> dict[str, Any]:
    here = request.endpoint
    links = ((_("Periksa"), "officer.home"), (_("Riwayat"), "officer.history"))
    nav = [{"text": text, "url": url_for(to), "current": to == here} for text, to in links]
    return {"door_nav": nav, "reasons": words.CHECK_REASONS, "at": clock.now(), "printed": certificates.printed_code}


@door.route("/", methods=["GET", "POST"])
def home() -> ResponseReturnValue:
    """Type a code; its check digits are tested before anything is asked. Below it, the officer's own last checks."""
    form = CodeForm()
    if form.validate_on_submit():
        return redirect(url_for("officer.check", code=form.read()))
    rows = queries.checks_by(guard.visitor().person_id, size=LATEST)
    return form.page("officer/home.html", rows=rows)


def _found(typed: str) -> tuple[str, PublicFacts] | None:
    """The code as it is kept and what it stands at now; None for one that proves nothing."""
    code = certificates.normal_code(typed) or certificates.typed_code(typed)
    facts = queries.standing(code, clock.now()) if code else None
    return (code, facts) if code and facts else None


def _unknown() -> ResponseReturnValue:
    return render_template("officer/unknown.html"), 404


@door.route("/periksa/<string:code>", methods=["GET", "POST"])
def check(code: str) -> ResponseReturnValue:
    """What a code stands at; for a reason, which is recorded, also who holds it."""
    found = _found(code)
    if found is None:
        return _unknown()
    kept, facts = found
    form = LookForm()
    if form.validate_on_submit():
        try:
            with acting(rules.LOOK):
                me, unit = guard.visitor().person_id, guard.unit_of(Role.OFFICER)
                seen = actions.look(me, unit, kept, form.reason.data)
        except Refused as refused:
            return _not_shown(refused)
        return render_template("officer/seen.html", seen=seen, patrol=_patrol(seen.patrol), can_suspend=_open(facts))
    return form.page("officer/reason.html", code=kept, facts=facts)


def _not_shown(refused: Refused) -> ResponseReturnValue:
    if refused.code == "too_many_lookups":
        return errors.page(429, _("Terlalu sering"), words.refusal(refused))
    raise refused


def _open(facts: PublicFacts) -> bool:
    return facts.standing in CAN_BE_SUSPENDED


def _patrol(answer: rules.PatrolAnswer) -> str:
    """The second question and its answer, on a line of its own."""
    if answer.may:
        return str(_("Boleh diajukan patroli: ya"))
    why = words.PATROL_REASONS[answer.because or "unknown"]
    return str(_("Boleh diajukan patroli: tidak, karena %(why)s", why=why))


@door.route("/sertifikat/<string:code>/tangguhkan", methods=["GET", "POST"])
def suspend(code: str) -> ResponseReturnValue:
    """A reason, then a confirm page, then the certificate is suspended at once and says so."""
    found = _found(code)
    if found is None:
        return _unknown()
    kept, facts = found
    form = ReasonForm("suspend")
    if form.validate_on_submit():
        if not form.confirmed:
            return render_template("officer/suspend_sure.html", code=kept, facts=facts, form=form, key=new_key())
        try:
            _suspend(kept, form)
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect(url_for("officer.suspend", code=kept))
    page = "officer/suspend.html" if _open(facts) or form.problems else "officer/suspended.html"
    return form.page(page, code=kept, facts=facts)


def _suspend(code: str, form: ReasonForm) -> None:
    with acting("suspend"):
        certification.suspend(code, guard.visitor().person_id, form.reason.data, form.key.data or "")


@door.get("/riwayat")
def history() -> ResponseReturnValue:
    """The officer's own checks, the newest first."""
    rows = queries.checks_by(guard.visitor().person_id, paging.after(), paging.PAGE + 1)
    last = rows[paging.PAGE - 1].id if rows[paging.PAGE :] else None
    more = url_for("officer.history", setelah=paging.seal(last)) if last else ""
    return render_template("officer/history.html", rows=rows[: paging.PAGE], next_url=more)
