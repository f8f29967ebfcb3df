"""What the tests of the formats draw is valid, and as questions.yaml has it."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.authoring import models, rules
from lms.quizzes.rules import KINDS
from tests.rules import questions
from tests.rules.questions import Question

SLOWLY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOWLY
@given(st.one_of([questions.item(kind) for kind in KINDS]))
def test_items_are_valid(item: Question) -> None:
    assert models.QUESTION.validate_python(item).model_dump(exclude_unset=True) == item


@SLOWLY
@given(questions.scenario())
def test_scenarios_are_valid_and_so_are_their_parts(scenario: Question) -> None:
    whole = models.SCENARIO.validate_python(scenario).model_dump(exclude_unset=True)
    assert whole == scenario
    assert all(models.QUESTION.validate_python({**part, "key": "x"}) for part in rules.parts(whole))


@SLOWLY
@given(questions.bank())
def test_the_keys_of_a_bank_are_used_once(bank: list[Question]) -> None:
    assert max(Counter(one["key"] for one in bank).values()) == 1
