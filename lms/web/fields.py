"""Fields that forms of several doors share: a new password or PIN, a date, and saying what the rules refuse."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, Field, PasswordField, RadioField, SelectChoice, ValidationError
from wtforms.validators import InputRequired

from lms.accounts import rules as accounts
from lms.refusals import Refused
from lms.web import words
from lms.web.forms import Form

KINDS = [
    SelectChoice("password", _("Kata sandi, paling sedikit 10 huruf atau angka")),
    SelectChoice("pin", _("PIN, 6 angka")),
]


def obey(problem: str | None) -> None:
    """Say at the field why the rules refuse what was typed in it, if they do."""
    if problem:
        raise ValidationError(words.refusal(Refused(problem)))


class Day(DateField):  # type: ignore[misc]  # wtforms carries no types
    """A civil date, as the browser's picker sends it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date; nothing typed is no date, what cannot be read stays in the field."""
        self.data = None
        if not any(one.strip() for one in valuelist):
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Isi tanggal, misalnya 2026-11-23.")) from None


class NewSecretForm(Form):
    """What every form with a new password or PIN checks; the form adds secret and, where a PIN may be chosen, kind."""

    def validate_secret(self, field: Field) -> None:
        """What the rules ask of it, whoever it is for."""
        kind = self["kind"].data if "kind" in self else "password"
        if kind in accounts.SECRET_KINDS:
            obey(accounts.secret_problem(accounts.plain_secret(field.data), kind, self.about()))

    def about(self) -> tuple[str, ...]:
        """The words that the secret must not equal."""
        return ()


def kind_field() -> Field:
    """Password or PIN."""
    return RadioField(_("Pilih salah satu"), choices=KINDS, default="password")


def secret_field() -> Field:
    """The new password or PIN."""
    missing = InputRequired(_("Isi kata sandi atau PIN baru."))
    return PasswordField(_("Kata sandi atau PIN baru"), [missing], render_kw={"autocomplete": "new-password"})
