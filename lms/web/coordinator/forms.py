"""The coordinator's forms: an invitation, and acts that carry only the token."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, IntegerField, SelectChoice, SelectField
from wtforms.validators import InputRequired

from lms.organisations import rules
from lms.organisations.models import Unit
from lms.refusals import NotFound
from lms.web.fields import obey
from lms.web.forms import Form


class Count(IntegerField):  # type: ignore[misc]  # wtforms carries no types
    """A whole number; what cannot be read stays in the field."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Isi dengan angka, misalnya 100.")) from None


class InviteForm(Form):
    """How many people may join which unit with a new invitation."""

    unit = SelectField(_("Satuan"), validate_choice=False)
    uses = Count(
        _("Untuk berapa orang"),
        [InputRequired(_("Isi jumlah orang."))],
        default=rules.INVITATION_USES,
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )

    def __init__(self, units: list[Unit], **values: Any) -> None:
        """The form for these units."""
        super().__init__(**values)
        self.units = units
        self.unit.choices = [SelectChoice(one.public_id, one.name) for one in units]

    def validate_uses(self, field: Field) -> None:
        """As many as the rules allow."""
        if field.data is not None:
            obey(rules.uses_problem(field.data))

    def chosen(self) -> Unit:
        """The unit of a form that was found right; NotFound for one that is not the coordinator's."""
        found = next((one for one in self.units if one.public_id == self.unit.data), None)
        if found is None:
            raise NotFound()
        return found


class PlainForm(Form):
    """Only the token."""
