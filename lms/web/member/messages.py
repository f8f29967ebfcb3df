"""The messages of a member."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.db import transaction
from lms.notices import actions, queries
from lms.web import guard, words
from lms.web.member import door


@door.get("/pesan/")
def messages() -> ResponseReturnValue:
    """Every message, the unread ones first."""
    rows = queries.messages(guard.visitor().person_id)
    return render_template("member/messages.html", rows=[(one, words.notice(one.kind, one.values)) for one in rows])


@door.post("/pesan/<string:public_id>/dibaca")
def read_message(public_id: str) -> ResponseReturnValue:
    """Note that a message was read."""
    with transaction():
        actions.read(guard.visitor().person_id, public_id)
    return redirect(url_for("member.messages"), 303)
