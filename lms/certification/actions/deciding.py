"""Suspending, and what needs a second person: revoking, reinstating, and bringing a programme into force."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, text

from lms import clock
from lms.audit import actions as audit
from lms.certification import queries, rules
from lms.certification.actions.recording import (
    certificate_of_key,
    entitled,
    locked_by_code,
    locked_certificate,
    record,
    same_unit,
)
from lms.certification.models import Certificate, Programme, ProgrammeVersion, Proposal
from lms.courses.models import Module, digest
from lms.db import db
from lms.ledger import actions as ledger
from lms.refusals import NotFound, Refused


def suspend(code: str, by: int, reason: str, key: str) -> Certificate:
    """Suspend a certificate at once, as an officer or approver; the same key gives the same certificate again.

    NotFound; Refused "not_allowed", "reason_unknown", "own_certificate", "same_unit", "status_forbids".
    """
    found = locked_by_code(code)
    event_key = rules.event_key("suspend", by, found.id, key)
    if certificate_of_key(event_key):
        return found
    entitled(by, "suspend")
    if reason not in rules.REASONS["suspend"]:
        raise Refused("reason_unknown")
    if problem := rules.outsider_problem(by, found.person_id, same_unit(by, found.person_id)):
        raise Refused(problem)
    record(found, "suspended", by, ledger.next_time(), event_key, reason)
    audit.record("suspend", actor=by, subject=("certificate", found.id), purpose=reason)
    return found


def propose(kind: str, code: str, by: int, reason: str) -> Proposal:
    """Propose to revoke or reinstate a certificate, as an approver; another approver decides within 14 days.

    The same proposal by the same person is given back. NotFound; Refused "proposal_unknown", "not_allowed",
    "reason_unknown", "own_certificate", "status_forbids", "proposal_open" (somebody's other one waits).
    """
    if kind not in rules.EVENT_OF:
        raise Refused("proposal_unknown")
    found = locked_by_code(code)
    entitled(by, "propose")
    if reason not in rules.REASONS[kind]:
        raise Refused("reason_unknown")
    if by == found.person_id:
        raise Refused("own_certificate")
    if (found.status, rules.EVENT_OF[kind]) not in rules.NEXT:
        raise Refused("status_forbids", status=found.status)
    waiting = db.session.scalar(select(Proposal).filter_by(certificate_id=found.id, decided_at=None).with_for_update())
    at = clock.now()
    if waiting is not None:
        if waiting.deadline > at:
            if (waiting.kind, waiting.by, waiting.reason) == (kind, by, reason):
                return waiting
            raise Refused("proposal_open")
        waiting.decided_at, waiting.accepted = at, False  # lapsed: nobody decided in time
        db.session.flush()
    return _proposed(Proposal(kind=kind, certificate_id=found.id, reason=reason, by=by))


def propose_programme(programme_rules: Mapping[str, Any], by: int) -> Proposal:
    """Propose the rules of the next programme version, as a steward; an approver decides. The same again is given back.

    Refused "not_allowed", "programme_malformed", "programme_unknown_module" (slugs), "programme_unchanged",
    "programme_open" (another proposal waits).
    """
    entitled(by, "propose a programme")
    if problem := rules.programme_problem(programme_rules):
        raise Refused(problem)
    named = {slug for level in rules.levels(programme_rules).values() for slug in rules.modules_named(level)}
    known = set(db.session.scalars(select(Module.slug).where(Module.slug.in_(named))))
    if named - known:
        raise Refused("programme_unknown_module", slugs=sorted(named - known))
    content, current = dict(programme_rules), queries.programme()
    if current is not None and current.sha256 == digest(content):
        raise Refused("programme_unchanged")
    for waiting in db.session.scalars(select(Proposal).filter_by(kind="programme", decided_at=None)):
        if waiting.deadline > clock.now():
            if (waiting.by, waiting.programme_rules) == (by, content):
                return waiting
            raise Refused("programme_open")
    return _proposed(Proposal(kind="programme", programme_rules=content, by=by))


def _proposed(proposal: Proposal) -> Proposal:
    proposal.made_at = clock.now()
    proposal.deadline = proposal.made_at + rules.PROPOSAL_LIFE
    db.session.add(proposal)
    db.session.flush()
    audit.record("propose", actor=proposal.by, subject=("proposal", proposal.id), purpose=proposal.kind)
    return proposal


def decide(public_id: str, by: int, accepted: bool) -> Proposal:
    """Accept or reject a proposal, as another approver from outside the member's unit; the same decision again is fine.

    NotFound; Refused "not_allowed", "proposal_decided", "proposal_lapsed", "own_proposal", "own_certificate",
    "same_unit", "status_forbids" (the certificate has changed since).
    """
    named = select(Proposal.certificate_id).where(Proposal.public_id == public_id).scalar_subquery()
    about = locked_certificate(Certificate.id == named)
    query = select(Proposal).where(Proposal.public_id == public_id).with_for_update()
    proposal = db.session.scalar(query.execution_options(populate_existing=True))
    if proposal is None:
        raise NotFound()
    at = clock.now()
    if proposal.decided_at is not None:
        if (proposal.decided_by, proposal.accepted) == (by, accepted):
            return proposal
        raise Refused("proposal_decided")
    entitled(by, "approve a programme" if proposal.kind == "programme" else "decide")
    if proposal.deadline <= at:
        raise Refused("proposal_lapsed")
    member = about.person_id if about else None
    if problem := rules.decider_problem(by, proposal.by, member, member is not None and same_unit(by, member)):
        raise Refused(problem)
    proposal.decided_by, proposal.decided_at, proposal.accepted = by, at, accepted
    db.session.flush()
    if accepted and about is not None:
        key = rules.event_key("decide", by, proposal.id)
        event = rules.EVENT_OF[proposal.kind]
        record(about, event, by, ledger.next_time(), key, proposal.reason, proposal)
    elif accepted:
        _in_force(proposal, by)
    outcome = "done" if accepted else "rejected"
    audit.record("decide", actor=by, subject=("proposal", proposal.id), purpose=proposal.kind, outcome=outcome)
    return proposal


def _in_force(proposal: Proposal, by: int) -> ProgrammeVersion:
    """The proposed rules as the programme's next version; the programme's row is held while its number is taken."""
    assert proposal.programme_rules is not None
    first = text("INSERT INTO programme (slug, title) VALUES (:slug, :title) ON CONFLICT DO NOTHING")
    title = str(proposal.programme_rules.get("title", "Jaga Jakarta"))
    db.session.execute(first, {"slug": rules.PROGRAMME, "title": title})
    query = select(Programme).where(Programme.slug == rules.PROGRAMME).with_for_update(key_share=True)
    programme = db.session.scalars(query).one()
    last = select(func.max(ProgrammeVersion.number)).where(ProgrammeVersion.programme_id == programme.id)
    version = ProgrammeVersion(
        programme_id=programme.id,
        number=(db.session.scalar(last) or 0) + 1,
        rules=proposal.programme_rules,
        sha256=digest(proposal.programme_rules),
        proposed_by=proposal.by,
        approved_by=by,
        approved_at=clock.now(),
    )
    db.session.add(version)
    db.session.flush()
    audit.record("approve_programme", actor=by, subject=("programme_version", version.id))
    return version
