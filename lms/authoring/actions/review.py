"""The review of a draft by a second trainer, and publishing what was approved."""

from datetime import date

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.rules import may
from lms.audit import actions as audit
from lms.authoring import queries, rules
from lms.authoring.actions.drafts import locked
from lms.authoring.actions.publishing import publish
from lms.authoring.actions.register import publish_facts, publish_sop, register_problems
from lms.authoring.models import DraftReview, ReviewComment, VersionChange, WorkingDraft
from lms.courses import actions as courses
from lms.courses import queries as published
from lms.courses.models import ModuleVersion
from lms.courses.rules import Problem
from lms.db import db
from lms.quizzes import actions as quizzes
from lms.refusals import NotFound, Refused

REVIEW = "review teaching material"


def send(public_id: str, by: int, change: str, due: date | None = None) -> DraftReview:
    """Send a draft for review, saying what kind of change it is; nothing in it is edited until it comes back.

    Refused "not_allowed", "draft_closed", "change_unknown", "retest_due_wrong" (a re-test needs a date ahead),
    "draft_incomplete" (problems), "nothing_changed".
    """
    _allowed(by, "write teaching material")
    draft = locked(public_id)
    if draft.state != "open":
        raise Refused("draft_closed")
    if change not in rules.CHANGES:
        raise Refused("change_unknown")
    if (change == "retest") != (due is not None) or (due is not None and due <= clock.today()):
        raise Refused("retest_due_wrong")
    if problems := problems_of(draft):
        raise Refused("draft_incomplete", problems=problems)
    if not queries.contributors(draft.id):
        raise Refused("nothing_changed")
    draft.state = "in_review"
    return _step(draft, "sent", by, change, due)


def problems_of(draft: WorkingDraft) -> list[Problem]:
    """Everything that forbids publishing a draft as it stands."""
    if draft.kind == "module":
        return list(queries.checked(draft).problems)
    return register_problems(draft)


def take_back(public_id: str, by: int) -> DraftReview:
    """Take a draft back from review to go on with it. Refused "not_allowed", "draft_not_in_review"."""
    _allowed(by, "write teaching material")
    draft = _in_review(public_id)
    draft.state = "open"
    return _step(draft, "taken_back", by)


def return_(public_id: str, by: int, comment: str, part_public_id: str | None = None) -> DraftReview:
    """Give a draft back to its writers with a comment, about one part where that is named.

    Refused "not_allowed", "draft_not_in_review", "own_draft", "comment_missing".
    """
    draft = _reviewable(public_id, by)
    if not comment.strip():
        raise Refused("comment_missing")
    add_comment(draft, by, comment, part_public_id)
    draft.state = "open"
    return _step(draft, "returned", by)


def add_comment(draft: WorkingDraft, by: int, comment: str, part_public_id: str | None = None) -> ReviewComment:
    """A comment on a draft or one of its parts."""
    part = queries.part(draft.id, part_public_id) if part_public_id else None
    row = ReviewComment(
        draft_id=draft.id, part_id=part.id if part else None, text=comment.strip()[:1000], by=by, at=clock.now()
    )
    db.session.add(row)
    db.session.flush()
    return row


def answer_comment(public_id: str, comment_public_id: str, by: int) -> None:
    """Mark a comment as done; once. NotFound; Refused("not_allowed")."""
    _allowed(by, "write teaching material")
    draft = queries.draft(public_id)
    row = next((one for one, _name in queries.comments(draft.id) if one.public_id == comment_public_id), None)
    if row is None:
        raise NotFound
    if row.done_at is None:
        row.done_by, row.done_at = by, clock.now()
        db.session.flush()


def approve(public_id: str, by: int, content_sha256: str) -> WorkingDraft:
    """Approve what was read (its hash) and publish it; the same draft approved already is given back.

    Refused "not_allowed", "draft_not_in_review", "own_draft", "version_changed" (something else was read),
    "draft_incomplete" (problems: facts or SOPs have changed meanwhile), "nothing_changed".
    """
    found = queries.draft(public_id)
    if found.state == "published":
        return found
    draft = _reviewable(public_id, by)
    sent = queries.sent(draft.id)
    if sent is None or content_sha256 != queries.content_sha256(draft.id) or sent.content_sha256 != content_sha256:
        raise Refused("version_changed")
    if problems := problems_of(draft):
        raise Refused("draft_incomplete", problems=problems)
    draft.published_id = {"module": _publish_module, "sop": publish_sop, "facts": publish_facts}[draft.kind](
        draft, sent, by
    )
    draft.state, draft.ended_at = "published", clock.now()
    _step(draft, "approved", by, sent.change, sent.due)
    return draft


def _publish_module(draft: WorkingDraft, sent: DraftReview, by: int) -> int:
    """The new version, how it came to be, whose items it holds, and what it asks of those who read or passed before."""
    assert sent.change is not None  # "sent" always names it
    before = published.current(draft.name)
    read = queries.checked(draft)
    version = publish(read.drafts[0], by)
    if before is not None and version.id == before.id:
        raise Refused("nothing_changed")
    db.session.add(
        VersionChange(
            module_version_id=version.id,
            draft_id=draft.id,
            change=sent.change,
            due=sent.due,
            sent_by=sent.by,
            approved_by=by,
            at=clock.now(),
        )
    )
    writers = {
        key: people | {by} for key, people in queries.item_writers(draft.id).items()
    }  # whoever wrote a changed item, and who has just read it
    quizzes.note_writers(version.module_id, writers)
    if before is not None:
        _ask_again(before, version, sent.change, sent.due)
    return version.id


def _ask_again(before: ModuleVersion, version: ModuleVersion, change: str, due: date | None) -> None:
    if change == "editorial":
        courses.carry_lessons(before.id, version.id)
    if change == "retest" and due is not None:
        courses.ask_retest(version.id, due)


def _step(draft: WorkingDraft, step: str, by: int, change: str | None = None, due: date | None = None) -> DraftReview:
    row = DraftReview(
        draft_id=draft.id,
        step=step,
        change=change,
        due=due,
        content_sha256=queries.content_sha256(draft.id),
        by=by,
        at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(f"{step}_draft", actor=by, subject=("working_draft", draft.id))
    return row


def _in_review(public_id: str) -> WorkingDraft:
    draft = locked(public_id)
    if draft.state != "in_review":
        raise Refused("draft_not_in_review")
    return draft


def _reviewable(public_id: str, by: int) -> WorkingDraft:
    _allowed(by, REVIEW)
    draft = _in_review(public_id)
    sent = queries.sent(draft.id)
    if problem := rules.reviewer_problem(by, queries.contributors(draft.id), sent.by if sent else 0):
        raise Refused(problem)
    return draft


def _allowed(person_id: int, act: str) -> None:
    if not may(accounts.appointed_roles(person_id), act):
        raise Refused("not_allowed")
