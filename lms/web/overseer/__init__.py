"""The overseer: statistics, look-ups, appointments."""

from flask import Blueprint

from lms.accounts.rules import Role
from lms.web import guard

door = Blueprint("overseer", __name__, url_prefix="/pengawas")
door.before_request(guard.only(Role.OVERSEER))

from lms.web.overseer import views  # noqa: E402, F401 - the views hang themselves on the door
