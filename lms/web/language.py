"""The language of a page (Bahasa Indonesia, English on request) and how dates, times and numbers read in it."""

from datetime import date, datetime
from fractions import Fraction

from babel.dates import format_date, format_datetime
from flask import Flask, current_app, request
from flask_babel import Babel, get_locale
from werkzeug import Response

from lms import clock, paths

COOKIE = "bahasa"
LANGUAGES = ("id", "en")

A_YEAR = 365 * 24 * 3600

babel = Babel()


def chosen() -> str:
    """The language asked for in the address, else kept in the cookie, else Bahasa Indonesia. Never the session."""
    for asked in (request.args.get("bahasa"), request.cookies.get(COOKIE)):
        if asked in LANGUAGES:
            return asked
    return "id"


def keep(language: str, response: Response) -> None:
    """Keep a chosen language in the cookie."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(COOKIE, language, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")


def current() -> str:
    """The language of the page that is being made."""
    return str(get_locale() or "id")


def long_date(value: date | datetime) -> str:
    """23 November 2026, of an instant the civil date in Jakarta."""
    day = clock.jakarta_date(value) if isinstance(value, datetime) else value
    return format_date(day, "d MMMM y", locale=current())


def hour(value: datetime) -> str:
    """22.40 (in English 22:40), in Jakarta."""
    return format_datetime(value, "HH.mm" if current() == "id" else "HH:mm", tzinfo=clock.JAKARTA, locale=current())


def moment(value: datetime) -> str:
    """23 November 2026, 22.40 WIB."""
    return f"{long_date(value)}, {hour(value)} WIB"


def hundredths(value: Fraction) -> str:
    """A share as a mark out of 100, cut off (never rounded up to a pass): 4/5 -> 80."""
    return str(int(value * 100))


def init_app(app: Flask) -> None:
    """Connect Babel and the filters of the templates."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(paths.TRANSLATIONS)
    app.config["BABEL_DEFAULT_LOCALE"] = "id"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Jakarta"
    babel.init_app(app, locale_selector=chosen)
    app.jinja_env.filters.update(tanggal=long_date, jam=hour, waktu=moment, nilai=hundredths)
    app.context_processor(lambda: {"bahasa": current()})
