"""What needs a second person: the open proposals, one of them, and deciding it.

Any approver but the one who proposed may decide, wherever they sit, as long as they share no unit with the member: the
second signature may come from elsewhere (trust.md). The area does not narrow this list.
"""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.certification import actions, queries, rules
from lms.certification.models import Certificate, Proposal
from lms.organisations import queries as organisations
from lms.organisations import rules as distance
from lms.refusals import NotFound
from lms.web import guard, words
from lms.web.acting import acting
from lms.web.approver import area, door
from lms.web.approver.forms import PlainForm

ACCEPTS = {"setujui": True, "tolak": False}


@door.get("/usulan/")
def proposals() -> ResponseReturnValue:
    """The proposals that wait, the oldest first, and which of them the visitor may decide."""
    me = guard.visitor().person_id
    rows = queries.open_proposals()
    units = organisations.units_of_many({me, *(about.person_id for _made, about, _by in rows if about)})
    shown = [(made, about, by, _may_decide(made, about, units)) for made, about, by in rows]
    return render_template("approver/proposals.html", rows=shown, kinds_of=words.PROPOSALS)


def _may_decide(made: Proposal, about: Certificate | None, units: dict[int, frozenset[int]]) -> bool:
    me, member = guard.visitor().person_id, about.person_id if about else None
    near = member is not None and not distance.of_other_unit(units[me], units[member])
    return rules.decider_problem(me, made.by, member, near) is None


def _facts(public_id: str) -> dict[str, Any]:
    """What a proposal says, for its pages; NotFound once it is decided or lapsed."""
    found = next((row for row in queries.open_proposals() if row[0].public_id == public_id), None)
    if found is None:
        raise NotFound()
    made, about, by = found
    units = organisations.units_of_many({guard.visitor().person_id, *([about.person_id] if about else [])})
    return {
        "proposal": made,
        "certificate": about,
        "by": by,
        "what": words.PROPOSALS[made.kind],
        "reason": words.REASONS[made.kind][made.reason] if made.reason else "",
        "levels": rules.levels(made.programme_rules) if made.programme_rules else {},
        "now": queries.levels() if made.programme_rules else {},
        "titles": area.titles(),
        "may_decide": _may_decide(made, about, units),
    }


@door.get("/usulan/<string:public_id>")
def proposal(public_id: str) -> ResponseReturnValue:
    """One proposal, with what accepting it does."""
    return render_template("approver/proposal.html", **_facts(public_id))


@door.route("/usulan/<string:public_id>/<string:answer>", methods=["GET", "POST"])
def decide(public_id: str, answer: str) -> ResponseReturnValue:
    """Ask, then decide; the same decision a second time changes nothing. A refusal has a page of its own."""
    if answer not in ACCEPTS:
        raise NotFound()
    form = PlainForm()
    if form.validate_on_submit():
        made = queries.proposal(public_id)
        with acting("decide", ("proposal", made.id)):
            actions.decide(public_id, guard.visitor().person_id, ACCEPTS[answer])
        flash(_("Usulan disetujui.") if ACCEPTS[answer] else _("Usulan ditolak."))
        return redirect(url_for("approver.proposals"))
    return form.page("approver/decide.html", answer=answer, **_facts(public_id))
