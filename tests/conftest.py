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
from jinja2 import FileSystemBytecodeCache
from werkzeug.test import TestResponse

from lms import schema
from lms.app import create_app
from lms.db import db
from lms.settings import Settings
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


@pytest.fixture
def database(migrated: str, scratch: Path) -> Iterator[str]:
    """The address of a fresh database."""
    name = f"test_{secrets.token_hex(6)}"
    if ON_POSTGRES:
        server = _server()
        server.run(f"CREATE DATABASE {name} TEMPLATE {migrated}")
        yield f"{server.address}/{name}"
        server.run(f"DROP DATABASE {name} WITH (FORCE)")
        return
    file = scratch / name
    shutil.copy(migrated, file)
    yield f"sqlite:///{file}"
    for left in scratch.glob(f"{name}*"):
        left.unlink()


class Browser(FlaskClient):
    """A client whose requests each run in a context of their own, as a server's do.

    Else they would share the pushed application context, and with it who is signed in and the database session.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send the request."""
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture
def app(database: str, scratch: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on a fresh database, with its context pushed. Templates are compiled once for all tests."""
    made = create_app(settings(tmp_path, database))
    made.test_client_class = Browser
    made.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(scratch))
    with made.app_context():
        yield made
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    gc.collect(0)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without script. Requests run outside the pushed context's session: the view sees committed data."""
    return app.test_client()
