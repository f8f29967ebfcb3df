"""Open sheets, alone or of members who are observed at once, and what was signed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from lms.accounts.models import Person, PersonPrivate
from lms.db import db
from lms.practice import rules
from lms.practice.models import DrillVersion, Signoff, SignoffDraft
from lms.practice.queries.drills import DrillView, drills, view
from lms.refusals import NotFound


@dataclass(frozen=True)
class DraftView:
    """An open sheet: whose, of which drill, what is ticked and what is not."""

    public_id: str
    drill: DrillView
    person_id: int
    person_public_id: str
    name: str
    observed_at: datetime
    ticks: dict[str, bool]
    missing: list[str]
    group_key: str | None = None


@dataclass(frozen=True)
class GroupView:
    """The open sheets of members who are observed at once, in one order; never empty."""

    key: str
    drill: DrillView
    sheets: list[DraftView]

    @property
    def missing(self) -> list[str]:
        """The criteria on which some sheet has no tick yet, in their order."""
        return [one for one in self.drill.rubric.criteria if any(one in sheet.missing for sheet in self.sheets)]


@dataclass(frozen=True)
class SignoffView:
    """A sign-off as its assessor reads it again; name is empty after erasure."""

    signoff: Signoff
    drill: DrillView
    name: str

    @property
    def verdict(self) -> rules.Verdict:
        """What the ticks make, as when it was signed."""
        return rules.verdict(self.drill.rubric, self.signoff.ticks)


def draft(public_id: str, assessor_id: int, language: str = "id") -> DraftView:
    """The sheet that this assessor has open; NotFound for anybody else's."""
    found = _sheets(language, SignoffDraft.public_id == public_id, SignoffDraft.assessor_id == assessor_id)
    if not found:
        raise NotFound()
    return found[0]


def group(group_key: str, assessor_id: int, language: str = "id") -> GroupView:
    """The sheets that this assessor has open under one key; NotFound for anybody else's, or once all are signed."""
    found = _sheets(language, SignoffDraft.group_key == group_key, SignoffDraft.assessor_id == assessor_id)
    if not found:
        raise NotFound()
    return GroupView(group_key, found[0].drill, found)


def _sheets(language: str, *conditions: ColumnElement[bool]) -> list[DraftView]:
    """Open sheets by member; two queries."""
    query = (
        select(SignoffDraft, Person, PersonPrivate.name)
        .join(Person, Person.id == SignoffDraft.person_id)
        .outerjoin(PersonPrivate, PersonPrivate.person_id == Person.id)
        .where(*conditions)
        .order_by(SignoffDraft.person_id)
    )
    rows = db.session.execute(query).all()
    ids = {sheet.drill_version_id for sheet, _, _ in rows}
    found = db.session.execute(drills(language).where(DrillVersion.id.in_(ids)))
    views = {drill.id: view(drill, version, text) for drill, version, text in found}
    return [_sheet(sheet, views[sheet.drill_version_id], person, name or "") for sheet, person, name in rows]


def _sheet(sheet: SignoffDraft, drill: DrillView, person: Person, name: str) -> DraftView:
    return DraftView(
        sheet.public_id,
        drill,
        person.id,
        person.public_id,
        name,
        sheet.observed_at,
        sheet.ticks,
        rules.without_tick(drill.rubric, sheet.ticks),
        sheet.group_key,
    )


def open_sheets(assessor_id: int, language: str = "id") -> tuple[list[DraftView], list[GroupView]]:
    """The sheets that an assessor has open: those of single members, and the groups. Two queries."""
    alone: list[DraftView] = []
    groups: dict[str, list[DraftView]] = {}
    for sheet in _sheets(language, SignoffDraft.assessor_id == assessor_id):
        (groups.setdefault(sheet.group_key, []) if sheet.group_key else alone).append(sheet)
    return alone, [GroupView(key, sheets[0].drill, sheets) for key, sheets in groups.items()]


def signed_off(person_id: int) -> dict[int, Signoff]:
    """The newest passed sign-off that is not void, by module id."""
    query = select(Signoff).where(Signoff.person_id == person_id, Signoff.stands()).order_by(Signoff.id)
    return {signoff.module_id: signoff for signoff in db.session.scalars(query)}


def signed_by(assessor_id: int, before: int | None = None, size: int = 50) -> list[Signoff]:
    """What an assessor has signed, the newest first; before is the id that the last page ended with."""
    query = select(Signoff).where(Signoff.assessor_id == assessor_id)
    if before is not None:
        query = query.where(Signoff.id < before)
    return list(db.session.scalars(query.order_by(Signoff.id.desc()).limit(size)))


def signoff(public_id: str, assessor_id: int, language: str = "id") -> SignoffView:
    """A sign-off of this assessor; NotFound for anybody else's."""
    query = (
        select(Signoff, func.coalesce(PersonPrivate.name, ""))
        .outerjoin(PersonPrivate, PersonPrivate.person_id == Signoff.person_id)
        .where(Signoff.public_id == public_id, Signoff.assessor_id == assessor_id)
    )
    found = db.session.execute(query).first()
    if found is None:
        raise NotFound()
    signed, name = found
    drill_row = db.session.execute(drills(language).where(DrillVersion.id == signed.drill_version_id)).one()
    return SignoffView(signed, view(*drill_row), name)
