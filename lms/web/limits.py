"""Limits per address. They are generous where a hall full of people shares one; accounts have their own throttle."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

SIGN_IN = "60 per minute"
JOIN = "60 per minute"
CHECK = "240 per minute"
TYPED_CODE = "60 per minute"

limiter = Limiter(get_remote_address, storage_uri="memory://", in_memory_fallback_enabled=True)


def init_app(app: Flask, enabled: bool) -> None:
    """Connect the limiter; off only in tests that are not about it."""
    app.config["RATELIMIT_ENABLED"] = enabled
    limiter.init_app(app)
