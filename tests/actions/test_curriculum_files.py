"""The real curriculum through the program: every file comes out as it went in, and goes in again unchanged."""

from pathlib import Path

from flask import Flask

from lms.authoring import actions
from lms.courses import queries as courses
from lms.db import transaction
from tests.house.content import COURSES

TEXTS = ("*.md", "*.yaml", "media/*")


def test_every_module_survives_export_and_import_byte_for_byte(app: Flask, tmp_path: Path) -> None:
    with transaction():
        loaded = actions.load_all(COURSES)
    assert len(loaded.published) == 8
    before = {version.module.slug: version.sha256 for version in courses.current_versions()}
    for slug in loaded.published:
        actions.export(slug, tmp_path / "out")
    went_in = {file.relative_to(COURSES) for slug in before for text in TEXTS for file in (COURSES / slug).glob(text)}
    came_out = {
        file.relative_to(tmp_path / "out") for slug in before for file in (tmp_path / "out" / slug).rglob("*.*")
    }
    assert came_out == went_in
    assert len(went_in) >= 47 + 8 * 3 + 35
    for file in went_in:
        assert (tmp_path / "out" / file).read_bytes() == (COURSES / file).read_bytes(), file
    with transaction():
        again = actions.load_all(tmp_path / "out")
    assert (again.published, set(again.unchanged)) == ((), set(before))
    assert {version.module.slug: version.sha256 for version in courses.current_versions()} == before
