"""Publishing a new version of an SOP, or changed facts, from their drafts."""

from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from lms.authoring import models, queries
from lms.authoring.actions.publishing import republish
from lms.authoring.models import DraftReview, WorkingDraft
from lms.courses import actions as courses
from lms.courses import queries as published
from lms.courses.rules import Place, Problem, fact_problems
from lms.refusals import Refused

_SOP: TypeAdapter[models.Sop] = TypeAdapter(models.Sop)
_FACT: TypeAdapter[models.Fact] = TypeAdapter(models.Fact)
_DATES = ("effective", "reviewed_on", "review_due")


def register_problems(draft: WorkingDraft) -> list[Problem]:
    """What is wrong in the parts of a draft of an SOP or of the facts; file is the key of the part."""
    found: list[Problem] = []
    known = set(published.facts())
    for part in queries.parts(draft.id):
        try:
            (_SOP if part.kind == "sop" else _FACT).validate_python(_typed(part.content))
        except ValidationError as refused:
            for error in refused.errors(include_url=False, include_context=False, include_input=False):
                where = ".".join(str(step + 1 if isinstance(step, int) else step) for step in error["loc"])
                found.append(Problem(part.key, 1, f"{where}: {error['msg'].removeprefix('Value error, ')}"))
        if part.kind == "sop":
            found += fact_problems(Place(part.key), dict(part.content), known)
    return found


def _typed(content: Any) -> dict[str, Any]:
    """The content with its dates as dates; what is no date stays as it is and is told."""
    typed = dict(content)
    for name in _DATES:
        try:
            typed[name] = date.fromisoformat(typed[name]) if name in typed else None
        except (TypeError, ValueError):
            continue
    return {name: value for name, value in typed.items() if value is not None or name == "approved_by"}


def publish_sop(draft: WorkingDraft, _sent: DraftReview, by: int) -> int:
    """Freeze the next version of the SOP; modules that teach it are published again with it, as editorial changes.

    Refused "clause_in_use" (ref, titles) where a clause is gone that a module still refers to.
    """
    sop = _SOP.validate_python(_typed(queries.parts(draft.id)[0].content))
    clauses = [(one.number, one.text) for one in sop.clauses]
    version = courses.store_sop(sop.number, sop.version, sop.title, sop.effective, clauses, sop.card.model_dump())
    for slug, refs in queries.clauses_used(sop.number).items():
        if gone := sorted(refs - {number for number, _text in clauses}):
            raise Refused("clause_in_use", clause=f"{sop.number}/{gone[0]}", module=slug)
        republish(slug, by)
    return version.id


def publish_facts(draft: WorkingDraft, _sent: DraftReview, by: int) -> int:
    """Freeze the facts that were changed; modules that name them are published again, as editorial changes."""
    changed = set()
    for part in queries.parts(draft.id):
        if part.edited_by is not None:
            courses.store_fact(**_FACT.validate_python(_typed(part.content)).model_dump(exclude={"number"}))
            changed.add(part.key)
    if not changed:
        raise Refused("nothing_changed")
    for version in published.current_versions():
        if changed & version.manifest["facts"].keys():
            republish(version.module.slug, by)
    return draft.id
