"""Signing in with a secret, then with the second factor where the roles ask for one; setting it up; signing out."""

import pyotp
import segno
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import actions as accounts
from lms.accounts import queries as people
from lms.accounts import rules
from lms.db import transaction
from lms.organisations import queries as organisations
from lms.organisations.queries import Visitor
from lms.refusals import Refused
from lms.web import guard, limits, resume
from lms.web.onward import local
from lms.web.public import door
from lms.web.public.forms import WRONG, CodeForm, SignInForm

ISSUER = "Jaga"


@door.route("/masuk", methods=["GET", "POST"])
@limits.limiter.limit(limits.SIGN_IN, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in by sign-in name or phone and secret; unknown, wrong and locked accounts look as known ones do."""
    form = SignInForm(lanjut=request.args.get("lanjut"))
    if not form.validate_on_submit():
        return _sign_in_page(form)
    weighed = accounts.weigh(form.identifier.data, form.password.data)
    with transaction():
        checked = accounts.check_weighed(weighed)
        token = _opened(checked.person_id) if checked.person_id is not None else None
    if token is not None:
        guard.sign_in(token)
        return go_on(form.lanjut.data, form.continuation.data)
    form.form_errors.append(_("Terlalu sering salah. Coba lagi 15 menit lagi.") if checked.locked else str(WRONG))
    return _sign_in_page(form, checked.locked)


def _sign_in_page(form: SignInForm, locked: bool = False) -> ResponseReturnValue:
    kept = bool(form.continuation.data)
    return form.page("public/sign_in.html", too_many=locked, kept=kept, already=guard.arrived())


def _opened(person_id: int) -> str:
    """The token of a fresh session, after ending the one that this browser was in. Where a second factor is needed and
    none is in use, a new secret for one is laid ready, so that the page that shows it only reads."""
    before = guard.arrived(even_idle=True)
    if before is not None:
        accounts.revoke_session(before.session_id)
    roles = organisations.roles_of(person_id)
    if rules.needs_second_factor(roles) and not people.totp_confirmed(person_id):
        accounts.begin_totp(person_id)
    return accounts.open_session(person_id, roles, second_factor=False)


def go_on(to: str | None, continuation: str | None) -> ResponseReturnValue:
    """Where somebody goes after a secret or code: to the second factor, what was sealed, or the page asked for."""
    who = guard.half_way()
    if who is not None:
        if not continuation:
            return redirect(url_for("public.second_factor", lanjut=local(to)))
        form = CodeForm(formdata=None, lanjut=to, continuation=continuation)
        return _code_page(form) if people.totp_confirmed(who.person_id) else _enrol_page(form, who)
    if continuation:
        answer = resume.replay(continuation, guard.visitor().person_id)
        if answer is not None:
            return answer
        flash(_("Jawaban yang disimpan bukan milik akun ini atau sudah terlalu lama."), "warn")
    return redirect(local(to) or url_for("public.home"))


@door.route("/masuk/kode", methods=["GET", "POST"])
@limits.limiter.limit(limits.SIGN_IN, methods=["POST"])
def second_factor() -> ResponseReturnValue:
    """The second factor: a code of the authenticator, or a recovery code."""
    who = guard.half_way()
    if who is None:
        return redirect(url_for("public.home"))
    form = CodeForm(lanjut=request.args.get("lanjut"))
    if not people.totp_confirmed(who.person_id):
        return redirect(url_for("public.enrol", lanjut=local(form.lanjut.data)))
    if not form.validate_on_submit():
        return _code_page(form)
    with transaction():
        fits = accounts.check_totp(who.person_id, form.code.data)
        token = accounts.pass_second_factor(who.session_id) if fits else None
    if token is not None:
        guard.sign_in(token)
        return go_on(form.lanjut.data, form.continuation.data)
    locked = people.second_factor_locked(who.person_id)
    form.refuse(Refused("second_factor_locked" if locked else "totp_wrong"), "code")
    return _code_page(form, locked)


def _code_page(form: CodeForm, locked: bool = False) -> ResponseReturnValue:
    return form.page("public/code.html", too_many=locked, recovery="cadangan" in request.args)


@door.route("/faktor-kedua/pasang", methods=["GET", "POST"])
@limits.limiter.limit(limits.SIGN_IN, methods=["POST"])
def enrol() -> ResponseReturnValue:
    """Set up the second factor, in the session that the password opened; then the recovery codes, shown once."""
    who = guard.half_way()
    if who is None:
        return redirect(url_for("public.home"))
    form = CodeForm(lanjut=request.args.get("lanjut"))
    if people.totp_confirmed(who.person_id):
        return redirect(url_for("public.second_factor", lanjut=local(form.lanjut.data)))
    if not form.validate_on_submit():
        return _enrol_page(form, who)
    try:
        with transaction():
            codes = accounts.confirm_totp(who.person_id, form.code.data)
            token = accounts.pass_second_factor(who.session_id)
    except Refused as refusal:
        form.refuse(refusal, "code")
        return _enrol_page(form, who)
    guard.sign_in(token)
    after = go_on(form.lanjut.data, form.continuation.data)
    return render_template("public/recovery_codes.html", codes=codes, after=getattr(after, "location", None) or "/")


def _enrol_page(form: CodeForm, who: Visitor) -> ResponseReturnValue:
    """The page with the secret that waits to be confirmed, as QR (a data: address) and in groups of four."""
    secret = people.pending_totp(who.person_id)
    if secret is None:
        guard.sign_out()
        return redirect(url_for("public.sign_in"))
    uri = pyotp.TOTP(secret).provisioning_uri(name=who.sign_in_name, issuer_name=ISSUER)
    qr = segno.make(uri, error="m", micro=False).svg_data_uri(scale=4, border=2)
    return form.page("public/enrol.html", qr=qr, secret=secret)


@door.post("/keluar")
def sign_out() -> ResponseReturnValue:
    """End the session here and on the server."""
    who = guard.arrived(even_idle=True)
    if who is not None:
        with transaction():
            accounts.revoke_session(who.session_id)
    guard.sign_out()
    flash(_("Anda sudah keluar."))
    return redirect(url_for("public.home"))
