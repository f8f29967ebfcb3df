"""Writing a published version out again as course files."""

from pathlib import Path

from sqlalchemy import select

from lms.authoring.queries import files
from lms.courses import queries as published
from lms.courses.models import ModuleSource, Picture
from lms.db import db
from lms.refusals import NotFound, Refused
from lms.storage import queries as storage


def exported(module_version_id: int) -> dict[str, bytes]:
    """The files of a version below a courses folder: what it was read from, its pictures, SOPs and facts.

    Loading them gives the same SHA-256 again. facts.yaml holds the other facts too, so that several modules can be
    exported into one folder.
    """
    version = published.version(module_version_id)
    slug = version.module.slug
    named = [
        (one.file, one.sha256)
        for one in db.session.scalars(select(ModuleSource).filter_by(module_version_id=version.id))
    ]
    pictures = db.session.scalars(select(Picture).filter_by(module_version_id=version.id))
    named += [(f"media/{one.file}", one.sha256) for one in pictures]
    found: dict[str, bytes] = {}
    for file, sha256 in named:
        stored = storage.load(sha256)
        if stored is None:
            raise NotFound
        found[f"{slug}/{file}"] = stored.content
    for number, frozen in version.manifest["sops"].items():
        found[f"sop/{number}.yaml"] = files.sop_file(number, frozen["number"])
    found["facts.yaml"] = files.facts_file(version.manifest["facts"])
    return found


def export(slug: str, path: Path) -> None:
    """Write the newest version of a module below path (see exported); files of the same content may be there already.

    NotFound without such a module, Refused "export_would_overwrite" where a file of other content stands.
    """
    version = published.current(slug)
    if version is None:
        raise NotFound
    files = exported(version.id)
    for file, content in files.items():
        target = path / file
        if target.is_symlink() or (target.exists() and (not target.is_file() or target.read_bytes() != content)):
            raise Refused("export_would_overwrite", file=file)
    for file, content in files.items():
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        (path / file).write_bytes(content)
