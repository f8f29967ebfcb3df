"""The worker as it runs: one after the other, each job sees what was committed before it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from lms import jobs
from lms.db import db, transaction
from lms.documents import queries as documents
from tests.actions.test_documents import certified


def _until_made(certificate_id: int, seconds: float = 40) -> bool:
    """Whether the document is there before the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        db.session.rollback()
        if documents.document_of(certificate_id) is not None:
            return True
        time.sleep(0.2)
    return False


@pytest.fixture
def worker(app: Flask, database: str) -> Iterator[None]:
    """`lms worker` on the test's database."""
    env = os.environ | {"LMS_DATA_DIR": str(app.extensions["jaga_settings"].data_dir), "LMS_DATABASE_URL": database,
                        "LMS_PERSONAL_KEY": app.extensions["jaga_settings"].personal_key}  # fmt: skip
    process = subprocess.Popen([Path(sys.executable).parent / "lms", "worker"], env=env, stderr=subprocess.PIPE)
    yield
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)


def test_a_job_sees_what_was_issued_after_the_worker_had_nothing_to_do(app: Flask, worker: None) -> None:
    time.sleep(4)  # the first sweep has read an empty database
    with transaction():
        certificate = certified()
    jobs.make_document(certificate)
    assert _until_made(certificate)


def test_the_sweep_finds_what_a_lost_hint_left_undone(app: Flask) -> None:
    with transaction():
        certificate = certified()
    assert documents.due(10) == [certificate]
    assert jobs.render_due() == 1
    db.session.rollback()
    assert documents.document_of(certificate) is not None
    assert jobs.render_due() == 0
