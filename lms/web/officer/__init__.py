"""Police officers: checking a certificate, suspending it."""

from flask import Blueprint

from lms.accounts.rules import Role
from lms.web import guard

door = Blueprint("officer", __name__, url_prefix="/petugas")
door.before_request(guard.only(Role.OFFICER))

from lms.web.officer import views  # noqa: E402, F401 - the views hang themselves on the door
