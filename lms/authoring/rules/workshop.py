"""The workshop: what a draft and a review can be, who may review, merging two edits, and what is still missing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.authoring.rules.drafts import PRACTICE_KINDS, WORDS
from lms.courses import rules as courses
from lms.quizzes import rules as quizzes

DRAFT_KINDS = ("module", "sop", "facts")
DRAFT_STATES = ("open", "in_review", "published", "dropped")
PART_KINDS = ("module", "lesson", "item", "drill", "picture", "sop", "fact")
REVIEW_STEPS = ("sent", "taken_back", "returned", "approved")
CHANGES = ("editorial", "acknowledge", "retest")

EXERCISES, FACTS_IN_A_LESSON, MOST_LINES = 3, (3, 5), 3
OPTIONS: Mapping[str, tuple[int, int]] = {"single": (3, 4), "multiple": (4, 6), "matching": (3, 5), "ordering": (3, 6)}
ACCEPTED = (4, 10)
FOLLOW_UPS = (2, 4)
TAGS = ("lesson", "objective", "clause", "difficulty")


def reviewer_problem(reviewer: int, contributors: Collection[int], sender: int) -> str | None:
    """None if this trainer may review a draft: they neither wrote anything in it nor sent it; else the reason code."""
    return "own_draft" if reviewer == sender or reviewer in contributors else None


# --- two people at one part -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Merge:
    """Two edits of one part joined field by field; clashes are the fields that both changed otherwise, as (theirs,
    yours)."""

    content: Mapping[str, Any]
    clashes: Mapping[str, tuple[Any, Any]]


def merged(base: Mapping[str, Any], theirs: Mapping[str, Any], yours: Mapping[str, Any]) -> Merge:
    """The three-way merge of a part by its top-level fields; a field that clashes stands as theirs in content."""
    content: dict[str, Any] = {}
    clashes: dict[str, tuple[Any, Any]] = {}
    for name in dict.fromkeys([*theirs, *yours]):
        was, his, mine = (one.get(name) for one in (base, theirs, yours))
        if mine in (his, was):
            kept = his
        elif his == was:
            kept = mine
        else:
            kept, clashes[name] = his, (his, mine)
        if kept is not None:
            content[name] = kept
    return Merge(content, clashes)


# --- what is missing --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gap:
    """Something that a part or a draft still lacks: a code, with numbers or names for its words."""

    code: str
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])


def lesson_words(content: Mapping[str, Any]) -> int:
    """The words of a lesson's content as courses.LessonDraft.words counts them."""
    lists = [one for name in ("facts", "do", "dont") for one in content.get(name) or ()]
    return courses.word_count(content.get("scenario") or "", content.get("body") or "", *map(str, lists))


def lesson_gaps(content: Mapping[str, Any]) -> list[Gap]:
    """What a lesson lacks before it can be sent for review."""
    gaps = [Gap("empty", {"field": name}) for name in ("title", "objective", "minutes", "scenario", "body", "sources")
            if not content.get(name)]  # fmt: skip
    if not content.get("clauses"):
        gaps.append(Gap("no_clause"))
    least, most = FACTS_IN_A_LESSON
    if not least <= len(content.get("facts") or ()) <= most:
        gaps.append(Gap("facts", {"have": len(content.get("facts") or ()), "least": least, "most": most}))
    gaps += [Gap("lines", {"field": name, "most": MOST_LINES}) for name in ("do", "dont")
             if not 1 <= len(content.get(name) or ()) <= MOST_LINES]  # fmt: skip
    words, (fewest, longest) = lesson_words(content), WORDS
    if not fewest <= words <= longest:
        gaps.append(Gap("words", {"have": words, "least": fewest, "most": longest}))
    practice = content.get("practice") or ()
    if len(practice) != EXERCISES:
        gaps.append(Gap("exercises", {"have": len(practice), "need": EXERCISES}))
    for number, one in enumerate(practice, 1):
        if one.get("kind") not in PRACTICE_KINDS:
            gaps.append(Gap("exercise_kind", {"number": number}))
        gaps += [Gap("exercise", {"number": number, "gap": gap}) for gap in item_gaps(one)]
    return gaps


def item_gaps(content: Mapping[str, Any]) -> list[Gap]:
    """What an exam item, an exercise or a scenario lacks."""
    if content.get("kind") == "scenario":
        return _scenario_gaps(content)
    gaps = [Gap("empty", {"field": name}) for name in ("question", *TAGS) if not content.get(name)]
    return gaps + _answer_gaps(content)


def _scenario_gaps(content: Mapping[str, Any]) -> list[Gap]:
    gaps = [Gap("empty", {"field": name}) for name in ("situation", *TAGS) if not content.get(name)]
    parts, (least, most) = content.get("parts") or (), FOLLOW_UPS
    if not least <= len(parts) <= most:
        gaps.append(Gap("follow_ups", {"have": len(parts), "least": least, "most": most}))
    for number, one in enumerate(parts, 1):
        lacks = _answer_gaps(one) + ([] if one.get("question") else [Gap("empty", {"field": "question"})])
        gaps += [Gap("follow_up", {"number": number, "gap": gap}) for gap in lacks]
    return gaps


def _answer_gaps(content: Mapping[str, Any]) -> list[Gap]:
    kind = content.get("kind")
    if kind not in quizzes.KINDS:
        return [Gap("empty", {"field": "kind"})]
    rows = content.get({"matching": "pairs", "ordering": "steps"}.get(kind, "options")) or ()
    gaps = []
    if kind in OPTIONS:
        least, most = OPTIONS[kind]
        if not least <= len(rows) <= most:
            gaps.append(Gap("options", {"have": len(rows), "least": least, "most": most}))
    if kind in ("single", "multiple"):
        right = sum(bool(one.get("correct")) for one in rows)
        if right == 0 or (kind == "single" and right != 1):
            gaps.append(Gap("no_key"))
    if kind == "true_false" and not isinstance(content.get("answer"), bool):
        gaps.append(Gap("no_key"))
    if kind == "numeric":
        gaps += [Gap("empty", {"field": name}) for name in ("min", "max", "unit") if content.get(name) in (None, "")]
    if kind == "short_text":
        accepted, (fewest, longest) = content.get("accepted") or (), ACCEPTED
        if not fewest <= len(accepted) <= longest:
            gaps.append(Gap("accepted", {"have": len(accepted), "least": fewest, "most": longest}))
        gaps += [] if content.get("rubric") else [Gap("empty", {"field": "rubric"})]
    return gaps + _reason_gaps(kind, content, rows)


def _reason_gaps(kind: str, content: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> list[Gap]:
    if kind in ("single", "multiple", "matching"):
        without = [number for number, one in enumerate(rows, 1) if not str(one.get("reason") or "").strip()]
        return [Gap("reasons", {"numbers": ", ".join(map(str, without))})] if without else []
    return [] if str(content.get("reason") or "").strip() else [Gap("empty", {"field": "reason"})]


@dataclass(frozen=True)
class Line:
    """A line of the list of what publishing needs: a code, whether it is met, with numbers for its words."""

    code: str
    met: bool
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])


def checklist(
    module: Mapping[str, Any],
    lessons: Sequence[Mapping[str, Any]],
    items: Sequence[Mapping[str, Any]],
    has_drill: bool,
    clauses: Collection[str],
) -> list[Line]:
    """What a module needs before it can be sent, each with what it has; clauses: those of its SOPs."""
    flat = [one for item in items for one in follow_ups(item)]
    exam = module.get("exam") or {}
    draw, critical = int(exam.get("draw") or 0), int(exam.get("critical") or 0)
    used = {ref for lesson in lessons for ref in lesson.get("clauses") or ()}
    lacking = [number for number, one in enumerate(lessons, 1) if lesson_gaps(one)]
    unfinished = sum(bool(item_gaps(one)) for one in items)
    open_clauses = sorted(set(clauses) - used)
    return [
        Line("lessons", bool(lessons) and not lacking, {"have": len(lessons), "open": ", ".join(map(str, lacking))}),
        Line("items", len(flat) >= max(draw, 1), {"have": len(flat), "need": draw, "more": max(0, draw - len(flat))}),
        Line("critical", _critical(flat) >= critical, {"have": _critical(flat), "need": critical}),
        Line("finished", unfinished == 0, {"open": unfinished}),
        Line("clauses", bool(clauses) and not open_clauses, {"open": ", ".join(open_clauses)}),
        Line("drill", has_drill),
    ]


def _critical(items: Iterable[Mapping[str, Any]]) -> int:
    return sum(bool(one.get("critical")) for one in items)


def follow_ups(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The questions that an item brings: itself, or the follow-ups of a scenario with what the whole says."""
    if item.get("kind") != "scenario":
        return [item]
    whole = {name: value for name, value in item.items() if name not in ("parts", "kind", "key")}
    return [{**whole, **part} for part in item.get("parts") or ()]


# --- new modules, and lessons that change places ----------------------------------------------------------------------


def slug(title: str) -> str:
    """The name of a module or lesson in addresses and files, made of its title; empty where no letter is left."""
    plain = "".join(one if one.isascii() and one.isalnum() else "-" for one in title.lower())
    return "-".join(part for part in plain.split("-") if part)[:60].strip("-")


def free_code(taken: Collection[str]) -> str:
    """The first code K1, K2, ... that no module has."""
    return next(code for number in range(1, len(taken) + 2) if (code := f"K{number}") not in taken)


def new_module(name: str, title: str, code: str, position: int) -> dict[str, Any]:
    """module.yaml of a module that is new, as far as it can be known: exam rules as usual."""
    exam = {"draw": 6, "critical": 2, "pass": "4/5", "attempts": 3, "pause_hours": 24, "rounds": 2}
    return {
        "code": code,
        "slug": name,
        "title": title,
        "summary": "",
        "order": position,
        "minutes": 45,
        "objectives": [],
        "sop": [],
        "needs": [],
        "exam": exam,
    }


def with_lessons(
    kind: str, key: str, content: Mapping[str, Any], places: Mapping[str, int], before: Mapping[int, str]
) -> Mapping[str, Any]:
    """The content of a part after its lessons have changed places: numbers of lessons follow.

    places: key of a lesson -> its number now; before: number until now -> key of that lesson.
    """
    if kind == "lesson":
        practice = [{**one, "lesson": places[key]} for one in content.get("practice") or ()]
        return {**content, "practice": practice} if practice else content
    moved = before.get(content.get("lesson") or 0, "")
    return {**content, "lesson": places[moved]} if kind == "item" and moved in places else content
