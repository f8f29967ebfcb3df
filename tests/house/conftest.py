"""The house tests sign in as everybody; see tests/web/conftest.py for the cheap hash."""

from tests.web.conftest import cheap_hash

__all__ = ["cheap_hash"]
