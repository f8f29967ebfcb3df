"""Loading course folders: what is frozen, when a new version comes, that nothing is half written, and the way back."""

import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import CursorResult, func, select, text

from lms.authoring import actions, queries
from lms.courses import queries as courses
from lms.courses.models import FactVersion, Lesson, ModuleVersion, Sop
from lms.courses.rules import Problem
from lms.db import db, transaction
from lms.practice.models import DrillText, DrillVersion
from lms.quizzes.models import ItemText, ItemVersion, ModuleItem
from lms.refusals import NotFound, Refused

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "courses"
SLUG = "uji-lapor"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the valid folder, to be changed."""
    return Path(shutil.copytree(FIXTURES / "valid", tmp_path / "courses"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace every place of old, which must be there."""
    whole = (folder / file).read_text()
    assert old in whole
    (folder / file).write_text(whole.replace(old, new))


def load(folder: Path) -> actions.Loaded:
    """Load a folder in a transaction of its own, as the command does."""
    with transaction():
        return actions.load_all(folder)


def problems(refused: Refused) -> list[Problem]:
    """What a refusal says is wrong with the files."""
    found = refused.details["problems"]
    assert isinstance(found, list)
    return found


def current() -> ModuleVersion:
    """The newest version of the module."""
    found = courses.current(SLUG)
    assert found is not None
    return found


def intact() -> bool:
    """Whether every published version is what was published."""
    return not any((courses.violations() | queries.violations()).values())


def test_a_folder_is_loaded_once(app: Flask, folder: Path) -> None:
    first = load(folder)
    assert (first.published, first.unchanged) == ((SLUG,), ())
    assert first.programme is not None
    again = load(folder)
    assert (again.published, again.unchanged) == ((), (SLUG,))
    assert db.session.scalar(select(func.count()).select_from(ModuleVersion)) == 1
    assert db.session.scalar(select(func.count()).select_from(FactVersion)) == 3
    assert intact()


def test_what_is_stored(app: Flask, folder: Path) -> None:
    load(folder)
    manifest = current().manifest
    assert manifest["module"]["exam"] == {
        "draw": 5, "critical": 2, "pass": "4/5", "attempts": 3, "pause_minutes": 1440, "rounds": 2,
        "limit_minutes": None,
    }  # fmt: skip
    assert manifest["facts"]["nomor-uji"] == {"number": 1, "value": "112", "reviewed_on": "2026-11-23"}
    assert sorted(manifest["facts"]) == ["laju-maksimal", "laju-minimal", "nomor-uji"]
    items = {one.item.key: one for one in db.session.scalars(select(ItemVersion))}
    assert items["u1-06-angka"].key == {"min": "100", "max": "120"}
    assert items["u1-03-benar-salah"].critical
    assert items["u1-03-benar-salah"].tags == {
        "lesson": 2, "objective": "lapor", "clause": "SOP-91/1.2", "difficulty": 1,
    }  # fmt: skip
    words = db.session.scalars(select(ItemText).where(ItemText.item_version_id == items["u1-06-angka"].id)).one()
    assert words.text["reason"] == "Antara {fakta:laju-minimal} dan {fakta:laju-maksimal}."
    drill = db.session.scalars(select(DrillVersion)).one()
    assert drill.rubric["criteria"][0] == {"id": "jarak", "station": "s1", "critical": True, "clause": "SOP-91/1.1"}
    assert drill.rubric["pass"] == {"of": "rest", "share": "3/4"}
    assert db.session.scalars(select(DrillText)).one().text["instant_fail"] == {"memegang": {"text": "Memegang orang"}}


def test_a_changed_item_is_a_new_version_and_the_others_stay(app: Flask, folder: Path) -> None:
    load(folder)
    change(folder, f"{SLUG}/questions.yaml", "Anda boleh menahan orang.", "Anda boleh mengejar orang.")
    assert load(folder).published == (SLUG,)
    assert current().number == 2
    assert db.session.scalar(select(func.count()).select_from(ItemVersion)) == 8
    assert db.session.scalar(select(func.count()).select_from(ModuleItem)) == 14
    newest = select(ItemVersion.number).order_by(ItemVersion.id.desc()).limit(1)
    assert db.session.scalar(newest) == 2
    assert intact()


def test_going_back_to_old_words_uses_the_old_item_version(app: Flask, folder: Path) -> None:
    load(folder)
    change(folder, f"{SLUG}/questions.yaml", "Anda boleh menahan orang.", "Anda boleh mengejar orang.")
    load(folder)
    change(folder, f"{SLUG}/questions.yaml", "Anda boleh mengejar orang.", "Anda boleh menahan orang.")
    load(folder)
    assert current().number == 3
    assert db.session.scalar(select(func.count()).select_from(ItemVersion)) == 8
    assert intact()


@pytest.mark.parametrize(("file", "old", "new"), [
    ("uji-lapor/module.yaml", "draw: 5", "draw: 4"),
    ("uji-lapor/module.yaml", "sebagai tanda", "sebagai lambang"),
    ("uji-lapor/drill.yaml", "Dua lengan", "Tiga lengan"),
    ("uji-lapor/media/tanda.svg", 'r="40"', 'r="30"'),
    ("facts.yaml", 'value: "112"', 'value: "113"'),
    ("facts.yaml", "reviewed_on: 2026-11-20", "reviewed_on: 2026-11-22"),
    ("sop/SOP-91.yaml", "version: 1", "version: 2"),
])  # fmt: skip
def test_any_change_of_what_members_read_is_a_new_version(
    app: Flask, folder: Path, file: str, old: str, new: str
) -> None:
    load(folder)
    if new == "sebagai lambang":
        change(folder, "uji-lapor/01-melihat.md", old, new)
    change(folder, file, old, new)
    assert load(folder).published == (SLUG,)
    assert intact()


def test_a_comment_is_no_change(app: Flask, folder: Path) -> None:
    load(folder)
    change(folder, "uji-lapor/module.yaml", "order: 1", "order: 1  # pertama")
    assert load(folder).unchanged == (SLUG,)


def test_a_malformed_folder_is_refused_whole(app: Flask, folder: Path) -> None:
    shutil.copytree(FIXTURES / "malformed" / "rusak", folder / "rusak")
    with pytest.raises(Refused) as refused:
        load(folder)
    assert refused.value.code == "courses_malformed"
    assert "rusak/drill.yaml" in {one.file for one in problems(refused.value)}
    for table in (Sop, FactVersion, ModuleVersion):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_an_sop_keeps_the_words_of_its_version(app: Flask, folder: Path) -> None:
    load(folder)
    change(folder, "sop/SOP-91.yaml", "dari tempat aman", "dari mana saja")
    with pytest.raises(Refused) as refused:
        load(folder)
    assert [(one.file, one.line) for one in problems(refused.value)] == [("sop/SOP-91.yaml", 3)]
    change(folder, "sop/SOP-91.yaml", "version: 1", "version: 2")
    load(folder)
    assert courses.clause("SOP-91/1.1") == "Anggota menelepon 112 dari mana saja."
    assert courses.lesson(current().id, 1).clauses[0][1] == "Anggota menelepon 112 dari mana saja."


def test_an_older_version_keeps_its_facts_and_clauses(app: Flask, folder: Path) -> None:
    load(folder)
    old = current().id
    change(folder, "facts.yaml", 'value: "112"', 'value: "113"')
    change(folder, "sop/SOP-91.yaml", "version: 1", "version: 2")
    change(folder, "sop/SOP-91.yaml", "dari tempat aman", "dari pos")
    load(folder)
    assert courses.lesson(old, 1).clauses[0][1] == "Anggota menelepon 112 dari tempat aman."
    assert courses.lesson(current().id, 1).clauses[0][1] == "Anggota menelepon 113 dari pos."
    assert courses.facts()["nomor-uji"].number == 2


def test_export_and_import_give_the_same(app: Flask, folder: Path, tmp_path: Path) -> None:
    change(folder, "facts.yaml", 'value: "112"', 'value: "111"')
    load(folder)
    change(folder, "facts.yaml", 'value: "111"', 'value: "112"')
    load(folder)
    before = current().sha256
    actions.export(SLUG, tmp_path / "out")
    actions.export(SLUG, tmp_path / "out")
    for file in sorted((folder / SLUG).rglob("*.*")):
        assert (tmp_path / "out" / SLUG / file.relative_to(folder / SLUG)).read_bytes() == file.read_bytes()
    assert load(tmp_path / "out").unchanged == (SLUG,)
    assert current().sha256 == before


def test_an_export_gives_the_same_version_on_another_installation(app: Flask, folder: Path, tmp_path: Path) -> None:
    change(folder, "facts.yaml", 'value: "112"', 'value: "111"')
    load(folder)
    change(folder, "facts.yaml", 'value: "111"', 'value: "112"')
    load(folder)
    actions.export(SLUG, tmp_path / "out")
    sha256, values = current().sha256, current().manifest["facts"]
    empty_everything()
    load(tmp_path / "out" / SLUG)
    assert current().manifest["facts"] == values
    assert (current().number, current().sha256) == (1, sha256)
    assert intact()


def empty_everything() -> None:
    """Make the database as new as that of another installation: without the triggers that keep the rows."""
    with transaction():
        for table in reversed(db.metadata.sorted_tables):
            for name in (f"{table.name}_no_update", f"{table.name}_no_delete"):
                if db.engine.dialect.name == "sqlite":
                    db.session.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        if db.engine.dialect.name == "sqlite":
            for table in reversed(db.metadata.sorted_tables):
                db.session.execute(table.delete())
        else:
            db.session.execute(text("SET session_replication_role = replica"))
            for table in reversed(db.metadata.sorted_tables):
                db.session.execute(table.delete())
            db.session.execute(text("SET session_replication_role = DEFAULT"))
    db.session.remove()


def test_export_overwrites_nothing(app: Flask, folder: Path, tmp_path: Path) -> None:
    load(folder)
    (tmp_path / "out" / SLUG).mkdir(parents=True)
    (tmp_path / "out" / SLUG / "module.yaml").write_text("milik orang lain")
    with pytest.raises(Refused, match="export_would_overwrite"):
        actions.export(SLUG, tmp_path / "out")
    assert [one.name for one in (tmp_path / "out").rglob("*.*")] == ["module.yaml"]
    with pytest.raises(NotFound):
        actions.export("tidak-ada", tmp_path / "out")


def tampered(statement: str) -> dict[str, int]:
    """The violations after a change behind the program's back: what somebody with the database's password can do."""
    with transaction():
        table = statement.split()[1]
        if db.engine.dialect.name == "sqlite":
            db.session.execute(text(f"DROP TRIGGER {table}_no_update"))
        else:
            db.session.execute(text("SET session_replication_role = replica"))
        changed = db.session.execute(text(statement))
        assert isinstance(changed, CursorResult)
        assert changed.rowcount > 0
        if db.engine.dialect.name != "sqlite":
            db.session.execute(text("SET session_replication_role = DEFAULT"))
    db.session.remove()
    found = courses.violations() | queries.violations()
    return {name: count for name, count in found.items() if count}


@pytest.mark.parametrize(("statement", "broken"), [
    ("UPDATE sop_clause SET text = 'x' WHERE number = '1.1'", "sop_version_hash"),
    ("UPDATE sop_version SET effective = '2020-01-01'", "sop_version_hash"),
    ("UPDATE module_version SET title = 'x'", "module_version_hash"),
    ("UPDATE module_version SET sha256 = 'x'", "module_version_hash"),
    ("UPDATE lesson SET minutes = 8", "module_version_hash"),
    ("UPDATE lesson_text SET text = '{}'", "module_version_hash"),
    ("UPDATE lesson_text SET text = '{}', sha256 = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'",
     "module_version_hash"),
    ("UPDATE picture SET sha256 = 'x'", "module_version_hash"),
    ("UPDATE fact_version SET value = 'x' WHERE key = 'nomor-uji'", "frozen_fact"),
    ("UPDATE item_version SET critical = NOT critical", "item_version_hash"),
    ("UPDATE item_text SET text = '{}'", "item_version_hash"),
    ("UPDATE item_version SET sha256 = id", "module_version_parts"),
    ("UPDATE drill_version SET rubric = '{}'", "drill_version_hash"),
    ("UPDATE drill_text SET text = '{}'", "drill_version_hash"),
    ("UPDATE drill_version SET sha256 = 'x'", "module_version_parts"),
])  # fmt: skip
def test_what_was_changed_afterwards_shows(app: Flask, folder: Path, statement: str, broken: str) -> None:
    load(folder)
    assert intact()
    assert broken in tampered(statement)


def test_the_real_courses_load(app: Flask) -> None:
    loaded = load(Path(__file__).resolve().parents[2] / "courses")
    assert len(loaded.published) == 8
    assert loaded.published[:2] == ("pelaporan-kejadian", "koordinasi-dengan-kepolisian")
    versions = [version.id for version in courses.current_versions()]
    lessons = db.session.execute(select(Lesson.module_version_id, Lesson.number)).all()
    assert len(lessons) == 47
    for version_id, number in lessons:
        view = courses.lesson(version_id, number)
        assert version_id in versions
        assert len(view.practice) == 3
        assert "{fakta" not in f"{view}"
        assert all(words for _, words in view.clauses)
    assert intact()
