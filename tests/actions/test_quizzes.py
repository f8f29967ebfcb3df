"""Exams from start to result on a real database: idempotence, conflicts, what leaks, races, and the invariants."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import DatabaseError

from lms import clock
from lms.accounts.models import Person
from lms.courses.models import Module, ModuleVersion
from lms.db import Base, db, transaction
from lms.organisations.models import Membership, Unit
from lms.quizzes import actions, queries, rules
from lms.quizzes.models import (
    Answer,
    AnswerPrivate,
    Attempt,
    AttemptEnd,
    AttemptResult,
    Item,
    ItemText,
    ItemVersion,
    Mark,
    ModuleItem,
    OpenAttempt,
)
from lms.refusals import Conflict, NotFound, Refused

START = datetime(2026, 11, 23, 5, tzinfo=UTC)
SECRET = "ALASAN-RAHASIA"
Kinds = list[tuple[str, bool]]

PLAIN: Kinds = [("single", True)] * 5 + [("single", False)] * 10
MIXED: Kinds = [("single", True), ("true_false", True), ("multiple", True), ("single", False), ("multiple", False),
                ("true_false", False), ("matching", False), ("ordering", False), ("numeric", False),
                ("single", False)]  # fmt: skip
WITH_TEXT: Kinds = [*MIXED[:-1], ("short_text", False)]


class Wrist:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def wrist(monkeypatch: pytest.MonkeyPatch) -> Wrist:
    """The time of the actions, in the hand of the test."""
    made = Wrist()
    monkeypatch.setattr(clock, "now", made)
    return made


@pytest.fixture(autouse=True)
def sound(app: Flask) -> Iterator[None]:
    """After every test the invariants hold; a test that breaks them on purpose rolls back."""
    yield
    db.session.rollback()
    assert set(queries.violations().values()) == {0}


# --- data -------------------------------------------------------------------------------------------------------------


def add(*rows: Base) -> None:
    """Store rows as they are."""
    with transaction():
        db.session.add_all(rows)


def person(name: str) -> int:
    """Somebody's id."""
    row = Person(sign_in_name=name, created_at=START)
    add(row)
    return row.id


def key_of(kind: str) -> dict[str, Any]:
    """A key of a kind; its ids tell the right answer to whoever sees them."""
    keys: dict[str, dict[str, Any]] = {
        "single": {"right": "benar", "options": ["benar", "salah-1", "salah-2", "salah-3"]},
        "multiple": {"right": ["benar-1", "benar-2"], "options": ["benar-1", "benar-2", "salah-1", "salah-2"]},
        "true_false": {"right": "false"},
        "matching": {"right": {"kiri-1": "t-1", "kiri-2": "t-2", "kiri-3": "t-1"}, "targets": ["t-1", "t-2", "t-3"]},
        "ordering": {"right": ["langkah-1", "langkah-2", "langkah-3", "langkah-4"]},
        "numeric": {"min": "100", "max": "120"},
        "short_text": {"accepted": ["jangan disentuh"]},
    }
    return keys[kind]


def text_of(number: int, kind: str) -> dict[str, Any]:
    """The words of an item, every reason secret, a fact in the question."""
    key = key_of(kind)
    words: dict[str, Any] = {
        "situation": f"Keadaan {number}",
        "question": f"Soal {number}: telepon {{fakta:nomor}}?",
        "options": {
            one: {"text": f"Pilihan {number}.{place}", "reason": f"{SECRET} {one}"}
            for place, one in enumerate(sorted(rules.option_ids(kind, key)))
            if kind != "true_false"
        },
        "reason": f"{SECRET} seluruh soal",
        "rubric": f"{SECRET} rubrik",
    }
    if kind == "matching":
        words["targets"] = {one: f"Sasaran {place}" for place, one in enumerate(key["targets"])}
    return words


def module(kinds: Kinds, slug: str = "pelaporan", **exam: Any) -> int:
    """The id of a module version with these items."""
    found = db.session.scalar(select(Module).where(Module.slug == slug))
    parent = found or Module(slug=slug, code=slug[:10], position=1)
    facts = {"nomor": {"number": 1, "value": "112", "reviewed_on": "2026-11-23"}}
    manifest = {"module": {"exam": rules.ExamRules(**exam).as_json(), "needs": []}, "facts": facts}
    number = 1 + (db.session.scalar(select(func.count()).select_from(ModuleVersion)) or 0)
    version = ModuleVersion(module=parent, number=number, title=slug, manifest=manifest, sha256="", published_at=START)
    add(version)
    for place, (kind, critical) in enumerate(kinds, 1):
        item = Item(module_id=parent.id, key=f"{number}-{place}")
        add(item)
        frozen = ItemVersion(
            item=item, number=1, kind=kind, critical=critical, key=key_of(kind), tags={"lesson": place}, sha256=""
        )
        frozen.texts = [ItemText(language="id", text=text_of(place, kind), sha256="")]
        add(frozen)
        add(ModuleItem(module_version_id=version.id, item_version_id=frozen.id, position=place))
    return version.id


def start(who: int, version: int, key: str = "mulai", **given: Any) -> Attempt:
    """An attempt, loaded as a page loads it."""
    with transaction():
        public_id = actions.start(who, version, key, **{"lessons_missing": 0, "paused_until": None} | given).public_id
    return queries.attempt(public_id, who)


def wrong(of: Attempt, slot: int) -> dict[str, Any]:
    """A value that earns nothing, in the places of the page."""
    place = of.paper[slot - 1]
    kind = db.session.get_one(ItemVersion, place["item_version"]).kind
    values: dict[str, dict[str, Any]] = {
        "single": {"choice": "salah-1"},
        "multiple": {"choices": ["salah-1", "salah-2"]},
        "true_false": {"choice": "true"},
        "matching": {"pairs": dict.fromkeys(["kiri-1", "kiri-2", "kiri-3"], "t-3")},
        "ordering": {"order": ["langkah-4", "langkah-1", "langkah-2", "langkah-3"]},
        "numeric": {"number": "99"},
        "short_text": {"text": "menelepon pos"},
    }
    return rules.as_shown(kind, place, values[kind])


def slot_of(of: Attempt, kind: str, critical: bool | None = None) -> int:
    """The first slot of a kind."""
    for slot, place in enumerate(of.paper, 1):
        item = db.session.get_one(ItemVersion, place["item_version"])
        if item.kind == kind and critical in (None, item.critical):
            return slot
    raise LookupError(kind)


def save(of: Attempt, slot: int, value: object, key: str = "", base: int = 0) -> actions.Saved:
    """Save one answer, in a transaction of its own."""
    with transaction():
        return actions.save_answer(of.person_id, of.public_id, slot, value, key or f"k{slot}-{base}", base)


def answer_all(of: Attempt, wrong_slots: tuple[int, ...] = ()) -> None:
    """Answer the whole paper rightly but for some slots."""
    for slot in range(1, len(of.paper) + 1):
        save(of, slot, wrong(of, slot) if slot in wrong_slots else queries.model_answer(of, slot))


def hand_in(of: Attempt) -> Attempt:
    """Hand in and load again."""
    with transaction():
        actions.hand_in(of.person_id, of.public_id)
    return queries.attempt(of.public_id, of.person_id)


def sit(who: int, version: int, key: str, wrong_count: int = 10) -> Attempt:
    """A whole attempt with so many wrong answers, the critical ones last."""
    of = start(who, version, key)
    items = [db.session.get_one(ItemVersion, place["item_version"]) for place in of.paper]
    order = sorted(range(1, 11), key=lambda slot: items[slot - 1].critical)
    answer_all(of, tuple(order[:wrong_count]))
    return hand_in(of)


def count(model: type[Base]) -> int:
    """Rows of a table."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


class Counted:
    """How many statements ran inside the block."""

    def __enter__(self) -> "Counted":
        self.statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", self._note)
        return self

    def _note(self, _c: object, _cur: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            self.statements.append(statement)

    def __exit__(self, *_: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._note)


# --- the paper --------------------------------------------------------------------------------------------------------


def test_a_paper_is_drawn_once_and_can_be_derived_again_from_its_seed(app: Flask) -> None:
    who, version = person("a"), module(PLAIN)
    of = start(who, version)
    assert len(of.paper) == 10
    assert len(of.seed) == 32
    bank = [
        rules.BankItem(one.id, one.item_id, one.kind, one.critical, one.key)
        for one in db.session.scalars(select(ItemVersion).order_by(ItemVersion.id))
    ]
    assert rules.paper(of.seed, bank, rules.ExamRules(), frozenset()) == of.paper
    critical = {one.version for one in bank if one.critical}
    assert len(critical & {slot["item_version"] for slot in of.paper}) >= 3


def test_the_same_key_and_an_attempt_under_way_give_the_same_attempt(app: Flask, wrist: Wrist) -> None:
    who, version = person("a"), module(PLAIN)
    of = start(who, version, "satu")
    assert start(who, version, "satu").id == start(who, version, "dua").id == of.id
    hand_in(of)
    assert start(who, version, "satu").id == of.id, "a phone that sends the start again gets the attempt it started"
    with pytest.raises(Refused, match="client_key_reused"):
        start(who, module(PLAIN, "lain"), "satu")
    assert start(who, version, "tiga").number == 2


def test_a_new_version_does_not_change_an_attempt_under_way(app: Flask) -> None:
    who = person("a")
    of = start(who, module(PLAIN), "satu")
    assert start(who, module(PLAIN), "dua").id == of.id


def test_items_of_the_last_attempt_come_last(app: Flask) -> None:
    who, version = person("a"), module([("single", True)] * 20)
    first, second = sit(who, version, "satu"), start(who, version, "dua")
    seen = {slot["item_version"] for slot in first.paper}
    assert not seen & {slot["item_version"] for slot in second.paper}


def test_a_bank_too_small_and_a_key_too_long_are_refused(app: Flask) -> None:
    who = person("a")
    with pytest.raises(Refused, match="bank_too_small"):
        start(who, module(PLAIN[5:]))
    with pytest.raises(Refused, match="client_key_wrong"):
        start(who, module(PLAIN), "x" * 65)
    with pytest.raises(NotFound):
        start(who, 999)
    assert count(Attempt) == 0


# --- the gate ---------------------------------------------------------------------------------------------------------


def test_three_tries_a_pause_two_rounds_then_the_trainer(app: Flask, wrist: Wrist) -> None:
    who, trainer, version = person("a"), person("t"), module(PLAIN)
    for number in range(3):
        sit(who, version, f"satu{number}")
    with pytest.raises(Refused, match="pause") as refused:
        start(who, version, "terlalu-cepat")
    assert refused.value.details["opens_at"] == START + timedelta(hours=24)
    wrist.move(hours=24)
    for number in range(3):
        sit(who, version, f"dua{number}")
    wrist.move(days=30)
    with pytest.raises(Refused, match="see_trainer"):
        start(who, version, "tujuh")
    module_id = db.session.get_one(ModuleVersion, version).module_id
    with transaction():
        actions.grant_round(who, module_id, trainer)
    assert queries.next_try(who, db.session.get_one(ModuleVersion, version)).left == 3
    with pytest.raises(Refused, match="round_not_needed"), transaction():
        actions.grant_round(who, module_id, trainer)
    with pytest.raises(Refused, match="own_attempt"), transaction():
        actions.grant_round(who, module_id, who)
    assert start(who, version, "tujuh").number == 7


def test_lessons_and_a_reset_of_the_password_close_the_gate(app: Flask, wrist: Wrist) -> None:
    who, version = person("a"), module(PLAIN)
    with pytest.raises(Refused, match="lessons_missing"):
        start(who, version, lessons_missing=1)
    with pytest.raises(Refused, match="reset_pause"):
        start(who, version, paused_until=START + timedelta(hours=1))


def test_after_a_pass_there_is_no_other_try(app: Flask) -> None:
    who, version = person("a"), module(PLAIN)
    of = sit(who, version, "satu", wrong_count=2)
    with pytest.raises(Refused, match="passed"):
        start(who, version, "dua")
    assert queries.passed_modules(who) == {of.module_id: queries.Passed(of.id, of.public_id, version, of.results[0].at)}


# --- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", rules.KINDS)
def test_every_kind_is_saved_shown_again_and_marked(app: Flask, kind: str) -> None:
    of = start(person("a"), module(WITH_TEXT))
    slot = slot_of(of, kind)
    value = queries.model_answer(of, slot)
    saved = save(of, slot, value | {"lain": "dibuang"})
    view = queries.question(of, slot)
    assert (saved.seq, saved.value) == (1, value) == (view.seq, view.saved)
    assert (slot, True) in view.sheet
    assert sum(answered for _, answered in view.sheet) == 1
    ended = hand_in(of)
    mark = db.session.scalars(select(Mark).where(Mark.attempt_id == ended.id, Mark.slot == slot)).one()
    assert (mark.numerator, mark.denominator, mark.marker_id) == (1, 1, None)


def test_an_answer_sent_again_has_one_effect_and_the_same_reply(app: Flask, wrist: Wrist) -> None:
    of = start(person("a"), module(MIXED))
    slot = slot_of(of, "single")
    first = save(of, slot, {"choice": "1"}, "kunci")
    wrist.move(minutes=5)
    assert save(of, slot, {"choice": "1"}, "kunci") == first
    assert save(of, slot, {"choice": "1"}, "kunci-lain") == first, "an equal value stands already"
    second = save(of, slot, {"choice": "2"}, "kunci-2", base=1)
    assert second.seq == 2
    assert save(of, slot, {"choice": "1"}, "kunci") == first, "the reply of then, although another answer stands now"
    assert queries.question(of, slot).saved == {"choice": "2"}
    assert count(Answer) == 2
    hand_in(of)
    assert save(of, slot, {"choice": "1"}, "kunci") == first, "also after hand-in"


def test_an_answer_on_top_of_an_older_one_is_a_conflict_with_both_values(app: Flask) -> None:
    of = start(person("a"), module(MIXED))
    slot = slot_of(of, "single")
    save(of, slot, {"choice": "1"}, "ponsel")
    for key in ("laptop", "ponsel"):
        with pytest.raises(Conflict, match="answer_conflict") as refused:
            save(of, slot, {"choice": "3"}, key)
        assert refused.value.details == {"theirs": {"choice": "1"}, "yours": {"choice": "3"}, "seq": 1}
    assert save(of, slot, {"choice": "3"}, "laptop-2", base=1).seq == 2
    other = slot_of(of, "numeric")
    with pytest.raises(Refused, match="client_key_reused"):
        save(of, other, {"number": "110"}, "ponsel")


def test_a_number_written_with_a_point_is_no_conflict_with_a_comma(app: Flask) -> None:
    of = start(person("a"), module(MIXED))
    slot = slot_of(of, "numeric")
    assert save(of, slot, {"number": "110,5"}, "a").seq == save(of, slot, {"number": "110.50"}, "b").seq == 1


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("single", {"choice": "benar"}, "answer_missing"),  # an id is not a place
        ("single", {}, "answer_missing"),
        ("single", ["1"], "answer_missing"),
        ("multiple", {"choices": []}, "answer_missing"),
        ("multiple", {"choices": ["1", "1"]}, "answer_missing"),
        ("matching", {"pairs": {"1": "1"}}, "answer_missing"),
        ("ordering", {"order": ["1", "2", "3"]}, "answer_missing"),
        ("ordering", {"order": [{}, [], 3, None]}, "answer_missing"),
        ("numeric", {"number": "banyak"}, "number_wrong"),
        ("short_text", {"text": " \n "}, "answer_missing"),
        ("short_text", {"text": "x" * 1001}, "answer_missing"),
    ],
)
def test_what_is_no_answer_is_refused(app: Flask, kind: str, value: object, code: str) -> None:
    of = start(person("a"), module(WITH_TEXT))
    with pytest.raises(Refused, match=code):
        save(of, slot_of(of, kind), value)
    assert count(Answer) == 0


def test_slots_and_attempts_that_are_not_ones_own_are_not_found(app: Flask) -> None:
    who, other = person("a"), person("b")
    of = start(who, module(MIXED))
    for slot in (0, 11, -1):
        with pytest.raises(NotFound):
            save(of, slot, {"choice": "1"}, "k")
        with pytest.raises(NotFound):
            queries.question(of, slot)
    with pytest.raises(NotFound):
        queries.attempt(of.public_id, other)
    with pytest.raises(NotFound), transaction():
        actions.save_answer(other, of.public_id, 1, {"choice": "1"}, "k", 0)
    with pytest.raises(NotFound), transaction():
        actions.hand_in(other, of.public_id)


def test_an_interrupted_attempt_goes_on_where_it_stopped(app: Flask, wrist: Wrist) -> None:
    who, version = person("a"), module(PLAIN)
    of = start(who, version, "ponsel")
    save(of, 1, queries.model_answer(of, 1))
    wrist.move(days=40)
    again = start(who, version, "laptop")
    assert (again.id, again.paper) == (of.id, of.paper)
    assert queries.question(again, 1).saved == queries.model_answer(again, 1)
    assert queries.standings(who)[of.module_id].under_way == of.public_id
    answer_all(again)
    assert hand_in(again).results[0].passed


def test_words_of_a_short_text_are_kept_apart(app: Flask) -> None:
    of = start(person("a"), module(WITH_TEXT))
    save(of, slot_of(of, "short_text"), {"text": "Saya, Rahmat, menelepon"})
    assert db.session.scalars(select(Answer)).one().value == {}
    assert db.session.scalars(select(AnswerPrivate)).one().text == "Saya, Rahmat, menelepon"


# --- what leaves the server -------------------------------------------------------------------------------------------


def test_before_hand_in_neither_key_nor_reason_nor_telling_ids_leave(app: Flask) -> None:
    of = start(person("a"), module(WITH_TEXT))
    answer_all(of, (slot_of(of, "short_text"),))
    for slot in range(1, 11):
        sent = json.dumps(asdict(queries.question(of, slot)), default=str)
        assert SECRET not in sent
        for word in ("benar", "salah", "kiri", "langkah", "t-1", "disentuh", of.seed):
            assert word not in sent, word
        assert "112" in sent, "facts are put into the words"


def test_an_ordering_never_stands_in_the_right_order(app: Flask) -> None:
    version = module([("ordering", True)] * 12)
    of = start(person("a"), version)
    for slot in range(1, 11):
        shown = [place for place, _ in queries.question(of, slot).options]
        assert queries.model_answer(of, slot)["order"] != shown


def test_after_failing_topics_and_the_reasons_of_wrong_choices_at_missed_critical_items(app: Flask) -> None:
    of = start(person("a"), module(MIXED))
    missed = (slot_of(of, "single", True), slot_of(of, "multiple", True), slot_of(of, "numeric"))
    with pytest.raises(Refused, match="attempt_under_way"):
        queries.result(of)
    answer_all(of, missed)
    view = queries.result(hand_in(of))
    assert (view.passed, view.points, view.critical_missed) == (False, 70, 2)
    assert view.topics == (1, 3, 9)
    assert [one.slot for one in view.items] == sorted(missed[:2])
    assert all(one.right == () and one.reason == "" for one in view.items)
    told = [option for one in view.items for option in one.options]
    assert sorted(one.reason for one in told) == [f"{SECRET} salah-1", f"{SECRET} salah-1", f"{SECRET} salah-2"]
    assert all(one.chosen and one.is_right is None for one in told)


def test_a_missed_true_or_false_tells_its_reason_only_if_it_was_answered(app: Flask) -> None:
    version = module(MIXED)
    of = start(person("a"), version)
    answer_all(of, (slot_of(of, "true_false", True),))
    assert [one.reason for one in queries.result(hand_in(of)).items] == [f"{SECRET} seluruh soal"]
    empty = queries.result(hand_in(start(person("b"), version)))
    assert SECRET not in json.dumps(asdict(empty), default=str)
    assert len(empty.items) == 3


def test_after_a_pass_all_reasons_and_right_answers(app: Flask) -> None:
    of = start(person("a"), module(MIXED))
    numeric = slot_of(of, "numeric")
    answer_all(of, (numeric,))
    view = queries.result(hand_in(of))
    assert (view.passed, view.points, view.pass_points, len(view.items)) == (True, 90, 80, 10)
    by_kind = {one.kind: one for one in view.items}
    assert (by_kind["numeric"].given, by_kind["numeric"].right) == (("99",), ("100–120",))
    assert by_kind["true_false"].right == ("false",)
    assert by_kind["matching"].given == by_kind["matching"].right
    assert len(by_kind["ordering"].right) == 4
    assert all(option.reason and option.is_right is not None for one in view.items for option in one.options)
    assert sum(bool(option.is_right) for option in by_kind["multiple"].options) == 2


# --- the end ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wrong_count", "points", "passed"), [(0, 100, True), (2, 80, True), (3, 70, False)])
def test_80_percent_and_every_critical_item(app: Flask, wrong_count: int, points: int, passed: bool) -> None:
    of = sit(person("a"), module(MIXED), "satu", wrong_count)
    view = queries.result(of)
    assert (view.points, view.passed) == (points, passed)


def test_one_wrong_critical_item_does_not_pass(app: Flask) -> None:
    of = start(person("a"), module(MIXED))
    answer_all(of, (slot_of(of, "single", True),))
    view = queries.result(hand_in(of))
    assert (view.points, view.passed, view.critical_missed) == (90, False, 1)


def test_a_second_hand_in_is_the_same_end(app: Flask, wrist: Wrist) -> None:
    of = start(person("a"), module(PLAIN))
    first = hand_in(of).end
    wrist.move(hours=1)
    second = hand_in(of).end
    assert first is not None
    assert second is not None
    assert (first.id, first.at) == (second.id, second.at)
    with pytest.raises(Refused, match="attempt_ended"):
        save(of, 1, {"choice": "1"})
    assert (count(AttemptEnd), count(AttemptResult), count(OpenAttempt), count(Mark)) == (1, 1, 0, 10)


def test_an_end_is_never_before_the_last_answer_whatever_the_clock_does(app: Flask, wrist: Wrist) -> None:
    of = start(person("a"), module(PLAIN))
    wrist.move(hours=1)
    save(of, 1, {"choice": "1"})
    wrist.move(hours=-2)
    end = hand_in(of).end
    assert end is not None
    assert end.at == START + timedelta(hours=1)


def test_late_answers_are_kept_and_not_marked(app: Flask, wrist: Wrist) -> None:
    of = start(person("a"), module(PLAIN, time_limit=timedelta(minutes=10)))
    wrist.move(minutes=10, seconds=30)
    assert not save(of, 1, queries.model_answer(of, 1)).late
    wrist.move(seconds=1)
    assert save(of, 2, queries.model_answer(of, 2)).late
    with transaction():
        assert actions.close_timed_out(clock.now()) == 1
        assert actions.close_timed_out(clock.now()) == 0
    ended = queries.attempt(of.public_id, of.person_id)
    assert ended.end is not None
    assert ended.end.kind == "timed_out"
    assert queries.result(ended).points == 10


# --- the marking desk -------------------------------------------------------------------------------------------------


def unit(*members: int) -> int:
    """The id of a unit with these members."""
    row = Unit(kind="ormas", name=f"Ormas {members}", created_at=START)
    add(row)
    add(*(Membership(person_id=one, unit_id=row.id, since=START) for one in members))
    return row.id


def test_another_text_waits_for_a_person_who_is_not_the_member(app: Flask) -> None:
    who, trainer, version = person("a"), person("t"), module(WITH_TEXT)
    home, elsewhere = unit(who), unit()
    of = start(who, version)
    slot = slot_of(of, "short_text")
    answer_all(of, (slot,))
    ended = hand_in(of)
    view = queries.result(ended)
    assert (view.passed, view.waiting, view.items, view.topics) == (None, True, (), ())
    with pytest.raises(Refused, match="waits_for_mark"):
        start(who, version, "dua")
    [waiting] = queries.waiting_marks([home], trainer)
    assert (waiting.text, waiting.slot, waiting.attempt_public_id) == ("menelepon pos", slot, of.public_id)
    assert queries.waiting_mark([home], trainer, of.public_id, slot) == waiting
    assert queries.waiting_marks([elsewhere], trainer) == queries.waiting_marks([home], who) == []
    for units, marker, asked in (([elsewhere], trainer, slot), ([home], who, slot), ([home], trainer, slot % 10 + 1)):
        with pytest.raises(NotFound):
            queries.waiting_mark(units, marker, of.public_id, asked)

    def mark(by: int, share: Fraction, at: int = slot) -> None:
        with transaction():
            actions.mark_answer(by, of.public_id, at, share)

    for by, share, at, code in (
        (who, Fraction(1), slot, "own_attempt"),
        (trainer, Fraction(3, 2), slot, "share_wrong"),
        (trainer, Fraction(1, 1000), slot, "share_wrong"),
        (trainer, Fraction(1), slot_of(of, "single"), "not_for_marking"),
    ):
        with pytest.raises(Refused, match=code):
            mark(by, share, at)
    mark(trainer, Fraction(1, 2))
    mark(trainer, Fraction(1, 2))
    with pytest.raises(Conflict, match="mark_conflict"):
        mark(trainer, Fraction(1))
    assert queries.result(queries.attempt(of.public_id, who)).share == Fraction(19, 20)
    assert queries.waiting_marks([home], trainer) == []
    assert count(AttemptResult) == 1


def test_an_attempt_under_way_is_not_marked(app: Flask) -> None:
    of = start(person("a"), module(WITH_TEXT))
    with pytest.raises(Refused, match="attempt_under_way"), transaction():
        actions.mark_answer(person_of_trainer(), of.public_id, slot_of(of, "short_text"), Fraction(1))


def person_of_trainer() -> int:
    """A trainer, stored in the transaction that is open."""
    row = Person(sign_in_name="pelatih", created_at=START)
    db.session.add(row)
    db.session.flush()
    return row.id


# --- void -------------------------------------------------------------------------------------------------------------


def test_a_void_attempt_counts_as_never_taken(app: Flask) -> None:
    who, trainer, version = person("a"), person("t"), module(PLAIN)
    passed, under_way = sit(who, version, "satu", 0), start(person("b"), version)

    def void(of: Attempt, by: int = trainer, reason: str = "stand_in") -> int:
        with transaction():
            return actions.void(of.public_id, by, reason).id

    with pytest.raises(Refused, match="own_attempt"):
        void(passed, who)
    with pytest.raises(Refused, match="reason_unknown"):
        void(passed, reason="suka-suka")
    assert void(passed) == void(passed)
    assert queries.passed_modules(who) == {}
    assert queries.result(queries.attempt(passed.public_id, who)).voided
    assert queries.next_try(who, passed.module_version).left == 3
    assert start(who, version, "dua").number == 2
    void(under_way)
    with pytest.raises(Refused, match="attempt_ended"):
        save(under_way, 1, {"choice": "1"})
    with pytest.raises(Refused, match="attempt_void"):
        hand_in(under_way)
    assert start(under_way.person_id, version, "lagi").number == 2


# --- queries ----------------------------------------------------------------------------------------------------------


def test_pages_are_frugal(app: Flask) -> None:
    who, version = person("a"), module(MIXED)
    of = start(who, version)
    public_id, module_id = of.public_id, of.module_id
    answer_all(of)
    db.session.rollback()
    with Counted() as page:
        queries.question(queries.attempt(public_id, who), 3)
    assert len(page.statements) == 3
    db.session.rollback()
    with Counted() as page:
        queries.sheet(queries.attempt(public_id, who))
    assert len(page.statements) == 2
    hand_in(of)
    db.session.rollback()
    with Counted() as page:
        queries.result(queries.attempt(public_id, who))
    assert len(page.statements) == 4
    db.session.rollback()
    with Counted() as page:
        home = queries.standings(who)
    assert len(page.statements) == 1
    with Counted() as page:
        assert home[module_id].passed is not None
        queries.passed_modules(who)
    assert len(page.statements) == 1
    assert [one.public_id for one in queries.attempts_of(who)] == [public_id]
    assert queries.owner(public_id) == who
    assert queries.owner("lain") is None


# --- races ------------------------------------------------------------------------------------------------------------


def race(app: Flask, act: Callable[[int], Any], threads: int = 16) -> list[Any]:
    """What each thread got, all let go at once: the reply of its transaction, or the exception."""
    gate = threading.Barrier(threads)
    replies: list[Any] = [None] * threads

    def run(number: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    replies[number] = act(number)
            except Exception as error:
                replies[number] = error
            finally:
                db.session.remove()

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    db.session.rollback()  # what this thread has read so far is older
    return replies


def test_16_threads_with_one_client_key_have_one_effect_and_one_reply(app: Flask) -> None:
    of = start(person("a"), module(MIXED))
    slot, who, public_id = slot_of(of, "single"), of.person_id, of.public_id
    replies = race(app, lambda _: actions.save_answer(who, public_id, slot, {"choice": "2"}, "kunci", 0))
    assert replies == [replies[0]] * 16
    assert replies[0].seq == 1
    assert count(Answer) == 1


def test_16_threads_with_different_answers_lose_none_silently(app: Flask) -> None:
    of = start(person("a"), module(MIXED))
    slot, who, public_id = slot_of(of, "numeric"), of.person_id, of.public_id

    def act(number: int) -> actions.Saved:
        return actions.save_answer(who, public_id, slot, {"number": str(number)}, f"kunci-{number}", 0)

    replies = race(app, act)
    kinds = Counter(type(one) for one in replies)
    assert kinds == {actions.Saved: 1, Conflict: 15}
    [saved] = [one for one in replies if isinstance(one, actions.Saved)]
    assert all(one.details["theirs"] == saved.value for one in replies if isinstance(one, Conflict))
    assert count(Answer) == 1


def test_16_threads_that_know_what_stands_are_stored_one_after_the_other(app: Flask) -> None:
    of = start(person("a"), module(MIXED))
    slot, who, public_id = slot_of(of, "numeric"), of.person_id, of.public_id

    def act(number: int) -> int:
        value = {"number": str(number)}
        return actions.save_answer(who, public_id, slot, value, f"kunci-{number}", 1000).seq

    assert sorted(race(app, act)) == list(range(1, 17))
    assert count(Answer) == 16


def test_16_threads_start_one_attempt(app: Flask) -> None:
    who, version = person("a"), module(PLAIN)
    replies = race(
        app, lambda n: actions.start(who, version, f"mulai-{n}", lessons_missing=0, paused_until=None).public_id
    )
    assert len(set(replies)) == 1
    assert (count(Attempt), count(OpenAttempt)) == (1, 1)


def test_16_threads_hand_in_once_while_others_still_answer(app: Flask) -> None:
    of = start(person("a"), module(PLAIN))
    who, public_id = of.person_id, of.public_id

    def act(number: int) -> object:
        if number % 2:
            return actions.hand_in(who, public_id).id
        return actions.save_answer(who, public_id, number % 10 + 1, {"choice": "1"}, f"kunci-{number}", 1000).seq

    replies = race(app, act)
    assert len({one for number, one in enumerate(replies) if number % 2}) == 1
    for one in replies[::2]:
        assert isinstance(one, int) or (isinstance(one, Refused) and one.code == "attempt_ended")
    assert (count(AttemptEnd), count(AttemptResult), count(Mark)) == (1, 1, 10)


def test_16_trainers_mark_a_text_once(app: Flask) -> None:
    who, trainer, version = person("a"), person("t"), module(WITH_TEXT)
    of = start(who, version)
    slot = slot_of(of, "short_text")
    save(of, slot, {"text": "menelepon"})
    public_id = hand_in(of).public_id
    replies = race(app, lambda n: actions.mark_answer(trainer, public_id, slot, Fraction(n % 2)).id)
    assert Counter(type(one) for one in replies) == {int: 8, Conflict: 8}
    assert (count(AttemptResult), count(Mark)) == (1, 10)


def test_16_trainers_open_one_round_and_void_once(app: Flask, wrist: Wrist) -> None:
    who, trainer, version = person("a"), person("t"), module(PLAIN)
    for number in range(6):
        last = sit(who, version, f"kunci-{number}")
        wrist.move(days=2)
    module_id, public_id = last.module_id, last.public_id
    replies = race(app, lambda _: actions.grant_round(who, module_id, trainer).id)
    assert Counter(type(one) for one in replies) == {int: 1, Refused: 15}
    voids = race(app, lambda _: actions.void(public_id, trainer, "disturbed").id)
    assert len(set(voids)) == 1
    assert isinstance(voids[0], int)


# --- the invariants find what is wrong --------------------------------------------------------------------------------


def test_rows_only_grow(app: Flask) -> None:
    of = sit(person("a"), module(PLAIN), "satu")
    with pytest.raises(DatabaseError, match="only grows"), transaction():
        of.results[0].passed = True


def broken(name: str) -> None:
    """The invariant is violated, once, and no other."""
    db.session.flush()
    assert {found: number for found, number in queries.violations().items() if number} == {name: 1}


def test_violations_are_found(app: Flask, wrist: Wrist) -> None:
    version = module(PLAIN)
    ended, under_way = sit(person("a"), version, "satu", 2), start(person("b"), version)
    save(under_way, 1, {"choice": "1"})

    def answer(**given: Any) -> Answer:
        common = {"attempt_id": under_way.id, "slot": 1, "seq": 2, "base_seq": 1, "value": {"choice": "benar"}}
        return Answer(**common | {"client_key": "x", "at": clock.now()} | given)

    def result(**given: Any) -> AttemptResult:
        last = ended.results[0]
        common = {"attempt_id": ended.id, "person_id": ended.person_id, "module_id": ended.module_id, "seq": 2}
        common |= {"module_version_id": version, "numerator": last.numerator, "denominator": last.denominator}
        return AttemptResult(**common | {"critical_missed": 0, "passed": True, "rule_version": 1, "at": START} | given)

    def attempt(**given: Any) -> Attempt:
        names = ("person_id", "module_id", "module_version_id", "period", "paper", "rules", "seed", "started_at")
        return Attempt(**{name: getattr(under_way, name) for name in names} | {"start_key": "x"} | given)

    for name, row in (
        ("answer_sequence", answer(seq=3)),
        ("answer_counted_late", answer(late=True)),
        ("score", result(numerator=1, denominator=1)),
        ("score", result(passed=False)),
        ("score", result(critical_missed=1)),
        ("score", Mark(attempt_id=ended.id, slot=1, seq=2, numerator=1, denominator=3, rule_version=1, at=START)),
        ("score", Mark(attempt_id=under_way.id, slot=1, seq=1, numerator=1, denominator=1, rule_version=1, at=START)),
        ("open_attempt", OpenAttempt(person_id=ended.person_id, module_id=ended.module_id, attempt_id=ended.id)),
        ("open_attempt", attempt(number=2)),
    ):
        db.session.add(row)
        broken(name)
        db.session.rollback()
    wrist.move(hours=1)
    db.session.add(answer(attempt_id=ended.id, slot=2, client_key="y"))
    assert queries.violations()["answer_counted_late"] == 1
    db.session.rollback()
    db.session.add(attempt(number=3, paper=[{"item_version": 1, "order": []}], started_at=START - timedelta(days=1)))
    found = {name for name, number in queries.violations().items() if number}
    assert found == {"attempt_number", "open_attempt", "attempt_version"}
