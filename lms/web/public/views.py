"""Everybody: home, help, privacy, complaints, language, and what machines ask."""

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import __version__, clock, schema
from lms.courses import queries as courses
from lms.db import Busy, Unavailable
from lms.web import entrances, guard, language
from lms.web.onward import local, without_language
from lms.web.public import checking, door, joining, signing_in

__all__ = ["checking", "joining", "signing_in"]

COMPLAINT_FACTS = ("propam-wa", "ombudsman-wa", "komnasham-telepon", "situs-lapor")
ROBOTS = """# /v/ may be fetched: its answer says noindex, and an address that nobody may fetch could still be listed.
User-agent: *
Disallow: /akun/
Disallow: /belajar/
Disallow: /daftar
Disallow: /lupa
Disallow: /masuk
"""


@door.get("/")
def home() -> ResponseReturnValue:
    """What Jaga is; for somebody signed in their door, or the list of their doors."""
    who = guard.arrived()
    if who is None:
        return render_template("public/home.html")
    if guard.half_way():
        return redirect(url_for("public.second_factor"))
    doors = entrances.of(who.roles)
    if len(doors) == 1:
        return redirect(doors[0].url)
    return render_template("public/doors.html", who=who, doors=doors)


@door.get("/bantuan", endpoint="help")
def help_page() -> str:
    """Short answers to what people ask."""
    return render_template("public/help.html")


@door.get("/privasi")
def privacy() -> str:
    """What is stored, who sees it, and how to have it corrected or erased."""
    return render_template("public/privacy.html")


@door.get("/aduan")
def complaint() -> str:
    """The official ways to complain, from the register of changing facts, each with the date of its last check."""
    facts = courses.facts()
    ways = [facts[key] for key in COMPLAINT_FACTS if key in facts]
    return render_template("public/complaint.html", ways=ways, today=clock.today(), opened=_opened)


def _opened(key: str, value: str) -> str:
    """What pressing a way opens: a WhatsApp chat, a web page or a call, by the kind that its key names."""
    if key.endswith("-wa"):
        return "https://wa.me/62" + "".join(c for c in value if c.isdigit()).removeprefix("0")
    return f"https://{value}" if key.startswith("situs-") else "tel:" + "".join(c for c in value if c.isdigit())


@door.post("/bahasa", endpoint="language")
def choose_language() -> ResponseReturnValue:
    """Keep the chosen language in a cookie and go back to the page."""
    chosen = request.form.get("bahasa", "")
    response = redirect(without_language(local(request.form.get("next")) or url_for("public.home")))
    if chosen in language.LANGUAGES:
        language.keep(chosen, response)
    return response


@door.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 only when the database answers and every migration has run; else 503."""
    try:
        migrated = schema.current() == schema.wanted()
    except (Unavailable, Busy):
        return jsonify(status="database away", version=__version__), 503
    said = {"version": __version__, "database": "ok", "migrations": "current" if migrated else "pending"}
    return jsonify(status="ok" if migrated else "migrations pending", **said), 200 if migrated else 503


@door.get("/robots.txt")
def robots() -> Response:
    """What search engines may fetch."""
    response = make_response(ROBOTS)
    response.mimetype = "text/plain"
    return response
