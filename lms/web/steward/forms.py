"""The steward's forms: a new person, an appointment, a unit, and confirming."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import Length, Optional

from lms.accounts import rules as accounts
from lms.accounts.rules import Role
from lms.organisations import rules as organisations
from lms.organisations.models import Unit
from lms.web import words
from lms.web.fields import Day, obey
from lms.web.forms import Form

APPOINTABLE = tuple(role for role in Role if role is not Role.MEMBER)


class PlainForm(Form):
    """Only the token."""


def unit_choices(units: Iterable[Unit], empty: str, kinds: Sequence[str] = organisations.UNIT_KINDS) -> list[Any]:
    """The units of these kinds as options: one for none first, then kind by kind."""
    order = {kind: place for place, kind in enumerate(("polda", "polres", "polsek", "ormas", "chapter"))}
    listed = sorted((unit for unit in units if unit.kind in kinds), key=lambda unit: (order[unit.kind], unit.name))
    named = [SelectChoice(unit.public_id, f"{words.UNIT_KINDS[unit.kind]}: {unit.name}") for unit in listed]
    return [SelectChoice("", empty), *named]


def role_field() -> Field:
    """A role; its choices come with the form."""
    return SelectField(_("Peran"), validate_choice=False)


def unit_field() -> Field:
    """A unit; its choices come with the form."""
    return SelectField(_("Satuan"), validate_choice=False)


class SeatForm(Form):
    """A role and the unit at which it is held."""

    role = role_field()
    unit = unit_field()

    def __init__(self, units: Sequence[Unit], **values: Any) -> None:
        """The form with these units to choose from."""
        super().__init__(**values)
        self.units = {unit.public_id: unit.id for unit in units}
        named = [SelectChoice(role.value, words.ROLES[role.value]) for role in APPOINTABLE]
        self.role.choices = [SelectChoice("", gettext("Pilih peran")), *named]
        self.unit.choices = unit_choices(units, gettext("Pilih satuan"))

    def validate_role(self, field: Field) -> None:
        """One of the roles to which people are appointed."""
        obey(None if field.data in set(APPOINTABLE) else "role_unknown")

    def validate_unit(self, field: Field) -> None:
        """One of the units that exist."""
        if field.data not in self.units:
            raise ValidationError(gettext("Pilih satuan."))

    @property
    def seat(self) -> tuple[Role, int]:
        """The role and the unit's id."""
        return Role(self.role.data), self.units[self.unit.data]


class PersonForm(SeatForm):
    """Somebody of the staff; key tells a form that was sent twice."""

    name = StringField(_("Nama sesuai KTP"), render_kw={"autocomplete": "off"})
    sign_in_name = StringField(_("Nama masuk"), render_kw={"autocomplete": "off", "autocapitalize": "none"})
    role = role_field()  # here again, so that problems are listed in the order of the page
    unit = unit_field()
    key = HiddenField(validators=[Length(max=64)])

    def validate_name(self, field: Field) -> None:
        """A name as the rules want it."""
        obey(accounts.name_problem(field.data or ""))

    def validate_sign_in_name(self, field: Field) -> None:
        """A sign-in name as the rules want it."""
        obey(accounts.sign_in_name_problem(field.data or ""))


class UnitForm(Form):
    """A unit below its parent; a chapter may name the Polsek of its area."""

    kind = SelectField(_("Jenis"), validate_choice=False)
    name = StringField(_("Nama satuan"), render_kw={"autocomplete": "off"})
    parent = SelectField(_("Induk"), [Optional()], validate_choice=False)
    polsek = SelectField(_("Polsek wilayah"), [Optional()], validate_choice=False)
    registration_number = StringField(
        _("Nomor pendaftaran"),
        [Optional(), Length(max=60, message=_("Nomor pendaftaran paling panjang 60 huruf atau angka."))],
        render_kw={"autocomplete": "off"},
    )
    registration_expires = Day(_("Pendaftaran berlaku sampai"), [Optional()])

    def __init__(self, units: Sequence[Unit], **values: Any) -> None:
        """The form with the units that may stand above."""
        super().__init__(**values)
        self.units = {unit.public_id: unit.id for unit in units}
        kinds = [SelectChoice(kind, words.UNIT_KINDS[kind]) for kind in words.UNIT_KINDS]
        self.kind.choices = [SelectChoice("", gettext("Pilih jenis")), *kinds]
        above = ("polda", "polres", "ormas")
        self.parent.choices = unit_choices(units, gettext("Tanpa induk"), above)
        self.polsek.choices = unit_choices(units, gettext("Tanpa Polsek"), ("polsek",))

    def validate_kind(self, field: Field) -> None:
        """One of the kinds."""
        obey(None if field.data in organisations.UNIT_KINDS else "unit_kind_unknown")

    def validate_name(self, field: Field) -> None:
        """A name as the rules want it."""
        obey(organisations.name_problem(field.data or ""))

    def validate_parent(self, field: Field) -> None:
        """A unit that exists."""
        if field.data not in self.units:
            raise ValidationError(gettext("Pilih satuan."))

    validate_polsek = validate_parent

    def validate_registration_expires(self, field: Field) -> None:
        """A date goes with a number."""
        if field.data and not self.registration_number.data:
            raise ValidationError(gettext("Isi juga nomor pendaftarannya."))

    def above(self, field: Field) -> int | None:
        """The id of the unit chosen in a field, if one was."""
        return self.units.get(field.data or "")

    @property
    def expires(self) -> date | None:
        """Until when the registration runs."""
        found: date | None = self.registration_expires.data
        return found
