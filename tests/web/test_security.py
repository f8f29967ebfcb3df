"""What no request may do, whatever it carries: break a page, act by a look, stay in a cache, or put words in a log."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as Busy
from structlog.testing import capture_logs

from lms.accounts.models import Person, Session
from lms.accounts.rules import Role
from lms.certification.models import Certificate
from lms.db import db
from lms.organisations import queries as organisations
from lms.quizzes.models import Answer, OpenAttempt
from tests import make
from tests.conftest import ON_POSTGRES, Browser, settings
from tests.web import ground, material

HUGE = "99999999999999999999"
EXAM = "/belajar/modul/pelaporan/ujian"


@pytest.fixture
def who(app: Flask, client: FlaskClient) -> Person:
    """A member, signed in."""
    made = make.person("Siti Contoh", unit=make.chapter())
    make.signed_in(client, made)
    return made


# --- signs and numbers that cannot be read ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/belajar/modul/%00/", "/belajar/ujian/%00/hasil", "/belajar/sop/SOP%00", "/belajar/gambar/%00", "/%00"]
)
def test_a_nul_in_an_address_is_not_found(client: FlaskClient, who: Person, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_code_with_a_nul_is_answered_like_every_unknown_one(client: FlaskClient) -> None:
    wrong, unknown = client.get("/v/7K3M%00"), client.get("/v/7K3M9QX2VD4HT8WA")
    assert (wrong.status_code, wrong.data) == (404, unknown.data)


@pytest.mark.parametrize("query", ["cari=%00", "%00=x", "setelah=a%00"])
def test_a_nul_in_a_query_is_refused(client: FlaskClient, query: str) -> None:
    make.signed_in(client, make.staff(Role.STEWARD))
    assert client.get(f"/pengelola/orang?{query}").status_code == 400


def test_a_nul_in_a_field_is_refused_on_every_door(client: FlaskClient) -> None:
    make.signed_in(client, make.staff(Role.STEWARD))
    fields = {"kind": "ormas", "name": "Ormas Nol", "registration_number": "AHU\0-1"}
    assert ground.send(client, "/pengelola/satuan/baru", **fields).status_code == 400
    assert organisations.unit_by_name("Ormas Nol") is None
    token = make.token(client, "/masuk")
    typed = {"csrf_token": token, "identifier": "siti\0", "password": "x"}
    assert client.post("/masuk", data=typed).status_code == 400


@pytest.mark.parametrize("sent", [b"%ED%A0%80", b"%FF%FE", b"\xed\xa0\x80"])
def test_bytes_that_are_no_text_break_nothing(client: FlaskClient, sent: bytes) -> None:
    token = make.token(client, "/masuk")
    body = f"csrf_token={token}&password=x&identifier=".encode() + sent
    answer = client.post("/masuk", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 422)
    assert client.get("/daftar?kode=%ED%A0%80").status_code == 200
    assert client.get("/v/%ED%A0%80").status_code == 404


@pytest.mark.parametrize("path", ["pelajaran/{}", "pelajaran/{}/latihan/1", "pelajaran/1/latihan/{}"])
def test_a_number_that_no_database_holds_is_not_found(client: FlaskClient, who: Person, path: str) -> None:
    material.module()
    for number in (HUGE, "999999999", "9" * 5000, "٣"):
        assert client.get("/belajar/modul/pelaporan/" + path.format(number)).status_code == 404


def test_a_question_beyond_every_integer_is_not_found(client: FlaskClient, who: Person) -> None:
    attempt = material.started(who.id, material.module())
    for number in (HUGE, "999999999", "0"):
        assert client.get(f"/belajar/ujian/{attempt.public_id}/soal/{number}").status_code == 404


@pytest.mark.parametrize(("claimed", "kept"), [(HUGE, 0), ("2147483648", 0), ("-5", 0), ("9" * 5000, 0)])
def test_nobody_has_seen_a_later_answer_than_the_last(
    client: FlaskClient, who: Person, claimed: str, kept: int
) -> None:
    attempt = material.started(who.id, material.module())
    answer = material.send(client, material.at(attempt, 1), material.right(attempt, 1), base_seq=claimed)
    assert answer.status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(Answer.base_seq)).one() == kept


@pytest.mark.parametrize("level", [HUGE, "9" * 5000, "-1", "²", ""])
def test_a_batch_with_an_impossible_level_issues_nothing(client: FlaskClient, level: str) -> None:
    stage = ground.laid()
    one = ground.ready(stage, level=1)
    make.signed_in(client, stage.approver)
    page = f"/pengesah/terbitkan?anggota={one.public_id}"
    answer = ground.send(client, page, "/pengesah/terbitkan", key="k", pilih=f"{one.public_id}.{level}")
    assert answer.status_code == 422
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Certificate)) == 0


def test_a_foreign_member_in_a_batch_stops_it_before_the_first(client: FlaskClient) -> None:
    stage = ground.laid()
    own, foreign = ground.ready(stage, level=1), make.person("Orang Luar", unit=make.chapter())
    make.signed_in(client, stage.approver)
    chosen = [f"{own.public_id}.1", f"{foreign.public_id}.1"]
    page = f"/pengesah/terbitkan?anggota={own.public_id}"
    assert ground.send(client, page, "/pengesah/terbitkan", key="k", pilih=chosen).status_code == 404
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Certificate)) == 0


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_drill_at_the_end_of_time_is_refused(client: FlaskClient, typed: str) -> None:
    stage = ground.laid()
    member = ground.member(stage)
    make.signed_in(client, stage.assessor)
    page = f"/penilai/mulai/{ground.SLUG}/{member.public_id}"
    assert ground.send(client, page, observed_at=typed).status_code == 422


# --- a look changes nothing -------------------------------------------------------------------------------------------


def test_head_starts_no_exam(client: FlaskClient, who: Person) -> None:
    material.read_all(who.id, material.module())
    assert client.head(f"{EXAM}?start_key=k", data={"start_key": "k"}).status_code == 200
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(OpenAttempt)) == 0


# --- caches and headers -----------------------------------------------------------------------------------------------


def test_a_static_file_that_is_not_there_is_not_kept(client: FlaskClient) -> None:
    with client.get("/static/css/app.css?v=1") as found:
        assert found.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/css/gone.css?v=1").headers["Cache-Control"] == "no-store"


def test_https_is_asked_for_behind_whatever_ends_tls(database: str, tmp_path: Path) -> None:
    app = create(tmp_path, database, base_url="https://jaga.example")
    answer = app.test_client().get("/masuk", base_url="http://jaga.example")
    assert "max-age" in answer.headers["Strict-Transport-Security"]


# --- the database is away, full or too busy ---------------------------------------------------------------------------


def create(folder: Path, database: str, **changes: Any) -> Flask:
    """An application of its own."""
    from lms.app import create_app

    app = create_app(settings(folder, database, **changes))
    app.test_client_class = Browser
    return app


@pytest.mark.parametrize("error", [OperationalError("SELECT", {}, Exception("away")), Busy("no connection")])
@pytest.mark.parametrize("path", ["/v/7K3M9QX2VD4HT8WA", "/v/7K3M9QX2VD4HT8WA.json", "/aduan", "/masuk"])
def test_away_is_503_on_every_page(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception, path: str
) -> None:
    def away(*_args: object, **_kwargs: object) -> None:
        raise error

    token = make.token(client, "/masuk")
    for name in ("lms.verification.queries.standing", "lms.courses.queries.facts", "lms.accounts.actions.weigh"):
        monkeypatch.setattr(name, away)
    typed = {"csrf_token": token, "identifier": "siti", "password": "x"}
    answer = client.post(path, data=typed) if path == "/masuk" else client.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Ada gangguan pada sistem kami" in answer.text


@pytest.fixture
def full(app: Flask) -> Iterator[None]:
    """A database that cannot grow by a page."""

    def stop(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count=1")

    event.listen(db.engine, "begin", stop)
    yield
    event.remove(db.engine, "begin", stop)
    db.engine.dispose()


@pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL has no limit to set for a test")
def test_a_full_disk_is_refused_and_nothing_acknowledged_is_lost(
    app: Flask, client: FlaskClient, request: pytest.FixtureRequest
) -> None:
    who = make.person("Siti Contoh", unit=make.chapter())
    token = make.token(client, "/masuk")
    request.getfixturevalue("full")
    typed = {"csrf_token": token, "identifier": who.sign_in_name, "password": make.PASSWORD}
    done, answer = 0, None
    while answer is None or answer.status_code == 302:
        assert done < 500
        browser = app.test_client()
        fields = typed | {"csrf_token": make.token(browser, "/masuk")}
        answer = browser.post("/masuk", data=fields)
        done += answer.status_code == 302
    assert answer.status_code == 503
    assert "Ada gangguan pada sistem kami" in answer.text
    assert client.get("/v/7K3M9QX2VD4HT8WA").status_code == 404
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Session)) == done


def test_what_breaks_is_logged_without_what_was_typed(database: str, tmp_path: Path) -> None:
    app, typed = create(tmp_path, database, testing=False), "Siti Contoh 081234567890"

    def broken() -> str:
        raise RuntimeError(typed)

    app.view_functions["public.help"] = broken
    with capture_logs() as logged:
        assert app.test_client().get("/bantuan").status_code == 500
    assert logged[0]["error"] == "RuntimeError"
    assert "in broken" in logged[0]["where"]
    assert typed not in str(logged)
    assert app.config["SQLALCHEMY_ENGINE_OPTIONS"]["hide_parameters"] is True
