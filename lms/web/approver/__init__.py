"""Police approvers: evidence desk, issue, revocation by two."""

from flask import Blueprint

from lms.accounts.rules import Role
from lms.web import guard

door = Blueprint("approver", __name__, url_prefix="/pengesah")
door.before_request(guard.only(Role.APPROVER))

from lms.web.approver import views  # noqa: E402, F401 - the views hang themselves on the door
