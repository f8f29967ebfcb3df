"""The assessor's forms: when a drill was observed, one criterion, and looking somebody up in the list."""

from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateTimeLocalField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from lms import clock
from lms.web.forms import Form

MINUTES = "%Y-%m-%dT%H:%M"
MET = {"ya": True, "tidak": False}


class Minute(DateTimeLocalField):  # type: ignore[misc]  # wtforms carries no types
    """A date and time in Jakarta, to the minute; data is an aware instant."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what the browser's picker sends; what cannot be read stays in the field."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        self.raw_data = valuelist
        for shape in (MINUTES, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"):
            try:
                self.data = datetime.strptime(valuelist[0].strip(), shape).replace(tzinfo=clock.JAKARTA)
            except ValueError:
                continue
            return
        raise ValueError(gettext("Isi tanggal dan jam, misalnya 2026-11-23 19:30."))


class BeginForm(Form):
    """When the drill was observed: now, or up to 72 hours ago."""

    observed_at = Minute(_("Waktu pengamatan (WIB)"), [InputRequired(_("Isi waktu pengamatan."))], format=MINUTES)

    def moment(self) -> datetime:
        """The instant of a form that was found right."""
        return self.observed_at.data or clock.now()


class TickForm(Form):
    """One criterion: met or not yet; dari says that the visitor came from the review."""

    nilai = RadioField(
        choices=[SelectChoice("ya", _("Terpenuhi")), SelectChoice("tidak", _("Belum terpenuhi"))],
        validators=[InputRequired(_("Pilih Terpenuhi atau Belum terpenuhi."))],
    )
    dari = HiddenField()


class PlainForm(Form):
    """Only the token: signing, and throwing a sheet away."""
