"""Certificates of the area: the list, one with its history, suspending it, and proposing what needs a second person."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import clock
from lms.accounts import queries as people
from lms.certification import actions, queries, rules
from lms.certification.models import Certificate
from lms.certification.rules import Standing
from lms.refusals import NotFound, Refused
from lms.web import guard, paging, words
from lms.web.acting import acting
from lms.web.approver import area, door
from lms.web.reasons import ReasonForm, new_key

FILTERS = (Standing.VALID, Standing.REFRESHER_DUE, Standing.SUSPENDED, Standing.REVOKED, Standing.EXPIRED)
REASON_WORDS = {"suspended": words.REASONS["suspend"]} | {
    event: words.REASONS[act] for act, event in rules.EVENT_OF.items()
}
PROPOSALS = {"pencabutan": "revoke", "pemulihan": "reinstate"}


@door.get("/sertifikat/")
def certificates() -> ResponseReturnValue:
    """Certificates of members of the area, the newest first, all or those of one standing."""
    wanted = request.args.get("keadaan")
    standing = Standing(wanted) if wanted in FILTERS else None
    rows = queries.certificates_page(paging.after(), paging.PAGE + 1, standing, unit_ids=area.units())
    last = rows[paging.PAGE - 1].id if rows[paging.PAGE :] else None
    more = url_for("approver.certificates", keadaan=standing, setelah=paging.seal(last)) if last else ""
    return render_template(
        "approver/certificates.html", rows=rows[: paging.PAGE], next_url=more, standing=standing, filters=FILTERS
    )


@door.get("/sertifikat/<string:code>")
def certificate(code: str) -> ResponseReturnValue:
    """One certificate: facts, history, and what can be done."""
    found = area.certificate(code)
    events = queries.history(found.code)
    waiting = [made for made, about, _name in queries.open_proposals() if about is not None and about.id == found.id]
    return render_template(
        "approver/certificate.html",
        certificate=found,
        standing=standing_of(found),
        member=people.person(found.person_id),
        issuer=people.name_of(found.issuer_id),
        printed=rules.printed_code(found.code),
        events=events,
        names=people.names_of({event.actor_id for event in events if event.actor_id}),
        event_words=words.EVENTS,
        reason_words=REASON_WORDS,
        waiting=waiting[0] if waiting else None,
        may={act for act, event in (("suspend", "suspended"), *rules.EVENT_OF.items())
             if (found.status, event) in rules.NEXT},
    )  # fmt: skip


def standing_of(found: Certificate) -> Standing:
    """What a certificate stands at today."""
    return rules.standing(found.status, found.valid_through, found.refresher_due, clock.today())


@door.route("/sertifikat/<string:code>/tangguhkan", methods=["GET", "POST"])
def suspend(code: str) -> ResponseReturnValue:
    """A reason, then a confirm page, then the certificate is suspended at once."""
    found, form = area.certificate(code), ReasonForm("suspend")
    if form.validate_on_submit():
        if not form.confirmed:
            return _ask(found, form, "suspend")
        try:
            with acting("suspend", ("certificate", found.id)):
                actions.suspend(found.code, guard.visitor().person_id, form.reason.data, form.key.data or "")
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Sertifikat ditangguhkan."))
            return redirect(url_for("approver.certificate", code=code))
    return form.page("approver/reason.html", certificate=found, act="suspend")


def _ask(found: Certificate, form: ReasonForm, act: str) -> ResponseReturnValue:
    return render_template("approver/sure.html", certificate=found, form=form, act=act, key=new_key())


@door.route("/sertifikat/<string:code>/usulkan/<string:what>", methods=["GET", "POST"])
def propose(code: str, what: str) -> ResponseReturnValue:
    """A reason, then a confirm page, then another approver decides."""
    found, act = area.certificate(code), PROPOSALS.get(what)
    if act is None:
        raise NotFound()
    form = ReasonForm(act)
    if form.validate_on_submit():
        if not form.confirmed:
            return _ask(found, form, act)
        try:
            with acting("propose", ("certificate", found.id)):
                actions.propose(act, found.code, guard.visitor().person_id, form.reason.data)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Usulan dikirim. Pengesah lain yang memutuskan."))
            return redirect(url_for("approver.proposals"))
    return form.page("approver/reason.html", certificate=found, act=act)
