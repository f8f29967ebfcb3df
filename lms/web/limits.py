"""Limits per address. They are generous where a hall full of people shares one; accounts have their own throttle."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.middleware.proxy_fix import ProxyFix

SIGN_IN = "60 per minute"
JOIN = "60 per minute"
CHECK = "240 per minute"
TYPED_CODE = "60 per minute"

limiter = Limiter(get_remote_address, storage_uri="memory://", in_memory_fallback_enabled=True)


def init_app(app: Flask, enabled: bool, proxies: int = 0) -> None:
    """Connect the limiter; off only in tests that are not about it. Behind so many proxies the visitor's address is the
    one that they name; with none, nobody is believed who names one."""
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies)  # type: ignore[method-assign]  # as Flask documents it
    app.config["RATELIMIT_ENABLED"] = enabled
    limiter.init_app(app)
