"""Course files as they are written: SOPs and facts from the register, modules from the parts of a draft."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from sqlalchemy import select

from lms.authoring.models import DraftPart
from lms.courses.models import FactVersion, Sop, SopVersion
from lms.db import db

# In the order of facts.yaml.
FACT_COLUMNS = ("key", "value", "label", "area", "confidence", "source", "reviewed_on", "review_due", "approved_by",
                "number")  # fmt: skip


def sop_file(number: str, version: int) -> bytes:
    """sop/SOP-NN.yaml of a stored version."""
    one = db.session.scalars(
        select(SopVersion).join(Sop).where(Sop.number == number, SopVersion.number == version)
    ).one()
    clauses = [{"number": clause.number, "text": clause.text} for clause in one.clauses]
    head = {"number": number, "title": one.title, "version": one.number, "effective": one.effective}
    return dumped({**head, "clauses": clauses, "card": one.card})


def facts_file(frozen: Mapping[str, Any]) -> bytes:
    """Every fact: in the version that was frozen, else in the newest."""
    rows = db.session.scalars(select(FactVersion).order_by(FactVersion.key, FactVersion.number))
    chosen = {one.key: one for one in rows if one.key not in frozen or frozen[one.key]["number"] == one.number}
    return dumped([{name: getattr(one, name) for name in FACT_COLUMNS} for one in chosen.values()])


def dumped(value: Any) -> bytes:
    """A value as YAML, keys in their order."""
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120).encode()


LESSON_KEYS = ("title", "objective", "minutes", "clauses", "scenario", "facts", "do", "dont", "sources", "practice")


def lesson_name(position: int, key: str) -> str:
    """The file name of a lesson: 01-darurat-atau-bukan.md."""
    return f"{position:02d}-{key}.md"


def module_files(parts: Sequence[DraftPart], before: Mapping[str, bytes]) -> dict[str, bytes]:
    """The text files of a module from the parts of its draft.

    before are the files that the draft began from: one whose parts nobody has touched stays byte for byte as it was.
    """
    kept = [one for one in parts if not one.removed]
    lessons = [one for one in kept if one.kind == "lesson"]
    found = {lesson_name(n, one.key): _lesson(one, before.get(lesson_name(n, one.key)))
             for n, one in enumerate(lessons, 1)}  # fmt: skip
    found["module.yaml"] = _whole(parts, ("module", "picture"), before.get("module.yaml"), _module)
    found["questions.yaml"] = _whole(parts, ("item",), before.get("questions.yaml"), _items)
    if any(one.kind == "drill" for one in kept):
        found["drill.yaml"] = _whole(parts, ("drill",), before.get("drill.yaml"), lambda given: given[0].content)
    return found


def _whole(parts: Sequence[DraftPart], kinds: tuple[str, ...], before: bytes | None, make: Any) -> bytes:
    own = [one for one in parts if one.kind in kinds]
    if before is not None and all(one.edited_by is None and one.revision == 1 for one in own):
        return before
    return dumped(make([one for one in own if not one.removed]))


def _module(parts: Sequence[DraftPart]) -> dict[str, Any]:
    content = next(dict(one.content) for one in parts if one.kind == "module")
    content["pictures"] = [
        {"file": one.key, "alt": one.content.get("alt", "")} for one in parts if one.kind == "picture"
    ]
    return content


def _items(parts: Sequence[DraftPart]) -> list[dict[str, Any]]:
    return [dict(one.content) for one in parts]


def _lesson(part: DraftPart, before: bytes | None) -> bytes:
    if before is not None and part.edited_by is None and part.revision == 1:
        return before
    front = {name: part.content[name] for name in LESSON_KEYS if name in part.content}
    body = str(part.content.get("body", "")).strip("\n")
    return b"---\n" + dumped(front) + b"---\n" + body.encode() + b"\n"
