"""What a member may read after hand-in: the result, lessons to read again, and the reasons that may be told."""

from dataclasses import dataclass
from fractions import Fraction

from lms.quizzes import rules
from lms.quizzes.models import Attempt
from lms.quizzes.queries import rows
from lms.refusals import Refused


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
    items = rows.items(of, [place["item_version"] for place in of.paper], language)
    marks, answers = rows.marks([of.id])[of.id], rows.answers(of.id, counting=True)
    topics, reviewed = set(), []
    for slot, place in enumerate(of.paper, 1):
        item, earned = items[place["item_version"]], rows.share(marks[slot])
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


def _review(
    slot: int, place: rules.Slot, item: rows.Item, answer: rows.Stored | None, share: Fraction, passed: bool
) -> ReviewItem:
    """What may be told of a slot, as rules.reasons_told and reason_told say."""
    value = rows.value(answer, item.kind) if answer else None
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


def _words(item: rows.Item, place: rules.Slot, value: rules.Value, *, key: bool = False) -> tuple[str, ...]:
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
