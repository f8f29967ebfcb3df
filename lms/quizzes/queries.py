"""What a member sees of an exam before and after hand-in, who has passed what, what waits for a marker, and whether
the invariants hold. Keys, reasons and the ids of options stay on the server until reasons_told lets them go.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import joinedload, selectinload

from lms import clock
from lms.courses import queries as courses
from lms.courses import rules as texts
from lms.courses.models import ModuleVersion
from lms.db import db
from lms.organisations.models import Membership
from lms.quizzes import rules
from lms.quizzes.models import (
    Answer,
    AnswerPrivate,
    Attempt,
    AttemptEnd,
    AttemptLine,
    AttemptResult,
    AttemptVoid,
    ItemText,
    ItemVersion,
    Mark,
    ModuleItem,
    OpenAttempt,
    history,
    line,
    lines,
)
from lms.refusals import NotFound, Refused

Stored = Row[*tuple[Any, ...]]  # an answer as _stored reads it

# --- while the exam is under way --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class QuestionView:
    """A slot as the member sees it: options and targets as (place, text) in frozen order, never key or reasons.

    Options of true_false have no text. saved is the last answer in the places of this page, seq its number (0: none).
    sheet: (slot, answered) of the whole paper.
    """

    slot: int
    kind: str
    critical: bool
    situation: str
    question: str
    options: tuple[tuple[str, str], ...]
    targets: tuple[tuple[str, str], ...]
    unit: str
    saved: dict[str, Any] | None
    seq: int
    saved_at: datetime | None
    late: bool
    sheet: tuple[tuple[int, bool], ...]


def attempt(public_id: str, person_id: int) -> Attempt:
    """Somebody's own attempt, with version, end, void and results loaded; NotFound for anybody else's. One query."""
    parts = (Attempt.module_version, Attempt.end, Attempt.void, Attempt.results)
    found = db.session.scalars(
        select(Attempt)
        .options(*(joinedload(part) for part in parts))
        .where(Attempt.public_id == public_id, Attempt.person_id == person_id)
        .execution_options(populate_existing=True)
    )
    one = found.unique().one_or_none()
    if one is None:
        raise NotFound
    return one


def owner(public_id: str) -> int | None:
    """The id of the person whose attempt it is; None if there is no such attempt. One query."""
    return db.session.scalar(select(Attempt.person_id).where(Attempt.public_id == public_id))


def question(of: Attempt, slot: int, language: str = "id") -> QuestionView:
    """A slot (from 1) of an attempt; NotFound for a number that is not on the paper. Two queries."""
    if not 1 <= slot <= len(of.paper):
        raise NotFound
    place = of.paper[slot - 1]
    item = _items(of, [place["item_version"]], language)[place["item_version"]]
    answers = _answers(of.id)
    last = answers.get(slot)
    return QuestionView(
        slot=slot,
        kind=item.kind,
        critical=item.critical,
        situation=item.text.get("situation", ""),
        question=item.text["question"],
        options=_shown(place["order"], lambda one: item.option(one).get("text", "")),
        targets=_shown(place.get("targets", []), lambda one: item.text["targets"][one]),
        unit=item.text.get("unit", ""),
        saved=rules.as_shown(item.kind, place, _value(last, item.kind)) if last else None,
        seq=last.seq if last else 0,
        saved_at=last.at if last else None,
        late=last.late if last else False,
        sheet=_sheet(of, answers),
    )


def sheet(of: Attempt) -> list[tuple[int, bool]]:
    """Every slot of a paper and whether it is answered. One query."""
    return list(_sheet(of, _answers(of.id)))


def model_answer(of: Attempt, slot: int) -> dict[str, Any]:
    """The right answer to a slot as a page would send it: for tests and the demo, never for a page."""
    place = of.paper[slot - 1]
    item = db.session.get_one(ItemVersion, place["item_version"])
    return rules.as_shown(item.kind, place, rules.right_value(item.kind, item.key))


# --- after hand-in ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReviewOption:
    """An option whose reason may be told; is_right is None as long as the key is not."""

    text: str
    reason: str
    chosen: bool
    is_right: bool | None


@dataclass(frozen=True)
class ReviewItem:
    """A slot after hand-in. given and right are lines of words (true, false stay codes), right empty unless passed."""

    slot: int
    kind: str
    critical: bool
    lesson: int
    clause: str
    situation: str
    question: str
    unit: str
    share: Fraction
    given: tuple[str, ...]
    right: tuple[str, ...]
    options: tuple[ReviewOption, ...]
    reason: str

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every reason that may be told, without the words of the options."""
        return tuple(one for one in (*(option.reason for option in self.options), self.reason) if one)


@dataclass(frozen=True)
class ResultView:
    """The result: passed, share and points are None while a short text waits for its mark, and of a void attempt.

    topics: lessons to read again. items: after a pass all, else the critical ones that were not wholly right.
    """

    passed: bool | None
    share: Fraction | None
    points: int | None
    pass_points: int
    critical_missed: int
    waiting: bool
    voided: bool
    topics: tuple[int, ...]
    items: tuple[ReviewItem, ...]


def result(of: Attempt, language: str = "id") -> ResultView:
    """What a member may read after hand-in; Refused "attempt_under_way" before it. At most three queries."""
    exam = rules.exam_rules(of.rules)
    if of.end is None and of.void is None:
        raise Refused("attempt_under_way")
    if of.void is not None or not of.results:
        waiting = of.void is None
        return ResultView(None, None, None, rules.points(exam.pass_share), 0, waiting, not waiting, (), ())
    last = of.results[-1]
    share = Fraction(last.numerator, last.denominator)
    items = _items(of, [place["item_version"] for place in of.paper], language)
    marks, answers = _marks([of.id])[of.id], _answers(of.id, counting=True)
    topics, reviewed = set(), []
    for slot, place in enumerate(of.paper, 1):
        item, earned = items[place["item_version"]], _share(marks[slot])
        if earned != 1:
            topics.add(int(item.tags["lesson"]))
        if last.passed or (item.critical and earned != 1):
            reviewed.append(_review(slot, place, item, answers.get(slot), earned, last.passed))
    return ResultView(
        passed=last.passed,
        share=share,
        points=rules.points(share),
        pass_points=rules.points(exam.pass_share),
        critical_missed=last.critical_missed,
        waiting=False,
        voided=False,
        topics=tuple(sorted(topics)),
        items=tuple(reviewed),
    )


# --- who has passed, who may start ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Passed:
    """A passed attempt at a module's exam that is not void, and when its result was made."""

    attempt_id: int
    public_id: str
    module_version_id: int
    at: datetime


@dataclass(frozen=True)
class ModuleStanding:
    """Somebody's attempts at one module, in order."""

    attempts: tuple[AttemptLine, ...] = ()

    @property
    def passed(self) -> Passed | None:
        """The first passed attempt that is not void."""
        return next((_passed(one) for one in self.attempts if one.passed and not one.voided), None)

    @property
    def under_way(self) -> str | None:
        """The public id of the attempt that is under way."""
        return next((one.public_id for one in self.attempts if one.under_way), None)

    def next_try(
        self, version: ModuleVersion, lessons_missing: int = 0, paused_until: datetime | None = None
    ) -> rules.Try:
        """Whether the next attempt may start now, by the exam rules of this version. No query."""
        past = history(self.attempts, lessons_missing, paused_until)
        return rules.next_try(past, rules.exam_rules(version.manifest["module"]["exam"]), clock.now())


def next_try(
    person_id: int, version: ModuleVersion, lessons_missing: int = 0, paused_until: datetime | None = None
) -> rules.Try:
    """Whether somebody may start an exam now, and why not. One query."""
    standing = standings(person_id).get(version.module_id, ModuleStanding())
    return standing.next_try(version, lessons_missing, paused_until)


def standings(person_id: int) -> dict[int, ModuleStanding]:
    """Module id -> standing, for each module that somebody tried. One query."""
    return standings_of_many([person_id])[person_id]


def standings_of_many(person_ids: Collection[int]) -> dict[int, dict[int, ModuleStanding]]:
    """Person id -> module id -> standing; everybody asked for is there. One query."""
    tried: dict[tuple[int, int], list[AttemptLine]] = defaultdict(list)
    mine = (Attempt.person_id.in_(person_ids), Attempt.period == rules.PERIOD)
    for row in db.session.execute(lines().where(*mine)):
        one = line(row)
        tried[one.person_id, one.module_id].append(one)
    found: dict[int, dict[int, ModuleStanding]] = {person: {} for person in person_ids}
    for (person, module), attempts in tried.items():
        found[person][module] = ModuleStanding(tuple(attempts))
    return found


def attempts_of(person_id: int) -> list[AttemptLine]:
    """All attempts of somebody, by module and number. One query."""
    return [line(row) for row in db.session.execute(lines().where(Attempt.person_id == person_id))]


def passed_modules(person_id: int) -> dict[int, Passed]:
    """Module id -> the first passed attempt that is not void. One query."""
    return passed_of_many([person_id])[person_id]


def passed_of_many(person_ids: Collection[int]) -> dict[int, dict[int, Passed]]:
    """Person id -> module id -> the first passed attempt that is not void; everybody asked for is there. One query."""
    found: dict[int, dict[int, Passed]] = {person: {} for person in person_ids}
    conditions = (Attempt.person_id.in_(person_ids), AttemptResult.passed, AttemptVoid.id.is_(None))
    for row in db.session.execute(lines().where(*conditions)):
        one = line(row)
        found[one.person_id].setdefault(one.module_id, _passed(one))
    return found


def _passed(one: AttemptLine) -> Passed:
    assert one.graded_at is not None  # a passed attempt has a result, and a result has its time
    return Passed(one.attempt_id, one.public_id, one.module_version_id, one.graded_at)


# --- the marking desk -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WaitingMark:
    """A short text that a person has to mark. It does not say whose it is: marking is blind."""

    attempt_id: int
    attempt_public_id: str
    slot: int
    module_version_id: int
    handed_in_at: datetime
    critical: bool
    situation: str
    question: str
    rubric: str
    accepted: tuple[str, ...]
    text: str


def waiting_marks(
    unit_ids: Collection[int], marker_id: int, after: int | None = None, size: int = 20
) -> list[WaitingMark]:
    """The texts that wait, of members of these units but never one's own; of size attempts with an id above after."""
    due = _waiting(unit_ids, marker_id).where(Attempt.id > (after or 0)).order_by(Attempt.id).limit(size)
    attempts = list(db.session.scalars(due))
    marked = _marks([one.id for one in attempts])
    return [
        waiting for one in attempts for waiting in _texts(one, {*range(1, len(one.paper) + 1)} - set(marked[one.id]))
    ]


def waiting_mark(unit_ids: Collection[int], marker_id: int, attempt_public_id: str, slot: int) -> WaitingMark:
    """One text that waits, for somebody who may mark it; else NotFound."""
    one = db.session.scalar(_waiting(unit_ids, marker_id).where(Attempt.public_id == attempt_public_id))
    if one is None or not 1 <= slot <= len(one.paper) or slot in _marks([one.id])[one.id]:
        raise NotFound
    return next(_texts(one, {slot}))


def _waiting(unit_ids: Collection[int], marker_id: int) -> Select[Attempt]:
    members = select(Membership.person_id).where(Membership.unit_id.in_(unit_ids), Membership.until.is_(None))
    return (
        select(Attempt)
        .options(joinedload(Attempt.module_version), joinedload(Attempt.end))
        .join(AttemptEnd, AttemptEnd.attempt_id == Attempt.id)
        .where(
            Attempt.person_id.in_(members),
            Attempt.person_id != marker_id,
            ~select(AttemptResult.id).where(AttemptResult.attempt_id == Attempt.id).exists(),
            ~select(AttemptVoid.id).where(AttemptVoid.attempt_id == Attempt.id).exists(),
        )
    )


def _texts(of: Attempt, slots: Collection[int]) -> Iterator[WaitingMark]:
    """The given slots of an ended attempt as a marker sees them."""
    assert of.end is not None  # _waiting joins the end
    items = _items(of, [of.paper[slot - 1]["item_version"] for slot in slots])
    answers = _answers(of.id, counting=True)
    for slot in sorted(slots):
        item = items[of.paper[slot - 1]["item_version"]]
        yield WaitingMark(
            attempt_id=of.id,
            attempt_public_id=of.public_id,
            slot=slot,
            module_version_id=of.module_version_id,
            handed_in_at=of.end.at,
            critical=item.critical,
            situation=item.text.get("situation", ""),
            question=item.text["question"],
            rubric=item.text.get("rubric", ""),
            accepted=tuple(item.key["accepted"]),
            text=_value(answers[slot], item.kind)["text"],
        )


# --- rows -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Item:
    """An item version with its words, facts filled in."""

    kind: str
    critical: bool
    key: Mapping[str, Any]
    tags: Mapping[str, Any]
    text: Mapping[str, Any]

    def option(self, identity: str) -> Mapping[str, str]:
        """The text and reason of an option; empty for true and false."""
        found: Mapping[str, str] = self.text.get("options", {}).get(identity, {})
        return found


def _items(of: Attempt, versions: Sequence[int], language: str = "id") -> dict[int, _Item]:
    """Item version id -> item, in this language where it is there, else in that of the module version. One query."""
    facts = courses.fact_values(of.module_version)
    columns = (ItemVersion.id, ItemVersion.kind, ItemVersion.critical, ItemVersion.key, ItemVersion.tags)
    rows = db.session.execute(
        select(*columns, ItemText.text)
        .join(ItemText, ItemText.item_version_id == ItemVersion.id)
        .where(ItemVersion.id.in_(versions), ItemText.language.in_([language, of.module_version.language]))
        .order_by(ItemText.language == language)
    )
    return {row.id: _Item(row.kind, row.critical, row.key, row.tags, texts.filled(row.text, facts)) for row in rows}


def _answers(attempt_id: int, *, counting: bool = False) -> dict[int, Stored]:
    """Slot -> its last answer; counting: the last that was not late. One query."""
    rows = _stored([attempt_id])[attempt_id]
    return {row.slot: row for row in rows if not (counting and row.late)}


def _stored(attempt_ids: Collection[int]) -> dict[int, list[Stored]]:
    """Attempt id -> its answers by seq, with the words of short texts. One query."""
    columns = (Answer.attempt_id, Answer.slot, Answer.seq, Answer.value, Answer.late, Answer.at)
    found: dict[int, list[Stored]] = defaultdict(list)
    words = select(*columns, AnswerPrivate.text.label("words")).outerjoin(AnswerPrivate)
    for row in db.session.execute(words.where(Answer.attempt_id.in_(attempt_ids)).order_by(Answer.seq)):
        found[row.attempt_id].append(row)
    return found


def _value(answer: Stored, kind: str) -> dict[str, Any]:
    """The value of an answer; an erased text is empty."""
    value: dict[str, Any] = {"text": answer.words or ""} if kind == "short_text" else answer.value
    return value


def _marks(attempt_ids: Collection[int]) -> dict[int, dict[int, Mark]]:
    """Attempt id -> slot -> the mark that stands. One query."""
    found: dict[int, dict[int, Mark]] = defaultdict(dict)
    for one in db.session.scalars(select(Mark).where(Mark.attempt_id.in_(attempt_ids)).order_by(Mark.seq)):
        found[one.attempt_id][one.slot] = one
    return found


def _share(mark: Mark) -> Fraction:
    return Fraction(mark.numerator, mark.denominator)


def _sheet(of: Attempt, answers: Mapping[int, Stored]) -> tuple[tuple[int, bool], ...]:
    return tuple((slot, slot in answers) for slot in range(1, len(of.paper) + 1))


def _shown(order: Sequence[str], words: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    return tuple((str(place), words(identity)) for place, identity in enumerate(order, 1))


def _review(
    slot: int, place: rules.Slot, item: _Item, answer: Stored | None, share: Fraction, passed: bool
) -> ReviewItem:
    """What may be told of a slot, as rules.reasons_told and reason_told say."""
    value = _value(answer, item.kind) if answer else None
    told = rules.reasons_told(item.kind, item.key, value, passed)
    chosen = (value or {}).get("choices") or [(value or {}).get("choice")]
    return ReviewItem(
        slot=slot,
        kind=item.kind,
        critical=item.critical,
        lesson=int(item.tags["lesson"]),
        clause=item.tags.get("clause", ""),
        situation=item.text.get("situation", ""),
        question=item.text["question"],
        unit=item.text.get("unit", ""),
        share=share,
        given=_words(item, place, value) if value else (),
        right=_words(item, place, rules.right_value(item.kind, item.key), key=True) if passed else (),
        options=tuple(
            ReviewOption(
                text=item.option(one)["text"],
                reason=item.option(one).get("reason", ""),
                chosen=one in chosen,
                is_right=rules.is_right(item.kind, item.key, one, value) if passed else None,
            )
            for one in place["order"]
            if one in told and item.option(one)
        ),
        reason=item.text.get("reason", "") if rules.reason_told(item.kind, value, passed) else "",
    )


def _words(item: _Item, place: rules.Slot, value: rules.Value, *, key: bool = False) -> tuple[str, ...]:
    """A value as lines of words; the key of a numeric item is its range."""
    if item.kind == "matching":
        pairs, targets = value["pairs"], item.text["targets"]
        return tuple(f"{item.option(left)['text']} → {targets[pairs[left]]}" for left in place["order"])
    if item.kind == "numeric" and key and item.key["min"] != item.key["max"]:
        return (f"{item.key['min']}–{item.key['max']}",)
    if item.kind in ("numeric", "short_text", "true_false"):
        return tuple(str(one) for one in value.values())
    chosen = value.get("order") or value.get("choices") or [value["choice"]]
    return tuple(item.option(one)["text"] for one in chosen)


# --- invariants 6, 7 and 8 of reliability.md --------------------------------------------------------------------------

BATCH = 200
FAULTS = ("attempt_number", "open_attempt", "score", "answer_counted_late", "answer_sequence", "attempt_version")


def violations() -> dict[str, int]:
    """Attempts (attempt_number: exams of a person) that break an invariant, by its name.

    attempt_number: without gaps and within the rounds. open_attempt: under way, ended or void, and nothing of both.
    score: marks and result equal a fresh marking. answer_counted_late: stored after the end, or late and not said to
    be. answer_sequence: each slot's run from 1. attempt_version: module and items of a version published before.
    """
    found = Counter(dict.fromkeys(FAULTS, 0))
    found["attempt_number"] = _wrong_numbers()
    pairs = db.session.execute(select(ModuleItem.module_version_id, ModuleItem.item_version_id))
    of_version = {(version, item) for version, item in pairs}
    after = 0
    while batch := _batch(after):
        ids = [one.id for one in batch]
        under_way = {one.attempt_id: one for one in db.session.scalars(_open(ids))}
        answers, marks = _stored(ids), _marks(ids)
        on_paper = {place["item_version"] for one in batch for place in one.paper}
        items = {one.id: one for one in db.session.scalars(select(ItemVersion).where(ItemVersion.id.in_(on_paper)))}
        for one in batch:
            found["open_attempt"] += not _is_in_one_state(one, under_way.get(one.id))
            found["score"] += not _is_marked_right(one, items, answers[one.id], marks[one.id])
            found["answer_counted_late"] += any(_counts_wrongly(one, answer) for answer in answers[one.id])
            found["answer_sequence"] += not _runs_without_gaps(answers[one.id])
            found["attempt_version"] += not _is_of_published_version(one, of_version)
        after = ids[-1]
    return dict(found)


def _batch(after: int) -> Sequence[Attempt]:
    parts = (Attempt.end, Attempt.void, Attempt.results)
    some = select(Attempt.id).where(Attempt.id > after).order_by(Attempt.id).limit(BATCH)
    rows = select(Attempt).where(Attempt.id.in_(some)).options(*(joinedload(part) for part in parts))
    rows = rows.options(selectinload(Attempt.module_version)).execution_options(populate_existing=True)
    return db.session.scalars(rows.order_by(Attempt.id)).unique().all()


def _open(attempt_ids: Collection[int]) -> Select[OpenAttempt]:
    return select(OpenAttempt).where(OpenAttempt.attempt_id.in_(attempt_ids))


def _wrong_numbers() -> int:
    """Exams (person, module, period) whose attempts have gaps in their numbers or are more than the rounds allow."""
    exams: dict[tuple[int, int, int], list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in db.session.execute(lines().add_columns(Attempt.period, Attempt.rules)):
        exams[row.person_id, row.module_id, row.period].append(row)
    wrong = 0
    for tries in exams.values():
        exam = rules.exam_rules(tries[-1].rules)
        allowed = exam.attempts * (exam.rounds + tries[-1].extra_rounds)
        gaps = [one.number for one in tries] != list(range(1, len(tries) + 1))
        wrong += gaps or sum(not one.voided for one in tries) > allowed
    return wrong


def _is_in_one_state(of: Attempt, under_way: OpenAttempt | None) -> bool:
    if under_way is None:
        return of.end is not None or of.void is not None
    same = (under_way.person_id, under_way.module_id) == (of.person_id, of.module_id)
    return same and of.end is None and of.void is None


def _is_marked_right(
    of: Attempt, items: Mapping[int, ItemVersion], answers: Sequence[Stored], marks: Mapping[int, Mark]
) -> bool:
    """Whether marks and result are what marking the counted answers again gives; before the end there are none."""
    if of.end is None:
        return not marks and not of.results
    counted = {one.slot: one for one in answers if not one.late}
    shares = []
    for slot, place in enumerate(of.paper, 1):
        item, mark, answer = items[place["item_version"]], marks.get(slot), counted.get(slot)
        shares.append(rules.SlotMark(_share(mark) if mark else None, item.critical))
        is_erased = item.kind == "short_text" and answer is not None and answer.words is None
        if is_erased or (mark is not None and mark.rule_version != rules.RULE_VERSION):
            continue  # nothing to mark again, or marked by rules that are no longer these
        fresh = rules.mark(item.kind, item.key, _value(answer, item.kind) if answer else None)
        by_rules = mark is not None and mark.marker_id is None
        if fresh != (_share(mark) if mark is not None and by_rules else None):
            return False
    fresh_outcome = rules.outcome(shares, rules.exam_rules(of.rules))
    last = of.results[-1] if of.results else None
    if last is None or fresh_outcome is None:
        return last is None and fresh_outcome is None
    stored = rules.Outcome(Fraction(last.numerator, last.denominator), last.critical_missed, last.passed)
    return stored == fresh_outcome


def _counts_wrongly(of: Attempt, answer: Stored) -> bool:
    at: datetime = answer.at
    is_after_end = of.end is not None and at > of.end.at
    return is_after_end or bool(answer.late) is not rules.is_late(at, of.deadline)


def _runs_without_gaps(answers: Sequence[Stored]) -> bool:
    by_slot: dict[int, list[int]] = defaultdict(list)
    for one in answers:
        by_slot[one.slot].append(one.seq)
    return all(seqs == list(range(1, len(seqs) + 1)) for seqs in by_slot.values())


def _is_of_published_version(of: Attempt, of_version: set[tuple[int, int]]) -> bool:
    version = of.module_version
    on_paper = {(of.module_version_id, place["item_version"]) for place in of.paper}
    return version.module_id == of.module_id and version.published_at <= of.started_at and on_paper <= of_version
