"""The officers' door: a code, a reason, the identity with its audit row, the hourly limit, and suspending."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.rules import Role
from lms.audit.models import Audit
from lms.certification import queries as certification
from lms.certification.models import CertificateEvent
from lms.certification.rules import check_digits, printed_code
from lms.db import db, transaction
from lms.verification import queries as verification
from lms.verification.models import Check
from tests import make
from tests.web import ground, material
from tests.web.ground import Ground, send
from tests.web.queries import counting

HOME = "/petugas/"


@pytest.fixture
def officer(client: FlaskClient, here: Ground) -> FlaskClient:
    return make.signed_in(client, make.staff(Role.OFFICER, here.polsek, "Yusuf Petugas"))


@pytest.fixture
def code(here: Ground) -> str:
    return ground.certified(here, "Siti Rahmawati")


def look(code: str) -> str:
    return f"{HOME}periksa/{code}"


def suspension(code: str) -> str:
    return f"{HOME}sertifikat/{code}/tangguhkan"


def looks() -> list[tuple[str, str]]:
    """(reason, standing) of the checks, each with its audit row."""
    db.session.rollback()
    assert verification.violations() == {"check_without_audit": 0, "audit_without_check": 0}
    return [(one.reason, one.standing) for one in db.session.query(Check).order_by(Check.id)]


def revoked(here: Ground, code: str) -> None:
    from lms.certification import actions

    with transaction():
        proposal = actions.propose("revoke", code, here.approver.id, "weapon").public_id
    with transaction():
        actions.decide(proposal, here.second.id, True)


# --- the code ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["printed", "lower", "link", "whole link"])
def test_a_code_is_read_as_it_is_printed_typed_or_linked(officer: FlaskClient, code: str, shape: str) -> None:
    typed = {
        "printed": printed_code(code),
        "lower": f"{code}{check_digits(code)}".lower(),
        "link": f"/v/{code}",
        "whole link": f"http://localhost/v/{code}#123",
    }[shape]
    assert send(officer, HOME, code=typed).location == look(code)


def test_wrong_check_digits_are_told_before_anything_is_asked(officer: FlaskClient, code: str) -> None:
    wrong = f"{(int(check_digits(code)) + 1) % 97:02d}"
    answer = send(officer, HOME, code=code + wrong)
    assert answer.status_code == 422
    assert "Kode salah ketik. Periksa kembali." in answer.text
    assert code in answer.text
    assert send(officer, HOME, code=code).status_code == 422
    assert send(officer, HOME).status_code == 422


@pytest.mark.parametrize("link", ["https://jaga.example/v/{}", "https://[/v/{}", "//evil.example/v/{}"])
def test_a_link_to_another_host_is_not_followed(officer: FlaskClient, code: str, link: str) -> None:
    answer = send(officer, HOME, code=link.format(code))
    assert answer.status_code == 422
    assert "Tautan ini bukan dari Jaga" in answer.text


@pytest.mark.parametrize("wrong", ["0123456789ABCDEF", "x", "Siti Rahmawati"])
def test_a_code_that_was_never_issued_is_the_page_of_unknown_codes(officer: FlaskClient, wrong: str) -> None:
    for path in (look(wrong), suspension(wrong)):
        answer = officer.get(path)
        assert answer.status_code == 404
        assert "KODE TIDAK DITEMUKAN" in answer.text


# --- looking ----------------------------------------------------------------------------------------------------------


def test_before_a_reason_only_what_everybody_may_see_is_shown_and_nothing_recorded(
    officer: FlaskClient, code: str
) -> None:
    page = officer.get(look(code)).text
    assert "BERLAKU" in page
    assert "S... R..." in page
    assert "Rahmawati" not in page
    assert "JG-" not in page
    assert looks() == []


def test_with_a_reason_the_identity_is_shown_and_one_check_and_audit_row_are_kept(
    officer: FlaskClient, code: str
) -> None:
    answer = send(officer, look(code), reason="patrol")
    assert answer.status_code == 200
    for words in (
        "Siti Rahmawati",
        "Cocokkan wajah dan nama dengan KTP. Sertifikat ini bukan izin patroli.",
        "Boleh diajukan patroli: ya",
        "Diperiksa lewat server hari ini pukul",
        "Tangguhkan",
        "JG-",
    ):
        assert words in answer.text
    assert looks() == [("patrol", "valid")]


def test_a_look_without_or_with_an_unknown_reason_shows_nothing(officer: FlaskClient, code: str) -> None:
    for fields in ({}, {"reason": "curious"}):
        answer = send(officer, look(code), **fields)
        assert answer.status_code == 422
        assert "Rahmawati" not in answer.text
    assert "Pilih alasan pemeriksaan." in send(officer, look(code)).text
    assert looks() == []


def test_a_valid_level_1_is_not_for_patrol(officer: FlaskClient, here: Ground) -> None:
    answer = send(officer, look(ground.certified(here, "Budi Satu", 1)), reason="post")
    assert "BERLAKU" in answer.text
    assert "Boleh diajukan patroli: tidak, karena Tingkat 1 bukan untuk patroli" in answer.text


def test_a_revoked_certificate_tells_no_reason(officer: FlaskClient, here: Ground, code: str) -> None:
    revoked(here, code)
    page = send(officer, look(code), reason="post").text
    assert "DICABUT" in page
    assert "Alasan tercatat di akun pemegang. Pemegang dapat mengajukan banding." in page
    assert "senjata" not in page
    assert "Tangguhkan" not in page


def test_an_expired_certificate_says_so(officer: FlaskClient, code: str) -> None:
    with transaction():
        found = certification.certificate(code)
        assert found is not None
        for name in ("issued_on", "refresher_due", "valid_through"):
            setattr(found, name, getattr(found, name) - timedelta(days=800))
    page = send(officer, look(code), reason="post").text
    assert "KEDALUWARSA" in page
    assert "karena masa berlaku sudah habis" in page


def test_the_sixty_first_look_in_an_hour_is_refused_in_words_and_works_an_hour_later(
    officer: FlaskClient, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.verification.rules.LOOKUPS_AN_HOUR", 2)
    for _ in range(2):
        assert send(officer, look(code), reason="post").status_code == 200
    refused = send(officer, look(code), reason="post")
    assert refused.status_code == 429
    assert "60 orang dalam satu jam" in refused.text
    assert "Rahmawati" not in refused.text
    assert len(looks()) == 2
    outcomes = [one.outcome for one in db.session.query(Audit).filter_by(action="look").order_by(Audit.id)]
    assert outcomes == ["done", "done", "too_many_lookups"]
    client = make.signed_in(officer.application.test_client(), make.staff(Role.OFFICER))
    assert send(client, look(code), reason="post").status_code == 200


def test_own_checks_are_listed_without_names(app: Flask, officer: FlaskClient, here: Ground, code: str) -> None:
    assert "Belum ada pemeriksaan." in officer.get(f"{HOME}riwayat").text
    send(officer, look(code), reason="handover")
    for path in (HOME, f"{HOME}riwayat"):
        page = officer.get(path).text
        assert printed_code(code) in page
        assert "Serah terima kejadian" in page
        assert "Rahmawati" not in page
    other = make.signed_in(app.test_client(), make.staff(Role.OFFICER, here.polsek))
    assert printed_code(code) not in other.get(f"{HOME}riwayat").text


def test_the_history_goes_on_on_the_next_page(officer: FlaskClient, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.web.paging.PAGE", 1)
    send(officer, look(code), reason="handover")
    send(officer, look(code), reason="patrol")
    page = officer.get(f"{HOME}riwayat").text
    assert "Serah terima kejadian" not in page
    following = page.split('rel="next" href="')[1].split('"')[0]
    assert "Serah terima kejadian" in officer.get(following).text
    assert officer.get(f"{HOME}riwayat?setelah=1").status_code == 404


# --- suspending -------------------------------------------------------------------------------------------------------


def events(code: str) -> list[str]:
    db.session.rollback()
    return [one.kind for one in certification.history(code)]


def test_a_suspension_is_asked_about_then_stands_at_once(officer: FlaskClient, code: str) -> None:
    asked = send(officer, suspension(code), reason="force")
    assert asked.status_code == 200
    assert "Aduan tentang kekerasan" in asked.text
    assert events(code) == ["issued"]
    fields = {name: material.hidden(asked.text, name) for name in ("csrf_token", "reason", "key", "sure")}
    answers = [officer.post(suspension(code), data=fields) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert events(code) == ["issued", "suspended"]
    page = officer.get(answers[0].location).text
    assert "DITANGGUHKAN" in page
    assert "Rahmawati" not in page


def test_a_suspension_needs_a_reason_of_the_list(officer: FlaskClient, code: str) -> None:
    answer = send(officer, suspension(code))
    assert answer.status_code == 422
    assert "Pilih salah satu alasan." in answer.text
    assert send(officer, suspension(code), reason="cheating", sure="ya", key="k").status_code == 422
    assert events(code) == ["issued"]


def test_an_officer_who_shares_a_unit_with_the_holder_may_not_suspend(app: Flask, here: Ground, code: str) -> None:
    from lms.organisations import actions as organisations

    near = make.staff(Role.OFFICER, here.polsek, "Tetangga Petugas")
    with transaction():
        organisations.add_membership(near.id, here.chapter.id)
    client = make.signed_in(app.test_client(), near)
    answer = send(client, suspension(code), reason="force", sure="ya", key="k")
    assert answer.status_code == 422
    assert "berada di satuan yang sama" in answer.text
    assert events(code) == ["issued"]
    refusals = db.session.query(Audit).filter_by(action="suspend", outcome="same_unit").count()
    assert refusals == 1


def test_what_is_revoked_cannot_be_suspended(officer: FlaskClient, here: Ground, code: str) -> None:
    revoked(here, code)
    assert "Sertifikat ini tidak bisa ditangguhkan." in officer.get(suspension(code)).text
    assert send(officer, HOME, suspension(code), reason="force", sure="ya", key="k").status_code == 422
    db.session.rollback()
    assert db.session.query(CertificateEvent).filter_by(kind="suspended").count() == 0


# --- the door ---------------------------------------------------------------------------------------------------------


def test_only_officers_come_in_and_a_form_needs_its_token(
    app: Flask, officer: FlaskClient, here: Ground, code: str
) -> None:
    for path in (HOME, look(code), suspension(code), f"{HOME}riwayat"):
        assert app.test_client().get(path).location.startswith("/masuk"), path
    approver = make.signed_in(app.test_client(), here.approver)
    assert approver.get(look(code)).status_code == 403
    assert officer.post(look(code), data={"reason": "post"}).status_code == 400
    assert looks() == []


def test_reading_a_code_costs_few_queries_and_writes_nothing(app: Flask, officer: FlaskClient, code: str) -> None:
    with counting(app) as statements:
        officer.get(look(code))
    assert len(statements) <= 3
    assert all(one.lstrip().startswith("SELECT") for one in statements)
