"""Whether published items and drills are still what was published."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lms.courses.models import ModuleVersion, digest
from lms.db import db
from lms.practice.models import DrillText, DrillVersion
from lms.quizzes.models import ItemVersion, ModuleItem


def violations() -> dict[str, int]:
    """Items and drills of published versions that are no longer what was published (invariant 8)."""
    items: dict[int, list[str]] = {}
    broken_items = broken_drills = 0
    drawn = select(ModuleItem.module_version_id, ItemVersion).join(ItemVersion).order_by(ModuleItem.position)
    for version_id, item in db.session.execute(drawn.options(selectinload(ItemVersion.texts))):
        items.setdefault(version_id, []).append(item.sha256)
        broken_items += not _is_intact_item(item)
    drills = {drill.module_version_id: drill for drill in db.session.scalars(select(DrillVersion))}
    words: dict[int, dict[str, DrillText]] = {}
    for one in db.session.scalars(select(DrillText)):
        words.setdefault(one.drill_version_id, {})[one.language] = one
    mismatched = 0
    for version in db.session.scalars(select(ModuleVersion)):
        drill = drills.get(version.id)
        mismatched += items.get(version.id, []) != version.manifest["items"]
        mismatched += (drill.sha256 if drill else None) != version.manifest["drill"]
        if drill:
            broken_drills += not _is_intact_drill(drill, words.get(drill.id, {}), version.language)
    return {"item_version_hash": broken_items, "drill_version_hash": broken_drills, "module_version_parts": mismatched}


def _is_intact_item(item: ItemVersion, language: str = "id") -> bool:
    words = {one.language: one.sha256 for one in item.texts if one.sha256 == digest(one.text)}
    parts = [item.item.key, item.kind, item.critical, item.key, item.tags, words.get(language, "")]
    return len(words) == len(item.texts) and item.sha256 == digest(parts)


def _is_intact_drill(drill: DrillVersion, texts_of: Mapping[str, DrillText], language: str) -> bool:
    source = texts_of[language].sha256 if language in texts_of else ""
    unchanged = all(one.sha256 == digest(one.text) for one in texts_of.values())
    return unchanged and drill.sha256 == digest([drill.rubric, source])
