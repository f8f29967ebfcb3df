"""Storing files."""

import hashlib

from sqlalchemy import select

from lms import clock
from lms.db import added, db
from lms.storage.models import StoredFile


def store(content: bytes, media_type: str) -> str:
    """Keep the bytes, once, in the transaction of the row that names them; returns their SHA-256 in hex."""
    sha256 = hashlib.sha256(content).hexdigest()
    known = db.session.scalar(select(StoredFile.id).where(StoredFile.sha256 == sha256))
    if known is None:  # whoever else stores the same bytes at this moment stores them for us too
        added(StoredFile(sha256=sha256, media_type=media_type, content=content, stored_at=clock.now()))
    return sha256
