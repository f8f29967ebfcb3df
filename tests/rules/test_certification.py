"""The state machine, dates, what a level needs, who may act, and the code with its check digits."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lms.certification import rules
from lms.certification.rules import Facts, Level, Missing, Standing

TODAY = date(2026, 11, 23)
LEVEL_1 = Level(1, ("a", "b"), (), ("adult", "code_of_conduct"), 24, 12)
LEVEL_2 = Level(2, ("a", "b", "c"), ("c",), rules.EVIDENCE_KINDS, 24, 12)
READY = Facts(frozenset("abc"), frozenset("c"), dict.fromkeys(rules.EVIDENCE_KINDS, TODAY))
CODES = st.integers(0, 2**80 - 1).map(rules.encode_code)


def facts(**changes: Any) -> Facts:
    return Facts(**vars(READY) | changes)


# The state machine


@given(st.lists(st.sampled_from(rules.EVENTS), max_size=8))
def test_a_fold_is_the_steps_one_by_one(events: list[str]) -> None:
    status: str | None = None
    for event in events:
        try:
            status = rules.after(status, event)
        except ValueError:
            with pytest.raises(ValueError, match="not possible"):
                rules.fold(events)
            return
    assert rules.fold(events) == status


def test_only_allowed_steps_are_taken() -> None:
    allowed = {("suspended", "reinstated"), ("suspended", "revoked"), ("active", "revoked")}
    assert allowed < set(rules.NEXT)
    for status, event in product((None, *rules.STATUSES), rules.EVENTS):
        if (status, event) not in rules.NEXT:
            with pytest.raises(ValueError, match="not possible"):
                rules.after(status, event)


@given(st.lists(st.sampled_from(rules.EVENTS), max_size=12))
def test_nothing_leads_back_from_revoked_replaced_or_withdrawn(events: list[str]) -> None:
    for final in ("revoked", "replaced", "withdrawn"):
        status = final
        for event in events:
            if (status, event) in rules.NEXT:
                status = rules.after(status, event)
        assert status == final


def test_every_event_has_a_leaf_and_every_proposal_an_event_and_reasons() -> None:
    assert set(rules.LEAF_OF) == set(rules.EVENTS)
    assert {*rules.EVENT_OF, "programme"} == set(rules.PROPOSAL_KINDS)
    assert {*rules.EVENT_OF, "suspend"} == set(rules.REASONS)
    assert {status for status, _ in rules.NEXT if status} | set(rules.NEXT.values()) < set(rules.STATUSES)


# Standing and dates


def test_what_was_done_weighs_more_than_any_date() -> None:
    for status in ("revoked", "withdrawn", "replaced", "suspended"):
        for days in (-4000, -1, 0, 1, 4000):
            assert rules.standing(status, TODAY, TODAY, TODAY + timedelta(days=days)) == status
    assert rules.standing("provisional", TODAY, TODAY, TODAY) is Standing.UNKNOWN


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2027, 11, 22), Standing.VALID),
        (date(2027, 11, 23), Standing.REFRESHER_DUE),
        (date(2028, 11, 23), Standing.REFRESHER_DUE),  # the last day counts
        (date(2028, 11, 24), Standing.EXPIRED),
    ],
)
def test_the_calendar_of_an_active_certificate(on: date, expected: Standing) -> None:
    assert rules.standing("active", date(2028, 11, 23), date(2027, 11, 23), on) is expected


def test_thirty_days_or_less_left() -> None:
    assert rules.is_expiring(Standing.VALID, TODAY + timedelta(days=30), TODAY)
    assert rules.is_expiring(Standing.VALID, TODAY, TODAY)
    assert not rules.is_expiring(Standing.VALID, TODAY + timedelta(days=31), TODAY)
    assert not rules.is_expiring(Standing.SUSPENDED, TODAY, TODAY)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2028, 2, 29), 24, date(2030, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 11, 23), 24, date(2028, 11, 23)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
    ],
)
def test_calendar_months(day: date, months: int, expected: date) -> None:
    assert rules.add_months(day, months) == expected


@given(st.dates(date(2000, 1, 1), date(2900, 1, 1)), st.integers(0, 600))
def test_months_later_is_the_same_day_or_the_last_of_the_month(day: date, months: int) -> None:
    later = rules.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


# What a level needs


def test_somebody_ready_lacks_nothing() -> None:
    assert rules.missing(LEVEL_1, READY, TODAY) == rules.missing(LEVEL_2, READY, TODAY) == []


def test_gaps_come_in_the_order_in_which_they_are_closed() -> None:
    assert rules.missing(LEVEL_2, Facts(frozenset("a")), TODAY) == [
        Missing("exam", "b"),
        Missing("exam", "c"),
        Missing("drill", "c"),
        *(Missing("evidence", kind) for kind in rules.EVIDENCE_KINDS),
    ]
    assert [gap.kind for gap in rules.missing(LEVEL_1, facts(blocked="revoked", live=2), TODAY)] == ["blocked", "held"]


@given(st.sets(st.sampled_from("abc")), st.sets(st.sampled_from(rules.EVIDENCE_KINDS)), st.booleans())
def test_nobody_is_ready_who_lacks_anything(exams: set[str], kinds: set[str], drill: bool) -> None:
    has = Facts(frozenset(exams), frozenset("c" if drill else ""), dict.fromkeys(kinds, TODAY))
    whole = exams == set("abc") and drill and kinds == set(rules.EVIDENCE_KINDS)
    assert (rules.missing(LEVEL_2, has, TODAY) == []) == whole
    assert rules.on_desk(rules.missing(LEVEL_2, has, TODAY)) == (exams == set("abc") and drill)


def test_an_skck_counts_for_six_calendar_months() -> None:
    with_skck = facts(evidence=dict.fromkeys(rules.EVIDENCE_KINDS, TODAY) | {"skck": date(2026, 5, 23)})
    assert rules.missing(LEVEL_2, with_skck, TODAY) == []
    assert rules.missing(LEVEL_2, with_skck, TODAY + timedelta(days=1)) == [Missing("skck_old", "2026-05-23")]
    assert rules.missing(LEVEL_1, with_skck, TODAY + timedelta(days=1)) == []


def test_what_is_held_is_needed_again_from_thirty_days_before_its_end() -> None:
    def held(level: int, days_left: int) -> Facts:
        return rules.with_certificate(READY, "active", level, TODAY + timedelta(days=days_left), TODAY)

    assert rules.missing(LEVEL_2, held(2, 31), TODAY) == [Missing("held", "2")]
    assert rules.missing(LEVEL_2, held(1, 400), TODAY) == []
    for days_left in (30, 0, -1, -400):
        assert rules.missing(LEVEL_2, held(2, days_left), TODAY) == []
        assert rules.missing(LEVEL_1, held(2, days_left), TODAY) == [Missing("held", "2")]


@given(st.permutations(["revoked", "suspended", "replaced", "active"]))
def test_revoked_weighs_more_than_suspended_in_any_order(statuses: list[str]) -> None:
    found = READY
    for status in statuses:
        found = rules.with_certificate(found, status, 1, TODAY + timedelta(days=400), TODAY)
    assert (found.blocked, found.live) == ("revoked", 1)
    assert rules.refusal(rules.missing(LEVEL_2, found, TODAY)[0]) == "member_revoked"


def test_a_replaced_or_withdrawn_certificate_stands_in_nobodys_way() -> None:
    for status in ("replaced", "withdrawn", "provisional"):
        assert rules.with_certificate(READY, status, 2, TODAY, TODAY) == READY


@pytest.mark.parametrize(
    ("gap", "code"),
    [
        (Missing("blocked", "suspended"), "member_suspended"),
        (Missing("held", "2"), "level_held"),
        (Missing("exam", "a"), "exam_missing"),
        (Missing("drill", "a"), "drill_missing"),
        (Missing("evidence", "adult"), "evidence_missing"),
        (Missing("skck_old", "2026-05-23"), "skck_old"),
    ],
)
def test_the_code_of_a_refusal(gap: Missing, code: str) -> None:
    assert rules.refusal(gap) == code


@pytest.mark.parametrize(
    ("chosen", "live", "renewable", "expected"),
    [
        (None, None, False, 1),
        (2, None, False, 2),
        (9, None, False, 1),
        (1, 1, False, 2),
        (None, 2, False, None),
        (None, 2, True, 2),
        (1, 2, True, 2),
        (2, 1, True, 2),
    ],
)
def test_the_goal(chosen: int | None, live: int | None, renewable: bool, expected: int | None) -> None:
    assert rules.goal((2, 1), chosen, facts(live=live, renewable=renewable)) == expected


# Who may act


def test_who_may_issue() -> None:
    far, near = frozenset({1}), frozenset({2})
    assert rules.issuer_problem(5, 6, [7], far, near) is None
    assert rules.issuer_problem(6, 6, [7], far, near) == "issuer_is_member"
    assert rules.issuer_problem(7, 6, [7], far, near) == "issuer_is_assessor"
    assert rules.issuer_problem(5, 6, [], near, near) == "issuer_same_unit"


def test_who_may_decide_and_suspend() -> None:
    assert rules.decider_problem(5, 6, 7, same_unit=False) is None
    assert rules.decider_problem(5, 6, None, same_unit=False) is None
    assert rules.decider_problem(5, 5, 7, same_unit=False) == "own_proposal"
    assert rules.decider_problem(7, 6, 7, same_unit=True) == "own_certificate"
    assert rules.decider_problem(5, 6, 7, same_unit=True) == "same_unit"
    assert rules.outsider_problem(7, 7, same_unit=True) == "own_certificate"
    assert rules.outsider_problem(5, 7, same_unit=False) is None


# Programmes


ROW = {"level": 1, "modules": ["a"], "drills": [], "evidence": ["adult"], "validity_months": 24, "refresher_months": 12}


def test_a_programme_that_certificates_can_rest_on() -> None:
    stored = {"levels": [ROW, ROW | {"level": 2, "title": "Tingkat 2", "drills": ["a"]}]}
    assert rules.programme_problem(stored) is None
    assert rules.levels(stored)[2] == Level(2, ("a",), ("a",), ("adult",), 24, 12, 6)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"levels": []},
        {"levels": [ROW, ROW]},
        {"levels": [ROW | {"level": 2}, ROW]},
        {"levels": [ROW | {"level": 4}]},
        {"levels": [ROW | {"modules": []}]},
        {"levels": [ROW | {"modules": "abc"}]},
        {"levels": [ROW | {"evidence": []}]},
        {"levels": [ROW | {"evidence": ["religion"]}]},
        {"levels": [ROW | {"refresher_months": 25}]},
        {"levels": [ROW | {"validity_months": "24"}]},
        {"levels": [ROW | {"skck_months": 0}]},
        {"levels": [{k: v for k, v in ROW.items() if k != "drills"}]},
        {"levels": None},
    ],
)
def test_a_programme_that_they_cannot_rest_on(wrong: dict[str, Any]) -> None:
    assert rules.programme_problem(wrong) == "programme_malformed"


# Number, code and check digits


def test_the_number() -> None:
    assert rules.certificate_number(2026, 7) == "JG-2026-000007"


@given(st.integers(0, 2**80 - 1))
@example(0)
@example(2**80 - 1)
def test_a_code_goes_round(bits: int) -> None:
    code = rules.encode_code(bits)
    assert len(code) == 16
    assert rules.code_number(code) == bits
    assert rules.normal_code(code) == code
    assert rules.typed_code(rules.printed_code(code)) == code
    assert rules.typed_code(f"  {rules.printed_code(code).lower().replace('-', ' – ')} ") == code


def test_letters_that_are_misread_are_read_as_digits() -> None:
    assert rules.normal_code("oOiIlL0011223344") == "0011110011223344"
    assert rules.normal_code("U011110011223344") is None  # Crockford's alphabet has no U


@pytest.mark.parametrize(
    "typed", ["", "zzz", "A" * 15, "A" * 17, "A" * 16 + "é", "ß" * 8, "A" * 15 + "!", "A" * 15 + "\0"]
)
def test_what_is_no_code(typed: str) -> None:
    assert rules.normal_code(typed) is None
    assert rules.typed_code(typed) is None


@given(CODES)
def test_check_digits_are_those_of_mod_97_10(code: str) -> None:
    """ISO/IEC 7064: the number with its check digits behind it leaves 1 when divided by 97."""
    assert (rules.code_number(code) * 100 + int(rules.check_digits(code))) % 97 == 1


def wrong(code: str, typed: str) -> bool:
    """Whether something else than a printed code is refused."""
    return typed != code + rules.check_digits(code) and rules.typed_code(typed) is None


@given(CODES, st.integers(0, 17), st.sampled_from(rules.ALPHABET))
def test_every_single_wrong_character_is_found(code: str, place: int, other: str) -> None:
    """Always, not just nearly: a difference of at most 31, times a power of 32, is no multiple of 97."""
    whole = code + rules.check_digits(code)
    assume(whole[place] != other)
    assert wrong(code, whole[:place] + other + whole[place + 1 :])


@given(CODES, st.integers(0, 16))
def test_every_swap_of_neighbours_is_found(code: str, place: int) -> None:
    """Always: (a - b) * 31 * a power of 32 is no multiple of 97, nor is 90 * (a - b) at the seam to the digits."""
    whole = code + rules.check_digits(code)
    assume(whole[place] != whole[place + 1])
    assert wrong(code, whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :])


def test_why_no_wrong_character_or_swap_escapes() -> None:
    """The same for all codes at once: the arithmetic behind the two tests above, over every place and difference."""
    for power, difference in product(range(16), range(1, 32)):
        assert difference * 32**power * 100 % 97
        assert difference * (32 - 1) * 32**power * 100 % 97


@given(CODES, CODES)
def test_some_other_code_passes_only_with_its_own_digits(one: str, other: str) -> None:
    same = rules.check_digits(one) == rules.check_digits(other)
    assert (rules.typed_code(other + rules.check_digits(one)) == other) == same


# Keys


def test_an_event_key_names_act_actor_and_object() -> None:
    keys = {
        rules.event_key("certify", 1, 2, 1, "key"),
        rules.event_key("certify", 1, 2, 2, "key"),
        rules.event_key("certify", 2, 2, 1, "key"),
        rules.event_key("suspend", 1, 2, 1, "key"),
        rules.event_key("certify", 1, 2, 1, "other"),
    }
    assert len(keys) == 5
    assert all(len(key) == 64 for key in keys)
    assert rules.event_key("certify", 1, 2, 1, "key") in keys


def test_a_payload_hash_needs_the_salt() -> None:
    assert rules.payload_hash(b"salt", b"payload") != rules.payload_hash(b"tlas", b"payload")
    assert len(rules.payload_hash(b"", b"")) == 64
