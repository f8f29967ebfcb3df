"""Whether every frozen version is still what was published."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from lms.courses.models import FactVersion, Lesson, ModuleVersion, Picture, SopVersion
from lms.db import db


def violations() -> dict[str, int]:
    """Frozen rows that are no longer what was published (invariant 8): SOPs, versions, lessons, words, pictures."""
    sop_rows = db.session.scalars(
        select(SopVersion).options(selectinload(SopVersion.clauses), joinedload(SopVersion.sop))
    )
    versions = db.session.scalars(
        select(ModuleVersion).options(selectinload(ModuleVersion.lessons).selectinload(Lesson.texts))
    ).all()
    known: dict[int, dict[str, str]] = {one.id: {} for one in versions}
    for picture_row in db.session.scalars(select(Picture)):
        known[picture_row.module_version_id][picture_row.file] = picture_row.sha256
    return {
        "sop_version_hash": sum(not one.is_intact() for one in sop_rows),
        "module_version_hash": sum(not one.is_intact(known[one.id]) for one in versions),
        "frozen_fact": sum(not _facts_stand(one.manifest["facts"]) for one in versions),
    }


def _facts_stand(frozen: Mapping[str, Any]) -> bool:
    rows = select(FactVersion).where(FactVersion.key.in_(frozen))
    stored = {(f.key, f.number): (f.value, f.reviewed_on.isoformat()) for f in db.session.scalars(rows)}
    return all(stored.get((key, f["number"])) == (f["value"], f["reviewed_on"]) for key, f in frozen.items())
