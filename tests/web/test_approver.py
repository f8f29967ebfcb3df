"""The approvers' door: the queue, evidence, issuing one or many, certificates of the area, and second persons."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import clock
from lms.accounts import queries as people
from lms.accounts.models import Person
from lms.audit.models import Audit
from lms.certification import actions as certifying
from lms.certification import queries as certification
from lms.certification.models import Certificate, Evidence
from lms.db import db, transaction
from lms.organisations import actions as organisations
from tests import make
from tests.web import ground, material
from tests.web.ground import RULES, Ground, send
from tests.web.queries import counting

HOME = "/pengesah/"


@pytest.fixture
def approver(client: FlaskClient, here: Ground) -> FlaskClient:
    return make.signed_in(client, here.approver)


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The certificates whose document was asked for."""
    seen: list[int] = []
    monkeypatch.setattr("lms.jobs.make_document", seen.append)
    return seen


def dossier(who: Person) -> str:
    return f"{HOME}anggota/{who.public_id}"


def certificate(code: str) -> str:
    return f"{HOME}sertifikat/{code}"


def issued() -> list[tuple[int, int, str]]:
    """(person, level, status) of every certificate."""
    db.session.rollback()
    return [(one.person_id, one.level, one.status) for one in db.session.query(Certificate).order_by(Certificate.id)]


def status(code: str) -> str:
    db.session.rollback()
    found = certification.certificate(code)
    assert found is not None
    return found.status


def fields(page: str, *names: str) -> dict[str, str]:
    """Hidden fields of a page and its token."""
    return {name: material.hidden(page, name) for name in ("csrf_token", *names)}


def words(page: str) -> str:
    """What a page says, without tags, in single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# --- the queue --------------------------------------------------------------------------------------------------------


def test_the_queue_says_who_is_ready_and_what_others_lack(approver: FlaskClient, here: Ground) -> None:
    full = ground.ready(here, "Maya Lengkap")
    short = ground.member(here, "Joko Kurang")
    ground.drilled(here, short)
    ground.seen(here, short, ("identity", "skck"), clock.today() - timedelta(days=250))
    ground.member(here, "Tanpa Praktik")
    page = approver.get(HOME).text
    said = words(page)
    assert "Maya Lengkap" in said
    assert "SKCK lebih dari 6 bulan" in said
    assert "Surat dari satuan belum ada" in said
    assert "umur 8 bulan" in said
    assert "Tanpa Praktik" not in said
    assert f'name="anggota" value="{full.public_id}"' in page
    assert f'name="anggota" value="{short.public_id}"' not in page


def test_a_password_that_was_reset_within_a_day_is_marked(approver: FlaskClient, here: Ground) -> None:
    who = ground.ready(here)
    mark = "Kata sandi baru diatur ulang"
    assert mark not in approver.get(HOME).text
    for hours, is_marked in ((2, True), (25, False)):
        with transaction():
            db.session.get_one(Person, who.id).secret_reset_at = clock.now() - timedelta(hours=hours)
        assert (mark in approver.get(HOME).text) == is_marked
        assert (mark in approver.get(dossier(who)).text) == is_marked


def test_the_queue_goes_on_on_the_next_page(
    approver: FlaskClient, here: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.paging.PAGE", 1)
    ground.ready(here, "Yang Pertama", 1)
    ground.ready(here, "Yang Kedua", 1)
    page = approver.get(HOME).text
    assert "Yang Kedua" not in page
    following = page.split('rel="next" href="')[1].split('"')[0]
    assert "Yang Kedua" in approver.get(following).text


def test_an_empty_queue_and_a_missing_programme_say_what_to_do(
    approver: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Belum ada yang menunggu" in approver.get(HOME).text
    monkeypatch.setattr("lms.web.approver.queue.certification.levels", dict)
    assert "Aturan program belum disahkan" in approver.get(HOME).text


def test_the_queue_costs_few_queries_however_many_wait(app: Flask, approver: FlaskClient, here: Ground) -> None:
    ground.ready(here, "Satu", 1)
    with counting(app) as one:
        approver.get(HOME)
    for name in ("Dua", "Tiga", "Empat"):
        ground.ready(here, name, 1)
    with counting(app) as four:
        approver.get(HOME)
    assert len(one) == len(four) <= 10


# --- evidence and name ------------------------------------------------------------------------------------------------


def test_evidence_is_ticked_with_its_date_and_taken_back(approver: FlaskClient, here: Ground) -> None:
    who = ground.member(here)
    day = (clock.today() - timedelta(days=3)).isoformat()
    assert send(approver, dossier(who), f"{dossier(who)}/bukti/skck", **{"skck-dated": day}).status_code == 302
    assert send(approver, dossier(who), f"{dossier(who)}/bukti/identity").status_code == 302
    db.session.rollback()
    ticks = certification.checklist(who.id).grounds.ticks
    assert {kind: str(tick.dated) for kind, tick in ticks.items()} == {"skck": day, "identity": str(clock.today())}
    assert "umur 3 hari" in approver.get(dossier(who)).text
    for _ in range(2):
        assert send(approver, dossier(who), f"{dossier(who)}/bukti/skck/batal").status_code == 302
    db.session.rollback()
    assert set(certification.checklist(who.id).grounds.ticks) == {"identity"}


def test_ticking_twice_leaves_one_tick(approver: FlaskClient, here: Ground) -> None:
    who = ground.member(here)
    for _ in range(2):
        send(approver, dossier(who), f"{dossier(who)}/bukti/adult")
    db.session.rollback()
    assert db.session.query(Evidence).filter_by(person_id=who.id).count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Isi tanggal yang tertulis di surat."),
        ("kemarin", "Isi tanggal, misalnya 2026-11-23."),
        ("2999-01-01", "Tanggal ini belum terjadi."),
    ],
)
def test_a_wrong_date_is_said_at_its_field_and_stays(
    approver: FlaskClient, here: Ground, typed: str, said: str
) -> None:
    who = ground.member(here)
    answer = send(approver, dossier(who), f"{dossier(who)}/bukti/skck", **{"skck-dated": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'href="#skck-dated"' in answer.text
    assert f'value="{typed}"' in answer.text
    db.session.rollback()
    assert db.session.query(Evidence).count() == 0


def test_evidence_that_a_certificate_rests_on_stays(approver: FlaskClient, here: Ground) -> None:
    code = ground.certified(here)
    db.session.rollback()
    found = certification.certificate(code)
    assert found is not None
    who = people.person(found.person_id)
    answer = send(approver, dossier(who), f"{dossier(who)}/bukti/skck/batal")
    assert answer.status_code == 422
    assert "Sertifikat yang masih ada bersandar pada bukti ini." in answer.text


def test_an_unknown_kind_of_evidence_is_not_found(approver: FlaskClient, here: Ground) -> None:
    who = ground.member(here)
    assert send(approver, dossier(who), f"{dossier(who)}/bukti/agama").status_code == 404


def test_the_name_is_corrected_as_on_the_ktp(approver: FlaskClient, here: Ground) -> None:
    who = ground.member(here, "Siti Rahmawti")
    path = f"{dossier(who)}/nama"
    wrong = send(approver, path, name="Siti 123")
    assert wrong.status_code == 422
    assert 'value="Siti 123"' in wrong.text
    for _ in range(2):
        assert send(approver, path, name="  Siti   Rahmawati ").location == dossier(who)
    assert "Nama akan dicetak: Siti Rahmawati" in words(approver.get(dossier(who)).text)
    db.session.rollback()
    rows = db.session.query(Audit).filter_by(action="correct_name").all()
    assert [(one.subject_id, one.purpose) for one in rows] == [(who.id, None)]


def test_exams_and_drills_are_facts_with_time_and_assessor(approver: FlaskClient, here: Ground) -> None:
    who = ground.ready(here)
    said = words(approver.get(dossier(who)).text)
    assert "Ujian, kesempatan 1" in said
    assert "Lulus, nilai 100" in said
    assert "Tono Penilai" in said


# --- issuing ----------------------------------------------------------------------------------------------------------


def test_issuing_asks_first_then_issues_once_and_asks_for_the_document(
    approver: FlaskClient, here: Ground, hints: list[int]
) -> None:
    who = ground.ready(here, "Maya Lengkap")
    path = f"{dossier(who)}/terbitkan"
    page = approver.get(path).text
    assert "Terbitkan Tingkat 2 untuk Maya Lengkap?" in words(page)
    assert issued() == []
    answers = [approver.post(path, data=fields(page, "key", "level")) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert answers[0].location == answers[1].location
    assert issued() == [(who.id, 2, "active")]
    assert len(set(hints)) == 1
    shown = approver.get(answers[0].location).text
    assert "JG-" in shown
    assert "Maya Lengkap" in shown


def test_a_queue_of_jobs_that_is_away_does_not_fail_the_page(
    approver: FlaskClient, here: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_certificate_id: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("lms.jobs.make_document", away)
    who = ground.ready(here)
    page = approver.get(f"{dossier(who)}/terbitkan").text
    assert approver.post(f"{dossier(who)}/terbitkan", data=fields(page, "key", "level")).status_code == 302
    assert len(issued()) == 1


def test_whoever_lacks_something_is_not_issued_to(approver: FlaskClient, here: Ground) -> None:
    who = ground.ready(here)
    page = approver.get(f"{dossier(who)}/terbitkan").text
    sent = fields(page, "key", "level")
    send(approver, dossier(who), f"{dossier(who)}/bukti/identity/batal")
    answer = approver.post(f"{dossier(who)}/terbitkan", data=sent)
    assert answer.status_code == 422
    assert "Ada bukti yang belum diperiksa." in answer.text
    assert approver.get(f"{dossier(who)}/terbitkan").location == dossier(who)
    assert issued() == []
    db.session.rollback()
    assert db.session.query(Audit).filter_by(action="certify", outcome="evidence_missing").count() == 1


@pytest.mark.parametrize("level", ["9", "x", "²"])
def test_a_level_that_is_not_there_is_refused(approver: FlaskClient, here: Ground, level: str) -> None:
    who = ground.ready(here, level=1)
    page = approver.get(f"{dossier(who)}/terbitkan").text
    answer = approver.post(f"{dossier(who)}/terbitkan", data=fields(page, "key") | {"level": level})
    assert answer.status_code == 422
    assert issued() == []


def test_several_are_issued_at_once_after_each_name_was_shown(
    approver: FlaskClient, here: Ground, hints: list[int]
) -> None:
    ready = [ground.ready(here, name, 1) for name in ("Maya Satu", "Joko Dua")]
    short = ground.member(here, "Tanpa Bukti", 1)
    asked = "&".join(f"anggota={one.public_id}" for one in (*ready, short))
    page = approver.get(f"{HOME}terbitkan?{asked}").text
    said = words(page)
    assert "Terbitkan 2 sertifikat?" in said
    assert "Maya Satu" in said
    assert "Belum lengkap, tidak ikut diterbitkan" in said
    sent: dict[str, Any] = fields(page, "key") | {"pilih": [f"{one.public_id}.1" for one in (*ready, short)]}
    answers = [approver.post(f"{HOME}terbitkan", data=sent) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert issued() == [(one.id, 1, "active") for one in ready]
    assert len(set(hints)) == 2
    result = words(answers[1].text)
    assert "2 sertifikat diterbitkan." in result
    assert "1 belum diterbitkan" in result
    assert "Ada bukti yang belum diperiksa." in result


def test_choosing_nobody_is_said_on_the_queue(approver: FlaskClient, here: Ground) -> None:
    ground.ready(here, level=1)
    answer = approver.get(f"{HOME}terbitkan")
    assert answer.status_code == 422
    assert "Pilih sedikitnya satu anggota yang lengkap." in answer.text
    assert send(approver, HOME, f"{HOME}terbitkan", key="k").status_code == 422


# --- certificates -----------------------------------------------------------------------------------------------------


def test_certificates_are_listed_by_standing_with_their_history(approver: FlaskClient, here: Ground) -> None:
    code = ground.certified(here, "Maya Lengkap")
    assert "Maya Lengkap" in approver.get(f"{HOME}sertifikat/").text
    assert "Maya Lengkap" not in approver.get(f"{HOME}sertifikat/?keadaan=suspended").text
    said = words(approver.get(certificate(code)).text)
    assert "Berlaku" in said
    assert "Diterbitkan" in said
    assert "Hendra Pengesah" in said


def test_the_list_of_certificates_goes_on_on_the_next_page(
    approver: FlaskClient, here: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.paging.PAGE", 1)
    ground.certified(here, "Yang Lama", 1)
    ground.certified(here, "Yang Baru", 1)
    page = approver.get(f"{HOME}sertifikat/").text
    assert "Yang Lama" not in page
    following = page.split('rel="next" href="')[1].split('"')[0]
    assert "Yang Lama" in approver.get(following).text


def test_a_suspension_is_asked_about_and_done_once(approver: FlaskClient, here: Ground) -> None:
    code = ground.certified(here)
    path = f"{certificate(code)}/tangguhkan"
    assert send(approver, path).status_code == 422
    asked = send(approver, path, reason="force")
    assert "Aduan tentang kekerasan" in asked.text
    assert status(code) == "active"
    sent = fields(asked.text, "reason", "key", "sure")
    assert [approver.post(path, data=sent).status_code for _ in range(2)] == [302, 302]
    assert status(code) == "suspended"
    assert "Aduan tentang kekerasan" in approver.get(certificate(code)).text


def proposed(client: FlaskClient, code: str, what: str, reason: str) -> str:
    """The address of a proposal that was just made through the pages."""
    path = f"{certificate(code)}/usulkan/{what}"
    asked = send(client, path, reason=reason)
    assert client.post(path, data=fields(asked.text, "reason", "key", "sure")).location == f"{HOME}usulan/"
    page = client.get(certificate(code)).text
    return str(page.split(f'href="{HOME}usulan/')[2].split('"')[0])


def test_a_revocation_needs_a_second_approver(app: Flask, approver: FlaskClient, here: Ground) -> None:
    code = ground.certified(here, "Rudi Contoh")
    proposal = f"{HOME}usulan/{proposed(approver, code, 'pencabutan', 'weapon')}"
    assert "Menunggu pengesah lain" in approver.get(f"{HOME}usulan/").text
    assert "Terbukti membawa senjata" in approver.get(proposal).text
    own = send(approver, proposal, f"{proposal}/setujui")
    assert own.status_code == 422
    assert "Usulan Anda sendiri diputuskan oleh pengesah lain." in own.text
    assert status(code) == "active"
    second = make.signed_in(app.test_client(), here.second)
    assert "Setujui usulan ini?" in second.get(f"{proposal}/setujui").text
    token = make.token(second, f"{proposal}/setujui")
    answers = [second.post(f"{proposal}/setujui", data={"csrf_token": token}) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert status(code) == "revoked"
    assert "Terbukti membawa senjata" in approver.get(certificate(code)).text
    assert second.get(proposal).status_code == 404


def test_a_rejected_reinstatement_changes_nothing_and_an_accepted_one_does(
    app: Flask, approver: FlaskClient, here: Ground
) -> None:
    code = ground.certified(here)
    with transaction():
        certifying.suspend(code, here.second.id, "force", "k")
    second = make.signed_in(app.test_client(), here.second)
    for answer, after in (("tolak", "suspended"), ("setujui", "active")):
        proposal = f"{HOME}usulan/{proposed(approver, code, 'pemulihan', 'mistake')}"
        assert send(second, proposal, f"{proposal}/{answer}").status_code == 302
        assert status(code) == after


def test_a_second_proposal_about_the_same_certificate_is_refused(approver: FlaskClient, here: Ground) -> None:
    code = ground.certified(here)
    proposed(approver, code, "pencabutan", "weapon")
    answer = send(approver, f"{certificate(code)}/usulkan/pencabutan", reason="lent", sure="ya", key="k")
    assert answer.status_code == 422
    assert "Usulan lain untuk sertifikat ini masih menunggu keputusan." in answer.text


def test_an_approver_of_the_members_own_unit_may_not_decide(app: Flask, approver: FlaskClient, here: Ground) -> None:
    code = ground.certified(here)
    proposal = f"{HOME}usulan/{proposed(approver, code, 'pencabutan', 'weapon')}"
    with transaction():
        organisations.add_membership(here.second.id, here.chapter.id)
    second = make.signed_in(app.test_client(), here.second)
    assert "Menunggu pengesah lain" in second.get(f"{HOME}usulan/").text
    assert send(second, proposal, f"{proposal}/setujui").status_code == 422
    assert status(code) == "active"


def test_an_approver_from_elsewhere_decides_but_sees_no_file(app: Flask, approver: FlaskClient, here: Ground) -> None:
    """The second signature may come from another Polres, which has no area in common with the member."""
    from lms.accounts.rules import Role

    code = ground.certified(here)
    proposal = f"{HOME}usulan/{proposed(approver, code, 'pencabutan', 'weapon')}"
    client = make.signed_in(app.test_client(), make.staff(Role.APPROVER, make.police()[1]))
    assert client.get(certificate(code)).status_code == 404
    assert send(client, proposal, f"{proposal}/setujui").status_code == 302
    assert status(code) == "revoked"


def test_a_programme_is_shown_as_a_table_and_approved(approver: FlaskClient, here: Ground) -> None:
    stricter = RULES | {"levels": [RULES["levels"][0], RULES["levels"][1] | {"skck_months": 3}]}
    with transaction():
        proposal = f"{HOME}usulan/{certifying.propose_programme(stricter, here.steward.id).public_id}"
    said = words(approver.get(proposal).text)
    assert "SKCK ( paling lama 3 bulan)" in said or "SKCK (paling lama 3 bulan)" in said
    assert "Aturan yang berlaku sekarang" in said
    assert send(approver, proposal, f"{proposal}/setujui").status_code == 302
    db.session.rollback()
    assert certification.levels()[2].skck_months == 3


def test_addresses_that_mean_nothing_are_not_found(approver: FlaskClient, here: Ground) -> None:
    code = ground.certified(here)
    proposal = f"{HOME}usulan/{proposed(approver, code, 'pencabutan', 'weapon')}"
    for path in (f"{certificate(code)}/usulkan/hapus", f"{proposal}/mungkin", f"{HOME}usulan/x", certificate("X" * 16)):
        assert approver.get(path).status_code == 404, path


# --- the area and the door --------------------------------------------------------------------------------------------


def test_members_and_certificates_of_another_area_are_not_found(approver: FlaskClient, here: Ground) -> None:
    elsewhere = make.chapter(polsek=make.police()[2])
    who = ground.member(here, "Orang Jauh", 1, unit=elsewhere)
    ground.seen(here, who)
    with transaction():
        code = certifying.certify(who.id, 1, here.second.id, "k").code
    near = ground.ready(here, "Orang Dekat", 1)
    assert "Orang Jauh" not in approver.get(f"{HOME}sertifikat/").text
    for path in (dossier(who), f"{dossier(who)}/nama", f"{dossier(who)}/terbitkan", certificate(code)):
        assert approver.get(path).status_code == 404, path
    token = make.token(approver, dossier(near))
    for path in (f"{dossier(who)}/bukti/adult", f"{dossier(who)}/bukti/adult/batal", f"{certificate(code)}/tangguhkan"):
        assert approver.post(path, data={"csrf_token": token}).status_code == 404, path
    sent = {"csrf_token": token, "key": "k", "pilih": f"{who.public_id}.1"}
    assert approver.post(f"{HOME}terbitkan", data=sent).status_code == 404
    assert status(code) == "active"


def test_only_approvers_come_in_and_a_form_needs_its_token(app: Flask, approver: FlaskClient, here: Ground) -> None:
    who = ground.ready(here, level=1)
    for path in (HOME, dossier(who), f"{HOME}sertifikat/", f"{HOME}usulan/"):
        assert app.test_client().get(path).location.startswith("/masuk"), path
    assert make.signed_in(app.test_client(), here.assessor).get(dossier(who)).status_code == 403
    assert approver.post(f"{dossier(who)}/terbitkan", data={"key": "k", "level": "1"}).status_code == 400
    assert issued() == []
