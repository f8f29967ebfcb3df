"""The programme with its versions, and the course files: what is published, what is overdue, loading them again."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, render_template, url_for
from flask import redirect as go
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import clock, paths
from lms.accounts import queries as people
from lms.authoring import actions as authoring
from lms.authoring import queries as reading
from lms.authoring.rules import Read
from lms.certification import actions as certification
from lms.certification import queries, rules
from lms.certification.models import ProgrammeVersion
from lms.courses import queries as published
from lms.courses.rules import Problem
from lms.refusals import Refused
from lms.web import guard
from lms.web.acting import acting
from lms.web.steward import door
from lms.web.steward.confirming import refuse, settle
from lms.web.steward.forms import PlainForm


def _read() -> Read:
    """The course files that this installation carries. Read before the transaction, so that it is short."""
    return reading.read_folder(paths.COURSES, published.needs())


def _titles() -> dict[str, str]:
    return {version.module.slug: version.title for version in published.current_versions()}


def _levels(content: Mapping[str, Any] | None) -> dict[int, rules.Level]:
    """The levels of a programme that is in order; none of another one."""
    return rules.levels(content) if content and rules.programme_problem(content) is None else {}


@door.get("/program")
def programme() -> ResponseReturnValue:
    """The version in force, the proposal that waits, and the versions before."""
    versions = queries.programme_versions()
    return render_template(
        "steward/programme.html",
        versions=[(one, _levels(one.rules)) for one in versions],
        names=people.names_of(_signers(versions)),
        proposals=queries.open_proposals("programme"),
        titles=_titles(),
    )


def _signers(versions: Sequence[ProgrammeVersion]) -> set[int]:
    return {who for one in versions for who in (one.proposed_by, one.approved_by)}


@door.route("/program/ajukan", methods=["GET", "POST"])
def propose_programme() -> ResponseReturnValue:
    """Show what the course files say, then propose it; an approver decides."""
    read, form, me = _read(), PlainForm(), guard.visitor().person_id
    content = read.programme or {}
    if read.problems and form.is_submitted():
        form.refuse(Refused("courses_malformed"))
    else:
        acted = settle(form, "propose", None, lambda: certification.propose_programme(content, me),
                       _("Usulan dikirim. Pengesah yang memutuskan."), url_for("steward.programme"))  # fmt: skip
        if acted is not None:
            return acted
    version = queries.programme()
    return form.page(
        "steward/propose_programme.html",
        levels=_levels(content),
        titles=_titles(),
        problems=read.problems,
        same=version is not None and version.rules == content,
    )


@door.get("/kursus")
def courses() -> ResponseReturnValue:
    """The modules as they are published, and the facts."""
    return _page(PlainForm(), ())


def _page(form: PlainForm, problems: Sequence[Problem]) -> ResponseReturnValue:
    versions = published.current_versions()
    on = clock.today()
    facts = sorted(published.facts().values(), key=lambda fact: (fact.review_due, fact.key))
    return form.page(
        "steward/courses.html",
        versions=versions,
        approved=published.approved([one.id for one in versions]),
        overdue=[fact for fact in facts if fact.review_due < on],
        facts=facts,
        problems=problems,
    )


@door.post("/kursus/muat-ulang")
def load_courses() -> ResponseReturnValue:
    """Load the course files; with a problem in any of them nothing is written."""
    read, form = _read(), PlainForm()
    try:
        with acting("load_courses"):
            loaded = authoring.load(read, by=guard.visitor().person_id)
    except Refused as refused:
        refuse(form, refused)
        return _page(form, refused.details.get("problems", ()))
    flash(_("%(new)s modul terbit dalam versi baru, %(same)s tidak berubah.",
            new=len(loaded.published), same=len(loaded.unchanged)))  # fmt: skip
    return go(url_for("steward.courses"))
