"""What every request and answer must keep to: sizes, signs and numbers that can be read, and security headers.

The headers follow OWASP ASVS 5.0, V3: nothing inline, nothing from elsewhere, not framed.
"""

from flask import Flask, Response, abort, current_app, request
from werkzeug.routing import IntegerConverter

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
}
A_YEAR = 31_536_000
UNKNOWN_CODE = "/v/"  # every code that proves nothing gets equal bytes there, one with a NUL too


class Whole(IntegerConverter):
    """A whole number in an address that every database can hold; a longer one is no address of ours."""

    regex = "[0-9]{1,9}"


def policy(**changes: str) -> str:
    """The content security policy, with some of its parts replaced (style_src="'sha256-...'")."""
    parts = POLICY | {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def _headers(response: Response) -> Response:
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", policy())
    if current_app.config["SESSION_COOKIE_SECURE"]:  # whoever ends TLS in front of us need not tell us
        response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}; includeSubDomains")
    kept = request.endpoint == "static" and response.status_code < 400
    if kept and "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    elif not kept:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _size() -> None:
    limit = request.max_content_length
    if limit is not None and (request.content_length or 0) > limit:
        abort(413)


def _signs() -> None:
    """404 and 400 for a NUL in the address and in a field: nobody types it, and PostgreSQL keeps no text with it."""
    if "\0" in request.path and not request.path.startswith(UNKNOWN_CODE):
        abort(404)
    for values in (request.args, request.form):
        if any("\0" in text for field in values.items(multi=True) for text in field):
            abort(400)


def init_app(app: Flask) -> None:
    """Refuse oversized bodies before anything reads them, then what cannot be read; put the headers on every answer."""
    app.url_map.converters["int"] = Whole
    app.before_request(_size)
    app.before_request(_signs)
    app.after_request(_headers)
