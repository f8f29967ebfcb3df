"""Coordinators of an ormas: members, progress, invitations, resets."""

from flask import Blueprint

from lms.accounts.rules import Role
from lms.web import guard

door = Blueprint("coordinator", __name__, url_prefix="/koordinator")
door.before_request(guard.only(Role.COORDINATOR))

from lms.web.coordinator import views  # noqa: E402, F401 - the views hang themselves on the door
