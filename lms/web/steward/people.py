"""People: the list with its search, a new member of the staff, and one person with appointments and memberships."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import actions as accounts
from lms.accounts import queries
from lms.accounts.models import Person
from lms.certification import queries as certification
from lms.organisations import actions as organisations
from lms.organisations import queries as units
from lms.refusals import NotFound, Refused
from lms.reporting import queries as reporting
from lms.reporting.queries import Seat
from lms.web import guard, words
from lms.web.acting import acting
from lms.web.paging import AFTER, PAGE
from lms.web.reasons import new_key
from lms.web.steward import door
from lms.web.steward.certificates import standing_of
from lms.web.steward.confirming import ask, refuse, settle
from lms.web.steward.forms import PersonForm, PlainForm, SeatForm


def find(public_id: str) -> Person:
    """The person whom an address names; NotFound after erasure."""
    found = queries.by_public_id(public_id)
    if found.erased_at:
        raise NotFound()
    return found


@door.get("/orang")
def people() -> ResponseReturnValue:
    """Everybody, by when they came, or those whom a search finds."""
    search = request.args.get("cari", "").strip()[:100]
    last = request.args.get(AFTER)
    rows = queries.people_page(queries.by_public_id(last).id if last else None, PAGE + 1, search)
    ids = [one.id for one in rows[:PAGE]]
    more = rows[PAGE:]
    return render_template(
        "steward/people.html",
        rows=rows[:PAGE],
        search=search,
        seats=reporting.seats(person_ids=ids),
        homes=reporting.homes(ids),
        next_url=url_for("steward.people", cari=search or None, setelah=rows[PAGE - 1].public_id) if more else "",
    )


@door.route("/orang/baru", methods=["GET", "POST"])
def new_person() -> ResponseReturnValue:
    """Somebody of the staff, with a role at a unit; the page after it shows their one-time code, once."""
    form = PersonForm(units.all_units(), key=new_key())
    if form.validate_on_submit():
        try:
            with acting("create_person"):
                person, code = _made(form)
        except Refused as refused:
            refuse(form, refused)
        else:
            return code_page(person, code)
    return form.page("steward/new_person.html")


def _made(form: PersonForm) -> tuple[Person, str]:
    """The person with a fresh code; a form that is sent twice makes one person, and the last code shown is right."""
    me, key = guard.visitor().person_id, form.key.data or None
    person = queries.by_form_key(key) if key else None
    if person is None:
        name, sign_in_name = form.name.data, form.sign_in_name.data
        person = accounts.create_person(name, sign_in_name=sign_in_name, by=me, join_key=key)
        organisations.appoint(person.id, *form.seat, by=me)
    return person, accounts.issue_reset_code(person.id, by=me)


def code_page(person: Person, code: str) -> str:
    """The only page that ever shows this one-time code."""
    staff = bool(queries.appointments_of(person.id))
    return render_template("steward/code.html", person=person, code=f"{code[:5]}-{code[5:]}", staff=staff)


@door.get("/orang/<string:public_id>")
def person(public_id: str) -> ResponseReturnValue:
    """One person: how they sign in, what they are appointed to, where they belong, their certificates."""
    return _page(find(public_id), SeatForm(units.all_units()))


def _page(found: Person, form: SeatForm) -> ResponseReturnValue:
    seats = reporting.seats(person_ids=[found.id], ended=True)
    return form.page(
        "steward/person.html",
        person=found,
        own=found.id == guard.visitor().person_id,
        held=[one for one in seats if one.until is None],
        ended=[one for one in seats if one.until is not None],
        homes=reporting.homes([found.id], ended=True),
        certificates=[(one, standing_of(one)) for one in certification.certificates_of(found.id)],
        has_totp=queries.totp_confirmed(found.id),
    )


@door.post("/orang/<string:public_id>/penunjukan")
def appoint(public_id: str) -> ResponseReturnValue:
    """Appoint somebody to a role at a unit; they have to sign in again."""
    found, form = find(public_id), SeatForm(units.all_units())
    person_id, me = found.id, guard.visitor().person_id
    done = _("Penunjukan tercatat. Orang ini perlu masuk lagi.")
    to = url_for("steward.person", public_id=public_id)
    acted = settle(
        form, "appoint", ("person", person_id), lambda: organisations.appoint(person_id, *form.seat, by=me), done, to
    )
    return acted or _page(found, form)


def _seat(found: Person, public_id: str) -> Seat:
    for one in reporting.seats(person_ids=[found.id], ended=True):
        if one.public_id == public_id:
            return one
    raise NotFound()


@door.route("/orang/<string:public_id>/penunjukan/<string:seat>/akhiri", methods=["GET", "POST"])
def end_appointment(public_id: str, seat: str) -> ResponseReturnValue:
    """Ask, then end an appointment; somebody's other appointments stay."""
    found, form, me = find(public_id), PlainForm(), guard.visitor().person_id
    one, to = _seat(found, seat), url_for("steward.person", public_id=public_id)
    acted = settle(form, "end_appointment", ("person", found.id), lambda: accounts.end_appointment(seat, by=me),
                   _("Penunjukan berakhir."), to)  # fmt: skip
    return acted or ask(form, _("Akhiri penunjukan ini?"), *_ending(one), to)


def _ending(one: Seat) -> tuple[list[tuple[str, str]], list[str], str]:
    """What the confirm page says."""
    about = [(_("Nama"), one.name), (_("Peran"), str(words.ROLES[one.role])), (_("Satuan"), one.unit_name)]
    effects = [
        _("Wewenang peran ini berakhir sekarang."),
        _("Orang ini dikeluarkan dari semua perangkat dan perlu masuk lagi."),
        _("Yang sudah dikerjakan dalam peran ini tetap tercatat."),
    ]
    return about, effects, _("Ya, akhiri")
