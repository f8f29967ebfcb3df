"""Members who wait for a drill."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, column, exists, func, or_, select, true
from sqlalchemy import table as named

from lms import clock
from lms.accounts import rules as accounts
from lms.accounts.models import Appointment, Person, PersonPrivate
from lms.courses.models import ModuleVersion
from lms.db import db
from lms.organisations import queries as organisations
from lms.organisations.models import Membership, Unit
from lms.practice.models import DrillVersion, Signoff
from lms.refusals import NotFound

# Quizzes stand beside practice, neither imports the other: the columns that are read are named, as foreign keys are.
ATTEMPT_RESULT = named(
    "attempt_result", column("attempt_id"), column("person_id"), column("module_id"), column("passed"), column("seq")
)
ATTEMPT_VOID = named("attempt_void", column("attempt_id"))


@dataclass(frozen=True)
class Waiting:
    """A member whose exam of a module is passed and whose drill is missing."""

    person_id: int
    public_id: str
    sign_in_name: str
    name: str


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
