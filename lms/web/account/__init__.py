"""Whoever is signed in: name, password or PIN, devices, second factor."""

from flask import Blueprint

from lms.web import guard

door = Blueprint("account", __name__, url_prefix="/akun")
door.before_request(guard.only(None, anybody_signed_in=True))

from lms.web.account import views  # noqa: E402, F401 - the views hang themselves on the door
