"""Observing a drill, signing what was seen, and declaring a sign-off void. Authoring freezes the drills."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.models import Person
from lms.accounts.rules import MAY, Role
from lms.audit import actions as audit
from lms.courses.models import ModuleVersion
from lms.db import db
from lms.organisations import queries as organisations
from lms.practice import rules
from lms.practice.models import DrillVersion, Signoff, SignoffDraft, SignoffVoid
from lms.refusals import NotFound, Refused


def begin(assessor_id: int, drill_public_id: str, person_public_id: str, observed_at: datetime) -> SignoffDraft:
    """Open a sheet for one member's drill, or give back the one that this assessor has open for it.

    NotFound without such a drill or person; Refused "not_allowed" (no assessor now), "own_drill",
    "assessor_without_unit", "same_unit", "observed_in_future", "observed_too_long_ago".
    """
    drill = db.session.scalar(select(DrillVersion).where(DrillVersion.public_id == drill_public_id))
    # The member's row is held so that two taps at once open one sheet.
    person = select(Person.id).where(Person.public_id == person_public_id, Person.erased_at.is_(None))
    person_id = db.session.scalar(person.with_for_update(key_share=True))
    if drill is None or person_id is None:
        raise NotFound()
    _check(assessor_id, person_id, observed_at)
    same = {"assessor_id": assessor_id, "person_id": person_id, "drill_version_id": drill.id}
    draft = db.session.scalar(select(SignoffDraft).filter_by(**same))
    if draft is None:
        draft = SignoffDraft(**same, observed_at=observed_at, ticks={})
        db.session.add(draft)
        db.session.flush()
    return draft


def begin_group(assessor_id: int, drill_public_id: str, members: Sequence[str], observed_at: datetime) -> str:
    """Open a sheet for each of these members (public ids), observed at once; the key that their sheets share.

    A sheet that this assessor has open already joins with its ticks. NotFound and Refused as in begin, and Refused
    "group_empty", "group_too_large" (most=the drill's limit).
    """
    drill = db.session.scalar(select(DrillVersion).where(DrillVersion.public_id == drill_public_id))
    if drill is None:
        raise NotFound()
    rubric = rules.rubric(drill.rubric)
    if problem := rules.group_problem(rubric, members):
        raise Refused(problem, most=rubric.group)
    key = secrets.token_urlsafe(16)
    for person_public_id in sorted(
        set(members)
    ):  # in one order, so that two groups with a member in common do not wait
        begin(assessor_id, drill_public_id, person_public_id, observed_at).group_key = key
    db.session.flush()
    return key


def tick(assessor_id: int, draft_public_id: str, criterion: str, met: bool) -> SignoffDraft:
    """Set the tick of a criterion or an instant fail (met: it was seen); the last one counts.

    NotFound for somebody else's sheet; Refused("criterion_unknown").
    """
    draft = _own_draft(assessor_id, draft_public_id)
    if draft is None:
        raise NotFound()
    rubric = rules.rubric(db.session.get_one(DrillVersion, draft.drill_version_id).rubric)
    if criterion not in rubric.criteria and criterion not in rubric.instant_fail:
        raise Refused("criterion_unknown")
    draft.ticks = {**draft.ticks, criterion: met}
    db.session.flush()
    return draft


def sign(assessor_id: int, draft_public_id: str, client_key: str) -> Signoff:
    """Turn a sheet into the assessor's verdict, passed or not; the same key gives the same verdict again.

    NotFound for somebody else's sheet; Refused "criteria_without_tick" (criteria=ids), "key_used" (by another sheet),
    and the codes of begin, because units and times may have changed since.
    """
    draft = _own_draft(assessor_id, draft_public_id)
    # Asked after the sheet is locked: a second post of the same key waits there and finds what the first one signed.
    made = db.session.scalar(
        select(Signoff).where(Signoff.assessor_id == assessor_id, Signoff.client_key == client_key)
    )
    if draft is None:
        if made is None:
            raise NotFound()
        return made
    if made is not None:
        raise Refused("key_used")
    unit_id = _check(assessor_id, draft.person_id, draft.observed_at)
    drill = db.session.get_one(DrillVersion, draft.drill_version_id)
    rubric = rules.rubric(drill.rubric)
    if missing := rules.without_tick(rubric, draft.ticks):
        raise Refused("criteria_without_tick", criteria=missing)
    signoff = _signed(draft, drill, rules.verdict(rubric, draft.ticks).passed, unit_id, client_key)
    db.session.add(signoff)
    db.session.delete(draft)
    db.session.flush()
    audit.record("sign_drill", actor=assessor_id, subject=("signoff", signoff.id))
    return signoff


def _signed(draft: SignoffDraft, drill: DrillVersion, passed: bool, unit_id: int, client_key: str) -> Signoff:
    """The sign-off of a sheet, with both units as they are now."""
    at, home = clock.now(), organisations.main_unit(draft.person_id)
    version = db.session.get_one(ModuleVersion, drill.module_version_id)
    return Signoff(
        drill_version_id=drill.id,
        module_id=version.module_id,
        module_version_id=version.id,
        person_id=draft.person_id,
        assessor_id=draft.assessor_id,
        person_unit_id=home.id if home else None,
        assessor_unit_id=unit_id,
        ticks=draft.ticks,
        passed=passed,
        rule_version=rules.RULE_VERSION,
        client_key=client_key,
        observed_at=draft.observed_at,
        recorded_at=at,
        late=rules.recorded_late(draft.observed_at, at),
    )


def sign_group(assessor_id: int, group_key: str) -> list[Signoff]:
    """Turn every sheet of a group into its verdict, all or none; each with its own public id as the key.

    NotFound for somebody else's group or one that is signed; Refused as in sign.
    """
    query = select(SignoffDraft.public_id).filter_by(assessor_id=assessor_id, group_key=group_key)
    sheets = list(db.session.scalars(query.order_by(SignoffDraft.person_id)))
    if not sheets:
        raise NotFound()
    return [sign(assessor_id, public_id, public_id) for public_id in sheets]


def drop(assessor_id: int, draft_public_id: str) -> None:
    """Throw a sheet away; nothing happens if it is gone already."""
    draft = _own_draft(assessor_id, draft_public_id)
    if draft is not None:
        db.session.delete(draft)
        db.session.flush()


def void_signoff(signoff_public_id: str, by: int, reason: str) -> SignoffVoid:
    """Declare a sign-off void; the one that stands is given back. By an assessor or trainer, never the member.

    NotFound without such a sign-off; Refused "not_allowed", "own_drill", "reason_unknown".
    """
    query = select(Signoff.id, Signoff.person_id).where(Signoff.public_id == signoff_public_id)
    found = db.session.execute(query).first()
    if found is None:
        raise NotFound()
    # Held like in certification.certify: nobody is certified on a sign-off that is being declared void.
    db.session.execute(select(Person.id).where(Person.id == found.person_id).with_for_update(key_share=True))
    if reason not in rules.VOID_REASONS:
        raise Refused("reason_unknown")
    if by == found.person_id:
        raise Refused("own_drill")
    _seat(by, rules.VOIDERS)
    void = db.session.scalar(select(SignoffVoid).where(SignoffVoid.signoff_id == found.id))
    if void is None:
        void = SignoffVoid(signoff_id=found.id, by=by, reason=reason, at=clock.now())
        db.session.add(void)
        audit.record("void_signoff", actor=by, subject=("signoff", found.id), purpose=reason)
    return void


def _own_draft(assessor_id: int, public_id: str) -> SignoffDraft | None:
    query = select(SignoffDraft).where(SignoffDraft.public_id == public_id, SignoffDraft.assessor_id == assessor_id)
    return db.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _check(assessor_id: int, person_id: int, observed_at: datetime) -> int:
    """The unit at which the assessor is appointed, if they may judge this member now; Refused otherwise."""
    unit_id = _seat(assessor_id, MAY["sign off a drill"])
    judge, judged = organisations.units_of(assessor_id), organisations.units_of(person_id)
    problem = rules.assessor_problem(assessor_id, person_id, judge, judged)
    if problem := problem or rules.time_problem(observed_at, clock.now()):
        raise Refused(problem)
    return unit_id


def _seat(person_id: int, roles: frozenset[Role]) -> int:
    """A unit at which somebody holds one of the roles now; Refused("not_allowed") if there is none."""
    for appointment in accounts.appointments_of(person_id):
        if appointment.role in roles:
            return appointment.unit_id
    raise Refused("not_allowed")
