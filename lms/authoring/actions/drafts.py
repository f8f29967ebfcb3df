"""Beginning a draft, saving its parts without ever losing an edit, and dropping it.

The part's row is the lock: whoever saves second finds the first one's revision. On SQLite the writing transaction is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.rules import may
from lms.audit import actions as audit
from lms.authoring import queries, rules
from lms.authoring.models import DraftEdit, DraftPart, WorkingDraft
from lms.authoring.queries.published_parts import of_facts, of_module, of_sop
from lms.courses import queries as courses
from lms.db import added, db
from lms.quizzes import rules as quizzes
from lms.refusals import Conflict, NotFound, Refused

EDIT = "write teaching material"


@dataclass(frozen=True)
class SavedPart:
    """The reply to a save: the revision that stands and when it was saved."""

    revision: int
    at: datetime


def begin(kind: str, name: str, by: int) -> WorkingDraft:
    """The draft of a module, an SOP or the facts ("fakta") that goes on, begun from what is published if there is none.

    NotFound without such a module or SOP; Refused("not_allowed").
    """
    _writer(by)
    found = _going_on(kind, name)
    if found is not None:
        return found
    base = _base(kind, name)
    draft = WorkingDraft(kind=kind, name=name, begun_by=by, begun_at=clock.now(), **base[0])
    if not added(draft):
        return _going_on(kind, name) or begin(kind, name, by)
    for position, (part_kind, key, content) in enumerate(base[1], 1):
        _new_part(draft, part_kind, key, position, content, None)
    audit.record("begin_draft", actor=by, subject=("working_draft", draft.id))
    return draft


def _base(kind: str, name: str) -> tuple[dict[str, Any], list[tuple[str, str, dict[str, Any]]]]:
    if kind == "facts":
        return {}, of_facts()
    if kind == "sop":
        sop = courses.sop(name)
        if sop is None:
            raise NotFound
        return {"base_number": sop.number}, of_sop(name, sop)
    version = courses.current(name)
    if version is None:
        raise NotFound
    return {"base_version_id": version.id}, of_module(version)


def begin_module(title: str, by: int) -> WorkingDraft:
    """A draft of a module that is new, with what can be known of it already; the name is made of the title.

    Refused "not_allowed", "title_missing", "module_exists".
    """
    _writer(by)
    name = rules.slug(title)
    if not title.strip() or not name:
        raise Refused("title_missing")
    if courses.current(name) is not None or _going_on("module", name):
        raise Refused("module_exists")
    versions = courses.current_versions()
    codes = {one.module.code for one in versions} | {
        str(part.content.get("code")) for part in db.session.scalars(select(DraftPart).filter_by(kind="module"))
    }
    position = max([one.module.position for one in versions], default=0) + 1
    draft = WorkingDraft(kind="module", name=name, begun_by=by, begun_at=clock.now())
    if not added(draft):
        raise Refused("module_exists")
    content = rules.new_module(name, title.strip(), rules.free_code(codes), position)
    _new_part(draft, "module", "module", 1, content, by)
    audit.record("begin_draft", actor=by, subject=("working_draft", draft.id))
    return draft


def save_part(
    draft_public_id: str, part_public_id: str, by: int, content: Mapping[str, Any], base_revision: int, client_key: str
) -> SavedPart:
    """Save the whole content of a part. The same client_key, or what stands already, gives the revision that stands.

    Conflict "part_conflict" (theirs=, yours=, base=, revision=, name=) where somebody has saved another content since
    base_revision: nothing of either is lost, the writer decides. NotFound; Refused "not_allowed", "draft_closed",
    "client_key_wrong".
    """
    part = _editable(draft_public_id, part_public_id, by, client_key)[1]
    sent = db.session.scalar(select(DraftEdit).filter_by(part_id=part.id, client_key=client_key))
    if sent is not None:
        return SavedPart(part.revision, part.edited_at)
    given = dict(content)
    if part.content == given and not part.removed:
        return SavedPart(part.revision, part.edited_at)
    if base_revision != part.revision:
        base = queries.edit(part.id, base_revision)
        raise Conflict(
            "part_conflict",
            theirs=part.content,
            yours=given,
            base=base.content if base else {},
            revision=part.revision,
            by=part.edited_by,
        )
    return _saved(part, given, by, client_key)


def add_part(
    draft_public_id: str, kind: str, key: str, content: Mapping[str, Any], by: int, client_key: str
) -> DraftPart:
    """A new part at the end of its kind; the same client_key gives the part that was made. A removed part of that key
    comes back with this content. Refused "part_exists", and as save_part."""
    draft = _open(draft_public_id, by, client_key)
    found = db.session.scalar(select(DraftPart).filter_by(draft_id=draft.id, kind=kind, key=key).with_for_update())
    if found is None:
        last = db.session.scalar(select(func.max(DraftPart.position)).where(DraftPart.draft_id == draft.id)) or 0
        return _new_part(draft, kind, key, last + 1, dict(content), by, client_key)
    if db.session.scalar(select(DraftEdit.id).filter_by(part_id=found.id, client_key=client_key)) is not None:
        return found
    if not found.removed:
        raise Refused("part_exists", key=key)
    _saved(found, dict(content), by, client_key)
    return found


def remove_part(draft_public_id: str, part_public_id: str, by: int, base_revision: int, client_key: str) -> None:
    """Take a part out; what it held stays in its history. Conflict where it was changed since."""
    part = _editable(draft_public_id, part_public_id, by, client_key)[1]
    if part.removed:
        return
    if base_revision != part.revision:
        raise Conflict(
            "part_conflict", theirs=part.content, yours={}, base={}, revision=part.revision, by=part.edited_by
        )
    _saved(part, part.content, by, client_key, removed=True)


def move_part(draft_public_id: str, part_public_id: str, by: int, up: bool, client_key: str) -> None:
    """Move a part one place up or down among those of its kind; nothing at the end of the list."""
    draft, part = _editable(draft_public_id, part_public_id, by, client_key)
    if db.session.scalar(select(DraftEdit.id).filter_by(part_id=part.id, client_key=client_key)) is not None:
        return
    row = queries.parts(draft.id, part.kind)
    at = next((number for number, one in enumerate(row) if one.id == part.id), None)
    if at is None or not 0 <= (to := at - 1 if up else at + 1) < len(row):
        return
    before = {number: one.key for number, one in enumerate(row, 1)}
    other = row[to]
    part.position, other.position = other.position, part.position
    db.session.flush()
    if part.kind == "lesson":
        _renumber(draft, before, by, client_key)
    _saved(part, part.content, by, client_key)


def _renumber(draft: WorkingDraft, before: Mapping[int, str], by: int, client_key: str) -> None:
    """Exercises and items name their lesson by its number: they follow the lessons when these change places."""
    places = {one.key: number for number, one in enumerate(queries.parts(draft.id, "lesson"), 1)}
    for one in queries.parts(draft.id):
        changed = rules.with_lessons(one.kind, one.key, one.content, places, before)
        if changed != one.content:
            _saved(one, changed, by, f"{client_key[:40]}-{one.id}")


def drop(draft_public_id: str, by: int) -> None:
    """Give a draft up; its parts stay in their history, and a new draft begins from what is published."""
    _writer(by)
    draft = locked(draft_public_id)
    if draft.state != "open":
        raise Refused("draft_closed")
    draft.state, draft.ended_at = "dropped", clock.now()
    audit.record("drop_draft", actor=by, subject=("working_draft", draft.id))


def _going_on(kind: str, name: str) -> WorkingDraft | None:
    found = queries.going_on(kind, name)
    return found[0] if found else None


def _writer(person_id: int) -> None:
    if not may(accounts.appointed_roles(person_id), EDIT):
        raise Refused("not_allowed")


def locked(public_id: str) -> WorkingDraft:
    """The draft that an address names, its row locked until the transaction ends; NotFound if there is none."""
    query = select(WorkingDraft).where(WorkingDraft.public_id == public_id).with_for_update()
    draft = db.session.scalar(query.execution_options(populate_existing=True))
    if draft is None:
        raise NotFound
    return draft


def _open(public_id: str, by: int, client_key: str) -> WorkingDraft:
    """The draft under lock, if this person may write in it now."""
    _writer(by)
    if problem := quizzes.key_problem(client_key):
        raise Refused(problem)
    draft = locked(public_id)
    if draft.state != "open":
        raise Refused("draft_closed")
    return draft


def _editable(draft_public_id: str, part_public_id: str, by: int, client_key: str) -> tuple[WorkingDraft, DraftPart]:
    draft = _open(draft_public_id, by, client_key)
    return draft, queries.part(draft.id, part_public_id)


def _saved(
    part: DraftPart, content: Mapping[str, Any], by: int, client_key: str, *, removed: bool = False
) -> SavedPart:
    at = clock.now()
    part.content, part.removed = dict(content), removed
    part.revision, part.edited_by, part.edited_at = part.revision + 1, by, at
    db.session.add(_edit(part, by, client_key, at))
    db.session.flush()
    return SavedPart(part.revision, at)


def _new_part(
    draft: WorkingDraft,
    kind: str,
    key: str,
    position: int,
    content: dict[str, Any],
    by: int | None,
    client_key: str = "begin",
) -> DraftPart:
    at = clock.now()
    part = DraftPart(
        draft_id=draft.id,
        kind=kind,
        key=key,
        position=position,
        content=content,
        revision=1,
        edited_by=by,
        edited_at=at,
    )
    db.session.add(part)
    db.session.flush()
    db.session.add(_edit(part, by, client_key, at))
    db.session.flush()
    return part


def _edit(part: DraftPart, by: int | None, client_key: str, at: datetime) -> DraftEdit:
    return DraftEdit(
        part_id=part.id,
        revision=part.revision,
        content=part.content,
        removed=part.removed,
        by=by,
        client_key=client_key,
        at=at,
    )
