"""The application: settings, extensions, doors; nothing else."""

import hashlib
from datetime import timedelta
from functools import cache
from urllib.parse import urlsplit

from flask import Flask, url_for
from flask_compress import Compress

from lms import clock, db, jobs, logs, paths, vault
from lms.classes import models as classes  # noqa: F401 - no page reads its tables yet, the schema holds them
from lms.documents import actions as documents
from lms.settings import Settings, load
from lms.web import doors, errors, guard, language, limits, security


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application for these settings (default: those of the environment)."""
    settings = settings or load()
    if settings.clock:
        clock.set_test_clock(settings.clock)
    vault.configure(settings.personal_key)
    documents.configure(settings)
    jobs.connect(settings)
    logs.configure()
    app = Flask("lms", template_folder=str(paths.TEMPLATES), static_folder=str(paths.STATIC))
    app.config.update(_flask_settings(settings))
    app.extensions["jaga_settings"] = settings
    Compress(app)
    db.init_app(app)
    language.init_app(app)
    limits.init_app(app, settings.rate_limits, settings.trusted_proxies)
    security.init_app(app)
    guard.init_app(app)
    errors.init_app(app)
    doors.init_app(app)
    app.jinja_env.globals["asset"] = _asset
    return app


def _flask_settings(settings: Settings) -> dict[str, object]:
    """Flask's own names for what our settings say."""
    host = urlsplit(settings.base_url).hostname or "127.0.0.1"
    return {
        "TESTING": settings.testing,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database,
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},  # an error that is logged must not name anybody
        "MAX_CONTENT_LENGTH": settings.max_body_bytes,
        "TRUSTED_HOSTS": sorted({host, "127.0.0.1", "localhost"}),
        "SESSION_COOKIE_NAME": "__Host-jaga" if settings.https else "jaga",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # A slow answer must not bring an old cookie back over the new one of a sign-in that overtook it.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "WTF_CSRF_TIME_LIMIT": None,
        # Pages hold secrets beside what a visitor typed (BREACH), so only static files are compressed.
        "COMPRESS_MIMETYPES": ["text/css", "text/javascript", "image/svg+xml"],
        "COMPRESS_ALGORITHM": ["gzip"],
    }


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((paths.STATIC / name).read_bytes()).hexdigest()[:12]


def _asset(name: str) -> str:
    """The address of a static file with the hash of its content, so that it may be kept for ever."""
    return url_for("static", filename=name, v=_digest(name))
