"""Reading drills, sheets and sign-offs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, column, exists, func, or_, select, true
from sqlalchemy import table as named
from sqlalchemy.orm import aliased

from lms import clock
from lms.accounts import rules as accounts
from lms.accounts.models import Appointment, Person, PersonPrivate
from lms.courses import rules as courses
from lms.courses.models import Module, ModuleVersion
from lms.db import db
from lms.organisations import queries as organisations
from lms.organisations.models import Membership, Unit
from lms.practice import rules
from lms.practice.models import DrillText, DrillVersion, Signoff, SignoffDraft
from lms.refusals import NotFound

# Quizzes stand beside practice, neither imports the other: the columns that are read are named, as foreign keys are.
ATTEMPT_RESULT = named(
    "attempt_result", column("attempt_id"), column("person_id"), column("module_id"), column("passed"), column("seq")
)
ATTEMPT_VOID = named("attempt_void", column("attempt_id"))


@dataclass(frozen=True)
class DrillView:
    """A drill as an assessor reads it; stored has the ids, text the words with the facts put in (see models)."""

    id: int
    public_id: str
    module_id: int
    module_version_id: int
    slug: str
    code: str
    module_title: str
    stored: dict[str, Any]
    text: dict[str, Any]

    @property
    def rubric(self) -> rules.Rubric:
        """What decides on a pass."""
        return rules.rubric(self.stored)


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


@dataclass(frozen=True)
class Waiting:
    """A member whose exam of a module is passed and whose drill is missing."""

    person_id: int
    public_id: str
    sign_in_name: str
    name: str


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


def _drills(language: str) -> Select[DrillVersion, ModuleVersion, DrillText]:
    texts = (DrillText.drill_version_id == DrillVersion.id) & (DrillText.language == language)
    return (
        select(DrillVersion, ModuleVersion, DrillText)
        .join(ModuleVersion, ModuleVersion.id == DrillVersion.module_version_id)
        .join(DrillText, texts)
    )


def _view(drill: DrillVersion, version: ModuleVersion, text: DrillText) -> DrillView:
    facts = {key: fact["value"] for key, fact in version.manifest.get("facts", {}).items()}
    module = version.module
    words = courses.filled(text.text, facts)
    return DrillView(
        drill.id, drill.public_id, module.id, version.id, module.slug, module.code, version.title, drill.rubric, words
    )


def drill(public_id: str, language: str = "id") -> DrillView | None:
    """The drill of that public id."""
    row = db.session.execute(_drills(language).where(DrillVersion.public_id == public_id)).first()
    return _view(*row) if row else None


def drills_current(language: str = "id") -> list[DrillView]:
    """The drill of the newest version of each module that has one, in the order of the modules. One query."""
    newer = aliased(ModuleVersion)
    is_newest = ~exists().where(newer.module_id == ModuleVersion.module_id, newer.number > ModuleVersion.number)
    query = _drills(language).join(Module, Module.id == ModuleVersion.module_id).where(is_newest)
    return [_view(*row) for row in db.session.execute(query.order_by(Module.position))]


def draft(public_id: str, assessor_id: int, language: str = "id") -> DraftView:
    """The sheet that this assessor has open; NotFound for anybody else's."""
    query = (
        select(SignoffDraft, Person, PersonPrivate.name)
        .join(Person, Person.id == SignoffDraft.person_id)
        .outerjoin(PersonPrivate, PersonPrivate.person_id == Person.id)
        .where(SignoffDraft.public_id == public_id, SignoffDraft.assessor_id == assessor_id)
    )
    found = db.session.execute(query).first()
    if found is None:
        raise NotFound()
    sheet, person, name = found
    row = db.session.execute(_drills(language).where(DrillVersion.id == sheet.drill_version_id)).one()
    view = _view(*row)
    missing = rules.without_tick(view.rubric, sheet.ticks)
    return DraftView(
        sheet.public_id, view, person.id, person.public_id, name or "", sheet.observed_at, sheet.ticks, missing
    )


def drafts_of(assessor_id: int) -> list[SignoffDraft]:
    """The sheets that an assessor has open, the oldest first."""
    query = select(SignoffDraft).where(SignoffDraft.assessor_id == assessor_id).order_by(SignoffDraft.id)
    return list(db.session.scalars(query))


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
    drill_row = db.session.execute(_drills(language).where(DrillVersion.id == signed.drill_version_id)).one()
    return SignoffView(signed, _view(*drill_row), name)


def waiting(
    assessor_id: int,
    drill_public_id: str,
    after: int | None = None,
    size: int = 50,
    *,
    search: str = "",
    only: str | None = None,
) -> list[Waiting]:
    """Members whose exam is passed and whose drill is missing, that this assessor may assess, by person id.

    Another person, no unit in common; after is the person id that the last page ended with; search is a part of a name
    or the start of a member number; only is the public id of one person. NotFound without the drill.
    """
    module_id = db.session.scalar(
        select(ModuleVersion.module_id)
        .join(DrillVersion, DrillVersion.module_version_id == ModuleVersion.id)
        .where(DrillVersion.public_id == drill_public_id)
    )
    if module_id is None:
        raise NotFound()
    done = exists().where(Signoff.person_id == Person.id, Signoff.module_id == module_id, Signoff.stands())
    rows = db.session.execute(
        select(Person.id, Person.public_id, Person.sign_in_name, func.coalesce(PersonPrivate.name, ""))
        .outerjoin(PersonPrivate, PersonPrivate.person_id == Person.id)
        .where(Person.id > (after or 0), Person.id != assessor_id)
        .where(Person.disabled_at.is_(None), Person.erased_at.is_(None))
        .where(_exam_passed(module_id), ~done, *_of_other_unit(organisations.units_of(assessor_id)))
        .where(*_looked_for(search, only))
        .order_by(Person.id)
        .limit(size)
    )
    return [Waiting(*row) for row in rows]


def _looked_for(search: str, only: str | None) -> list[ColumnElement[bool]]:
    wanted = "".join(c for c in search if c.isprintable()).strip()
    conditions: list[ColumnElement[bool]] = [] if only is None else [Person.public_id == only]
    if wanted:
        in_name = PersonPrivate.name.icontains(accounts.tidy_name(wanted), autoescape=True)
        number = accounts.sign_in_name(wanted)
        conditions.append(or_(in_name, Person.sign_in_name.startswith(number, autoescape=True)) if number else in_name)
    return conditions


def _exam_passed(module_id: int) -> ColumnElement[bool]:
    result, later = ATTEMPT_RESULT, ATTEMPT_RESULT.alias()
    return (
        exists()
        .where(result.c.person_id == Person.id, result.c.module_id == module_id, result.c.passed == true())
        .where(~exists().where(ATTEMPT_VOID.c.attempt_id == result.c.attempt_id))
        .where(~exists().where(later.c.attempt_id == result.c.attempt_id, later.c.seq > result.c.seq))
    )


def _of_other_unit(units: Iterable[int]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """That a person has no open membership or appointment at one of the units, nor at a chapter below one."""
    ids = list(units)
    shared = or_(Unit.id.in_(ids), (Unit.kind == "chapter") & Unit.parent_id.in_(ids))
    belongs = exists().where(
        Membership.person_id == Person.id, Membership.until.is_(None), Unit.id == Membership.unit_id, shared
    )
    appointed = exists().where(
        Appointment.person_id == Person.id, Appointment.held(clock.now()), Unit.id == Appointment.unit_id, shared
    )
    return ~belongs, ~appointed


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
