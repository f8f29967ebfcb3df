"""Certificates: the list, the search by number or code, and one with its history. Nothing is changed here."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import clock
from lms.accounts import queries as people
from lms.certification import queries, rules
from lms.certification.models import Certificate
from lms.certification.rules import Standing
from lms.refusals import NotFound
from lms.web import words
from lms.web.paging import AFTER, PAGE
from lms.web.steward import door

FILTERS = tuple(standing for standing in Standing if standing is not Standing.UNKNOWN)
REASON_WORDS = {"suspended": words.REASONS["suspend"]} | {
    event: words.REASONS[act] for act, event in rules.EVENT_OF.items()
}


def standing_of(found: Certificate) -> Standing:
    """What a certificate stands at today."""
    return rules.standing(found.status, found.valid_through, found.refresher_due, clock.today())


def _found(code: str) -> Certificate:
    found = queries.certificate(code)
    if found is None or found.status == "provisional":
        raise NotFound()
    return found


def _searched(typed: str) -> Certificate | None:
    """The certificate of a number, or of a code with or without its check digits."""
    code = rules.typed_code(typed) or rules.normal_code(typed)
    found = queries.certificate(code) if code else queries.by_number(typed)
    return found if found and found.status != "provisional" else None


@door.get("/sertifikat")
def certificates() -> ResponseReturnValue:
    """All certificates or those of one standing, the newest first; a number or code that is found leads to it."""
    search = request.args.get("cari", "").strip()[:60]
    found = _searched(search) if search else None
    if found is not None:
        return redirect(url_for("steward.certificate", code=found.code))
    wanted, last = request.args.get("keadaan"), request.args.get(AFTER)
    standing = Standing(wanted) if wanted in FILTERS else None
    after = _found(last).id if last else None
    rows = [] if search else queries.certificates_page(after, PAGE + 1, standing)
    return render_template(
        "steward/certificates.html",
        rows=rows[:PAGE],
        search=search,
        standing=standing,
        filters=FILTERS,
        next_url=url_for("steward.certificates", keadaan=standing, setelah=rows[PAGE - 1].code) if rows[PAGE:] else "",
    )


@door.get("/sertifikat/<string:code>")
def certificate(code: str) -> ResponseReturnValue:
    """One certificate with its history."""
    found = _found(code)
    events = queries.history(found.code)
    return render_template(
        "steward/certificate.html",
        certificate=found,
        standing=standing_of(found),
        member=people.person(found.person_id),
        issuer=people.name_of(found.issuer_id),
        printed=rules.printed_code(found.code),
        events=events,
        names=people.names_of({event.actor_id for event in events if event.actor_id}),
        event_words=words.EVENTS,
        reason_words=REASON_WORDS,
    )
