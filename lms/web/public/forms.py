"""The forms of the public door: signing in, joining, resetting, typing a code."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField, PasswordField, StringField, TelField
from wtforms.validators import InputRequired, Length, Optional

from lms.accounts import rules as accounts
from lms.organisations import queries as organisations
from lms.web.fields import NewSecretForm, kind_field, obey, secret_field
from lms.web.forms import Form

WRONG = _("Nomor atau kata sandi salah. Coba lagi.")
IDENTIFIER = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
CODE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class SignInForm(Form):
    """Sign-in name or phone and secret; where to go on to; and the sealed fields of a form that arrived signed out."""

    identifier = StringField(
        _("Nomor anggota, nama masuk, atau nomor ponsel"),
        [InputRequired(_("Isi nomor anggota, nama masuk, atau nomor ponsel.")), Length(max=200, message=WRONG)],
        render_kw=IDENTIFIER,
    )
    password = PasswordField(
        _("Kata sandi atau PIN"),
        [InputRequired(_("Isi kata sandi atau PIN."))],
        render_kw={"autocomplete": "current-password"},
    )
    lanjut = HiddenField()
    continuation = HiddenField()


class CodeForm(Form):
    """A code of the second factor."""

    code = StringField(_("Kode"), [InputRequired(_("Isi kode."))], render_kw={"autocomplete": "one-time-code"})
    lanjut = HiddenField()
    continuation = HiddenField()


class ResetForm(NewSecretForm):
    """Who, the code from the coordinator, and the new secret."""

    identifier = StringField(
        _("Nomor anggota, nama masuk, atau nomor ponsel"),
        [InputRequired(_("Isi nomor anggota, nama masuk, atau nomor ponsel."))],
        render_kw=IDENTIFIER,
    )
    code = StringField(_("Kode dari koordinator"), [InputRequired(_("Isi kode dari koordinator."))], render_kw=CODE)
    kind = kind_field()
    secret = secret_field()

    def about(self) -> tuple[str, ...]:
        """Not what is typed to say who it is."""
        return (self.identifier.data or "",)


class TypedCodeForm(Form):
    """The code below the QR with its check digits."""

    code = StringField(_("Kode"), [InputRequired(_("Ketik kode yang ada di bawah QR."))], render_kw=CODE)


class InvitationForm(Form):
    """Joining, step 1: the invitation code of a unit."""

    code = StringField(_("Kode undangan"), [InputRequired(_("Isi kode dari koordinator."))], render_kw=CODE)

    def validate_code(self, field: Field) -> None:
        """An invitation that is open now."""
        if organisations.invitation(field.data) is None:
            obey("invitation_wrong")

    def kept(self) -> dict[str, Any]:
        """What the next steps need of it."""
        return {"code": self.code.data}


class WhoForm(Form):
    """Joining, step 2: name and, if there is one, phone."""

    name = StringField(
        _("Nama sesuai KTP"), [InputRequired(_("Isi nama sesuai KTP."))], render_kw={"autocomplete": "name"}
    )
    phone = TelField(_("Nomor ponsel"), [Optional()], render_kw={"autocomplete": "tel"})

    def validate_name(self, field: Field) -> None:
        """A name as on a KTP."""
        obey(accounts.name_problem(field.data))

    def validate_phone(self, field: Field) -> None:
        """An Indonesian mobile number."""
        obey(None if accounts.phone_number(field.data) else "phone_wrong")

    def kept(self) -> dict[str, Any]:
        """What the next steps need of it."""
        return {"name": self.name.data, "phone": self.phone.data or ""}


class SecretForm(NewSecretForm):
    """Joining, step 3: password or PIN."""

    kind = kind_field()
    secret = secret_field()
    words_about: tuple[str, ...] = ()

    def about(self) -> tuple[str, ...]:
        """Not the name or phone of the step before."""
        return self.words_about
