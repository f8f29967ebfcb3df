"""The lms command on a demo installation of its own: what it prints with --json and its exit status."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text

from lms.cli import main
from tests.house.source import ROOT


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo, made by `lms setup`."""
    folder = tmp_path_factory.mktemp("demo")
    done = _run(folder, "setup")
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def data(demo: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may damage."""
    copy = tmp_path / "data"
    shutil.copytree(demo, copy)
    return copy


def _run(folder: Path, *args: str, demo: str = "1", **changes: str) -> Result:
    env = {"LMS_DATA_DIR": str(folder), "LMS_DEMO": demo, "LMS_BASE_URL": "http://127.0.0.1:8000",
           "LMS_DATABASE_URL": ""} | changes  # fmt: skip
    return CliRunner().invoke(main, list(args), env=env, catch_exceptions=False)


def _json(folder: Path, *args: str) -> Any:
    done = _run(folder, *args, "--json")
    return json.loads(done.stdout)


def test_setup_again_changes_nothing(data: Path) -> None:
    before = _json(data, "certificates", "list")
    done = _run(data, "setup")
    assert done.exit_code == 0
    assert "0 published" in done.output
    assert _json(data, "certificates", "list") == before


def test_the_demo_has_what_the_contract_names(demo: Path) -> None:
    rows = _json(demo, "certificates", "list")["certificates"]
    by_member = {row["member"]: row for row in rows}
    assert set(rows[0]) >= {"code", "number", "member", "level", "standing"}
    assert [by_member[f"anggota{n}"]["level"] for n in range(4, 31)] == [1, *[2] * 26]
    assert {by_member[f"anggota{n}"]["standing"] for n in range(4, 29)} == {"valid"}
    assert by_member["anggota29"]["standing"] == "suspended"
    assert by_member["anggota30"]["standing"] == "revoked"
    assert not {"anggota1", "anggota2", "anggota3"} & set(by_member)
    only = _json(demo, "certificates", "list", "--member", "anggota4")["certificates"]
    assert [row["member"] for row in only] == ["anggota4"]


def test_secrets_are_for_the_demo_only(demo: Path) -> None:
    secrets = _json(demo, "demo", "secrets")
    assert secrets["petugas1"]["totp"]
    assert secrets["anggota1"] == {"password": "jaga-demo-2026", "totp": None}
    assert _run(demo, "demo", "secrets", demo="0").exit_code == 1


def test_show_now_and_at_a_time(demo: Path) -> None:
    code = next(r["code"] for r in _json(demo, "certificates", "list")["certificates"] if r["standing"] == "revoked")
    assert _json(demo, "certificates", "show", code)["standing"] == "revoked"
    assert _json(demo, "certificates", "show", code, "--at", "2020-01-01T00:00:00Z")["standing"] == "unknown"
    assert _run(demo, "certificates", "show", "AAAAAAAAAAAAAAAA").exit_code == 1
    assert _run(demo, "certificates", "show", code, "--at", "yesterday").exit_code == 2


def test_check_and_ledger_hold(demo: Path) -> None:
    assert _json(demo, "check")["violations"] == 0
    ledger = _json(demo, "ledger", "verify")
    assert ledger["ok"]
    assert ledger["size"] == 30 - 3 + 2


def test_check_names_what_is_broken(data: Path) -> None:
    engine = create_engine(f"sqlite:///{data / 'jaga.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE certificate SET status = 'active' WHERE status = 'revoked'"))
        connection.execute(text("DROP TRIGGER ledger_leaf_no_update"))
        connection.execute(text("UPDATE ledger_leaf SET leaf = CAST(leaf || ' ' AS BLOB) WHERE seq = 7"))
    engine.dispose()
    done = _run(data, "check", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["invariants"]["certificate_status"] == 1
    verified = _run(data, "ledger", "verify", "--json")
    assert verified.exit_code == 1
    assert json.loads(verified.stdout)["first_bad"] == 7


def test_courses_check_has_reasons_and_status(tmp_path: Path) -> None:
    assert _run(tmp_path, "courses", "check", str(ROOT / "courses")).exit_code == 0
    shutil.copytree(ROOT / "courses", tmp_path / "courses")
    lesson = next((tmp_path / "courses" / "pelaporan-kejadian").glob("01-*.md"))
    lesson.write_text(lesson.read_text().replace("minutes:", "minuets:", 1))
    done = _run(tmp_path, "courses", "check", str(tmp_path / "courses"), "--json")
    assert done.exit_code == 1
    problem = json.loads(done.stdout)["problems"][0]
    assert problem["file"].endswith(lesson.name)
    assert problem["line"] > 1
    assert problem["reason"]


def test_export_and_import_are_a_round_trip(data: Path, tmp_path: Path) -> None:
    assert _run(data, "courses", "export", "pelaporan-kejadian", str(tmp_path / "out")).exit_code == 0
    done = _run(data, "courses", "import", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    assert "0 published" in done.output


def test_status(demo: Path) -> None:
    found = _json(demo, "status")
    assert found["certificates"] == {"active": 25, "suspended": 1, "revoked": 1}
    assert found["migrations"]["current"] == found["migrations"]["wanted"]


def test_the_first_steward_of_a_real_installation(tmp_path: Path) -> None:
    changes = {"demo": "0", "LMS_PERSONAL_KEY": Fernet.generate_key().decode()}
    assert _run(tmp_path, "setup", **changes).exit_code == 0
    made = _run(tmp_path, "people", "first-steward", "wulan", "Wulan Contoh", "Polda Uji", **changes)
    assert made.exit_code == 0
    assert "/lupa" in made.output
    again = _run(tmp_path, "people", "first-steward", "bagas", "Bagas Contoh", "Polda Lain", **changes)
    assert again.exit_code == 1


def test_wrong_use_is_2(tmp_path: Path) -> None:
    assert _run(tmp_path, "nonsense").exit_code == 2
    assert _run(tmp_path, "courses", "check", str(tmp_path / "nowhere")).exit_code == 2
