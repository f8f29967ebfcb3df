"""Assessors: drills and sign-offs."""

from flask import Blueprint

from lms.accounts.rules import Role
from lms.web import guard

door = Blueprint("assessor", __name__, url_prefix="/penilai")
door.before_request(guard.only(Role.ASSESSOR))

from lms.web.assessor import views  # noqa: E402, F401 - the views hang themselves on the door
