"""Drills as an assessor reads them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from lms.courses import rules as courses
from lms.courses.models import Module, ModuleVersion
from lms.db import db
from lms.practice import rules
from lms.practice.models import DrillText, DrillVersion


@dataclass(frozen=True)
class DrillView:
    """A drill as an assessor reads it; stored has the ids, text the words with the facts put in (see models)."""

    id: int
    public_id: str
    module_id: int
    module_version_id: int
    slug: str
    code: str
    module_title: str
    stored: dict[str, Any]
    text: dict[str, Any]

    @property
    def rubric(self) -> rules.Rubric:
        """What decides on a pass."""
        return rules.rubric(self.stored)


def drills(language: str) -> Select[DrillVersion, ModuleVersion, DrillText]:
    """Drills with their version and words, for more conditions; a row is what view takes."""
    texts = (DrillText.drill_version_id == DrillVersion.id) & (DrillText.language == language)
    return (
        select(DrillVersion, ModuleVersion, DrillText)
        .join(ModuleVersion, ModuleVersion.id == DrillVersion.module_version_id)
        .join(DrillText, texts)
    )


def view(drill: DrillVersion, version: ModuleVersion, text: DrillText) -> DrillView:
    """A row of drills as it is read, facts put in."""
    facts = {key: fact["value"] for key, fact in version.manifest.get("facts", {}).items()}
    module = version.module
    words = courses.filled(text.text, facts)
    return DrillView(
        drill.id, drill.public_id, module.id, version.id, module.slug, module.code, version.title, drill.rubric, words
    )


def drill(public_id: str, language: str = "id") -> DrillView | None:
    """The drill of that public id."""
    row = db.session.execute(drills(language).where(DrillVersion.public_id == public_id)).first()
    return view(*row) if row else None


def drills_current(language: str = "id") -> list[DrillView]:
    """The drill of the newest version of each module that has one, in the order of the modules. One query."""
    newer = aliased(ModuleVersion)
    is_newest = ~exists().where(newer.module_id == ModuleVersion.module_id, newer.number > ModuleVersion.number)
    query = drills(language).join(Module, Module.id == ModuleVersion.module_id).where(is_newest)
    return [view(*row) for row in db.session.execute(query.order_by(Module.position))]
