"""The members of a desk (trainer, coordinator): whose they are, one of them, the list by pages, all of it as CSV."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Response, get_template_attribute, request, url_for
from flask_babel import gettext as _

from lms import clock
from lms.accounts import queries as people
from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.audit import actions as audit
from lms.courses import queries as courses
from lms.courses.models import ModuleVersion
from lms.db import transaction
from lms.organisations import queries as organisations
from lms.organisations.queries import MemberRow
from lms.refusals import NotFound
from lms.reporting import queries as reporting
from lms.reporting import rules as reports
from lms.reporting.queries import ModuleState, Progress, Step
from lms.web import guard, paging

CHUNK = 1000


class Member(NamedTuple):
    """A member of the desk, with the name as on the KTP."""

    person: Person
    name: str


def units(role: Role) -> list[int]:
    """Ids of the ormas and chapters under the units at which the visitor holds the role."""
    seats = {unit for held, unit in guard.visitor().appointments if held is role}
    return sorted({unit for seat in seats for unit in organisations.scope(seat)})


def member(role: Role, public_id: str) -> Member:
    """A member of the desk; NotFound for anybody else."""
    person = people.by_public_id(public_id)
    if person.erased_at or not organisations.lies_under(person.id, units(role)):
        raise NotFound()
    return Member(person, people.name_of(person.id))


def page(role: Role, home: str) -> dict[str, Any]:
    """What the list shows: a page of members with their progress; home is the endpoint of the list."""
    search, after = request.args.get("cari", "").strip()[:100], paging.after()
    versions = courses.current_versions()
    rows = organisations.members_page(units(role), after, paging.PAGE + 1, search)
    shown, more = rows[: paging.PAGE], len(rows) > paging.PAGE
    last = paging.seal(shown[-1].person_id) if more else ""
    return {
        "rows": list(_with_progress(shown, versions)),
        "versions": versions,
        "search": search,
        "next_url": url_for(home, cari=search or None, setelah=last) if more else "",
        "first_url": url_for(home, cari=search or None) if after else "",
    }


def _with_progress(rows: list[MemberRow], versions: list[ModuleVersion]) -> Iterator[tuple[MemberRow, Progress]]:
    found = reporting.progress([row.person_id for row in rows], versions)
    return ((row, found[row.person_id]) for row in rows)


def export(role: Role, *, full: bool) -> Response:
    """All members of the desk as a CSV file, with a row in the audit; full adds certificate and last progress."""
    with transaction():
        audit.record("export_members", actor=guard.visitor().person_id, subject=("unit", guard.unit_of(role)))
    versions = courses.current_versions()
    head = [_("Nomor anggota"), _("Nama"), _("Satuan"), *(one.title for one in versions)]
    if full:
        head += [_("Sertifikat"), _("Tingkat"), _("Berlaku sampai"), _("Kemajuan terakhir")]
    lines = (_line(row, of, full) for row, of in _everybody(units(role), versions))
    name = f"anggota-{clock.today().isoformat()}.csv"
    answer = Response(reports.csv_table(head, lines), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _everybody(unit_ids: list[int], versions: list[ModuleVersion]) -> Iterator[tuple[MemberRow, Progress]]:
    """Every member with progress, a thousand at a time."""
    after: int | None = None
    while rows := organisations.members_page(unit_ids, after, CHUNK):
        yield from _with_progress(rows, versions)
        after = rows[-1].person_id if len(rows) == CHUNK else None
        if after is None:
            return


def _line(row: MemberRow, of: Progress, full: bool) -> list[object]:
    cells: list[object] = [row.sign_in_name, row.name, row.unit_name]
    cells += [said(one, with_points=not full) + (f"; {_('praktik lulus')}" if one.drill else "") for one in of.modules]
    if full:
        held, last = of.certificate, of.last
        cells += [standing_words(held.standing), held.level, held.valid_through] if held else [_("Belum ada"), "", ""]
        cells.append(clock.jakarta_date(last) if last else "")
    return cells


def standing_words(standing: str) -> str:
    """A standing as the badges say it."""
    return str(get_template_attribute("parts.html", "standing_text")(standing)).strip()


def said(state: ModuleState, *, with_points: bool = True) -> str:
    """Somebody's state at a module in words; with_points for trainers, who may know what somebody scored."""
    points = state.points if with_points else None
    words = {
        Step.NOT_BEGUN: _("Belum mulai"),
        Step.LEARNING: _("Pelajaran %(done)s dari %(total)s", done=state.done, total=state.total),
        Step.UNDER_WAY: _("Sedang ujian"),
        Step.WAITS_FOR_MARK: _("Menunggu nilai"),
        Step.NOT_PASSED: _("Belum lulus") if points is None else _("Belum lulus, nilai %(points)s", points=points),
        Step.SEE_TRAINER: _("Kesempatan habis"),
        Step.PASSED: _("Lulus") if points is None else _("Lulus, nilai %(points)s", points=points),
    }
    return str(words[state.step])
