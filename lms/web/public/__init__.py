"""Everybody: home, sign-in, joining, reset, the public answer to a code."""

from flask import Blueprint

from lms.web import guard

door = Blueprint("public", __name__)
door.before_request(guard.only(None))

from lms.web.public import views  # noqa: E402, F401 - the views hang themselves on the door
