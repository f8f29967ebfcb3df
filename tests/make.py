"""People, units and modules for tests: plain functions with defaults, through the same actions as everybody's."""

import itertools

import pyotp
from flask.testing import FlaskClient

from lms.accounts import actions as accounts
from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.db import transaction
from lms.organisations import actions as organisations
from lms.organisations.models import Unit

_number = itertools.count(1)
PASSWORD = "kata sandi uji 2026"


def ormas(name: str | None = None) -> Unit:
    """An ormas."""
    with transaction():
        return organisations.add_unit("ormas", name or f"Ormas Uji {next(_number)}")


def police() -> tuple[Unit, Unit, Unit]:
    """A Polda with one Polres and one Polsek."""
    with transaction():
        n = next(_number)
        polda = organisations.add_unit("polda", f"Polda Uji {n}")
        polres = organisations.add_unit("polres", f"Polres Uji {n}", parent_id=polda.id)
        return polda, polres, organisations.add_unit("polsek", f"Polsek Uji {n}", parent_id=polres.id)


def chapter(of: Unit | None = None, polsek: Unit | None = None) -> Unit:
    """A chapter of an ormas in the area of a Polsek."""
    of = of or ormas()
    with transaction():
        name = f"Ranting Uji {next(_number)}"
        return organisations.add_unit("chapter", name, parent_id=of.id, polsek_id=polsek.id if polsek else None)


def person(name: str = "Rahmat Contoh", sign_in_name: str | None = None, unit: Unit | None = None) -> Person:
    """Somebody with a password; a member where a unit is given."""
    with transaction():
        made = accounts.create_person(name, sign_in_name=sign_in_name, secret=PASSWORD)
        if unit is not None:
            organisations.add_membership(made.id, unit.id)
    return made


def staff(role: Role, unit: Unit | None = None, name: str = "Sari Contoh") -> Person:
    """Somebody appointed to a role at a unit: by default a Polda, for a coordinator an ormas."""
    unit = unit or (ormas() if role is Role.COORDINATOR else police()[0])
    made = person(name)
    with transaction():
        organisations.appoint(made.id, role, unit.id, by=None)
    return made


def signed_in(client: FlaskClient, who: Person) -> FlaskClient:
    """The client, signed in as this person through the pages, second factor included where the role asks for one."""
    typed = {"identifier": who.sign_in_name, "password": PASSWORD}
    client.post("/masuk", data=typed | {"csrf_token": token(client, "/masuk")})
    page = client.get("/faktor-kedua/pasang")
    if page.status_code == 200:
        secret = page.text.split('data-rahasia="', 1)[1].split('"', 1)[0]
        client.post(
            "/faktor-kedua/pasang",
            data={"code": pyotp.TOTP(secret).now(), "csrf_token": csrf_in(page.text)},
        )
    return client


def token(client: FlaskClient, path: str) -> str:
    """The CSRF token that the page at path carries."""
    return csrf_in(client.get(path).text)


def csrf_in(html: str) -> str:
    """The first CSRF token in a page."""
    return html.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
