"""The forms of the account door: another password or PIN, fresh recovery codes, the language of documents."""

from flask_babel import lazy_gettext as _
from wtforms import PasswordField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired

from lms.web.fields import NewSecretForm, kind_field, secret_field
from lms.web.forms import Form

LANGUAGES = [SelectChoice("id", "Bahasa Indonesia"), SelectChoice("en", "English")]


class ChangeSecretForm(NewSecretForm):
    """The present secret, and the new one."""

    present = PasswordField(
        _("Kata sandi atau PIN yang sekarang"),
        [InputRequired(_("Isi kata sandi atau PIN yang sekarang."))],
        render_kw={"autocomplete": "current-password"},
    )
    kind = kind_field()
    secret = secret_field()


class RenewCodesForm(Form):
    """A present code of the second factor."""

    code = StringField(
        _("Kode dari aplikasi autentikator"),
        [InputRequired(_("Isi kode."))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class LanguageForm(Form):
    """The language of pages, certificates and messages."""

    language = SelectField(_("Bahasa"), choices=LANGUAGES)
