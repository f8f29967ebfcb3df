"""A form that arrives after the sign-in ran out: an answer and a hand-in are done once the same person is back."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts import actions as accounts
from lms.accounts.models import Person
from lms.db import transaction
from lms.quizzes.models import Attempt
from tests import make
from tests.web import material
from tests.web.material import answers, at, saved


@pytest.fixture
def who(client: FlaskClient, app: Flask) -> Person:
    """A member, signed in."""
    made = make.person("Siti Contoh", unit=make.chapter())
    make.signed_in(client, made)
    return made


@pytest.fixture
def attempt(who: Person) -> Attempt:
    """The member's attempt under way."""
    return material.started(who.id, material.module("pelaporan"))


def lose_sign_in(who: Person) -> None:
    """Every session of somebody ends."""
    with transaction():
        accounts.revoke_all(who.id)


def sign_in_again(client: FlaskClient, page: str, who: Person) -> Any:
    """Fill in the sign-in form that came instead, with the sealed fields in it."""
    fields = {"csrf_token": make.csrf_in(page), "continuation": material.hidden(page, "continuation")}
    return client.post("/masuk", data=fields | {"identifier": who.sign_in_name, "password": make.PASSWORD})


def test_an_answer_sent_signed_out_is_saved_after_sign_in(client: FlaskClient, who: Person, attempt: Attempt) -> None:
    page = client.get(at(attempt, 1)).text
    fields = {name: material.hidden(page, name) for name in ("csrf_token", "client_key", "base_seq")}
    lose_sign_in(who)
    asked = client.post(at(attempt, 1), data=fields | material.form_of(material.right(attempt, 1)))
    assert "Jawaban Anda disimpan. Masuk lagi untuk mengirimnya." in asked.text
    assert answers(attempt) == []
    back = sign_in_again(client, asked.text, who)
    assert (back.status_code, back.location) == (303, at(attempt, 2))
    assert saved(attempt, 1) == material.right(attempt, 1)
    assert "Soal 1 tersimpan" in client.get(back.location).text


def test_a_hand_in_sent_signed_out_is_done_after_sign_in(client: FlaskClient, who: Person, attempt: Attempt) -> None:
    material.answer_all(attempt)
    token = make.token(client, "/belajar/")
    lose_sign_in(who)
    asked = client.post(f"/belajar/ujian/{attempt.public_id}/kirim", data={"csrf_token": token})
    back = sign_in_again(client, asked.text, who)
    assert back.location == f"/belajar/ujian/{attempt.public_id}/hasil"
    assert "Anda lulus" in client.get(back.location).text


def test_sealed_fields_are_worth_nothing_to_somebody_else(client: FlaskClient, who: Person, attempt: Attempt) -> None:
    page = client.get(at(attempt, 1)).text
    fields = {name: material.hidden(page, name) for name in ("csrf_token", "client_key", "base_seq")}
    lose_sign_in(who)
    asked = client.post(at(attempt, 1), data=fields | material.form_of(material.right(attempt, 1)))
    back = sign_in_again(client, asked.text, make.person("Lain Contoh", unit=make.chapter()))
    assert back.status_code == 302
    assert "/ujian/" not in back.location
    assert answers(attempt) == []


def test_nothing_chosen_sent_signed_out_asks_again_after_sign_in(
    client: FlaskClient, who: Person, attempt: Attempt
) -> None:
    page = client.get(at(attempt, 1)).text
    fields = {name: material.hidden(page, name) for name in ("csrf_token", "client_key", "base_seq")}
    lose_sign_in(who)
    back = sign_in_again(client, client.post(at(attempt, 1), data=fields).text, who)
    assert back.status_code == 422
    assert f'action="{at(attempt, 1)}"' in back.text
