"""Reading stored files."""

import hashlib

from sqlalchemy import select

from lms.db import db
from lms.storage.models import StoredFile


def load(sha256: str) -> StoredFile | None:
    """The file with that SHA-256, if it is stored."""
    return db.session.scalar(select(StoredFile).where(StoredFile.sha256 == sha256))


def violations() -> dict[str, int]:
    """Files whose bytes no longer have the SHA-256 of their row."""
    rows = db.session.execute(select(StoredFile.sha256, StoredFile.content).execution_options(yield_per=50))
    return {"stored_file_sha256": sum(hashlib.sha256(content).hexdigest() != name for name, content in rows)}
