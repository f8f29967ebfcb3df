"""Stewards: people, units, programmes, certificates, audit."""

from flask import Blueprint

from lms.accounts.rules import Role
from lms.web import guard

door = Blueprint("steward", __name__, url_prefix="/pengelola")
door.before_request(guard.only(Role.STEWARD))

from lms.web.steward import views  # noqa: E402, F401 - the views hang themselves on the door
