"""Reading: the path of a member, lessons with facts and pictures, progress that survives a new version, few queries."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from lms import clock
from lms.accounts.rules import Role
from lms.authoring import actions as authoring
from lms.courses import actions, queries
from lms.courses.models import LessonDone, ModuleVersion
from lms.db import db, transaction
from lms.refusals import NotFound, Refused
from tests import make

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "courses"
SLUG = "uji-lapor"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the valid folder, to be changed."""
    return Path(shutil.copytree(FIXTURES / "valid", tmp_path / "courses"))


@pytest.fixture
def version(app: Flask, folder: Path) -> ModuleVersion:
    """The module of the fixtures, published."""
    return load(folder)


def load(folder: Path) -> ModuleVersion:
    """Load the folder; the newest version of its module."""
    with transaction():
        authoring.load_all(folder)
    found = queries.current(SLUG)
    assert found is not None
    return found


def replace(folder: Path, file: str, old: str, new: str) -> None:
    """Replace every place of old, which must be there."""
    whole = (folder / file).read_text()
    assert old in whole
    (folder / file).write_text(whole.replace(old, new))


def finish(person_id: int, version_id: int, number: int) -> None:
    """Press "Sudah paham, lanjut"."""
    with transaction():
        actions.finish_lesson(person_id, version_id, number)


@contextmanager
def at_most(queries_: int) -> Iterator[None]:
    """Fail if more queries than that reach the database."""
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    db.session.remove()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len([one for one in seen if not one.startswith("BEGIN")]) <= queries_, seen


def test_the_path_of_a_member_takes_two_queries(version: ModuleVersion) -> None:
    person, version_id = make.person().id, version.id
    finish(person, version_id, 1)
    with at_most(2):
        path = queries.path(person)
    assert [(lesson.number, lesson.title, lesson.done) for lesson in path[0].lessons] == [
        (1, "Melihat dahulu", True),
        (2, "Mencatat", False),
    ]
    assert path[0].done == 1
    assert path[0].next_lesson is not None
    assert path[0].next_lesson.number == 2
    assert path[0].version.module.code == "U1"


def test_a_lesson_takes_two_queries(version: ModuleVersion) -> None:
    person, version_id = make.person().id, version.id
    with at_most(2):
        view = queries.lesson(version_id, 1, "/gambar/{}".format, person)
    assert not view.done
    assert (view.number, view.total, view.minutes, view.module_slug) == (1, 2, 5, SLUG)
    assert view.clauses == (("SOP-91/1.1", "Anggota menelepon 112 dari tempat aman."),)
    assert view.facts_html[:2] == (
        "Nomor 112 melayani keadaan darurat.",
        "Laporan yang <strong>jelas</strong> mempercepat bantuan.",
    )
    assert view.do == ("Telepon 112 dari tempat aman.",)
    assert "<p>Pukul 21.15 Bu Sari" in view.scenario_html
    assert f'<img src="/gambar/{version.manifest["pictures"]["tanda.svg"]}"' in view.body_html
    assert "Telepon 112." in view.body_html
    assert view.checked_on == date(2026, 11, 23)
    assert not view.approved


def test_exercises_come_with_answer_and_reasons(version: ModuleVersion) -> None:
    first, second, third = queries.lesson(version.id, 1).practice
    assert (first.kind, first.answer, first.reason) == ("true_false", {"right": "true"}, "Anda tetap selamat.")
    assert second.options[1] == ("b", "112", "Petugas segera tahu.")
    assert second.answer == {"right": "b", "options": ["a", "b", "c"]}
    assert sorted(one for one, _, _ in third.options) == ["a", "b", "c"]
    assert [one for one, _, _ in third.options] != third.answer["right"]


def test_a_fact_is_escaped(app: Flask, folder: Path) -> None:
    replace(folder, "facts.yaml", 'value: "112"', "value: '<b>&112*x*'")
    view = queries.lesson(load(folder).id, 1)
    assert "Nomor &lt;b&gt;&amp;112*x* melayani" in view.facts_html[0]
    assert "<b>" not in view.body_html
    assert view.do == ("Telepon <b>&112*x* dari tempat aman.",)


def test_missing_lessons_and_versions(version: ModuleVersion) -> None:
    for version_id, number in ((version.id, 3), (version.id, 0), (version.id + 1, 1)):
        with pytest.raises(NotFound):
            queries.lesson(version_id, number)
        with pytest.raises(NotFound):
            actions.finish_lesson(1, version_id, number)
    with pytest.raises(NotFound):
        queries.version(version.id + 1)
    assert queries.current("tidak-ada") is None


def test_a_lesson_is_finished_once(version: ModuleVersion) -> None:
    person = make.person().id
    finish(person, version.id, 2)
    finish(person, version.id, 2)
    assert queries.done(person, [version.id]) == {(version.id, 2)}
    assert queries.done(make.person().id, [version.id]) == set()
    assert queries.progress([person], [version.id]) == {(person, version.id): 1}
    assert db.session.scalar(select(func.count()).select_from(LessonDone)) == 1


def test_an_unchanged_lesson_stays_done_in_a_new_version(version: ModuleVersion, folder: Path) -> None:
    person = make.person().id
    finish(person, version.id, 1)
    finish(person, version.id, 2)
    replace(folder, f"{SLUG}/02-mencatat.md", "Tulis jamnya", "Tulis jam dan tempatnya")
    newer = load(folder)
    assert newer.number == 2
    assert queries.done(person, [newer.id]) == {(newer.id, 1)}
    assert queries.progress([person], [newer.id, version.id]) == {(person, newer.id): 1, (person, version.id): 2}
    finish(person, newer.id, 1)
    assert queries.progress([person], [newer.id]) == {(person, newer.id): 1}
    assert [lesson.done for lesson in queries.path(person)[0].lessons] == [True, False]


def test_a_visitor_without_progress_sees_the_path(version: ModuleVersion) -> None:
    assert [lesson.done for lesson in queries.path(None)[0].lessons] == [False, False]


def test_pictures_are_served_and_nothing_else_that_is_stored(version: ModuleVersion) -> None:
    found = queries.picture(version.manifest["pictures"]["tanda.svg"])
    assert found is not None
    assert (found.media_type, found.content[:4]) == ("image/svg+xml", b"<svg")
    source = authoring.exported(version.id)[f"{SLUG}/questions.yaml"]
    assert queries.picture(hashlib.sha256(source).hexdigest()) is None


def test_approval(version: ModuleVersion) -> None:
    approver = make.staff(Role.APPROVER, name="Hendra Pengesah").id
    stranger = make.staff(Role.TRAINER).id
    with pytest.raises(Refused, match="not_allowed"), transaction():
        actions.approve_version(version.id, stranger)
    assert queries.approvals([version.id]) == {}
    with transaction():
        first = actions.approve_version(version.id, approver).id
    with transaction():
        assert actions.approve_version(version.id, approver).id == first
    assert queries.approved([version.id]) == {version.id}
    assert queries.approvals([version.id])[version.id].name == "Hendra Pengesah"
    assert queries.lesson(version.id, 1).approved
    with pytest.raises(NotFound):
        actions.approve_version(version.id + 1, approver)


def test_an_sop_is_approved_version_by_version(version: ModuleVersion) -> None:
    approver, stranger = make.staff(Role.APPROVER).id, make.person().id
    found = queries.sop("SOP-91")
    assert found is not None
    with pytest.raises(Refused, match="not_allowed"), transaction():
        actions.approve_sop(found.id, stranger)
    for _ in range(2):
        with transaction():
            actions.approve_sop(found.id, approver)
    approval = queries.sop_approvals()[found.id]
    assert (approval.approver_id, approval.name) == (approver, "Sari Contoh")
    assert clock.now() - approval.at < timedelta(minutes=1)
    clauses = [(one.number, one.text) for one in found.clauses]
    with transaction():
        newer = actions.store_sop("SOP-91", 2, "SOP uji", date(2026, 11, 24), clauses, found.card)
    assert queries.sop_approvals().keys() == {found.id}, "the next version is approved on its own"
    assert newer.sha256 != found.sha256
    assert queries.violations()["sop_version_hash"] == 0


def test_sop_and_facts(version: ModuleVersion) -> None:
    found = queries.sop("SOP-91")
    assert found is not None
    assert [one.number for one in found.clauses] == ["1.1", "1.2"]
    assert queries.sop("SOP-01") is None
    assert queries.clause("SOP-91/1.1") == "Anggota menelepon 112 dari tempat aman."
    assert queries.clause("SOP-91/9.9") is None
    assert [fact.key for fact in queries.overdue_facts(date(2027, 2, 24))] == ["laju-maksimal", "laju-minimal"]
    assert queries.overdue_facts(date(2026, 12, 23)) == []
    assert queries.fact_values(version)["laju-minimal"] == "100"
    assert queries.needs() == {SLUG: ()}


def test_an_sop_is_neither_changed_nor_set_back(version: ModuleVersion) -> None:
    clauses = [("1.1", "Lain")]
    with transaction(), pytest.raises(Refused, match="sop_version_changed"):
        actions.store_sop("SOP-91", 1, "SOP uji", date(2026, 11, 23), clauses)
    with transaction():
        actions.store_sop("SOP-91", 3, "SOP uji", date(2026, 11, 23), clauses)
    with transaction(), pytest.raises(Refused, match="sop_version_older"):
        actions.store_sop("SOP-91", 2, "SOP uji", date(2026, 11, 23), clauses)


def test_two_modules_cannot_share_a_code(version: ModuleVersion, folder: Path) -> None:
    with transaction(), pytest.raises(Refused, match="module_code_taken"):
        actions.locked_module("lain", "U1", 2)
    (folder / SLUG).rename(folder / "lain")
    replace(folder, "lain/module.yaml", "slug: uji-lapor", "slug: lain")
    (folder / "programme.yaml").unlink()
    with pytest.raises(Refused) as refused:
        load(folder)
    assert "has this code" in str(refused.value.details["problems"])
