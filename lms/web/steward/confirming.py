"""How the steward's acts are done: asked about on a page of its own, then in one transaction, refused in words."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from lms.refusals import NotFound, Refused
from lms.web.acting import acting
from lms.web.forms import Form

# Refusals that belong to what was chosen in a field; the others stand above the form.
FIELD_OF = {
    "sign_in_name_taken": "sign_in_name",
    "role_not_at_this_unit": "unit",
    "unit_name_taken": "name",
    "unit_parent_wrong": "parent",
    "polsek_wrong": "polsek",
}


def settle(
    form: Form, action: str, subject: tuple[str, int] | None, act: Callable[[], object], done: str, to: str
) -> ResponseReturnValue | None:
    """Act if the form was sent, say that it is done and go on to an address; None if the page has to be shown."""
    if not form.validate_on_submit():
        return None
    try:
        with acting(action, subject):
            act()
    except NotFound:
        raise
    except Refused as refused:
        refuse(form, refused)
        return None
    flash(done)
    return redirect(to)


def refuse(form: Form, refused: Refused) -> None:
    """Show a refusal at the field that it is about, where the form has one."""
    field = FIELD_OF.get(refused.code)
    form.refuse(refused, field if field and field in form else None)


def ask(
    form: Form,
    heading: str,
    about: Sequence[tuple[str, Any]],
    effects: Sequence[str],
    button: str,
    back: str,
    blocked: str = "",
) -> tuple[str, int]:
    """The page that asks: what it is about, what happens then, the button that does it and the way back.

    blocked says why it cannot be done now; there is no button then.
    """
    page: dict[str, Any] = {"heading": heading, "about": about, "effects": effects, "button": button, "back": back}
    return form.page("steward/confirm.html", blocked=blocked, **page)
