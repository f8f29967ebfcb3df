"""A form that arrives signed out is not lost: its fields are sealed into the sign-in page and sent after sign-in.

Only what a member may lose an evening by is resumable: an answer and a hand-in. The seal is encrypted and
authenticated, names the person that the attempt belongs to, and works for that person only.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from flask import render_template
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from lms import clock, vault

LIFE_SECONDS = 24 * 3600


class Form(Protocol):
    """The part of a form that is sealed: every field with every value."""

    def items(self, multi: bool = ...) -> Iterable[tuple[str, str]]:
        """Names and values."""


Action = Callable[[int, dict[str, Any], "MultiDict[str, str]"], ResponseReturnValue]
Owner = Callable[[dict[str, Any]], int | None]

_resumable: dict[str, tuple[Action, Owner]] = {}


def register(endpoint: str, action: Action, owner: Owner) -> None:
    """Make an endpoint resumable: action(person_id, view_args, form) does it, owner(view_args) says whose it is."""
    _resumable[endpoint] = (action, owner)


def can(endpoint: str | None) -> bool:
    """Whether a signed-out post to this endpoint is kept."""
    return endpoint in _resumable


def ask(endpoint: str, view_args: dict[str, Any], form: Form) -> ResponseReturnValue:
    """The sign-in page with the fields sealed in it; 404 where the object belongs to nobody."""
    from lms.web.public.forms import SignInForm

    person = _resumable[endpoint][1](view_args)
    sealed = ""
    if person is not None:
        fields = [(k, v) for k, v in form.items(multi=True) if k != "csrf_token"]
        kept = {"to": endpoint, "args": view_args, "form": fields, "person": person, "at": clock.now().timestamp()}
        sealed = vault.seal(json.dumps(kept))
    page = SignInForm(formdata=None, continuation=sealed)
    return render_template("public/sign_in.html", form=page, kept=bool(sealed))


def replay(sealed: str, person_id: int) -> ResponseReturnValue | None:
    """Do what was sealed, if it belongs to this person and is younger than a day; else None."""
    text = vault.unseal_or_none(sealed) or ""
    kept = json.loads(text) if text.startswith("{") else {}
    if kept.get("to") not in _resumable or kept["person"] != person_id:
        return None
    if clock.now().timestamp() - kept["at"] > LIFE_SECONDS:
        return None
    action, _ = _resumable[kept["to"]]
    return action(person_id, kept["args"], MultiDict([(k, v) for k, v in kept["form"]]))
