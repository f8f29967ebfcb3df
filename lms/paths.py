"""Where templates, static files, courses and certificate designs are: in a checkout or in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    """A wheel maps the four folders below lms/bundle; a checkout has them beside the package."""
    bundled = _PACKAGE / "bundle" / name
    return bundled if bundled.is_dir() else _PACKAGE.parent / name


TEMPLATES = _folder("templates")
STATIC = _folder("static")
COURSES = _folder("courses")
CERTIFICATES = _folder("certificates")
MIGRATIONS = _PACKAGE / "migrations"
TRANSLATIONS = _PACKAGE / "translations"
