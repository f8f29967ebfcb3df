"""The members of a coordinator: the list and its file, one of them, a reset code, the end of a membership."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import clock
from lms.accounts import actions as accounts
from lms.accounts import queries as people
from lms.accounts import rules
from lms.accounts.rules import Role
from lms.certification import queries as certification
from lms.courses import queries as courses
from lms.organisations import actions as organisations
from lms.organisations import queries as units
from lms.organisations.models import Unit
from lms.refusals import NotFound, Refused
from lms.reporting import queries as reporting
from lms.web import guard, roster, words
from lms.web.acting import acting
from lms.web.coordinator import door
from lms.web.coordinator.forms import PlainForm
from lms.web.roster import Member


def _member(public_id: str) -> Member:
    return roster.member(Role.COORDINATOR, public_id)


@door.get("/anggota")
def members() -> ResponseReturnValue:
    """The members under the coordinator's units, fifty a page, all or those who are looked for."""
    return render_template("coordinator/members.html", **roster.page(Role.COORDINATOR, "coordinator.members"))


@door.get("/anggota.csv")
def members_file() -> ResponseReturnValue:
    """All of them as a file."""
    return roster.export(Role.COORDINATOR, full=True)


@door.get("/anggota/<string:public_id>")
def member(public_id: str) -> ResponseReturnValue:
    """One member: progress, certificate, what is missing, reset codes, memberships."""
    found = _member(public_id)
    person_id, versions = found.person.id, courses.current_versions()
    own, codes = set(roster.units(Role.COORDINATOR)), people.reset_codes_of(person_id)
    return render_template(
        "coordinator/member.html",
        member=found,
        versions=versions,
        progress=reporting.progress([person_id], versions)[person_id],
        checklist=certification.checklist(person_id),
        gap=words.gap,
        titles={one.module.slug: one.title for one in versions},
        homes=[one for one in reporting.homes([person_id]) if one.unit_id in own],
        codes=codes,
        makers=people.names_of({one.issued_by for one in codes if one.issued_by}),
        now=clock.now(),
        problem=_reset_problem(found),
    )


def _reset_problem(of: Member) -> str:
    """Why the coordinator may not make a reset code for this member, in words; "" where they may."""
    who = guard.visitor()
    is_staff = bool(people.appointed_roles(of.person.id))
    code = rules.reset_problem(of.person.id == who.person_id, is_staff, who.roles)
    if code == "not_allowed":
        return str(_("Anggota ini juga bertugas di Jaga. Hanya pengelola yang dapat mengatur ulang sandinya."))
    code = code or ("person_disabled" if of.person.disabled_at else None)
    return words.refusal(Refused(code)) if code else ""


@door.route("/anggota/<string:public_id>/atur-ulang", methods=["GET", "POST"])
def reset(public_id: str) -> ResponseReturnValue:
    """Ask, then make a code with which the member sets a new password or PIN; it is shown this once."""
    found, form = _member(public_id), PlainForm()
    if form.validate_on_submit():
        try:
            with acting("issue_reset_code", ("person", found.person.id)):
                code = accounts.issue_reset_code(found.person.id, guard.visitor().person_id)
        except Refused as refused:
            form.refuse(refused)
        else:
            return render_template("coordinator/reset_code.html", member=found, code=code, at=clock.now())
    return form.page("coordinator/reset.html", member=found, problem=_reset_problem(found))


@door.route("/anggota/<string:public_id>/satuan/<string:unit>/keluarkan", methods=["GET", "POST"])
def end_membership(public_id: str, unit: str) -> ResponseReturnValue:
    """Ask, then end the membership; a second press finds it ended."""
    person, of, form = people.by_public_id(public_id), _own_unit(unit), PlainForm()
    if not any(one.unit_id == of.id for one in reporting.homes([person.id], ended=True)):
        raise NotFound()
    if form.validate_on_submit():
        with acting("end_membership", ("person", person.id)):
            organisations.end_membership(person.id, of.id, guard.visitor().person_id)
        flash(_("Keanggotaan di %(unit)s diakhiri.", unit=of.name))
        return redirect(url_for("coordinator.members"))
    return form.page("coordinator/end_membership.html", member=_member(public_id), unit=of)


def _own_unit(public_id: str) -> Unit:
    """A unit of the coordinator; NotFound for any other."""
    found = units.unit(public_id)
    if found.id not in roster.units(Role.COORDINATOR):
        raise NotFound()
    return found
