"""One person's account: a fresh one-time code, a lost second factor, closing and opening. Each asks first."""

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import actions
from lms.accounts.models import Person
from lms.refusals import Refused
from lms.web import guard
from lms.web.acting import acting
from lms.web.steward import door
from lms.web.steward.confirming import ask, refuse, settle
from lms.web.steward.forms import PlainForm
from lms.web.steward.people import code_page, find


def _about(found: Person) -> list[tuple[str, str]]:
    return [(_("Nama"), found.private.name if found.private else ""), (_("Nama masuk"), found.sign_in_name)]


def _home(public_id: str) -> str:
    return url_for("steward.person", public_id=public_id)


@door.route("/orang/<string:public_id>/kode", methods=["GET", "POST"])
def reset(public_id: str) -> ResponseReturnValue:
    """Ask, then show a one-time code with which somebody sets a new password or PIN."""
    found, form = find(public_id), PlainForm()
    if form.validate_on_submit():
        try:
            with acting("issue_reset_code", ("person", found.id)):
                code = actions.issue_reset_code(found.id, by=guard.visitor().person_id)
        except Refused as refused:
            refuse(form, refused)
        else:
            return code_page(found, code)
    effects = [
        _("Kode tampil satu kali dan berlaku 3 hari."),
        _("Kode yang dibuat sebelumnya tidak berlaku lagi."),
        _("Setelah kode dipakai, ujian orang ini berhenti 24 jam dan pengesah melihatnya."),
    ]
    return ask(form, _("Buat kode sekali pakai?"), _about(found), effects, _("Ya, buat kode"), _home(public_id))


@door.route("/orang/<string:public_id>/hapus-faktor-kedua", methods=["GET", "POST"])
def remove_totp(public_id: str) -> ResponseReturnValue:
    """Ask, then take away the second factor of a lost phone."""
    found, form, me = find(public_id), PlainForm(), guard.visitor().person_id
    person_id = found.id
    acted = settle(form, "remove_totp", ("person", person_id), lambda: actions.remove_totp(person_id, by=me),
                   _("Faktor kedua dihapus. Orang ini memasang yang baru saat masuk."), _home(public_id))  # fmt: skip
    effects = [
        _("Pastikan dulu bahwa orang ini benar pemilik akun, dengan bertatap muka."),
        _("Kode cadangannya juga tidak berlaku lagi."),
        _("Orang ini dikeluarkan dari semua perangkat."),
    ]
    back = _home(public_id)
    return acted or ask(form, _("Hapus faktor kedua?"), _about(found), effects, _("Ya, hapus"), back)


@door.route("/orang/<string:public_id>/tutup", methods=["GET", "POST"])
def disable(public_id: str) -> ResponseReturnValue:
    """Ask, then close an account."""
    found, form, me = find(public_id), PlainForm(), guard.visitor().person_id
    person_id = found.id
    acted = settle(form, "disable", ("person", person_id), lambda: actions.disable(person_id, by=me),
                   _("Akun ditutup."), _home(public_id))  # fmt: skip
    effects = [
        _("Orang ini dikeluarkan dari semua perangkat dan tidak bisa masuk lagi."),
        _("Penunjukan dan keanggotaannya tetap tercatat."),
        _("Sertifikatnya tidak berubah. Pengesah yang menangguhkan atau mencabut."),
        _("Akun dapat dibuka lagi."),
    ]
    return acted or ask(form, _("Tutup akun ini?"), _about(found), effects, _("Ya, tutup akun"), _home(public_id))


@door.route("/orang/<string:public_id>/buka", methods=["GET", "POST"])
def enable(public_id: str) -> ResponseReturnValue:
    """Ask, then open a closed account again."""
    found, form, me = find(public_id), PlainForm(), guard.visitor().person_id
    person_id = found.id
    acted = settle(form, "enable", ("person", person_id), lambda: actions.enable(person_id, by=me),
                   _("Akun dibuka."), _home(public_id))  # fmt: skip
    effects = [_("Orang ini bisa masuk lagi dengan kata sandi atau PIN yang dipakai sebelumnya.")]
    return acted or ask(form, _("Buka akun ini?"), _about(found), effects, _("Ya, buka akun"), _home(public_id))
