"""The public answer to a code: a page in one request, and JSON. It never reads the session and leaks little.

Unknown and malformed codes get the same bytes in a language, so that nothing can be learnt by trying.
"""

import base64
import hashlib
from functools import cache

from flask import Response, jsonify, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms import clock, paths
from lms.certification import rules as certification
from lms.certification.rules import Standing
from lms.refusals import Refused
from lms.verification import queries as verification
from lms.verification.rules import PublicFacts
from lms.web import limits, security
from lms.web.public import door
from lms.web.public.forms import TypedCodeForm


@cache
def _style() -> tuple[Markup, str]:
    """The page's own style sheet, and the policy that allows exactly its bytes inline (CSP 3, hash source)."""
    text = (paths.STATIC / "css" / "check.css").read_text().strip()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), security.policy(style_src=f"'sha256-{digest}'", script_src="'none'", connect_src="'none'")  # noqa: S704 - our own file


def _facts(typed: str) -> tuple[str, PublicFacts] | None:
    """The code as it is kept and what it proves now, in one indexed read; None without a read for a malformed one."""
    code = certification.normal_code(typed)
    facts = verification.standing(code, clock.now()) if code else None
    return (code, facts) if code and facts and facts.standing is not Standing.UNKNOWN else None


def _sent(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


@door.get("/v/<string:code>")
@limits.limiter.limit(limits.CHECK)
def check(code: str) -> ResponseReturnValue:
    """What a code proves, in words, shape and colour; 404 with equal bytes for every code that proves nothing."""
    style, policy = _style()
    found = _facts(code)
    if found is None:
        response = make_response(render_template("public/check.html", style=style, facts=None), 404)
    else:
        kept, facts = found
        page = render_template("public/check.html", style=style, facts=facts, code=kept, at=clock.now())
        response = make_response(page)
    response.headers["Content-Security-Policy"] = policy
    return _sent(response)


@door.get("/v/<string:code>.json")
@limits.limiter.limit(limits.CHECK)
def check_json(code: str) -> ResponseReturnValue:
    """The same as JSON (contract.md, Addresses)."""
    found = _facts(code)
    if found is None:
        return _sent(make_response(jsonify(standing="unknown"), 404))
    kept, facts = found
    return _sent(
        jsonify(
            code=kept,
            standing=str(facts.standing),
            level=facts.level,
            issued=facts.issued.isoformat(),
            expires=facts.expires.isoformat(),
            name_masked=facts.name_masked,
            checked_at=clock.now().isoformat(timespec="seconds"),
        )
    )


@door.route("/periksa", methods=["GET", "POST"])
@limits.limiter.limit(limits.TYPED_CODE, methods=["POST"])
def check_typed() -> ResponseReturnValue:
    """A typed code: its check digits are tested before anything is asked."""
    form = TypedCodeForm()
    if form.validate_on_submit():
        code = certification.typed_code(form.code.data)
        if code is not None:
            return redirect(url_for("public.check", code=code))
        form.refuse(Refused("code_mistyped"), "code")
    return form.page("public/check_typed.html")
