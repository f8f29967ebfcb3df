"""One member of the area: what is missing, the evidence and its ticks, the name, exams and drills."""

from typing import NamedTuple

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import actions as accounts
from lms.accounts import queries as people
from lms.certification import actions, queries, rules
from lms.certification.queries import Checklist
from lms.courses import queries as courses
from lms.organisations import queries as organisations
from lms.practice import queries as practice
from lms.practice.models import Signoff
from lms.quizzes import queries as quizzes
from lms.refusals import NotFound, Refused
from lms.web import guard
from lms.web.acting import acting
from lms.web.approver import area, door
from lms.web.approver.area import Member
from lms.web.approver.forms import DATED, EvidenceForm, NameForm


class Drill(NamedTuple):
    """A passed drill and who assessed it."""

    signoff: Signoff
    assessor: str


@door.get("/anggota/<string:public_id>")
def member(public_id: str) -> ResponseReturnValue:
    """Everything that decides on a member's certificate."""
    return _page(area.member(public_id))


def _page(found: Member, wrong: EvidenceForm | None = None) -> ResponseReturnValue:
    """The page; wrong is the tick that has to be put right."""
    person_id = found.person.id
    checklist = queries.checklist(person_id)
    forms = {kind: wrong if wrong and wrong.kind == kind else EvidenceForm(kind, formdata=None)
             for kind in rules.EVIDENCE_KINDS}  # fmt: skip
    problems = wrong.problems if wrong else []
    html = render_template(
        "approver/member.html",
        member=found,
        unit=organisations.main_unit(person_id),
        checklist=checklist,
        needed=_needed(checklist),
        forms=forms,
        dated=DATED,
        titles=area.titles(),
        names_of_modules={version.module_id: version.title for version in courses.current_versions()},
        attempts=[one for one in quizzes.attempts_of(person_id) if one.graded_at],
        drills=_drills(person_id),
        certificates=queries.certificates_of(person_id),
        is_old=_is_old(checklist),
        form_errors=problems,
    )
    return html, 422 if problems else 200


def _needed(checklist: Checklist) -> list[str]:
    """The kinds of evidence in their order: those of the level, or all where there is nothing to work towards."""
    wanted = checklist.level.evidence if checklist.level else ()
    return [kind for kind in rules.EVIDENCE_KINDS if kind in wanted or kind in checklist.grounds.ticks]


def _is_old(checklist: Checklist) -> bool:
    return any(gap.kind == "skck_old" for gap in checklist.gaps)


def _drills(person_id: int) -> list[Drill]:
    signed = practice.signed_off(person_id).values()
    names = people.names_of({one.assessor_id for one in signed})
    return [Drill(one, names.get(one.assessor_id, "")) for one in signed]


@door.post("/anggota/<string:public_id>/bukti/<string:kind>")
def tick(public_id: str, kind: str) -> ResponseReturnValue:
    """Record that a piece of evidence was seen."""
    found = area.member(public_id)
    if kind not in rules.EVIDENCE_KINDS:
        raise NotFound()
    form = EvidenceForm(kind)
    if form.validate():
        try:
            with acting("tick_evidence", ("person", found.person.id)):
                actions.tick_evidence(found.person.id, kind, form.day(), guard.visitor().person_id)
        except Refused as refused:
            form.refuse(refused, "dated" if refused.code == "dated_in_future" else None)
        else:
            return redirect(url_for("approver.member", public_id=public_id, _anchor="bukti"))
    return _page(found, form)


@door.post("/anggota/<string:public_id>/bukti/<string:kind>/batal")
def untick(public_id: str, kind: str) -> ResponseReturnValue:
    """Take a tick back; nothing happens where there is none."""
    found = area.member(public_id)
    standing = queries.checklist(found.person.id).grounds.ticks.get(kind)
    if standing is not None:
        form = EvidenceForm(kind)
        try:
            with acting("untick_evidence", ("evidence", standing.id)):
                actions.untick_evidence(standing.id, guard.visitor().person_id)
        except Refused as refused:
            form.refuse(refused)
            return _page(found, form)
    return redirect(url_for("approver.member", public_id=public_id, _anchor="bukti"))


@door.route("/anggota/<string:public_id>/nama", methods=["GET", "POST"])
def correct_name(public_id: str) -> ResponseReturnValue:
    """Correct the name as on the KTP, at the identity check."""
    found = area.member(public_id)
    form = NameForm(name=found.name)
    if form.validate_on_submit():
        try:
            with acting("correct_name", ("person", found.person.id)):
                accounts.correct_name(found.person.id, form.name.data or "", guard.visitor().person_id)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Nama disimpan."))
            return redirect(url_for("approver.member", public_id=public_id))
    return form.page("approver/name.html", member=found)
