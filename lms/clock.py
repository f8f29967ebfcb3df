"""The only place that asks the time. Instants are aware and in UTC; civil dates are those of Asia/Jakarta."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")

_shift = timedelta(0)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def now() -> datetime:
    """The present instant in UTC, moved by the test clock where one is set."""
    return datetime.now(UTC) + _shift


def today() -> date:
    """The present civil date in Jakarta."""
    return jakarta_date(now())


def jakarta_date(at: datetime) -> date:
    """The civil date in Jakarta at an instant."""
    return at.astimezone(JAKARTA).date()


def set_test_clock(spec: str) -> None:
    """Start the clock at an ISO instant, or move it by an offset like ``+2h``, ``-1d``; ValueError if it is neither."""
    global _shift  # noqa: PLW0603 - one clock per process is the point of this module
    offset = re.fullmatch(r"([+-]\d+)([smhd])", spec)
    if offset:
        _shift = timedelta(**{_UNITS[offset[2]]: int(offset[1])})
        return
    start = datetime.fromisoformat(spec)
    if start.tzinfo is None:
        start = start.replace(tzinfo=UTC)
    _shift = start - datetime.now(UTC)
