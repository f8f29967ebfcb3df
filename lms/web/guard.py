"""The one check per door: who may come in. It runs before the CSRF check, so that a signed-out form is not lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask, Request, abort, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect

from lms import clock
from lms.accounts import rules as accounts
from lms.accounts.rules import Role
from lms.organisations import queries as organisations
from lms.organisations.queries import Visitor
from lms.web import resume

csrf = CSRFProtect()
login_manager = LoginManager()

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
WITHOUT_SESSION = ("/v/", "/healthz", "/static/")
SEEN_EVERY = timedelta(minutes=1)


class Sessions(SecureCookieSessionInterface):
    """Signed cookies, except where nobody's session may matter: there nothing is read and nothing can be set."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of the cookie; an empty one that refuses writing below these addresses."""
        if request.path.startswith(WITHOUT_SESSION):
            return self.make_null_session(app)
        return super().open_session(app, request)


class SignedIn(UserMixin):  # type: ignore[misc]  # flask_login carries no types
    """What Flask-Login keeps for a request: the visitor, under the revocable token of the session."""

    def __init__(self, token: str, visitor: Visitor) -> None:
        """Keep both; the token is what get_id() puts into the cookie."""
        self.token = token
        self.visitor = visitor

    def get_id(self) -> str:
        """The session token, never the person's id: ending the session ends the cookie's worth."""
        return self.token


@login_manager.user_loader  # type: ignore[untyped-decorator]  # flask_login carries no types
def _load(token: str) -> SignedIn | None:
    visitor = organisations.visitor(token, clock.now())
    return SignedIn(token, visitor) if visitor else None


def sign_in(token: str) -> None:
    """Put a fresh session token into the cookie; whatever the cookie held before is gone."""
    visitor = organisations.visitor(token, clock.now())
    if visitor is None:
        abort(500)
    _forget()
    login_user(SignedIn(token, visitor))
    session.permanent = True
    session["seen"] = int(clock.now().timestamp())


def sign_out() -> None:
    """Empty the cookie; the session row is ended by the caller."""
    logout_user()
    _forget()


def _forget() -> None:
    """Empty the cookie, with the CSRF token that a page of this very request may already carry."""
    session.clear()
    g.pop("csrf_token", None)


def visitor() -> Visitor:
    """Who has come, behind a guarded door."""
    return current_user.visitor  # type: ignore[no-any-return]  # flask_login carries no types


def arrived(even_idle: bool = False) -> Visitor | None:
    """Who has come, or None: for pages that are open to all. Staff who were left alone too long have not come."""
    who: Visitor | None = current_user.visitor if current_user.is_authenticated else None
    return who if who is not None and (even_idle or not _idle(who)) else None


def half_way() -> Visitor | None:
    """Who has given a password a moment ago and still owes the second factor that their roles ask for; else None."""
    who = arrived()
    if who is None or who.second_factor or not accounts.needs_second_factor(who.roles):
        return None
    return who


def unit_of(role: Role) -> int:
    """The unit at which the visitor holds a role (the first where there are several)."""
    return next(unit for held, unit in visitor().appointments if held is role)


def only(role: Role | None, *, anybody_signed_in: bool = False) -> Callable[[], ResponseReturnValue | None]:
    """The before_request of a door: role None is open to all, else the role is needed (403), or any for an account.

    Signed out: to /masuk. Staff without their second factor: to the code page. Then the CSRF check of unsafe methods.
    """

    def guard() -> ResponseReturnValue | None:
        if role is not None or anybody_signed_in:
            if refusal := _not_signed_in():
                return refusal
            if role is not None and role not in visitor().roles:
                abort(403)
        if request.method not in SAFE:
            csrf.protect()
        return None

    return guard


def _not_signed_in() -> ResponseReturnValue | None:
    who = arrived()
    staff = who is not None and accounts.needs_second_factor(who.roles)
    if who is not None and (who.second_factor or not staff):
        if staff:
            _seen()
        return None
    if who is None:
        sign_out()
    if request.method not in SAFE and resume.can(request.endpoint):
        return resume.ask(request.endpoint or "", request.view_args or {}, request.form)
    return redirect(url_for("public.second_factor" if who else "public.sign_in", lanjut=_asked_for()))


def _asked_for() -> str | None:
    """The address to come back to after sign-in; what was posted to is none."""
    return request.full_path.rstrip("?") if request.method in SAFE else None


def _seen() -> None:
    """Note when staff were last here; not at every click, as each note sends the cookie again."""
    at = clock.now()
    if at - datetime.fromtimestamp(session.get("seen", 0), UTC) > SEEN_EVERY:
        session["seen"] = int(at.timestamp())


def _idle(who: Visitor) -> bool:
    seen = datetime.fromtimestamp(session.get("seen", 0), UTC)
    return accounts.is_idle(who.roles, seen, clock.now())


def init_app(app: Flask) -> None:
    """Connect sign-in and CSRF protection; the guards call the CSRF check themselves, after the role."""
    login_manager.session_protection = None
    # No current_user in templates: the page that says that the database is away must not ask it who has come.
    login_manager.init_app(app, add_context_processor=False)
    app.session_interface = Sessions()
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf.init_app(app)
