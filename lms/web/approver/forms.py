"""The approver's forms: evidence with its date, the name as on the KTP, issuing, deciding."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from lms import clock
from lms.accounts import rules as accounts
from lms.refusals import Refused
from lms.web import words
from lms.web.fields import Day
from lms.web.forms import Form

DATED = {"skck": _("Tanggal SKCK"), "unit_letter": _("Tanggal surat")}


class EvidenceForm(Form):
    """A tick of one kind of evidence; papers carry a date, a check is dated today."""

    dated = Day()

    def __init__(self, kind: str, **values: Any) -> None:
        """The form of one kind; its fields are prefixed with it, because a page holds several."""
        super().__init__(prefix=kind, **values)
        self.kind = kind
        self.dated.label.text = DATED.get(kind, "")

    def validate_dated(self, field: Field) -> None:
        """A paper needs its date."""
        if self.kind in DATED and field.data is None and not field.process_errors:
            raise ValidationError(gettext("Isi tanggal yang tertulis di surat."))

    def day(self) -> date:
        """The date of the paper, or today."""
        return (self.dated.data if self.kind in DATED else None) or clock.today()


class NameForm(Form):
    """The name as on the KTP."""

    name = StringField(
        _("Nama sesuai KTP"),
        [InputRequired(_("Isi nama sesuai KTP.")), Length(max=100, message=_("Nama paling panjang 100 huruf."))],
        render_kw={"autocomplete": "off"},
    )

    def validate_name(self, field: Field) -> None:
        """A name as the rules want it."""
        if problem := accounts.name_problem(field.data):
            raise ValidationError(words.refusal(Refused(problem)))


class IssueForm(Form):
    """Issuing one certificate: the level that was confirmed and the key of the press."""

    level = HiddenField(validators=[InputRequired(), Length(max=1)])
    key = HiddenField(validators=[InputRequired(), Length(max=64)])


class BatchForm(Form):
    """Issuing several: the key of the press. Who and which level stand in the fields named pilih."""

    key = HiddenField(validators=[InputRequired(), Length(max=64)])


class ApproveForm(Form):
    """Approving a version: the hash of what was read, so that a newer one is never approved by mistake."""

    sha256 = HiddenField(validators=[InputRequired(), Length(max=64)])


class PlainForm(Form):
    """Only the token."""
