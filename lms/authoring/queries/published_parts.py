"""What is published, as the parts of a draft: (kind, key, content) in order; content has the shape of the files."""

from typing import Any

from sqlalchemy import select

from lms.courses import queries as courses
from lms.courses.models import ModuleSource, ModuleVersion, Picture, SopVersion
from lms.db import db
from lms.files import front_matter, yaml_document
from lms.storage import queries as storage

Part = tuple[str, str, dict[str, Any]]


def of_module(version: ModuleVersion) -> list[Part]:
    """The parts of a published version, from the files that it was made of."""
    files = {}
    for file, sha256 in db.session.execute(
        select(ModuleSource.file, ModuleSource.sha256).filter_by(module_version_id=version.id)
    ):
        stored = storage.load(sha256)
        files[file] = stored.content.decode("utf-8-sig").replace("\r\n", "\n") if stored else ""
    module = yaml_document(files["module.yaml"], 1).value
    module.pop("pictures", None)
    found: list[Part] = [("module", "module", module)]
    found += [("lesson", name[3:-3], _lesson(files[name])) for name in sorted(files) if name.endswith(".md")]
    found += [("item", one["key"], one) for one in yaml_document(files["questions.yaml"], 1).value]
    found.append(("drill", "drill", yaml_document(files["drill.yaml"], 1).value))
    pictures = select(Picture).filter_by(module_version_id=version.id).order_by(Picture.id)
    for one in db.session.scalars(pictures):
        found.append(("picture", one.file, {"alt": one.alt, "sha256": one.sha256}))
    return found


def _lesson(source: str) -> dict[str, Any]:
    split = front_matter(source)
    assert split is not None  # it was read from this when it was published
    front, body, _line = split
    content: dict[str, Any] = yaml_document(front, 1).value
    return content | {"body": body.strip("\n")}


def of_sop(number: str, version: SopVersion) -> list[Part]:
    """The one part of an SOP: title, effective date, clauses and card; the number of its version is the next one."""
    content = {
        "number": number,
        "title": version.title,
        "version": version.number + 1,
        "effective": version.effective.isoformat(),
        "clauses": [{"number": one.number, "text": one.text} for one in version.clauses],
        "card": version.card or {"do": [], "never": [], "call": []},
    }
    return [("sop", number, content)]


def of_facts() -> list[Part]:
    """Every fact in its newest version."""
    names = ("value", "label", "area", "confidence", "source", "approved_by")
    return [
        ("fact", key, {"key": key, **{name: getattr(fact, name) for name in names},
                       "reviewed_on": fact.reviewed_on.isoformat(), "review_due": fact.review_due.isoformat()})
        for key, fact in courses.facts().items()
    ]  # fmt: skip
