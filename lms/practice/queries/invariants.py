"""Whether every sign-off was given by somebody entitled, and says what its ticks make."""

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Appointment
from lms.db import db
from lms.organisations.models import Unit
from lms.practice import rules
from lms.practice.models import DrillVersion, Signoff


def violations() -> dict[str, int]:
    """Invariant 2 for sign-offs: by somebody else, of another unit, who was an assessor there when it was recorded;
    and a pass that the ticks make."""
    theirs, own = aliased(Unit), aliased(Unit)
    near = (
        select(func.count())
        .select_from(Signoff)
        .join(theirs, theirs.id == Signoff.person_unit_id)
        .join(own, own.id == Signoff.assessor_unit_id)
        .where(_ormas(theirs) == _ormas(own))
    )
    entitled = exists().where(
        Appointment.person_id == Signoff.assessor_id,
        Appointment.unit_id == Signoff.assessor_unit_id,
        Appointment.role == "assessor",
        Appointment.since <= Signoff.recorded_at,
        or_(Appointment.until.is_(None), Appointment.until > Signoff.recorded_at),
    )
    counted = {
        "signoff_by_oneself": select(func.count()).where(Signoff.assessor_id == Signoff.person_id),
        "signoff_same_unit": near,
        "signoff_not_entitled": select(func.count()).select_from(Signoff).where(~entitled),
    }
    return {name: db.session.scalar(query) or 0 for name, query in counted.items()} | {"signoff_verdict": _misjudged()}


def _ormas(unit: type[Unit]) -> ColumnElement[int | None]:
    """The unit that two people must not share: of a chapter its ormas, else the unit itself."""
    return case((unit.kind == "chapter", unit.parent_id), else_=unit.id)


def _misjudged() -> int:
    query = select(Signoff.ticks, Signoff.passed, DrillVersion.rubric).join(
        DrillVersion, DrillVersion.id == Signoff.drill_version_id
    )
    rows = db.session.execute(query.execution_options(yield_per=500))
    return sum(rules.verdict(rules.rubric(stored), ticks).passed != passed for ticks, passed, stored in rows)
