"""Trainers: modules, members' progress, marking desk."""

from flask import Blueprint

from lms.accounts.rules import Role
from lms.web import guard

door = Blueprint("trainer", __name__, url_prefix="/pelatih")
door.before_request(guard.only(Role.TRAINER))

from lms.web.trainer import views  # noqa: E402, F401 - the views hang themselves on the door
