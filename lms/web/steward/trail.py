"""The audit: who did what, the newest first, and the same as a CSV file."""

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import clock
from lms.accounts import queries as people
from lms.accounts.models import Person
from lms.audit import actions, queries
from lms.audit.models import Audit
from lms.db import transaction
from lms.reporting import rules as reporting
from lms.web import guard, paging
from lms.web.steward import deeds, door

EXPORTED = 10_000  # rows in one file: a spreadsheet opens it, and it is made within one request


def _chosen() -> str | None:
    """The act that is asked for, if it is one of ours."""
    wanted = request.args.get("tindakan")
    return wanted if wanted in deeds.ACTIONS else None


def _actors(rows: list[Audit]) -> dict[int, Person]:
    return people.people_of({row.actor_id for row in rows if row.actor_id})


@door.get("/audit")
def audit() -> ResponseReturnValue:
    """All rows or those of one act."""
    action = _chosen()
    rows = queries.page(paging.after(), paging.PAGE + 1, action)
    shown = rows[: paging.PAGE]
    more = rows[paging.PAGE :]
    return render_template(
        "steward/audit.html",
        rows=shown,
        actors=_actors(shown),
        action=action,
        deeds=deeds,
        exported=EXPORTED,
        next_url=url_for("steward.audit", tindakan=action, setelah=paging.seal(shown[-1].id)) if more else "",
    )


@door.get("/audit.csv")
def audit_csv() -> ResponseReturnValue:
    """The newest rows, all or those of one act, as CSV. Taking them out is itself a row."""
    action = _chosen()
    with transaction():
        actions.record("export_audit", actor=guard.visitor().person_id, purpose=action)
    rows = queries.page(None, EXPORTED, action)
    head = [_("Waktu"), _("Nama masuk"), _("Nama"), _("Tindakan"), _("Keterangan"), _("Tentang"), _("Nomor"),
            _("Hasil")]  # fmt: skip
    table = reporting.csv_table(head, [_line(row, actors) for actors in [_actors(rows)] for row in rows])
    name = {"Content-Disposition": f'attachment; filename="audit-{clock.today().isoformat()}.csv"'}
    return Response(table, mimetype="text/csv", headers=name)


def _line(row: Audit, actors: dict[int, Person]) -> list[object]:
    """One row of the file; the time is that of Jakarta (ISO 8601)."""
    who = actors.get(row.actor_id or 0)
    return [
        row.at.astimezone(clock.JAKARTA).isoformat(timespec="seconds"),
        who.sign_in_name if who else "",
        who.private.name if who and who.private else "",
        deeds.action(row.action),
        deeds.purpose(row),
        deeds.subject(row.subject_kind),
        row.subject_id,
        deeds.outcome(row.outcome),
    ]
