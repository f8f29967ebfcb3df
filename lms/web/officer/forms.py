"""The officer's forms: a code, and the reason of a look."""

from urllib.parse import urlsplit

from flask import request
from flask_babel import lazy_gettext as _
from wtforms import Field, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from lms.certification import rules as certification
from lms.refusals import Refused
from lms.web import words
from lms.web.forms import Form

LINK = "/v/"
LONGEST = 2000


class CodeForm(Form):
    """A code typed with its check digits, or the link of a QR as a camera app copies it."""

    code = StringField(
        _("Kode sertifikat"),
        [
            InputRequired(_("Ketik kode yang ada di bawah QR.")),
            Length(max=LONGEST, message=_("Kode ini terlalu panjang.")),
        ],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )

    def validate_code(self, field: Field) -> None:
        """Right check digits, or a link to this host: nobody is led to another site's answer."""
        if LINK in field.data and _host(field.data) not in ("", request.host):
            raise ValidationError(words.refusal(Refused("link_foreign")))
        if self.read() is None:
            raise ValidationError(words.refusal(Refused("code_mistyped")))

    def read(self) -> str | None:
        """The code as it stands in the link; None where it is none."""
        typed = self.code.data or ""
        if LINK not in typed:
            return certification.typed_code(typed)
        return certification.normal_code(typed.partition(LINK)[2].partition("#")[0].partition("?")[0])


def _host(link: str) -> str | None:
    """The host that a link names, "" for none; None for what is no link."""
    try:
        return urlsplit(link.strip()).netloc
    except ValueError:
        return None


class LookForm(Form):
    """Why the officer wants to see who holds a certificate."""

    reason = RadioField(
        _("Mengapa Anda memeriksa?"),
        choices=[SelectChoice(code, said) for code, said in words.CHECK_REASONS.items()],
        validators=[InputRequired(_("Pilih alasan pemeriksaan."))],
    )
