"""Issuing certificates: one member, or several of the queue at once, each in a transaction of its own."""

from typing import NamedTuple

import structlog
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import clock, jobs
from lms.certification import actions, queries, rules
from lms.certification.models import Certificate
from lms.certification.queries import Checklist
from lms.refusals import Refused
from lms.web import guard, words
from lms.web.acting import acting
from lms.web.approver import area, door, queue
from lms.web.approver.area import Member
from lms.web.approver.forms import BatchForm, IssueForm
from lms.web.reasons import new_key

log = structlog.get_logger()
AT_ONCE = 50


class Issued(NamedTuple):
    """What came of one member of a batch: number and code, or why not."""

    member: Member
    number: str
    code: str
    refusal: str


class Ready(NamedTuple):
    """A member of a batch and what they would get."""

    member: Member
    checklist: Checklist


@door.route("/anggota/<string:public_id>/terbitkan", methods=["GET", "POST"])
def issue(public_id: str) -> ResponseReturnValue:
    """Ask, then issue the level that was confirmed; a second press ends at the same certificate."""
    member = area.member(public_id)
    checklist, form = queries.checklist(member.person.id), IssueForm(key=new_key())
    if form.validate_on_submit():
        try:
            number, code = _issue(member, form.level.data, form.key.data)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Sertifikat %(number)s diterbitkan.", number=number))
            return redirect(url_for("approver.certificate", code=code))
    elif not checklist.ready:
        return redirect(url_for("approver.member", public_id=public_id))
    return form.page("approver/issue.html", member=member, checklist=checklist, until=_until(checklist),
                     titles=area.titles())  # fmt: skip


def _until(checklist: Checklist) -> object:
    """The last day of a certificate issued today; None where there is no level."""
    level = checklist.level
    return rules.add_months(clock.today(), level.validity_months) if level else None


def _issue(member: Member, level: str, key: str) -> tuple[str, str]:
    """Number and code of the certificate issued to a member, in one transaction; then its document is asked for."""
    with acting("certify", ("person", member.person.id)):
        made: Certificate = actions.certify(member.person.id, _level(level), guard.visitor().person_id, key)
        certificate_id, number, code = made.id, made.number, made.code
    ask_for_document(certificate_id)
    return number, code


def _level(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) == 1):
        raise Refused("level_unknown")
    return int(typed)


def ask_for_document(certificate_id: int) -> None:
    """A hint to the worker. Where the queue is away, the certificate stands and the sweep finds it."""
    try:
        jobs.make_document(certificate_id)
    except Exception as error:
        log.warning("queue away", certificate=certificate_id, error=type(error).__name__)


@door.route("/terbitkan", methods=["GET", "POST"])
def issue_many() -> ResponseReturnValue:
    """Ask about the chosen ones of the queue, each by name; then issue to each."""
    form = BatchForm(key=new_key())
    if form.validate_on_submit():
        chosen_ones = [_chosen(one) for one in request.form.getlist("pilih")[:AT_ONCE]]
        rows = [_one_of_many(*one, form.key.data) for one in chosen_ones]
        done = [row for row in rows if row.code]
        refused = [row for row in rows if not row.code]
        html = render_template("approver/issued.html", done=done, refused=refused)
        return html, 200 if done else 422
    chosen = [_ready(public_id) for public_id in request.args.getlist("anggota")[:AT_ONCE]]
    if not chosen:
        return queue.page([("pilihan", _("Pilih sedikitnya satu anggota yang lengkap."))])
    ready, short = [one for one in chosen if one.checklist.ready], [one for one in chosen if not one.checklist.ready]
    return form.page("approver/issue_many.html", ready=ready, short=short, titles=area.titles())


def _ready(public_id: str) -> Ready:
    member = area.member(public_id)
    return Ready(member, queries.checklist(member.person.id))


def _chosen(sent: str) -> tuple[Member, str]:
    """Member and level of "public id.level", as the confirm page sent it; asked for all before anything is issued."""
    public_id, _dot, level = sent.rpartition(".")
    return area.member(public_id), level


def _one_of_many(member: Member, level: str, key: str) -> Issued:
    """Issue to one of a batch."""
    try:
        number, code = _issue(member, level, key)
    except Refused as refused:
        return Issued(member, "", "", words.refusal(refused))
    return Issued(member, number, code, "")
