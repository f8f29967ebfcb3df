"""What may be seen after a scan, and how often an officer may look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certification.rules import Standing
from lms.verification import rules


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Siti Rahmawati", "S... R..."),
        ("Suparman", "S..."),
        ("Ni Luh Ayu Pertiwi", "N... L... A... P..."),
        ("E\u0301mile", "É..."),
        ("’Aisyah - Putri", "A... P..."),
        ("", ""),
    ],
)
def test_a_masked_name(name: str, masked: str) -> None:
    assert rules.masked(name) == masked


@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20), min_size=1, max_size=6))
def test_a_mask_shows_first_letters_and_no_length(words: list[str]) -> None:
    masked = rules.masked(" ".join(words))
    assert masked == rules.masked(" ".join(word[0] + "x" * 9 for word in words))
    assert len(masked) == 5 * len(words) - 1


def test_only_a_valid_certificate_of_level_2_or_higher_may_be_proposed_for_patrol() -> None:
    for found in Standing:
        for level in (1, 2, 3):
            answer = rules.patrol_answer(found, level)
            assert answer.may == (found is Standing.VALID and level >= 2)
            assert (answer.because is None) == answer.may
    assert rules.patrol_answer(Standing.VALID, 1).because == "level_1"
    assert rules.patrol_answer(Standing.REFRESHER_DUE, 2).because == "refresher_due"


def test_sixty_looks_an_hour() -> None:
    assert rules.may_look(59)
    assert not rules.may_look(60)


def test_the_member_is_told_of_every_look_but_one_because_of_a_complaint() -> None:
    assert set(rules.HIDDEN_FROM_MEMBER) == {"complaint"} < set(rules.CHECK_REASONS)
