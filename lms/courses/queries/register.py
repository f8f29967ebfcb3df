"""The register of SOPs with their clauses and approvals, and of facts that change."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from lms.accounts.models import PersonPrivate
from lms.courses import rules
from lms.courses.models import FactVersion, Sop, SopApproval, SopVersion
from lms.courses.queries.modules import Approval
from lms.db import db


def sop(number: str) -> SopVersion | None:
    """The newest version of an SOP, with its clauses."""
    return sops().get(number)


def sops() -> dict[str, SopVersion]:
    """The newest version of every SOP by its number, with clauses."""
    rows = select(Sop.number, SopVersion).join(SopVersion, SopVersion.sop_id == Sop.id).order_by(SopVersion.number)
    found = db.session.execute(rows.options(selectinload(SopVersion.clauses)))
    return {number: newest for number, newest in found}  # noqa: C416 - dict() of it does not type


def clause(ref: str) -> str | None:
    """The text of a clause like SOP-01/1.1 in the newest version of its SOP, newest facts put in; else None."""
    number, part = rules.split_clause(ref)
    found = sop(number)
    words = next((one.text for one in found.clauses if one.number == part), None) if found else None
    if words is None:
        return None
    return rules.fill(words, {key: fact.value for key, fact in facts().items()})


def facts() -> dict[str, FactVersion]:
    """The newest version of every fact by its key."""
    rows = db.session.scalars(select(FactVersion).order_by(FactVersion.key, FactVersion.number))
    return {fact.key: fact for fact in rows}


def overdue_facts(on: date) -> list[FactVersion]:
    """The facts whose review was due before a civil date, the oldest first."""
    return sorted((f for f in facts().values() if f.review_due < on), key=lambda f: (f.review_due, f.key))


def sop_approvals() -> dict[int, Approval]:
    """SOP version id -> its approval, where there is one; one query."""
    rows = db.session.execute(
        select(
            SopApproval.sop_version_id,
            SopApproval.approver_id,
            func.coalesce(PersonPrivate.name, ""),
            SopApproval.approved_at,
        ).outerjoin(PersonPrivate, PersonPrivate.person_id == SopApproval.approver_id)
    )
    return {version_id: Approval(by, name, at) for version_id, by, name, at in rows}
