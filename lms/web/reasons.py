"""The form of an act that needs a reason and is asked about on a page of its own before it is done."""

import secrets
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from lms.web import words
from lms.web.forms import Form


class ReasonForm(Form):
    """A reason code of an act ("suspend", "revoke", "reinstate"); sure comes from the confirm page, with the key of
    one press that makes a second press the same act."""

    reason = RadioField(_("Alasan"), validators=[InputRequired(_("Pilih salah satu alasan."))])
    key = HiddenField(validators=[Length(max=64)])
    sure = HiddenField()

    def __init__(self, act: str, **values: Any) -> None:
        """The form with the reasons of this act."""
        super().__init__(**values)
        self.act = act
        self.reason.choices = [SelectChoice(code, said) for code, said in words.REASONS[act].items()]

    @property
    def said(self) -> str:
        """The chosen reason in words."""
        return str(words.REASONS[self.act][self.reason.data])

    @property
    def confirmed(self) -> bool:
        """Whether the confirm page was seen."""
        return bool(self.sure.data and self.key.data)


def new_key() -> str:
    """A key for one press of a button: whoever presses twice sends it twice."""
    return secrets.token_urlsafe(16)
