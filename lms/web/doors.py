"""All doors of the program, in the order in which people come."""

from flask import Flask

from lms.web.account import door as account
from lms.web.approver import door as approver
from lms.web.assessor import door as assessor
from lms.web.coordinator import door as coordinator
from lms.web.member import door as member
from lms.web.officer import door as officer
from lms.web.overseer import door as overseer
from lms.web.public import door as public
from lms.web.steward import door as steward
from lms.web.trainer import door as trainer

DOORS = (public, account, member, trainer, assessor, coordinator, officer, approver, overseer, steward)


def init_app(app: Flask) -> None:
    """Open every door."""
    for door in DOORS:
        app.register_blueprint(door)
