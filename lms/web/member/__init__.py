"""Members: lessons, exams, certificate."""

from flask import Blueprint

from lms.accounts.rules import Role
from lms.web import guard

door = Blueprint("member", __name__, url_prefix="/belajar")
door.before_request(guard.only(Role.MEMBER))

from lms.web.member import views  # noqa: E402, F401 - the views hang themselves on the door
