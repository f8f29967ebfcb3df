"""Whoever is signed in: name, password or PIN, devices, second factor, and who looked at their certificate."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import actions as accounts
from lms.accounts import queries as people
from lms.accounts import rules
from lms.accounts.rules import Role
from lms.db import transaction
from lms.refusals import NotFound, Refused
from lms.verification import queries as verification
from lms.web import entrances, guard, words
from lms.web.account import door
from lms.web.account.forms import ChangeSecretForm, LanguageForm, RenewCodesForm
from lms.web.language import keep


@door.context_processor
def _frame() -> dict[str, Any]:
    """Members keep their tabs below the page; others get the list of their doors above it."""
    who = guard.arrived()
    if who is None:  # the sign-in page that a signed-out form gets
        return {}
    if who.roles == {Role.MEMBER}:
        return {"layout": "member/base.html", "tab": "account", "who": who}
    nav = [{"url": one.url, "text": one.name, "current": False} for one in entrances.of(who.roles)]
    return {"layout": "desk.html", "door_nav": nav, "tab": "account", "who": who}


def _is_staff() -> bool:
    return rules.needs_second_factor(guard.visitor().roles)


@door.get("/")
def home() -> ResponseReturnValue:
    """Everything about the account on one page."""
    who = guard.visitor()
    return render_template(
        "account/home.html",
        phone=people.phone_of(who.person_id),
        sessions=people.sessions_of(who.person_id),
        codes_left=people.recovery_codes_left(who.person_id) if _is_staff() else None,
        reasons=words.CHECK_REASONS,
        checks=verification.checks_of(who.person_id) if Role.MEMBER in who.roles else None,
        language=LanguageForm(formdata=None, language=who.language),
    )


@door.route("/kata-sandi", methods=["GET", "POST"])
def secret() -> ResponseReturnValue:
    """Another password or PIN, for whoever knows the present one; it ends the other sessions."""
    who, form = guard.visitor(), ChangeSecretForm()
    if _is_staff():
        del form.kind
    if not form.validate_on_submit():
        return form.page("account/secret.html")
    kind = "password" if _is_staff() else form.kind.data
    weighed = accounts.weigh(who.sign_in_name, form.present.data)
    try:
        with transaction():
            checked = accounts.check_weighed(weighed)
            if checked.person_id is not None:
                accounts.set_secret(who.person_id, form.secret.data, kind, keep_session=who.session_id)
                flash(_("Kata sandi atau PIN baru tersimpan. Perangkat lain sudah dikeluarkan."))
                return redirect(url_for("account.home"))
        form.refuse(Refused("second_factor_locked" if checked.locked else "secret_wrong"), "present")
    except Refused as refusal:
        form.refuse(refusal, "secret")
    return form.page("account/secret.html")


@door.post("/perangkat/<string:public_id>/akhiri")
def end_session(public_id: str) -> ResponseReturnValue:
    """Sign out one device, for example a lost phone."""
    who = guard.visitor()
    found = people.session_of(who.person_id, public_id)
    with transaction():
        accounts.revoke_session(found.id, who.person_id)
    if found.id == who.session_id:
        guard.sign_out()
        return redirect(url_for("public.home"))
    flash(_("Perangkat itu sudah dikeluarkan."))
    return redirect(url_for("account.home"))


@door.post("/perangkat/akhiri-lainnya")
def end_others() -> ResponseReturnValue:
    """Sign out every device but this one."""
    who = guard.visitor()
    with transaction():
        accounts.revoke_all(who.person_id, except_id=who.session_id)
    flash(_("Semua perangkat lain sudah dikeluarkan."))
    return redirect(url_for("account.home"))


@door.route("/kode-cadangan", methods=["GET", "POST"])
def recovery_codes() -> ResponseReturnValue:
    """Fresh recovery codes, shown once, for a present code of the second factor."""
    if not _is_staff():
        raise NotFound()
    who, form = guard.visitor(), RenewCodesForm()
    if form.validate_on_submit():
        with transaction():
            codes = accounts.renew_recovery_codes(who.person_id, form.code.data)
        if codes is not None:
            after = url_for("account.home")
            return render_template("public/recovery_codes.html", codes=codes, after=after, fresh=False)
        locked = people.second_factor_locked(who.person_id)
        form.refuse(Refused("second_factor_locked" if locked else "totp_wrong"), "code")
    return form.page("account/recovery_codes.html")


@door.post("/bahasa")
def language() -> ResponseReturnValue:
    """The language of this person's pages, certificates and messages."""
    form, response = LanguageForm(), redirect(url_for("account.home"))
    if form.validate():
        with transaction():
            accounts.set_language(guard.visitor().person_id, form.language.data)
        keep(form.language.data, response)
    return response
