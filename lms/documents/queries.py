"""Which certificates have no document yet, the document of one, and whether every document's file is as stored."""

import hashlib

from sqlalchemy import and_, exists, func, select

from lms.certification.models import Certificate, CertificatePrivate
from lms.db import db
from lms.documents.models import Document
from lms.storage.models import StoredFile


def due(limit: int) -> list[int]:
    """Ids of certificates without a document, oldest first; those that were erased need none."""
    rows = (
        select(Certificate.id)
        .join(CertificatePrivate, CertificatePrivate.certificate_id == Certificate.id)
        .where(~exists().where(Document.certificate_id == Certificate.id), Certificate.status != "provisional")
        .order_by(Certificate.id)
        .limit(limit)
    )
    return list(db.session.scalars(rows))


def document_of(certificate_id: int) -> tuple[Document, StoredFile] | None:
    """The newest revision of a certificate's document with its file; None while it is being made or after erasure."""
    rows = (
        select(Document, StoredFile)
        .join(StoredFile, StoredFile.sha256 == Document.file_sha256)
        .where(Document.certificate_id == certificate_id)
        .order_by(Document.revision.desc())
        .limit(1)
    )
    found = db.session.execute(rows).first()
    return None if found is None else (found[0], found[1])


def held(person_id: int) -> list[tuple[Certificate, int | None]]:
    """Somebody's certificates, the newest first, each with the size of its PDF (None while it is being made)."""
    newest = select(func.max(Document.revision)).where(Document.certificate_id == Certificate.id)
    rows = (
        select(Certificate, func.length(StoredFile.content))
        .outerjoin(
            Document,
            and_(
                Document.certificate_id == Certificate.id,
                Document.revision == newest.correlate(Certificate).scalar_subquery(),
            ),
        )
        .outerjoin(StoredFile, StoredFile.sha256 == Document.file_sha256)
        .where(Certificate.person_id == person_id)
        .order_by(Certificate.id.desc())
    )
    return [(found, size) for found, size in db.session.execute(rows)]


def violations() -> dict[str, int]:
    """Invariant 9: documents of certificates that were not erased whose file is missing or has another SHA-256."""
    rows = (
        select(Document.file_sha256, StoredFile.content)
        .join(CertificatePrivate, CertificatePrivate.certificate_id == Document.certificate_id)
        .join(StoredFile, StoredFile.sha256 == Document.file_sha256, isouter=True)
        .execution_options(yield_per=50)
    )
    files = db.session.execute(rows)
    return {
        "document_file": sum(content is None or hashlib.sha256(content).hexdigest() != name for name, content in files)
    }
