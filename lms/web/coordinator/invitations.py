"""Invitations: making one, showing its code, link and QR, closing it."""

from datetime import timedelta
from urllib.parse import urljoin

import segno
from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import clock
from lms.accounts.rules import Role
from lms.organisations import actions, queries
from lms.organisations.models import Invitation, Unit
from lms.refusals import NotFound, Refused
from lms.web import guard, roster
from lms.web.acting import acting
from lms.web.coordinator import door
from lms.web.coordinator.forms import InviteForm, PlainForm

ONE_PRESS = timedelta(seconds=10)


def _own() -> list[Invitation]:
    """The invitations of the coordinator's units that can still be used, the newest first."""
    return queries.invitations_of(roster.units(Role.COORDINATOR))


def _one(public_id: str) -> Invitation:
    found = next((one for one in _own() if one.public_id == public_id), None)
    if found is None:
        raise NotFound()
    return found


def _units() -> list[Unit]:
    """The coordinator's units, the own one first."""
    own, ids = guard.unit_of(Role.COORDINATOR), set(roster.units(Role.COORDINATOR))
    return sorted((one for one in queries.all_units() if one.id in ids), key=lambda one: (one.id != own, one.name))


@door.get("/undangan")
def invitations() -> ResponseReturnValue:
    """The invitations that can still be used."""
    return render_template("coordinator/invitations.html", rows=_own())


@door.route("/undangan/baru", methods=["GET", "POST"])
def invite() -> ResponseReturnValue:
    """Make an invitation; pressing twice makes one."""
    form = InviteForm(_units())
    if form.validate_on_submit():
        unit = form.chosen()
        try:
            with acting("invite", ("unit", unit.id)):
                made = _just_made(unit, form.uses.data) or actions.invite(
                    unit.id, guard.visitor().person_id, form.uses.data
                )
                public_id = made.public_id
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect(url_for("coordinator.invitation", public_id=public_id))
    return form.page("coordinator/invite.html")


def _just_made(unit: Unit, uses: int) -> Invitation | None:
    """The same invitation, made by the same person in the last seconds: the button was pressed twice."""
    me, since = guard.visitor().person_id, clock.now() - ONE_PRESS
    same = (one for one in queries.invitations_of([unit.id]) if one.by == me and one.uses_left == uses)
    return next((one for one in same if one.created_at > since), None)


@door.get("/undangan/<string:public_id>")
def invitation(public_id: str) -> ResponseReturnValue:
    """One invitation: code, link and QR to show or print."""
    one = _one(public_id)
    link = urljoin(current_app.extensions["jaga_settings"].base_url, url_for("public.join", kode=one.code))
    qr = segno.make(link, error="m", micro=False).svg_data_uri(scale=6, border=4)
    return render_template("coordinator/invitation.html", one=one, link=link, qr=qr)


@door.route("/undangan/<string:public_id>/tutup", methods=["GET", "POST"])
def close_invitation(public_id: str) -> ResponseReturnValue:
    """Ask, then close; a second press finds it closed."""
    form = PlainForm()
    if form.validate_on_submit():
        with acting("close_invitation"):
            actions.close_invitation(public_id, guard.visitor().person_id)
        flash(_("Undangan ditutup."))
        return redirect(url_for("coordinator.invitations"))
    return form.page("coordinator/close_invitation.html", one=_one(public_id))
