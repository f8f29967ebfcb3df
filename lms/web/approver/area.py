"""The area of an approver: whose evidence and which certificates they see. Everything else is not found."""

from typing import NamedTuple

from lms.accounts import queries as people
from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.certification import queries as certification
from lms.certification.models import Certificate
from lms.courses import queries as courses
from lms.organisations import queries as organisations
from lms.refusals import NotFound
from lms.web import guard


class Member(NamedTuple):
    """A member of the area, with the name as on the KTP."""

    person: Person
    name: str


def units() -> list[int]:
    """Ids of the ormas and chapters under the units at which the visitor is an approver."""
    seats = {unit for role, unit in guard.visitor().appointments if role is Role.APPROVER}
    return sorted({unit for seat in seats for unit in organisations.scope(seat)})


def member(public_id: str) -> Member:
    """A member of the area; NotFound for anybody else."""
    person = people.by_public_id(public_id)
    if person.erased_at or not organisations.lies_under(person.id, units()):
        raise NotFound()
    return Member(person, people.name_of(person.id))


def certificate(code: str) -> Certificate:
    """A certificate of a member of the area; NotFound for any other."""
    found = certification.certificate(code)
    if found is None or found.status == "provisional" or not organisations.lies_under(found.person_id, units()):
        raise NotFound()
    return found


def titles() -> dict[str, str]:
    """Slug of each published module -> its title."""
    return {version.module.slug: version.title for version in courses.current_versions()}
