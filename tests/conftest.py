"""A fresh database for every test: a copy of a migrated SQLite file, or of a PostgreSQL template database.

LMS_TEST_DATABASE=postgresql runs the same tests on a PostgreSQL server that the test run starts itself.
"""

import contextvars
import gc
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms import jobs, schema, vault
from lms.app import create_app
from lms.db import db
from lms.documents import actions as documents
from lms.settings import Settings
from lms.web import limits
from tests import postgres

PERSONAL_KEY = Fernet.generate_key().decode()
ON_POSTGRES = os.environ.get("LMS_TEST_DATABASE", "sqlite") == "postgresql"


def pytest_configure(config: pytest.Config) -> None:
    """The controller of the run starts the one PostgreSQL server that all workers share."""
    if ON_POSTGRES and "LMS_TEST_POSTGRES" not in os.environ:
        server = postgres.Server()
        os.environ["LMS_TEST_POSTGRES"] = str(server.port)
        config.add_cleanup(server.stop)


def settings(folder: Path, database_url: str, **changes: Any) -> Settings:
    """Settings of a test: own folder, own database, no limits per address unless asked for."""
    given: dict[str, Any] = {"testing": True, "rate_limits": False}
    given |= {"secret_key": "of-the-tests", "personal_key": PERSONAL_KEY}
    return Settings(data_dir=folder, database_url=database_url, **given | changes)


def _server() -> postgres.Server:
    """The running server, seen from a worker."""
    server = postgres.Server.__new__(postgres.Server)
    server.port = int(os.environ["LMS_TEST_POSTGRES"])
    server.address = f"postgresql+psycopg://jaga@127.0.0.1:{server.port}"
    return server


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """A folder of the test run, in memory where the machine has one."""
    folder = Path(tempfile.mkdtemp(prefix="jaga-test-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated(scratch: Path) -> str:
    """A database that every migration has run on: the path of a SQLite file, or a PostgreSQL template's name."""
    name = f"template_{secrets.token_hex(4)}"
    if ON_POSTGRES:
        server = _server()
        server.run(f"CREATE DATABASE {name}")
        address, result = f"{server.address}/{name}", name
    else:
        address, result = f"sqlite:///{scratch / name}", str(scratch / name)
    app = create_app(settings(scratch, address))
    with app.app_context():
        schema.upgrade()
        if not ON_POSTGRES:  # fold the write-ahead log into the file that is going to be copied
            with db.engine.connect() as connection:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return result


@pytest.fixture(scope="session")
def database_address(scratch: Path) -> str:
    """Where the fresh database of each test lies: always the same place, so that engine and compiled SQL can stay."""
    name = f"test_{secrets.token_hex(6)}"
    return f"{_server().address}/{name}" if ON_POSTGRES else f"sqlite:///{scratch / name}"


@pytest.fixture
def database(migrated: str, database_address: str) -> Iterator[str]:
    """The address of a fresh database."""
    name = database_address.rsplit("/", 1)[1]
    if ON_POSTGRES:
        server = _server()
        server.run(f"CREATE DATABASE {name} TEMPLATE {migrated}")
        yield database_address
        server.run(f"DROP DATABASE {name} WITH (FORCE)")
        return
    file = Path(database_address.removeprefix("sqlite:///"))
    shutil.copy(migrated, file)
    yield database_address
    for left in file.parent.glob(f"{name}*"):
        left.unlink()


class Browser(FlaskClient):
    """A client whose requests each run in a context of their own, as a server's do.

    Else they would share the pushed application context, and with it who is signed in and the database session.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send the request."""
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def application(scratch: Path, database_address: str) -> Flask:
    """The one application of a worker: what it compiles (routes, templates, SQL) serves all tests."""
    made = create_app(settings(scratch / "data", database_address))
    made.test_client_class = Browser
    return made


def _take_back(ours: Settings) -> None:
    """One process has one key, press, queue and limiter: tests that make another application change them."""
    vault.configure(ours.personal_key)
    documents.configure(ours)
    jobs.connect(ours)
    limits.limiter.enabled = ours.rate_limits


@pytest.fixture
def app(application: Flask, database: str) -> Iterator[Flask]:
    """The application on a fresh database, with its context pushed."""
    config = dict(application.config)
    _take_back(application.extensions["jaga_settings"])
    with application.app_context():
        yield application
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    application.config.clear()
    application.config.update(config)
    gc.collect(0)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without script. Requests run outside the pushed context's session: the view sees committed data."""
    return app.test_client()
