"""Sheets of up to eight members who are observed at once: a criterion a screen with a tick for each, one signature."""

from collections.abc import Mapping, Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import clock
from lms.db import transaction
from lms.practice import actions, queries, rules
from lms.practice.queries import DrillView, GroupView, Waiting
from lms.refusals import NotFound, Refused
from lms.web import guard
from lms.web.acting import acting
from lms.web.assessor import door
from lms.web.assessor.forms import MET, BeginForm, PlainForm

MOST_CHOSEN = 20  # of an address; the drill's own limit is told in words


def _group(key: str) -> GroupView:
    return queries.group(key, guard.visitor().person_id)


def next_step(group: GroupView) -> str:
    """Where a group goes on: its first criterion without a tick, then what fails at once, then the review."""
    rubric = group.drill.rubric
    if group.missing:
        return url_for("assessor.group_criterion", key=group.key, n=list(rubric.criteria).index(group.missing[0]) + 1)
    if any(one not in sheet.ticks for one in rubric.instant_fail for sheet in group.sheets):
        return url_for("assessor.group_fails", key=group.key)
    return url_for("assessor.group_review", key=group.key)


@door.route("/mulai-kelompok/<string:slug>", methods=["GET", "POST"])
def begin_group(slug: str) -> ResponseReturnValue:
    """The members who were ticked in the list, and when they are observed; then their sheets."""
    drill = next((one for one in queries.drills_current() if one.slug == slug), None)
    if drill is None:
        raise NotFound()
    chosen = _chosen(drill)
    form = BeginForm(observed_at=clock.now().astimezone(clock.JAKARTA))
    problem = rules.group_problem(drill.rubric, [one.public_id for one in chosen])
    if problem:
        form.refuse(Refused(problem, most=drill.rubric.group))
    elif form.validate_on_submit():
        return _begun(form, drill, chosen)
    return form.page("assessor/group_begin.html", drill=drill, members=chosen, may_begin=problem is None)


def _chosen(drill: DrillView) -> list[Waiting]:
    """Those of the ticked members who wait for this drill and whom the visitor may assess."""
    me, asked = guard.visitor().person_id, request.values.getlist("pilih")[:MOST_CHOSEN]
    return [one for public_id in dict.fromkeys(asked) for one in queries.waiting(me, drill.public_id, only=public_id)]


def _begun(form: BeginForm, drill: DrillView, members: Sequence[Waiting]) -> ResponseReturnValue:
    me = guard.visitor().person_id
    try:
        with acting("begin_group"):
            key = actions.begin_group(me, drill.public_id, [one.public_id for one in members], form.moment())
    except Refused as refused:
        form.refuse(refused, "observed_at" if refused.code.startswith("observed") else None)
        return form.page("assessor/group_begin.html", drill=drill, members=members, may_begin=True)
    return redirect(next_step(queries.group(key, me)))


@door.get("/kelompok/<string:key>")
def group(key: str) -> ResponseReturnValue:
    """Go on with a group where it was left."""
    return redirect(next_step(_group(key)))


@door.route("/kelompok/<string:key>/<int:n>", methods=["GET", "POST"])
def group_criterion(key: str, n: int) -> ResponseReturnValue:
    """One criterion with a tick for each member; back to the review where the visitor came from there."""
    found = _group(key)
    criteria = found.drill.stored["criteria"]
    if not 1 <= n <= len(criteria):
        raise NotFound()
    one, form = criteria[n - 1], PlainForm()
    from_review = request.values.get("dari") == "tinjau"
    ticks, errors = _ticks(found, one["id"], form.is_submitted(), _("Pilih Terpenuhi atau Belum terpenuhi."))
    if form.validate_on_submit() and not errors:
        _store(found, {one["id"]: ticks})
        return redirect(url_for("assessor.group_review", key=key) if from_review else _after(found, n))
    shown = {"group": found, "n": n, "one": one, "ticks": ticks, "from_review": from_review, "form_errors": errors}
    return render_template("assessor/group_criterion.html", **shown), 422 if errors else 200


def _after(found: GroupView, n: int) -> str:
    if n < len(found.drill.rubric.criteria):
        return url_for("assessor.group_criterion", key=found.key, n=n + 1)
    return url_for("assessor.group_fails" if found.drill.rubric.instant_fail else "assessor.group_review",
                   key=found.key)  # fmt: skip


def _ticks(
    found: GroupView, criterion: str, sent: bool, words: str, prefix: str = "nilai-"
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Sheet -> "ya" or "tidak" as sent, else as stored; and a line of the error summary for each without one."""
    if not sent:
        stored = {s.public_id: s.ticks[criterion] for s in found.sheets if criterion in s.ticks}
        return {sheet: "ya" if met else "tidak" for sheet, met in stored.items()}, []
    given = {s.public_id: request.form.get(f"{prefix}{s.public_id}", "") for s in found.sheets}
    wrong = [(f"{prefix}{s.public_id}", f"{s.name}: {words}") for s in found.sheets if given[s.public_id] not in MET]
    return given, wrong


def _store(found: GroupView, ticks: Mapping[str, Mapping[str, str]]) -> None:
    """Criterion -> sheet -> answer, all in one transaction."""
    with transaction():
        for criterion, of_sheets in ticks.items():
            for sheet in found.sheets:
                actions.tick(guard.visitor().person_id, sheet.public_id, criterion, MET[of_sheets[sheet.public_id]])


@door.route("/kelompok/<string:key>/larangan", methods=["GET", "POST"])
def group_fails(key: str) -> ResponseReturnValue:
    """What fails a drill at once: for each line and each member, seen or not."""
    found, form = _group(key), PlainForm()
    lines = [one["id"] for one in found.drill.stored["instant_fail"]]
    if not lines:
        raise NotFound()
    read = {
        one: _ticks(found, one, form.is_submitted(), _("Pilih Terlihat atau Tidak terlihat."), f"{one}-")
        for one in lines
    }
    errors = [error for _given, wrong in read.values() for error in wrong]
    ticks = {one: given for one, (given, _wrong) in read.items()}
    if form.validate_on_submit() and not errors:
        _store(found, ticks)
        return redirect(url_for("assessor.group_review", key=key))
    page = render_template("assessor/group_fails.html", group=found, lines=lines, ticks=ticks, form_errors=errors)
    return page, 422 if errors else 200


@door.get("/kelompok/<string:key>/tinjau")
def group_review(key: str) -> ResponseReturnValue:
    """Each member's verdict as the ticks make it, before the one signature."""
    return _review(_group(key), PlainForm())


def _review(found: GroupView, form: PlainForm) -> ResponseReturnValue:
    rubric = found.drill.rubric
    verdicts = {s.public_id: None if s.missing else rules.verdict(rubric, s.ticks) for s in found.sheets}
    return form.page("assessor/group_review.html", group=found, verdicts=verdicts, ready=not found.missing)


@door.post("/kelompok/<string:key>/tanda-tangan")
def sign_group(key: str) -> ResponseReturnValue:
    """Sign every sheet of the group, all or none."""
    found = _group(key)
    try:
        with acting("sign_drill"):
            actions.sign_group(guard.visitor().person_id, key)
    except Refused as refused:
        form = PlainForm()
        form.refuse(refused)
        return _review(found, form)
    return redirect(url_for("assessor.signed_list"))
