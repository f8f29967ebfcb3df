"""The trainer's form: the points of one answer."""

from fractions import Fraction

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from lms.web.forms import Form

POINTS = [
    SelectChoice("0", _("0: belum benar")),
    SelectChoice("1/2", _("½: sebagian benar")),
    SelectChoice("1", _("1: benar")),
]


class MarkForm(Form):
    """The share of the points that a short text earns."""

    points = RadioField(_("Nilai jawaban ini"), choices=POINTS, validators=[InputRequired(_("Pilih nilai dulu."))])

    def share(self) -> Fraction:
        """The points of a form that was found right."""
        return Fraction(self.points.data)
