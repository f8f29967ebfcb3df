"""Joining with an invitation code in three steps, and a new secret with a reset code.

What was typed in the earlier steps travels sealed in the page, so that nothing of somebody who gives up is stored and
no name stands in an address.
"""

import json
import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import clock, vault
from lms.accounts import actions as accounts
from lms.accounts.rules import Role
from lms.db import transaction
from lms.organisations import actions as organisations
from lms.organisations import queries as units
from lms.refusals import Refused
from lms.web import guard, limits
from lms.web.forms import Form
from lms.web.public import door
from lms.web.public.forms import InvitationForm, ResetForm, SecretForm, WhoForm

STATE_SECONDS = 3600
PURPOSE = "join"
STEPS = ("kode", "nama", "sandi")
FORMS: dict[str, type[Form]] = {"kode": InvitationForm, "nama": WhoForm, "sandi": SecretForm}
NEEDED: dict[str, set[str]] = {"kode": set(), "nama": {"code"}, "sandi": {"code", "name", "phone"}}
# Where a refusal that comes only at the end is shown.
FIELD_OF = {"invitation_wrong": ("kode", "code"), "phone_taken": ("nama", "phone")}

State = dict[str, Any]


@door.route("/daftar", methods=["GET", "POST"])
@limits.limiter.limit(limits.JOIN, methods=["POST"])
def join() -> ResponseReturnValue:
    """Join in three steps: code; name and phone; password or PIN."""
    if request.method != "POST":
        return _show("kode", {"for": PURPOSE, "key": secrets.token_urlsafe(16), "code": request.args.get("kode", "")})
    step, state = request.form.get("langkah", ""), _unsealed(request.form.get("keadaan", ""))
    if state is None or not NEEDED.get(step, {""}) <= state.keys():
        flash(_("Pendaftaran terlalu lama terbuka. Mulai lagi dari kode undangan."), "warn")
        return redirect(url_for("public.join"))
    if "kembali" in request.form:
        return _show(STEPS[max(STEPS.index(step) - 1, 0)], state)
    form: Any = FORMS[step]()
    if isinstance(form, SecretForm):
        form.words_about = (state["name"], state["phone"])
    if not form.validate_on_submit():
        return _ask(step, state, form)
    if step == "sandi":
        return _joined(form, state)
    return _show(STEPS[STEPS.index(step) + 1], state | form.kept())


def _joined(form: SecretForm, state: State) -> ResponseReturnValue:
    """Add the member and sign them in. The sealed key makes a form that is sent twice one membership."""
    try:
        with transaction():
            person = organisations.join(
                state["code"], state["name"], form.secret.data, form.kind.data, state["phone"] or None, state["key"]
            )
            token = accounts.open_session(person.id, frozenset({Role.MEMBER}), second_factor=False)
    except Refused as refusal:
        step, field = FIELD_OF.get(refusal.code, ("sandi", "secret"))
        asked = form if step == "sandi" else FORMS[step](formdata=None, data=state)
        asked.refuse(refusal, field)
        return _ask(step, state, asked)
    guard.sign_in(token)
    return redirect(url_for("public.joined"))


def _show(step: str, state: State) -> ResponseReturnValue:
    """The page of a step, with what was typed in it before."""
    return _ask(step, state, FORMS[step](formdata=None, data=state))


def _ask(step: str, state: State, form: Form) -> ResponseReturnValue:
    """The page of one step with everything typed so far sealed in it."""
    sealed = vault.seal(json.dumps(state | {"at": state.get("at", clock.now().timestamp())}))
    invitation = units.invitation(state["code"]) if step == "nama" else None
    where = STEPS.index(step) + 1
    return form.page(f"public/join_{step}.html", step=step, number=where, sealed=sealed, invitation=invitation)


def _unsealed(sealed: str) -> State | None:
    """What the steps before kept; None where it was altered, sealed for something else or is older than an hour."""
    text = vault.unseal_or_none(sealed) or ""
    state: State = json.loads(text) if text.startswith("{") else {}
    if state.get("for") != PURPOSE:
        return None
    return state if clock.now().timestamp() - state["at"] <= STATE_SECONDS else None


@door.get("/daftar/selesai")
def joined() -> ResponseReturnValue:
    """The member number, big, to be written down."""
    who = guard.arrived()
    if who is None:
        return redirect(url_for("public.home"))
    return render_template("public/joined.html", who=who)


@door.route("/lupa", methods=["GET", "POST"])
@limits.limiter.limit(limits.SIGN_IN, methods=["POST"])
def reset() -> ResponseReturnValue:
    """A new password or PIN with the code that the coordinator hands over; unknown accounts look as known ones do."""
    form = ResetForm()
    if not form.validate_on_submit():
        return form.page("public/reset.html")
    try:
        with transaction():
            checked = accounts.use_reset_code(form.identifier.data, form.code.data, form.secret.data, form.kind.data)
    except Refused as refusal:
        form.refuse(refusal, "secret")
        return form.page("public/reset.html")
    if checked.person_id is None:
        form.refuse(Refused("second_factor_locked" if checked.locked else "reset_code_wrong"))
        return form.page("public/reset.html", too_many=checked.locked)
    flash(_("Kata sandi atau PIN baru tersimpan. Silakan masuk."))
    return redirect(url_for("public.sign_in"))
