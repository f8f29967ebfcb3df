"""The exceptions with which actions refuse: each carries a code, and the pages say it in words."""

from typing import Any


class Refused(Exception):
    """A rule or constraint refuses the act; code names the reason, details fill the words."""

    def __init__(self, code: str, **details: Any) -> None:
        """Keep the code and whatever the words of the page need (dates, counts)."""
        super().__init__(code)
        self.code = code
        self.details = details


class NotFound(Refused):
    """There is no such thing, or not for this visitor; both look the same (404)."""

    def __init__(self, code: str = "not_found") -> None:
        """A foreign object and a missing one carry the same code."""
        super().__init__(code)


class Conflict(Refused):
    """Somebody else, or another device, saved something else meanwhile (409); both values are in details."""
