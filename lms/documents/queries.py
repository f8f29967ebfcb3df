"""Which certificates have no document yet, the document of one, and whether every document's file is as stored."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, func, select

from lms.accounts.models import Person
from lms.certification.models import Certificate, CertificatePrivate, Goal, Programme, ProgrammeVersion
from lms.certification.rules import PROGRAMME
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


@dataclass(frozen=True)
class Holding:
    """Somebody's certificates, the newest first, each with the size of its PDF (None while it is being made); the rules
    of the programme in force, and the goal that they have chosen (None where there is none)."""

    certificates: list[tuple[Certificate, int | None]]
    programme: Mapping[str, Any] | None
    goal: int | None


def held(person_id: int) -> Holding:
    """What somebody holds and works towards. One query."""
    newest = select(func.max(Document.revision)).where(Document.certificate_id == Certificate.id)
    in_force = select(ProgrammeVersion.rules).join(Programme).where(Programme.slug == PROGRAMME)
    in_force = in_force.order_by(ProgrammeVersion.number.desc()).limit(1)
    chosen = select(Goal.level).where(Goal.person_id == person_id)
    rows = (
        select(Certificate, func.length(StoredFile.content), in_force.scalar_subquery(), chosen.scalar_subquery())
        .select_from(Person)
        .outerjoin(Certificate, Certificate.person_id == Person.id)
        .outerjoin(
            Document,
            and_(
                Document.certificate_id == Certificate.id,
                Document.revision == newest.correlate(Certificate).scalar_subquery(),
            ),
        )
        .outerjoin(StoredFile, StoredFile.sha256 == Document.file_sha256)
        .where(Person.id == person_id)
        .order_by(Certificate.id.desc())
    )
    found = db.session.execute(rows).all()
    certificates = [(one, size) for one, size, _rules, _goal in found if one is not None]
    return Holding(certificates, found[0][2], found[0][3]) if found else Holding([], None, None)


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
