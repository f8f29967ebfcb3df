"""Files are kept once, whoever stores the same bytes at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import func, select

from lms.db import db, transaction
from lms.storage import actions, queries
from lms.storage.models import StoredFile


def test_the_same_bytes_stored_at_once_are_one_file(app: Flask) -> None:
    gate = threading.Barrier(8)

    def store(_: int) -> str:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    return actions.store(b"gambar" * 1000, "image/png")
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(store, range(8)))
    assert len(names) == 1
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 1
    found = queries.load(names.pop())
    assert found is not None
    assert found.content == b"gambar" * 1000
