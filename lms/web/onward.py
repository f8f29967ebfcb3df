"""Where a visitor goes on to: only ever to a page of this host."""

import unicodedata
from urllib.parse import parse_qsl, urlencode, urlsplit

from lms.web import language

LONGEST = 2000


def local(target: str | None) -> str | None:
    """The target if it is a path on this host, else None.

    It begins with one slash, not two, and holds no backslash and no control sign: browsers read those as a host
    (OWASP Unvalidated Redirects and Forwards Cheat Sheet).
    """
    if not target or len(target) > LONGEST or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(unicodedata.category(c)[0] in "CZ" for c in target):
        return None
    return target


def without_language(path: str) -> str:
    """A local path without the language asked for in it, which would outdo the one just chosen."""
    parts = urlsplit(path)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != language.COOKIE]
    return parts._replace(query=urlencode(kept)).geturl()
