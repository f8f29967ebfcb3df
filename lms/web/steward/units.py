"""Units: all of them as a tree, a new one, and one with its counts, appointments and end."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.certification import queries as certification
from lms.organisations import actions, queries
from lms.organisations import rules as organisations
from lms.organisations.models import Unit
from lms.refusals import Refused
from lms.reporting import queries as reporting
from lms.web import guard, words
from lms.web.acting import acting
from lms.web.steward import door
from lms.web.steward.confirming import ask, refuse, settle
from lms.web.steward.forms import PlainForm, UnitForm


@dataclass
class Branch:
    """A unit with the units below it; area is the Polsek of a chapter."""

    unit: Unit
    area: Unit | None
    below: "list[Branch]"


def _trees(listed: Iterable[Unit]) -> list[Branch]:
    """The units as trees, in the order in which they come; who has no parent among them stands at the root."""
    known = {unit.id: Branch(unit, None, []) for unit in listed}
    roots: list[Branch] = []
    for branch in known.values():
        above, area = known.get(branch.unit.parent_id or 0), known.get(branch.unit.polsek_id or 0)
        branch.area = area.unit if area else None
        (above.below if above else roots).append(branch)
    return roots


@door.get("/satuan")
def units() -> ResponseReturnValue:
    """The trees of the police and of each ormas; with the dissolved ones where asked for."""
    dissolved = "bubar" in request.args
    trees = _trees(queries.all_units(dissolved))
    return render_template(
        "steward/units.html",
        police=[one for one in trees if one.unit.kind in organisations.POLICE],
        ormas=[one for one in trees if one.unit.kind not in organisations.POLICE],
        dissolved=dissolved,
    )


@door.route("/satuan/baru", methods=["GET", "POST"])
def new_unit() -> ResponseReturnValue:
    """A new unit below its parent."""
    form = UnitForm(queries.all_units())
    if form.validate_on_submit():
        try:
            with acting("add_unit"):
                public_id = _added(form).public_id
        except Refused as refused:
            refuse(form, refused)
        else:
            return redirect(url_for("steward.unit", public_id=public_id))
    return form.page("steward/new_unit.html")


def _added(form: UnitForm) -> Unit:
    return actions.add_unit(
        form.kind.data,
        form.name.data,
        form.above(form.parent),
        form.above(form.polsek),
        by=guard.visitor().person_id,
        registration_number=form.registration_number.data or None,
        registration_expires=form.expires,
    )


@door.get("/satuan/<string:public_id>")
def unit(public_id: str) -> ResponseReturnValue:
    """One unit: where it stands, how many belong to it, their certificates, who is appointed there."""
    found = queries.unit(public_id)
    listed = queries.all_units(dissolved=True)
    known = {one.id: one for one in listed}
    scope = queries.scope(found.id)
    return render_template(
        "steward/unit.html",
        unit=found,
        parent=known.get(found.parent_id or 0),
        area=known.get(found.polsek_id or 0),
        below=_below(found, listed),
        members=reporting.members_of(scope),
        standings=certification.standing_counts(scope),
        seats=reporting.seats(unit_ids=[found.id]),
    )


def _below(of: Unit, listed: Iterable[Unit]) -> list[Unit]:
    """The units that stand directly below, or whose area this Polsek is, and exist."""
    return [one for one in listed if of.id in (one.parent_id, one.polsek_id) and not one.dissolved_at]


@door.route("/satuan/<string:public_id>/bubarkan", methods=["GET", "POST"])
def dissolve(public_id: str) -> ResponseReturnValue:
    """Say what happens, then dissolve a unit with its chapters."""
    found, form, me = queries.unit(public_id), PlainForm(), guard.visitor().person_id
    unit_id, to = found.id, url_for("steward.unit", public_id=public_id)
    acted = settle(form, "dissolve", ("unit", unit_id), lambda: actions.dissolve(unit_id, by=me),
                   _("Satuan bubar."), to)  # fmt: skip
    if acted is not None:
        return acted
    below = _below(found, queries.all_units())
    about = [(_("Satuan"), found.name), (_("Jenis"), str(words.UNIT_KINDS[found.kind]))]
    blocked = words.refusal(Refused("unit_has_units")) if below and found.kind in organisations.POLICE else ""
    effects = [] if blocked else _effects([found, *below])
    return ask(form, _("Bubarkan satuan ini?"), about, effects, _("Ya, bubarkan"), to, blocked)


def _effects(ending: list[Unit]) -> list[str]:
    """What happens with these units, in words."""
    ids = [one.id for one in ending]
    seats = reporting.seats(unit_ids=ids)
    effects = [
        _("%(count)s anggota menjadi tanpa satuan. Sertifikat mereka tidak berubah.", count=reporting.members_of(ids)),
        _("%(count)s penunjukan berakhir sekarang, dan orangnya perlu masuk lagi.", count=len(seats)),
        _("Undangan satuan ini tidak berlaku lagi."),
        _("Satuan yang bubar tidak dapat dihidupkan lagi."),
    ]
    if ending[1:]:
        effects.insert(0, _("%(count)s ranting di bawahnya ikut bubar.", count=len(ending) - 1))
    if any(one.person_id == guard.visitor().person_id for one in seats):
        effects.append(_("Penunjukan Anda sendiri ada di satuan ini dan ikut berakhir."))
    return effects
