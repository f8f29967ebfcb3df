"""Forms of the members' door, and reading an answer of any kind from what a page sent."""

from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from lms.web.forms import Form

Fields = MultiDict[str, str]
PAIR = "pair-"


class JoinForm(Form):
    """The invitation code of a unit, typed by somebody who has an account already."""

    code = StringField(
        _("Kode undangan"),
        validators=[InputRequired(_("Isi kode undangan.")), Length(max=40, message=_("Kode ini terlalu panjang."))],
    )


class GoalForm(Form):
    """The level that a member works towards."""

    level = RadioField(_("Tujuan Anda"), coerce=int, validators=[InputRequired(_("Pilih salah satu tingkat."))])


def given(kind: str, form: Fields) -> dict[str, Any]:
    """The answer in a form, shaped as in quizzes.rules; nothing is checked here."""
    if kind in ("single", "true_false"):
        return {"choice": form.get("choice", "")}
    if kind == "multiple":
        return {"choices": form.getlist("choices")}
    if kind == "matching":
        return {"pairs": {name[len(PAIR) :]: value for name, value in form.items() if name.startswith(PAIR)}}
    if kind == "ordering":
        return {"order": form.getlist("order")}
    if kind == "numeric":
        return {"number": form.get("number", "")}
    return {"text": form.get("text", "")}


def fields(value: dict[str, Any]) -> list[tuple[str, str]]:
    """The form fields that say a value again: the reverse of given, for hidden fields."""
    found: list[tuple[str, str]] = []
    for name, one in value.items():
        if isinstance(one, dict):
            found += [(PAIR + left, right) for left, right in one.items()]
        elif isinstance(one, list):
            found += [(name, part) for part in one]
        else:
            found.append((name, one))
    return found


def is_empty(value: dict[str, Any]) -> bool:
    """Whether nothing was chosen or typed at all."""
    return not any(part.strip() for _, part in fields(value))


def moves(form: Fields) -> bool:
    """Whether an arrow of an ordering was pressed, not the button that saves."""
    return "naik" in form or "turun" in form


def moved(form: Fields) -> list[str]:
    """The order in a form after the arrow that was pressed; unchanged where the row is already at that end."""
    order = form.getlist("order")
    up = "naik" in form
    row = form.get("naik" if up else "turun", "")
    if row in order:
        at = order.index(row)
        to = at - 1 if up else at + 1
        if 0 <= to < len(order):
            order[at], order[to] = order[to], order[at]
    return order
